//! Requests a second on many connections, in turn with the ceiling; then what memory it took, and how soon the server is up
//! again.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use kalends_harness::{Server, Settings, Store, User};
use serde_json::json;
use uuid::Uuid;

use crate::booking::{Calendar, Month};
use crate::ceiling::{self, Pgbench};
use crate::client::{Client, get, post};
use crate::listing::pages;
use crate::load::{CONNECTIONS, Load};
use crate::memory::resident_memory;
use crate::seed::{Maker, write};
use crate::table::Table;

/// Events among which single ones are read.
const EVENTS: usize = 100_000;
/// Other events of the calendar that is listed.
const OTHERS: usize = 1_000;
/// Starts of the server, of which the median counts.
const STARTS: usize = 11;

pub(crate) fn run(table: &mut Table, name: &str, store: Store) {
    // A line for each request is read by this process too, and the ceilings write none.
    let mut server = Server::start_with(store, Settings::new().set("RUST_LOG", "warn"));
    let (ann, bob) = (server.register("ann@example.com"), server.register("bob@example.com"));
    let (month, busy, many) = (Month::next(), Calendar::new(&ann, "busy"), bob.calendar("many"));
    let maker = |calendar: &str, user: &User| Maker::new(calendar.parse().unwrap(), user.id.parse().unwrap());
    let mut ids = Vec::new();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = kalends_store::connect(server.database().url(), &kalends_store::Options::default())
            .await
            .expect("the store opens");
        write(&*store, month.events(maker(&busy.id, &ann), 0, OTHERS)).await;
        let mut maker = maker(&many, &bob);
        let start: Timestamp = "2026-01-01T09:00:00Z".parse().unwrap();
        let events = (0..EVENTS).map(|n| maker.event(start + minutes(n), 60, None));
        let seen = events.inspect(|event| ids.push(event.id.0));
        write(&*store, seen).await;
    });
    // Neighbours in the list are none in the file.
    ids.sort_unstable_by_key(|id| Uuid::new_v5(&Uuid::nil(), id.as_bytes()));

    let pgbench = (store == Store::Postgres).then(Pgbench::prepare);
    let mut read = {
        let ids = &ids;
        let token = &bob.access;
        Load::new(server.base(), move |lane, n| {
            get(&format!("/events/{}", ids[(lane * ids.len() / CONNECTIONS + n) % ids.len()]), token)
        })
    };
    let what = format!("{name}: an event read, of {EVENTS}");
    if let Some(pgbench) = &pgbench {
        let by_itself = || pgbench.rate("--select-only");
        table.rates(&what, "≥ 0.40", ("get", "pgbench -S"), || read.rate(), by_itself);
    } else {
        let database = server.database();
        table.rates(&what, "", ("get", "raw SQLite"), || read.rate(), || ceiling::sqlite(&database, &ids));
    }

    answers(table, name, &server, &ann, &month, &busy);
    writes(table, name, &server, &month, pgbench.as_ref());

    let bar = if store == Store::Sqlite { "≤ 60 MB" } else { "" };
    table.memory(&format!("{name}: memory after all that"), resident_memory(&server), bar);
    let starts = (0..STARTS).map(|_| {
        server.stop();
        let begun = Instant::now();
        server.restart();
        while !is_ready(server.base()) {}
        begun.elapsed()
    });
    let starts = starts.collect();
    table.took(&format!("{name}: ready after its start on that store"), starts, "≤ 200 ms");
}

/// Questions about a full month, next to their answers as constants.
fn answers(table: &mut Table, name: &str, server: &Server, ann: &User, month: &Month, busy: &Calendar) {
    let first = format!("/events?calendar_id={}&{}&limit=200", busy.id, month.query());
    let (pages, _) = pages(&mut Client::new(server.base(), &ann.access), &first);
    let pages: Vec<_> = pages.iter().map(|path| get(path, &ann.access)).collect();
    let open_slots = json!({
        "user_ids": [format!("usr_{}", ann.id.replace('-', ""))], "from": month.start().to_string(), "to": month.end().to_string(),
        "duration_minutes": 30, "limit": 1000,
    });
    for (what, bar, requests) in [
        ("list of 947 occurrences by 200", "≥ 0.35", pages),
        ("availability of a month", "≥ 0.25", vec![get(&busy.availability(month), &ann.access)]),
        (
            "open slots of a month",
            "≥ 0.25",
            vec![post("/api/v1/calendar/availability/open-slots", &ann.access, &open_slots)],
        ),
        ("slots of a booking link in a month", "≥ 0.25", vec![get(&busy.slots(month), "")]),
    ] {
        let mut client = Client::new(server.base(), "");
        let bodies: Vec<_> = requests
            .iter()
            .map(|request| {
                client.send(request);
                client.receive().to_vec()
            })
            .collect();
        let bytes = bodies.iter().map(Vec::len).sum::<usize>() / bodies.len();
        let same = ceiling::serve(bodies);
        let mut ours = Load::new(server.base(), |lane, n| requests[(lane + n) % requests.len()].clone());
        let mut constant = Load::new(&same, |lane, n| get(&format!("/{}", (lane + n) % requests.len()), ""));
        let what = format!("{name}: {what}, {bytes} bytes an answer");
        table.rates(&what, bar, ("answers", "constant"), || ours.rate(), || constant.rate());
    }
}

/// Each connection writes into a calendar of its own, as people do.
fn writes(table: &mut Table, name: &str, server: &Server, month: &Month, pgbench: Option<&Pgbench>) {
    let people: Vec<User> = (0..CONNECTIONS).map(|n| server.register(&format!("writer{n}@example.com"))).collect();
    let calendars: Vec<String> = people.iter().map(|one| one.calendar("own")).collect();
    let hours = json!([{"start": "00:00", "end": "24:00"}]);
    let week =
        json!({"mon": hours, "tue": hours, "wed": hours, "thu": hours, "fri": hours, "sat": hours, "sun": hours});
    let settings = json!({"duration_minutes": 5, "timezone": "UTC", "working_hours": week});
    let links: Vec<String> = people
        .iter()
        .map(|one| {
            let calendar = one.calendar("bookings");
            let path = format!("/calendars/{calendar}/booking-link");
            one.post(&path).json(settings.clone()).send().expect(201).at("/token")
        })
        .collect();
    let create = |lane: usize, n: usize| {
        let start = month.start() + minutes(n * 60);
        let body = json!({
            "calendar_id": calendars[lane], "title": format!("Event {n}"), "location": "Hall 1", "timezone": "UTC",
            "description": "Bring the paper that we talked about last time.",
            "start_time": start.to_string(), "end_time": (start + minutes(45)).to_string(),
        });
        post("/events", &people[lane].access, &body)
    };
    let reserve = |lane: usize, n: usize| {
        let start = month.start() + minutes(n * 5);
        let body = json!({
            "name": "Bo", "email": "bo@example.com", "slot_start": start.to_string(), "slot_end": (start + minutes(5)).to_string(),
        });
        post(&format!("/booking/{}/reserve", links[lane]), "", &body)
    };
    let mut create = Load::new(server.base(), create);
    let mut reserve = Load::new(server.base(), reserve);
    let what = |what: &str| format!("{name}: {what}, {CONNECTIONS} calendars");
    if let Some(pgbench) = pgbench {
        let update = || pgbench.rate("--skip-some-updates");
        let sides = ("create", "pgbench -N");
        table.rates(&what("events made"), "≥ 0.50", sides, || create.rate(), update);
        table.rates(&what("slots reserved"), "", ("reserve", "pgbench -N"), || reserve.rate(), update);
    } else {
        table.alone(&what("events made"), || create.rate());
        table.alone(&what("slots reserved"), || reserve.rate());
    }
}

fn is_ready(base: &str) -> bool {
    let mut answer = String::new();
    let asked = TcpStream::connect(base.trim_start_matches("http://")).and_then(|mut stream| {
        stream.write_all(b"GET /readyz HTTP/1.0\r\n\r\n")?;
        stream.read_to_string(&mut answer)
    });
    asked.is_ok() && answer.contains(" 200 OK")
}

fn minutes(n: usize) -> SignedDuration {
    SignedDuration::from_mins(i64::try_from(n).expect("a few years"))
}
