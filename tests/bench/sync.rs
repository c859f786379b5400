//! A Google calendar of 5,000 events synced for the first time, then a single change: calls, time, memory.

use std::time::Instant;

use kalends_harness::providers::Google;
use kalends_harness::{Server, Settings, Store, wait};
use serde_json::json;

use crate::memory::peak_memory;
use crate::table::Table;

/// Events in the Google calendar.
const EVENTS: usize = 5_000;

pub(crate) fn run(table: &mut Table, name: &str, store: Store) {
    let google = Google::start();
    let calendar = google.account();
    let ids: Vec<String> = (0..EVENTS).map(|n| google.create(&calendar, event(n))).collect();
    let settings = google.settings(Settings::new()).set("PROVIDER_SYNC_INTERVAL", "12h");
    let server = Server::start_with(store, settings.set("ENCRYPTION_KEY", &"0123456789abcdef".repeat(4)));
    let ann = server.register("ann@example.com");

    let to = ann.post("/integrations/google/connect").send().expect(200).at("/authorization_url");
    let agreed = google.agree(&to).expect("the fake agrees");
    let before = peak_memory(&server);
    let begun = Instant::now();
    let back = server.anyone().get("/integrations/google/callback").header("Accept", "application/json");
    back.query("state", &agreed.state).query("code", &agreed.code).send().expect(200);
    let account = || ann.get("/integrations").send().expect(200).json["items"][0].clone();
    wait("the first sync", || account()["calendars"][0]["synced_at"].is_string());
    let took = begun.elapsed();
    let calls = google.take_calls().iter().filter(|call| call.path.contains("/events")).count();
    table.amount(&format!("{name}: first sync of {EVENTS} events of a Google calendar"), took, calls, "");
    let more = peak_memory(&server).saturating_sub(before);
    table.memory(&format!("{name}: more memory for it"), more, "");

    google.change(&calendar, &ids[7], json!({"summary": "Changed"}));
    let begun = Instant::now();
    let answer = ann.post("/integrations/google/sync").send().expect(200);
    let took = begun.elapsed();
    assert_eq!(answer["here"]["updated"], 1, "{answer}");
    let calls = google.take_calls().iter().filter(|call| call.path.contains("/events")).count();
    table.amount(&format!("{name}: sync of a single change there"), took, calls, "≤ 2 calls");
}

fn event(n: usize) -> serde_json::Value {
    let (month, day, hour) = (n / 28 % 12 + 1, n % 28 + 1, n % 9 + 8);
    let year = 2020 + n / 336 % 10;
    let at = |minute: &str| json!({"dateTime": format!("{year}-{month:02}-{day:02}T{hour:02}:{minute}:00Z"), "timeZone": "UTC"});
    json!({"summary": format!("Meeting number {n}"), "location": "Hall 1", "start": at("00"), "end": at("45")})
}
