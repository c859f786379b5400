//! `GET /events/{id}/occurrences`

use actix_web::get;
use kalends_domain::id::EventId;

use super::query::{ListOccurrences, Range};
use super::wire::EventJson;
use super::{examples, listed};
use crate::answer::Answer;
use crate::cursor::{List, PageParams};
use crate::extract::{Authenticated, Id, Query};
use crate::state::State;

/// List the occurrences of one event.
///
/// Those that lie in the range at least partly, in the order of their start. A plain event has
/// itself. Needs the scope `events:read`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(("id" = Uuid, Path, description = "The event's id."), Range, PageParams),
    responses((
        status = 200,
        description = "The occurrences.",
        body = List<EventJson>,
        example = json!(examples::list()),
    ))
)]
#[get("/events/{id}/occurrences")]
pub(crate) async fn list_occurrences(
    state: State,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    Query(ListOccurrences { range, paging }): Query<ListOccurrences>,
) -> Answer {
    let found = state.app.event_occurrences(&caller.actor, id, range.window(), paging.after, paging.limit).await?;
    Ok(listed(&found, &paging))
}
