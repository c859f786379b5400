//! `POST /events/{id}/restore`

use actix_web::post;
use kalends_domain::id::EventId;

use super::{EventAnswer, shown};
use crate::answer::Answer;
use crate::extract::{Authenticated, Cx, Id};
use crate::state::State;

/// Restore.
///
/// Brings a deleted event back, within 30 days. One that is not deleted is answered as it is. Needs
/// the scope `events:write`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = Uuid, Path, description = "The event's id.")),
    responses(
        (status = 200, description = "The event.", body = EventAnswer, headers(("ETag" = String, description = "The version, for `If-Match`."))),
        (status = 409, description = "The calendar has a newer event with the same UID."),
    )
)]
#[post("/events/{id}/restore")]
pub(crate) async fn restore_event(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
) -> Answer {
    Ok(shown(&state.app.restore_event(&cx, &caller.actor, id).await?))
}
