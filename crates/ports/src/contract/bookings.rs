//! Booking links, and what is booked under them.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::booking::{Booking, BookingLink};
use kalends_domain::calendar::Calendar;
use kalends_domain::event::Event;
use kalends_domain::id::{BookingId, BookingLinkId, EventId};
use kalends_domain::time::Zone;
use uuid::Uuid;

use super::fixtures::{at, booking, booking_link, calendar, event, later, stored_calendar, stored_user, token};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, Changes, PageRequest, SeenLink, Unique};

async fn stored_link(store: &AnyStore, calendar: &Calendar) -> BookingLink {
    let link = booking_link(calendar);
    write(store, [Change::InsertBookingLink(link.clone())]).await;
    link
}

/// A booking of half an hour, with its event.
async fn stored_booking(store: &AnyStore, calendar: &Calendar, link: &BookingLink, from: Timestamp) -> Booking {
    let event = event(calendar, "Booked", from, from + SignedDuration::from_mins(30));
    let booking = booking(link, &event);
    write(store, [Change::InsertEvent(event), Change::InsertBooking(booking.clone())]).await;
    booking
}

/// Links are found by id and by token while they and their calendar are there; tokens are each one link's.
pub async fn booking_links(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let [home, other] = [stored_calendar(store, ann.id).await, stored_calendar(store, ann.id).await];
    let link = stored_link(store, &home).await;
    let seen = |link: &BookingLink| Some(SeenLink { link: link.clone(), calendar: home.clone() });
    assert_eq!(store.find_booking_link(link.id).await.unwrap(), seen(&link));
    assert_eq!(store.find_booking_link_by_token(&link.token).await.unwrap(), seen(&link));
    assert_eq!(store.find_booking_link(BookingLinkId(Uuid::now_v7())).await.unwrap(), None);
    for unknown in ["", "unknown", "a\0b", &link.token.to_uppercase()] {
        assert_eq!(store.find_booking_link_by_token(unknown).await.unwrap(), None, "{unknown:?}");
    }
    let twin = BookingLink { token: link.token.clone(), ..booking_link(&other) };
    assert_duplicate(&refused(store, [Change::InsertBookingLink(twin)]).await, Unique::Other);
    assert_duplicate(&refused(store, [Change::InsertBookingLink(link.clone())]).await, Unique::Id);
    assert_missing(&refused(store, [Change::InsertBookingLink(booking_link(&calendar(ann.id)))]).await);

    // Every field changes, and what may be absent goes.
    let mut changed = BookingLink {
        token: format!("other-{}", link.token),
        active: false,
        updated_at: later(5),
        version: 2,
        ..link.clone()
    };
    let settings = &mut changed.settings;
    (settings.title, settings.description, settings.interval) = (None, None, None);
    (settings.maximum_days_ahead, settings.daily_limit, settings.zone) = (None, None, Zone::utc());
    (settings.duration, settings.buffer_before, settings.buffer_after, settings.minimum_notice) = (1_440, 0, 0, 0);
    settings.working_hours.0.reverse();
    settings.date_overrides.clear();
    settings.blocking.clear();
    settings.questions.clear();
    let update = Change::UpdateBookingLink { link: changed.clone(), expected: 1 };
    write(store, [update.clone()]).await;
    assert_eq!(store.find_booking_link(link.id).await.unwrap(), seen(&changed), "one that is not active is found");
    assert_eq!(store.find_booking_link_by_token(&link.token).await.unwrap(), None, "its token was replaced");
    assert_stale(&refused(store, [update]).await);
    let unknown = booking_link(&home);
    assert_stale(&refused(store, [Change::UpdateBookingLink { link: unknown, expected: 1 }]).await);

    let mut links = vec![changed.clone(), stored_link(store, &home).await, stored_link(store, &home).await];
    links.sort_by_key(|link| link.id);
    stored_link(store, &other).await;
    let list = |after, limit| store.list_booking_links(home.id, PageRequest { after, limit });
    let first = list(None, 2).await.unwrap();
    assert_eq!((first.items.as_slice(), first.more), (&links[..2], true));
    let rest = list(Some(links[1].id), 2).await.unwrap();
    assert_eq!((rest.items.as_slice(), rest.more), (&links[2..], false));

    let gone = BookingLink { deleted_at: Some(later(9)), version: 3, ..changed.clone() };
    write(store, [Change::UpdateBookingLink { link: gone.clone(), expected: 2 }]).await;
    assert_eq!(store.find_booking_link(gone.id).await.unwrap(), None, "a deleted link is not found");
    assert_eq!(store.find_booking_link_by_token(&gone.token).await.unwrap(), None);
    links.retain(|link| link.id != gone.id);
    assert_eq!(list(None, 10).await.unwrap().items, links);
    let home_is_gone = Calendar { deleted_at: Some(later(9)), version: 2, ..home.clone() };
    write(store, [Change::UpdateCalendar { calendar: home_is_gone, expected: 1 }]).await;
    assert_eq!(store.find_booking_link(links[0].id).await.unwrap(), None, "nor one whose calendar is deleted");
    assert_eq!(store.find_booking_link_by_token(&links[0].token).await.unwrap(), None);
}

/// Bookings are found by id, token and event.
pub async fn bookings(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let home = stored_calendar(store, ann.id).await;
    let link = stored_link(store, &home).await;
    let first = stored_booking(store, &home, &link, at("2026-03-02T12:00:00Z")).await;
    let by_cancel = async |of: &Booking| store.find_booking_by_cancel_token(of.cancel_token).await.unwrap();
    let by_reschedule = async |of: &Booking| store.find_booking_by_reschedule_token(of.reschedule_token).await.unwrap();
    assert_eq!(store.find_booking(first.id).await.unwrap().as_ref(), Some(&first));
    assert_eq!((by_cancel(&first).await, by_reschedule(&first).await), (Some(first.clone()), Some(first.clone())));
    assert_eq!(store.find_booking(BookingId(Uuid::now_v7())).await.unwrap(), None);
    let swapped =
        Booking { cancel_token: first.reschedule_token, reschedule_token: first.cancel_token, ..first.clone() };
    assert_eq!((by_cancel(&swapped).await, by_reschedule(&swapped).await), (None, None), "a token is for one thing");

    assert_duplicate(&refused(store, [Change::InsertBooking(first.clone())]).await, Unique::Id);
    let lunch = event(&home, "Lunch", first.start, first.end);
    let with_event = |booking| [Change::InsertEvent(lunch.clone()), Change::InsertBooking(booking)];
    let twin = Booking { cancel_token: first.cancel_token, ..booking(&link, &lunch) };
    assert_duplicate(&refused(store, with_event(twin)).await, Unique::Other);
    let twin = Booking { reschedule_token: first.reschedule_token, ..booking(&link, &lunch) };
    assert_duplicate(&refused(store, with_event(twin)).await, Unique::Other);
    let same_event = Booking { id: BookingId(Uuid::now_v7()), cancel_token: token(), ..first.clone() };
    assert_duplicate(&refused(store, [Change::InsertBooking(same_event)]).await, Unique::Other);
    assert_missing(&refused(store, [Change::InsertBooking(booking(&link, &lunch))]).await);
    assert_missing(&refused(store, with_event(booking(&booking_link(&home), &lunch))).await);

    // Moved, then cancelled.
    let moved = Booking {
        start: later(0),
        end: later(1_800),
        buffer_before: 0,
        buffer_after: 1_440,
        name: "B".to_owned(),
        email: "b@example.com".parse().expect("a good address"),
        notes: None,
        answers: Vec::new(),
        zone: Zone::utc(),
        cancel_token: token(),
        reschedule_token: token(),
        updated_at: later(5),
        version: 2,
        ..first.clone()
    };
    let update = |booking: &Booking, expected| Change::UpdateBooking { booking: booking.clone(), expected };
    write(store, [update(&moved, 1)]).await;
    assert_stale(&refused(store, [update(&moved, 1)]).await);
    assert_stale(&refused(store, [update(&booking(&link, &lunch), 1)]).await);
    assert_eq!(store.find_booking(first.id).await.unwrap().as_ref(), Some(&moved));
    assert_eq!((by_cancel(&first).await, by_reschedule(&first).await), (None, None), "its tokens were replaced");
    let cancelled = Booking { cancelled_at: Some(later(9)), version: 3, ..moved };
    write(store, [update(&cancelled, 2)]).await;
    assert_eq!(by_cancel(&cancelled).await.as_ref(), Some(&cancelled), "a cancelled one is found");

    let second = stored_booking(store, &home, &link, at("2026-03-03T12:00:00Z")).await;
    let mut of = store.list_bookings_of(vec![second.event, first.event, EventId(Uuid::now_v7())]).await.unwrap();
    of.sort_by_key(|booking| booking.id);
    assert_eq!(of, [cancelled, second]);
    assert_eq!(store.list_bookings_of(Vec::new()).await.unwrap(), Vec::new());
}

/// Of many that decide on the same reading of the same calendars one gets through, in whatever order they name them.
pub async fn booking_races(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let calendars = [stored_calendar(store, ann.id).await, stored_calendar(store, ann.id).await];
    let link = stored_link(store, &calendars[0]).await;
    let start = at("2026-03-02T12:00:00Z");
    for round in 0..3 {
        let events: Vec<Event> =
            (0..40).map(|n| event(&calendars[n % 2], "Booked", start, start + SignedDuration::from_mins(30))).collect();
        let commits = events.iter().enumerate().map(|(n, event)| {
            let touch = |calendar: &Calendar| Change::TouchCalendar {
                id: calendar.id,
                expected: Some(round),
                at: later(round),
            };
            let (first, second) = (&calendars[n / 2 % 2], &calendars[(n / 2 + 1) % 2]);
            let book = [Change::InsertEvent(event.clone()), Change::InsertBooking(booking(&link, event))];
            store.commit(Changes::new().and(touch(first)).and_all(book).and(touch(second)))
        });
        let outcomes = join_all(commits).await;
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "exactly one books");
        for outcome in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            assert_stale(outcome);
        }
        let of = store.list_bookings_of(events.iter().map(|event| event.id).collect()).await.unwrap();
        assert_eq!(of.len(), 1, "what lost left nothing behind");
    }
}
