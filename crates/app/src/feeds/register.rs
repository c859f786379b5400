//! Subscribing to a feed.

use kalends_domain::access::{Actor, Resource, Role, Verb};
use kalends_domain::account::User;
use kalends_domain::calendar::NAME_MAX;
use kalends_domain::feed::{Destination, Feed, Format, Mirror};
use kalends_domain::id::{CalendarId, FeedId, UserId};
use kalends_domain::sync::remote::RemoteCalendar;
use kalends_domain::sync::{Integration, Link};
use kalends_ports::{Change, Changes, StoreError, Unique};

use super::read::Told;
use crate::calendars::inserted_as;
use crate::integrations::new_link;
use crate::jobs::{Task, enqueue};
use crate::{App, Context, Error, NewCalendar, Result, require_scope, settled};

/// A feed to subscribe to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeed {
    /// What the caller calls it: a [`kalends_domain::feed::name`].
    pub name: String,
    /// Where it stands.
    pub url: String,
    /// How it is written.
    pub format: Format,
    /// Where it is shown.
    pub destination: Destination,
}

impl App {
    /// Subscribes to a feed that can be fetched and read. Its calendar here, and at Google, is empty until the first sync,
    /// which is at once.
    pub async fn register_feed(&self, cx: &Context, actor: &Actor, input: NewFeed) -> Result<()> {
        require_scope(actor, Resource::Feeds, Verb::Write)?;
        let owner = self.ports.users.find_user(actor.user).await?.ok_or(Error::InvalidCredential)?;
        if cx.is_repeated() {
            // It may have been registered by the first run of this very request.
            let known = self.ports.feeds.find_feed_by_name(actor.user, &input.name).await?;
            if known.is_some_and(|feed| feed.url == input.url && feed.created_at == cx.now()) {
                return Ok(());
            }
        }
        self.require_room(actor.user, &input.name).await?;
        let title = match self.fetch_feed(&input.url, input.format, None, &owner.timezone).await {
            Ok(Told::New(read, _)) => read.title,
            Ok(Told::NotModified | Told::Same(_)) => None,
            Err(untold) => return Err(Error::BadFeed(untold.reason)),
        };
        let title: String = title.unwrap_or_else(|| input.name.clone()).chars().take(NAME_MAX).collect();
        if input.destination == Destination::Local {
            return settled(async || self.keep_feed(cx, &input, &title, actor.user, None).await).await;
        }
        let mut integration = self.google_of(actor.user).await?;
        let remote = self.make_google_calendar(&mut integration, &title, &owner).await?;
        let shown = Some((&integration, &remote));
        let kept = settled(async || self.keep_feed(cx, &input, &title, actor.user, shown).await).await;
        if kept.is_err() {
            self.drop_google_calendar(integration.clone(), &remote).await;
        }
        kept
    }

    /// Whether the person may have a feed of this name. Asked again with the commit.
    async fn require_room(&self, user: UserId, name: &str) -> Result<()> {
        if self.ports.feeds.find_feed_by_name(user, name).await?.is_some() {
            return Err(taken(name));
        }
        let most = self.policy.feed_limit;
        if self.ports.feeds.count_feeds(user).await? >= most {
            return Err(Error::LimitReached(format!("an account may have {most} feeds here; unregister one first")));
        }
        Ok(())
    }

    async fn keep_feed(
        &self,
        cx: &Context,
        input: &NewFeed,
        title: &str,
        owner: UserId,
        shown: Option<(&Integration, &RemoteCalendar)>,
    ) -> Result<()> {
        let user = self.ports.users.find_user(owner).await?.ok_or(Error::InvalidCredential)?;
        self.require_room(owner, &input.name).await?;
        let color = shown.and_then(|(_, remote)| remote.color.as_deref()).and_then(|color| color.parse().ok());
        let new = NewCalendar { name: title.to_owned(), color };
        let calendar = self.new_calendar(cx, CalendarId(cx.id()), owner, new);
        let feed = Feed {
            id: FeedId(cx.id()),
            owner,
            name: input.name.clone(),
            url: input.url.clone(),
            format: input.format,
            destination: input.destination,
            calendar: calendar.id,
            mirror: shown
                .map(|(account, remote)| Mirror { account: account.email.clone(), calendar: remote.id.clone() }),
            etag: None,
            last_modified: None,
            digest: None,
            held: false,
            failures: 0,
            last_error: None,
            last_synced_at: None,
            next_sync_at: cx.now(),
            events: 0,
            created_at: cx.now(),
            updated_at: cx.now(),
            version: 1,
        };
        let soon = enqueue(cx, &Task::Feed(feed.id));
        let link = shown.map(|(account, remote)| {
            Change::InsertLink(Link { mirror: true, ..new_link(cx, account, remote, calendar.id) })
        });
        // Of two that register at once the later sees how many feeds there are by then.
        let (expected, version) = (user.version, user.version + 1);
        let changes = Changes::new()
            .and(Change::UpdateUser { user: User { version, ..user }, expected })
            .and_all(inserted_as(&calendar, Role::Viewer))
            .and(Change::InsertFeed(feed))
            .and_all(link)
            .and(soon);
        match self.commit(cx, changes).await {
            Err(Error::Store(StoreError::Duplicate(Unique::Feed))) => Err(taken(&input.name)),
            other => other,
        }
    }

    /// A calendar that was made and is not wanted after all. Where it cannot be removed, the log says so.
    async fn drop_google_calendar(&self, mut integration: Integration, remote: &RemoteCalendar) {
        if let Err(error) = self.delete_google_calendar(&mut integration, &remote.id).await {
            tracing::warn!(%error, calendar = remote.id, "an empty calendar is left at Google");
        }
    }
}

fn taken(name: &str) -> Error {
    Error::Taken(format!("a feed is registered as {name:?} already"))
}
