//! Who may do what, and what errors look like.

use kalends_harness::{Server, both_stores, garbage};
use serde_json::json;

use crate::{EVENTS, data, invalid, make, meeting, one, refused};

const BASE: &str = "/api/v1/calendar";

both_stores![
    a_key_needs_the_scopes_of_this_surface_and_no_others,
    nobody_gets_in_without_a_credential,
    a_viewer_reads_and_does_not_write,
    a_retry_with_the_same_key_makes_nothing_twice,
    bad_bodies_are_validation_errors,
    every_bad_field_is_told_at_once,
    unknown_paths_and_methods_have_the_envelope,
    times_keep_the_offset_they_came_with,
];

fn a_key_needs_the_scopes_of_this_surface_and_no_others(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = make(&ana, meeting());
    let reader = ana.key(json!({"calendar": ["read"]}));
    let writer = ana.key(json!({"calendar": ["write"]}));
    let others =
        ana.key(json!({"events": ["read", "write"], "availability": ["read"], "calendars": ["read", "write"]}));
    assert_eq!(data(&reader.get(EVENTS).send().expect(200)).len(), 1);
    let short = |answer| refused(answer, 403, "AUTH_INSUFFICIENT_SCOPE");
    let busy = json!({"user_ids": [ana.id], "from": "2026-04-01T00:00:00Z", "to": "2026-04-02T00:00:00Z"});
    let free = crate::with(busy.clone(), json!({"duration_minutes": 30}));
    for key in [&writer, &others] {
        short(key.get(EVENTS).send());
        short(key.get(&one(&event)).send());
        short(key.post(&format!("{BASE}/availability/freebusy")).json(busy.clone()).send());
        short(key.post(&format!("{BASE}/availability/open-slots")).json(free.clone()).send());
        short(key.get(&format!("{BASE}/ical-tokens")).send());
        short(key.get(&format!("{BASE}/sync/status")).send());
    }
    for key in [&reader, &others] {
        short(key.post(EVENTS).json(meeting()).send());
        short(key.patch(&one(&event)).json(json!({})).send());
        short(key.delete(&one(&event)).send());
        short(key.post(&format!("{}/restore", one(&event))).send());
        short(key.post(&format!("{BASE}/ical-tokens")).send());
        short(key.post(&format!("{BASE}/sync/events/{}/push", event["id"].as_str().expect("an id"))).send());
    }
    writer.patch(&one(&event)).json(json!({"title": "By key"})).send().expect(200);
    reader.post(&format!("{BASE}/availability/freebusy")).json(busy).send().expect(200);
    // What stands for all here stands for nothing elsewhere.
    reader.get("/calendars").send().error(403, "FORBIDDEN");
    writer.get("/users/me").send().error(403, "FORBIDDEN");
}

fn nobody_gets_in_without_a_credential(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = make(&ana, meeting());
    let anyone = server.anyone();
    refused(anyone.get(EVENTS).send(), 401, "AUTH_REQUIRED");
    refused(anyone.get(&one(&event)).send(), 401, "AUTH_REQUIRED");
    refused(anyone.post(EVENTS).json(meeting()).send(), 401, "AUTH_REQUIRED");
    refused(anyone.bearer("x.y.z").get(EVENTS).send(), 401, "AUTH_INVALID");
    refused(anyone.key("kal_nonsense").get(EVENTS).send(), 401, "AUTH_INVALID");
}

fn a_viewer_reads_and_does_not_write(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    let event = make(&ana, meeting());
    let calendar = event["calendar_id"].as_str().expect("a calendar");
    refused(bob.post(EVENTS).json(crate::with(meeting(), json!({"calendar_id": calendar}))).send(), 404, "NOT_FOUND");
    ana.share(calendar, &bob, "viewer");
    assert_eq!(data(&bob.get(EVENTS).send().expect(200))[0]["id"], event["id"]);
    refused(bob.patch(&one(&event)).json(json!({"title": "x"})).send(), 403, "FORBIDDEN");
    refused(bob.delete(&one(&event)).send(), 403, "FORBIDDEN");
    ana.share(calendar, &bob, "editor");
    bob.patch(&one(&event)).json(json!({"title": "x"})).send().expect(200);
}

fn a_retry_with_the_same_key_makes_nothing_twice(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let send = |body| ana.post(EVENTS).header("Idempotency-Key", "once").json(body).send();
    let first = send(meeting()).expect(201);
    let again = send(meeting()).expect(201);
    assert_eq!((again.header("idempotency-replayed"), &again.json), (Some("true"), &first.json));
    refused(send(json!({"title": "other", "start": "2027-01-01T00:00:00Z"})), 422, "IDEMPOTENCY_MISMATCH");
    assert_eq!(data(&ana.get(EVENTS).send().expect(200)).len(), 1);
}

fn bad_bodies_are_validation_errors(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = one(&make(&ana, meeting()));
    let [busy, free] = ["freebusy", "open-slots"].map(|what| format!("{BASE}/availability/{what}"));
    for (method, path) in [("POST", EVENTS), ("PATCH", &event), ("POST", &busy), ("POST", &free)] {
        let send = |kind: &str, body: &[u8]| ana.request(method, path).body(kind, body).send();
        for body in garbage::BROKEN_JSON {
            refused(send("application/json", body.as_bytes()), 400, "VALIDATION_ERROR");
        }
        for body in garbage::BAD_UTF8 {
            refused(send("application/json", body), 400, "VALIDATION_ERROR");
        }
        for body in garbage::no_objects() {
            invalid(ana.request(method, path).json(body).send(), &["body"]);
        }
        for body in garbage::deep_objects() {
            refused(send("application/json", body.as_bytes()), 400, "VALIDATION_ERROR");
        }
        refused(send("text/plain", b"{}"), 415, "VALIDATION_ERROR");
    }
    for id in garbage::BAD_IDS {
        invalid(ana.get(&format!("{EVENTS}/{id}")).send(), &["event_id"]);
        invalid(ana.post(&format!("{BASE}/ical-tokens/{id}/revoke")).send(), &["id"]);
        invalid(ana.post(&format!("{BASE}/sync/events/{id}/push")).send(), &["id"]);
    }
    assert_eq!(data(&ana.get(EVENTS).send().expect(200)).len(), 1);
}

fn every_bad_field_is_told_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    invalid(ana.post(EVENTS).json(json!({})).send(), &["title", "start"]);
    let backwards = json!({"title": "x", "start": "2026-04-01T10:00:00Z", "end": "2026-04-01T12:00:00+02:00"});
    invalid(ana.post(EVENTS).json(backwards).send(), &["end"]);
    let mixed = json!({"title": "x", "start": "2026-04-01", "end": "2026-04-02"});
    invalid(ana.post(EVENTS).json(mixed.clone()).send(), &["start", "end"]);
    let day = make(&ana, crate::with(mixed, json!({"all_day": true})));
    assert_eq!(
        (&day["start"], &day["end"]),
        (&json!("2026-04-01T00:00:00+02:00"), &json!("2026-04-02T00:00:00+02:00"))
    );
    let wrong = json!({"title": "x", "start": "2026-04-03T10:00:00Z", "recurrence_rule": "FREQ=SECONDLY"});
    invalid(ana.post(EVENTS).json(wrong).send(), &["recurrence_rule"]);
}

fn unknown_paths_and_methods_have_the_envelope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for path in ["/api/v1/calendar", "/api/v1/calendar/", "/api/v1/calendar/nothing", "/api/v1/calendar/events/1/2/3"] {
        refused(ana.get(path).send(), 404, "NOT_FOUND");
        refused(server.anyone().get(path).send(), 404, "NOT_FOUND");
    }
    let answer = refused(ana.put(EVENTS).json(json!({})).send(), 405, "NOT_FOUND");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
}

fn times_keep_the_offset_they_came_with(server: &mut Server) {
    // Everybody here is in Berlin.
    let ana = server.register("ana@example.com");
    let made = |start: &str, zone: Option<&str>| {
        let body = json!({"title": "x", "start": start, "allow_conflict": true});
        let body = zone.map_or(body.clone(), |zone| crate::with(body.clone(), json!({"timezone": zone})));
        let event = make(&ana, body);
        (event["start"].as_str().expect("a start").to_owned(), event["timezone"].as_str().expect("a zone").to_owned())
    };
    let pair = |start: &str, zone: &str| (start.to_owned(), zone.to_owned());
    assert_eq!(made("2026-04-01T14:00:00+02:00", None), pair("2026-04-01T14:00:00+02:00", "Europe/Berlin"));
    assert_eq!(made("2026-04-01T14:00:00-04:00", None), pair("2026-04-01T14:00:00-04:00", "Etc/GMT+4"));
    assert_eq!(made("2026-04-01T14:00:00+05:30", None), pair("2026-04-01T14:00:00+05:30", "<+0530>-5:30"));
    assert_eq!(made("2026-04-01T12:00:00Z", None), pair("2026-04-01T14:00:00+02:00", "Europe/Berlin"));
    assert_eq!(made("2026-04-01T14:00:00+02:00", Some("UTC")), pair("2026-04-01T12:00:00Z", "UTC"));
}
