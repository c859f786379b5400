//! Feeds to which people subscribed.

use async_trait::async_trait;
use kalends_domain::feed::Feed;
use kalends_domain::id::{CalendarId, FeedId, UserId};

use crate::{Page, PageRequest, StoreError, SyncHealth};

type Result<T> = std::result::Result<T, StoreError>;

/// Feeds. They are written by [`Change::InsertFeed`](crate::Change::InsertFeed),
/// [`UpdateFeed`](crate::Change::UpdateFeed), [`RemoveFeed`](crate::Change::RemoveFeed) and
/// [`RemoveFeedsOf`](crate::Change::RemoveFeedsOf).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Feeds: Send + Sync {
    /// A feed, whoever's it is.
    async fn find_feed(&self, id: FeedId) -> Result<Option<Feed>>;

    /// The owner's feed of this name.
    async fn find_feed_by_name(&self, owner: UserId, name: &str) -> Result<Option<Feed>>;

    /// The feed whose events this calendar holds.
    async fn find_feed_of(&self, calendar: CalendarId) -> Result<Option<Feed>>;

    /// The owner's feeds, by id.
    async fn list_feeds(&self, owner: UserId, page: PageRequest<FeedId>) -> Result<Page<Feed>>;

    /// How many feeds the owner has.
    async fn count_feeds(&self, owner: UserId) -> Result<usize>;

    /// How it is with all feeds together. None is ever stopped: a feed that fails is tried again, ever more seldom.
    async fn count_feed_syncs(&self) -> Result<SyncHealth>;
}
