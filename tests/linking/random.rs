//! Random edits on both sides, with random mishaps between them and a server that is killed: in the end both sides hold the
//! same, and nothing twice.

use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use kalends_harness::providers::{Fault, Google};
use kalends_harness::{Server, Store, User, each_store};
use serde_json::{Value, json};

use crate::{first_sync, here, hour, is_quiet, link, settings, text, there};

each_store![whatever_happens_both_sides_end_the_same];

/// What happens follows from this alone, but for the moments at which it does.
const SEED: u64 = 0x1fe9_d2a5_66b3_0c47;
const STEPS: usize = 120;
/// The server dies at these.
const DEATHS: [usize; 3] = [15, 30, 45];
/// A sync that was under way when its server was killed is left alone for two minutes.
const PATIENCE: Duration = Duration::from_mins(3);

/// xorshift64*, by Sebastiano Vigna.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).expect("31 bits") % end
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }
}

struct World {
    server: Server,
    ana: User,
    home: String,
    google: Google,
    random: Random,
    made: usize,
    /// The names of events that somebody deleted somewhere. An event's name is its location, which nobody changes.
    deleted: Vec<String>,
}

/// Tells the seed when a test fails.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the seed was {:#x}", self.0);
        }
    }
}

fn whatever_happens_both_sides_end_the_same(store: Store) {
    let seed = std::env::var("KALENDS_TEST_SEED")
        .ok()
        .and_then(|text| u64::from_str_radix(text.trim_start_matches("0x"), 16).ok());
    let seed = Seed(seed.unwrap_or(SEED));
    let google = Google::start();
    let server = Server::start_with(store, settings(store, &google).set("PROVIDER_SYNC_INTERVAL", "1s"));
    let ana = server.register("ana@example.com");
    link(&server, &ana, &google);
    let home = first_sync(&ana);
    let random = Random(seed.0);
    let mut world = World { server, ana, home, google, random, made: 0, deleted: Vec::new() };
    for step in 0..STEPS {
        if DEATHS.contains(&step) {
            world.die();
        }
        match world.random.below(10) {
            0..3 => world.edit_here(),
            3..6 => world.edit_there(),
            6 => world.mishap(),
            7 if world.random.below(3) == 0 => world.google.expire_sync(),
            8 => world.sync_anyhow(),
            _ => std::thread::sleep(Duration::from_millis(world.random.next() % 100)),
        }
    }
    world.google.recover();
    world.grow_quiet();
    world.judge();
}

impl World {
    fn name(&mut self) -> String {
        self.made += 1;
        format!("event {}", self.made)
    }

    fn title(&mut self) -> String {
        format!("Title {}", self.random.next())
    }

    /// A day and an hour, as in `2027-03-01T10:00:00`.
    fn start(&mut self) -> String {
        format!(
            "2027-{:02}-{:02}T{:02}:00:00",
            1 + self.random.below(12),
            1 + self.random.below(28),
            self.random.below(23)
        )
    }

    fn edit_here(&mut self) {
        let known: Vec<(String, String)> = here(&self.ana)
            .iter()
            .map(|event| (text(&event["id"]).to_owned(), text(&event["location"]).to_owned()))
            .collect();
        let chosen = self.random.pick(&known).cloned();
        match (self.random.below(5), chosen) {
            (2, Some((id, _))) => {
                let title = self.title();
                self.change_here(&id, json!({"title": title}));
            }
            (3, Some((id, _))) => {
                let start = self.start();
                let zoned = hour("", &start);
                let (start, end) = (text(&zoned["start"]["dateTime"]), text(&zoned["end"]["dateTime"]));
                let body = json!({"start_time": format!("{start}Z"), "end_time": format!("{end}Z"), "timezone": "UTC", "all_day": false});
                self.change_here(&id, body);
            }
            (4, Some((id, name))) => {
                let gone = self.ana.delete(&format!("/events/{id}")).send();
                assert!([200, 404].contains(&gone.status), "{gone}cannot be");
                self.deleted.push(name);
            }
            _ => {
                let (name, title, start) = (self.name(), self.title(), self.start());
                let all_day = self.random.below(4) == 0;
                let zoned = hour("", &start);
                let (from, to) = if all_day {
                    (format!("{}T00:00:00Z", &start[..10]), format!("{}T00:00:00Z", next_day(&start[..10])))
                } else {
                    (format!("{start}Z"), format!("{}Z", text(&zoned["end"]["dateTime"])))
                };
                self.ana.event(json!({
                    "calendar_id": self.home, "title": title, "location": name, "timezone": "UTC", "all_day": all_day,
                    "start_time": from, "end_time": to,
                }));
            }
        }
    }

    /// A sync may have deleted it meanwhile, or write it at the same moment.
    fn change_here(&self, id: &str, body: Value) {
        let changed = self.ana.put(&format!("/events/{id}")).json(body).send();
        assert!([200, 404, 409].contains(&changed.status), "{changed}cannot be");
    }

    fn edit_there(&mut self) {
        let account = self.google.account();
        let known = there(&self.google);
        let chosen = self.random.pick(&known).cloned();
        let id = chosen.as_ref().map(|event| text(&event["id"]).to_owned());
        match (self.random.below(5), id) {
            (2, Some(id)) => {
                let title = self.title();
                self.google.change(&account, &id, json!({"summary": title}));
            }
            (3, Some(id)) => {
                let start = self.start();
                let mut moved = hour("", &start);
                for side in ["start", "end"] {
                    moved[side]["date"] = Value::Null;
                }
                let body = json!({"start": moved["start"], "end": moved["end"]});
                self.google.change(&account, &id, body);
            }
            (4, Some(id)) => {
                self.deleted.push(text(&chosen.expect("it was chosen")["location"]).to_owned());
                self.google.remove(&account, &id);
            }
            _ => {
                let (name, title, start) = (self.name(), self.title(), self.start());
                let mut body = hour(&title, &start);
                if self.random.below(4) == 0 {
                    body["start"] = json!({"date": start[..10]});
                    body["end"] = json!({"date": next_day(&start[..10])});
                }
                body["location"] = json!(name);
                self.google.create(&account, body);
            }
        }
    }

    fn mishap(&mut self) {
        let method = ["GET", "POST", "PATCH", "DELETE", ""][self.random.below(5)];
        let on = Fault::on(method, "");
        self.google.fail(match self.random.below(8) {
            0 => on.refused(503, "backendError"),
            1 => on.refused(403, "rateLimitExceeded"),
            2 => on.busy(429, "rateLimitExceeded", 1),
            3 => on.cut(),
            4 => on.garbled(),
            5 => on.slow(Duration::from_millis(200)),
            _ => on.lost(),
        });
    }

    /// Whatever comes of it.
    fn sync_anyhow(&self) {
        let answer = self.ana.post("/integrations/google/sync").send();
        assert!([200, 409, 503].contains(&answer.status), "{answer}cannot be");
    }

    /// `kill -9`, with something on its way to Google and back, and up again.
    fn die(&mut self) {
        for _ in 0..3 {
            self.edit_here();
        }
        std::thread::sleep(Duration::from_millis(self.random.next() % 60));
        self.server.kill();
        self.edit_there();
        self.server.restart();
        self.ana = self.ana.at(&self.server);
    }

    /// Syncs until two in a row find nothing to do.
    fn grow_quiet(&self) {
        let since = Instant::now();
        let mut quiet = 0;
        while quiet < 2 {
            let answer = self.ana.post("/integrations/google/sync").send();
            quiet = if answer.status == 200 && is_quiet(&answer) { quiet + 1 } else { 0 };
            assert!(since.elapsed() < PATIENCE, "{answer}never grows quiet");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn judge(&self) {
        let mut ours: Vec<Told> = here(&self.ana).iter().map(told_here).collect();
        let mut theirs: Vec<Told> = there(&self.google).iter().map(told_there).collect();
        ours.sort();
        theirs.sort();
        assert_eq!(ours, theirs, "the two sides differ");
        let names: Vec<&String> = ours.iter().map(|(name, ..)| name).collect();
        let mut once = names.clone();
        once.dedup();
        assert_eq!(names, once, "something is there twice");
        let untouched =
            (1..=self.made).map(|number| format!("event {number}")).filter(|name| !self.deleted.contains(name));
        for name in untouched {
            assert!(names.contains(&&name), "{name} was lost");
        }
        assert!(names.len() > 5, "a test of nothing: {names:?}");
    }
}

/// Name, title, start, end.
type Told = (String, String, String, String);

fn told_here(event: &Value) -> Told {
    let at = |name: &str| {
        let at: DateTime<Utc> = text(&event[name]).parse().expect("an instant");
        if event["all_day"] == true {
            let zone: chrono_tz::Tz = text(&event["timezone"]).parse().expect("a zone");
            return at.with_timezone(&zone).date_naive().to_string();
        }
        at.to_rfc3339()
    };
    (text(&event["location"]).to_owned(), text(&event["title"]).to_owned(), at("start_time"), at("end_time"))
}

fn told_there(event: &Value) -> Told {
    let at = |name: &str| match event[name]["date"].as_str() {
        Some(day) => day.to_owned(),
        None => text(&event[name]["dateTime"]).parse::<DateTime<Utc>>().expect("an instant").to_rfc3339(),
    };
    (text(&event["location"]).to_owned(), text(&event["summary"]).to_owned(), at("start"), at("end"))
}

fn next_day(day: &str) -> String {
    let day: NaiveDate = day.parse().expect("a day");
    day.succ_opt().expect("another day").to_string()
}
