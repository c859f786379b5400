//! `GET /feeds`

use actix_web::get;
use kalends_app::ShownFeed;
use kalends_domain::id::FeedId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::errors::failed;
use super::register::{FeedDestination, FeedFormat};
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Query};
use crate::state::State;
use crate::surfaces::core::wire::Time;

/// A feed, and how it fares.
#[derive(Serialize, ToSchema)]
pub(crate) struct Feed {
    /// What you call it.
    #[schema(example = "your-calendar-id")]
    id: String,
    #[schema(format = "uri", example = "https://example.com/your-calendar")]
    url: String,
    #[schema(value_type = FeedFormat)]
    format: &'static str,
    #[schema(value_type = FeedDestination)]
    destination: &'static str,
    /// The calendar here that shows it.
    calendar_id: Uuid,
    /// When an answer of it was last taken, whether it brought a change or not.
    #[schema(inline, required = true)]
    last_synced_at: Option<Time>,
    /// When it is synced next, of itself.
    #[schema(inline)]
    next_sync_at: Time,
    /// Why it is not, or not everywhere, as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Expected String at $.events[3].start: Received null")]
    last_error: Option<String>,
    /// How many events it has; a series is one.
    #[schema(example = 42)]
    events: i64,
}

impl From<ShownFeed> for Feed {
    fn from(shown: ShownFeed) -> Self {
        let ShownFeed { feed, problem } = shown;
        Self {
            id: feed.name,
            url: feed.url,
            format: feed.format.as_str(),
            destination: feed.destination.as_str(),
            calendar_id: feed.calendar.0,
            last_synced_at: feed.last_synced_at.map(Time),
            next_sync_at: Time(feed.next_sync_at),
            last_error: problem,
            events: feed.events,
        }
    }
}

/// List your feeds.
///
/// In the order in which they were registered. Needs the scope `feeds:read`.
#[utoipa::path(
    tag = "Feeds",
    security(("bearer" = []), ("api_key" = ["feeds:read"])),
    params(PageParams),
    responses((status = 200, description = "The feeds.", body = List<Feed>))
)]
#[get("/feeds")]
pub(crate) async fn list_feeds(
    state: State,
    Authenticated(caller): Authenticated,
    Query(paging): Query<Paging<FeedId>>,
) -> Answer {
    let found = state.app.list_feeds(&caller.actor, paging.request()).await.map_err(failed)?;
    Ok(ok(paging.answer(found, |shown| shown.feed.id, Feed::from)))
}
