//! JSON feeds: every field of the document, and every way in which one can be wrong.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use kalends_domain::event::{Length, Rsvp, Transparency};
use kalends_domain::feed::Format;
use kalends_domain::time::Zone;
use kalends_feed::{ReadFeed, read};
use proptest::prelude::*;
use serde_json::{Value, json};

fn berlin() -> Zone {
    Zone::named("Europe/Berlin").unwrap()
}

fn of(text: &str) -> Result<ReadFeed, String> {
    read(Format::Json, text.as_bytes(), &berlin()).map_err(|bad| bad.0)
}

#[track_caller]
fn bad(text: &str, expected: &str) {
    assert_eq!(of(text).unwrap_err(), expected, "{text}");
}

/// A feed of one event: the least that is one, with these fields.
fn with(fields: &Value) -> String {
    let mut event = json!({"id": "a", "summary": "A", "start": "2026-03-02T09:00:00Z"});
    for (name, value) in fields.as_object().unwrap() {
        event[name] = value.clone();
    }
    json!({"events": [event]}).to_string()
}

#[track_caller]
fn bad_event(fields: &Value, expected: &str) {
    bad(&with(fields), expected);
}

#[test]
fn the_documented_example() {
    let feed = of(r#"{
        "title": "Sample calendar",
        "events": [{
            "summary": "Sample event",
            "id": "internal-event-id",
            "start": "2022-10-25T02:00:00Z",
            "end": "2022-10-25T03:30:00Z",
            "description": "Markup <b>allowed</b>!",
            "conference_id": "stable-conference-id",
            "recurrence": [
                "RRULE:FREQ=DAILY;UNTIL=20221129;INTERVAL=3",
                "RDATE;VALUE=DATE:20221108,20221122",
                "EXDATE;VALUE=DATE:20221101"
            ],
            "attendees": [{ "email": "invite-recipient@example.com" }]
        }]
    }"#)
    .unwrap();
    assert_eq!(feed.title.as_deref(), Some("Sample calendar"));
    let [event] = &feed.events[..] else { panic!("{feed:?}") };
    let series = event.series.as_ref().unwrap();
    assert_eq!((event.uid.as_str(), series.details.title.as_str()), ("internal-event-id", "Sample event"));
    assert_eq!(series.details.description.as_deref(), Some("Markup <b>allowed</b>!"), "markup is kept");
    assert_eq!(series.details.kept, ["X-CONFERENCE-ID:stable-conference-id"]);
    assert_eq!(series.details.attendees[0].email.as_ref().unwrap().as_str(), "invite-recipient@example.com");
    let mut whole = kalends_domain::recurrence::Budget::new(10_000);
    let window = kalends_domain::recurrence::Window { from: None, to: None };
    let anchor = series.details.span.anchor();
    let all = series.recurrence.as_ref().unwrap().expand(&anchor, window, 100, &mut whole).unwrap();
    let days: Vec<String> = all.items.iter().map(|it| it.start.strftime("%m%d").to_string()).collect();
    // Each third day; the first of November taken out, the eighth and the twenty-second put in.
    assert_eq!(
        days,
        [
            "1025", "1028", "1031", "1103", "1106", "1108", "1109", "1112", "1115", "1118", "1121", "1122", "1124",
            "1127"
        ]
    );
    assert!(
        all.items.iter().all(|it| it.start.to_string().ends_with("T02:00:00Z")),
        "RDATEs begin when the series does"
    );
}

#[test]
fn everything_optional_may_be_absent_or_null_and_anything_may_be_added() {
    let null = json!({"end": null, "description": null, "transparency": null, "location": null, "conference_id": null,
        "recurrence": null, "attendees": null, "color": {"deep": [[[[[[[[[[1]]]]]]]]]]}});
    let feed = of(&with(&null)).unwrap();
    let details = &feed.events[0].series.as_ref().unwrap().details;
    assert!(details.span.is_moment() && details.attendees.is_empty() && details.kept.is_empty());
    assert_eq!(of(r#"{"version": {"x": 1}, "events": [], "more": [1]}"#).unwrap(), ReadFeed::default());
    assert_eq!(of("\u{feff}{\"title\": null, \"events\": []}").unwrap(), ReadFeed::default());
}

#[test]
fn answers_and_transparency_have_their_words() {
    let attendees = json!([
        {"email": "a@b.example", "response": "accepted"}, {"email": "c@b.example", "response": "rejected"},
        {"email": "d@b.example", "response": "tentative", "name": "D"}, {"email": "e@b.example", "response": null},
        {"email": "A@b.example"},
    ]);
    let feed =
        of(&with(&json!({"attendees": attendees, "transparency": "transparent", "location": "Hall 1"}))).unwrap();
    let details = &feed.events[0].series.as_ref().unwrap().details;
    assert_eq!((details.transparency, details.location.as_deref()), (Transparency::Transparent, Some("Hall 1")));
    let told: Vec<_> = details.attendees.iter().map(|it| it.status).collect();
    assert_eq!(told[..3], [Rsvp::Declined, Rsvp::Tentative, Rsvp::NeedsAction]);
    bad_event(&json!({"attendees": [{}]}), "Expected String at $.events[0].attendees[0].email: Received nothing");
    bad_event(
        &json!({"attendees": [{"email": "x"}]}),
        "Expected email address at $.events[0].attendees[0].email: Received \"x\"",
    );
    bad_event(
        &json!({"attendees": [{"email": "a@b.example", "response": "declined"}]}),
        "Expected \"accepted\" | \"rejected\" | \"tentative\" at $.events[0].attendees[0].response: Received \"declined\"",
    );
    bad_event(&json!({"attendees": "x"}), "Expected [Object] at $.events[0].attendees: Received \"x\"");
    bad_event(
        &json!({"transparency": "busy"}),
        "Expected \"opaque\" | \"transparent\" at $.events[0].transparency: Received \"busy\"",
    );
}

#[test]
fn times() {
    let span =
        |fields: &Value| of(&with(fields)).map(|feed| feed.events[0].series.as_ref().unwrap().details.span.clone());
    let days = |from: &str, to: Value| span(&json!({"start": from, "end": to})).unwrap().length;
    assert_eq!(days("2026-03-02", json!("2026-03-05")), Length::Days(3), "the end is not part of it");
    assert_eq!(days("2026-03-02", Value::Null), Length::Days(1));
    assert_eq!(days("2026-03-02", json!("2026-03-02")), Length::Days(1));
    let naive = span(&json!({"start": "2026-03-02T09:00:00", "end": "2026-03-02T10:30:00"})).unwrap();
    assert_eq!((naive.zone.name(), naive.ends_at().to_string().as_str()), ("Europe/Berlin", "2026-03-02T09:30:00Z"));
    bad_event(&json!({"start": null}), "Expected String at $.events[0].start: Received null");
    bad_event(
        &json!({"start": "tomorrow"}),
        "Expected ISO8601-formatted Date or DateTime at $.events[0].start: Received \"tomorrow\"",
    );
    bad_event(
        &json!({"end": "2026-03-02T08:00:00Z"}),
        "Expected a time after the start at $.events[0].end: Received \"2026-03-02T08:00:00Z\"",
    );
    bad_event(
        &json!({"end": "2026-03-03"}),
        "Expected DateTime, as the start is one, at $.events[0].end: Received \"2026-03-03\"",
    );
    bad_event(
        &json!({"end": "2096-03-02T08:00:00Z"}),
        "Expected a time within ten years of the start at $.events[0].end: Received \"2096-03-02T08:00:00Z\"",
    );
}

#[test]
fn recurrence_that_is_none() {
    for (lines, expected) in [
        (json!("RRULE:FREQ=DAILY"), "Expected [String] at $.events[0].recurrence: Received \"RRULE:FREQ=DAILY\""),
        (json!([5]), "Expected String at $.events[0].recurrence[0]: Received 5"),
        (
            json!(["RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY"]),
            "Expected RRULE, RDATE or EXDATE property at $.events[0].recurrence[1]: Received \"EXRULE:FREQ=DAILY\"",
        ),
    ] {
        bad_event(&json!({"recurrence": lines}), expected);
    }
    let told = of(&with(&json!({"recurrence": ["RRULE:FREQ=HOURLYISH"]}))).unwrap_err();
    assert!(told.starts_with("Expected RRULE (") && told.contains("at $.events[0].recurrence[0]: Received"), "{told}");
    let none = of(&with(&json!({"recurrence": []}))).unwrap();
    assert_eq!(none.events[0].series.as_ref().unwrap().recurrence, None);
}

#[test]
fn what_is_no_feed() {
    bad("", "0: unexpected token at ''");
    bad("{", "0: unexpected token at '{'");
    bad("{\"events\": [}", "12: unexpected token at '}'");
    bad("[]", "Expected Object at $: Received a list");
    bad("7", "Expected Object at $: Received 7");
    bad("{}", "Expected [Object] at $.events: Received nothing");
    bad("{\"events\": null}", "Expected [Object] at $.events: Received null");
    bad("{\"events\": {}}", "Expected [Object] at $.events: Received an object");
    bad("{\"events\": [7]}", "Expected Object at $.events[0]: Received 7");
    bad("{\"events\": [], \"events\": []}", "Expected one [Object] at $.events: Received several");
    bad("{\"title\": 5, \"events\": []}", "Expected String at $.title: Received 5");
    bad("{\"events\": [{}]}", "Expected String at $.events[0].summary: Received nothing");
    bad_event(&json!({"id": 5}), "Expected String at $.events[0].id: Received 5");
    bad_event(&json!({"id": ""}), "Expected String of 1 to 1000 bytes at $.events[0].id: Received \"\"");
    let event = json!({"id": "x", "summary": "A", "start": "2026-03-02"});
    bad(&json!({"events": [event, event]}).to_string(), "Expected unique String at $.events[1].id: Received \"x\"");
    assert!(read(Format::Json, b"{\"events\": [\xff]}", &berlin()).unwrap_err().0.starts_with("12: "));
}

#[test]
fn what_is_too_much() {
    let event = |n: usize| json!({"id": n.to_string(), "summary": "A", "start": "2026-03-02"});
    let many: Vec<Value> = (0..10_001).map(event).collect();
    bad(&json!({"events": many}).to_string(), "Expected at most 10000 events at $.events: Received more");
    let people = vec![json!({"email": "a@b.example"}); 501];
    bad_event(&json!({"attendees": people}), "Expected at most 500 Objects at $.events[0].attendees: Received a list");
    let long = of(&with(&json!({"summary": "x".repeat(100_000), "description": "ü".repeat(100_000)}))).unwrap();
    let details = &long.events[0].series.as_ref().unwrap().details;
    assert_eq!(details.description.as_ref().unwrap().chars().count(), 20_000);
    // As deep as one likes, in what nobody reads.
    let deep = format!("{{\"x\": {}1{}, \"events\": []}}", "[".repeat(90_000), "]".repeat(90_000));
    assert_eq!(of(&deep).unwrap(), ReadFeed::default());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn whatever_stands_there_is_read_or_refused_with_a_reason(text in "[\\[\\]{}:,\"a-e0-9 ]{0,60}") {
        if let Err(told) = of(&text) {
            prop_assert!(!told.is_empty());
        }
    }

    #[test]
    fn a_text_in_any_field_is_read_or_refused_with_its_path(name in 0..10_usize, text in "\\PC{0,30}") {
        let names = ["summary", "id", "start", "end", "description", "transparency", "location", "conference_id", "recurrence", "attendees"];
        if let Err(told) = of(&with(&json!({names[name]: text}))) {
            prop_assert!(told.contains(names[name]), "{}", told);
        }
    }
}
