//! `GET /api/v1/calendar/events/{event_id}`

use actix_web::get;
use kalends_domain::id::EventId;

use super::wire::EventJson;
use super::{missing, shown};
use crate::answer::{Answer, ok};
use crate::extract::Id;
use crate::state::State;
use crate::surfaces::legal::Reads;
use crate::surfaces::legal::id::Typed;

/// Get event.
///
/// A series is shown as a whole, at its first occurrence. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal events",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(("event_id" = String, Path, description = "The event's id.")),
    responses(
        (status = 200, description = "The event.", body = EventJson),
        (
            status = 404,
            description = "There is no such event for the caller.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(missing()),
        ),
    )
)]
#[get("/api/v1/calendar/events/{event_id}")]
pub(crate) async fn get_legal_event(state: State, Reads(caller): Reads, Id(Typed(id)): Id<Typed<EventId>>) -> Answer {
    Ok(shown(&state.app.event(&caller.actor, id, None).await?, |body| ok(body)))
}
