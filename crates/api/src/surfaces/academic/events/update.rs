//! `PATCH /api/calendar/events/{id}`

use actix_web::patch;
use kalends_app::{EventChange, Scope};
use kalends_domain::event::{Priority, Timing, color};
use kalends_domain::id::EventId;
use utoipa::ToSchema;

use super::input::{
    DESCRIPTION_MAX, FIELDS, LOCATION_MAX, TITLE_MAX, check_order, course_id, kind, millisecond, moment, priority,
};
use super::wire::{AcademicEventType, AcademicPriority};
use super::{EventAnswer, shown};
use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::{block, checked, line};
use crate::state::State;
use crate::surfaces::academic::errors::{Code, example, of_event};

/// What changes. What is absent stays; null clears what an event may lack.
#[derive(ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[schema(as = UpdateAcademicEvent)]
#[allow(dead_code)] // documentation: `UpdateEvent` is read
pub(crate) struct UpdateEventBody {
    /// Another title.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 255, example = "Updated Biology Lecture")]
    title: Option<String>,
    /// Another description.
    #[schema(max_length = 1000, example = "Cell division")]
    description: Option<String>,
    /// Another start: RFC 3339 with an offset. The end stays where it is; what has no end moves.
    #[schema(value_type = String, required = false, format = DateTime, example = "2024-01-15T10:30:00.000Z")]
    start_date: Option<String>,
    /// Another end, later than the start; null for none.
    #[schema(format = DateTime, example = "2024-01-15T12:00:00.000Z")]
    end_date: Option<String>,
    /// Another type.
    #[schema(value_type = AcademicEventType, required = false)]
    event_type: Option<AcademicEventType>,
    /// Another place.
    #[schema(max_length = 255, example = "Science Building Room 205")]
    location: Option<String>,
    /// Another priority; null for the usual one.
    priority: Option<AcademicPriority>,
    /// Another colour.
    #[schema(value_type = String, required = false, example = "#ff8800")]
    color: Option<String>,
    /// Another course; null for none.
    #[schema(min_length = 1, max_length = 255, example = "course_abc123")]
    course_id: Option<String>,
}

/// The same, read.
pub(crate) struct UpdateEvent(EventChange);

impl Read for UpdateEvent {
    fn read(f: &mut Fields) -> Option<Self> {
        let title = f.change("title", line(TITLE_MAX));
        let description = f.nullable("description", block(DESCRIPTION_MAX));
        let start = f.change(FIELDS.start, millisecond);
        let end = f.nullable(FIELDS.end, millisecond);
        let kind = f.change("eventType", kind);
        let location = f.nullable("location", block(LOCATION_MAX));
        let priority = f.nullable("priority", priority);
        let color = f.change("color", checked(color));
        let course_id = f.nullable("courseId", course_id);
        check_order(f, start, end.flatten());
        let timing = Timing {
            start: start.map(moment),
            end: end.flatten().map(moment),
            no_end: end == Some(None),
            ..Timing::default()
        };
        Some(Self(EventChange {
            title,
            description,
            timing,
            time_fields: FIELDS,
            kind,
            location,
            priority: priority.map(|said| Some(said.unwrap_or(Priority::Medium))),
            color: color.map(Some),
            course_id,
            ..EventChange::default()
        }))
    }
}

/// Update event.
///
/// Changes the event; of a series, every occurrence, and the times are those of the first. `PUT /events/{id}` changes
/// one occurrence alone. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Academic events",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = Uuid, Path, description = "The event's id."), crate::openapi::IfMatchParam),
    request_body = UpdateEventBody,
    responses(
        (status = 200, description = "The changed event.", body = EventAnswer),
        (
            status = 404,
            description = "There is no such event for the caller.",
            body = crate::surfaces::academic::ErrorBody,
            example = json!(example(Code::CalendarEventNotFound, "event not found")),
        ),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[patch("/api/calendar/events/{id}")]
pub(crate) async fn update_academic_event(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    IfMatch(expected): IfMatch,
    Json(UpdateEvent(change)): Json<UpdateEvent>,
) -> Answer {
    let changed = state.app.update_event(&cx, &caller.actor, id, None, Scope::All, change, expected).await;
    let changed = changed.map_err(of_event(Code::CalendarEventUpdateError))?;
    shown(&state, &caller.actor, changed, "Calendar event updated successfully", |body| ok(body)).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn null_clears_what_is_optional_and_nothing_else() {
        let body = r#"{"description": null, "location": null, "endDate": null, "priority": null, "courseId": null}"#;
        let UpdateEvent(change) = read(body).unwrap();
        assert_eq!((change.description, change.location, change.course_id), (Some(None), Some(None), Some(None)));
        assert_eq!((change.timing.no_end, change.priority), (true, Some(Some(Priority::Medium))));
        let refused = read::<UpdateEvent>(r#"{"title": null, "startDate": null, "eventType": null, "color": null}"#);
        assert_eq!(refused.err().unwrap().len(), 4);
        let UpdateEvent(nothing) = read("{}").unwrap();
        assert_eq!(nothing, EventChange { time_fields: FIELDS, ..EventChange::default() });
    }
}
