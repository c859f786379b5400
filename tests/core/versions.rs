//! `ETag` and `If-Match`: nobody's change is lost.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::json;

both_stores![
    an_event_changes_only_from_the_version_one_has_seen,
    a_calendar_changes_only_from_the_version_one_has_seen,
    a_part_of_an_event_is_a_change_of_it,
    of_many_who_saw_the_same_one_wins,
    a_condition_that_is_none_is_refused,
];

fn an_event_changes_only_from_the_version_one_has_seen(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    let seen = ana.get(&path).send().expect(200).etag();
    assert!(seen.starts_with('"') || seen.starts_with("W/\""), "{seen}");
    assert_eq!(ana.get(&path).send().etag(), seen, "reading changes nothing");

    let changed = ana.put(&path).header("If-Match", &seen).json(json!({"title": "First"})).send().expect(200);
    assert_ne!(changed.etag(), seen);
    assert_eq!(ana.get(&path).send().etag(), changed.etag());
    ana.put(&path).header("If-Match", &seen).json(json!({"title": "Second"})).send().error(412, "CONFLICT");
    ana.delete(&path).header("If-Match", &seen).send().error(412, "CONFLICT");
    assert_eq!(ana.get(&path).send().expect(200)["event"]["title"], "First");
    ana.put(&path).header("If-Match", "*").json(json!({"title": "Third"})).send().expect(200);
    let both = format!("{seen}, {}", ana.get(&path).send().etag());
    ana.delete(&path).header("If-Match", &both).send().invalid(&["If-Match"]);
    ana.delete(&path).header("If-Match", &ana.get(&path).send().etag()).send().expect(200);
}

fn a_calendar_changes_only_from_the_version_one_has_seen(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.post("/calendars").json(json!({"name": "Work"})).send().expect(201);
    let path = format!("/calendars/{}", made.at("/calendar/id"));
    let seen = ana.get(&path).send().expect(200).etag();
    ana.put(&path).header("If-Match", &seen).json(json!({"name": "Office"})).send().expect(200);
    ana.put(&path).header("If-Match", &seen).json(json!({"name": "Home"})).send().error(412, "CONFLICT");
    ana.delete(&path).header("If-Match", &seen).send().error(412, "CONFLICT");
    ana.delete(&path).header("If-Match", &ana.get(&path).send().etag()).send().expect(200);
}

fn a_part_of_an_event_is_a_change_of_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    body["recurrence_rule"] = json!("FREQ=DAILY;COUNT=3");
    let path = path_of(&ana.event(body));
    let seen = ana.get(&path).send().etag();
    ana.post(&format!("{path}/reminders")).json(json!({"minutes_before": [5]})).send().expect(200);
    let with_reminder = ana.get(&path).send().etag();
    assert_ne!(with_reminder, seen);
    let part = format!("{path}?occurrence=2026-03-03T09:00:00Z&scope=this");
    ana.put(&part).header("If-Match", &seen).json(json!({"title": "x"})).send().error(412, "CONFLICT");
    ana.put(&part).header("If-Match", &with_reminder).json(json!({"title": "x"})).send().expect(200);
    assert_ne!(ana.get(&path).send().etag(), with_reminder);
}

fn of_many_who_saw_the_same_one_wins(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    let seen = ana.get(&path).send().etag();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let put = |number: u8| {
            ana.put(&path).header("If-Match", &seen).json(json!({"title": format!("T{number}")})).send().status
        };
        let tries: Vec<_> = (0..8).map(|number| scope.spawn(move || put(number))).collect();
        tries.into_iter().map(|each| each.join().expect("a try ends")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 412].contains(status)), "{statuses:?}");
}

fn a_condition_that_is_none_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/calendars/{}", ana.calendar("Work"));
    for condition in ["garbage", "\"unclosed", "\"0\""] {
        let answer = ana.put(&path).header("If-Match", condition).json(json!({"name": "x"})).send();
        assert!([400, 412].contains(&answer.status), "{condition}: {answer}");
    }
}
