//! Attaching and detaching.

use kalends_harness::{Server, User, both_stores, event};
use serde_json::{Value, json};

use crate::{invalid, one, path, refused};

both_stores![
    a_public_calendar_is_attached_as_a_viewer,
    attaching_again_changes_no_role,
    everyone_has_a_colour_of_their_own,
    an_owner_attaches_anyone_to_their_own,
    nobody_else_attaches_others,
    an_owner_stays,
    an_old_version_detaches_nothing,
    the_same_request_twice_is_answered_as_once,
];

fn body(calendar: &str) -> Value {
    json!({"calendar_id": calendar})
}

fn publish(owner: &User, calendar: &str) {
    owner.put(&format!("/calendars/{calendar}")).json(json!({"is_public": true})).send().expect(200);
}

fn a_public_calendar_is_attached_as_a_viewer(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let work = ana.calendar("Work");
    refused(ben.post(&path(&ben)).json(body(&work)).send(), 404, "NOT_FOUND");
    publish(&ana, &work);
    let attached = ben.post(&path(&ben)).json(body(&work)).send().expect(201);
    let shown = ben.get(&one(&ben, &work)).send().expect(200);
    assert_eq!((&attached.json, attached.etag()), (&shown.json, shown.etag()));
    assert_eq!(
        (&attached["calendar"]["name"], &attached["calendar"]["visibility"]),
        (&json!("Work"), &json!("public"))
    );
    assert_eq!(ben.get(&format!("/calendars/{work}")).send().expect(200)["calendar"]["role"], "viewer");
    ben.post("/events").json(event(&work, "No", "2026-03-02T09:00:00Z")).send().error(403, "FORBIDDEN");

    assert_eq!(ben.delete(&one(&ben, &work)).send().expect(200).json, json!({"status": "ok"}));
    refused(ben.delete(&one(&ben, &work)).send(), 404, "NOT_FOUND");
    refused(ben.get(&one(&ben, &work)).send(), 404, "NOT_FOUND");
    ana.get(&one(&ana, &work)).send().expect(200);
}

fn attaching_again_changes_no_role(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let work = ana.calendar("Work");
    ana.share(&work, &ben, "editor");
    let first = ben.post(&path(&ben)).json(body(&work)).send().expect(201);
    let second = ben.post(&path(&ben)).json(body(&work)).send().expect(201);
    assert_eq!((&first.json, first.etag()), (&second.json, second.etag()));
    ana.post(&path(&ben)).json(body(&work)).send().expect(201);
    ben.event(event(&work, "Still an editor", "2026-03-02T09:00:00Z"));
    let own = ana.post(&path(&ana)).json(body(&work)).send().expect(201);
    assert_eq!(own["calendar"]["visibility"], "shared");
    assert_eq!(ana.get(&format!("/calendars/{work}")).send().expect(200)["calendar"]["role"], "owner");
}

fn everyone_has_a_colour_of_their_own(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let work = ana.calendar("Work");
    publish(&ana, &work);
    let with = |theme: &str| json!({"calendar_id": work, "color_theme": theme});
    let attached = ben.post(&path(&ben)).json(with("pink")).send().expect(201);
    assert_eq!(attached["calendar"]["color_theme"], "pink");
    assert_eq!(ana.get(&one(&ana, &work)).send().expect(200)["calendar"]["color_theme"], "blue");
    let kept = ben.post(&path(&ben)).json(body(&work)).send().expect(201);
    assert_eq!(kept["calendar"]["color_theme"], "pink");
    let changed = ben.post(&path(&ben)).json(with("green")).send().expect(201);
    assert_eq!(changed["calendar"]["color_theme"], "green");
    invalid(ben.post(&path(&ben)).json(with("#ff0000")).send(), &["color_theme"]);
}

fn an_owner_attaches_anyone_to_their_own(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let work = ana.calendar("Work");
    let attached = ana.post(&path(&ben)).json(body(&work)).send().expect(201);
    assert_eq!((&attached["calendar"]["id"], &attached["calendar"]["visibility"]), (&json!(work), &json!("shared")));
    assert_eq!(ben.get(&format!("/calendars/{work}")).send().expect(200)["calendar"]["role"], "viewer");
    ana.get(&one(&ben, &work)).send().expect(200);
    ana.delete(&one(&ben, &work)).send().expect(200);
    refused(ben.get(&one(&ben, &work)).send(), 404, "NOT_FOUND");
    refused(ana.get(&path(&ben)).send(), 404, "NOT_FOUND");
    let nobody = "/api/v1/users/01900000-0000-7000-8000-000000000000/calendars";
    refused(ana.post(nobody).json(body(&work)).send(), 404, "NOT_FOUND");
}

fn nobody_else_attaches_others(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let eve = server.register("eve@example.com");
    let work = ana.calendar("Work");
    ana.share(&work, &ben, "editor");
    refused(ben.post(&path(&eve)).json(body(&work)).send(), 404, "NOT_FOUND");
    publish(&ana, &work);
    refused(eve.post(&path(&ben)).json(body(&work)).send(), 404, "NOT_FOUND");
    refused(eve.delete(&one(&ben, &work)).send(), 404, "NOT_FOUND");
    refused(ben.delete(&one(&ana, &work)).send(), 404, "NOT_FOUND");
    ben.get(&one(&ben, &work)).send().expect(200);
}

fn an_owner_stays(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    refused(ana.delete(&one(&ana, &work)).send(), 409, "CONFLICT");
    ana.get(&one(&ana, &work)).send().expect(200);
}

fn an_old_version_detaches_nothing(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let work = ana.calendar("Work");
    ana.share(&work, &ben, "viewer");
    let seen = ben.get(&one(&ben, &work)).send().expect(200).etag();
    let theme = json!({"calendar_id": work, "color_theme": "teal"});
    let now = ben.post(&path(&ben)).json(theme).send().expect(201).etag();
    refused(ben.delete(&one(&ben, &work)).header("If-Match", &seen).send(), 412, "CONFLICT");
    ben.delete(&one(&ben, &work)).header("If-Match", &now).send().expect(200);
}

fn the_same_request_twice_is_answered_as_once(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let work = ana.calendar("Work");
    publish(&ana, &work);
    let attach = |body| ben.post(&path(&ben)).header("Idempotency-Key", "attach-1").json(body).send();
    let first = attach(body(&work)).expect(201);
    ben.delete(&one(&ben, &work)).send().expect(200);
    let again = attach(body(&work)).expect(201);
    assert_eq!((again.header("idempotency-replayed"), &again.json), (Some("true"), &first.json));
    refused(attach(json!({"calendar_id": ana.id})), 422, "IDEMPOTENCY_MISMATCH");
}
