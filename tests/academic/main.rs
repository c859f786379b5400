//! The academic surface.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

mod access;
mod calendars;
mod courses;
mod events;
mod garbage;
mod google;
mod listing;
mod other_words;
mod validation;

use kalends_harness::{Answer, Caller};
use serde_json::{Value, json};

const EVENTS: &str = "/api/calendar/events";
const COURSES: &str = "/api/calendar/courses";

/// The event of the document.
fn lecture() -> Value {
    json!({
        "title": "Biology Lecture", "description": "Cell structure and function",
        "startDate": "2024-01-15T10:00:00.000Z", "endDate": "2024-01-15T11:30:00.000Z", "eventType": "CLASS",
        "location": "Science Building Room 101", "priority": "MEDIUM", "color": "blue", "courseId": "course_abc123",
    })
}

/// The least that makes an event.
fn least(title: &str, start: &str) -> Value {
    json!({"title": title, "startDate": start, "eventType": "MEETING", "color": "red"})
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
    done(caller.post(EVENTS).json(body).send(), 201)["data"].clone()
}

/// The calendar in which this caller's events stand.
#[track_caller]
fn home(caller: &Caller) -> String {
    let calendars = caller.get("/calendars").send().expect(200);
    let home = calendars.items().iter().find(|calendar| calendar["name"] == "Personal").expect("it is made");
    home["id"].as_str().expect("an id").to_owned()
}

/// Where an event is found.
#[track_caller]
fn one(event: &Value) -> String {
    format!("{EVENTS}/{}", event["id"].as_str().expect("an id"))
}

/// Changes an event and answers with it.
#[track_caller]
fn change(caller: &Caller, event: &Value, body: Value) -> Value {
    done(caller.patch(&one(event)).json(body).send(), 200)["data"].clone()
}

/// The titles in a list, and its pagination.
#[track_caller]
fn listed(caller: &Caller, query: &str) -> (Vec<String>, Value) {
    let list = done(caller.get(&format!("{EVENTS}?{query}")).send(), 200);
    let events = list["data"]["events"].as_array().expect("events");
    let titles = events.iter().map(|event| event["title"].as_str().expect("a title").to_owned()).collect();
    (titles, list["data"]["pagination"].clone())
}

/// Panics unless this is a success with a message.
#[track_caller]
fn done(answer: Answer, status: u16) -> Answer {
    assert_eq!((answer.status, &answer["success"]), (status, &json!(true)), "{answer}expected {status}");
    assert!(answer["message"].as_str().is_some_and(|message| !message.is_empty()), "{answer}has no message");
    answer
}

/// Panics unless this is an error of this surface, of this status and code, and nothing but that.
#[track_caller]
fn refused(answer: Answer, status: u16, code: &str) -> Answer {
    let told = (answer.status, &answer["success"], answer["code"].as_str());
    assert_eq!(told, (status, &json!(false), Some(code)), "{answer}expected {status} {code}");
    assert!(answer["error"].as_str().is_some_and(|message| !message.is_empty()), "{answer}has no message");
    let fields = answer.json.as_object().expect("an object");
    let known = ["success", "error", "code", "action", "details"];
    assert!(fields.keys().all(|name| known.contains(&name.as_str())), "{answer}has more than an error");
    answer
}

/// Panics unless exactly these fields are told to be bad.
#[track_caller]
fn invalid(answer: Answer, fields: &[&str]) {
    let answer = refused(answer, 400, "VALIDATION_ERROR");
    let details = answer["details"].as_array().unwrap_or_else(|| panic!("{answer}has no details"));
    let field = |detail: &Value| detail.as_str().expect("a text").split(' ').next().unwrap_or_default().to_owned();
    let mut told: Vec<String> = details.iter().map(field).collect();
    told.sort_unstable();
    told.dedup();
    let mut expected = fields.to_vec();
    expected.sort_unstable();
    assert_eq!(told, expected, "{answer}names other fields");
}
