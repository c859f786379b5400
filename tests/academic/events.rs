//! Making, showing, changing and deleting events.

use kalends_harness::{Server, both_stores};
use serde_json::{Value, json};

use crate::{EVENTS, change, done, least, lecture, make, one, refused, with};

both_stores![
    the_documented_event_is_made_as_documented,
    the_least_that_makes_an_event,
    milliseconds_are_kept,
    an_event_without_an_end,
    a_change_changes_what_is_sent_and_no_more,
    null_clears_what_an_event_may_lack,
    a_deleted_event_is_gone_and_can_be_restored,
    nobodys_change_is_lost,
    a_retry_makes_no_second_event,
];

fn the_documented_event_is_made_as_documented(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.put("/users/me").json(json!({"name": "Ana"})).send().expect(200);
    let made = done(ana.post(EVENTS).json(lecture()).send(), 201);
    assert_eq!(made["message"], "Calendar event created successfully");
    let data = &made["data"];
    for field in ["createdAt", "updatedAt"] {
        let at = data[field].as_str().expect("a time");
        assert!(at.len() == 24 && at.ends_with('Z') && &at[19..20] == ".", "{at}");
    }
    let expected = json!({
        "id": data["id"], "userId": ana.id, "googleEventId": null, "googleCalendarId": null,
        "createdAt": data["createdAt"], "updatedAt": data["updatedAt"], "allDay": false, "course": null,
        "user": {"id": ana.id, "name": "Ana"},
    });
    assert_eq!(*data, with(lecture(), expected));
    let shown = done(ana.get(&one(data)).send(), 200);
    assert_eq!((&shown["data"], shown.etag()), (data, made.etag()));
    assert_eq!(shown["message"], "Calendar event retrieved successfully");
}

fn the_least_that_makes_an_event(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = make(&ana, with(least("Office hours", "2024-01-15T11:00:00+01:00"), json!({"location": null})));
    let usual = json!({
        "title": "Office hours", "startDate": "2024-01-15T10:00:00.000Z", "endDate": null, "description": null,
        "location": null, "priority": "MEDIUM", "eventType": "MEETING", "color": "red", "courseId": null, "course": null,
    });
    for (field, value) in usual.as_object().expect("fields") {
        assert_eq!(&made[field], value, "{field}");
    }
}

fn milliseconds_are_kept(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let times = json!({"startDate": "2024-01-15T10:00:00.123Z", "endDate": "2024-01-15T23:59:59.999999Z"});
    let made = make(&ana, with(lecture(), times));
    assert_eq!(
        (&made["startDate"], &made["endDate"]),
        (&json!("2024-01-15T10:00:00.123Z"), &json!("2024-01-15T23:59:59.999Z"))
    );
    assert_eq!(done(ana.get(&one(&made)).send(), 200)["data"], made);
    // A series counts in whole seconds, each of its occurrences once.
    let path = format!("/events/{}", made["id"].as_str().expect("an id"));
    ana.change(&path, json!({"recurrence_rule": "FREQ=DAILY;COUNT=3"}));
    let list = ana.between("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z");
    assert_eq!(list.each("start_time"), ["15", "16", "17"].map(|day| format!("2024-01-{day}T10:00:00Z")));
}

fn an_event_without_an_end(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = make(&ana, least("Essay due", "2024-01-15T23:00:00Z"));
    assert_eq!(made["endDate"], Value::Null);
    let moved = change(&ana, &made, json!({"startDate": "2024-01-16T23:00:00Z"}));
    assert_eq!((&moved["startDate"], &moved["endDate"]), (&json!("2024-01-16T23:00:00.000Z"), &Value::Null));
    let ended = change(&ana, &made, json!({"endDate": "2024-01-16T23:30:00Z"}));
    assert_eq!(
        (&ended["startDate"], &ended["endDate"]),
        (&json!("2024-01-16T23:00:00.000Z"), &json!("2024-01-16T23:30:00.000Z"))
    );
    assert_eq!(change(&ana, &made, json!({"endDate": null}))["endDate"], Value::Null);
}

fn a_change_changes_what_is_sent_and_no_more(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = make(&ana, lecture());
    let documented = json!({
        "title": "Updated Biology Lecture", "location": "Science Building Room 205", "priority": "HIGH",
        "startDate": "2024-01-15T10:30:00.000Z",
    });
    let answer = done(ana.patch(&one(&made)).json(documented.clone()).send(), 200);
    assert_eq!(answer["message"], "Calendar event updated successfully");
    let expected = with(with(made.clone(), documented), json!({"updatedAt": answer["data"]["updatedAt"]}));
    assert_eq!(answer["data"], expected);
    assert_ne!(answer["data"]["updatedAt"], made["updatedAt"]);
    for (field, value) in [
        ("description", json!("Mitosis")),
        ("endDate", json!("2024-01-15T12:00:00.000Z")),
        ("eventType", json!("EXAM")),
        ("eventType", json!("STUDY_SESSION")),
        ("eventType", json!("DEADLINE")),
        ("priority", json!("LOW")),
        ("color", json!("#ff8800")),
        ("courseId", json!("other")),
    ] {
        let changed = change(&ana, &made, json!({field: value}));
        assert_eq!(changed[field], value);
        assert_eq!(done(ana.get(&one(&made)).send(), 200)["data"], changed);
    }
    // Nothing sent, nothing changed.
    done(ana.patch(&one(&made)).json(json!({})).send(), 200);
}

fn null_clears_what_an_event_may_lack(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = make(&ana, lecture());
    let nothing = json!({"description": null, "location": null, "courseId": null, "priority": null, "endDate": null});
    let changed = change(&ana, &made, nothing);
    for field in ["description", "location", "courseId", "course", "endDate"] {
        assert_eq!(changed[field], Value::Null, "{field}");
    }
    assert_eq!((&changed["priority"], &changed["title"]), (&json!("MEDIUM"), &made["title"]));
}

fn a_deleted_event_is_gone_and_can_be_restored(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = make(&ana, lecture());
    let answer = ana.delete(&one(&made)).send().expect(200);
    assert_eq!(answer.json, json!({"success": true, "message": "Calendar event deleted successfully"}));
    for answer in [
        ana.get(&one(&made)).send(),
        ana.delete(&one(&made)).send(),
        ana.patch(&one(&made)).json(json!({"title": "x"})).send(),
    ] {
        refused(answer, 404, "CALENDAR_EVENT_NOT_FOUND");
    }
    ana.post(&format!("/events/{}/restore", made["id"].as_str().expect("an id"))).send().expect(200);
    assert_eq!(done(ana.get(&one(&made)).send(), 200)["data"]["title"], made["title"]);
}

fn nobodys_change_is_lost(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = done(ana.post(EVENTS).json(lecture()).send(), 201);
    let (path, seen) = (one(&made["data"]), made.etag());
    let now = done(ana.patch(&path).header("If-Match", &seen).json(json!({"title": "A"})).send(), 200).etag();
    refused(ana.patch(&path).header("If-Match", &seen).json(json!({"title": "B"})).send(), 412, "CONFLICT");
    refused(ana.delete(&path).header("If-Match", &seen).send(), 412, "CONFLICT");
    done(ana.delete(&path).header("If-Match", &now).send(), 200);
}

fn a_retry_makes_no_second_event(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let make = |body| ana.post(EVENTS).header("Idempotency-Key", "first").json(body).send();
    let first = done(make(lecture()), 201);
    let again = done(make(lecture()), 201);
    assert_eq!((&again.json, again.header("idempotency-replayed")), (&first.json, Some("true")));
    refused(make(least("Other", "2024-01-15T10:00:00Z")), 422, "IDEMPOTENCY_MISMATCH");
    assert_eq!(crate::listed(&ana, "").0, ["Biology Lecture"]);
    assert_eq!(ana.get("/calendars").send().expect(200).each("name"), ["Personal"]);
}
