//! A clock that is set back by an hour while the server runs, and then forward again: what people have stays valid and in
//! its order, and nothing is written over or twice. The clock is libfaketime's, so that the server is the one people run.

use std::fs;
use std::path::{Path, PathBuf};

use kalends_harness::{
    Answer, Caller, Database, Server, Settings, Smtp, Store, User, each_store, event, path_of, skip,
};
use serde_json::{Value, json};

each_store![a_clock_that_is_set_back_harms_nothing];

/// The clock of one server: what stands in a file is added to the time.
struct Clock(PathBuf);

impl Clock {
    fn new(dir: &Path) -> Self {
        let clock = Self(dir.join("clock"));
        clock.is("+0s");
        clock
    }

    fn is(&self, offset: &str) {
        // At once: the server reads this file at any moment.
        let next = self.0.with_extension("next");
        fs::write(&next, format!("{offset}\n")).and_then(|()| fs::rename(&next, &self.0)).expect("the clock is set");
    }

    /// These settings, and this clock. What only measures how long something takes stays true.
    fn settings(&self, library: &Path, settings: Settings) -> Settings {
        settings
            .set("LD_PRELOAD", library.to_str().expect("a path in text"))
            .set("FAKETIME_TIMESTAMP_FILE", self.0.to_str().expect("a path in text"))
            .set("FAKETIME_NO_CACHE", "1")
            .set("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    }
}

fn library() -> Option<PathBuf> {
    let dirs = fs::read_dir("/usr/lib").ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut candidates = dirs.chain([PathBuf::from("/usr/lib")]).map(|dir| dir.join("faketime/libfaketimeMT.so.1"));
    candidates.find(|file| file.is_file())
}

fn instant(value: &Value) -> &str {
    value.as_str().expect("an instant")
}

fn a_clock_that_is_set_back_harms_nothing(store: Store) {
    let Some(library) = library() else { return skip("libfaketime is missing: `apt-get install faketime` brings it") };
    let smtp = Smtp::start();
    let database = std::sync::Arc::new(Database::fresh(store));
    let clock = Clock::new(database.dir());
    let server = Server::start_on(database, clock.settings(&library, smtp.settings(Settings::new())));
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let token = ana.booking_link(&ana.calendar("Bookings"));
    let event_of = |user: &User, title: &str| user.event(event(&calendar, title, "2026-03-02T09:00:00Z"));
    let mut made: Vec<Value> = (0..30).map(|number| event_of(&ana, &number.to_string())).collect();
    let keyed = || {
        let body = json!({"name": "Once"});
        ana.post("/calendars").header("Idempotency-Key", "once").json(body).send().expect(201)
    };
    let once = keyed();
    let first = path_of(&made[0]);
    let before = ana.get(&first).send().expect(200);
    let feed = ana.get(&format!("/calendars/{calendar}")).send().expect(200);
    server.anyone().book(&token, 0, "early@example.com").expect("an answer").expect(201);
    smtp.wait_for("early@example.com", 1);

    clock.is("-1h");
    let late = event_of(&ana, "late");
    let hour = instant(&late["created_at"]) < instant(&made[29]["created_at"]);
    assert!(hour, "the clock was set back, or this test tests nothing: {late}");
    made.push(late);
    made.extend((31..60).map(|number| event_of(&ana, &number.to_string())));

    // Tokens from the future are good, and can be refreshed.
    let refreshed = ana.post("/auth/refresh").json(json!({"refresh_token": ana.refresh})).send().expect(200);
    let again = server.anyone().bearer(&refreshed.at("/access_token"));
    // Versions go on.
    ana.change(&first, json!({"title": "Changed"}));
    let after = ana.get(&first).send().expect(200);
    assert_ne!(before.etag(), after.etag());
    ana.put(&first).header("If-Match", &before.etag()).json(json!({"title": "x"})).send().error(412, "CONFLICT");
    let feed_path = |answer: &Answer| answer.at("/calendar/ical_url");
    assert_eq!(feed_path(&feed), feed_path(&ana.get(&format!("/calendars/{calendar}")).send().expect(200)));
    // What was answered is answered again, and not done again.
    assert_eq!(once["calendar"]["id"], keyed()["calendar"]["id"]);
    // Jobs are done now, not in an hour; and a slot that is taken stays so.
    server.anyone().book(&token, 1, "late@example.com").expect("an answer").expect(201);
    smtp.wait_for("late@example.com", 1);
    server.anyone().book(&token, 0, "late@example.com").expect("an answer").error(409, "CONFLICT");
    // What is deleted can be had back.
    ana.delete(&path_of(&made[1])).send().expect(200);
    ana.post(&format!("{}/restore", path_of(&made[1]))).send().expect(200);

    // Pages that were begun go on, whatever the clock says.
    let page = |user: &Caller, cursor: &str| {
        let request = user.get("/events?start=2026-03-02T00:00:00Z&end=2026-03-03T00:00:00Z&limit=7");
        let request = if cursor.is_empty() { request } else { request.query("cursor", cursor) };
        let page = request.send().expect(200);
        (page.each("id").into_iter().map(str::to_owned).collect::<Vec<_>>(), page.next_cursor())
    };
    let (mut listed, mut cursor) = page(&again, "");
    clock.is("+0s");
    while let Some(current) = cursor {
        let (ids, next) = page(&ana, &current);
        listed.extend(ids);
        cursor = next;
    }
    let mut ids: Vec<&str> = made.iter().map(|event| event["id"].as_str().expect("an id")).collect();
    listed.sort();
    ids.sort_unstable();
    assert_eq!(listed, ids);

    made.extend((60..70).map(|number| event_of(&ana, &number.to_string())));
    let mut ids: Vec<&str> = made.iter().map(|event| event["id"].as_str().expect("an id")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 70, "every id is its own");
    ana.get("/readyz").send().expect(200);
}
