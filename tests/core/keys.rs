//! API keys: what a key may, what only a person may.

use kalends_harness::{Server, both_stores, event};
use serde_json::json;

both_stores![
    a_key_is_shown_once,
    a_key_goes_into_either_header,
    of_both_headers_only_the_jwt_is_looked_at,
    a_key_does_what_its_scopes_say,
    accounts_and_keys_are_for_people,
    a_revoked_key_opens_nothing,
    a_key_needs_a_name_and_scopes_that_exist,
    keys_are_listed_in_pages,
];

fn a_key_is_shown_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({"name": "agent", "scopes": {"calendars": ["read", "write"], "events": ["read"]}});
    let made = ana.post("/api-keys").json(body).send().expect(201);
    assert_eq!(made["name"], "agent");
    let token = made.at("/token");
    assert!(token.starts_with("kal_"), "{token}");

    let list = ana.get("/api-keys").send().expect(200);
    assert_eq!(list.each("id"), [made.at("/id")]);
    assert!(!list.text().contains(&token) && list.items()[0].get("token").is_none());
}

fn a_key_goes_into_either_header(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({"name": "agent", "scopes": {"calendars": ["read"]}});
    let token = ana.post("/api-keys").json(body).send().expect(201).at("/token");
    server.anyone().key(&token).get("/calendars").send().expect(200);
    server.anyone().bearer(&token).get("/calendars").send().expect(200);
    server.anyone().key("kal_wrong").get("/calendars").send().error(401, "AUTH_INVALID");
    server.anyone().key("").get("/calendars").send().expect(401);
}

fn of_both_headers_only_the_jwt_is_looked_at(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let ben = server.register("ben@example.com");
    let key = ben.key(json!({"calendars": ["read"]}));
    key.bearer("not.a.token").get("/calendars").send().error(401, "AUTH_INVALID");
    let me = key.bearer(&ana.access).get("/auth/me").send().expect(200);
    assert_eq!(me.at("/user/id"), ana.id);
}

fn a_key_does_what_its_scopes_say(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let id = made["id"].as_str().expect("an id");
    let window = "/events?start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z";

    let reads_events = ana.key(json!({"events": ["read"]}));
    reads_events.get(window).send().expect(200);
    reads_events.get(&format!("/events/{id}")).send().expect(200);
    reads_events.get("/calendars").send().error(403, "FORBIDDEN");
    reads_events.post("/events").json(event(&calendar, "No", "2026-03-03T09:00:00Z")).send().error(403, "FORBIDDEN");
    reads_events.put(&format!("/events/{id}")).json(json!({"title": "No"})).send().error(403, "FORBIDDEN");
    reads_events.delete(&format!("/events/{id}")).send().error(403, "FORBIDDEN");
    reads_events
        .post(&format!("/events/{id}/reminders"))
        .json(json!({"minutes_before": [5]}))
        .send()
        .error(403, "FORBIDDEN");

    let writes_events = ana.key(json!({"events": ["write"]}));
    writes_events.post("/events").json(event(&calendar, "Yes", "2026-03-03T09:00:00Z")).send().expect(201);
    writes_events.get(window).send().error(403, "FORBIDDEN");

    let reads_calendars = ana.key(json!({"calendars": ["read"]}));
    reads_calendars.get(&format!("/calendars/{calendar}/members")).send().expect(200);
    reads_calendars.post("/calendars").json(json!({"name": "No"})).send().error(403, "FORBIDDEN");
    reads_calendars.put(&format!("/calendars/{calendar}")).json(json!({"name": "No"})).send().error(403, "FORBIDDEN");
    reads_calendars.delete(&format!("/calendars/{calendar}")).send().error(403, "FORBIDDEN");
}

fn accounts_and_keys_are_for_people(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let all = json!({"calendars": ["read", "write"], "events": ["read", "write"], "contacts": ["read", "write"], "availability": ["read"], "booking": ["write"]});
    let key = ana.key(all);
    key.get("/auth/me").send().error(403, "FORBIDDEN");
    key.get("/users/me").send().error(403, "FORBIDDEN");
    key.put("/users/me").json(json!({"timezone": "UTC"})).send().error(403, "FORBIDDEN");
    key.delete("/users/me").send().error(403, "FORBIDDEN");
    key.get("/api-keys").send().error(403, "FORBIDDEN");
    key.post("/api-keys").json(json!({"name": "more", "scopes": {"events": ["read"]}})).send().error(403, "FORBIDDEN");
}

fn a_revoked_key_opens_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let ben = server.register("ben@example.com");
    let key = ana.key(json!({"calendars": ["read"]}));
    let id = ana.get("/api-keys").send().expect(200).each("id")[0].to_owned();
    ben.delete(&format!("/api-keys/{id}")).send().error(404, "NOT_FOUND");
    key.get("/calendars").send().expect(200);
    let answer = ana.delete(&format!("/api-keys/{id}")).send().expect(200);
    assert_eq!(answer.json, json!({"ok": true}));
    key.get("/calendars").send().error(401, "AUTH_INVALID");
    assert!(ana.get("/api-keys").send().expect(200).items().is_empty());
    ana.delete(&format!("/api-keys/{id}")).send().error(404, "NOT_FOUND");
}

fn a_key_needs_a_name_and_scopes_that_exist(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let make = |body| ana.post("/api-keys").json(body).send();
    make(json!({})).invalid(&["name", "scopes"]);
    make(json!({"name": "", "scopes": {"events": ["read"]}})).invalid(&["name"]);
    make(json!({"name": "k", "scopes": {"moon": ["read"]}})).error(400, "VALIDATION_ERROR");
    make(json!({"name": "k", "scopes": {"events": ["fly"]}})).error(400, "VALIDATION_ERROR");
    make(json!({"name": "k", "scopes": ["events"]})).error(400, "VALIDATION_ERROR");
}

fn keys_are_listed_in_pages(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for _ in 0..5 {
        ana.key(json!({"events": ["read"]}));
    }
    let first = ana.get("/api-keys?limit=3").send().expect(200);
    let cursor = first.next_cursor().expect("a second page");
    let second = ana.get("/api-keys?limit=3").query("cursor", &cursor).send().expect(200);
    let mut ids = [first.each("id"), second.each("id")].concat();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), second.next_cursor()), (5, None));
}
