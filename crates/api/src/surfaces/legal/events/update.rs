//! `PATCH /api/v1/calendar/events/{event_id}`

use actix_web::patch;
use kalends_app::{EventChange, Scope};
use kalends_domain::id::{CalendarId, EventId};
use uuid::Uuid;

use super::input::{FIELDS, TITLE_MAX, event_body, read_optional};
use super::wire::EventJson;
use super::{missing, overlap, shown};
use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::{line, moment, parsed};
use crate::state::State;
use crate::surfaces::legal::Writes;
use crate::surfaces::legal::errors::of_event;
use crate::surfaces::legal::id::Typed;

event_body! {
    /// What changes. What is absent stays; null clears what an event may lack.
    #[schema(as = UpdateLegalEvent)]
    UpdateEventBody {
        /// Another calendar, which the caller must be able to write.
        #[schema(value_type = Uuid, required = false, example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
        calendar_id: Option<Uuid>,
        /// Another title.
        #[schema(value_type = String, required = false, min_length = 1, max_length = 255, example = "Client Meeting")]
        title: Option<String>,
        /// Another start: RFC 3339 with an offset, or a date when `all_day`. The end stays where it is; what has no end
        /// moves.
        #[schema(value_type = String, required = false, example = "2026-04-01T14:00:00+02:00")]
        start: Option<String>,
        /// Another IANA zone.
        #[schema(value_type = String, required = false, example = "Europe/Berlin")]
        timezone: Option<String>,
    }
}

/// The same, read.
pub(crate) struct UpdateEvent(EventChange);

impl Read for UpdateEvent {
    fn read(f: &mut Fields) -> Option<Self> {
        let calendar = f.change("calendar_id", parsed::<CalendarId>);
        let title = f.change("title", line(TITLE_MAX));
        let start = f.change(FIELDS.start, moment);
        let rest = read_optional(f, start);
        Some(Self(EventChange { calendar, title, ..rest }))
    }
}

/// Update event.
///
/// Changes the event; of a series, every occurrence, and the times are those of the first. `PUT /events/{id}` changes one
/// occurrence alone. Where its time, its recurrence, its calendar or what it takes of them changes, it must not overlap
/// another event, as when it was made. Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal events",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("event_id" = String, Path, description = "The event's id."), crate::openapi::IfMatchParam),
    request_body = UpdateEventBody,
    responses(
        (status = 200, description = "The changed event.", body = EventJson),
        (
            status = 404,
            description = "There is no such event for the caller.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(missing()),
        ),
        (
            status = 409,
            description = "Another event of the calendar takes that time, or someone else changed this one meanwhile.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(overlap()),
        ),
    )
)]
#[patch("/api/v1/calendar/events/{event_id}")]
pub(crate) async fn update_legal_event(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(id)): Id<Typed<EventId>>,
    IfMatch(expected): IfMatch,
    Json(UpdateEvent(change)): Json<UpdateEvent>,
) -> Answer {
    let changed =
        state.app.update_event(&cx, &caller.actor, id, None, Scope::All, change, expected).await.map_err(of_event)?;
    Ok(shown(&changed, |body| ok(body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;
    use kalends_domain::event::{Kind, Transparency};

    #[test]
    fn null_clears_what_is_optional_and_nothing_else() {
        let body = r#"{"description": null, "location": null, "end": null, "case_id": null, "type": null,
            "attendees": null, "reminders": null, "recurrence_rule": null, "transparency": null}"#;
        let UpdateEvent(change) = read(body).unwrap();
        assert_eq!((change.description, change.location, change.case_id), (Some(None), Some(None), Some(None)));
        assert_eq!((change.timing.no_end, change.kind), (true, Some(Kind::Event)));
        assert_eq!((change.attendees, change.reminders), (Some(vec![]), Some(vec![])));
        assert_eq!((change.recurrence.rules, change.transparency), (Some(vec![]), Some(Transparency::Opaque)));
        let refused = read::<UpdateEvent>(r#"{"title": null, "start": null, "timezone": null, "calendar_id": null}"#);
        assert_eq!(refused.err().unwrap().len(), 4);
        let UpdateEvent(nothing) = read("{}").unwrap();
        let expected = EventChange { time_fields: FIELDS, demands: nothing.demands, ..EventChange::default() };
        assert_eq!(nothing, expected);
    }
}
