//! 1,000 feeds of one account against a local feed server: all filled, all asked and unchanged, all changed; memory.

use std::time::{Duration, Instant};

use kalends_harness::{Page, Server, Settings, Store, User, Web, wait};
use serde_json::{Value, json};

use crate::memory::peak_memory;
use crate::table::Table;

/// How many feeds; `KALENDS_BENCH_FEEDS` says otherwise.
const FEEDS: usize = 1_000;
/// Events of each.
const EVENTS: usize = 20;

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
    let patience = || std::thread::sleep(Duration::from_millis(50));
    // A first sync fetches without a condition, like the registration before it.
    let mut filled = 0;
    while filled < 2 * feeds {
        filled += web.take_answers().iter().filter(|(_, status)| *status == 200).count();
        patience();
    }
    table.rate(&format!("{name}: {feeds} feeds of {EVENTS} events registered and filled"), feeds, begun.elapsed());

    // They are synced as fast as the worker can: each is due again before all were.
    web.take_answers();
    let begun = Instant::now();
    let mut asked = 0;
    while asked < feeds {
        asked += web.take_answers().iter().filter(|(_, status)| *status == 304).count();
        patience();
    }
    table.rate(&format!("{name}: unchanged feeds asked"), asked, begun.elapsed());

    let begun = Instant::now();
    serve(2);
    let mut changed = 0;
    while changed < feeds {
        changed += web.take_answers().iter().filter(|(_, status)| *status == 200).count();
        patience();
    }
    table.rate(&format!("{name}: feeds of which all {EVENTS} events changed"), changed, begun.elapsed());
    wait("the last change", || shown(&ann, feeds - 1));
    table.memory(&format!("{name}: peak memory with {feeds} feeds"), peak_memory(&server), "");
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
