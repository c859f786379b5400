//! Soft deletion: what is deleted can be had back, by those who may.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::json;

const MARCH: (&str, &str) = ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");

both_stores![
    a_deleted_event_comes_back_as_it_was,
    a_deleted_calendar_comes_back_with_its_events_and_members,
    the_trash_shows_only_what_one_could_restore,
    an_event_of_a_deleted_calendar_waits_for_it,
];

fn a_deleted_event_comes_back_as_it_was(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
    body["recurrence_rule"] = json!("FREQ=DAILY;COUNT=3");
    body["reminders"] = json!([5]);
    body["tags"] = json!(["kept"]);
    let made = ana.event(body);
    let path = path_of(&made);
    ana.delete(&path).send().expect(200);

    let trash = ana.get("/trash").send().expect(200);
    let item = &trash.items()[0];
    assert_eq!(
        (&item["type"], &item["id"], &item["name"], &item["calendar_id"]),
        (&json!("event"), &made["id"], &json!("Talk"), &json!(calendar))
    );
    assert!(item["deleted_at"].as_str() < item["restorable_until"].as_str());

    let back = ana.post(&format!("{path}/restore")).send().expect(200);
    for same in ["id", "title", "start_time", "recurrence_rule", "tags", "reminders", "created_at"] {
        assert_eq!(back["event"][same], made[same], "{same}");
    }
    assert_eq!(ana.between(MARCH.0, MARCH.1).items().len(), 3);
    assert!(ana.get("/trash").send().expect(200).items().is_empty());
    let again = ana.post(&format!("{path}/restore")).send();
    assert!([200, 404, 409].contains(&again.status), "{again}");
}

fn a_deleted_calendar_comes_back_with_its_events_and_members(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "editor");
    let kept = ana.event(event(&calendar, "Kept", "2026-03-02T09:00:00Z"));
    let gone = ana.event(event(&calendar, "Gone before", "2026-03-03T09:00:00Z"));
    ana.delete(&path_of(&gone)).send().expect(200);
    ana.delete(&format!("/calendars/{calendar}")).send().expect(200);
    ben.get(&format!("/calendars/{calendar}")).send().error(404, "NOT_FOUND");
    assert!(ana.get("/trash").send().expect(200).each("id").contains(&calendar.as_str()));

    ben.post(&format!("/calendars/{calendar}/restore")).send().expect_refusal();
    let back = ana.post(&format!("/calendars/{calendar}/restore")).send().expect(200);
    assert_eq!((&back["calendar"]["id"], &back["calendar"]["name"]), (&json!(calendar), &json!("Ours")));
    assert_eq!(ana.between(MARCH.0, MARCH.1).each("title"), ["Kept"], "what was deleted on its own stays deleted");
    assert_eq!(ben.get(&path_of(&kept)).send().expect(200)["event"]["title"], "Kept");
}

fn the_trash_shows_only_what_one_could_restore(server: &mut Server) {
    let (ana, ben, eve) =
        (server.register("ana@example.com"), server.register("ben@example.com"), server.register("eve@example.com"));
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "viewer");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    ana.delete(&path).send().expect(200);
    assert!(ben.get("/trash").send().expect(200).items().is_empty());
    assert!(eve.get("/trash").send().expect(200).items().is_empty());
    ben.post(&format!("{path}/restore")).send().error(403, "FORBIDDEN");
    eve.post(&format!("{path}/restore")).send().error(404, "NOT_FOUND");
    ana.post("/events/01900000-0000-7000-8000-000000000000/restore").send().error(404, "NOT_FOUND");
}

fn an_event_of_a_deleted_calendar_waits_for_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    ana.delete(&path).send().expect(200);
    ana.delete(&format!("/calendars/{calendar}")).send().expect(200);
    ana.post(&format!("{path}/restore")).send().expect_refusal();
    ana.post(&format!("/calendars/{calendar}/restore")).send().expect(200);
    ana.post(&format!("{path}/restore")).send().expect(200);
    assert_eq!(ana.between(MARCH.0, MARCH.1).each("title"), ["Talk"]);
}
