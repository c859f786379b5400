//! `DELETE /api/v1/calendar/events/{event_id}`

use actix_web::delete;
use kalends_app::Scope;
use kalends_domain::id::EventId;

use super::missing;
use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::id::Typed;
use crate::surfaces::legal::{Deleted, Writes};

/// Delete event.
///
/// Deletes the event; of a series, every occurrence. `POST …/restore` brings it back for 30 days. Needs the scope
/// `calendar:write`.
#[utoipa::path(
    tag = "Legal events",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("event_id" = String, Path, description = "The event's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "It is deleted.", body = Deleted),
        (
            status = 404,
            description = "There is no such event for the caller.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(missing()),
        ),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/api/v1/calendar/events/{event_id}")]
pub(crate) async fn delete_legal_event(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(id)): Id<Typed<EventId>>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_event(&cx, &caller.actor, id, None, Scope::All, expected).await?;
    Ok(ok(Deleted::new(id)))
}
