//! `kill -9` at moments that nobody chose, fifty times: what was acknowledged is there as it was acknowledged, nothing is
//! there twice or by half, no two bookings overlap, and no version goes back.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kalends_harness::{Caller, Database, Server, Settings, Smtp, Store, User, each_store, event, path_of};
use serde_json::json;

each_store![a_server_that_is_killed_fifty_times_keeps_its_word];

const ROUNDS: u64 = 50;
const SEED: u64 = 0x51ce_0d09_a4e7_3b11;
const WRITERS: usize = 4;

/// A well-mixed number for each number (splitmix64, by Sebastiano Vigna).
fn mixed(number: u64) -> u64 {
    let z = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// What was acknowledged.
#[derive(Debug, Default)]
struct Told {
    /// The last acknowledged title of each event, and the one that was asked for when the server died, if any.
    titles: HashMap<String, (String, Option<String>)>,
    /// Events whose deletion was acknowledged.
    deleted: Vec<String>,
    /// Ids of the events of acknowledged bookings.
    booked: Vec<String>,
    wrong: Vec<String>,
}

fn a_server_that_is_killed_fifty_times_keeps_its_word(store: Store) {
    let smtp = Smtp::start();
    let mut server = Server::start_with(store, smtp.settings(Settings::new()));
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let token = ana.booking_link(&ana.calendar("Bookings"));
    let told = Mutex::new(Told::default());
    let mut versions = HashMap::new();
    for round in 0..ROUNDS {
        let dead = AtomicBool::new(false);
        let (user, anyone) = (ana.at(&server), server.anyone());
        std::thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (user, anyone, calendar, token, told, dead) = (&user, &anyone, &calendar, &token, &told, &dead);
                let seed = mixed(SEED ^ (round << 8) ^ writer as u64);
                scope.spawn(move || live(user, anyone, calendar, token, seed, told, dead));
            }
            std::thread::sleep(Duration::from_millis(50 + mixed(SEED + round) % 400));
            server.kill();
            dead.store(true, Ordering::SeqCst);
        });
        expect_sound(store, &server.database(), &mut versions);
        server.restart();
    }
    let told = told.into_inner().expect("no writer panics");
    assert!(told.wrong.is_empty(), "{:?}", told.wrong);
    assert!(told.titles.len() > 100 && !told.deleted.is_empty() && !told.booked.is_empty(), "hardly anything happened");
    expect_kept(&ana.at(&server), &told);
    expect_sound(store, &server.database(), &mut versions);
}

/// Makes, changes, deletes and books until the server is gone.
fn live(user: &User, anyone: &Caller, calendar: &str, token: &str, seed: u64, told: &Mutex<Told>, dead: &AtomicBool) {
    let mut mine: Vec<String> = Vec::new();
    for step in 0.. {
        let random = mixed(seed.wrapping_add(step));
        let title = format!("{seed:x}/{step}");
        let chosen = mine.get(usize::try_from(random >> 8).unwrap_or_default() % mine.len().max(1)).cloned();
        let (answer, change) = match (random % 8, chosen) {
            (0, _) => {
                let slot = usize::try_from(random >> 16).unwrap_or_default() % 48;
                (anyone.book(token, slot, "bob@example.com"), Kind::Book)
            }
            (1, Some(id)) => (user.delete(&format!("/events/{id}")).try_send(), Kind::Delete(id)),
            (2 | 3, Some(id)) => {
                note(told, &id, |known| known.1 = Some(title.clone()));
                (user.put(&format!("/events/{id}")).json(json!({"title": title})).try_send(), Kind::Change(id))
            }
            _ => (user.post("/events").json(event(calendar, &title, "2026-03-02T09:00:00Z")).try_send(), Kind::Make),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(cause) => {
                // This thread may hear of the server's death first.
                std::thread::sleep(Duration::from_millis(200));
                let mut told = told.lock().expect("no writer panics");
                if !dead.load(Ordering::SeqCst) {
                    told.wrong.push(cause.to_string());
                }
                if let Kind::Delete(id) = change {
                    // Whether it was deleted is not known.
                    told.titles.remove(&id);
                }
                return;
            }
        };
        match (change, answer.status) {
            (Kind::Make, 201) => {
                let id = answer.at("/event/id");
                told.lock().expect("no writer panics").titles.insert(id.clone(), (title, None));
                mine.push(id);
            }
            (Kind::Change(id), 200) => note(told, &id, |known| *known = (title, None)),
            (Kind::Delete(id), 200) => {
                mine.retain(|known| *known != id);
                let mut told = told.lock().expect("no writer panics");
                told.titles.remove(&id);
                told.deleted.push(id);
            }
            (Kind::Book, 201) => told.lock().expect("no writer panics").booked.push(answer.at("/event/id")),
            // The slot is taken.
            (Kind::Book, 409) => {}
            _ => told.lock().expect("no writer panics").wrong.push(answer.to_string()),
        }
    }
}

enum Kind {
    Make,
    Change(String),
    Delete(String),
    Book,
}

fn note(told: &Mutex<Told>, id: &str, change: impl FnOnce(&mut (String, Option<String>))) {
    if let Some(known) = told.lock().expect("no writer panics").titles.get_mut(id) {
        change(known);
    }
}

/// What was acknowledged is there, as it was acknowledged last.
fn expect_kept(ana: &User, told: &Told) {
    for (id, (title, asked)) in &told.titles {
        let found = ana.get(&format!("/events/{id}")).send().expect(200);
        let shown = found["event"]["title"].as_str().expect("a title");
        let fits = shown == title || asked.as_deref() == Some(shown);
        assert!(fits, "{} is called {shown}, and should be {title} or {asked:?}", path_of(&found["event"]));
    }
    for id in &told.deleted {
        ana.get(&format!("/events/{id}")).send().expect(404);
    }
    for id in &told.booked {
        ana.get(&format!("/events/{id}")).send().expect(200);
    }
}

/// What must hold in any store at any time.
fn expect_sound(store: Store, database: &Database, versions: &mut HashMap<String, i64>) {
    let (id, micros, whole) = match store {
        Store::Sqlite => ("lower(hex(X))", "X", "select integrity_check as line from pragma_integrity_check"),
        Store::Postgres => ("X::text", "(extract(epoch from X) * 1000000)::bigint", "select 'ok' as line"),
    };
    let id = |column: &str| id.replace('X', column);
    let micros = |column: &str| micros.replace('X', column);
    assert_eq!(database.lines(whole), ["ok"]);
    for (what, from) in [
        ("events without a calendar", "events e left join calendars c on c.id = e.calendar_id where c.id is null"),
        (
            "members without a calendar",
            "memberships e left join calendars c on c.id = e.calendar_id where c.id is null",
        ),
        (
            "calendars without their owner among the members",
            "calendars c left join memberships m on m.calendar_id = c.id and m.user_id = c.owner_id where m.role is null",
        ),
        ("bookings without an event", "bookings b left join events e on e.id = b.event_id where e.id is null"),
        (
            "bookings whose event is in another calendar or at another time",
            "bookings b join events e on e.id = b.event_id where e.calendar_id <> b.calendar_id or e.starts_at <> b.starts_at",
        ),
        (
            "UIDs that are there twice",
            "(select uid from events where deleted_at is null group by calendar_id, uid having count(*) > 1) x",
        ),
        (
            "titles that are there twice",
            "(select title from events where title like '%/%' group by title having count(*) > 1) x",
        ),
        (
            "bookings that overlap",
            "bookings a join bookings b on a.calendar_id = b.calendar_id and a.id < b.id and a.starts_at < b.ends_at \
             and b.starts_at < a.ends_at and a.cancelled_at is null and b.cancelled_at is null",
        ),
        ("events that end before they start", &format!("events where {} > {}", micros("starts_at"), micros("ends_at"))),
    ] {
        let count = database.lines(&format!("select cast(count(*) as text) as line from {from}"));
        assert_eq!(count, ["0"], "there are {what}");
    }
    let rows = ["calendars", "events", "users", "bookings"].map(|table| {
        let moving = if table == "calendars" { "revision" } else { "version" };
        format!("select '{table} ' || {} || ' ' || cast({moving} as text) as line from {table}", id("id"))
    });
    for line in database.lines(&rows.join(" union all ")) {
        let (row, version) = line.rsplit_once(' ').expect("a row and its version");
        let version: i64 = version.parse().expect("a number");
        let before = versions.insert(row.to_owned(), version).unwrap_or(0);
        assert!(before <= version, "the version of {row} went back from {before} to {version}");
    }
}
