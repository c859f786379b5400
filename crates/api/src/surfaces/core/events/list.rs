//! `GET /events`

use actix_web::get;
use kalends_app::ListEvents;

use super::query::{self, Filter, Range};
use super::wire::EventJson;
use super::{examples, listed};
use crate::answer::Answer;
use crate::cursor::{List, PageParams};
use crate::extract::{Authenticated, Query};
use crate::state::State;

/// List events in range.
///
/// What lies in the range at least partly, in the order of its start. A series is expanded into its
/// occurrences. Needs the scope `events:read`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(Range, Filter, PageParams),
    responses(
        (
            status = 200,
            description = "Plain events as themselves, series as their occurrences.",
            body = List<EventJson>,
            example = json!(examples::list()),
        ),
        (status = 404, description = "There is no such calendar for the caller."),
    )
)]
#[get("/events")]
pub(crate) async fn list_events(
    state: State,
    Authenticated(caller): Authenticated,
    Query(query): Query<query::ListEvents>,
) -> Answer {
    let query::ListEvents { range, filter: Filter { calendar_id, search, tag }, paging } = query;
    let wanted = ListEvents {
        calendar: calendar_id,
        window: range.window(),
        search,
        tag,
        after: paging.after,
        limit: paging.limit,
        kinds: None,
        case: None,
        expanded: true,
        end: "end",
    };
    let found = state.app.list_events(&caller.actor, wanted).await?;
    Ok(listed(&found, &paging))
}
