//! The commands beside `serve`: migrate, user create, openapi, doctor, and help.

use std::sync::Arc;

use kalends_harness::{Database, PASSWORD, Server, Settings, Store, each_store, run};
use serde_json::{Value, json};

each_store![
    migrate_brings_the_schema_and_may_run_again,
    an_account_can_be_made_without_the_door,
    the_doctor_finds_a_good_house_good,
];

fn migrate_brings_the_schema_and_may_run_again(store: Store) {
    let database = Arc::new(Database::empty(store));
    for _ in 0..2 {
        run(&["migrate"], &[("DATABASE_URL", database.url())], "").expect_success();
    }
    let server = Server::start_on(database, Settings::new());
    server.register("ana@example.com");
}

fn an_account_can_be_made_without_the_door(store: Store) {
    let database = Arc::new(Database::fresh(store));
    let create = |arguments: &[&str], password: &str| {
        let arguments = [&["user", "create"], arguments].concat();
        run(&arguments, &[("DATABASE_URL", database.url())], password)
    };
    let line = format!("{PASSWORD}\n");
    create(&["ana@example.com", "--name", "Ana"], &line).expect_success();
    let again = create(&["ana@example.com"], &line).expect_failure();
    assert!(again.stderr.contains("ana@example.com"), "{}", again.stderr);
    let short = create(&["ben@example.com"], "short\n").expect_failure();
    assert!(short.stderr.contains("10"), "it says what a password needs: {}", short.stderr);
    create(&["nobody"], &line).expect_failure();
    create(&["ben@example.com"], "").expect_failure();

    let settings = Settings::new().set("REGISTRATION", "closed");
    let server = Server::start_on(Arc::clone(&database), settings);
    let login = |email: &str| {
        let body = json!({"email": email, "password": PASSWORD});
        server.anyone().post("/auth/login").json(body).send()
    };
    login("ana@example.com").expect(200);
    login("ben@example.com").error(401, "AUTH_INVALID");
}

fn the_doctor_finds_a_good_house_good(store: Store) {
    let database = Database::fresh(store);
    let run = run(&["doctor"], &[("DATABASE_URL", database.url())], "").expect_success();
    let said = run.stdout.to_lowercase();
    for word in ["store", "schema", "tz"] {
        assert!(said.contains(word), "{word} is not told:\n{}", run.stdout);
    }
    let version = said.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        let (year, letter) = word.split_at_checked(4).unwrap_or_default();
        year.parse::<u16>().is_ok_and(|year| year >= 2025) && letter.len() == 1
    });
    assert!(version, "the version of the time zones is not told:\n{}", run.stdout);
}

#[test]
fn the_doctor_says_what_is_wrong() {
    let url = "postgres://kalends:hunter2@127.0.0.1:1/kalends";
    let run = run(&["doctor"], &[("DATABASE_URL", url)], "").expect_failure();
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(said.contains("127.0.0.1:1") && !said.contains("hunter2"), "{said}");
}

#[test]
fn a_schema_that_is_behind_is_found() {
    let database = Database::empty(Store::Postgres);
    run(&["doctor"], &[("DATABASE_URL", database.url())], "").expect_failure();
}

#[test]
fn openapi_prints_what_the_server_serves() {
    let server = Server::start(Store::Sqlite);
    let online = server.anyone().get("/openapi.json").send().expect(200).json;
    let printed: Value = serde_json::from_str(&run(&["openapi"], &[], "").expect_success().stdout).expect("JSON");
    assert_eq!(printed, online);
}

#[test]
fn the_commands_are_told() {
    let help = run(&["--help"], &[], "").expect_success().stdout;
    for command in [
        "serve",
        "worker",
        "jobs",
        "migrate",
        "backup",
        "restore",
        "healthcheck",
        "user",
        "openapi",
        "doctor",
        "expand",
    ] {
        assert!(help.contains(command), "{command} is not told:\n{help}");
    }
    let serve = run(&["serve", "--help"], &[], "").expect_success().stdout;
    for setting in [
        "DATABASE_URL",
        "HOST",
        "PORT",
        "PUBLIC_URL",
        "JWT_SECRET",
        "RATE_LIMIT",
        "REGISTRATION",
        "FETCH_ALLOW_HOSTS",
        "GOOGLE_CLIENT_ID",
        "MICROSOFT_CLIENT_ID",
        "PROVIDER_SYNC_INTERVAL",
        "CORS_ORIGINS",
        "SMTP_URL",
        "MAIL_FROM",
        "LOG_FORMAT",
    ] {
        assert!(serve.contains(setting), "{setting} is not told:\n{serve}");
    }
    run(&["--version"], &[], "").expect_success();
    run(&["dance"], &[], "").expect_failure();
}
