//! The caller's feeds, and how each fares.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::feed::{Destination, Feed};
use kalends_domain::id::FeedId;
use kalends_domain::sync::Health;
use kalends_ports::{Page, PageRequest};

use super::google::KIND;
use crate::{App, Result, require_scope};

/// A feed, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownFeed {
    /// The feed.
    pub feed: Feed,
    /// Why it is not, or not everywhere, what it should be.
    pub problem: Option<String>,
}

impl App {
    /// The caller's feeds, in the order in which they were registered.
    pub async fn list_feeds(&self, actor: &Actor, page: PageRequest<FeedId>) -> Result<Page<ShownFeed>> {
        require_scope(actor, Resource::Feeds, Verb::Read)?;
        let found = self.ports.feeds.list_feeds(actor.user, page).await?;
        let google = self.ports.integrations.find_integration(actor.user, KIND).await?;
        let ill = google.filter(|it| it.health != Health::Connected).and_then(|it| it.last_error);
        let show = |feed: Feed| {
            let there = ill.clone().filter(|_| feed.destination == Destination::Google);
            ShownFeed { problem: feed.last_error.clone().or(there), feed }
        };
        Ok(Page { items: found.items.into_iter().map(show).collect(), more: found.more })
    }
}
