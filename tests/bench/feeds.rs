//! 1,000 feeds of one account against a local feed server: all filled, all asked and unchanged, all changed; memory.

use std::time::{Duration, Instant};

use kalends_harness::{Page, Server, Settings, Store, User, Web, wait};
use serde_json::{Value, json};

use crate::memory::{peak_memory, resident_memory};
use crate::table::Table;

/// How many feeds; `KALENDS_BENCH_FEEDS` says otherwise.
const FEEDS: usize = 1_000;
/// Events of each.
const EVENTS: usize = 20;
/// How long a part of it may take.
const PATIENCE: Duration = Duration::from_mins(20);

pub(crate) fn run(table: &mut Table, name: &str, store: Store) {
    let feeds = std::env::var("KALENDS_BENCH_FEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(FEEDS);
    let web = Web::start();
    let settings = Settings::new().set("FETCH_ALLOW_HOSTS", &web.host()).set("FEED_SYNC_INTERVAL", "1s");
    let settings = settings.set("FEED_LIMIT_PER_ACCOUNT", &feeds.to_string());
    let server = Server::start_with(store, settings);
    let ann = server.register("ann@example.com");
    let serve = |version: usize| {
        for feed in 0..feeds {
            web.serve(&format!("/{feed}"), page(feed, version));
        }
    };
    serve(1);
    let begun = Instant::now();
    for feed in 0..feeds {
        let body = json!({"id": feed.to_string(), "url": web.url(&format!("/{feed}")), "format": "json", "destination": "local"});
        ann.post("/register").json(body).send().expect(200);
    }
    // A first sync fetches without a condition, like the registration before it.
    answered(&web, 200, 2 * feeds);
    table.rate(&format!("{name}: {feeds} feeds of {EVENTS} events registered and filled"), feeds, begun.elapsed(), "");

    // Each is due a second after it was synced, so with many they are synced as fast as the worker can.
    let most = format!("at most {feeds} are due a second");
    web.take_answers();
    let begun = Instant::now();
    let asked = answered(&web, 304, 2 * feeds);
    table.rate(&format!("{name}: feeds synced, unchanged"), asked, begun.elapsed(), &most);
    table.memory(&format!("{name}: memory with {feeds} feeds"), resident_memory(&server), "");

    serve(2);
    let begun = Instant::now();
    let changed = answered(&web, 200, feeds);
    table.rate(&format!("{name}: feeds synced, all {EVENTS} events changed"), changed, begun.elapsed(), &most);
    wait("the last changes", || shown(&ann, 0) && shown(&ann, feeds - 1));
    table.memory(&format!("{name}: peak memory with {feeds} feeds"), peak_memory(&server), "");
}

/// Waits until so many were answered with this status, and tells how many were.
fn answered(web: &Web, status: u16, count: usize) -> usize {
    let (begun, mut seen) = (Instant::now(), 0);
    while seen < count {
        assert!(begun.elapsed() < PATIENCE, "{seen} of {count} answers of status {status} in {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(5));
        seen += web.take_answers().iter().filter(|(_, told)| *told == status).count();
    }
    seen
}

/// Whether the second version of a feed is shown.
fn shown(user: &User, feed: usize) -> bool {
    let list = user.get("/events").query("search", &format!("Event 0 of {feed}, version 2"));
    let list = list.query("start", "2027-01-01T00:00:00Z").query("end", "2028-01-01T00:00:00Z").send().expect(200);
    !list.items().is_empty()
}

fn page(feed: usize, version: usize) -> Page {
    let event = |n: usize| {
        let at = |hour: usize| format!("2027-{:02}-{:02}T{hour:02}:00:00Z", n % 12 + 1, n % 28 + 1);
        let title = format!("Event {n} of {feed}, version {version}");
        json!({"id": n.to_string(), "summary": title, "start": at(9), "end": at(10), "location": "Hall 1"})
    };
    let events: Vec<Value> = (0..EVENTS).map(event).collect();
    Page::json(&json!({"title": format!("Feed {feed}"), "events": events})).header("ETag", &format!("\"{version}\""))
}
