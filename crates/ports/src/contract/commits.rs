//! Commits: all or nothing, and one winner.

use futures_util::future::join_all;
use kalends_domain::calendar::Calendar;
use kalends_domain::event::Event;

use super::fixtures::{at, calendar, event, later, stored_calendar, stored_user, user};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, Changes, StoreError, Unique};

fn lunch(calendar: &Calendar) -> Event {
    event(calendar, "Lunch", at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"))
}

fn touch(calendar: &Calendar, expected: Option<i64>) -> Change {
    Change::TouchCalendar { id: calendar.id, expected, at: later(1) }
}

async fn revision(store: &AnyStore, calendar: &Calendar) -> i64 {
    let view = store.find_calendar(calendar.id, calendar.owner).await.unwrap();
    view.expect("the owner sees the calendar").calendar.revision
}

/// A commit is applied in its order and as a whole, or not at all.
pub async fn atomicity(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let home = stored_calendar(store, ann.id).await;
    write(store, []).await;
    store.ping().await.expect("a store that works answers");

    // Later changes see earlier ones.
    let mine = calendar(ann.id);
    let first = lunch(&mine);
    let changed = Event { version: 2, updated_at: later(1), ..first.clone() };
    write(
        store,
        [
            Change::InsertCalendar(mine.clone()),
            Change::PutMembership(super::fixtures::membership(mine.id, ann.id, kalends_domain::access::Role::Owner)),
            touch(&mine, Some(0)),
            Change::InsertEvent(first.clone()),
            Change::UpdateEvent { event: changed.clone(), expected: 1 },
        ],
    )
    .await;
    assert_eq!(store.find_event(first.id, ann.id).await.unwrap().map(|seen| seen.event), Some(changed));

    // Whatever the last one stumbles over, the others are undone.
    let bea = user();
    let event = lunch(&home);
    let begin = [Change::InsertUser(bea.clone()), touch(&home, Some(0)), Change::InsertEvent(event.clone())];
    let with = |last: Change| begin.iter().cloned().chain([last]);
    assert_stale(&refused(store, with(touch(&home, Some(0)))).await);
    assert_duplicate(&refused(store, with(Change::InsertEvent(event.clone()))).await, Unique::Id);
    let twin = Event { uid: event.uid.clone(), ..lunch(&home) };
    assert_duplicate(&refused(store, with(Change::InsertEvent(twin))).await, Unique::EventUid);
    assert_missing(&refused(store, with(Change::InsertEvent(lunch(&calendar(ann.id))))).await);
    assert_eq!(store.find_user(bea.id).await.unwrap(), None);
    assert_eq!(store.find_event(event.id, ann.id).await.unwrap(), None);
    assert_eq!(revision(store, &home).await, 0);
    write(store, begin).await;
    assert_eq!(revision(store, &home).await, 1);
}

/// Of many that decide on the same reading exactly one gets through; those in each other's way all get through.
pub async fn concurrency(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let [home, other] = [stored_calendar(store, ann.id).await, stored_calendar(store, ann.id).await];

    let events: Vec<Event> = (0..50).map(|_| lunch(&home)).collect();
    let commits = events
        .iter()
        .map(|event| store.commit(Changes::new().and(touch(&home, Some(0))).and(Change::InsertEvent(event.clone()))));
    let outcomes = join_all(commits).await;
    let winners: Vec<usize> = (0..50).filter(|&n| outcomes[n].is_ok()).collect();
    assert_eq!(winners.len(), 1, "exactly one of those that expect revision 0 wins");
    for outcome in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_stale(outcome);
    }
    for (n, event) in events.iter().enumerate() {
        let found = store.find_event(event.id, ann.id).await.unwrap().is_some();
        assert_eq!(found, winners.contains(&n), "what lost left nothing behind");
    }
    assert_eq!(revision(store, &home).await, 1);

    // The same commit fifty times is written once, and the others learn that it was.
    let event = lunch(&home);
    let again =
        (0..50).map(|_| store.commit(Changes::new().and(touch(&home, None)).and(Change::InsertEvent(event.clone()))));
    let outcomes = join_all(again).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for outcome in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_duplicate(outcome, Unique::Id);
    }
    assert_eq!(revision(store, &home).await, 2);

    // Two rows in one order and in the other: a store that is caught in a deadlock finds its own way out.
    let crossed = (0..50).map(|n| {
        let (first, second) = if n % 2 == 0 { (&home, &other) } else { (&other, &home) };
        store.commit(Changes::new().and(touch(first, None)).and(touch(second, None)))
    });
    for outcome in join_all(crossed).await {
        assert!(matches!(outcome, Ok(())), "expected to get through: {outcome:?}");
    }
    assert_eq!((revision(store, &home).await, revision(store, &other).await), (52, 50));

    // One that fails does no harm to those that come with it.
    let mixed = (0..60).map(|n| {
        let last = if n % 3 == 0 { Some(touch(&other, Some(-1))) } else { None };
        store.commit(Changes::new().and(Change::InsertEvent(lunch(&other))).and_all(last))
    });
    for (n, outcome) in join_all(mixed).await.iter().enumerate() {
        match outcome {
            Ok(()) => assert_ne!(n % 3, 0),
            Err(error) => assert!(n % 3 == 0 && matches!(error, StoreError::Stale), "{n}: {error:?}"),
        }
    }
}
