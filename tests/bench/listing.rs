//! Lists of a month: in small and huge calendars, and against a constant answer of the same size.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::event::Event;
use kalends_harness::{Server, Store};
use serde_json::json;

use crate::ceiling;
use crate::client::Client;
use crate::seed::{Maker, write};
use crate::table::Table;

const MONTH: &str = "start=2026-04-01T00:00:00Z&end=2026-05-01T00:00:00Z";
const SMALL: u64 = 1_000;
const HUGE: u64 = 1_000_000;

pub(crate) fn run(table: &mut Table, name: &str, store: Store) {
    let server = Server::start(store);
    let ann = server.register("ann@example.com");
    let calendar =
        |name: &str| ann.post("/calendars").json(json!({ "name": name })).send().expect(201).at("/calendar/id");
    let (small, huge, busy) = (calendar("small"), calendar("huge"), calendar("busy"));
    let maker = |id: &str| Maker::new(id.parse().unwrap(), ann.id.parse().unwrap());
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = kalends_store::connect(server.database().url(), &kalends_store::Options::default())
            .await
            .expect("the store opens");
        write(&*store, spread(maker(&small), SMALL)).await;
        write(&*store, spread(maker(&huge), HUGE)).await;
        write(&*store, busy_month(maker(&busy))).await;
    });

    let client = || Client::new(server.base(), &ann.access);
    let month = |id: &str| format!("/events?calendar_id={id}&{MONTH}&limit=200");
    let (small, huge) = (month(&small), month(&huge));
    let (mut one, mut other) = (client(), client());
    assert_eq!(items(&one.get(&small)), items(&other.get(&huge)), "both months hold the same number");
    let what = format!("{name}: month of 40 events, calendar of 1,000,000 / of 1,000");
    table.compare(&what, "≤ 2", 301, ("1,000,000", "1,000"), || drop(one.get(&huge)), || drop(other.get(&small)));

    let first = month(&busy);
    let (paths, bodies) = pages(&mut one, &first);
    let mut constant = Client::new(&ceiling::serve(bodies.clone()), "");
    let pages: Vec<String> = (0..bodies.len()).map(|page| format!("/{page}")).collect();
    let what =
        format!("{name}: month of 177 events, 947 occurrences in {} pages / the same bytes, constant", pages.len());
    let list = || paths.iter().for_each(|path| drop(one.get(path)));
    let same = || pages.iter().for_each(|path| drop(constant.get(path)));
    table.compare(&what, "", 101, ("list", "constant"), list, same);
}

/// The paths of all pages of a list of 947 occurrences, and what is answered there.
pub(crate) fn pages(client: &mut Client, first: &str) -> (Vec<String>, Vec<Vec<u8>>) {
    let mut paths = vec![first.to_owned()];
    let mut bodies = vec![client.get(first)];
    while let Some(cursor) = next(&bodies[bodies.len() - 1]) {
        paths.push(format!("{first}&cursor={cursor}"));
        bodies.push(client.get(&paths[paths.len() - 1]));
    }
    assert_eq!(bodies.iter().map(|body| items(body)).sum::<usize>(), 947);
    (paths, bodies)
}

/// `count` events over 150 years: 40 in the month that is asked for, with two series among them, and the rest outside; some
/// long, some in series that ended.
fn spread(mut maker: Maker, count: u64) -> Vec<Event> {
    let start: Timestamp = "1926-01-01T09:00:00Z".parse().unwrap();
    let april: Timestamp = "2026-04-01T09:00:00Z".parse().unwrap();
    let hours = |n: u64| SignedDuration::from_hours(i64::try_from(n).unwrap());
    let mut events: Vec<Event> = (0..40).map(|n| maker.event(april + hours(n * 17), 60, None)).collect();
    for weekday in 0..2 {
        events.push(maker.event(april + hours(weekday * 24), 30, Some("FREQ=WEEKLY")));
    }
    let whole = 150 * 365 * 24;
    for n in 42..count {
        let at = start + hours(n * whole / count);
        // Clear of the month, by more than the longest of these events.
        let at = if (april - hours(24 * 40)..april + hours(24 * 31)).contains(&at) { start + hours(n) } else { at };
        events.push(match n {
            n if n % 1_000 == 0 => maker.event(at, 60, Some("FREQ=DAILY;COUNT=10")),
            n if n % 100 == 0 => maker.event(at, 3 * 24 * 60, None),
            _ => maker.event(at, 60, None),
        });
    }
    events
}

/// 177 events, 100 of them series, that make 947 occurrences in April 2026.
fn busy_month(mut maker: Maker) -> Vec<Event> {
    let april: Timestamp = "2026-04-01T08:00:00Z".parse().unwrap();
    let minutes = |n: i64| SignedDuration::from_mins(n);
    let series = [("FREQ=DAILY", 16), ("FREQ=WEEKLY;BYDAY=MO", 30), ("FREQ=WEEKLY;BYDAY=WE", 54)];
    let mut events: Vec<Event> = (0..77).map(|n| maker.event(april + minutes(n * 500), 45, None)).collect();
    for (rule, count) in series {
        // Begun on a Wednesday or a Monday of January.
        let begun: Timestamp =
            if rule.ends_with("MO") { "2026-01-05T08:00:00Z" } else { "2026-01-07T08:00:00Z" }.parse().unwrap();
        events.extend((0..count).map(|n| maker.event(begun + minutes(n * 7), 30, Some(rule))));
    }
    events
}

fn items(body: &[u8]) -> usize {
    let list: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    list["items"].as_array().expect("items").len()
}

fn next(body: &[u8]) -> Option<String> {
    let list: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    list["page"]["next_cursor"].as_str().map(str::to_owned)
}
