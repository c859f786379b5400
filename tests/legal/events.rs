//! Events: made, read, changed, deleted, restored.

use kalends_harness::{Server, both_stores};
use serde_json::json;

use crate::{EVENTS, make, meeting, one, refused, typed};

both_stores![the_documented_event, ids_of_both_forms_and_no_others, null_clears_and_the_rest_stays];

fn the_documented_event(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = make(&ana, meeting());
    for (field, value) in meeting().as_object().expect("fields") {
        assert_eq!(&event[field], value, "{field}");
    }
    let id = event["id"].as_str().expect("an id");
    assert!(id.len() == 36 && id.starts_with("evt_"), "{id}");
    assert_eq!(event["created_by"], typed("usr", &ana.id));
    assert_eq!((&event["type"], &event["all_day"], &event["attendees"]), (&json!("event"), &json!(false), &json!([])));
    let seen = ana.get(&one(&event)).send().expect(200);
    assert_eq!(seen.json, event);
    let etag = seen.etag();
    let stale = ana.patch(&one(&event)).header("If-Match", "\"77\"").json(json!({"title": "x"})).send();
    refused(stale, 412, "CONFLICT");
    ana.delete(&one(&event)).header("If-Match", &etag).send().expect(200);
    refused(ana.get(&one(&event)).send(), 404, "EVENT_NOT_FOUND");
    let restored = ana.post(&format!("{}/restore", one(&event))).send().expect(200);
    assert_eq!((&restored["id"], &restored["title"]), (&event["id"], &event["title"]));
}

fn ids_of_both_forms_and_no_others(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    let event = make(&ana, meeting());
    let id = event["id"].as_str().expect("an id");
    let uuid = crate::bare(id);
    assert_eq!(ana.get(&format!("{EVENTS}/{uuid}")).send().expect(200)["id"], id);
    for bad in [&id[4..], &id.replace("evt_", "usr_"), "evt_x", "x", &format!("evt_{uuid}")] {
        crate::invalid(ana.get(&format!("{EVENTS}/{bad}")).send(), &["event_id"]);
    }
    refused(bob.get(&one(&event)).send(), 404, "EVENT_NOT_FOUND");
    refused(bob.patch(&one(&event)).json(json!({"title": "mine"})).send(), 404, "EVENT_NOT_FOUND");
    refused(bob.delete(&one(&event)).send(), 404, "EVENT_NOT_FOUND");
}

fn null_clears_and_the_rest_stays(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = make(&ana, meeting());
    let body = json!({"location": null, "case_id": null, "type": "meeting", "start": "2026-04-01T13:30:00+02:00"});
    let changed = ana.patch(&one(&event)).json(body).send().expect(200);
    assert_eq!((&changed["location"], &changed["case_id"]), (&json!(null), &json!(null)));
    assert_eq!((&changed["type"], &changed["title"]), (&json!("meeting"), &event["title"]));
    assert_eq!(changed["start"], "2026-04-01T13:30:00+02:00");
    assert_eq!(changed["end"], event["end"]);
    crate::invalid(ana.patch(&one(&event)).json(json!({"title": null, "x": 1})).send(), &["title", "x"]);
}
