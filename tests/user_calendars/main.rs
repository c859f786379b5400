//! The calendars of a user, as memberships.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod attaching;
mod garbage;
mod listing;

use kalends_harness::{Answer, User};

/// The calendars of a user.
fn path(user: &User) -> String {
    format!("/api/v1/users/{}/calendars", user.id)
}

/// One of them.
fn one(user: &User, calendar: &str) -> String {
    format!("{}/{calendar}", path(user))
}

/// Panics unless this is an error of this surface, of this status and code, and nothing but that.
#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let told = (answer.status, answer["status"].as_str(), answer["error_code"].as_str());
    assert_eq!(told, (status, Some("error"), Some(code)), "{answer}expected {status} {code}");
    assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}has no message");
    let fields = answer.json.as_object().expect("an object");
    assert!(
        fields.keys().all(|name| ["status", "message", "error_code", "fields"].contains(&name.as_str())),
        "{answer}has more than an error"
    );
    answer
}

/// Panics unless exactly these fields are told to be bad.
#[track_caller]
fn invalid(answer: Answer, fields: &[&str]) {
    let answer = refused(answer, 422, "VALIDATION_ERROR");
    assert_eq!(answer["message"], "invalid input");
    let mut told: Vec<_> = answer["fields"].as_object().expect("fields").keys().map(String::as_str).collect();
    told.sort_unstable();
    assert_eq!(told, fields, "{answer}names other fields");
    let messages = answer["fields"].as_object().expect("fields").values();
    assert!(messages.into_iter().all(|all| all[0].is_string()), "{answer}has a field without messages");
}
