//! Single events, listed by number.

use kalends_domain::event::{Event, Kind};

use super::fixtures::{at, event, later, series, stored_calendar, stored_user};
use super::{AnyStore, write};
use crate::{Change, SingleFilter};

/// Single events of some calendars in the order of their starts, filtered and counted.
pub async fn single_events(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let [work, home, other] = [
        stored_calendar(store, ann.id).await,
        stored_calendar(store, ann.id).await,
        stored_calendar(store, ann.id).await,
    ];
    let hour = |day: u8| at(&format!("2026-03-{day:02}T10:00:00Z"));
    let made = |calendar, day, kind, course: Option<&str>| {
        let mut event = event(calendar, "Lesson", hour(day), hour(day) + jiff::SignedDuration::from_hours(1));
        event.details.kind = kind;
        event.course_id = course.map(str::to_owned);
        event
    };
    let first = made(&work, 2, Kind::Class, Some("BIO"));
    let second = made(&home, 3, Kind::Event, None);
    let third = made(&work, 4, Kind::Exam, Some("bio"));
    let mut moment = made(&home, 5, Kind::Meeting, Some("BIO"));
    moment.details.span.length = kalends_domain::event::Length::Exact(jiff::SignedDuration::ZERO);
    let weekly = series(&work, "Weekly", hour(2), hour(2) + jiff::SignedDuration::from_hours(1), "FREQ=WEEKLY");
    let gone = Event { deleted_at: Some(later(1)), ..made(&work, 2, Kind::Class, Some("BIO")) };
    let elsewhere = made(&other, 2, Kind::Class, Some("BIO"));
    let stored = [&third, &moment, &first, &weekly, &gone, &second, &elsewhere];
    write(store, stored.map(|event| Change::InsertEvent(event.clone()))).await;

    let every = || SingleFilter {
        calendars: vec![home.id, work.id],
        kinds: Kind::ALL.to_vec(),
        course: None,
        from: None,
        to: None,
        offset: 0,
        limit: 100,
    };
    let all = [&first, &second, &third, &moment];
    for (filter, expected, total) in [
        (every(), &all[..], 4),
        (SingleFilter { limit: 2, ..every() }, &all[..2], 4),
        (SingleFilter { offset: 1, limit: 2, ..every() }, &all[1..3], 4),
        (SingleFilter { offset: 4, ..every() }, &[], 4),
        (SingleFilter { limit: 0, ..every() }, &[], 4),
        (SingleFilter { kinds: vec![Kind::Event, Kind::Meeting], ..every() }, &[&second, &moment], 2),
        (SingleFilter { kinds: vec![], ..every() }, &[], 0),
        (SingleFilter { course: Some("BIO".to_owned()), ..every() }, &[&first, &moment], 2),
        (SingleFilter { course: Some("BIO".to_owned()), kinds: vec![Kind::Class], ..every() }, &[&first], 1),
        (SingleFilter { from: Some(hour(3)), ..every() }, &all[1..], 3),
        (SingleFilter { from: Some(hour(3) + jiff::SignedDuration::from_micros(1)), ..every() }, &all[2..], 2),
        (SingleFilter { to: Some(at("2026-03-03T11:00:00Z")), ..every() }, &all[..2], 2),
        (SingleFilter { to: Some(at("2026-03-03T10:59:59Z")), ..every() }, &all[..1], 1),
        (SingleFilter { from: Some(hour(4)), to: Some(hour(6)), ..every() }, &all[2..], 2),
        (SingleFilter { calendars: vec![], ..every() }, &[], 0),
    ] {
        let found = store.list_single_events(filter.clone()).await.unwrap();
        assert_eq!(found.items.iter().collect::<Vec<_>>(), expected, "{filter:?}");
        assert_eq!(found.total, total, "{filter:?}");
    }

    // What it is found by changes with it.
    let moved = Event { course_id: None, version: 2, ..first.clone() };
    write(store, [Change::UpdateEvent { event: moved, expected: 1 }]).await;
    let found = store.list_single_events(SingleFilter { course: Some("BIO".to_owned()), ..every() }).await.unwrap();
    assert_eq!(found.items, [moment]);
}
