//! Ending a feed.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::calendar::Calendar;
use kalends_domain::feed::{Destination, Feed};
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, require_scope, settled};

impl App {
    /// Removes one of the caller's feeds, with its calendar here and at Google. Where Google does not remove its calendar
    /// all stays as it is, so that none is left there that nobody looks after; unless the caller says that it may stay
    /// there (`leave_google`), as who has given up that account must.
    pub async fn unregister_feed(&self, cx: &Context, actor: &Actor, name: &str, leave_google: bool) -> Result<()> {
        require_scope(actor, Resource::Feeds, Verb::Write)?;
        let feed = self.feed_of(actor, name).await?;
        if feed.destination == Destination::Google && !leave_google {
            let (mut integration, calendar) = self.google_mirror(&feed).await?;
            self.delete_google_calendar(&mut integration, &calendar).await?;
        }
        settled(async || {
            // Synced meanwhile, it has another version; unregistered meanwhile, it is gone as it should be.
            let Some(feed) = self.ports.feeds.find_feed(feed.id).await? else { return Ok(()) };
            self.forget_feed(cx, &feed).await
        })
        .await
    }

    async fn forget_feed(&self, cx: &Context, feed: &Feed) -> Result<()> {
        let mut changes = Changes::new().and(Change::RemoveFeed { id: feed.id, expected: feed.version });
        let links = self.ports.integrations.list_links_of(feed.calendar).await?;
        changes = changes.and_all(links.into_iter().map(|link| Change::RemoveLink(link.id)));
        if let Some(view) = self.ports.calendars.find_calendar(feed.calendar, feed.owner).await? {
            let expected = view.calendar.version;
            let calendar =
                Calendar { deleted_at: Some(cx.now()), updated_at: cx.now(), version: expected + 1, ..view.calendar };
            changes = changes.and(Change::UpdateCalendar { calendar, expected });
        }
        self.commit(cx, changes).await
    }
}
