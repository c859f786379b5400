//! Google's Calendar API: with its own client, and what that client does not show.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use kalends_harness::providers::{CLIENT_ID, CLIENT_SECRET, Fault, Google};
use kalends_harness::skip;
use serde_json::{Value, json};

use crate::http::{call, json};

const ANA: &str = "ana@gmail.example";

fn lecture() -> Value {
    json!({
        "summary": "Lecture",
        "start": {"dateTime": "2026-03-02T10:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-02T11:00:00", "timeZone": "Europe/Berlin"},
    })
}

fn events(google: &Google) -> String {
    format!("{}/calendars/primary/events", google.api_url())
}

#[test]
fn googles_own_client_finds_what_it_expects() {
    let Some(dir) = std::env::var_os("KALENDS_ORACLES").map(PathBuf::from) else {
        return skip("KALENDS_ORACLES names no directory with Google's client");
    };
    let google = Google::start();
    assert!(google.is_checking());
    let (_, refresh) = google.grant();
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("oracles/google_client.py");
    let mut command = Command::new(dir.join("venv/bin/python"));
    command.arg(script).args([&google.api_url(), &google.token_url(), &refresh]).args([CLIENT_ID, CLIENT_SECRET]);
    let output = command.output().expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut found: Value = serde_json::from_slice(&output.stdout).expect("an object");
    let left = found["left"].take();
    assert_eq!((&left, &found["calendars"]), (&json!([ANA]), &json!([ANA])));
    let ids = ["20260302T090000Z", "20260309T090000Z", "20260316T090000Z", "20260323T090000Z"];
    let ids = ids.map(|start| format!("abcde_{start}"));
    let expected = json!({
        "calendars": [ANA],
        "left": null,
        "zone": "Asia/Tokyo",
        "start": "2026-03-02T10:00:00+01:00",
        "again": [409, "duplicate"],
        "bad_id": [400, "invalid"],
        "bad_rule": [400, "invalid"],
        "first": ["abcde"],
        "instances": ids,
        "changed": [[ids[1], "confirmed", "abcde"], [ids[2], "cancelled", "abcde"]],
        "stale": [412, "conditionNotMet"],
        "title": "Other",
        "mine": ["abcde"],
        "colour": [400, "invalid"],
        "deleted": [410, "deleted"],
        "gone": ["abcde", ids[1]],
        "back": "confirmed",
        "unknown": [404, "notFound"],
        "foreign_token": [400, "invalid"],
    });
    assert_eq!(found, expected);
}

#[test]
fn pages_and_syncs_miss_nothing() {
    let google = Google::start();
    let (access, _) = google.grant();
    let made: Vec<String> = (0..5).map(|_| google.create(ANA, lecture())).collect();
    let mut seen = Vec::new();
    let mut query = "maxResults=2".to_owned();
    let token = loop {
        let page = json("GET", &format!("{}?{query}", events(&google)), &access, None).expect(200);
        seen.extend(page["items"].as_array().expect("items").iter().map(|it| it["id"].clone()));
        if seen.len() == 2 {
            // Somebody edits between two pages.
            google.change(ANA, &made[0], json!({"summary": "Changed"}));
            google.change(ANA, &made[4], json!({"summary": "Changed"}));
        }
        match page["nextPageToken"].as_str() {
            Some(token) => query = format!("maxResults=2&pageToken={token}"),
            None => break page["nextSyncToken"].as_str().expect("a token").to_owned(),
        }
    };
    let page = json("GET", &format!("{}?syncToken={token}", events(&google)), &access, None).expect(200);
    let later: Vec<_> = page["items"].as_array().expect("items").iter().map(|it| it["id"].clone()).collect();
    assert_eq!(later, [made[0].as_str(), made[4].as_str()]);
    seen.extend(later);
    assert!(made.iter().all(|id| seen.iter().any(|it| it == id)), "{seen:?}");

    google.expire_sync();
    let late = json("GET", &format!("{}?syncToken={token}", events(&google)), &access, None);
    assert_eq!(late.refusal(), (410, "fullSyncRequired".to_owned()));
}

#[test]
fn a_series_that_moves_or_ends_takes_its_changed_occurrences_along() {
    let google = Google::start();
    let mut weekly = lecture();
    weekly["recurrence"] = json!(["RRULE:FREQ=WEEKLY"]);
    let id = google.create(ANA, weekly);
    let second = format!("{id}_20260309T090000Z");
    google.change(ANA, &second, json!({"summary": "Guest"}));
    assert_eq!(
        google.event(ANA, &second).expect("it is there")["originalStartTime"]["dateTime"],
        "2026-03-09T10:00:00+01:00"
    );
    google.remove(ANA, &format!("{id}_20260316T090000Z"));
    assert_eq!(google.events(ANA).len(), 3);
    google.change(ANA, &id, json!({"start": {"dateTime": "2026-03-02T09:30:00", "timeZone": "Europe/Berlin"}}));
    assert_eq!(google.event(ANA, &second).expect("a stone")["status"], "cancelled");
    assert!(google.event(ANA, &format!("{id}_20260309T083000Z")).is_some());
    google.remove(ANA, &id);
    assert_eq!(google.events(ANA).len(), 0);
}

#[test]
fn what_goes_wrong_goes_wrong_once() {
    let google = Google::start();
    let (access, _) = google.grant();
    let url = events(&google);
    google.fail(Fault::on("GET", "/events").refused(403, "rateLimitExceeded"));
    google.fail(Fault::on("POST", "/events").lost());
    google.fail(Fault::on("GET", "/events").busy(503, "backendError", 7));
    google.fail(Fault::on("GET", "/events").slow(Duration::from_millis(50)));
    assert_eq!(json("GET", &url, &access, None).refusal(), (403, "rateLimitExceeded".to_owned()));
    assert_eq!(json("GET", &url, &access, None).refusal(), (503, "backendError".to_owned()));
    let authorization = format!("Bearer {access}");
    let headers = [("Authorization", authorization.as_str()), ("Content-Type", "application/json")];
    let mut body = lecture();
    body["id"] = json!("abcde");
    assert!(call("POST", &url, &headers, Some(&body.to_string())).is_none());
    // It was done, though nobody heard of it.
    assert_eq!(json("POST", &url, &access, Some(&body)).refusal(), (409, "duplicate".to_owned()));
    json("GET", &url, &access, None).expect(200);
    let statuses: Vec<u16> = google.calls().iter().map(|call| call.status).collect();
    assert_eq!(statuses, [403, 503, 0, 409, 200]);
    assert_eq!(google.events(ANA).len(), 1);
}

#[test]
fn what_the_schema_does_not_have_is_a_violation() {
    let google = Google::start();
    if !google.is_checking() {
        return;
    }
    let (access, _) = google.grant();
    let mut body = lecture();
    body["titel"] = json!("misspelt");
    body["sequence"] = json!("1");
    json("POST", &format!("{}?notify=true", events(&google)), &access, Some(&body));
    json("GET", &format!("{}?maxResults=0", events(&google)), &access, None);
    let mut broken = google.take_violations();
    // What is taken is also told.
    broken.retain(|it| !it.contains(": answer"));
    for part in ["no field titel", "body.sequence is not a number", "no parameter notify", "maxResults cannot be \"0\""]
    {
        assert!(broken.iter().any(|it| it.contains(part)), "{part}: {broken:#?}");
    }
    assert_eq!(broken.len(), 4, "{broken:#?}");
}

#[test]
fn what_nobody_may_write_to_cannot_be_written_to() {
    let google = Google::start();
    let (access, _) = google.grant();
    google.lock(ANA);
    let refused = json("POST", &events(&google), &access, Some(&lecture()));
    assert_eq!(refused.refusal(), (403, "requiredAccessLevel".to_owned()));
    google.sign_in("bo@gmail.example");
    let (other, _) = google.grant();
    let foreign = format!("{}/calendars/{ANA}/events", google.api_url());
    assert_eq!(json("GET", &foreign, &other, None).refusal(), (404, "notFound".to_owned()));
}
