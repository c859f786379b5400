//! One event in the words of several surfaces.

use kalends_harness::{Server, both_stores};
use serde_json::{Value, json};

use crate::{change, done, lecture, listed, make, one, with};

both_stores![
    what_is_made_here_is_seen_there_and_back,
    what_is_made_there_is_seen_here,
    whole_days_are_shown_at_their_midnights,
    people_who_are_asked_see_the_event,
];

fn core_path(event: &Value) -> String {
    format!("/events/{}", event["id"].as_str().expect("an id"))
}

fn what_is_made_here_is_seen_there_and_back(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = make(&ana, with(lecture(), json!({"priority": "HIGH", "eventType": "STUDY_SESSION"})));
    let core = ana.get(&core_path(&made)).send().expect(200)["event"].clone();
    let expected = json!({
        "title": "Biology Lecture", "start_time": "2024-01-15T10:00:00Z", "end_time": "2024-01-15T11:30:00Z",
        "kind": "study_session", "priority": "high", "color": "blue", "course_id": "course_abc123",
        "timezone": "Europe/Berlin", "location": "Science Building Room 101", "is_occurrence": false,
    });
    for (field, value) in expected.as_object().expect("fields") {
        assert_eq!(&core[field], value, "{field}");
    }
    ana.change(&core_path(&made), json!({"kind": "exam", "priority": null, "color": "#00ff00", "title": "Exam"}));
    let back = done(ana.get(&one(&made)).send(), 200)["data"].clone();
    let changed = json!({"eventType": "EXAM", "priority": "MEDIUM", "color": "#00ff00", "title": "Exam"});
    assert_eq!(back, with(with(made.clone(), changed), json!({"updatedAt": back["updatedAt"]})));

    change(&ana, &made, json!({"priority": "LOW", "color": "tomato"}));
    let home = core["calendar_id"].as_str().expect("an id");
    let file = ana.get(&format!("/calendars/{home}/export.ics")).send().expect(200);
    for line in ["CATEGORIES:EXAM", "PRIORITY:9", "COLOR:tomato", "SUMMARY:Exam"] {
        assert!(file.text().lines().any(|there| there == line), "{line} is not in {}", file.text());
    }
}

fn what_is_made_there_is_seen_here(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let mut body = kalends_harness::event(&work, "Talk", "2024-01-15T10:00:00Z");
    body["kind"] = json!("deadline");
    body["priority"] = json!("low");
    body["course_id"] = json!("bio");
    let made = ana.event(body);
    let shown = done(ana.get(&one(&made)).send(), 200)["data"].clone();
    let told = ["eventType", "priority", "courseId", "startDate", "endDate"].map(|field| shown[field].clone());
    let expected = ["DEADLINE", "LOW", "bio", "2024-01-15T10:00:00.000Z", "2024-01-15T11:00:00.000Z"];
    assert_eq!(told, expected.map(|text| json!(text)));
    assert_eq!(listed(&ana, "courseId=bio&eventType=DEADLINE").0, ["Talk"]);
    ana.delete(&core_path(&made)).send().expect(200);
    assert!(listed(&ana, "").0.is_empty());
}

fn whole_days_are_shown_at_their_midnights(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(json!({
        "calendar_id": ana.calendar("Work"), "title": "Holiday", "all_day": true, "timezone": "Europe/Berlin",
        "start_time": "2024-01-15", "end_time": "2024-01-17",
    }));
    let shown = done(ana.get(&one(&made)).send(), 200)["data"].clone();
    let told = ["startDate", "endDate", "allDay"].map(|field| shown[field].clone());
    assert_eq!(told, [json!("2024-01-14T23:00:00.000Z"), json!("2024-01-16T23:00:00.000Z"), json!(true)]);
    let shorter = change(&ana, &made, json!({"endDate": null}));
    assert_eq!((&shorter["endDate"], &shorter["allDay"]), (&json!("2024-01-15T23:00:00.000Z"), &json!(true)));
    let moved = change(&ana, &made, json!({"endDate": "2024-01-19T23:00:00.000Z"}));
    assert_eq!(moved["endDate"], "2024-01-19T23:00:00.000Z");
    crate::invalid(ana.patch(&one(&made)).json(json!({"endDate": "2024-01-19T12:00:00Z"})).send(), &["endDate"]);
}

fn people_who_are_asked_see_the_event(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let made = make(&ana, lecture());
    ana.change(&core_path(&made), json!({"attendees": [{"email": "ben@example.com"}]}));
    let seen = done(ben.get(&one(&made)).send(), 200);
    assert_eq!((&seen["data"]["title"], &seen["data"]["userId"]), (&made["title"], &json!(ana.id)));
    crate::refused(ben.patch(&one(&made)).json(json!({"title": "x"})).send(), 403, "FORBIDDEN");
}
