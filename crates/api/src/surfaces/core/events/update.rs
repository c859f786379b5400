//! `PUT /events/{id}`

use actix_web::put;
use kalends_app::EventChange;
use kalends_domain::event::{TITLE_MAX, Timing};
use kalends_domain::id::{CalendarId, EventId};
use uuid::Uuid;

use super::input::{check_order, event_body, read_optional};
use super::query::Target;
use super::{EventAnswer, examples, shown};
use crate::answer::Answer;
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id, Json, Query};
use crate::fields::{Fields, Read};
use crate::read::{line, moment, parsed, zone};
use crate::state::State;

/// What changes in an event, documented as [`UpdateEventBody`].
pub(crate) struct UpdateEvent(EventChange);

event_body! {
    /// What changes.
    ///
    /// What is absent stays. Null clears what an event may lack, and puts the default back where
    /// there is one.
    #[schema(as = UpdateEvent, example = json!({"title": "Lecture: limits", "location": null}))]
    UpdateEventBody {
        /// Another calendar, which the caller must be able to write.
        #[schema(value_type = Uuid, required = false, example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
        calendar_id: Option<Uuid>,
        /// Another title.
        #[schema(value_type = String, required = false, min_length = 1, max_length = 140, example = "Lecture: limits")]
        title: Option<String>,
        /// Another start: RFC 3339 with an offset, in whole seconds, or a date when `all_day`. A start or
        /// an end alone leaves the other where it is.
        #[schema(value_type = String, required = false, example = "2026-03-09T13:00:00-04:00")]
        start_time: Option<String>,
        /// Another end, later than the start; that instant or day is no part of it.
        #[schema(value_type = String, required = false, example = "2026-03-09T14:30:00-04:00")]
        end_time: Option<String>,
        /// Another IANA zone.
        #[schema(value_type = String, required = false, example = "America/New_York")]
        timezone: Option<String>,
    }
}

impl Read for UpdateEvent {
    fn read(f: &mut Fields) -> Option<Self> {
        let calendar = f.change("calendar_id", parsed::<CalendarId>);
        let title = f.change("title", line(TITLE_MAX));
        let start = f.change("start_time", moment);
        let end = f.change("end_time", moment);
        let zone = f.change("timezone", zone);
        let rest = read_optional(f);
        check_order(f, start, end);
        let timing = Timing { start, end, zone, ..rest.timing };
        Some(Self(EventChange { calendar, title, timing, ..rest }))
    }
}

/// Update.
///
/// Changes the whole event, or with `occurrence` and `scope` a part of a series:
///
/// - `scope=this` makes one occurrence differ, and answers with it. Calendar, recurrence, course and
///   case belong to the whole series and cannot be changed so.
/// - `scope=following` ends the series before the occurrence and makes a new one from there, which is
///   the answer. Later occurrences that differ go along.
/// - `scope=all` changes the series and answers with it. Times are those of `occurrence` where one is
///   named, else of the first; occurrences that differ move along.
///
/// Needs the scope `events:write`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = Uuid, Path, description = "The event's id."), Target, crate::openapi::IfMatchParam),
    request_body = UpdateEventBody,
    responses(
        (
            status = 200,
            description = "The changed event, the occurrence, or the new series.",
            body = EventAnswer,
            examples(
                ("all" = (summary = "The whole event", value = json!(examples::lecture_answer()))),
                ("this" = (summary = "One occurrence", value = json!(examples::occurrence_answer()))),
            ),
        ),
        (status = 404, description = "There is no such event for the caller, or it has no such occurrence."),
        (status = 409, description = "Someone else changed it meanwhile, or the other calendar has an event with the same UID."),
    )
)]
#[put("/events/{id}")]
pub(crate) async fn update_event(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    Query(Target { occurrence, scope }): Query<Target>,
    IfMatch(expected): IfMatch,
    Json(UpdateEvent(change)): Json<UpdateEvent>,
) -> Answer {
    Ok(shown(&state.app.update_event(&cx, &caller.actor, id, occurrence, scope, change, expected).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;
    use kalends_domain::event::Kind;

    fn refused(body: &str) -> Vec<String> {
        read::<UpdateEvent>(body).err().unwrap_or_default()
    }

    #[test]
    fn null_clears_what_is_optional_and_nothing_else() {
        let body = r#"{"description": null, "recurrence_rule": null, "tags": null, "priority": null, "kind": null, "course_id": null}"#;
        let UpdateEvent(change) = read(body).unwrap();
        assert_eq!((change.description, change.priority, change.course_id), (Some(None), Some(None), Some(None)));
        assert_eq!(
            (change.recurrence.rules, change.tags, change.kind),
            (Some(vec![]), Some(vec![]), Some(Kind::Event))
        );
        assert_eq!((change.title, change.location, change.reminders), (None, None, None));
        let body = r#"{"title": null, "start_time": null, "end_time": null, "timezone": null, "calendar_id": null}"#;
        assert_eq!(refused(body).len(), 5);
        let UpdateEvent(nothing) = read("{}").unwrap();
        assert_eq!(nothing, EventChange::default());
    }

    #[test]
    fn an_event_takes_time() {
        for body in [
            r#"{"start_time": "2026-03-02", "end_time": "2026-03-02"}"#,
            r#"{"start_time": "2026-03-02T10:00:00-05:00", "end_time": "2026-03-02T15:00:00Z"}"#,
        ] {
            assert_eq!(refused(body), ["end_time must be after start_time"], "{body}");
        }
    }
}
