//! `DELETE /events/{id}`

use actix_web::delete;
use kalends_domain::id::EventId;

use super::query::Target;
use crate::answer::{Answer, Done, done};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id, Query};
use crate::state::State;

/// Soft-delete.
///
/// Deletes the event, or with `occurrence` and `scope` one occurrence or that one and all later
/// ones. A whole event can be restored within 30 days. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = Uuid, Path, description = "The event's id."), Target, crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "It is deleted.", body = Done),
        (status = 404, description = "There is no such event for the caller, or it has no such occurrence."),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/events/{id}")]
pub(crate) async fn delete_event(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    Query(Target { occurrence, scope }): Query<Target>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_event(&cx, &caller.actor, id, occurrence, scope, expected).await?;
    Ok(done())
}
