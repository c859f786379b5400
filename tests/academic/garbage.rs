//! What no well-mannered client sends.

use std::time::{Duration, Instant};

use kalends_harness::{Server, both_stores, garbage};

use crate::{COURSES, EVENTS, done, invalid, lecture, make, one, refused};

both_stores![
    bad_bodies_are_validation_errors,
    bad_ids_are_refused,
    unknown_paths_and_methods_have_the_envelope,
    heavy_series_do_not_stop_the_list,
];

fn bad_bodies_are_validation_errors(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = one(&make(&ana, lecture()));
    for (method, path) in [("POST", EVENTS), ("PATCH", &event), ("POST", COURSES)] {
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
        refused(send("application/json", br#"{"title": "a", "title": "b"}"#), 400, "VALIDATION_ERROR");
        refused(send("text/plain", b"{}"), 415, "VALIDATION_ERROR");
        if let Ok(answer) = ana.request(method, path).body("application/json", vec![b' '; 3 << 20]).try_send() {
            refused(answer, 413, "VALIDATION_ERROR");
        }
    }
    assert_eq!(crate::listed(&ana, "").0, ["Biology Lecture"]);
}

fn bad_ids_are_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for id in garbage::BAD_IDS {
        let path = format!("{EVENTS}/{id}");
        invalid(ana.get(&path).send(), &["id"]);
        invalid(ana.delete(&path).send(), &["id"]);
        invalid(ana.patch(&path).json(serde_json::json!({})).send(), &["id"]);
        refused(ana.get(&format!("{COURSES}/{id}")).send(), 404, "COURSE_NOT_FOUND");
    }
    let long = "x".repeat(300);
    for id in ["%00", "%20", "%0a", &long] {
        invalid(ana.get(&format!("{COURSES}/{id}")).send(), &["id"]);
    }
}

fn unknown_paths_and_methods_have_the_envelope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for path in ["/api/calendar", "/api/calendar/", "/api/calendar/nothing", "/api/calendar/events/1/2"] {
        refused(ana.get(path).send(), 404, "NOT_FOUND");
        refused(server.anyone().get(path).send(), 404, "NOT_FOUND");
    }
    for (method, path) in [("PUT", EVENTS), ("DELETE", EVENTS), ("BREW", COURSES)] {
        let answer = refused(ana.request(method, path).send(), 405, "NOT_FOUND");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
    }
}

fn heavy_series_do_not_stop_the_list(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let mut body = kalends_harness::event(&work, "Hourly", "2024-01-01T09:00:00Z");
    body["recurrence_rule"] = serde_json::json!("FREQ=HOURLY");
    ana.event(body.clone());
    let since = Instant::now();
    let year = "startDate=2024-01-01T00:00:00Z&endDate=2025-01-01T00:00:00Z&limit=100&offset=8000";
    let (found, pagination) = crate::listed(&ana, year);
    assert_eq!((found.len(), &pagination["hasMore"]), (100, &serde_json::json!(true)));
    ana.event(body);
    // More than is counted at once: the caller is told which field makes it so.
    invalid(ana.get(&format!("{EVENTS}?{year}")).send(), &["endDate"]);
    done(ana.get(EVENTS).send(), 200);
    assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
}
