//! Feeds: each among those of its owner alone.

use kalends_domain::feed::{Destination, Feed, Format, Mirror};
use kalends_domain::id::{CalendarId, FeedId, UserId};
use uuid::Uuid;

use super::fixtures::{later, now, stored_calendar, stored_user};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, PageRequest, Unique};

fn feed(owner: UserId, calendar: CalendarId, name: &str) -> Feed {
    Feed {
        id: FeedId(Uuid::now_v7()),
        owner,
        name: name.to_owned(),
        url: "https://example.com/feed?token=ü".to_owned(),
        format: Format::Ics,
        destination: Destination::Google,
        calendar,
        mirror: Some(Mirror { account: "ann@gmail.com".to_owned(), calendar: "c@group".to_owned() }),
        etag: Some("\"1\"".to_owned()),
        last_modified: Some("Mon, 02 Mar 2026 12:00:00 GMT".to_owned()),
        digest: Some([7; 32]),
        held: true,
        failures: 3,
        last_error: Some("the feed does not answer".to_owned()),
        last_synced_at: Some(later(1)),
        next_sync_at: later(2),
        events: 40,
        created_at: now(),
        updated_at: now(),
        version: 1,
    }
}

/// Feeds come back as they were written, change by version, and are found by their owner's name for them, and by their
/// calendar.
pub async fn feeds(store: AnyStore) {
    let store = &store;
    let [ann, bea] = [stored_user(store).await.id, stored_user(store).await.id];
    let calendar = stored_calendar(store, ann).await.id;
    let first = feed(ann, calendar, "a/b ü");
    write(store, [Change::InsertFeed(first.clone())]).await;
    assert_eq!(store.find_feed(first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.find_feed_by_name(ann, "a/b ü").await.unwrap(), Some(first.clone()));
    assert_eq!(store.find_feed_by_name(ann, "A/B ü").await.unwrap(), None, "a name is what it is, letter by letter");
    assert_eq!(store.find_feed_by_name(bea, "a/b ü").await.unwrap(), None, "nobody else has it");
    assert_eq!(store.find_feed_by_name(ann, "a\0").await.unwrap(), None);
    assert_eq!(store.find_feed_of(calendar).await.unwrap(), Some(first.clone()));
    assert_duplicate(&refused(store, [Change::InsertFeed(first.clone())]).await, Unique::Id);
    assert_duplicate(&refused(store, [Change::InsertFeed(feed(ann, calendar, "a/b ü"))]).await, Unique::Feed);
    let nobody = UserId(Uuid::now_v7());
    assert_missing(&refused(store, [Change::InsertFeed(feed(nobody, calendar, "x"))]).await);

    let bare = Feed {
        format: Format::Json,
        destination: Destination::Local,
        mirror: None,
        etag: None,
        last_modified: None,
        digest: None,
        held: false,
        failures: 0,
        last_error: None,
        last_synced_at: None,
        version: 2,
        ..first.clone()
    };
    write(store, [Change::UpdateFeed { feed: bare.clone(), expected: 1 }]).await;
    assert_eq!(store.find_feed(first.id).await.unwrap(), Some(bare.clone()));
    assert_stale(&refused(store, [Change::UpdateFeed { feed: bare.clone(), expected: 1 }]).await);

    let before = store.count_feed_syncs().await.unwrap();
    assert!(before.oldest.is_some_and(|oldest| oldest <= bare.created_at), "it was never synced");
    let theirs = feed(bea, stored_calendar(store, bea).await.id, "a/b ü");
    let second = feed(ann, stored_calendar(store, ann).await.id, "second");
    write(store, [Change::InsertFeed(theirs.clone()), Change::InsertFeed(second.clone())]).await;
    let counted = store.count_feed_syncs().await.unwrap();
    assert_eq!((counted.good, counted.failing, counted.stopped), (before.good, before.failing + 2, 0));
    assert_eq!(store.count_feeds(ann).await.unwrap(), 2);
    let page = store.list_feeds(ann, PageRequest { after: None, limit: 1 }).await.unwrap();
    assert_eq!((page.items, page.more), (vec![bare.clone()], true));
    let page = store.list_feeds(ann, PageRequest { after: Some(bare.id), limit: 1 }).await.unwrap();
    assert_eq!((page.items, page.more), (vec![second.clone()], false));

    assert_stale(&refused(store, [Change::RemoveFeed { id: bare.id, expected: 1 }]).await);
    write(store, [Change::RemoveFeed { id: bare.id, expected: 2 }]).await;
    assert_eq!(store.find_feed(bare.id).await.unwrap(), None);
    assert_stale(&refused(store, [Change::RemoveFeed { id: bare.id, expected: 2 }]).await);
    write(store, [Change::RemoveFeedsOf(ann)]).await;
    assert_eq!(store.count_feeds(ann).await.unwrap(), 0);
    assert_eq!(store.count_feeds(bea).await.unwrap(), 1);
}
