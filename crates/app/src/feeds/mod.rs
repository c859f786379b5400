//! Feeds: subscribing to calendars that stand elsewhere, and keeping up with them.
//!
//! A feed's calendar here is read by everybody, its owner too, and written by [`sync`] alone; where the feed is shown at
//! Google as well, a link that only mirrors carries that there. So what happens at Google happens in the jobs of
//! linked calendars, apart from the feed's own.

mod diff;
mod google;
mod invite;
mod list;
mod ping;
mod read;
mod register;
mod rename;
mod sync;
#[cfg(test)]
mod tests;
mod unregister;

use kalends_domain::access::Actor;
use kalends_domain::feed::Feed;

pub use list::ShownFeed;
pub use register::NewFeed;
pub use sync::FeedSynced;

use crate::{App, Error, Result};

impl App {
    /// The caller's feed of this name.
    async fn feed_of(&self, actor: &Actor, name: &str) -> Result<Feed> {
        let found = self.ports.feeds.find_feed_by_name(actor.user, name).await?;
        found.ok_or(Error::NotFound("feed"))
    }
}
