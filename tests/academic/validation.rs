//! What an event may not be.

use kalends_harness::{Server, both_stores};
use serde_json::json;

use crate::{EVENTS, invalid, lecture, make, one, with};

both_stores![
    every_bad_field_is_told_at_once,
    texts_are_as_long_as_they_may_be,
    words_are_those_of_the_document,
    a_colour_is_a_hex_code_or_a_name,
    an_end_is_after_its_start,
    a_change_is_checked_likewise,
];

fn every_bad_field_is_told_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let required = ["title", "startDate", "eventType", "color"];
    invalid(ana.post(EVENTS).json(json!({})).send(), &required);
    let nulls = json!({"title": null, "startDate": null, "eventType": null, "color": null});
    invalid(ana.post(EVENTS).json(nulls).send(), &required);
    let bad = json!({
        "title": " ", "description": 5, "startDate": "2024-01-15", "endDate": "tomorrow", "eventType": "PARTY",
        "location": [], "priority": "URGENT", "color": "very red", "courseId": {}, "calendar_id": "x", "userId": "x",
    });
    let all = [
        "title",
        "description",
        "startDate",
        "endDate",
        "eventType",
        "location",
        "priority",
        "color",
        "courseId",
        "calendar_id",
        "userId",
    ];
    invalid(ana.post(EVENTS).json(bad).send(), &all);
    let answer = ana.post(EVENTS).json(with(lecture(), json!({"title": ""}))).send();
    assert_eq!(
        answer.json,
        json!({
            "success": false, "error": "title must not be empty", "code": "VALIDATION_ERROR",
            "details": ["title must not be empty"],
        })
    );
}

fn texts_are_as_long_as_they_may_be(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for (field, most) in [("title", 255), ("description", 1000), ("location", 255), ("courseId", 255)] {
        let text = "ß".repeat(most);
        assert_eq!(make(&ana, with(lecture(), json!({field: text})))[field], text.as_str(), "{field}");
        invalid(ana.post(EVENTS).json(with(lecture(), json!({field: "ß".repeat(most + 1)}))).send(), &[field]);
        invalid(ana.post(EVENTS).json(with(lecture(), json!({field: "a\u{0}b"}))).send(), &[field]);
    }
    let lines = "first\nsecond\t\"third\" \\ <b>";
    assert_eq!(make(&ana, with(lecture(), json!({"description": lines})))["description"], lines);
    assert_eq!(make(&ana, with(lecture(), json!({"description": ""})))["description"], "");
}

fn words_are_those_of_the_document(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for word in ["CLASS", "DEADLINE", "EXAM", "MEETING", "STUDY_SESSION"] {
        assert_eq!(make(&ana, with(lecture(), json!({"eventType": word})))["eventType"], word);
    }
    for word in ["LOW", "MEDIUM", "HIGH"] {
        assert_eq!(make(&ana, with(lecture(), json!({"priority": word})))["priority"], word);
    }
    for word in [json!("class"), json!("EVENT"), json!(""), json!(1), json!(["CLASS"])] {
        invalid(ana.post(EVENTS).json(with(lecture(), json!({"eventType": word}))).send(), &["eventType"]);
        invalid(ana.post(EVENTS).json(with(lecture(), json!({"priority": word}))).send(), &["priority"]);
    }
}

fn a_colour_is_a_hex_code_or_a_name(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for color in ["blue", "rebeccapurple", "#10B981", "#000000"] {
        assert_eq!(make(&ana, with(lecture(), json!({"color": color})))["color"], color);
    }
    for color in ["", "bleu", "#12345", "#12345g", "10b981", "rgb(0,0,0)", "blue "] {
        invalid(ana.post(EVENTS).json(with(lecture(), json!({"color": color}))).send(), &["color"]);
    }
}

fn an_end_is_after_its_start(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for end in ["2024-01-15T10:00:00.000Z", "2024-01-15T09:59:59.999Z", "2024-01-15T10:30:00+01:00"] {
        invalid(ana.post(EVENTS).json(with(lecture(), json!({"endDate": end}))).send(), &["endDate"]);
    }
    invalid(ana.post(EVENTS).json(with(lecture(), json!({"endDate": "2124-01-15T10:00:00Z"}))).send(), &["endDate"]);
    for start in
        ["2024-02-30T10:00:00Z", "2024-01-15T25:00:00Z", "2024-01-15 10:00:00Z", "1705312800000", "2024-01-15T10:00:00"]
    {
        invalid(
            ana.post(EVENTS).json(with(lecture(), json!({"startDate": start, "endDate": null}))).send(),
            &["startDate"],
        );
    }
    for year in ["0000", "0001", "9999"] {
        let start = format!("{year}-01-01T00:00:00.000Z");
        let answer = ana.post(EVENTS).json(with(lecture(), json!({"startDate": start, "endDate": null}))).send();
        assert!([201, 400].contains(&answer.status), "{answer}");
    }
}

fn a_change_is_checked_likewise(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = make(&ana, lecture());
    let path = one(&made);
    let bad = json!({
        "title": "x".repeat(256), "description": "x".repeat(1001), "startDate": "x", "endDate": "x",
        "eventType": null, "location": "x".repeat(256), "priority": "x", "color": null, "courseId": 7, "id": made["id"],
    });
    let all = [
        "title",
        "description",
        "startDate",
        "endDate",
        "eventType",
        "location",
        "priority",
        "color",
        "courseId",
        "id",
    ];
    invalid(ana.patch(&path).json(bad).send(), &all);
    // A start alone is held against the end that is there.
    invalid(ana.patch(&path).json(json!({"startDate": "2024-01-15T11:30:00Z"})).send(), &["endDate"]);
    invalid(ana.patch(&path).json(json!({"startDate": "2024-01-15T12:00:00Z"})).send(), &["endDate"]);
    invalid(ana.patch(&path).json(json!({"endDate": "2024-01-15T10:00:00Z"})).send(), &["endDate"]);
    assert_eq!(ana.get(&path).send().expect(200)["data"], made);
}
