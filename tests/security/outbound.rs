//! Whatever the server fetches because somebody named it, it fetches from the public internet alone.

use kalends_harness::{Answer, Page, Server, User, Web, both_stores, hosts};
use serde_json::json;

use crate::document::Document;

both_stores![nothing_is_fetched_from_a_private_network];

/// A request by which somebody names an address.
struct Door {
    operation: &'static str,
    /// The field that names it.
    field: &'static str,
    /// What is answered when it is refused.
    status: u16,
    /// What that answer holds: the field, or what programs know such a refusal by.
    told: &'static str,
    ask: fn(&User, calendar: &str, url: &str) -> Answer,
}

/// All of them.
const DOORS: [Door; 2] = [
    Door {
        operation: "POST /calendars/import-url",
        field: "url",
        status: 400,
        told: "url",
        ask: |user, calendar, url| {
            user.post("/calendars/import-url").json(json!({"calendar_id": calendar, "url": url})).send()
        },
    },
    Door {
        operation: "POST /register",
        field: "url",
        status: 421,
        told: "downstream_fetch",
        ask: |user, _, url| {
            let body = json!({"id": "feed", "url": url, "format": "ics", "destination": "local"});
            user.post("/register").json(body).send()
        },
    },
];

/// Fields that hold an address which is never fetched.
const NEVER_FETCHED: [(&str, &str); 2] = [("POST /events", "url"), ("PUT /events/{id}", "url")];

fn nothing_is_fetched_from_a_private_network(server: &mut Server) {
    let web = Web::start();
    web.serve("/", Page::calendar("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nEND:VCALENDAR\r\n"));
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Fetched");
    every_address_in_a_body_has_a_door(server);
    let here = hosts::THIS_MACHINE.map(|host| format!("{host}:{}", web.port()));
    for door in &DOORS {
        for scheme in ["http", "https", "webcal", "webcals"] {
            for host in here.iter().map(String::as_str).chain(hosts::PRIVATE) {
                let url = format!("{scheme}://{host}/");
                let answer = (door.ask)(&ana, &calendar, &url);
                assert_eq!(answer.status, door.status, "{url}: {answer}");
                assert!(answer.text().contains(door.told), "{url}: {answer}");
            }
        }
    }
    assert_eq!(web.connections(), 0);
}

/// A field is known by its name: one that is called an address and has no door is one that nobody has thought of.
fn every_address_in_a_body_has_a_door(server: &Server) {
    let document = Document::fetch(&server.anyone());
    for (name, operation) in document.operations() {
        let fields = operation.fields().unwrap_or_default();
        for field in fields.into_iter().filter(|field| field.to_lowercase().contains("url")) {
            let has_door = DOORS.iter().any(|door| (door.operation, door.field) == (name.as_str(), field));
            let never = NEVER_FETCHED.contains(&(name.as_str(), field));
            assert!(has_door != never, "{name}: is {field} fetched? Tell DOORS or NEVER_FETCHED");
        }
    }
    for (name, _) in NEVER_FETCHED.iter().copied().chain(DOORS.iter().map(|door| (door.operation, door.field))) {
        assert!(document.operations().contains_key(name), "{name}: no such operation; take it away");
    }
}
