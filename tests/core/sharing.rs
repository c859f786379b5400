//! Sharing: what an owner, an editor, a viewer and a stranger may.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::json;

both_stores![
    a_shared_calendar_appears_with_its_role,
    a_viewer_reads_and_writes_nothing,
    an_editor_writes_events_and_no_more,
    to_a_stranger_nothing_is_there,
    a_role_can_be_changed_and_taken_away,
    an_owner_stays,
    sharing_needs_someone_and_a_role,
    a_public_calendar_is_still_not_a_strangers_to_write,
];

fn a_shared_calendar_appears_with_its_role(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    let body = json!({"target": {"email": "ben@example.com"}, "role": "viewer"});
    let shared = ana.post(&format!("/calendars/{calendar}/share")).json(body).send().expect(201);
    assert_eq!(shared["member"], json!({"user_id": ben.id, "email": "ben@example.com", "role": "viewer"}));

    let list = ben.get("/calendars").send().expect(200);
    assert_eq!((list.each("id"), list.each("role")), (vec![calendar.as_str()], vec!["viewer"]));
    assert_eq!(ben.get(&format!("/calendars/{calendar}")).send().expect(200)["calendar"]["role"], "viewer");
    let members = ben.get(&format!("/calendars/{calendar}/members")).send().expect(200);
    let mut roles: Vec<_> = members.each("email").into_iter().zip(members.each("role")).collect();
    roles.sort_unstable();
    assert_eq!(roles, [("ana@example.com", "owner"), ("ben@example.com", "viewer")]);
}

fn a_viewer_reads_and_writes_nothing(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "viewer");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);

    ben.get(&path).send().expect(200);
    assert_eq!(ben.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").each("title"), ["Talk"]);
    ben.post("/events").json(event(&calendar, "No", "2026-03-03T09:00:00Z")).send().error(403, "FORBIDDEN");
    ben.put(&path).json(json!({"title": "No"})).send().error(403, "FORBIDDEN");
    ben.delete(&path).send().error(403, "FORBIDDEN");
    ben.post(&format!("{path}/reminders")).json(json!({"minutes_before": [5]})).send().error(403, "FORBIDDEN");
    ben.post(&format!("{path}/attendees"))
        .json(json!({"attendees": [{"email": "x@example.com"}]}))
        .send()
        .error(403, "FORBIDDEN");
    ben.put(&format!("/calendars/{calendar}")).json(json!({"name": "No"})).send().error(403, "FORBIDDEN");
    ben.delete(&format!("/calendars/{calendar}")).send().error(403, "FORBIDDEN");
    assert_eq!(ana.get(&path).send().expect(200)["event"]["title"], "Talk");
}

fn an_editor_writes_events_and_no_more(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "editor");
    let made = ben.event(event(&calendar, "Ben's", "2026-03-02T09:00:00Z"));
    assert_eq!(made["created_by"], ben.id.as_str());
    let path = path_of(&made);
    let changed = ana.change(&path, json!({"title": "Ours"}));
    assert_eq!((&changed["created_by"], &changed["updated_by"]), (&json!(ben.id), &json!(ana.id)));
    ben.change(&path, json!({"title": "Ben's again"}));
    ben.delete(&path).send().expect(200);

    ben.put(&format!("/calendars/{calendar}")).json(json!({"is_public": true})).send().error(403, "FORBIDDEN");
    ben.delete(&format!("/calendars/{calendar}")).send().error(403, "FORBIDDEN");
    let share = json!({"target": {"email": "ana@example.com"}, "role": "viewer"});
    ben.post(&format!("/calendars/{calendar}/share")).json(share).send().error(403, "FORBIDDEN");
    ben.delete(&format!("/calendars/{calendar}/members/{}", ana.id)).send().error(403, "FORBIDDEN");
}

fn to_a_stranger_nothing_is_there(server: &mut Server) {
    let (ana, eve) = (server.register("ana@example.com"), server.register("eve@example.com"));
    let calendar = ana.calendar("Mine");
    let made = ana.event(event(&calendar, "Secret", "2026-03-02T09:00:00Z"));
    let (calendar_path, event_path) = (format!("/calendars/{calendar}"), path_of(&made));

    eve.get(&calendar_path).send().error(404, "NOT_FOUND");
    eve.put(&calendar_path).json(json!({"name": "x"})).send().error(404, "NOT_FOUND");
    eve.delete(&calendar_path).send().error(404, "NOT_FOUND");
    eve.get(&format!("{calendar_path}/members")).send().error(404, "NOT_FOUND");
    let share = json!({"target": {"email": "eve@example.com"}, "role": "editor"});
    eve.post(&format!("{calendar_path}/share")).json(share).send().error(404, "NOT_FOUND");
    eve.get(&event_path).send().error(404, "NOT_FOUND");
    eve.put(&event_path).json(json!({"title": "x"})).send().error(404, "NOT_FOUND");
    eve.delete(&event_path).send().error(404, "NOT_FOUND");
    eve.get(&format!("{event_path}/occurrences?start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z"))
        .send()
        .error(404, "NOT_FOUND");
    eve.post("/events").json(event(&calendar, "x", "2026-03-02T09:00:00Z")).send().error(404, "NOT_FOUND");
    assert!(eve.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").items().is_empty());
    let filtered =
        eve.get("/events?start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z").query("calendar_id", &calendar).send();
    assert!(filtered.status == 404 || filtered.items().is_empty(), "{filtered}");
}

fn a_role_can_be_changed_and_taken_away(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "viewer");
    ana.share(&calendar, &ben, "editor");
    let members = ana.get(&format!("/calendars/{calendar}/members")).send().expect(200);
    assert_eq!(members.items().len(), 2);
    ben.event(event(&calendar, "As editor", "2026-03-02T09:00:00Z"));

    let path = format!("/calendars/{calendar}/members/{}", ben.id);
    assert_eq!(ana.delete(&path).send().expect(200).json, json!({"ok": true}));
    ben.get(&format!("/calendars/{calendar}")).send().error(404, "NOT_FOUND");
    ana.delete(&path).send().error(404, "NOT_FOUND");
}

fn an_owner_stays(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "viewer");
    ana.delete(&format!("/calendars/{calendar}/members/{}", ana.id)).send().error(409, "CONFLICT");
    ben.delete(&format!("/calendars/{calendar}/members/{}", ana.id)).send().error(403, "FORBIDDEN");
    ana.get(&format!("/calendars/{calendar}")).send().expect(200);
}

fn sharing_needs_someone_and_a_role(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/calendars/{}/share", ana.calendar("Ours"));
    let share = |body| ana.post(&path).json(body).send();
    share(json!({"target": {"email": "nobody@example.com"}, "role": "viewer"})).error(404, "NOT_FOUND");
    share(json!({})).invalid(&["target", "role"]);
    share(json!({"target": {}, "role": "owner"})).invalid(&["target.email", "role"]);
    share(json!({"target": {"email": "nobody@example.com"}, "role": 5})).invalid(&["role"]);
}

fn a_public_calendar_is_still_not_a_strangers_to_write(server: &mut Server) {
    let (ana, eve) = (server.register("ana@example.com"), server.register("eve@example.com"));
    let calendar = ana.calendar("Public");
    ana.put(&format!("/calendars/{calendar}")).json(json!({"is_public": true})).send().expect(200);
    let answer = eve.post("/events").json(event(&calendar, "x", "2026-03-02T09:00:00Z")).send();
    assert!([403, 404].contains(&answer.status), "{answer}");
}
