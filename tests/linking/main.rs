//! Linking Google and Outlook, and keeping calendars there and here the same, on both stores, against fakes of both.
#![allow(clippy::expect_used, clippy::needless_pass_by_value, reason = "a test that cannot go on panics")]

mod again;
mod connect;
mod errors;
mod legal;
mod outlook;
mod pulling;
mod pushing;
mod random;
mod traces;

use std::ops::Deref;

use kalends_harness::providers::{Call, Google};
use kalends_harness::{Answer, Server, Settings, Store, User, run, wait};
use serde_json::{Value, json};

/// The routes of the academic surface.
const EVENTS: &str = "/api/calendar/events";
const SYNC: &str = "/api/calendar/sync/google";

/// What the queue calls the sync of a calendar.
const SYNC_JOB: &str = "provider.sync";

/// Ana, with an account at Google that is linked, and synced for the first time.
struct Linked {
    server: Server,
    ana: User,
    /// The calendar here that is synced with her own one there.
    home: String,
    // After the server: what it asked is judged once it has ended.
    google: Google,
}

impl Deref for Linked {
    type Target = User;

    fn deref(&self) -> &User {
        &self.ana
    }
}

/// A server that offers Google, and pulls so seldom that no test sees it.
fn settings(store: Store, google: &Google) -> Settings {
    keyed(store, google.settings(Settings::new()).set("PROVIDER_SYNC_INTERVAL", "12h"))
}

/// With a key for tokens, where the server makes none by itself.
fn keyed(store: Store, settings: Settings) -> Settings {
    match store {
        Store::Sqlite => settings,
        Store::Postgres => settings.set("ENCRYPTION_KEY", &"0123456789abcdef".repeat(4)),
    }
}

fn linked(store: Store) -> Linked {
    linked_with(store, |settings| settings)
}

fn linked_with(store: Store, with: impl FnOnce(Settings) -> Settings) -> Linked {
    let google = Google::start();
    let server = Server::start_with(store, with(settings(store, &google)));
    let ana = server.register("ana@example.com");
    link(&server, &ana, &google);
    let home = first_sync(&ana);
    Linked { server, ana, home, google }
}

/// Where the person is sent.
#[track_caller]
fn authorization_url(user: &User, provider: &str) -> String {
    user.post(&format!("/integrations/{provider}/connect")).send().expect(200).at("/authorization_url")
}

/// The browser comes back.
fn come_back(server: &Server, provider: &str, code: &str, state: &str) -> Answer {
    let path = format!("/integrations/{provider}/callback");
    let request = server.anyone().get(&path).query("state", state).query("code", code);
    request.header("Accept", "application/json").send()
}

/// The person agrees.
#[track_caller]
fn link(server: &Server, user: &User, google: &Google) {
    let agreed = google.agree(&authorization_url(user, "google")).expect("she agrees");
    come_back(server, "google", &agreed.code, &agreed.state).expect(200);
}

/// The only linked account.
#[track_caller]
fn account(user: &User) -> Value {
    let list = user.get("/integrations").send().expect(200);
    let items = list["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{list}is not one account");
    items[0].clone()
}

/// Waits until the account's own calendar was synced, and answers with the calendar here.
#[track_caller]
fn first_sync(user: &User) -> String {
    wait("the first sync", || account(user)["calendars"][0]["synced_at"].is_string());
    account(user)["calendars"][0]["calendar_id"].as_str().expect("an id").to_owned()
}

/// Asks for it again as long as somebody else is syncing.
fn in_turn(ask: impl Fn() -> Answer) -> Answer {
    let mut answer = ask();
    let busy = |answer: &Answer| {
        answer.status == 409 && answer["error"].as_str().is_some_and(|error| error.contains("being synced"))
    };
    wait("the sync that is under way", || {
        let waits = busy(&answer);
        if waits {
            answer = ask();
        }
        !waits
    });
    answer
}

#[track_caller]
fn sync(user: &User, provider: &str) -> Answer {
    in_turn(|| user.post(&format!("/integrations/{provider}/sync")).send()).expect(200)
}

/// What the academic surface's sync brought: imported, updated.
#[track_caller]
fn pull(user: &User) -> (u64, u64) {
    let answer = in_turn(|| user.post(SYNC).send()).expect(200);
    let (imported, updated) = (answer["data"]["imported"].as_u64(), answer["data"]["updated"].as_u64());
    let (imported, updated) = (imported.expect("a number"), updated.expect("a number"));
    let message = format!("Sync completed: {imported} imported, {updated} updated");
    assert_eq!(
        answer.json,
        json!({
            "success": true, "data": {"imported": imported, "updated": updated}, "message": message,
        })
    );
    (imported, updated)
}

impl Linked {
    /// Syncs until there is nothing left to do, and nobody comes later to see whether there is.
    #[track_caller]
    fn rest(&self) {
        settle(self, "google");
        let database = self.server.database();
        let list = || run(&["jobs", "list"], &[("DATABASE_URL", database.url())], "").expect_success().stdout;
        wait("the queue to hold no sync", || !list().contains(SYNC_JOB));
    }
}

/// Syncs until there is nothing left to do.
#[track_caller]
fn settle(user: &User, provider: &str) {
    wait("both sides to be the same", || {
        let done = sync(user, provider);
        is_quiet(&done)
    });
}

fn is_quiet(done: &Answer) -> bool {
    let none = json!({"created": 0, "updated": 0, "deleted": 0});
    done["here"] == none && done["there"] == none && done["failed"] == 0 && done["held"] == json!([])
}

/// All events and occurrences of the year 2027 here.
#[track_caller]
fn here(user: &User) -> Vec<Value> {
    let ask = || user.get("/events").query("start", "2027-01-01T00:00:00Z").query("end", "2028-01-01T00:00:00Z");
    let (mut all, mut page) = (Vec::new(), ask().send().expect(200));
    loop {
        all.extend(page.items().iter().cloned());
        match page.next_cursor() {
            Some(cursor) => page = ask().query("cursor", &cursor).send().expect(200),
            None => return all,
        }
    }
}

/// One field of each, sorted.
#[track_caller]
fn each(events: &[Value], field: &str) -> Vec<String> {
    let mut texts: Vec<String> = events.iter().map(|event| event[field].as_str().expect("a text").to_owned()).collect();
    texts.sort();
    texts
}

/// What is live in the account's own calendar there.
fn there(google: &Google) -> Vec<Value> {
    let live = |event: &Value| event["status"] != "cancelled";
    google.events(&google.account()).into_iter().filter(live).collect()
}

/// An hour at Google, beginning at this wall time in Berlin (`2027-03-01T10:00:00`).
fn hour(title: &str, start: &str) -> Value {
    let (day, time) = start.split_once('T').expect("a time has a T");
    let next: u8 = time[..2].parse::<u8>().expect("an hour") + 1;
    let end = format!("{day}T{next:02}{}", &time[2..]);
    let at = |time: &str| json!({"dateTime": time, "timeZone": "Europe/Berlin"});
    json!({"summary": title, "start": at(start), "end": at(&end)})
}

/// The calls that write events, as far as they came through or were refused.
fn writes(calls: &[Call]) -> Vec<&Call> {
    calls.iter().filter(|call| call.method != "GET" && call.path.contains("/events")).collect()
}

/// An event of the academic surface, as it is answered with.
#[track_caller]
fn make(user: &User, title: &str, start: &str) -> Value {
    let body = json!({"title": title, "startDate": start, "eventType": "MEETING", "color": "red"});
    user.post(EVENTS).json(body).send().expect(201)["data"].clone()
}

#[track_caller]
fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
