//! Who may call what: a line for each operation of `/openapi.json`.
//!
//! # How to add an operation
//!
//! One line: the operation as the document has it, the scopes of which a key needs one (none: a key is never enough), who may
//! call it, and what it needs to succeed. The ids in its path and whatever stands in `<…>` are made by
//! [`super::things`], anew for each caller who is let in.

/// Who may call an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Without any credential.
    Anyone,
    /// Whoever is signed in: it is about themselves.
    Person,
    /// Whom the thing belongs to, the calendar's owner. For all others it does not exist.
    Own,
    /// Whoever sees the calendar.
    Viewer,
    /// Whoever writes in the calendar.
    Editor,
    /// The calendar's owner. Others who see it are told that they may not.
    Owner,
    /// The calendar's owner, and the viewer as far as they themselves are concerned. For others it does not exist.
    OwnerOrThemselves,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Method and path, as in the document.
    pub(crate) operation: &'static str,
    /// The scopes of which a key needs one.
    pub(crate) scopes: Vec<&'static str>,
    pub(crate) who: Who,
    pub(crate) query: &'static str,
    /// Content type and body.
    pub(crate) body: Option<(&'static str, &'static str)>,
    /// What the owner does first, to the same things.
    pub(crate) before: Option<&'static str>,
    /// An error that some of those who may call it are told nevertheless. One that is told to nobody is one too many.
    pub(crate) or: Option<u16>,
    /// Needs people of its own, because it is their end.
    pub(crate) last: bool,
}

fn line(operation: &'static str, scopes: &'static str, who: Who) -> Line {
    let scopes = scopes.split_whitespace().collect();
    Line { operation, scopes, who, query: "", body: None, before: None, or: None, last: false }
}

impl Line {
    fn query(self, query: &'static str) -> Self {
        Self { query, ..self }
    }

    fn json(self, body: &'static str) -> Self {
        self.body("application/json", body)
    }

    fn form(self, body: &'static str) -> Self {
        self.body("application/x-www-form-urlencoded", body)
    }

    fn file(self, body: &'static str) -> Self {
        self.body("multipart/form-data; boundary=a-boundary", body)
    }

    fn body(self, kind: &'static str, body: &'static str) -> Self {
        Self { body: Some((kind, body)), ..self }
    }

    fn after(self, before: &'static str) -> Self {
        Self { before: Some(before), ..self }
    }

    fn or(self, status: u16) -> Self {
        Self { or: Some(status), ..self }
    }

    fn last(self) -> Self {
        Self { last: true, ..self }
    }
}

const YEAR: &str = "start=2058-01-01T00:00:00Z&end=2058-12-31T00:00:00Z";
const MONTH: &str = "start=2058-03-01T00:00:00Z&end=2058-04-01T00:00:00Z";
const EVENT: &str = r#"{"calendar_id": "<calendar>", "title": "Talk", "start_time": "2058-03-05T09:00:00Z", "end_time": "2058-03-05T10:00:00Z", "timezone": "UTC"}"#;
const LECTURE: &str =
    r#"{"title": "Talk", "startDate": "2058-03-05T09:00:00.000Z", "eventType": "CLASS", "color": "blue"}"#;
const LINK: &str =
    r#"{"duration_minutes": 30, "timezone": "UTC", "working_hours": {"mon": [{"start": "09:00", "end": "12:00"}]}}"#;
const RESERVATION: &str = r#"{"name": "Bob", "email": "bob@example.com", "slot_start": "2058-03-04T09:00:00Z", "slot_end": "2058-03-04T09:30:00Z"}"#;
const FORM: &str = "name=Bob&email=bob%40example.com&slot_start=2058-03-04T09%3A00%3A00Z";
const LATER: &str = r#"{"slot_start": "2058-03-04T10:00:00Z", "slot_end": "2058-03-04T10:30:00Z"}"#;
const CALENDAR_FILE: &str = "--a-boundary\r\nContent-Disposition: form-data; name=\"calendar_id\"\r\n\r\n<calendar>\r\n\
    --a-boundary\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.ics\"\r\n\r\n\
    BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\nBEGIN:VEVENT\r\nUID:a@example.com\r\n\
    DTSTAMP:20260101T000000Z\r\nDTSTART:20580305T090000Z\r\nSUMMARY:Talk\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\
    \r\n--a-boundary--\r\n";
const HEARING: &str = r#"{"calendar_id": "<calendar>", "title": "Hearing", "start": "2058-03-05T09:00:00Z", "timezone": "UTC", "type": "meeting"}"#;
const FRIST: &str = r#"{"calendar_id": "<calendar>", "title": "Defence", "deadline": "2058-04-15T23:59:00+02:00", "assigned_to": "<editor-id>"}"#;
const COMPUTED: &str = r#"{"trigger": {"kind": "service", "date": "2026-01-30"}, "period": {"value": 1, "unit": "months"}, "rule": {"region": "DE-BE"}}"#;
const SLOTS: &str = r#"{"user_ids": ["<owner-id>"], "from": "2058-03-04T08:00:00Z", "to": "2058-03-04T18:00:00Z", "duration_minutes": 30}"#;
const CARD: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bob Ray\r\nEND:VCARD\r\n";

/// The lines of all surfaces.
pub(crate) fn lines() -> Vec<Line> {
    [core(), user_calendars(), academic(), legal(), feed_sync(), house()].concat()
}

#[rustfmt::skip]
fn core() -> Vec<Line> {
    use Who::{Anyone, Editor, Own, Owner, Person, Viewer};
    vec![
        line("POST /auth/register", "", Anyone).json(r#"{"email": "<new-email>", "password": "correct horse battery"}"#),
        line("POST /auth/login", "", Anyone).json(r#"{"email": "<email>", "password": "correct horse battery"}"#),
        line("POST /auth/refresh", "", Anyone).json(r#"{"refresh_token": "<refresh>"}"#),
        line("POST /auth/logout", "", Person).json(r#"{"refresh_token": "<refresh>"}"#),
        line("GET /auth/me", "", Person),
        line("GET /users/me", "", Person),
        line("PUT /users/me", "", Person).json(r#"{"name": "Another"}"#),
        line("DELETE /users/me", "", Person).last(),
        line("GET /api-keys", "", Person),
        line("POST /api-keys", "", Person).json(r#"{"name": "k", "scopes": {"events": ["read"]}}"#),
        line("DELETE /api-keys/{id}", "", Own),

        line("GET /calendars", "calendars:read", Person),
        line("POST /calendars", "calendars:write", Person).json(r#"{"name": "Another"}"#),
        line("GET /calendars/{id}", "calendars:read", Viewer),
        line("PUT /calendars/{id}", "calendars:write", Editor).json(r#"{"name": "Another"}"#),
        line("DELETE /calendars/{id}", "calendars:write", Owner),
        line("POST /calendars/{id}/restore", "calendars:write", Own).after("DELETE /calendars/{id}"),
        line("POST /calendars/{id}/share", "calendars:write", Owner).json(r#"{"target": {"email": "<stranger-email>"}, "role": "viewer"}"#),
        line("GET /calendars/{id}/members", "calendars:read", Viewer),
        line("DELETE /calendars/{id}/members/{userID}", "calendars:write", Owner),
        line("POST /calendars/import", "calendars:write", Editor).file(CALENDAR_FILE),
        line("POST /calendars/import-url", "calendars:write", Editor).json(r#"{"calendar_id": "<calendar>", "url": "<calendar-url>"}"#),
        line("GET /calendars/{id}/export.ics", "calendars:read", Viewer),
        line("POST /calendars/{id}/feed-token", "calendars:write", Owner),
        line("GET /cal/{token}/feed.ics", "", Anyone),
        line("GET /trash", "calendars:read events:read contacts:read", Person),

        line("GET /events", "events:read", Viewer).query("calendar_id=<calendar>&start=2058-01-01T00:00:00Z&end=2058-12-31T00:00:00Z"),
        line("POST /events", "events:write", Editor).json(EVENT),
        line("GET /events/{id}", "events:read", Viewer),
        line("PUT /events/{id}", "events:write", Editor).json(r#"{"title": "Another"}"#),
        line("DELETE /events/{id}", "events:write", Editor),
        line("POST /events/{id}/restore", "events:write", Editor).after("DELETE /events/{id}"),
        line("GET /events/{id}/occurrences", "events:read", Viewer).query(YEAR),
        line("GET /events/{id}/history", "events:read", Viewer),
        line("POST /events/{id}/reminders", "events:write", Editor).json(r#"{"minutes_before": [5]}"#),
        line("DELETE /events/{id}/reminders/{reminderID}", "events:write", Editor),
        line("POST /events/{id}/attendees", "events:write", Editor).json(r#"{"attendees": [{"email": "dan@example.com"}]}"#),
        line("PUT /events/{id}/attendees/{attendeeID}", "events:write", Editor).json(r#"{"status": "accepted"}"#),
        line("DELETE /events/{id}/attendees/{attendeeID}", "events:write", Editor),

        line("GET /contacts", "contacts:read", Person),
        line("POST /contacts", "contacts:write", Person).json(r#"{"first_name": "Bob"}"#),
        line("GET /contacts/{id}", "contacts:read", Own),
        line("PUT /contacts/{id}", "contacts:write", Own).json(r#"{"first_name": "Rob"}"#),
        line("DELETE /contacts/{id}", "contacts:write", Own),
        line("POST /contacts/{id}/restore", "contacts:write", Own).after("DELETE /contacts/{id}"),
        line("GET /contacts/export.vcf", "contacts:read", Person),
        line("POST /contacts/import", "contacts:write", Person).body("text/vcard", CARD),

        line("GET /availability", "availability:read", Viewer).query("calendar_id=<calendar>&start=2058-03-01T00:00:00Z&end=2058-03-08T00:00:00Z"),

        line("POST /calendars/{id}/booking-link", "booking:write", Owner).json(LINK),
        line("GET /calendars/{id}/booking-links", "booking:read", Owner),
        line("GET /calendars/{id}/booking-links/{token}", "booking:read", Owner),
        line("PUT /calendars/{id}/booking-links/{token}", "booking:write", Owner).json(r#"{"title": "Another"}"#),
        line("DELETE /calendars/{id}/booking-links/{token}", "booking:write", Owner),
        line("GET /calendars/{id}/booking-links/{token}/explain", "booking:read", Owner).query("start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z"),
        line("GET /calendars/{id}/bookings", "booking:read", Owner).query(MONTH),
        line("DELETE /calendars/{id}/bookings/{booking_id}", "booking:write", Owner),
        line("GET /booking/{token}/availability", "", Anyone).query(MONTH),
        line("POST /booking/{token}/reserve", "", Anyone).json(RESERVATION),
        line("GET /booking/cancel/{token}", "", Anyone),
        line("POST /booking/cancel/{token}", "", Anyone),
        line("GET /booking/cancel/{token}/event.ics", "", Anyone),
        line("GET /booking/reschedule/{token}", "", Anyone),
        line("POST /booking/reschedule/{token}", "", Anyone).json(LATER),
        line("GET /book/{token}", "", Anyone),
        line("POST /book/{token}", "", Anyone).form(FORM),

        line("GET /integrations", "", Person),
        line("POST /integrations/{provider}/connect", "", Person),
        line("GET /integrations/{provider}/callback", "", Anyone).query("state=<state>&code=<code>"),
        line("DELETE /integrations/{provider}", "", Own),
        line("GET /integrations/{provider}/calendars", "", Own),
        line("PUT /integrations/{provider}/calendars", "", Own).json(r#"{"calendars": []}"#),
        line("POST /integrations/{provider}/sync", "", Own),
        line("GET /integrations/{provider}/log", "", Own),
    ]
}

#[rustfmt::skip]
fn user_calendars() -> Vec<Line> {
    use Who::{Own, OwnerOrThemselves};
    vec![
        line("GET /api/v1/users/{user_id}/calendars", "calendars:read", Own),
        line("POST /api/v1/users/{user_id}/calendars", "calendars:write", Own).json(r#"{"calendar_id": "<calendar>"}"#),
        line("GET /api/v1/users/{user_id}/calendars/{id}", "calendars:read", Own),
        line("DELETE /api/v1/users/{user_id}/calendars/{id}", "calendars:write", OwnerOrThemselves),
    ]
}

#[rustfmt::skip]
fn academic() -> Vec<Line> {
    use Who::{Editor, Own, Person, Viewer};
    vec![
        line("GET /api/calendar/events", "events:read", Person),
        line("POST /api/calendar/events", "events:write", Person).json(LECTURE),
        line("GET /api/calendar/events/{id}", "events:read", Viewer),
        line("PATCH /api/calendar/events/{id}", "events:write", Editor).json(r#"{"title": "Another"}"#),
        line("DELETE /api/calendar/events/{id}", "events:write", Editor),
        line("GET /api/calendar/courses", "events:read", Person),
        line("POST /api/calendar/courses", "events:write", Person).json(r#"{"name": "Biology"}"#),
        line("GET /api/calendar/courses/{id}", "events:read", Own),
        line("PATCH /api/calendar/courses/{id}", "events:write", Own).json(r#"{"name": "Chemistry"}"#),
        line("DELETE /api/calendar/courses/{id}", "events:write", Own),
        line("POST /api/calendar/sync/google", "events:write", Person).or(400),
    ]
}

#[rustfmt::skip]
fn legal() -> Vec<Line> {
    use Who::{Anyone, Editor, Own, Person, Viewer};
    vec![
        line("GET /api/v1/calendar/events", "calendar:read", Person).query("from=2058-03-01T00:00:00Z&to=2058-04-01T00:00:00Z"),
        line("POST /api/v1/calendar/events", "calendar:write", Editor).json(HEARING),
        line("GET /api/v1/calendar/events/{event_id}", "calendar:read", Viewer),
        line("PATCH /api/v1/calendar/events/{event_id}", "calendar:write", Editor).json(r#"{"title": "Another"}"#),
        line("DELETE /api/v1/calendar/events/{event_id}", "calendar:write", Editor),
        line("POST /api/v1/calendar/events/{event_id}/restore", "calendar:write", Editor).after("DELETE /events/{id}"),
        line("POST /api/v1/calendar/fristen/compute", "calendar:read", Person).json(COMPUTED),
        line("GET /api/v1/calendar/holidays", "calendar:read", Person).query("region=DE-BE&year=2026"),
        line("GET /api/v1/calendar/fristen", "calendar:read", Person),
        line("GET /api/v1/calendar/fristen/summary", "calendar:read", Person),
        line("POST /api/v1/calendar/fristen", "calendar:write", Editor).json(FRIST),
        line("GET /api/v1/calendar/fristen/{frist_id}", "calendar:read", Viewer),
        line("PATCH /api/v1/calendar/fristen/{frist_id}", "calendar:write", Editor).json(r#"{"title": "Another"}"#),
        line("DELETE /api/v1/calendar/fristen/{frist_id}", "calendar:write", Editor),
        line("POST /api/v1/calendar/fristen/{frist_id}/restore", "calendar:write", Editor).after("DELETE /api/v1/calendar/fristen/{frist_id}"),
        // Who made it does not verify it.
        line("POST /api/v1/calendar/fristen/{frist_id}/verify", "calendar:write", Editor).or(403),
        line("GET /api/v1/calendar/fristen/{frist_id}/chain", "calendar:read", Viewer),
        line("GET /api/v1/calendar/fristen/{frist_id}/history", "calendar:read", Viewer),
        line("POST /api/v1/calendar/availability/freebusy", "calendar:read", Person).json(r#"{"user_ids": ["<owner-id>"], "from": "2058-03-04T08:00:00Z", "to": "2058-03-04T18:00:00Z"}"#),
        line("POST /api/v1/calendar/availability/open-slots", "calendar:read", Person).json(SLOTS),
        line("GET /api/v1/calendar/ical-tokens", "calendar:read", Person),
        line("POST /api/v1/calendar/ical-tokens", "calendar:write", Person),
        line("POST /api/v1/calendar/ical-tokens/{id}/revoke", "calendar:write", Own),
        line("GET /api/v1/calendar/ical/feed", "", Anyone).query("token=<ical-secret>"),
        line("GET /api/v1/calendar/sync/status", "calendar:read", Person),
        line("POST /api/v1/calendar/sync/events/{id}/push", "calendar:write", Editor).or(409),
    ]
}

#[rustfmt::skip]
fn feed_sync() -> Vec<Line> {
    use Who::{Own, Person};
    vec![
        line("POST /ping", "feeds:read", Person).json("{}").or(421),
        line("POST /register", "feeds:write", Person).json(r#"{"id": "<new-feed>", "url": "<calendar-url>", "format": "ics", "destination": "local"}"#),
        line("POST /unregister", "feeds:write", Person).json(r#"{"id": "<subscription>"}"#).or(422),
        line("POST /invite", "feeds:write", Person).json(r#"{"id": "<mirrored>", "email": "dan@gmail.com"}"#).or(422),
        line("GET /feeds", "feeds:read", Person),
        line("POST /feeds/{id}/sync", "feeds:write", Own),
    ]
}

#[rustfmt::skip]
fn house() -> Vec<Line> {
    use Who::Anyone;
    vec![
        line("GET /healthz", "", Anyone),
        line("GET /readyz", "", Anyone),
        line("GET /metrics", "", Anyone),
        line("GET /openapi.json", "", Anyone),
        line("GET /llms.txt", "", Anyone),
        line("GET /docs", "", Anyone),
    ]
}
