//! What of an event is busy.

use crate::harness::{at, block, event, window};
use kalends_domain::{
    event::{Details, Event, Span, Status, Transparency},
    free_busy::{busy, merge},
    recurrence::Budget,
    time::{Zone, civil::date},
};

fn hour(start: &str) -> Span {
    Span::timed(at(start), at(start) + jiff::SignedDuration::from_hours(1), Zone::named("America/New_York").unwrap())
        .unwrap()
}

/// The busy stretches of an event in the first half of March.
fn check(event: &Event, expected: &[(&str, &str)]) {
    let found = busy([event], window("2026-03-01T00:00:00Z", "2026-03-16T00:00:00Z"), &mut Budget::default()).unwrap();
    let told: Vec<_> = found.iter().map(|b| (b.start.to_string(), b.end.to_string())).collect();
    let expected: Vec<_> = expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    assert_eq!(told, expected);
}

#[test]
fn single_events() {
    let span = hour("2026-03-02T10:00:00Z");
    check(&event(1, span.clone(), ""), &[("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")]);
    let with = |change: fn(&mut Details)| {
        let mut changed = event(1, span.clone(), "");
        change(&mut changed.details);
        changed
    };
    check(&with(|d| d.transparency = Transparency::Transparent), &[]);
    check(&with(|d| d.status = Status::Cancelled), &[]);
    check(&with(|d| d.status = Status::Tentative), &[("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")]);
    let moment = Span::timed(span.starts_at(), span.starts_at(), Zone::utc()).unwrap();
    check(&event(1, moment, ""), &[]);
}

#[test]
fn days_that_began_before_the_window() {
    let span = Span::all_day(date(2026, 2, 20), date(2026, 3, 3), Zone::named("America/New_York").unwrap()).unwrap();
    check(&event(1, span, ""), &[("2026-02-20T05:00:00Z", "2026-03-03T05:00:00Z")]);
}

#[test]
fn a_series_keeps_its_wall_time_and_its_overrides() {
    let mut weekly = event(1, hour("2026-02-02T15:00:00Z"), "FREQ=WEEKLY");
    check(
        &weekly,
        &[("2026-03-02T15:00:00Z", "2026-03-02T16:00:00Z"), ("2026-03-09T14:00:00Z", "2026-03-09T15:00:00Z")],
    );
    let moved = Details { span: hour("2026-03-10T20:00:00Z"), ..weekly.details.clone() };
    weekly.override_occurrence(date(2026, 3, 9).at(10, 0, 0, 0), moved).unwrap();
    let free = Details { transparency: Transparency::Transparent, ..weekly.details.clone() };
    weekly.override_occurrence(date(2026, 3, 2).at(10, 0, 0, 0), free).unwrap();
    check(&weekly, &[("2026-03-10T20:00:00Z", "2026-03-10T21:00:00Z")]);
}

#[test]
fn a_free_series_can_have_a_busy_occurrence() {
    let mut weekly = event(1, hour("2026-02-02T15:00:00Z"), "FREQ=WEEKLY");
    let one = Details { span: hour("2026-03-09T14:00:00Z"), ..weekly.details.clone() };
    weekly.details.transparency = Transparency::Transparent;
    weekly.override_occurrence(date(2026, 3, 9).at(10, 0, 0, 0), one).unwrap();
    check(&weekly, &[("2026-03-09T14:00:00Z", "2026-03-09T15:00:00Z")]);
}

#[test]
fn what_is_too_much_is_told() {
    let daily = event(1, hour("2026-03-02T15:00:00Z"), "FREQ=DAILY");
    let years = window("2026-01-01T00:00:00Z", "2046-01-01T00:00:00Z");
    assert!(busy([&daily], years, &mut Budget::new(1_000)).is_err());
}

#[test]
fn merged_stretches_do_not_touch() {
    let blocks = [
        block(1, "2026-03-02T09:00:00Z", "2026-03-02T12:00:00Z"),
        block(2, "2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z"),
        block(3, "2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z"),
        block(4, "2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z"),
    ];
    let expected = [
        window("2026-03-02T09:00:00Z", "2026-03-02T13:00:00Z"),
        window("2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z"),
    ];
    assert_eq!(merge(&blocks), expected);
}
