//! Users of a server, and the things that most tests have them make.

use std::ops::Deref;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::caller::Caller;
use crate::server::Server;

/// The password of every user that a test makes.
pub const PASSWORD: &str = "correct horse battery";

/// Someone with an account, signed in.
#[derive(Debug, Clone)]
pub struct User {
    /// Their id.
    pub id: String,
    /// Their address.
    pub email: String,
    /// A fresh access token.
    pub access: String,
    /// A fresh refresh token.
    pub refresh: String,
    caller: Caller,
}

impl User {
    #[track_caller]
    pub(crate) fn register(server: &Server, email: &str) -> Self {
        let body = json!({"email": email, "password": PASSWORD, "timezone": "Europe/Berlin"});
        let answer = server.anyone().post("/auth/register").json(body).send().expect(201);
        let access = answer.at("/access_token");
        let caller = server.anyone().bearer(&access);
        Self {
            id: answer.at("/user/id"),
            email: email.to_owned(),
            refresh: answer.at("/refresh_token"),
            access,
            caller,
        }
    }

    /// The same user at another server, or at the same one after it was started again.
    #[must_use]
    pub fn at(&self, server: &Server) -> Self {
        self.through(server.base())
    }

    /// Makes a calendar and answers with its id.
    #[track_caller]
    pub fn calendar(&self, name: &str) -> String {
        self.post("/calendars").json(json!({"name": name})).send().expect(201).at("/calendar/id")
    }

    /// Makes an event and answers with it.
    #[track_caller]
    pub fn event(&self, body: Value) -> Value {
        self.post("/events").json(body).send().expect(201)["event"].clone()
    }

    /// Makes a booking link that offers half an hour at any time of Mondays, and answers with its token.
    #[track_caller]
    pub fn booking_link(&self, calendar: &str) -> String {
        let hours = json!([{"start": "00:00", "end": "24:00"}]);
        let body = json!({"duration_minutes": 30, "timezone": "UTC", "working_hours": {"mon": hours}});
        self.post(&format!("/calendars/{calendar}/booking-link")).json(body).send().expect(201).at("/token")
    }

    /// Lists the events in a window.
    #[track_caller]
    pub fn between(&self, start: &str, end: &str) -> Answer {
        self.get("/events").query("start", start).query("end", end).send().expect(200)
    }

    /// Changes an event, or a part of a series, and answers with it.
    #[track_caller]
    pub fn change(&self, path: &str, body: Value) -> Value {
        self.put(path).json(body).send().expect(200)["event"].clone()
    }

    /// Shares a calendar.
    #[track_caller]
    pub fn share(&self, calendar: &str, with: &User, role: &str) {
        let body = json!({"target": {"email": with.email}, "role": role});
        self.post(&format!("/calendars/{calendar}/share")).json(body).send().expect(201);
    }

    /// The same user, at whatever answers at this base.
    #[must_use]
    pub fn through(&self, base: &str) -> Self {
        Self { caller: self.caller.at(base), ..self.clone() }
    }

    /// The same, to whom the server may say that it cannot answer now.
    #[must_use]
    pub fn in_trouble(&self) -> Self {
        Self { caller: self.caller.in_trouble(), ..self.clone() }
    }

    /// Makes an API key with these scopes and answers with someone who holds nothing else.
    #[track_caller]
    pub fn key(&self, scopes: Value) -> Caller {
        let token =
            self.post("/api-keys").json(json!({"name": "test", "scopes": scopes})).send().expect(201).at("/token");
        Caller::new(self.base()).with("X-API-Key", &token)
    }
}

impl Deref for User {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl Caller {
    /// Asks for the half hour of this number under such a link: 0 is the first of a far Monday.
    #[track_caller]
    pub fn book(&self, token: &str, number: usize, email: &str) -> Result<Answer, ureq::Error> {
        let at = |half: usize| match half {
            48 => "2058-03-05T00:00:00Z".to_owned(),
            half => format!("2058-03-04T{:02}:{:02}:00Z", half / 2, half % 2 * 30),
        };
        let body = json!({"name": "B", "email": email, "slot_start": at(number), "slot_end": at(number + 1)});
        self.post(&format!("/booking/{token}/reserve")).json(body).try_send()
    }
}

/// The least that makes an event: an hour in UTC, on that calendar, from that time on (`2026-03-02T09:00:00Z`).
pub fn event(calendar: &str, title: &str, start: &str) -> Value {
    let (day, hour) = start.split_once('T').expect("a time has a T");
    let next: u8 = hour[..2].parse::<u8>().expect("an hour") + 1;
    let end = format!("{day}T{next:02}{}", &hour[2..]);
    json!({"calendar_id": calendar, "title": title, "start_time": start, "end_time": end, "timezone": "UTC"})
}

/// Where an event, as it was answered with, is found.
#[track_caller]
pub fn path_of(event: &Value) -> String {
    let id = event["id"].as_str().unwrap_or_else(|| panic!("{event} has no id"));
    format!("/events/{id}")
}
