//! `GET /events/{id}/history`

use actix_web::get;
use kalends_domain::id::{EventId, HistoryId};
use kalends_domain::sync::HistoryEntry;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::wire::Time;
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Id, Query};
use crate::state::State;

/// A value that gave way to a later one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReplacedValue {
    /// When it gave way.
    #[schema(inline)]
    at: Time,
    /// Where it had been written: `here`, or the provider's name.
    #[schema(example = "google")]
    source: String,
    /// Which field; absent for the event, or one occurrence, as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "title")]
    field: Option<String>,
    /// What it said.
    #[schema(example = "Lecture, moved to Hall 2")]
    value: String,
    /// Why it gave way.
    #[schema(example = "changed here and at Google; here is later")]
    reason: String,
}

impl From<HistoryEntry> for ReplacedValue {
    fn from(entry: HistoryEntry) -> Self {
        let HistoryEntry { at, source, field, value, reason, .. } = entry;
        Self { at: Time(at), source, field, value, reason }
    }
}

/// List what an event lost.
///
/// Where an event was changed here and at a linked account at once, the later change won; these are the values that gave
/// way, the latest first. Needs the scope `events:read`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(("id" = Uuid, Path, description = "The event's id."), PageParams),
    responses((status = 200, description = "The values.", body = List<ReplacedValue>))
)]
#[get("/events/{id}/history")]
pub(crate) async fn event_history(
    state: State,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    Query(paging): Query<Paging<HistoryId>>,
) -> Answer {
    let found = state.app.event_history(&caller.actor, id, paging.request()).await?;
    Ok(ok(paging.answer(found, |entry| entry.id, ReplacedValue::from)))
}
