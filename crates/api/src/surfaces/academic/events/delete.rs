//! `DELETE /api/calendar/events/{id}`

use actix_web::delete;
use kalends_app::Scope;
use kalends_domain::id::EventId;

use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id};
use crate::state::State;
use crate::surfaces::academic::Done;
use crate::surfaces::academic::errors::{Code, example, of_event};

/// Delete event.
///
/// Deletes the event; of a series, every occurrence. `POST /events/{id}/restore` brings it back for 30 days. Needs the
/// scope `events:write`.
#[utoipa::path(
    tag = "Academic events",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = Uuid, Path, description = "The event's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "It is deleted.", body = Done),
        (
            status = 404,
            description = "There is no such event for the caller.",
            body = crate::surfaces::academic::ErrorBody,
            example = json!(example(Code::CalendarEventNotFound, "event not found")),
        ),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/api/calendar/events/{id}")]
pub(crate) async fn delete_academic_event(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    IfMatch(expected): IfMatch,
) -> Answer {
    let deleted = state.app.delete_event(&cx, &caller.actor, id, None, Scope::All, expected).await;
    deleted.map_err(of_event(Code::CalendarEventDeleteError))?;
    Ok(ok(Done::new("Calendar event deleted successfully")))
}
