//! Attendees: accounts by their ids, others by their addresses.

use kalends_harness::{Server, both_stores, path_of};
use serde_json::{Value, json};

use crate::{EVENTS, data, invalid, make, meeting, one, typed, with};

both_stores![
    who_is_asked_is_shown_and_sees_the_event,
    who_may_not_be_known_is_no_account,
    other_surfaces_attendees_come_and_go
];

fn asking(people: Value) -> Value {
    with(meeting(), json!({"attendees": people}))
}

fn who_is_asked_is_shown_and_sees_the_event(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    let calendar = ana.calendar("Office");
    ana.share(&calendar, &bob, "viewer");
    let bobs = typed("usr", &bob.id);
    let event = make(&ana, asking(json!([bobs, "guest@example.com", bob.id])));
    assert_eq!(event["attendees"], json!([bobs, "guest@example.com"]), "either form of an id, and once");
    assert_eq!(bob.get(&one(&event)).send().expect(200)["title"], event["title"]);
    assert_eq!(data(&bob.get(EVENTS).send().expect(200)).len(), 0, "it is in no calendar of his");
    // What is shown can be sent back.
    let same = ana.patch(&one(&event)).json(json!({"attendees": event["attendees"]})).send().expect(200);
    assert_eq!(same["attendees"], event["attendees"]);
}

fn who_may_not_be_known_is_no_account(server: &mut Server) {
    let [ana, bob, cyd] = ["ana", "bob", "cyd"].map(|name| server.register(&format!("{name}@example.com")));
    cyd.put("/users/me").json(json!({"free_busy_visibility": "everyone"})).send().expect(200);
    let nobody = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e";
    let [bobs, cyds] = [&bob, &cyd].map(|user| typed("usr", &user.id));
    invalid(ana.post(EVENTS).json(asking(json!([cyds, nobody, bobs]))).send(), &["attendees[1]", "attendees[2]"]);
    let event = make(&ana, asking(json!([cyds])));
    // Whoever is asked already stays, though she is hidden by now.
    cyd.put("/users/me").json(json!({"free_busy_visibility": "nobody"})).send().expect(200);
    ana.patch(&one(&event)).json(json!({"attendees": [cyds, "x@example.com"]})).send().expect(200);
    invalid(ana.post(EVENTS).json(asking(json!([cyds]))).send(), &["attendees[0]"]);
    // A public calendar that anyone may join makes nobody known.
    let open = bob.calendar("Open");
    bob.put(&format!("/calendars/{open}")).json(json!({"is_public": true})).send().expect(200);
    ana.post(&format!("/api/v1/users/{}/calendars", ana.id)).json(json!({"calendar_id": open})).send().expect(201);
    invalid(ana.post(EVENTS).json(asking(json!([bobs]))).send(), &["attendees[0]"]);
    bob.delete("/users/me").send().expect(200);
    invalid(ana.post(EVENTS).json(asking(json!([bobs]))).send(), &["attendees[0]"]);
}

fn other_surfaces_attendees_come_and_go(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let mut body = kalends_harness::event(&calendar, "Core", "2026-03-02T09:00:00Z");
    body["attendees"] = json!([{"email": "bob@example.com"}, {"user_id": ana.id}]);
    let core = ana.event(body);
    let path = format!("{EVENTS}/{}", core["id"].as_str().expect("an id"));
    let seen = ana.get(&path).send().expect(200);
    assert_eq!(seen["attendees"], json!(["bob@example.com", typed("usr", &ana.id)]));
    ana.patch(&path).json(json!({"attendees": ["bob@example.com", "cyd@example.com"]})).send().expect(200);
    let after = ana.get(&path_of(&core)).send().expect(200);
    let people = after["event"]["attendees"].as_array().expect("attendees");
    assert_eq!(people[0], core["attendees"][0], "who stays is who he was");
    assert_eq!((people.len(), &people[1]["email"]), (2, &json!("cyd@example.com")));
}
