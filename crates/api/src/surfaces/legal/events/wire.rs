//! A legal event as JSON.

use kalends_app::EventView;
use kalends_domain::event::{Attendee, Event, Kind};
use kalends_domain::id::{EventId, UserId};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::surfaces::core::events::words;
use crate::surfaces::legal::Time;
use crate::surfaces::legal::id::{EventRef, Typed, UserRef};

/// An event, or one occurrence of a series.
#[derive(Serialize, ToSchema)]
#[schema(as = LegalEvent, example = example)]
pub(crate) struct EventJson<'v> {
    /// The event's id; an occurrence shows that of its series.
    #[schema(inline, value_type = EventRef)]
    id: Typed<EventId>,
    /// The calendar in which it stands.
    calendar_id: Uuid,
    /// One line that says what it is.
    title: &'v str,
    /// More about it.
    #[schema(required = true)]
    description: Option<&'v str>,
    /// What sort of thing it is. What other surfaces call a class, an exam or a study session shows as `event`.
    #[serde(rename = "type")]
    #[schema(value_type = LegalEventType)]
    kind: &'static str,
    /// When it begins; a whole day at its midnight.
    #[schema(inline)]
    start: Time,
    /// When it is over; that instant is no part of it. What takes no time ends where it starts.
    #[schema(inline)]
    end: Time,
    /// The IANA zone whose wall clock it keeps, and with whose offset its times are shown.
    timezone: &'v str,
    /// Whether it is made of whole days.
    all_day: bool,
    /// The case to which it belongs, in the caller's own naming.
    #[schema(required = true)]
    case_id: Option<Uuid>,
    /// Where it is.
    #[schema(required = true)]
    location: Option<&'v str>,
    /// Who is asked to come: accounts by their ids, others by their addresses.
    attendees: Vec<String>,
    /// When to be reminded, in minutes before the start.
    reminders: Vec<u32>,
    /// Whether it takes place.
    #[schema(value_type = words::Status)]
    status: &'static str,
    /// Whether it takes its time (`opaque`).
    #[schema(value_type = words::Transparency)]
    transparency: &'static str,
    /// How the series repeats (RFC 5545 RRULE, in canonical form).
    #[schema(required = true)]
    recurrence_rule: Option<String>,
    /// Whether this is one occurrence of a series.
    is_occurrence: bool,
    /// Of an occurrence, where the rule put it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = DateTime, required = false)]
    recurrence_id: Option<Time>,
    /// Who made it.
    #[schema(inline, value_type = UserRef)]
    created_by: Typed<UserId>,
    /// When it was made.
    #[schema(inline)]
    created_at: Time,
    /// When it last changed.
    #[schema(inline)]
    updated_at: Time,
}

/// The event of the documentation.
pub(super) fn example() -> Value {
    json!({
        "id": "evt_019cb3a20d007a3f8c1e2b9d4e5f6a70",
        "calendar_id": "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10",
        "title": "Court Hearing -- Smith v. Jones",
        "description": null,
        "type": "event",
        "start": "2026-03-15T10:00:00+01:00",
        "end": "2026-03-15T12:00:00+01:00",
        "timezone": "Europe/Berlin",
        "all_day": false,
        "case_id": "550e8400-e29b-41d4-a716-446655440000",
        "location": "Landgericht Berlin",
        "attendees": ["usr_019cb3a011117b2c9d3e4f5a6b7c8d9e", "clerk@court.example"],
        "reminders": [60],
        "status": "confirmed",
        "transparency": "opaque",
        "recurrence_rule": null,
        "is_occurrence": false,
        "created_by": "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e",
        "created_at": "2026-03-01T09:00:00Z",
        "updated_at": "2026-03-01T09:00:00Z",
    })
}

/// The type of a legal event.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase", default = "event", example = "meeting")]
#[allow(dead_code)] // documentation
pub(crate) enum LegalEventType {
    Event,
    Deadline,
    Meeting,
}

/// A kind in this surface's words.
pub(super) fn event_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Deadline => "deadline",
        Kind::Meeting => "meeting",
        Kind::Event | Kind::Class | Kind::Exam | Kind::StudySession => "event",
    }
}

impl<'v> EventJson<'v> {
    pub(super) fn new(view: &'v EventView) -> Self {
        let (event, details): (&Event, _) = (&view.event, view.details());
        let zone = &details.span.zone;
        let rule = event.recurrence.as_ref().and_then(|recurrence| recurrence.rules().first());
        Self {
            id: Typed(event.id),
            calendar_id: event.calendar.0,
            title: &details.title,
            description: details.description.as_deref(),
            kind: event_type(details.kind),
            start: Time::in_zone(view.start(), zone),
            end: Time::in_zone(view.end(), zone),
            timezone: zone.name(),
            all_day: details.span.is_all_day(),
            case_id: event.case_id,
            location: details.location.as_deref(),
            attendees: details.attendees.iter().filter_map(attendee).collect(),
            reminders: details.reminders.iter().map(|reminder| reminder.minutes_before).collect(),
            status: details.status.as_str(),
            transparency: details.transparency.as_str(),
            recurrence_rule: rule.map(|bounded| bounded.rule().text()),
            is_occurrence: view.place.is_some(),
            recurrence_id: view.place.map(|place| Time::in_zone(place.original_start, zone)),
            created_by: Typed(event.created_by),
            created_at: Time::utc(event.created_at),
            updated_at: Time::utc(event.updated_at),
        }
    }
}

/// The account's id, or the address of somebody of whom no account is known.
fn attendee(person: &Attendee) -> Option<String> {
    let account = person.user.map(|user| Typed(user).to_string());
    account.or_else(|| person.email.as_ref().map(ToString::to_string))
}
