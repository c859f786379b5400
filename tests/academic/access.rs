//! Who may do what.

use kalends_harness::{Answer, Caller, Server, both_stores};
use serde_json::json;

use crate::{COURSES, EVENTS, done, home, lecture, make, one, refused};

both_stores![
    without_a_credential_nothing_is_done,
    a_key_needs_the_scope,
    other_peoples_events_do_not_exist,
    a_viewer_reads_and_an_editor_writes,
    too_many_requests_are_told_in_the_envelope,
];

/// Every route of the surface, asked by someone.
fn every_route(caller: &Caller, event: &str) -> Vec<Answer> {
    let course = format!("{COURSES}/x");
    vec![
        caller.get(EVENTS).send(),
        caller.post(EVENTS).json(lecture()).send(),
        caller.get(event).send(),
        caller.patch(event).json(json!({})).send(),
        caller.delete(event).send(),
        caller.get(COURSES).send(),
        caller.post(COURSES).json(json!({"name": "x"})).send(),
        caller.get(&course).send(),
        caller.patch(&course).json(json!({})).send(),
        caller.delete(&course).send(),
        caller.post("/api/calendar/sync/google").send(),
    ]
}

fn without_a_credential_nothing_is_done(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = one(&make(&ana, lecture()));
    for caller in [server.anyone(), server.anyone().bearer("x.y.z"), server.anyone().key("kal_nothing")] {
        for answer in every_route(&caller, &event) {
            refused(answer, 401, "UNAUTHORIZED");
        }
    }
}

fn a_key_needs_the_scope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = one(&make(&ana, lecture()));
    for answer in every_route(&ana.key(json!({"calendars": ["read", "write"]})), &event) {
        refused(answer, 403, "FORBIDDEN");
    }
    let reader = ana.key(json!({"events": ["read"]}));
    done(reader.get(EVENTS).send(), 200);
    done(reader.get(&event).send(), 200);
    done(reader.get(COURSES).send(), 200);
    refused(reader.post(EVENTS).json(lecture()).send(), 403, "FORBIDDEN");
    refused(reader.delete(&event).send(), 403, "FORBIDDEN");
    let writer = ana.key(json!({"events": ["write"]}));
    refused(writer.get(EVENTS).send(), 403, "FORBIDDEN");
    done(writer.patch(&event).json(json!({"title": "x"})).send(), 200);
    done(writer.delete(&event).send(), 200);
}

fn other_peoples_events_do_not_exist(server: &mut Server) {
    let (ana, eve) = (server.register("ana@example.com"), server.register("eve@example.com"));
    let event = one(&make(&ana, lecture()));
    let nothing = format!("{EVENTS}/01900000-0000-7000-8000-000000000000");
    for path in [&event, &nothing] {
        for answer in
            [eve.get(path).send(), eve.patch(path).json(json!({"title": "x"})).send(), eve.delete(path).send()]
        {
            let answer = refused(answer, 404, "CALENDAR_EVENT_NOT_FOUND");
            assert_eq!(answer["error"], "event not found");
        }
    }
    assert!(crate::listed(&eve, "").0.is_empty());
}

fn a_viewer_reads_and_an_editor_writes(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let event = one(&make(&ana, lecture()));
    let home = home(&ana);
    ana.share(&home, &ben, "viewer");
    done(ben.get(&event).send(), 200);
    refused(ben.patch(&event).json(json!({"title": "x"})).send(), 403, "FORBIDDEN");
    refused(ben.delete(&event).send(), 403, "FORBIDDEN");
    ana.share(&home, &ben, "editor");
    done(ben.patch(&event).json(json!({"title": "x"})).send(), 200);
    done(ben.delete(&event).send(), 200);
}

fn too_many_requests_are_told_in_the_envelope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    // The tests' servers have no limit, so what is not reached here is what stands in the document.
    let document = ana.get("/openapi.json").send().expect(200);
    let limited = &document["components"]["responses"]["AcademicLimited"]["content"]["application/json"]["examples"];
    assert_eq!(limited["example"]["value"]["code"], "RATE_LIMITED");
    assert_eq!(limited["example"]["value"]["success"], false);
}
