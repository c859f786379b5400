//! Starting: on an empty store, beside another node, and with settings that cannot work.

use std::sync::Arc;
use std::time::Duration;

use kalends_harness::{Database, PASSWORD, Server, Settings, Store, each_store, execute, run};
use serde_json::json;

each_store![an_empty_store_gets_its_schema, a_store_is_found_as_it_was_left];

fn an_empty_store_gets_its_schema(store: Store) {
    let server = Server::start_on(Arc::new(Database::empty(store)), Settings::new());
    server.anyone().get("/readyz").send().expect(200);
    server.register("ana@example.com").calendar("Work");
}

fn a_store_is_found_as_it_was_left(store: Store) {
    let mut server = Server::start(store);
    let ana = server.register("ana@example.com");
    ana.calendar("Work");
    let status = server.stop();
    assert!(status.success(), "{status}");
    server.restart();
    let list = ana.at(&server).get("/calendars").send().expect(200);
    assert_eq!(list.each("name"), ["Work"]);
}

#[test]
fn nodes_that_start_together_on_an_empty_postgres_migrate_it_once() {
    for _ in 0..3 {
        let database = Arc::new(Database::empty(Store::Postgres));
        let nodes: Vec<Server> = std::thread::scope(|scope| {
            let start = || Server::start_on(Arc::clone(&database), Settings::new());
            let starting: Vec<_> = (0..3).map(|_| scope.spawn(start)).collect();
            let started = starting.into_iter();
            started.map(|node| node.join().expect("a node starts")).collect()
        });
        let ana = nodes[0].register("ana@example.com");
        let body = json!({"email": "ana@example.com", "password": PASSWORD});
        for node in &nodes {
            node.anyone().get("/readyz").send().expect(200);
            ana.at(node).get("/auth/me").send().expect(200);
            node.anyone().post("/auth/login").json(body.clone()).send().expect(200);
        }
        let run = "SELECT version FROM __diesel_schema_migrations";
        let versions = execute(database.url(), run).expect("the list of migrations");
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations/postgres");
        let known = std::fs::read_dir(root).expect("the migrations");
        let known = known.filter(|entry| entry.as_ref().is_ok_and(|entry| entry.path().is_dir()));
        assert_eq!(versions, known.count());
    }
}

#[test]
fn nodes_on_one_postgres_see_each_others_writes() {
    let one = Server::start(Store::Postgres);
    let two = Server::start_on(one.database(), Settings::new());
    let ana = one.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.at(&two).get(&format!("/calendars/{calendar}")).send().expect(200);
    let etag = made.etag();
    let rename = |server: &Server| {
        let path = format!("/calendars/{calendar}");
        let request = ana.at(server).put(&path).header("If-Match", &etag);
        request.json(json!({"name": "Renamed"})).send().status
    };
    assert_eq!([rename(&two), rename(&one)], [200, 412]);
}

/// It must end by itself, soon, not well, and with these words for the one who started it.
fn fails_saying(settings: &[(&str, &str)], words: &[&str]) {
    let mut all = vec![("PORT", "0")];
    all.extend(settings);
    let run = run(&["serve"], &all, "").expect_failure();
    assert!(run.took < Duration::from_secs(30), "it took {:?}", run.took);
    let said = format!("{}{}", run.stdout, run.stderr);
    for word in words {
        assert!(said.contains(word), "{word:?} is not said in:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    assert!(!said.contains("hunter2"), "it tells the password:\n{said}");
}

#[test]
fn a_postgres_that_does_not_answer_is_said() {
    let url = "postgres://kalends:hunter2@127.0.0.1:1/kalends";
    fails_saying(&[("DATABASE_URL", url)], &["127.0.0.1:1"]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent = listener.local_addr().expect("an address");
    let url = format!("postgres://kalends:hunter2@{silent}/kalends");
    fails_saying(&[("DATABASE_URL", &url)], &[&silent.to_string()]);
    let url = "postgres://kalends:hunter2@no-such-host.invalid/kalends";
    fails_saying(&[("DATABASE_URL", url)], &["no-such-host.invalid"]);
}

#[test]
fn a_database_that_does_not_exist_is_said() {
    let database = Database::empty(Store::Postgres);
    let url = format!("{}_not", database.url());
    fails_saying(&[("DATABASE_URL", &url)], &["_not"]);
}

#[test]
fn a_sqlite_file_that_cannot_be_is_said() {
    fails_saying(&[("DATABASE_URL", "sqlite:///dev/null/kalends.db")], &["/dev/null/kalends.db"]);
    let database = Database::empty(Store::Sqlite);
    let path = database.dir().join("kalends.db");
    std::fs::write(&path, "this is no database, and long enough to be looked at as one".repeat(50)).expect("a file");
    fails_saying(&[("DATABASE_URL", database.url())], &["kalends.db"]);
}

#[test]
fn a_setting_that_means_nothing_is_named() {
    let database = Database::empty(Store::Sqlite);
    for (name, value) in [
        ("DATABASE_URL", "mysql://localhost/kalends"),
        ("PORT", "banana"),
        ("RATE_LIMIT", "banana"),
        ("REGISTRATION", "banana"),
        ("LOG_FORMAT", "banana"),
        ("JWT_SECRET", "short"),
    ] {
        fails_saying(&[("DATABASE_URL", database.url()), (name, value)], &[name]);
    }
}

#[test]
fn a_port_that_is_taken_is_said() {
    let server = Server::start(Store::Sqlite);
    let port = server.base().rsplit(':').next().expect("a port").to_owned();
    let database = Database::empty(Store::Sqlite);
    fails_saying(&[("DATABASE_URL", database.url()), ("PORT", &port)], &[&port]);
}

#[test]
fn settings_are_flags_too() {
    let settings = Settings::new().set("RATE_LIMIT", "1/min").argument("--rate-limit").argument("off");
    let server = Server::start_with(Store::Sqlite, settings);
    for _ in 0..10 {
        server.anyone().get("/auth/me").send().error(401, "AUTH_REQUIRED");
    }
}

#[test]
fn machines_can_read_the_log() {
    let settings = Settings::new().set("LOG_FORMAT", "json");
    let server = Server::start_with(Store::Sqlite, settings);
    let answer = server.anyone().get("/healthz").send().expect(200);
    let id = answer.header("x-request-id").expect("an id");
    std::thread::sleep(Duration::from_millis(300));
    let log = server.log();
    let line = log.lines().find(|line| line.contains(id)).unwrap_or_else(|| panic!("no line:\n{log}"));
    let line: serde_json::Value = serde_json::from_str(line).expect("the line is JSON");
    assert!(line.to_string().contains("/healthz") && line.to_string().contains("200"), "{line}");
}

#[test]
fn a_secret_of_ones_own_signs_the_tokens() {
    let secret = "a secret of at least thirty-two bytes";
    let settings = Settings::new().set("JWT_SECRET", secret);
    let one = Server::start_with(Store::Sqlite, settings.clone());
    let two = Server::start(Store::Sqlite);
    let ana = one.register("ana@example.com");
    ana.get("/auth/me").send().expect(200);
    ana.at(&two).get("/auth/me").send().error(401, "AUTH_INVALID");
}
