//! `kill -9` at moments that nobody chose, fifty times: what was acknowledged is there as it was acknowledged, nothing is
//! there twice or by half, no two bookings overlap, and no version goes back.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use kalends_harness::{Answer, Caller, Database, Server, Settings, Smtp, Store, User, each_store, event, wait};
use serde_json::json;

each_store![a_server_that_is_killed_fifty_times_keeps_its_word];

const ROUNDS: u64 = 50;
const SEED: u64 = 0x51ce_0d09_a4e7_3b11;
const WRITERS: usize = 4;
/// For so long the server takes a request with a key to be running: it may be so on another node.
const LEASE: Duration = Duration::from_mins(1);

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
    /// How many writes were.
    count: usize,
    /// The last acknowledged title of each event, and those that were asked for since, when the server died.
    titles: HashMap<String, (String, Vec<String>)>,
    /// Events whose deletion was acknowledged.
    deleted: Vec<String>,
    /// Ids of the events of acknowledged bookings.
    booked: Vec<String>,
    /// Titles of events that were being made when the server died, each with the moment of that.
    unknown: Vec<(String, Instant)>,
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
    let mut made: [Vec<String>; WRITERS] = Default::default();
    for round in 0..ROUNDS {
        let (user, anyone, dead) = (ana.at(&server), server.anyone(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for (writer, mine) in (0..).zip(&mut made) {
                let life = Life { user: &user, anyone: &anyone, calendar: &calendar, token: &token, told: &told };
                let (seed, dead) = (mixed(SEED ^ (round << 8) ^ writer), &dead);
                scope.spawn(move || life.until(dead, seed, mine));
            }
            // Each round something happens, however slow this machine is.
            let before = lock(&told).count;
            wait("something to be written", || lock(&told).count > before);
            std::thread::sleep(Duration::from_millis(mixed(SEED + round) % 400));
            dead.store(true, Ordering::SeqCst);
            server.kill();
        });
        expect_sound(store, &server.database(), &mut versions);
        server.restart();
    }
    let told = told.into_inner().expect("no writer panics");
    assert!(told.wrong.is_empty(), "{:?}", told.wrong);
    let (alive, gone, booked) = (told.titles.len(), told.deleted.len(), told.booked.len());
    assert!(
        alive > 50 && gone > 0 && booked > 0,
        "hardly anything happened: {alive} events, {gone} gone, {booked} booked"
    );
    let ana = ana.at(&server);
    expect_kept(&ana, &told);
    expect_made_once(&ana, &calendar, &told.unknown);
    expect_sound(store, &server.database(), &mut versions);
}

fn lock(told: &Mutex<Told>) -> MutexGuard<'_, Told> {
    told.lock().expect("no writer panics")
}

/// What one of those who write has.
struct Life<'l> {
    user: &'l User,
    anyone: &'l Caller,
    calendar: &'l str,
    token: &'l str,
    told: &'l Mutex<Told>,
}

enum Kind {
    Make,
    Change(String),
    Delete(String),
    Book,
}

impl Life<'_> {
    /// Makes, changes, deletes and books until the server is gone.
    fn until(&self, dead: &AtomicBool, seed: u64, mine: &mut Vec<String>) {
        for step in 0.. {
            let random = mixed(seed.wrapping_add(step));
            let title = format!("{seed:x}/{step}");
            let chosen = mine.get(usize::try_from(random >> 8).unwrap_or_default() % mine.len().max(1)).cloned();
            let kind = match (random % 8, chosen) {
                (0, _) => Kind::Book,
                (1, Some(id)) => Kind::Delete(id),
                (2 | 3, Some(id)) => Kind::Change(id),
                _ => Kind::Make,
            };
            let answer = match &kind {
                Kind::Make => make(self.user, self.calendar, &title),
                Kind::Change(id) => {
                    self.note(id, |known| known.1.push(title.clone()));
                    self.user.put(&format!("/events/{id}")).json(json!({"title": title})).try_send()
                }
                Kind::Delete(id) => self.user.delete(&format!("/events/{id}")).try_send(),
                Kind::Book => {
                    let slot = usize::try_from(random >> 16).unwrap_or_default() % 48;
                    self.anyone.book(self.token, slot, "bob@example.com")
                }
            };
            match answer {
                Ok(answer) => self.told(kind, title, &answer, mine),
                Err(cause) => return self.not_told(kind, title, &cause, dead, mine),
            }
        }
    }

    fn told(&self, kind: Kind, title: String, answer: &Answer, mine: &mut Vec<String>) {
        let mut told = lock(self.told);
        match (kind, answer.status) {
            (Kind::Make, 201) => {
                let id = answer.at("/event/id");
                told.titles.insert(id.clone(), (title, Vec::new()));
                mine.push(id);
            }
            (Kind::Change(id), 200) => {
                told.titles.insert(id, (title, Vec::new()));
            }
            (Kind::Delete(id), 200) => {
                mine.retain(|known| *known != id);
                told.titles.remove(&id);
                told.deleted.push(id);
            }
            (Kind::Book, 201) => told.booked.push(answer.at("/event/id")),
            // The slot is taken.
            (Kind::Book, 409) => return,
            _ => return told.wrong.push(answer.to_string()),
        }
        told.count += 1;
    }

    fn not_told(&self, kind: Kind, title: String, cause: &ureq::Error, dead: &AtomicBool, mine: &mut Vec<String>) {
        let mut told = lock(self.told);
        if !dead.load(Ordering::SeqCst) {
            told.wrong.push(cause.to_string());
        }
        match kind {
            Kind::Make => told.unknown.push((title, Instant::now())),
            // Whether it was deleted is not known.
            Kind::Delete(id) => {
                mine.retain(|known| *known != id);
                told.titles.remove(&id);
            }
            Kind::Change(_) | Kind::Book => {}
        }
    }

    fn note(&self, id: &str, change: impl FnOnce(&mut (String, Vec<String>))) {
        if let Some(known) = lock(self.told).titles.get_mut(id) {
            change(known);
        }
    }
}

/// Makes an event in a way that can be repeated: its title is the key.
fn make(user: &User, calendar: &str, title: &str) -> Result<Answer, ureq::Error> {
    let body = event(calendar, title, "2026-03-02T09:00:00Z");
    user.post("/events").header("Idempotency-Key", title).json(body).try_send()
}

/// What was acknowledged is there, as it was acknowledged last.
fn expect_kept(ana: &User, told: &Told) {
    for (id, (title, asked)) in &told.titles {
        let found = ana.get(&format!("/events/{id}")).send().expect(200);
        let shown = found["event"]["title"].as_str().expect("a title");
        let fits = shown == title || asked.iter().any(|asked| asked == shown);
        assert!(fits, "{id} is called {shown}, and should be {title} or {asked:?}");
    }
    for id in &told.deleted {
        ana.get(&format!("/events/{id}")).send().expect(404);
    }
    for id in &told.booked {
        ana.get(&format!("/events/{id}")).send().expect(200);
    }
}

/// Who asks again, with the same key, has one event in the end, whether the first request came to its end or not. Whose
/// request died can ask again a minute later: then nobody can be running it any more.
fn expect_made_once(ana: &User, calendar: &str, unknown: &[(String, Instant)]) {
    let Some((_, first)) = unknown.first() else { panic!("nothing was being made whenever the server died") };
    std::thread::sleep(LEASE.saturating_sub(first.elapsed()));
    for (title, _) in unknown.iter().filter(|(_, since)| since.elapsed() > LEASE) {
        let first = make(ana, calendar, title).expect("an answer").expect(201).at("/event/id");
        let second = make(ana, calendar, title).expect("an answer").expect(201).at("/event/id");
        assert_eq!(first, second, "{title} was made twice");
        assert_eq!(ana.get(&format!("/events/{first}")).send().expect(200)["event"]["title"], title.as_str());
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
