//! What operations are about, made by the owner when first asked for: an operation that names a calendar and an event
//! gets an event in that calendar.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use kalends_harness::{PASSWORD, event};
use serde_json::json;

use super::people::People;

/// The names in a path that alone tell what they stand for, and what that is; else the part before tells.
const NAMES: [(&str, &str); 7] = [
    ("userID", "viewer-id"),
    ("reminderID", "reminder"),
    ("attendeeID", "attendee"),
    ("booking_id", "booking"),
    ("provider", "provider"),
    ("event_id", "event"),
    ("frist_id", "frist"),
];

/// The parts of a path, and what the id after them stands for.
const PARTS: [(&str, &str); 13] = [
    ("api-keys", "key"),
    ("calendars", "calendar"),
    ("events", "event"),
    ("contacts", "contact"),
    ("courses", "course"),
    ("booking-links", "link"),
    ("cal", "feed"),
    ("booking", "link"),
    ("book", "link"),
    ("cancel", "cancel"),
    ("reschedule", "reschedule"),
    ("ical-tokens", "ical-token"),
    ("feeds", "subscription"),
];

/// One set of things.
pub(crate) struct Things<'p> {
    people: &'p People<'p>,
    made: RefCell<HashMap<String, String>>,
}

impl<'p> Things<'p> {
    pub(crate) fn new(people: &'p People<'p>) -> Self {
        Self { people, made: RefCell::default() }
    }

    /// The path of an operation with ids for its parameters.
    pub(crate) fn path(&self, operation: &str) -> String {
        let (method, path) = operation.split_once(' ').expect("a method and a path");
        let mut before = "";
        let parts = path.split('/').map(|part| {
            let stands_for = before;
            before = part;
            let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
                return part.to_owned();
            };
            // Whoever is the calendar's owner cannot be taken out of it.
            let user = ("user_id", if method == "DELETE" { "viewer-id" } else { "owner-id" });
            let by_name = NAMES.into_iter().chain([user]).find(|(known, _)| *known == name);
            let found = by_name.or_else(|| PARTS.into_iter().find(|(known, _)| *known == stands_for));
            let (_, thing) = found.unwrap_or_else(|| panic!("{path}: what does {name} stand for? Tell things.rs"));
            self.get(thing)
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// The text with things for whatever stands in `<…>`.
    pub(crate) fn fill(&self, text: &str, encode: impl Fn(String) -> String) -> String {
        let mut pieces = text.split('<');
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once('>').expect("what is opened is closed");
            filled += &encode(self.get(name));
            filled += rest;
        }
        filled
    }

    fn get(&self, name: &str) -> String {
        if let Some(known) = self.made.borrow().get(name) {
            return known.clone();
        }
        let made = self.make(name);
        self.made.borrow_mut().insert(name.to_owned(), made.clone());
        made
    }

    /// A feed of the owner's, by its name.
    fn register_feed(&self, destination: &str) -> String {
        let name = self.make("new-feed");
        let body =
            json!({"id": name, "url": self.people.web.url("/a.ics"), "format": "ics", "destination": destination});
        self.people.owner.post("/register").json(body).send().expect(200);
        name
    }

    #[allow(clippy::too_many_lines, reason = "a list")]
    fn make(&self, name: &str) -> String {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let People { owner, editor, viewer, stranger, .. } = self.people;
        match name {
            "owner-id" => owner.id.clone(),
            "viewer-id" => viewer.id.clone(),
            "editor-id" => editor.id.clone(),
            "email" => owner.email.clone(),
            "stranger-email" => stranger.email.clone(),
            "new-email" => format!("new{}@example.com", COUNT.fetch_add(1, Ordering::Relaxed)),
            "refresh" => {
                let body = json!({"email": owner.email, "password": PASSWORD});
                owner.post("/auth/login").json(body).send().expect(200).at("/refresh_token")
            }
            "key" => {
                let body = json!({"name": "k", "scopes": {"events": ["read"]}});
                owner.post("/api-keys").json(body).send().expect(201).at("/id")
            }
            "calendar" => {
                let calendar = owner.calendar("Shared");
                owner.share(&calendar, editor, "editor");
                owner.share(&calendar, viewer, "viewer");
                calendar
            }
            "calendar-url" => self.people.web.url("/a.ics"),
            "feed" => {
                let path = format!("/calendars/{}", self.get("calendar"));
                let address = owner.get(&path).send().expect(200).at("/calendar/ical_url");
                address.rsplit('/').nth(1).expect("an address with a token").to_owned()
            }
            "event" => {
                let made = owner.event(event(&self.get("calendar"), "Talk", "2058-03-04T15:00:00Z"));
                made["id"].as_str().expect("an id").to_owned()
            }
            "reminder" => {
                let path = format!("/events/{}/reminders", self.get("event"));
                owner.post(&path).json(json!({"minutes_before": [5]})).send().expect(200).at("/event/reminders/0/id")
            }
            "attendee" => {
                let path = format!("/events/{}/attendees", self.get("event"));
                let body = json!({"attendees": [{"email": "dan@example.com"}]});
                owner.post(&path).json(body).send().expect(200).at("/event/attendees/0/id")
            }
            "contact" => {
                owner.post("/contacts").json(json!({"first_name": "Bob"})).send().expect(201).at("/contact/id")
            }
            "course" => {
                owner.post("/api/calendar/courses").json(json!({"name": "Biology"})).send().expect(201).at("/data/id")
            }
            "link" => {
                let hours = json!({"mon": [{"start": "09:00", "end": "12:00"}]});
                let body = json!({"duration_minutes": 30, "timezone": "UTC", "working_hours": hours});
                let path = format!("/calendars/{}/booking-link", self.get("calendar"));
                owner.post(&path).json(body).send().expect(201).at("/token")
            }
            "booking" | "cancel" | "reschedule" => {
                let body = json!({
                    "name": "Bob", "email": "bob@example.com",
                    "slot_start": "2058-03-04T11:00:00Z", "slot_end": "2058-03-04T11:30:00Z",
                });
                let path = format!("/booking/{}/reserve", self.get("link"));
                let made = owner.post(&path).json(body).send().expect(201);
                let token = |field: &str| made.at(field).rsplit('/').next().expect("an address").to_owned();
                let both = [("cancel", token("/booking/cancel_url")), ("reschedule", token("/booking/reschedule_url"))];
                let mut known = self.made.borrow_mut();
                known.extend(both.map(|(name, token)| (name.to_owned(), token)));
                known.insert("booking".to_owned(), made.at("/booking/id"));
                known[name].clone()
            }
            "provider" => {
                self.people.link_owner();
                "google".to_owned()
            }
            "state" | "code" => {
                let agreed = self.people.agree();
                let mut known = self.made.borrow_mut();
                known.insert("state".to_owned(), agreed.state);
                known.insert("code".to_owned(), agreed.code);
                known[name].clone()
            }
            "frist" => {
                let body = json!({
                    "calendar_id": self.get("calendar"), "title": "Defence", "deadline": "2058-04-15T23:59:00+02:00",
                });
                owner.post("/api/v1/calendar/fristen").json(body).send().expect(201).at("/id")
            }
            "ical-token" | "ical-secret" => {
                let made = owner.post("/api/v1/calendar/ical-tokens").send().expect(201);
                let mut known = self.made.borrow_mut();
                known.insert("ical-token".to_owned(), made.at("/id"));
                let secret = made.at("/url").rsplit('=').next().expect("an address with a token").to_owned();
                known.insert("ical-secret".to_owned(), secret);
                known[name].clone()
            }
            "new-feed" => format!("feed{}", COUNT.fetch_add(1, Ordering::Relaxed)),
            "subscription" => self.register_feed("local"),
            "mirrored" => {
                self.people.link_owner();
                self.register_feed("google")
            }
            unknown => panic!("nobody knows how to make <{unknown}>: tell things.rs"),
        }
    }
}
