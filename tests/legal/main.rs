//! The legal surface.
#![allow(clippy::expect_used, clippy::needless_pass_by_value, reason = "a test that cannot go on panics")]

mod access;
mod compute;
mod conflicts;
mod events;
mod free_busy;
mod fristen;
mod fristen_audit;
mod fristen_elsewhere;
mod ical;
mod listing;
mod people;

use kalends_harness::{Answer, Caller};
use serde_json::{Value, json};

const EVENTS: &str = "/api/v1/calendar/events";

/// The event of the document.
fn meeting() -> Value {
    json!({
        "title": "Client Meeting", "start": "2026-04-01T14:00:00+02:00", "end": "2026-04-01T15:00:00+02:00",
        "case_id": "550e8400-e29b-41d4-a716-446655440000", "location": "Office Room 3",
        "description": "Discuss settlement offer",
    })
}

/// The same object with other fields.
fn with(mut body: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!("{fields} has no fields") };
    for (name, value) in fields {
        body[name] = value;
    }
    body
}

/// Makes an event and answers with it.
#[track_caller]
fn make(caller: &Caller, body: Value) -> Value {
    caller.post(EVENTS).json(body).send().expect(201).json
}

/// Where an event is found.
#[track_caller]
fn one(event: &Value) -> String {
    format!("{EVENTS}/{}", event["id"].as_str().expect("an id"))
}

/// An id with its prefix, made of a bare one.
fn typed(prefix: &str, id: &str) -> String {
    format!("{prefix}_{}", id.replace('-', ""))
}

/// The id without its prefix, as other surfaces show it.
#[track_caller]
fn bare(id: &str) -> String {
    let (_, digits) = id.rsplit_once('_').expect("an id with a prefix");
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// The items of a list, which must tell whether there are more.
#[track_caller]
fn data(answer: &Answer) -> &[Value] {
    assert!(answer["pagination"]["has_more"].is_boolean(), "{answer}has no pagination");
    answer["data"].as_array().unwrap_or_else(|| panic!("{answer}has no data"))
}

/// Panics unless this is an error of this surface, of this status and code, and nothing but that.
#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    answer.error(status, code)
}

/// Panics unless exactly these fields are told to be bad.
#[track_caller]
fn invalid(answer: Answer, fields: &[&str]) {
    answer.invalid(fields);
}
