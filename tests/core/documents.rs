//! What the server says of itself: its description, its pages, its health and its figures.

use std::collections::BTreeSet;

use kalends_harness::{Server, Settings, Store, both_stores, event};
use serde_json::Value;

/// Every route that this server has.
const ROUTES: &[&str] = &[
    "POST /auth/register",
    "POST /auth/login",
    "POST /auth/refresh",
    "POST /auth/logout",
    "GET /auth/me",
    "GET /users/me",
    "PUT /users/me",
    "DELETE /users/me",
    "POST /api-keys",
    "GET /api-keys",
    "DELETE /api-keys/{}",
    "GET /calendars",
    "POST /calendars",
    "GET /calendars/{}",
    "PUT /calendars/{}",
    "DELETE /calendars/{}",
    "POST /calendars/{}/restore",
    "POST /calendars/{}/share",
    "GET /calendars/{}/members",
    "DELETE /calendars/{}/members/{}",
    "GET /events",
    "POST /events",
    "GET /events/{}",
    "PUT /events/{}",
    "DELETE /events/{}",
    "POST /events/{}/restore",
    "GET /events/{}/occurrences",
    "POST /events/{}/reminders",
    "DELETE /events/{}/reminders/{}",
    "POST /events/{}/attendees",
    "PUT /events/{}/attendees/{}",
    "DELETE /events/{}/attendees/{}",
    "GET /contacts",
    "POST /contacts",
    "GET /contacts/{}",
    "PUT /contacts/{}",
    "DELETE /contacts/{}",
    "POST /contacts/{}/restore",
    "GET /contacts/export.vcf",
    "POST /contacts/import",
    "GET /availability",
    "POST /calendars/{}/booking-link",
    "GET /calendars/{}/booking-links",
    "GET /calendars/{}/booking-links/{}",
    "PUT /calendars/{}/booking-links/{}",
    "DELETE /calendars/{}/booking-links/{}",
    "GET /calendars/{}/booking-links/{}/explain",
    "GET /calendars/{}/bookings",
    "DELETE /calendars/{}/bookings/{}",
    "GET /booking/{}/availability",
    "POST /booking/{}/reserve",
    "GET /booking/cancel/{}",
    "POST /booking/cancel/{}",
    "GET /booking/reschedule/{}",
    "POST /booking/reschedule/{}",
    "GET /booking/cancel/{}/event.ics",
    "GET /book/{}",
    "POST /book/{}",
    "GET /trash",
    "GET /api/v1/users/{}/calendars",
    "POST /api/v1/users/{}/calendars",
    "GET /api/v1/users/{}/calendars/{}",
    "DELETE /api/v1/users/{}/calendars/{}",
    "GET /api/calendar/events",
    "POST /api/calendar/events",
    "GET /api/calendar/events/{}",
    "PATCH /api/calendar/events/{}",
    "DELETE /api/calendar/events/{}",
    "GET /api/calendar/courses",
    "POST /api/calendar/courses",
    "GET /api/calendar/courses/{}",
    "PATCH /api/calendar/courses/{}",
    "DELETE /api/calendar/courses/{}",
    "POST /api/calendar/sync/google",
    "POST /ping",
    "POST /register",
    "POST /unregister",
    "POST /invite",
    "GET /feeds",
    "POST /feeds/{}/sync",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
];

/// Every operation of the document as `GET /path/{}`, with its description.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let methods = ["get", "post", "put", "patch", "delete"];
    paths
        .iter()
        .flat_map(|(path, item)| {
            let shape: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
            let shape = shape.join("/");
            methods.into_iter().filter_map(move |method| {
                let operation = item.get(method)?;
                Some((format!("{} {shape}", method.to_uppercase()), operation))
            })
        })
        .collect()
}

both_stores![
    the_description_is_openapi_3_1_and_names_every_route,
    every_operation_has_its_errors_and_examples,
    every_reference_leads_somewhere,
    the_docs_need_no_other_host,
    agents_are_told_what_there_is,
    it_lives_and_is_ready,
    figures_are_there_for_prometheus_and_tell_no_secret,
];

fn the_description_is_openapi_3_1_and_names_every_route(server: &mut Server) {
    let document = server.anyone().get("/openapi.json").send().expect(200);
    assert!(document.header("content-type").is_some_and(|kind| kind.starts_with("application/json")));
    assert!(document.at("/openapi").starts_with("3.1"));
    assert!(!document.at("/info/title").is_empty() && !document.at("/info/version").is_empty());
    let described: BTreeSet<String> = operations(&document.json).into_iter().map(|(route, _)| route).collect();
    let missing: Vec<_> = ROUTES.iter().filter(|route| !described.contains(**route)).collect();
    assert!(missing.is_empty(), "not described: {missing:?}\ndescribed: {described:#?}");
}

fn every_operation_has_its_errors_and_examples(server: &mut Server) {
    let document = server.anyone().get("/openapi.json").send().expect(200).json;
    let mut poor = Vec::new();
    for (route, operation) in operations(&document) {
        let responses = operation["responses"].as_object().expect("responses");
        let open = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/llms.txt", "/docs"]
            .iter()
            .any(|path| route.contains(path));
        if !responses.keys().any(|status| status.starts_with('2')) {
            poor.push(format!("{route}: no success"));
        }
        if !open && !responses.keys().any(|status| status.starts_with('4')) {
            poor.push(format!("{route}: no error"));
        }
        if operation["summary"].as_str().or(operation["description"].as_str()).is_none_or(str::is_empty) {
            poor.push(format!("{route}: no summary"));
        }
        if !open && !operation.to_string().contains("\"example") && operation.get("requestBody").is_some() {
            poor.push(format!("{route}: no example"));
        }
    }
    assert!(poor.is_empty(), "{poor:#?}");
}

fn every_reference_leads_somewhere(server: &mut Server) {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = server.anyone().get("/openapi.json").send().expect(200).json;
    let mut found = Vec::new();
    references(&document, &mut found);
    let dangling: Vec<_> =
        found.into_iter().filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none()).collect();
    assert!(dangling.is_empty(), "{dangling:?}");
    let mut ids: Vec<_> =
        operations(&document).into_iter().filter_map(|(_, operation)| operation["operationId"].as_str()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an operationId is used twice");
}

fn the_docs_need_no_other_host(server: &mut Server) {
    let mut page = server.anyone().get("/docs").send();
    if (300..400).contains(&page.status) {
        let to = page.header("location").expect("a location").to_owned();
        page = server.anyone().get(&if to.starts_with('/') { to } else { format!("/{to}") }).send();
    }
    let page = page.expect(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    let text = page.text();
    assert!(!text.contains("src=\"http") && !text.contains("src=\"//") && !text.contains("href=\"http"), "{text}");
    for asset in ["swagger-ui.css", "swagger-ui-bundle.js"] {
        assert!(text.contains(asset), "{text}");
        assert!(server.anyone().get(&format!("/docs/{asset}")).send().expect(200).body.len() > 1000);
    }
}

fn agents_are_told_what_there_is(server: &mut Server) {
    let page = server.anyone().get("/llms.txt").send().expect(200);
    assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/")));
    let text = page.text();
    assert!(text.starts_with("# "), "{text}");
    for word in [
        "/auth/register",
        "/api-keys",
        "/calendars",
        "/events",
        "/openapi.json",
        "X-API-Key",
        "Idempotency-Key",
        "If-Match",
        "VALIDATION_ERROR",
        "next_cursor",
        "scope=this",
        "/api/calendar/events",
        "GOOGLE_CALENDAR_NOT_LINKED",
        "/api/v1/users/{user_id}/calendars: {\"status\"",
    ] {
        assert!(text.contains(word), "{word} is not told");
    }
}

fn it_lives_and_is_ready(server: &mut Server) {
    server.anyone().get("/healthz").send().expect(200);
    let ready = server.anyone().get("/readyz").send().expect(200);
    assert!(ready.text().contains("20"), "the version of the time zones is shown: {}", ready.text());
    let made = server.register("ana@example.com");
    let first = made.get("/calendars").send().expect(200).header("x-request-id").map(str::to_owned);
    let second = made.get("/calendars").send().expect(200).header("x-request-id").map(str::to_owned);
    assert_ne!(first, second);
}

fn figures_are_there_for_prometheus_and_tell_no_secret(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.event(event(&ana.calendar("Work"), "Private title", "2026-03-02T09:00:00Z"));
    let id = made["id"].as_str().expect("an id");
    ana.get(&format!("/events/{id}")).send().expect(200);
    let figures = server.anyone().get("/metrics").send().expect(200);
    let text = figures.text();
    assert!(text.lines().any(|line| line.starts_with("# TYPE")), "{text}");
    assert!(text.lines().any(|line| !line.starts_with('#') && line.contains("http")), "{text}");
    assert!(!text.contains(id) && !text.contains("Private title") && !text.contains("ana@example.com"), "{text}");
    for number in 0..50 {
        server.anyone().get(&format!("/nothing/{number}")).send().expect(404);
    }
    let after = server.anyone().get("/metrics").send().expect(200).text().lines().count();
    assert!(after < text.lines().count() + 40, "unknown paths make no series of their own");
}

#[test]
fn browsers_may_call_from_the_origins_that_are_named() {
    let settings = Settings::new().set("CORS_ORIGINS", "https://app.example.com,http://localhost:5173");
    let server = Server::start_with(Store::Sqlite, settings);
    let allowed = |origin: &str| {
        let preflight = server.anyone().request("OPTIONS", "/events").header("Origin", origin);
        let preflight = preflight.header("Access-Control-Request-Method", "POST");
        let answer = preflight.header("Access-Control-Request-Headers", "authorization,idempotency-key").send();
        answer.header("access-control-allow-origin").map(str::to_owned)
    };
    for origin in ["https://app.example.com", "http://localhost:5173"] {
        assert_eq!(allowed(origin).as_deref(), Some(origin));
        let answer = server.anyone().get("/auth/me").header("Origin", origin).send().expect(401);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin), "a page may read why it was refused");
    }
    for origin in ["https://evil.example.com", "https://app.example.com.evil.com", "null"] {
        assert_eq!(allowed(origin), None, "{origin}");
    }
}
