//! What a sync writes, and what it leaves alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiff::SignedDuration;
use kalends_domain::event::Event;
use kalends_domain::feed::{Destination, Feed, Format};
use kalends_domain::id::{EventId, FeedId, uuid_v7};
use kalends_domain::recurrence::Recurrence;
use kalends_domain::time::Zone;
use kalends_ical::ReadEvent;
use kalends_ports::{Change, Changes, Document, FetchError, Fetched, Page};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::diff::Shown;
use super::{FeedSynced, NewFeed};
use crate::testing::{Mocks, actor, now, user, view};
use crate::{App, Context, Error};
use kalends_domain::access::Role;

fn feed() -> Feed {
    Feed {
        id: FeedId(uuid_v7(now(), [11; 10])),
        owner: user().id,
        name: "holidays".into(),
        url: "https://example.com/feed".into(),
        format: Format::Json,
        destination: Destination::Local,
        calendar: view(Role::Viewer).calendar.id,
        mirror: None,
        etag: Some("\"1\"".into()),
        last_modified: None,
        digest: None,
        held: false,
        failures: 2,
        last_error: Some("the feed does not answer in time".into()),
        last_synced_at: None,
        next_sync_at: now(),
        events: 3,
        created_at: now(),
        updated_at: now(),
        version: 5,
    }
}

fn events(list: &[(&str, &str, u8)]) -> Vec<Value> {
    let event = |(id, title, hour): &(&str, &str, u8)| {
        json!({"id": id, "summary": title, "start": format!("2026-03-02T{hour:02}:00:00Z"),
            "end": format!("2026-03-02T{hour:02}:30:00Z"), "attendees": [{"email": "bob@example.com"}]})
    };
    list.iter().map(event).collect()
}

fn read(events: &[Value]) -> Vec<ReadEvent> {
    let text = json!({"events": events}).to_string();
    kalends_feed::read(Format::Json, text.as_bytes(), &Zone::utc()).unwrap().events
}

fn shown(cx: &Context) -> Shown<'_> {
    Shown { cx, calendar: feed().calendar, owner: user().id, format: Format::Json }
}

/// A calendar that keeps what is written to it.
#[derive(Debug, Clone, Default)]
struct Kept(BTreeMap<EventId, Event>);

impl Kept {
    fn live(&self) -> Vec<Event> {
        self.0.values().filter(|event| event.deleted_at.is_none()).cloned().collect()
    }

    /// Syncs it with these events, and tells how many changes that took.
    fn sync(&mut self, cx: &Context, told: &[Value]) -> (usize, FeedSynced) {
        let (changes, synced) = shown(cx).diff(self.live(), read(told)).unwrap();
        let count = changes.len();
        for change in changes {
            match change {
                Change::InsertEvent(event) => assert!(self.0.insert(event.id, event).is_none()),
                Change::UpdateEvent { event, expected } => {
                    let old = self.0.insert(event.id, event.clone()).expect("it is there");
                    assert_eq!((old.version, event.version), (expected, expected + 1));
                }
                other => panic!("{other:?}"),
            }
        }
        let mut uids: Vec<String> = self.live().into_iter().map(|event| event.uid).collect();
        uids.sort();
        assert!(uids.windows(2).all(|pair| pair[0] != pair[1]), "one UID, one event: {uids:?}");
        (count, synced)
    }

    /// What can be seen of it.
    fn content(&self) -> Vec<String> {
        let mut content: Vec<String> = self.live().iter().map(seen).collect();
        content.sort();
        content
    }
}

/// What an event says, whatever it is called by.
fn seen(event: &Event) -> String {
    let details = &event.details;
    let rules = event.recurrence.iter().flat_map(Recurrence::rules).map(|it| it.rule().text()).collect::<Vec<_>>();
    format!("{} {:?} {} {:?}", details.title, details.description, details.span.starts_at(), rules)
}

#[test]
fn ids_made_anew_at_each_answer_delete_nothing_and_make_nothing() {
    let app = Mocks::default().app();
    let cx = app.context();
    let mut kept = Kept::default();
    assert_eq!(kept.sync(&cx, &events(&[("1", "A", 9), ("2", "B", 9), ("3", "B", 10)])).1.created, 3);
    let before = kept.clone();
    let (changes, synced) = kept.sync(&cx, &events(&[("8", "B", 10), ("9", "A", 9), ("10", "B", 9)]));
    assert_eq!((changes, synced), (0, FeedSynced { unchanged: 3, ..FeedSynced::default() }));
    assert_eq!(kept.0, before.0);
    // One changed as well: it is the one of the same title and start.
    let mut other = events(&[("18", "B", 10), ("19", "A", 9), ("20", "B", 9)]);
    other[1]["location"] = json!("Hall 1");
    let (changes, synced) = kept.sync(&cx, &other);
    assert_eq!((changes, synced.updated, synced.unchanged), (1, 1, 2));
}

#[test]
fn an_event_is_known_by_its_id_wherever_it_moves() {
    let app = Mocks::default().app();
    let cx = app.context();
    let mut kept = Kept::default();
    kept.sync(&cx, &events(&[("a", "A", 9), ("b", "B", 9)]));
    let ids: Vec<_> = kept.0.keys().copied().collect();
    let (_, synced) = kept.sync(&cx, &events(&[("b", "A", 9), ("a", "Z", 11)]));
    assert_eq!(synced, FeedSynced { updated: 2, ..FeedSynced::default() });
    assert_eq!(kept.0.keys().copied().collect::<Vec<_>>(), ids);
    let (_, synced) = kept.sync(&cx, &[]);
    assert_eq!((synced.deleted, kept.live().len()), (2, 0));
}

fn version() -> impl Strategy<Value = Vec<(u8, u8, u8, u8, bool)>> {
    let event = (0..14_u8, 0..4_u8, 8..11_u8, 0..3_u8, proptest::bool::weighted(0.2));
    proptest::collection::vec(event, 0..14).prop_map(|mut list| {
        list.sort_by_key(|it| it.0);
        list.dedup_by_key(|it| it.0);
        list
    })
}

fn written(version: &[(u8, u8, u8, u8, bool)], prefix: &str) -> Vec<Value> {
    let event = |(id, title, hour, text, weekly): &(u8, u8, u8, u8, bool)| {
        let mut event = json!({"id": format!("{prefix}{id}"), "summary": format!("T{title}"),
            "start": format!("2026-03-02T{hour:02}:00:00Z"), "description": format!("<b>{text}</b>")});
        if *weekly {
            event["recurrence"] = json!(["RRULE:FREQ=WEEKLY;COUNT=4"]);
        }
        event
    };
    version.iter().map(event).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(6),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_calendar_becomes_what_the_feed_says_and_leaves_alone_what_stays(
        one in version(), other in version(), stable in any::<bool>(),
    ) {
        let app = Mocks::default().app();
        let cx = app.context();
        let prefix = if stable { "a" } else { "b" };
        let mut kept = Kept::default();
        kept.sync(&cx, &written(&one, "a"));
        let before = kept.clone();
        let (_, synced) = kept.sync(&cx, &written(&other, prefix));

        let mut fresh = Kept::default();
        fresh.sync(&cx, &written(&other, prefix));
        prop_assert_eq!(kept.content(), fresh.content());
        let told = synced.created + synced.updated + synced.unchanged;
        prop_assert_eq!((told, synced.deleted), (other.len(), before.live().len() - (told - synced.created)));

        let untouched = before.live().iter().filter(|event| kept.0.get(&event.id) == Some(*event)).count();
        prop_assert_eq!(untouched, synced.unchanged);
        if stable {
            // What says the same under the same id is the very row.
            let same = one.iter().filter(|event| other.contains(event)).count();
            prop_assert!(untouched >= same, "{} of {}", untouched, same);
        } else {
            let (mut left, mut same) = (fresh.content(), 0);
            for content in before.content() {
                if let Some(at) = left.iter().position(|it| *it == content) {
                    left.remove(at);
                    same += 1;
                }
            }
            prop_assert_eq!(untouched, same);
        }
        // The same again, under whatever ids, is nothing at all.
        prop_assert_eq!(kept.sync(&cx, &written(&other, "c")).0, 0);
        prop_assert_eq!(kept.sync(&cx, &written(&other, prefix)).0, 0);
    }
}

type Committed = Arc<Mutex<Vec<Change>>>;

/// One sync of this feed, whose calendar holds these events; the address answers so.
async fn synced(
    feed: Feed,
    known: Vec<Event>,
    answer: Result<Fetched, FetchError>,
) -> (crate::Result<FeedSynced>, Vec<Change>) {
    let mut mocks = Mocks::default();
    let (id, conditions) = (feed.id, (feed.etag.clone(), feed.last_modified.clone()));
    mocks.feeds.expect_find_feed().returning(move |_| Ok(Some(feed.clone())));
    mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
    mocks.fetcher.expect_fetch().times(1).returning(move |request| {
        assert_eq!((request.etag, request.last_modified), conditions.clone());
        answer.clone()
    });
    let page = move || Page { items: known.clone(), more: false };
    mocks.events.expect_list_calendar_events().returning(move |_, _| Ok(page()));
    let committed = Committed::default();
    let seen = committed.clone();
    mocks.commit.expect_commit().returning(move |Changes(changes)| {
        seen.lock().unwrap().extend(changes);
        Ok(())
    });
    let app: App = mocks.app();
    let outcome = app.sync_feed(id).await;
    let changes = committed.lock().unwrap().clone();
    (outcome, changes)
}

fn answer(events: &[Value]) -> Fetched {
    let body = json!({"events": events}).to_string().into_bytes();
    let (etag, last_modified) = (Some("\"2\"".to_owned()), None);
    Fetched::Document(Document { body, media_type: None, etag, last_modified })
}

fn known(list: &[(&str, &str, u8)]) -> Vec<Event> {
    let app = Mocks::default().app();
    let mut kept = Kept::default();
    kept.sync(&app.context(), &events(list));
    kept.live()
}

#[tokio::test]
async fn what_has_not_changed_writes_no_event() {
    let list = [("a", "A", 9), ("b", "B", 9), ("c", "C", 9)];
    for answer in [Ok(Fetched::NotModified), Ok(answer(&events(&list)))] {
        let (outcome, changes) = synced(feed(), known(&list), answer).await;
        assert_eq!(outcome.unwrap(), FeedSynced { unchanged: 3, ..FeedSynced::default() });
        let [Change::UpdateFeed { feed, expected: 5 }, Change::InsertJob(next)] = &changes[..] else {
            panic!("{changes:?}")
        };
        assert_eq!((feed.failures, &feed.last_error, feed.last_synced_at), (0, &None, Some(now())));
        assert_eq!((next.run_at, next.payload.as_str()), (feed.next_sync_at, feed.id.to_string().as_str()));
    }
}

#[tokio::test]
async fn what_changed_is_written_in_one_commit_with_what_is_remembered() {
    let (outcome, changes) =
        synced(feed(), known(&[("a", "A", 9), ("b", "B", 9)]), Ok(answer(&events(&[("a", "A", 10), ("c", "C", 9)]))))
            .await;
    assert_eq!(outcome.unwrap(), FeedSynced { created: 1, updated: 1, deleted: 1, unchanged: 0 });
    let [
        Change::UpdateEvent { event: gone, .. },
        Change::UpdateEvent { event: moved, expected: 1 },
        Change::InsertEvent(new),
        Change::TouchCalendar { .. },
        Change::UpdateFeed { feed, .. },
        Change::InsertJob(_),
    ] = &changes[..]
    else {
        panic!("{changes:?}")
    };
    assert_eq!((gone.uid.as_str(), gone.deleted_at), ("b", Some(now())));
    assert_eq!((moved.uid.as_str(), new.uid.as_str(), feed.events), ("a", "c", 2));
    assert!(feed.digest.is_some() && feed.etag.as_deref() == Some("\"2\""));
}

#[tokio::test]
async fn half_of_many_is_held_back_once() {
    let titles: Vec<String> = (0..12).map(|n| format!("T{n}")).collect();
    let list: Vec<_> = titles.iter().map(|title| (title.as_str(), title.as_str(), 9)).collect();
    let (outcome, changes) = synced(feed(), known(&list), Ok(answer(&events(&list[..6])))).await;
    assert_eq!(outcome.unwrap().deleted, 0);
    let [Change::UpdateFeed { feed: held, .. }, Change::InsertJob(_)] = &changes[..] else { panic!("{changes:?}") };
    assert!(held.held && held.etag.as_deref() == Some("\"1\"") && held.digest.is_none(), "it is to come again");
    assert_eq!(held.last_synced_at, None);
    assert!(held.last_error.as_ref().is_some_and(|error| error.contains("6 of 12")));
    let (outcome, changes) = synced(held.clone(), known(&list), Ok(answer(&events(&list[..6])))).await;
    assert_eq!(outcome.unwrap(), FeedSynced { deleted: 6, unchanged: 6, ..FeedSynced::default() });
    assert!(
        changes
            .iter()
            .any(|it| matches!(it, Change::UpdateFeed { feed, .. } if !feed.held && feed.last_error.is_none()))
    );
}

#[tokio::test]
async fn errors_are_told_and_back_off() {
    let slow = FetchError::Status { status: 503, retry_after: Some(SignedDuration::from_hours(30)) };
    for (answer, told, wait) in [
        (Err(slow), "the feed answers with status 503", SignedDuration::from_hours(24)),
        (
            Ok(answer(&[json!({"id": "a"})])),
            "Expected String at $.events[0].summary: Received nothing",
            SignedDuration::from_hours(2),
        ),
    ] {
        let (outcome, changes) = synced(feed(), Vec::new(), answer).await;
        assert!(matches!(outcome, Err(Error::BadFeed(reason)) if reason == told));
        let [Change::UpdateFeed { feed, .. }, Change::InsertJob(next)] = &changes[..] else { panic!("{changes:?}") };
        assert_eq!((feed.failures, feed.last_error.as_deref()), (3, Some(told)));
        assert_eq!(next.run_at, feed.next_sync_at);
        // Two hours but for the jitter, which takes a tenth at most.
        let waits = feed.next_sync_at.duration_since(now());
        assert!(waits <= wait && waits >= wait / 10 * 9, "{waits:?}");
    }
}

fn new_feed(name: &str) -> NewFeed {
    NewFeed {
        name: name.into(),
        url: "https://example.com/feed".into(),
        format: Format::Json,
        destination: Destination::Local,
    }
}

#[tokio::test]
async fn a_feed_is_kept_with_a_calendar_that_its_owner_reads() {
    let mut mocks = Mocks::default();
    mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
    mocks.feeds.expect_find_feed_by_name().returning(|_, _| Ok(None));
    mocks.feeds.expect_count_feeds().returning(|_| Ok(1));
    mocks.fetcher.expect_fetch().returning(|request| {
        assert_eq!((request.etag, request.last_modified), (None, None));
        Ok(answer(&events(&[("a", "A", 9)])))
    });
    mocks.commit.expect_commit().times(1).returning(|changes| {
        assert!(matches!(&changes.0[..], [
            Change::UpdateUser { expected: 1, .. },
            Change::InsertCalendar(calendar),
            Change::PutMembership(owner),
            Change::InsertFeed(feed),
            Change::InsertJob(soon),
        ] if owner.role == Role::Viewer && owner.user == user().id && calendar.name == "holidays"
            && feed.calendar == calendar.id && feed.digest.is_none() && soon.run_at == now()));
        Ok(())
    });
    let app = mocks.app();
    app.register_feed(&app.context(), &actor(), new_feed("holidays")).await.unwrap();
}

#[tokio::test]
async fn a_name_is_taken_once_and_feeds_are_not_without_number() {
    for (known, count) in [(Some(feed()), 0), (None, 2)] {
        let mut mocks = Mocks::default();
        let is_known = known.is_some();
        mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
        mocks.feeds.expect_find_feed_by_name().returning(move |_, _| Ok(known.clone()));
        mocks.feeds.expect_count_feeds().returning(move |_| Ok(count));
        let app = mocks.app();
        let refused = app.register_feed(&app.context(), &actor(), new_feed("holidays")).await;
        match refused {
            Err(Error::Taken(_)) => assert!(is_known),
            Err(Error::LimitReached(_)) => assert!(!is_known),
            other => panic!("{other:?}"),
        }
    }
}
