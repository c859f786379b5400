//! Bodies, paths and headers that no well-mannered client sends: refused with a reason, never a failure of the server.

use std::time::{Duration, Instant};

use kalends_harness::{Server, both_stores, event, garbage, raw};
use serde_json::json;

both_stores![
    broken_json_is_a_validation_error,
    json_of_another_shape_is_a_validation_error,
    a_field_given_twice_is_refused,
    null_bytes_and_controls_do_no_harm,
    bad_utf8_is_refused,
    deep_bodies_are_refused_at_once,
    huge_bodies_are_refused,
    a_body_that_claims_to_be_huge_is_refused_before_it_comes,
    many_items_are_refused_or_taken_quickly,
    another_content_type_is_refused,
    bad_ids_are_refused,
    unknown_paths_and_methods_have_the_envelope_too,
    what_is_no_http_is_closed,
];

fn broken_json_is_a_validation_error(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for body in garbage::BROKEN_JSON {
        let answer = ana.post("/calendars").body("application/json", body).send();
        assert_eq!((answer.status, &answer["code"]), (400, &json!("VALIDATION_ERROR")), "{body:?}: {answer}");
    }
    assert!(ana.get("/calendars").send().expect(200).items().is_empty());
}

fn json_of_another_shape_is_a_validation_error(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for body in garbage::no_objects() {
        ana.post("/calendars").json(body.clone()).send().error(400, "VALIDATION_ERROR");
        ana.post("/events").json(body).send().error(400, "VALIDATION_ERROR");
    }
    for name in [json!(5), json!(["x"]), json!({"x": "y"}), json!(true), json!(1e308)] {
        ana.post("/calendars").json(json!({"name": name})).send().invalid(&["name"]);
    }
}

fn a_field_given_twice_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.post("/calendars")
        .body("application/json", r#"{"name": "a", "name": "b"}"#)
        .send()
        .error(400, "VALIDATION_ERROR");
}

fn null_bytes_and_controls_do_no_harm(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.post("/calendars").json(json!({"name": "a\u{0}b"})).send().invalid(&["name"]);
    let calendar = ana.calendar("Work");
    let mut body = event(&calendar, "a\u{0}b", "2026-03-02T09:00:00Z");
    body["description"] = json!("\u{0}");
    body["tags"] = json!(["\u{0}"]);
    ana.post("/events").json(body).send().invalid(&["title", "description", "tags[0]"]);
    let answer =
        ana.get("/events?start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z").query("search", "a\u{0}b").send();
    assert!([200, 400].contains(&answer.status), "{answer}");
    let login =
        server.anyone().post("/auth/login").json(json!({"email": "a\u{0}@example.com", "password": "\u{0}"})).send();
    assert!([400, 401].contains(&login.status), "{login}");
}

fn bad_utf8_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for bytes in garbage::BAD_UTF8 {
        ana.post("/calendars").body("application/json", bytes).send().error(400, "VALIDATION_ERROR");
    }
    for path in [
        "/calendars/%ff%fe",
        "/events/%00",
        "/events?start=%ff&end=%fe",
        "/calendars?cursor=%c3%28",
        "/events/%2e%2e%2fetc",
    ] {
        let answer = ana.get(path).send();
        assert!([400, 404].contains(&answer.status), "{path}: {answer}");
    }
}

fn deep_bodies_are_refused_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let since = Instant::now();
    for deep in garbage::deep_objects() {
        let answer = ana.post("/calendars").body("application/json", deep).send();
        assert!([400, 413].contains(&answer.status), "{}", answer.status);
    }
    assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    ana.get("/calendars").send().expect(200);
}

fn huge_bodies_are_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let huge = json!({"name": "x".repeat(3 << 20)});
    if let Ok(answer) = ana.post("/calendars").json(huge).try_send() {
        assert!([400, 413].contains(&answer.status), "{}", answer.status);
        assert_eq!(answer["code"], "VALIDATION_ERROR");
    }
    ana.get("/calendars").send().expect(200);
}

fn a_body_that_claims_to_be_huge_is_refused_before_it_comes(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let head = format!(
        "POST /calendars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n{{",
        ana.access
    );
    let status = raw::status(&raw::exchange(server.base(), head.as_bytes()));
    assert!(matches!(status, Some(400 | 413) | None), "{status:?}");
    ana.get("/calendars").send().expect(200);
}

fn many_items_are_refused_or_taken_quickly(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    body["tags"] = (0..20_000).map(|number| json!(format!("t{number}"))).collect();
    body["reminders"] = (0..20_000).map(|number| json!(number % 10_000)).collect();
    let since = Instant::now();
    let answer = ana.post("/events").json(body).send();
    assert_eq!(answer.status, 400, "{}", answer.status);
    assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
}

fn another_content_type_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "application/xml"] {
        let answer = ana.post("/calendars").body(content_type, r#"{"name": "x"}"#).send();
        assert!([400, 415].contains(&answer.status), "{content_type}: {answer}");
        assert!(answer["error"].is_string() && answer["code"].is_string(), "{answer}");
    }
    ana.post("/calendars").body("application/json; charset=utf-8", r#"{"name": "x"}"#).send().expect(201);
}

fn bad_ids_are_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let long = "a".repeat(5000);
    for id in garbage::BAD_IDS.into_iter().chain([long.as_str()]) {
        for path in [format!("/calendars/{id}"), format!("/events/{id}"), format!("/calendars/{id}/members")] {
            let answer = ana.get(&path).send();
            assert!([400, 404, 414].contains(&answer.status), "{path}: {answer}");
            assert!(answer["error"].is_string() && answer["code"].is_string(), "{answer}");
        }
        let answer = ana.delete(&format!("/api-keys/{id}")).send();
        assert!([400, 404, 414].contains(&answer.status), "{answer}");
    }
}

fn unknown_paths_and_methods_have_the_envelope_too(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.get("/nothing/here").send().error(404, "NOT_FOUND");
    server.anyone().get("/nothing/here").send().error(404, "NOT_FOUND");
    for (method, path) in
        [("PATCH", "/calendars"), ("DELETE", "/calendars"), ("PUT", "/auth/login"), ("BREW", "/calendars")]
    {
        let answer = ana.request(method, path).send();
        assert!([404, 405].contains(&answer.status), "{method} {path}: {answer}");
        assert!(answer["error"].is_string() && answer["code"].is_string(), "{method} {path}: {answer}");
    }
}

fn what_is_no_http_is_closed(server: &mut Server) {
    let long_header = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    let smuggled = "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n";
    for bytes in [
        &b"\x16\x03\x01\x02\x00"[..],
        b"HELO x\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nX\x00: y\r\n\r\n",
        long_header.as_bytes(),
        smuggled.as_bytes(),
    ] {
        let answer = raw::exchange(server.base(), bytes);
        let status = raw::status(&answer);
        assert!(status.is_none_or(|status| (200..500).contains(&status)), "{status:?}");
    }
    server.anyone().get("/healthz").send().expect(200);
}
