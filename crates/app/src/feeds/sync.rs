//! One sync of a feed: ask, compare, and write what changed, in one commit with what is remembered of it.

use jiff::Timestamp;
use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::account::User;
use kalends_domain::event::Event;
use kalends_domain::feed::{Feed, is_half_gone, next_sync};
use kalends_domain::id::{CalendarId, FeedId};
use kalends_ports::{Change, Changes, PageRequest, StoreError};

use super::diff::Shown;
use super::read::{Marks, Told, Untold};
use crate::jobs::{Task, Undone, enqueue_at};
use crate::{App, Context, Error, Result, require_scope, touch};

/// How often a sync starts again because another one was faster.
const RUNS: usize = 4;
/// Events that are read at once.
const ROWS: usize = 1_000;
/// Most characters kept of why a sync failed.
const REASON_MAX: usize = 500;

/// What a sync did to a feed's calendar.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FeedSynced {
    /// So many events were new.
    pub created: usize,
    /// So many had changed.
    pub updated: usize,
    /// So many were gone.
    pub deleted: usize,
    /// So many were as before.
    pub unchanged: usize,
}

impl App {
    /// Syncs one of the caller's feeds now.
    pub async fn sync_feed_now(&self, actor: &Actor, name: &str) -> Result<FeedSynced> {
        require_scope(actor, Resource::Feeds, Verb::Write)?;
        let feed = self.feed_of(actor, name).await?;
        self.sync_feed(feed.id).await
    }

    /// The job of one feed. What is wrong with a feed is written down with it, and is no failure of the job: the feed has
    /// its own next time.
    pub(crate) async fn feed_job(&self, id: FeedId) -> std::result::Result<Changes, Undone> {
        let cx = &self.context();
        // Synced by hand meanwhile, it has more time.
        let next = self.ports.feeds.find_feed(id).await?.map(|feed| feed.next_sync_at);
        if let Some(next) = next.filter(|next| *next > cx.now()) {
            return Ok(Changes::new().and(enqueue_at(cx, &Task::Feed(id), next)));
        }
        match self.sync_feed(id).await {
            // Unregistered meanwhile.
            Ok(_) | Err(Error::NotFound(_) | Error::BadFeed(_)) => Ok(Changes::new()),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn sync_feed(&self, id: FeedId) -> Result<FeedSynced> {
        for _ in 1..RUNS {
            match self.sync_feed_once(id).await {
                // Two at once: the one that lost asks again, and mostly hears that nothing has changed since.
                Err(Error::Store(StoreError::Stale | StoreError::Duplicate(_))) => {}
                other => return other,
            }
        }
        self.sync_feed_once(id).await
    }

    async fn sync_feed_once(&self, id: FeedId) -> Result<FeedSynced> {
        let cx = &self.context();
        let feed = self.ports.feeds.find_feed(id).await?.ok_or(Error::NotFound("feed"))?;
        let owner = self.ports.users.find_user(feed.owner).await?.ok_or(Error::NotFound("feed"))?;
        match self.fetch_feed(&feed.url, feed.format, Some(&feed), &owner.timezone).await {
            Err(untold) => self.keep_failure(cx, feed, untold).await,
            Ok(told) => self.take(cx, &owner, feed, told).await,
        }
    }

    async fn take(&self, cx: &Context, owner: &User, feed: Feed, told: Told) -> Result<FeedSynced> {
        let mut next = Feed { held: false, ..feed.clone() };
        let mut synced = FeedSynced { unchanged: usize::try_from(feed.events).unwrap_or(0), ..FeedSynced::default() };
        let (mut changes, mut error) = (Changes::new(), None);
        match told {
            Told::NotModified => {}
            Told::Same(marks) => remember(&mut next, marks),
            Told::New(read, marks) => {
                let (known, told) = (self.all_events(feed.calendar).await?, read.events.len());
                if is_half_gone(known.len(), told) && !feed.held {
                    let reason =
                        format!("held back once: {told} of {} events are left; the next sync takes it", known.len());
                    // No mark of it is kept, so that it comes again.
                    next.held = true;
                    return self.keep(cx, &feed, next, changes, Some(reason)).await.map(|()| synced);
                }
                let shown = Shown { cx, calendar: feed.calendar, owner: owner.id, format: feed.format };
                let (writes, done) = match shown.diff(known, read.events) {
                    Ok(diff) => diff,
                    Err(reason) => return self.keep_failure(cx, feed, Untold { reason, asked: None }).await,
                };
                synced = done;
                if !writes.is_empty() {
                    changes = changes.and_all(writes).and(touch(cx, feed.calendar));
                }
                next.events = i64::try_from(told).unwrap_or(i64::MAX);
                match self.renamed(cx, &feed, read.title.as_deref()).await {
                    Ok(renamed) => {
                        changes = changes.and_all(renamed);
                        remember(&mut next, marks);
                    }
                    Err(lost @ Error::Store(_)) => return Err(lost),
                    // No mark of it is kept, so that it comes again.
                    Err(refused) => error = Some(format!("it has another title; {refused}")),
                }
            }
        }
        match self.mirror_again(cx, &mut next, owner).await {
            Ok(mirrored) => changes = changes.and_all(mirrored),
            Err(reason) => error = Some(reason),
        }
        self.keep(cx, &feed, next, changes, error).await?;
        Ok(synced)
    }

    /// Writes down that a sync came to its end, what it changed, and when the next one is.
    async fn keep(&self, cx: &Context, feed: &Feed, next: Feed, changes: Changes, error: Option<String>) -> Result<()> {
        let next_sync_at = self.next_sync(cx, 0, None);
        let (failures, taken) = (0, !next.held);
        let last_synced_at = if taken { Some(cx.now()) } else { feed.last_synced_at };
        let next = Feed { failures, last_error: error, last_synced_at, next_sync_at, ..next };
        self.commit(cx, changes.and_all(updated(cx, feed, next))).await
    }

    async fn keep_failure(&self, cx: &Context, feed: Feed, untold: Untold) -> Result<FeedSynced> {
        let Untold { reason, asked } = untold;
        let failures = feed.failures.saturating_add(1);
        let next_sync_at = self.next_sync(cx, failures, asked);
        let last_error = Some(reason.chars().take(REASON_MAX).collect());
        let next = Feed { failures, last_error, next_sync_at, ..feed.clone() };
        self.commit(cx, Changes::new().and_all(updated(cx, &feed, next))).await?;
        Err(Error::BadFeed(reason))
    }

    fn next_sync(&self, cx: &Context, failures: i32, asked: Option<jiff::SignedDuration>) -> Timestamp {
        let jitter = self.ports.secrets.random()[0];
        next_sync(cx.now(), self.policy.feed_interval, failures, asked, jitter)
    }

    async fn all_events(&self, calendar: CalendarId) -> Result<Vec<Event>> {
        let (mut events, mut after) = (Vec::new(), None);
        loop {
            let request = PageRequest { after, limit: ROWS };
            let page = self.ports.events.list_calendar_events(calendar, request).await?;
            after = page.items.last().map(|event| event.id);
            events.extend(page.items);
            if !page.more {
                return Ok(events);
            }
        }
    }
}

/// The feed as it is now, and the job of its next sync.
fn updated(cx: &Context, feed: &Feed, next: Feed) -> [Change; 2] {
    let job = enqueue_at(cx, &Task::Feed(feed.id), next.next_sync_at);
    let next = Feed { version: feed.version + 1, updated_at: cx.now(), ..next };
    [Change::UpdateFeed { feed: next, expected: feed.version }, job]
}

fn remember(feed: &mut Feed, marks: Marks) {
    (feed.etag, feed.last_modified, feed.digest) = (marks.etag, marks.last_modified, Some(marks.digest));
}
