//! The legal surface's view of a linked account: how its sync is doing, and one event sent at once.

use kalends_harness::providers::{Fault, Google};
use kalends_harness::{Server, Store, each_store};
use serde_json::{Value, json};

use crate::{link, linked, settings, there};

each_store![
    an_event_is_there_when_the_push_is_answered,
    without_an_account_there_is_nothing_to_push_to,
    an_event_of_another_calendar_is_told_so,
    a_provider_that_is_down_is_told_and_shown,
];

const STATUS: &str = "/api/v1/calendar/sync/status";
const EVENTS: &str = "/api/v1/calendar/events";

fn meeting() -> Value {
    json!({"title": "Client Meeting", "start": "2027-04-01T14:00:00+02:00", "end": "2027-04-01T15:00:00+02:00"})
}

fn meeting_in(calendar: &str) -> Value {
    let mut body = meeting();
    body["calendar_id"] = json!(calendar);
    body
}

fn push_path(event: &Value) -> String {
    format!("/api/v1/calendar/sync/events/{}/push", event["id"].as_str().expect("an id"))
}

fn an_event_is_there_when_the_push_is_answered(store: Store) {
    let ana = linked(store);
    let event = ana.post(EVENTS).json(meeting_in(&ana.home)).send().expect(201);
    let pushed = ana.post(&push_path(&event.json)).send().expect(200);
    assert_eq!(pushed["provider"], "google");
    assert!(pushed["pushed_at"].is_string());
    let copies = there(&ana.google);
    assert_eq!(
        (copies.len(), &copies[0]["id"], &copies[0]["summary"]),
        (1, &pushed["external_id"], &json!("Client Meeting"))
    );
    // Again is no second one, and what changed is there.
    ana.patch(&format!("{EVENTS}/{}", event["id"].as_str().expect("an id")))
        .json(json!({"title": "Moved"}))
        .send()
        .expect(200);
    let again = ana.post(&push_path(&event.json)).send().expect(200);
    assert_eq!(again["external_id"], pushed["external_id"]);
    let copies = there(&ana.google);
    assert_eq!((copies.len(), &copies[0]["summary"]), (1, &json!("Moved")));
    ana.rest();
    let status = ana.get(STATUS).send().expect(200);
    let account = &status["accounts"][0];
    assert_eq!(
        (&account["provider"], &account["status"], &account["pending"]),
        (&json!("google"), &json!("connected"), &json!(0))
    );
    assert!(
        account["last_synced_at"].is_string() && account["email"].is_string() && account.get("last_error").is_none()
    );
    let reader = ana.key(json!({"calendar": ["read"]}));
    assert_eq!(reader.get(STATUS).send().expect(200)["accounts"][0]["provider"], "google");
}

fn without_an_account_there_is_nothing_to_push_to(store: Store) {
    let google = Google::start();
    let server = Server::start_with(store, settings(store, &google));
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    let event = ana.post(EVENTS).json(meeting()).send().expect(201).json;
    ana.post(&push_path(&event)).send().error(409, "SYNC_NOT_CONNECTED");
    bob.post(&push_path(&event)).send().error(404, "EVENT_NOT_FOUND");
    assert_eq!(ana.get(STATUS).send().expect(200).json, json!({"accounts": []}));
}

fn an_event_of_another_calendar_is_told_so(store: Store) {
    let google = Google::start();
    let server = Server::start_with(store, settings(store, &google));
    let ana = server.register("ana@example.com");
    link(&server, &ana, &google);
    let other = ana.calendar("Not synced");
    let event = ana.post(EVENTS).json(meeting_in(&other)).send().expect(201).json;
    ana.post(&push_path(&event)).send().error(409, "CONFLICT");
}

fn a_provider_that_is_down_is_told_and_shown(store: Store) {
    let ana = linked(store);
    ana.rest();
    ana.google.fail(Fault::on("", "").refused(503, "backendError").times(1_000));
    let event = ana.post(EVENTS).json(meeting_in(&ana.home)).send().expect(201).json;
    let answer = ana.post(&push_path(&event)).send();
    assert_eq!((answer.status, answer["code"].as_str()), (503, Some("INTERNAL")), "{answer}");
    let status = ana.get(STATUS).send().expect(200);
    let account = &status["accounts"][0];
    assert_eq!((&account["status"], &account["pending"]), (&json!("error"), &json!(1)));
    assert!(account["last_error"].is_string());
}
