//! Single events: making, reading, changing and deleting them.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::{Value, json};

both_stores![
    an_event_comes_back_as_it_was_made,
    the_lists_of_a_plain_event_are_empty_and_there,
    changing_touches_only_what_is_sent,
    an_event_moves_to_another_time_and_zone,
    an_event_moves_between_calendars_one_may_write,
    a_deleted_event_is_gone_everywhere,
    an_all_day_event_is_a_day_in_its_zone,
    the_days_of_an_all_day_event_may_be_dates,
    what_the_model_knows_beyond_the_document_is_taken,
    a_title_has_1_to_140_characters,
];

fn an_event_comes_back_as_it_was_made(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(json!({
        "calendar_id": calendar, "title": "Réunion 🗓", "description": "Line one\nline two", "location": "Room 5",
        "start_time": "2026-03-02T09:00:00-05:00", "end_time": "2026-03-02T10:30:00-05:00", "timezone": "America/New_York",
        "reminders": [15, 5], "tags": ["work", "weekly"],
        "attendees": [{"email": "guest@example.com"}],
        "attachments": [{"url": "https://example.com/a.pdf", "name": "Agenda", "type": "application/pdf"}],
    }));
    assert_eq!(made["calendar_id"], calendar.as_str());
    assert_eq!(
        (&made["title"], &made["description"], &made["location"]),
        (&json!("Réunion 🗓"), &json!("Line one\nline two"), &json!("Room 5"))
    );
    assert_eq!(
        (&made["start_time"], &made["end_time"]),
        (&json!("2026-03-02T14:00:00Z"), &json!("2026-03-02T15:30:00Z"))
    );
    assert_eq!(
        (&made["timezone"], &made["all_day"], &made["is_occurrence"]),
        (&json!("America/New_York"), &json!(false), &json!(false))
    );
    assert_eq!((&made["created_by"], &made["updated_by"]), (&json!(ana.id), &json!(ana.id)));
    assert!(
        made["recurrence_rule"].is_null()
            && made["occurrence_start_time"].is_null()
            && made["occurrence_end_time"].is_null()
    );
    let mut minutes: Vec<_> = list(&made, "reminders")
        .iter()
        .map(|reminder| reminder["minutes_before"].as_u64().expect("a number"))
        .collect();
    minutes.sort_unstable();
    assert_eq!(minutes, [5, 15]);
    assert!(list(&made, "reminders").iter().all(|reminder| reminder["id"].is_string()));
    assert_eq!(list(&made, "attendees")[0]["email"], "guest@example.com");
    assert_eq!(list(&made, "attendees")[0]["status"], "needs_action");
    assert_eq!(list(&made, "attachments")[0]["url"], "https://example.com/a.pdf");
    let mut tags: Vec<_> = list(&made, "tags").iter().map(|tag| tag.as_str().expect("a tag")).collect();
    tags.sort_unstable();
    assert_eq!(tags, ["weekly", "work"]);

    let path = path_of(&made);
    assert_eq!(ana.get(&path).send().expect(200)["event"], made);
}

fn the_lists_of_a_plain_event_are_empty_and_there(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    for name in ["reminders", "attendees", "tags", "attachments"] {
        assert_eq!(made[name], json!([]), "{name}");
    }
}

fn changing_touches_only_what_is_sent(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    body["description"] = json!("About it");
    body["tags"] = json!(["a"]);
    body["reminders"] = json!([10]);
    let made = ana.event(body);
    let path = path_of(&made);

    let renamed = ana.change(&path, json!({"title": "Lecture"}));
    assert_eq!(renamed["title"], "Lecture");
    for same in ["id", "description", "start_time", "end_time", "timezone", "tags", "reminders", "created_at"] {
        assert_eq!(renamed[same], made[same], "{same}");
    }
    assert!(renamed["updated_at"].as_str() >= made["updated_at"].as_str());
    let cleared = ana.change(&path, json!({"description": null, "tags": []}));
    assert!(cleared["description"].is_null());
    assert_eq!(cleared["tags"], json!([]));
    ana.put(&path).json(json!({"title": null})).send().invalid(&["title"]);
    assert_eq!(ana.change(&path, json!({})), ana.get(&path).send().expect(200)["event"]);
}

fn an_event_moves_to_another_time_and_zone(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    let body = json!({"start_time": "2026-07-01T10:00:00+09:00", "end_time": "2026-07-01T11:00:00+09:00", "timezone": "Asia/Tokyo"});
    let moved = ana.change(&path, body);
    assert_eq!(
        (&moved["start_time"], &moved["end_time"], &moved["timezone"]),
        (&json!("2026-07-01T01:00:00Z"), &json!("2026-07-01T02:00:00Z"), &json!("Asia/Tokyo"))
    );
    ana.put(&path).json(json!({"end_time": "2026-07-01T00:00:00Z"})).send().invalid(&["end_time"]);
    assert!(ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").items().is_empty());
    assert_eq!(ana.between("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z").items().len(), 1);
}

fn an_event_moves_between_calendars_one_may_write(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let (from, to, bens) = (ana.calendar("From"), ana.calendar("To"), ben.calendar("Ben's"));
    ben.share(&bens, &ana, "viewer");
    let made = ana.event(event(&from, "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    assert_eq!(ana.change(&path, json!({"calendar_id": to}))["calendar_id"], to.as_str());
    ana.put(&path).json(json!({"calendar_id": bens})).send().error(403, "FORBIDDEN");
    ana.put(&path).json(json!({"calendar_id": "01900000-0000-7000-8000-000000000000"})).send().error(404, "NOT_FOUND");
    let in_from =
        ana.get("/events?start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z").query("calendar_id", &from).send();
    assert!(in_from.expect(200).items().is_empty());
}

fn a_deleted_event_is_gone_everywhere(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    assert_eq!(ana.delete(&path).send().expect(200).json, json!({"ok": true}));
    ana.get(&path).send().error(404, "NOT_FOUND");
    ana.put(&path).json(json!({"title": "x"})).send().error(404, "NOT_FOUND");
    ana.delete(&path).send().error(404, "NOT_FOUND");
    assert!(ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").items().is_empty());
}

fn an_all_day_event_is_a_day_in_its_zone(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(json!({
        "calendar_id": ana.calendar("Work"), "title": "Clocks change", "all_day": true, "timezone": "Europe/Berlin",
        "start_time": "2026-03-29T00:00:00+01:00", "end_time": "2026-03-30T00:00:00+02:00",
    }));
    assert_eq!(made["all_day"], true);
    assert_eq!(
        (&made["start_time"], &made["end_time"]),
        (&json!("2026-03-28T23:00:00Z"), &json!("2026-03-29T22:00:00Z"))
    );
    assert!(ana.between("2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z").items().is_empty(), "its end is exclusive");
    assert_eq!(ana.between("2026-03-29T21:59:59Z", "2026-03-30T22:00:00Z").items().len(), 1);
}

fn the_days_of_an_all_day_event_may_be_dates(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({
        "calendar_id": ana.calendar("Work"), "title": "Spring break", "all_day": true, "timezone": "America/New_York",
        "start_time": "2026-03-07", "end_time": "2026-03-09",
    });
    let made = ana.event(body.clone());
    assert_eq!(
        (&made["start_time"], &made["end_time"]),
        (&json!("2026-03-07T05:00:00Z"), &json!("2026-03-09T04:00:00Z"))
    );
    let mut backwards = body.clone();
    backwards["end_time"] = json!("2026-03-07");
    ana.post("/events").json(backwards).send().invalid(&["end_time"]);
    let mut timed = body;
    timed["all_day"] = json!(false);
    ana.post("/events").json(timed).send().invalid(&["start_time", "end_time"]);
}

fn what_the_model_knows_beyond_the_document_is_taken(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut body = event(&ana.calendar("Work"), "Exam", "2026-03-02T09:00:00Z");
    for (field, value) in [
        ("kind", json!("exam")),
        ("priority", json!("high")),
        ("color", json!("#112233")),
        ("status", json!("tentative")),
        ("transparency", json!("transparent")),
        ("case_id", json!("01900000-0000-7000-8000-000000000001")),
    ] {
        body[field] = value;
    }
    ana.event(body.clone());
    for (field, value) in [
        ("kind", "party"),
        ("priority", "huge"),
        ("status", "maybe"),
        ("transparency", "glass"),
        ("case_id", "x"),
        ("color", "rainbow"),
    ] {
        let mut bad = body.clone();
        bad[field] = json!(value);
        ana.post("/events").json(bad).send().invalid(&[field]);
    }
}

fn a_title_has_1_to_140_characters(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let make = |title: &str| ana.post("/events").json(event(&calendar, title, "2026-03-02T09:00:00Z")).send();
    make("").invalid(&["title"]);
    make(&"ü".repeat(141)).invalid(&["title"]);
    make(&"ü".repeat(140)).expect(201);
}

fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name].as_array().unwrap_or_else(|| panic!("{name} is no list in {value}"))
}
