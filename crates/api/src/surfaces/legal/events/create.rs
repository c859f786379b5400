//! `POST /api/v1/calendar/events`

use actix_web::post;
use kalends_app::NewEvent;
use kalends_domain::id::CalendarId;
use uuid::Uuid;

use super::input::{FIELDS, TITLE_MAX, event_body, read_optional};
use super::wire::EventJson;
use super::{overlap, shown};
use crate::answer::{Answer, created};
use crate::extract::{Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::{line, moment, parsed};
use crate::state::State;
use crate::surfaces::legal::Writes;
use crate::surfaces::legal::errors::of_event;

event_body! {
    /// An event to make.
    #[schema(as = CreateLegalEvent)]
    CreateEventBody {
        /// The calendar in which it will stand, which the caller must be able to write; the caller's default calendar
        /// where none is named.
        #[schema(example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
        calendar_id: Option<Uuid>,
        /// One line that says what it is.
        #[schema(min_length = 1, max_length = 255, example = "Client Meeting")]
        title: String,
        /// When it begins: RFC 3339 with an offset, in whole seconds, or a date when `all_day`.
        #[schema(example = "2026-04-01T14:00:00+02:00")]
        start: String,
        /// The IANA zone whose wall clock it keeps. Without it: the caller's, where its clocks show the offset of
        /// `start`, or `start` is in UTC; else one of that offset alone.
        #[schema(value_type = String, required = false, example = "Europe/Berlin")]
        timezone: Option<String>,
    }
}

/// The same, read; without a zone it is not complete.
pub(crate) struct CreateEvent(NewEvent);

impl Read for CreateEvent {
    fn read(f: &mut Fields) -> Option<Self> {
        let calendar = f.optional("calendar_id", parsed::<CalendarId>);
        let title = f.required("title", line(TITLE_MAX));
        let start = f.required(FIELDS.start, moment);
        let mut rest = read_optional(f, start);
        rest.timing.no_end = rest.timing.end.is_none();
        Some(Self(NewEvent { calendar, title: title?, rest }))
    }
}

/// Create event.
///
/// Makes an event, or with `recurrence_rule` a series. An event that takes its time (`opaque`) must not overlap another
/// such event of its calendar, in none of its occurrences, unless `allow_conflict` is true. Needs the scope
/// `calendar:write`.
#[utoipa::path(
    tag = "Legal events",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    request_body = CreateEventBody,
    responses(
        (status = 201, description = "The event.", body = EventJson),
        (status = 404, description = "There is no such calendar for the caller."),
        (
            status = 409,
            description = "Another event of the calendar takes that time.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(overlap()),
        ),
    )
)]
#[post("/api/v1/calendar/events")]
pub(crate) async fn create_legal_event(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Json(CreateEvent(mut new)): Json<CreateEvent>,
) -> Answer {
    let timing = &mut new.rest.timing;
    if let (None, Some(start)) = (&timing.zone, timing.start) {
        timing.zone = Some(start.zone(&caller.user.timezone));
    }
    let made = state.app.create_event(&cx, &caller.actor, new).await.map_err(of_event)?;
    Ok(shown(&made, |body| created(body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;
    use kalends_domain::event::Kind;
    use kalends_domain::time::Zone;
    use serde_json::json;

    #[test]
    fn the_documented_body() {
        let body = json!({
            "title": "Client Meeting", "start": "2026-04-01T14:00:00+02:00", "end": "2026-04-01T15:00:00+02:00",
            "case_id": "550e8400-e29b-41d4-a716-446655440000", "location": "Office Room 3",
            "description": "Discuss settlement offer", "attendees": ["usr_019cb3a011117b2c9d3e4f5a6b7c8d9e"],
            "type": "meeting",
        });
        let CreateEvent(NewEvent { calendar, title, mut rest }) = read(&body.to_string()).unwrap();
        rest.timing.zone = Some(Zone::utc());
        assert_eq!((calendar, title.as_str(), rest.kind), (None, "Client Meeting", Some(Kind::Meeting)));
        assert_eq!(rest.span(None).unwrap().ends_at().to_string(), "2026-04-01T13:00:00Z");
        assert!(rest.demands.free && rest.demands.known);
        assert!(rest.attendees.unwrap()[0].user.is_some());
    }

    #[test]
    fn every_bad_field_at_once() {
        let body = json!({
            "calendar_id": "evt_x", "title": "", "start": "2026-04-01", "end": "2026-04-01", "timezone": "Mars",
            "all_day": 1, "description": 1, "location": 1, "type": "class", "case_id": "1",
            "attendees": ["usr_x", "evt_019cb3a011117b2c9d3e4f5a6b7c8d9e", "a@", 5], "reminders": [-1],
            "recurrence_rule": "FREQ", "status": "x", "transparency": "x", "allow_conflict": "yes", "start_time": 1,
        });
        let mut refused = read::<CreateEvent>(&body.to_string()).err().unwrap();
        for line in &mut refused {
            *line = line.split(' ').next().unwrap().to_owned();
        }
        refused.sort_unstable();
        let expected = [
            "all_day",
            "allow_conflict",
            "attendees[0]",
            "attendees[1]",
            "attendees[2]",
            "attendees[3]",
            "calendar_id",
            "case_id",
            "description",
            "end",
            "location",
            "recurrence_rule",
            "reminders[0]",
            "start_time",
            "status",
            "timezone",
            "title",
            "transparency",
            "type",
        ];
        assert_eq!(refused, expected);
        assert_eq!(read::<CreateEvent>("{}").err().unwrap(), ["title is required", "start is required"]);
    }
}
