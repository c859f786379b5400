//! Backup and restore, the whole way, on both stores: a copy is taken while others write, and a new place has what was there.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use kalends_harness::{Database, Server, Settings, Store, User, each_store, event, run, wait};
use serde_json::Value;

each_store![a_copy_has_what_was_acknowledged_before, a_server_in_use_is_found_ready];

/// Writes events until it is told to stop, and notes each as soon as it is acknowledged.
fn write(ana: &User, calendar: &str, writer: usize, acknowledged: &Mutex<Vec<String>>, stop: &AtomicBool) {
    let (mut count, since) = (0, Instant::now());
    // Whoever was to stop it may have failed.
    while !stop.load(Ordering::Relaxed) && since.elapsed() < Duration::from_secs(30) {
        let start = format!("2026-03-02T{:02}:00:00Z", count % 20);
        let made = ana.post("/events").json(event(calendar, &format!("{writer}-{count}"), &start)).send().expect(201);
        acknowledged.lock().expect("nobody panics").push(made.at("/event/id"));
        count += 1;
    }
}

fn a_copy_has_what_was_acknowledged_before(store: Store) {
    let server = Server::start(store);
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let feed: String = ana.get(&format!("/calendars/{calendar}")).send().expect(200).at("/calendar/ical_url");
    let place = Database::empty(store);
    let copy = place.dir().join("copy");
    let (acknowledged, stop) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let before = std::thread::scope(|scope| {
        let (ana, calendar, acknowledged, stop) = (&ana, calendar.as_str(), &acknowledged, &stop);
        for writer in 0..4 {
            scope.spawn(move || write(ana, calendar, writer, acknowledged, stop));
        }
        wait("some writes", || acknowledged.lock().expect("nobody panics").len() > 10);
        let before = acknowledged.lock().expect("nobody panics").clone();
        back_up(store, server.database().url(), &copy);
        let during = acknowledged.lock().expect("nobody panics").len();
        std::thread::sleep(Duration::from_millis(100));
        stop.store(true, Ordering::Relaxed);
        assert!(during > before.len(), "nothing was written while the copy was made");
        before
    });

    put_back(store, &copy, place.url());
    let told = run(&["doctor", "--json"], &[("DATABASE_URL", place.url())], "").expect_success();
    assert!(!told.stdout.contains("\"fail\""), "{}", told.stdout);

    let restored = Server::start_on(place.into(), Settings::new());
    // Her token is good there too: the keys came along.
    let there = ana.at(&restored);
    for id in &before {
        let path = format!("/events/{id}");
        assert_eq!(there.get(&path).send().expect(200).json, ana.get(&path).send().expect(200).json);
    }
    let address: String = there.get(&format!("/calendars/{calendar}")).send().expect(200).at("/calendar/ical_url");
    assert_eq!(address, feed, "the feed's address is the same");
    // It goes on from there, and what came after the copy is not half there.
    there.event(event(&calendar, "After", "2026-04-02T09:00:00Z"));
    let listed = there.between("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z");
    let all = acknowledged.lock().expect("nobody panics");
    assert!(listed.each("id").iter().all(|id| all.iter().any(|known| known == id)));
}

fn back_up(store: Store, url: &str, copy: &Path) {
    match store {
        Store::Sqlite => {
            run(&["backup", &copy.display().to_string()], &[("DATABASE_URL", url)], "").expect_success();
        }
        Store::Postgres => {
            let refused = run(&["backup", "x"], &[("DATABASE_URL", url)], "").expect_failure();
            assert!(refused.stderr.contains("pg_dump"), "{}", refused.stderr);
            let file = format!("--file={}", copy.display());
            tool("pg_dump", &["--format=custom", &file, &format!("--dbname={url}")]);
        }
    }
}

fn put_back(store: Store, copy: &Path, url: &str) {
    let copy = copy.display().to_string();
    match store {
        Store::Sqlite => {
            run(&["restore", &copy], &[("DATABASE_URL", url)], "").expect_success();
            let again = run(&["restore", &copy], &[("DATABASE_URL", url)], "").expect_failure();
            assert!(again.stderr.contains("already"), "{}", again.stderr);
        }
        Store::Postgres => {
            let refused = run(&["restore", &copy], &[("DATABASE_URL", url)], "").expect_failure();
            assert!(refused.stderr.contains("pg_restore"), "{}", refused.stderr);
            tool("pg_restore", &["--no-owner", "--exit-on-error", &format!("--dbname={url}"), &copy]);
        }
    }
}

/// Runs a tool of Postgres: the one in the path, else the newest that Debian has.
fn tool(name: &str, arguments: &[&str]) {
    let in_path =
        std::env::var_os("PATH").into_iter().flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut places: Vec<PathBuf> = in_path.collect();
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.sort();
    places.extend(versions.into_iter().rev());
    let found = places.into_iter().map(|place| place.join(name)).find(|tool| tool.is_file());
    let found = found.unwrap_or_else(|| panic!("this test needs {name}, which comes with Postgres"));
    let output = Command::new(found).args(arguments).output().expect("it can be run");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}

fn a_server_in_use_is_found_ready(store: Store) {
    let server = Server::start(store);
    let at = server.base().trim_start_matches("http://").to_owned();
    run(&["healthcheck", "--at", &at], &[], "").expect_success();
    let (host, port) = at.rsplit_once(':').expect("a port");
    run(&["healthcheck"], &[("HOST", host), ("PORT", port)], "").expect_success();
    drop(server);
    let gone = run(&["healthcheck", "--at", &at], &[], "").expect_failure();
    assert!(gone.stderr.contains("does not answer"), "{}", gone.stderr);
}

/// The key is copied with the store, and its loss is noticed before it is replaced.
#[test]
fn a_copy_has_its_key_beside_it() {
    let server = Server::start(Store::Sqlite);
    server.register("ana@example.com");
    let database = server.database();
    let url = database.url();
    let copy = database.dir().join("copy.db");
    let shown = copy.display().to_string();
    let told = run(&["backup", &shown], &[("DATABASE_URL", url)], "").expect_success();
    assert!(told.stdout.contains("copy.db.key"), "{}", told.stdout);
    let key = |name: &str| std::fs::read_to_string(database.dir().join(name)).expect("a key");
    assert_eq!(key("copy.db.key"), key("kalends.db.key"));
    let again = run(&["backup", &shown], &[("DATABASE_URL", url)], "").expect_failure();
    assert!(again.stderr.contains("already"), "{}", again.stderr);
    let nowhere =
        run(&["backup", "/nowhere/at/all"], &[("DATABASE_URL", "sqlite:///nowhere/k.db")], "").expect_failure();
    assert!(nowhere.stderr.contains("/nowhere/k.db is not there"), "{}", nowhere.stderr);
    // A set key is the operator's to keep.
    let variables = [("DATABASE_URL", url), ("ENCRYPTION_KEY", "a phrase that is long enough, not hexadecimal")];
    let other = database.dir().join("other.db").display().to_string();
    let told = run(&["backup", &other], &variables, "").expect_success();
    assert!(told.stdout.contains("keep ENCRYPTION_KEY") && !database.dir().join("other.db.key").exists());
}

/// The doctor's lines, by what they are about.
fn doctor(settings: &[(&str, &str)]) -> Vec<Value> {
    let told = run(&["doctor", "--json"], settings, "");
    told.stdout.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

#[test]
fn the_doctor_looks_at_what_lives() {
    let server = Server::start_with(Store::Postgres, Settings::new().argument("--no-worker"));
    crate::metrics::book(&server);
    let database = server.database();
    let told = |what: &str| {
        let all = doctor(&[("DATABASE_URL", database.url()), ("PUBLIC_URL", server.base())]);
        let found = all.iter().find(|check| check["check"] == what).cloned();
        found.unwrap_or_else(|| panic!("nothing is said of {what}: {all:?}"))
    };
    assert_eq!(told("queue")["state"], "ok", "they are due since a moment ago");
    let later = "update jobs set run_at = now() - interval '1 hour'";
    kalends_harness::execute(database.url(), later).expect("time passes");
    let queue = told("queue");
    assert!(
        queue["state"] == "warn" && queue["mend"].as_str().is_some_and(|mend| mend.contains("kalends worker")),
        "{queue}"
    );
    assert_eq!(told("clock")["state"], "ok");
    assert_eq!(told("reachable")["state"], "ok", "the server answers where PUBLIC_URL says");
}
