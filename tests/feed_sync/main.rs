//! The feed-sync surface on both stores: local feed servers, and a fake of Google.
#![allow(clippy::expect_used, clippy::needless_pass_by_value, reason = "a test that cannot go on panics")]

mod documented;
mod google;
mod local;
mod syncing;

use kalends_harness::{Answer, Page, Server, Settings, Store, User, Web, wait};
use serde_json::{Value, json};

/// Ana, who has feeds, and the web server where they stand.
struct Feeds {
    server: Server,
    ana: User,
    web: Web,
}

/// A server that syncs feeds so seldom that no test sees it, but for the first time.
fn started(store: Store) -> Feeds {
    started_with(store, |settings| settings)
}

fn started_with(store: Store, with: impl FnOnce(Settings) -> Settings) -> Feeds {
    let web = Web::start();
    let settings = Settings::new().set("FETCH_ALLOW_HOSTS", &web.host()).set("FEED_SYNC_INTERVAL", "12h");
    let server = Server::start_with(store, with(settings));
    let ana = server.register("ana@example.com");
    Feeds { server, ana, web }
}

impl Feeds {
    /// Says what stands at a path, and registers it, here alone, under the name of the path.
    #[track_caller]
    fn local(&self, path: &str, page: Page) -> String {
        self.web.serve(path, page);
        self.ana.post("/register").json(self.body(path, "json", "local")).send().expect(200);
        self.first_sync(&path[1..])
    }

    fn body(&self, path: &str, format: &str, destination: &str) -> Value {
        json!({"id": &path[1..], "url": self.web.url(path), "format": format, "destination": destination})
    }

    /// Waits until a feed was synced once, and tells its calendar.
    #[track_caller]
    fn first_sync(&self, id: &str) -> String {
        wait("the first sync", || feed(&self.ana, id)["last_synced_at"].is_string());
        feed(&self.ana, id)["calendar_id"].as_str().expect("an id").to_owned()
    }

    /// Syncs a feed now: created, updated, deleted, unchanged.
    #[track_caller]
    fn sync(&self, id: &str) -> [u64; 4] {
        let done = self.ana.post(&format!("/feeds/{id}/sync")).send().expect(200);
        ["created", "updated", "deleted", "unchanged"].map(|name| done[name].as_u64().expect("a number"))
    }
}

/// What the list says of a feed.
#[track_caller]
fn feed(user: &User, id: &str) -> Value {
    let list = user.get("/feeds").send().expect(200);
    let found = list.items().iter().find(|feed| feed["id"] == id);
    found.unwrap_or_else(|| panic!("{list}knows no {id}")).clone()
}

/// A JSON feed of these events.
fn page(events: &[Value]) -> Page {
    Page::json(&json!({"title": "Holidays", "events": events}))
}

/// An hour in 2027, from that hour of the first of March on.
fn event(id: &str, title: &str, hour: u8) -> Value {
    let at = |hour: u8| format!("2027-03-01T{hour:02}:00:00Z");
    json!({"id": id, "summary": title, "start": at(hour), "end": at(hour + 1)})
}

/// The events of a calendar in 2027, series as one each: `(title, id)`, by title.
#[track_caller]
fn titles(user: &User, calendar: &str) -> Vec<(String, String)> {
    let list = user.get("/events").query("calendar_id", calendar);
    let list = list.query("start", "2027-01-01T00:00:00Z").query("end", "2028-01-01T00:00:00Z").query("limit", "100");
    let list = list.send().expect(200);
    let text = |event: &Value, name: &str| event[name].as_str().expect("a text").to_owned();
    let mut told: Vec<_> = list.items().iter().map(|event| (text(event, "title"), text(event, "id"))).collect();
    told.sort();
    told.dedup();
    told
}

/// Panics unless this is an error of this surface, and nothing but that; its hint.
#[track_caller]
fn error(answer: Answer, status: u16, code: &str) -> String {
    assert_eq!(
        (answer.status, answer.json["error"].as_str()),
        (status, Some(code)),
        "{answer}expected {status} {code}"
    );
    let known = |name: &String| ["error", "hint"].contains(&name.as_str());
    let object = answer.json.as_object().expect("an object");
    assert!(object.keys().all(known), "{answer}has more than error and hint");
    answer.json["hint"].as_str().unwrap_or_default().to_owned()
}
