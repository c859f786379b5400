//! `GET /api/calendar/events`

use actix_web::get;
use jiff::Timestamp;
use kalends_app::NumberedEvents;
use kalends_domain::event::Kind;
use kalends_ports::Counted;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::input::{FIELDS, course_id, kind, kinds_shown_as};
use super::wire::{AcademicEventType, EventJson};
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Query};
use crate::fields::{Fields, Read};
use crate::read::{Part, check_range, instant};
use crate::state::State;
use crate::surfaces::academic::errors::{Code, of_event};
use crate::surfaces::academic::{LIMIT, Pagination, PartParams};

/// What narrows a list of academic events.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[allow(dead_code)] // documentation: `ListEvents` is read
pub(crate) struct FilterParams {
    /// Only events that begin at this instant or later.
    #[param(value_type = Option<String>, format = DateTime, example = "2024-01-01T00:00:00.000Z")]
    start_date: Option<String>,
    /// Only events that are over by this instant; at most 366 days after `startDate`.
    #[param(value_type = Option<String>, format = DateTime, example = "2024-01-31T23:59:59.999Z")]
    end_date: Option<String>,
    /// Only events of this type.
    #[param(inline)]
    event_type: Option<AcademicEventType>,
    /// Only events of this course.
    #[param(min_length = 1, max_length = 255, example = "course_abc123")]
    course_id: Option<String>,
}

/// Which events are wanted.
pub(crate) struct ListEvents {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    kind: Option<Kind>,
    course: Option<String>,
    part: Part,
}

impl Read for ListEvents {
    fn read(f: &mut Fields) -> Option<Self> {
        let from = f.optional(FIELDS.start, instant);
        let to = f.optional(FIELDS.end, instant);
        let kind = f.optional("eventType", kind);
        let course = f.optional("courseId", course_id);
        let part = Part::read(f, LIMIT);
        if let (Some(from), Some(to)) = (from, to) {
            check_range(f, (FIELDS.start, from), (FIELDS.end, to));
        }
        Some(Self { from, to, kind, course, part: part? })
    }
}

/// A part of the events.
#[derive(Serialize, ToSchema)]
struct AcademicEvents<'v> {
    events: Vec<EventJson<'v>>,
    pagination: Pagination,
}

/// Events that were found.
#[derive(Serialize, ToSchema)]
#[schema(as = AcademicEventsAnswer)]
struct EventsAnswer<'v> {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: AcademicEvents<'v>,
    /// For people.
    #[schema(example = "Calendar events retrieved successfully")]
    message: &'static str,
}

/// Get events.
///
/// The events of all calendars that the caller sees, in the order of their start. With both `startDate` and `endDate` a
/// series is expanded into its occurrences; else it is one item, at its first occurrence. Needs the scope
/// `events:read`.
#[utoipa::path(
    tag = "Academic events",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(FilterParams, PartParams),
    responses((status = 200, description = "The events.", body = EventsAnswer))
)]
#[get("/api/calendar/events")]
pub(crate) async fn list_academic_events(
    state: State,
    Authenticated(caller): Authenticated,
    Query(ListEvents { from, to, kind, course, part }): Query<ListEvents>,
) -> Answer {
    let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), kinds_shown_as);
    let wanted = NumberedEvents { kinds, course, from, to, offset: part.offset, limit: part.limit, fields: FIELDS };
    let failed = of_event(Code::CalendarServiceError);
    let Counted { items, total } = state.app.list_numbered_events(&caller.actor, wanted).await.map_err(&failed)?;
    let items = state.app.describe_events(&caller.actor, items).await.map_err(&failed)?;
    let found = Counted { items, total };
    let data = AcademicEvents {
        events: found.items.iter().map(EventJson::new).collect(),
        pagination: Pagination::new(&found, part),
    };
    Ok(ok(EventsAnswer { success: true, data, message: "Calendar events retrieved successfully" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn queries() {
        let check = |query: &str, expected: &[&str]| {
            assert_eq!(read::<ListEvents>(query).err().unwrap_or_default(), expected, "{query}");
        };
        check("{}", &[]);
        check(
            r#"{"limit": 0, "offset": -1}"#,
            &["limit must be a whole number from 1 to 100", "offset must be a whole number from 0 to 1000000000"],
        );
        check(
            r#"{"startDate": "2024-01-01T00:00:00Z", "endDate": "2023-01-01T00:00:00Z"}"#,
            &["endDate must be after startDate"],
        );
        check(
            r#"{"startDate": "2024-01-01T00:00:00Z", "endDate": "2025-01-02T00:00:00Z"}"#,
            &["endDate must be at most 366 days after startDate"],
        );
    }
}
