//! What a link offers on one Monday, 2 March 2026, and why not the rest.

use crate::harness::{at, block, booking, event_id, intervals, link, window};
use kalends_domain::{
    booking::{Booking, BookingLink, BookingSettings, Refusal, Slot, decide, explain, offers},
    free_busy::Busy,
    id::BookingLinkId,
    time::{SignedDuration, Timestamp},
};
use uuid::Uuid;

const NOW: &str = "2026-03-01T00:00:00Z";

/// A link with slots of an hour from nine to one.
fn morning(change: impl FnOnce(&mut BookingSettings)) -> BookingLink {
    let mut link = link(60, "UTC", "09:00-13:00");
    change(&mut link.settings);
    link
}

/// The times of day at which the slots offered on the Monday begin.
fn offered_at(now: &str, link: &BookingLink, busy: &[Busy], bookings: &[Booking]) -> String {
    let day = window("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");
    let starts =
        offers(link, at(now), day, busy, bookings).into_iter().map(|slot| slot.start.to_string()[11..16].to_owned());
    starts.collect::<Vec<_>>().join(" ")
}

fn check(link: &BookingLink, busy: &[Busy], bookings: &[Booking], expected: &str) {
    assert_eq!(offered_at(NOW, link, busy, bookings), expected);
}

fn ten() -> Busy {
    block(10, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")
}

#[test]
fn slots_step_by_the_duration_from_the_start_of_each_interval() {
    check(&morning(|_| {}), &[], &[], "09:00 10:00 11:00 12:00");
    check(&link(60, "UTC", "09:00-10:30 10:45-12:00"), &[], &[], "09:00 10:45");
    check(&link(45, "UTC", "09:00-11:00"), &[], &[], "09:00 09:45");
    check(&morning(|s| s.interval = Some(90)), &[], &[], "09:00 10:30 12:00");
    check(&morning(|s| s.interval = Some(30)), &[], &[], "09:00 09:30 10:00 10:30 11:00 11:30 12:00");
}

#[test]
fn a_slot_lies_within_its_interval_even_where_two_touch() {
    check(&link(60, "UTC", "09:00-09:30 09:30-10:00"), &[], &[], "");
    check(&link(60, "UTC", "22:30-24:00 00:00-01:00"), &[], &[], "00:00 22:30");
}

#[test]
fn a_day_of_its_own_replaces_the_weekday() {
    let day = "2026-03-02".parse().unwrap();
    check(&morning(|s| drop(s.date_overrides.insert(day, intervals("15:00-17:00")))), &[], &[], "15:00 16:00");
    check(&morning(|s| drop(s.date_overrides.insert(day, vec![]))), &[], &[], "");
}

#[test]
fn an_event_takes_the_slots_that_it_overlaps_and_no_others() {
    check(&morning(|_| {}), &[ten()], &[], "09:00 11:00 12:00");
    check(&morning(|_| {}), &[block(1, "2026-03-02T09:59:00Z", "2026-03-02T11:01:00Z")], &[], "12:00");
    check(&morning(|_| {}), &[block(1, "2026-02-01T00:00:00Z", "2026-03-02T09:00:01Z")], &[], "10:00 11:00 12:00");
    check(&morning(|_| {}), &[block(1, "2026-02-01T00:00:00Z", "2027-03-02T09:00:00Z")], &[], "");
}

#[test]
fn a_long_event_is_seen_behind_the_short_ones_in_it() {
    let long = block(1, "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z");
    let short = block(2, "2026-03-02T09:10:00Z", "2026-03-02T09:20:00Z");
    check(&morning(|_| {}), &[long, short], &[], "12:00");
}

#[test]
fn buffers_keep_clear_on_both_sides() {
    check(&morning(|s| s.buffer_before = 1), &[ten()], &[], "09:00 12:00");
    check(&morning(|s| s.buffer_after = 1), &[ten()], &[], "11:00 12:00");
    check(&morning(|s| (s.buffer_before, s.buffer_after) = (60, 60)), &[ten()], &[], "12:00");
    check(&morning(|s| s.buffer_before = 61), &[ten()], &[], "09:00");
}

#[test]
fn a_booking_keeps_the_buffers_it_was_booked_with() {
    let link = morning(|s| s.buffer_before = 5);
    check(&link, &[ten()], &[booking(&link, &ten(), 0, 0)], "09:00 12:00");
    check(&link, &[ten()], &[booking(&link, &ten(), 1, 0)], "12:00");
    check(&link, &[ten()], &[booking(&link, &ten(), 0, 61)], "09:00");
    let mut of_another_link = booking(&link, &ten(), 1, 0);
    of_another_link.link = BookingLinkId(Uuid::from_u128(99));
    check(&link, &[ten()], &[of_another_link], "12:00");
}

#[test]
fn without_its_event_a_booking_takes_no_time() {
    let link = morning(|s| s.daily_limit = Some(1));
    check(&link, &[], &[booking(&link, &ten(), 60, 60)], "09:00 10:00 11:00 12:00");
    let mut cancelled = booking(&link, &ten(), 60, 60);
    cancelled.cancelled_at = Some(at(NOW));
    check(&link, &[ten()], &[cancelled], "09:00 11:00 12:00");
}

#[test]
fn notice_counts_from_now() {
    for (now, notice, expected) in [
        ("2026-03-02T10:00:00Z", 0, "10:00 11:00 12:00"),
        ("2026-03-02T10:00:01Z", 0, "11:00 12:00"),
        ("2026-03-02T10:00:00Z", 60, "11:00 12:00"),
        ("2026-03-02T10:00:00Z", 61, "12:00"),
        ("2026-03-01T09:00:00Z", 1_440, "09:00 10:00 11:00 12:00"),
    ] {
        assert_eq!(offered_at(now, &morning(|s| s.minimum_notice = notice), &[], &[]), expected, "{now} {notice}");
    }
}

#[test]
fn days_ahead_are_days_of_the_zone() {
    for (now, days, expected) in [
        ("2026-03-01T23:59:00Z", 0, ""),
        ("2026-03-01T00:00:00Z", 1, "09:00 10:00 11:00 12:00"),
        ("2026-02-28T23:59:00Z", 1, ""),
    ] {
        assert_eq!(
            offered_at(now, &morning(|s| s.maximum_days_ahead = Some(days)), &[], &[]),
            expected,
            "{now} {days}"
        );
    }
    let mut tokyo = link(60, "Asia/Tokyo", "07:00-09:00");
    tokyo.settings.maximum_days_ahead = Some(0);
    // It is the third there.
    assert_eq!(offered_at("2026-03-02T16:00:00Z", &tokyo, &[], &[]), "22:00 23:00");
}

#[test]
fn the_daily_limit_counts_bookings_of_the_link() {
    let other = block(11, "2026-03-02T18:00:00Z", "2026-03-02T19:00:00Z");
    let link = morning(|s| s.daily_limit = Some(2));
    let (first, mut second) = (booking(&link, &ten(), 0, 0), booking(&link, &other, 0, 0));
    check(&link, &[ten(), other], std::slice::from_ref(&first), "09:00 11:00 12:00");
    check(&link, &[ten(), other], &[first.clone(), second.clone()], "");
    second.link = BookingLinkId(Uuid::from_u128(99));
    check(&link, &[ten(), other], &[first, second], "09:00 11:00 12:00");
}

#[test]
fn a_window_holds_whole_slots() {
    let cut = window("2026-03-02T09:30:00Z", "2026-03-02T11:59:00Z");
    let found = offers(&morning(|_| {}), at(NOW), cut, &[], &[]);
    assert_eq!(found, [Slot { start: at("2026-03-02T10:00:00Z"), end: at("2026-03-02T11:00:00Z") }]);
}

/// Why a slot that begins then is refused.
fn refused(link: &BookingLink, start: &str, minutes: i64, expected: Refusal) {
    let slot = Slot { start: at(start), end: at(start) + SignedDuration::from_mins(minutes) };
    let meeting = block(11, "2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z");
    let found = decide(link, at("2026-03-02T08:30:00Z"), slot, &[ten(), meeting], &[booking(link, &ten(), 0, 0)]);
    assert_eq!(found, Err(expected), "{start}");
}

#[test]
fn every_reason() {
    let plain = morning(|_| {});
    refused(&plain, "2026-03-02T10:00:00Z", 60, Refusal::Booked(event_id(10)));
    refused(&plain, "2026-03-02T12:00:00Z", 60, Refusal::Busy(event_id(11)));
    refused(&plain, "2026-03-02T11:00:00Z", 30, Refusal::OffGrid);
    refused(&plain, "2026-03-02T11:00:00Z", -60, Refusal::OffGrid);
    refused(&plain, "2026-03-02T11:30:00Z", 60, Refusal::OffGrid);
    refused(&plain, "2026-03-02T13:00:00Z", 60, Refusal::OffGrid);
    refused(&plain, "2026-03-01T10:00:00Z", 60, Refusal::Past);
    refused(&plain, "9999-12-30T22:00:00Z", -10, Refusal::OffGrid);
    refused(&morning(|s| s.minimum_notice = 31), "2026-03-02T09:00:00Z", 60, Refusal::Notice);
    refused(&morning(|s| s.maximum_days_ahead = Some(3)), "2026-03-06T09:00:00Z", 60, Refusal::TooFar);
    refused(&morning(|s| s.daily_limit = Some(1)), "2026-03-02T09:00:00Z", 60, Refusal::DailyLimit);
    refused(&morning(|s| s.buffer_before = 1), "2026-03-02T11:00:00Z", 60, Refusal::Buffer(event_id(10)));
    let closed = morning(|s| drop(s.date_overrides.insert("2026-03-03".parse().unwrap(), vec![])));
    refused(&closed, "2026-03-03T09:00:00Z", 60, Refusal::Closed);
}

#[test]
fn an_explanation_tells_each_slot_and_each_closed_day() {
    let link = morning(|s| drop(s.date_overrides.insert("2026-03-03".parse().unwrap(), vec![])));
    let two_days = window("2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z");
    let all = explain(&link, at("2026-03-02T09:30:00Z"), two_days, &[ten()], &[]);
    let told: Vec<_> = all.iter().map(|e| (e.slot.start.to_string(), e.refusal)).collect();
    let expected = [
        ("2026-03-02T09:00:00Z", Some(Refusal::Past)),
        ("2026-03-02T10:00:00Z", Some(Refusal::Busy(event_id(10)))),
        ("2026-03-02T11:00:00Z", None),
        ("2026-03-02T12:00:00Z", None),
        ("2026-03-03T00:00:00Z", Some(Refusal::Closed)),
    ];
    assert_eq!(told, expected.map(|(start, refusal)| (start.to_owned(), refusal)));
}

#[test]
fn the_ends_of_time_are_no_trouble() {
    let link = link(1_440, "Pacific/Apia", "00:00-24:00");
    for instant in [Timestamp::MIN, Timestamp::MAX] {
        let window = kalends_domain::event::Window { from: instant, to: instant };
        let around = kalends_domain::booking::around(&link.settings, window);
        let busy = [Busy { start: Timestamp::MIN, end: Timestamp::MAX, event: event_id(1) }];
        assert!(offers(&link, Timestamp::MIN, around, &busy, &[]).is_empty());
        offers(&link, instant, around, &[], &[]);
        explain(&link, instant, around, &[], &[]);
    }
}
