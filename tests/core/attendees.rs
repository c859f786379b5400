//! Attendees and their answers.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::{Value, json};

fn attendee<'a>(event: &'a Value, email: &str) -> &'a Value {
    let attendees = event["attendees"].as_array().expect("a list of attendees");
    attendees.iter().find(|attendee| attendee["email"] == email).unwrap_or_else(|| panic!("{email} is not in {event}"))
}

both_stores![
    attendees_are_added_answer_and_leave,
    an_attendee_is_someone_and_an_answer_is_one_of_three,
    nobody_attends_twice,
    one_may_answer_for_oneself_without_being_an_editor,
    tags_and_attachments_are_bounded_in_form,
];

fn attendees_are_added_answer_and_leave(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    let body = json!({"attendees": [{"email": "guest@example.com"}, {"user_id": ben.id}]});
    let added = ana.post(&format!("{path}/attendees")).json(body).send().expect(200);
    assert_eq!(added["event"]["attendees"].as_array().expect("a list").len(), 2);
    let guest = attendee(&added["event"], "guest@example.com");
    assert_eq!(guest["status"], "needs_action");
    assert!(
        added["event"]["attendees"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|attendee| attendee["user_id"] == ben.id.as_str())
    );

    let guest = format!("{path}/attendees/{}", guest["id"].as_str().expect("an id"));
    for status in ["accepted", "declined", "tentative"] {
        let answered = ana.put(&guest).json(json!({"status": status})).send().expect(200);
        assert_eq!(attendee(&answered["event"], "guest@example.com")["status"], status);
    }
    assert_eq!(ana.delete(&guest).send().expect(200).json, json!({"ok": true}));
    ana.delete(&guest).send().error(404, "NOT_FOUND");
    ana.put(&guest).json(json!({"status": "accepted"})).send().error(404, "NOT_FOUND");
    assert_eq!(ana.get(&path).send().expect(200)["event"]["attendees"].as_array().expect("a list").len(), 1);
}

fn an_attendee_is_someone_and_an_answer_is_one_of_three(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = format!("{}/attendees", path_of(&made));
    let add = |body| ana.post(&path).json(body).send();
    add(json!({})).invalid(&["attendees"]);
    add(json!({"attendees": [{"email": "a@example.com"}, {}]})).invalid(&["attendees[1]"]);
    add(json!({"attendees": [{"email": "nobody"}]})).invalid(&["attendees[0].email"]);
    add(json!({"attendees": [{"user_id": "x"}, 5]})).invalid(&["attendees[0].user_id", "attendees[1]"]);
    let added = add(json!({"attendees": [{"email": "a@example.com"}]})).expect(200);
    let one = format!("{path}/{}", added["event"]["attendees"][0]["id"].as_str().expect("an id"));
    ana.put(&one).json(json!({"status": "perhaps"})).send().invalid(&["status"]);
    ana.put(&one).json(json!({})).send().invalid(&["status"]);
}

fn nobody_attends_twice(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z"));
    let path = format!("{}/attendees", path_of(&made));
    for email in ["guest@example.com", "Guest@Example.com"] {
        ana.post(&path).json(json!({"attendees": [{"email": email}]})).send();
    }
    let event = ana.get(path.trim_end_matches("/attendees")).send().expect(200);
    assert_eq!(event["event"]["attendees"].as_array().expect("a list").len(), 1);
}

fn one_may_answer_for_oneself_without_being_an_editor(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "viewer");
    let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
    body["attendees"] = json!([{"user_id": ben.id}, {"email": "guest@example.com"}]);
    let made = ana.event(body);
    let path = format!("{}/attendees", path_of(&made));
    let others = attendee(&made, "guest@example.com")["id"].as_str().expect("an id");
    let own = made["attendees"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|attendee| attendee["user_id"] == ben.id.as_str())
        .expect("ben");
    let own = own["id"].as_str().expect("an id");
    let answered = ben.put(&format!("{path}/{own}")).json(json!({"status": "accepted"})).send().expect(200);
    assert!(
        answered["event"]["attendees"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|attendee| attendee["status"] == "accepted")
    );
    ben.put(&format!("{path}/{others}")).json(json!({"status": "declined"})).send().error(403, "FORBIDDEN");
}

fn tags_and_attachments_are_bounded_in_form(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    let with = |field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        ana.post("/events").json(body).send()
    };
    with("tags", json!(["ok", ""])).invalid(&["tags[1]"]);
    with("tags", json!(["ok", 5])).invalid(&["tags[1]"]);
    with("tags", json!("ok")).invalid(&["tags"]);
    with("attachments", json!([{"name": "x"}])).invalid(&["attachments[0].url"]);
    with("attachments", json!([{"url": "javascript:alert(1)"}])).invalid(&["attachments[0].url"]);
    with("attachments", json!([{"url": "https://example.com/x", "size": 5}])).invalid(&["attachments[0].size"]);
    let made = with("tags", json!(["b", "a", "b"])).expect(201);
    let mut tags: Vec<_> = made["event"]["tags"].as_array().expect("a list").clone();
    tags.sort_by_key(ToString::to_string);
    assert_eq!(tags, ["a", "b"], "a tag stands once");
}
