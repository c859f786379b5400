//! `POST /api/v1/calendar/events/{event_id}/restore`

use actix_web::post;
use kalends_domain::id::EventId;

use super::wire::EventJson;
use super::{missing, shown};
use crate::answer::{Answer, ok};
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::Writes;
use crate::surfaces::legal::id::Typed;

/// Restore event.
///
/// Brings a deleted event back, within 30 days; one that is not deleted is answered as it is. It takes its time again,
/// whatever was put there meanwhile. Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal events",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("event_id" = String, Path, description = "The event's id.")),
    responses(
        (status = 200, description = "The event.", body = EventJson),
        (
            status = 404,
            description = "There is no such event for the caller, or it was deleted too long ago.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(missing()),
        ),
        (status = 409, description = "The calendar has a newer event with the same UID."),
    )
)]
#[post("/api/v1/calendar/events/{event_id}/restore")]
pub(crate) async fn restore_legal_event(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(id)): Id<Typed<EventId>>,
) -> Answer {
    Ok(shown(&state.app.restore_event(&cx, &caller.actor, id).await?, |body| ok(body)))
}
