//! Validation: every bad field at once, by its path, and nothing silently dropped.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::json;

both_stores![
    an_event_says_all_that_it_lacks,
    an_event_says_all_that_is_wrong,
    a_change_says_all_that_is_wrong_and_changes_nothing,
    an_end_comes_after_its_start,
    times_are_rfc_3339_with_an_offset,
    times_at_the_ends_of_time_are_refused_or_right,
    a_zone_is_an_iana_name,
    long_texts_are_kept_whole_or_refused,
];

fn an_event_says_all_that_it_lacks(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let required = ["calendar_id", "title", "start_time", "end_time", "timezone"];
    ana.post("/events").json(json!({})).send().invalid(&required);
    ana.post("/events").json(json!({"title": null, "calendar_id": null})).send().invalid(&required);
}

fn an_event_says_all_that_is_wrong(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({
        "calendar_id": "x", "title": "", "start_time": "yesterday", "end_time": 5, "timezone": "Mars/Olympus", "all_day": "yes",
        "recurrence_rule": "FREQ=NEVER", "reminders": [5, 99999, "x"], "tags": [""], "nonsense": true,
    });
    ana.post("/events").json(body).send().invalid(&[
        "calendar_id",
        "title",
        "start_time",
        "end_time",
        "timezone",
        "all_day",
        "recurrence_rule",
        "reminders[1]",
        "reminders[2]",
        "tags[0]",
        "nonsense",
    ]);
}

fn a_change_says_all_that_is_wrong_and_changes_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    let body = json!({"title": "", "description": "fine", "timezone": "Nowhere", "reminders": [-1], "id": "x", "is_occurrence": true});
    ana.put(&path).json(body).send().invalid(&["title", "timezone", "reminders[0]", "id", "is_occurrence"]);
    assert_eq!(ana.get(&path).send().expect(200)["event"], made);
}

fn an_end_comes_after_its_start(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    for end in ["2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z", "2026-03-02T10:59:59+02:00"] {
        body["end_time"] = json!(end);
        ana.post("/events").json(body.clone()).send().invalid(&["end_time"]);
    }
}

fn times_are_rfc_3339_with_an_offset(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for bad in [
        "2026-03-02T09:00:00",
        "2026-03-02",
        "09:00",
        "1772442000",
        "2026-02-30T09:00:00Z",
        "2026-03-02T25:00:00Z",
        "+02026-03-02T09:00:00Z",
        "2026-03-02T09:00:00+99:00",
        "",
    ] {
        let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
        body["start_time"] = json!(bad);
        let answer = ana.post("/events").json(body).send().error(400, "VALIDATION_ERROR");
        assert!(answer.fields().contains(&"start_time".to_owned()), "{answer}");
    }
    for (start, shown) in [
        ("2026-03-02T09:00:00z", "2026-03-02T09:00:00Z"),
        ("2026-03-02t09:00:00Z", "2026-03-02T09:00:00Z"),
        ("2026-03-02T14:30:00+05:30", "2026-03-02T09:00:00Z"),
    ] {
        let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
        body["start_time"] = json!(start);
        assert_eq!(ana.event(body)["start_time"], shown);
    }
}

fn times_at_the_ends_of_time_are_refused_or_right(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for (start, end) in [
        ("0001-01-01T00:00:00Z", "0001-01-01T01:00:00Z"),
        ("9999-12-31T22:00:00Z", "9999-12-31T23:59:59Z"),
        ("0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        ("2026-06-30T23:59:60Z", "2026-07-01T01:00:00Z"),
    ] {
        let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
        body["start_time"] = json!(start);
        body["end_time"] = json!(end);
        let answer = ana.post("/events").json(body).send();
        assert!([201, 400].contains(&answer.status), "{answer}");
    }
    ana.get("/events?start=9999-01-01T00:00:00Z&end=9999-12-31T23:59:59Z").send();
    ana.get("/events?start=0001-01-01T00:00:00Z&end=0001-12-31T23:59:59Z").send();
}

fn a_zone_is_an_iana_name(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for zone in ["UTC", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"] {
        let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
        body["timezone"] = json!(zone);
        assert_eq!(ana.event(body)["timezone"], zone);
    }
    for zone in ["", "Nowhere", "+02:00", "../../etc/passwd", "America/New_York ", "EST5EDT4,M3.2.0,M11.1.0"] {
        let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
        body["timezone"] = json!(zone);
        ana.post("/events").json(body).send().invalid(&["timezone"]);
    }
}

fn long_texts_are_kept_whole_or_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    let text = "ß".repeat(4000);
    body["description"] = json!(text);
    assert_eq!(ana.event(body.clone())["description"], text.as_str());
    body["description"] = json!("x".repeat(500_000));
    body["location"] = json!("x".repeat(100_000));
    let answer = ana.post("/events").json(body).send();
    assert!([201, 400, 413].contains(&answer.status), "{answer}");
}
