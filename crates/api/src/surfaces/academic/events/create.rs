//! `POST /api/calendar/events`

use actix_web::post;
use kalends_app::{EventChange, NewEvent};
use kalends_domain::event::{Priority, Timing, color};
use utoipa::ToSchema;

use super::input::{
    DESCRIPTION_MAX, FIELDS, LOCATION_MAX, TITLE_MAX, check_order, course_id, kind, millisecond, moment, priority,
};
use super::wire::{AcademicEventType, AcademicPriority};
use super::{EventAnswer, shown};
use crate::answer::{Answer, created};
use crate::extract::{Authenticated, Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::{block, checked, line};
use crate::state::State;
use crate::surfaces::academic::errors::{Code, of_event};

/// An event to make.
#[derive(ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = CreateAcademicEvent)]
#[allow(dead_code)] // documentation: `CreateEvent` is read
pub(crate) struct CreateEventBody {
    /// One line that says what it is.
    #[schema(min_length = 1, max_length = 255, example = "Biology Lecture")]
    title: String,
    /// More about it.
    #[schema(max_length = 1000, example = "Cell structure and function")]
    description: Option<String>,
    /// When it begins: RFC 3339 with an offset.
    #[schema(format = DateTime, example = "2024-01-15T10:00:00.000Z")]
    start_date: String,
    /// When it is over, later than its start. Without it the event has no end: it takes no time.
    #[schema(format = DateTime, example = "2024-01-15T11:30:00.000Z")]
    end_date: Option<String>,
    /// What sort of thing it is.
    event_type: AcademicEventType,
    /// Where it is.
    #[schema(max_length = 255, example = "Science Building Room 101")]
    location: Option<String>,
    /// How much it matters.
    priority: Option<AcademicPriority>,
    /// Its colour: `#RRGGBB` or a CSS colour name.
    #[schema(example = "blue")]
    color: String,
    /// The course to which it belongs, whether that is described or not.
    #[schema(min_length = 1, max_length = 255, example = "course_abc123")]
    course_id: Option<String>,
}

/// The same, read: all but the calendar and the zone, which are the caller's own.
pub(crate) struct CreateEvent {
    title: String,
    rest: EventChange,
}

impl Read for CreateEvent {
    fn read(f: &mut Fields) -> Option<Self> {
        let title = f.required("title", line(TITLE_MAX));
        let description = f.optional("description", block(DESCRIPTION_MAX));
        let start = f.required(FIELDS.start, millisecond);
        let end = f.optional(FIELDS.end, millisecond);
        let kind = f.required("eventType", kind);
        let location = f.optional("location", block(LOCATION_MAX));
        let priority = f.optional("priority", priority);
        let color = f.required("color", checked(color));
        let course_id = f.optional("courseId", course_id);
        check_order(f, start, end);
        let timing =
            Timing { start: start.map(moment), end: end.map(moment), no_end: end.is_none(), ..Timing::default() };
        let rest = EventChange {
            description: Some(description),
            timing,
            time_fields: FIELDS,
            kind,
            location: Some(location),
            priority: Some(Some(priority.unwrap_or(Priority::Medium))),
            color: Some(color),
            course_id: Some(course_id),
            ..EventChange::default()
        };
        Some(Self { title: title?, rest })
    }
}

/// Create event.
///
/// Makes an event in the caller's default calendar: the first that the caller owns, or a new one named "Personal". It
/// keeps the wall clock of the caller's time zone. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Academic events",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    request_body = CreateEventBody,
    responses((status = 201, description = "The event.", body = EventAnswer))
)]
#[post("/api/calendar/events")]
pub(crate) async fn create_academic_event(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Json(CreateEvent { title, mut rest }): Json<CreateEvent>,
) -> Answer {
    rest.timing.zone = Some(caller.user.timezone);
    let new = NewEvent { calendar: None, title, rest };
    let made = state.app.create_event(&cx, &caller.actor, new).await;
    let made = made.map_err(of_event(Code::CalendarEventCreateError))?;
    shown(&state, &caller.actor, made, "Calendar event created successfully", |body| created(body)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;
    use kalends_domain::event::Kind;
    use kalends_domain::time::Zone;
    use serde_json::json;

    fn refused(body: &serde_json::Value) -> Vec<String> {
        read::<CreateEvent>(&body.to_string()).err().unwrap_or_default()
    }

    #[test]
    fn the_documented_body() {
        let body = json!({
            "title": "Biology Lecture", "description": "Cell structure and function",
            "startDate": "2024-01-15T10:00:00.000Z", "endDate": "2024-01-15T11:30:00.250Z", "eventType": "CLASS",
            "location": "Science Building Room 101", "priority": "MEDIUM", "color": "blue", "courseId": "course_abc123",
        });
        let CreateEvent { title, mut rest } = read(&body.to_string()).unwrap();
        rest.timing.zone = Some(Zone::utc());
        let span = rest.span(None).unwrap();
        assert_eq!((title.as_str(), rest.kind), ("Biology Lecture", Some(Kind::Class)));
        assert_eq!(span.ends_at().to_string(), "2024-01-15T11:30:00.25Z");
    }

    #[test]
    fn an_event_may_have_no_end() {
        let body =
            json!({"title": "Essay", "startDate": "2024-01-15T10:00:00Z", "eventType": "DEADLINE", "color": "#ff0000"});
        let CreateEvent { mut rest, .. } = read(&body.to_string()).unwrap();
        rest.timing.zone = Some(Zone::utc());
        assert!(rest.span(None).unwrap().is_moment());
        assert_eq!(rest.priority, Some(Some(Priority::Medium)));
    }

    #[test]
    fn every_bad_field_at_once() {
        let body = json!({
            "title": "x".repeat(256), "description": "x".repeat(1001), "startDate": "2024-01-15", "endDate": 5,
            "eventType": "class", "location": "x".repeat(256), "priority": "URGENT", "color": "bleu", "courseId": "",
            "start": 1,
        });
        let fields: Vec<String> =
            refused(&body).iter().map(|line| line.split(' ').next().unwrap().to_owned()).collect();
        let all =
            ["title", "description", "startDate", "endDate", "eventType", "location", "priority", "color", "courseId"];
        assert_eq!(fields[..9], all);
        assert_eq!(fields[9..], ["start"]);
        let missing = refused(&json!({}));
        let required = ["title", "startDate", "eventType", "color"].map(|field| format!("{field} is required"));
        assert_eq!(missing, required);
        let backwards = json!({
            "title": "x", "startDate": "2024-01-15T10:00:00Z", "endDate": "2024-01-15T10:00:00.000Z",
            "eventType": "EXAM", "color": "red",
        });
        assert_eq!(refused(&backwards), ["endDate must be after startDate"]);
    }
}
