//! Reminders of an event.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::{Value, json};

fn minutes(event: &Value) -> Vec<u64> {
    let reminders = event["reminders"].as_array().expect("a list of reminders");
    let mut minutes: Vec<_> =
        reminders.iter().map(|reminder| reminder["minutes_before"].as_u64().expect("minutes")).collect();
    minutes.sort_unstable();
    minutes
}

both_stores![
    reminders_are_added_and_removed,
    a_reminder_is_0_to_10080_minutes_before,
    reminders_can_be_replaced_with_the_event,
    a_reminder_of_another_event_is_not_found,
];

fn reminders_are_added_and_removed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    let added = ana.post(&format!("{path}/reminders")).json(json!({"minutes_before": [5, 15, 60]})).send().expect(200);
    assert_eq!(minutes(&added["event"]), [5, 15, 60]);
    let more = ana.post(&format!("{path}/reminders")).json(json!({"minutes_before": [0, 10080]})).send().expect(200);
    assert_eq!(minutes(&more["event"]), [0, 5, 15, 60, 10080]);

    let fifteen =
        more["event"]["reminders"].as_array().expect("a list").iter().find(|reminder| reminder["minutes_before"] == 15);
    let reminder = format!("{path}/reminders/{}", fifteen.expect("a reminder")["id"].as_str().expect("an id"));
    assert_eq!(ana.delete(&reminder).send().expect(200).json, json!({"ok": true}));
    ana.delete(&reminder).send().error(404, "NOT_FOUND");
    assert_eq!(minutes(&ana.get(&path).send().expect(200)["event"]), [0, 5, 60, 10080]);
}

fn a_reminder_is_0_to_10080_minutes_before(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = format!("{}/reminders", path_of(&made));
    let add = |body| ana.post(&path).json(body).send();
    add(json!({"minutes_before": [5, -1, 10081]})).invalid(&["minutes_before[1]", "minutes_before[2]"]);
    add(json!({"minutes_before": "5"})).invalid(&["minutes_before"]);
    add(json!({"minutes_before": [1.5, 5]})).invalid(&["minutes_before[0]"]);
    add(json!({})).invalid(&["minutes_before"]);
    let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
    body["reminders"] = json!([5, 10081]);
    ana.post("/events").json(body).send().invalid(&["reminders[1]"]);
    assert!(minutes(&ana.get(path.trim_end_matches("/reminders")).send().expect(200)["event"]).is_empty());
}

fn reminders_can_be_replaced_with_the_event(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    body["reminders"] = json!([5, 15]);
    let path = path_of(&ana.event(body));
    assert_eq!(minutes(&ana.change(&path, json!({"reminders": [30]}))), [30]);
}

fn a_reminder_of_another_event_is_not_found(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let mut body = event(&calendar, "One", "2026-03-02T09:00:00Z");
    body["reminders"] = json!([5]);
    let one = ana.event(body);
    let two = ana.event(event(&calendar, "Two", "2026-03-02T09:00:00Z"));
    let (two, reminder) = (two["id"].as_str().expect("an id"), one["reminders"][0]["id"].as_str().expect("an id"));
    ana.delete(&format!("/events/{two}/reminders/{reminder}")).send().error(404, "NOT_FOUND");
}
