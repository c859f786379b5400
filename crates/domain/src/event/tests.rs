//! Cases for occurrences and edits of series.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::id::uuid_v7;
use crate::problem::Problems;
use crate::recurrence::Budget;
use crate::time::Zone;

const FIELDS: TimingFields = TimingFields { start: "start_time", end: "end_time" };

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn timed(start: &str, minutes: i64, zone: &str) -> Span {
    let start = at(start);
    Span::timed(start, start + SignedDuration::from_mins(minutes), Zone::named(zone).unwrap()).unwrap()
}

fn days(first: &str, end: &str, zone: &str) -> Span {
    Span::all_day(first.parse().unwrap(), end.parse().unwrap(), Zone::named(zone).unwrap()).unwrap()
}

fn series(span: Span, rule: &str) -> Event {
    let pattern = (!rule.is_empty()).then(|| recurrence(&span, vec![rule.parse().unwrap()], vec![], vec![]).unwrap());
    let id = |n| uuid_v7(Timestamp::UNIX_EPOCH, [n; 10]);
    Event {
        id: EventId(id(1)),
        calendar: CalendarId(id(2)),
        uid: "uid".into(),
        details: Details::new("Lecture", span),
        recurrence: pattern,
        overrides: BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: UserId(id(3)),
        updated_by: UserId(id(3)),
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        deleted_at: None,
        version: 1,
    }
}

/// Starts and titles of what lies in the window.
fn listed(event: &Event, from: &str, to: &str) -> Vec<String> {
    let window = Window { from: at(from), to: at(to) };
    let found = event.occurrences(window, None, 1_000, |_| true, &mut Budget::new(100_000)).unwrap();
    found.iter().map(|o| format!("{} {}", o.start, o.details.title)).collect()
}

fn all(event: &Event) -> Vec<String> {
    listed(event, "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
}

/// The occurrence that starts at this instant is given another title and start.
fn change_one(event: &mut Event, original: &str, title: &str, start: &str) {
    let occurrence = event.occurrence_at(at(original), &mut Budget::new(10_000)).unwrap().unwrap();
    let (id, span) = (occurrence.recurrence_id.unwrap(), occurrence.span());
    let length = span.ends_at().duration_since(span.starts_at());
    let span = Span::timed(at(start), at(start) + length, span.zone).unwrap();
    let details = Details { title: title.into(), span, ..event.details.clone() };
    event.override_occurrence(id, details).unwrap();
}

fn cut(event: &Event, original: &str) -> Split {
    let occurrence = event.occurrence_at(at(original), &mut Budget::new(10_000)).unwrap().unwrap();
    let id = EventId(uuid_v7(Timestamp::UNIX_EPOCH, [9; 10]));
    event.split_at(occurrence.recurrence_id.unwrap(), id, "new".into()).unwrap()
}

fn weekly() -> Event {
    series(timed("2026-03-02T15:00:00Z", 60, "America/New_York"), "FREQ=WEEKLY;COUNT=4")
}

#[test]
fn a_series_keeps_its_wall_time() {
    assert_eq!(
        all(&weekly()),
        [
            "2026-03-02T15:00:00Z Lecture",
            "2026-03-09T14:00:00Z Lecture",
            "2026-03-16T14:00:00Z Lecture",
            "2026-03-23T14:00:00Z Lecture",
        ]
    );
}

#[test]
fn what_reaches_into_the_window_lies_in_it() {
    let night = series(timed("2026-05-01T22:00:00Z", 240, "UTC"), "FREQ=DAILY;COUNT=3");
    assert_eq!(listed(&night, "2026-05-02T01:00:00Z", "2026-05-02T01:01:00Z"), ["2026-05-01T22:00:00Z Lecture"]);
    assert!(listed(&night, "2026-05-02T02:00:00Z", "2026-05-02T22:00:00Z").is_empty());
    let moment = series(timed("2026-05-01T22:00:00Z", 0, "UTC"), "");
    assert_eq!(listed(&moment, "2026-05-01T22:00:00Z", "2026-05-01T22:00:01Z").len(), 1);
    assert!(listed(&moment, "2026-05-01T21:00:00Z", "2026-05-01T22:00:00Z").is_empty());
}

#[test]
fn whole_days_are_23_24_or_25_hours_long() {
    let day = series(days("2026-03-08", "2026-03-09", "America/New_York"), "");
    let span = &day.details.span;
    assert_eq!(span.ends_at().duration_since(span.starts_at()), SignedDuration::from_hours(23));
    // Midnight does not exist on the day when Beirut moves its clocks.
    let day = series(days("2026-03-29", "2026-03-30", "Asia/Beirut"), "");
    assert_eq!(day.details.span.starts_at().to_string(), "2026-03-28T22:00:00Z");
}

#[test]
fn an_override_is_listed_where_it_was_moved() {
    let mut event = weekly();
    change_one(&mut event, "2026-03-09T14:00:00Z", "Guest", "2026-03-20T10:00:00Z");
    assert_eq!(
        all(&event),
        [
            "2026-03-02T15:00:00Z Lecture",
            "2026-03-16T14:00:00Z Lecture",
            "2026-03-20T10:00:00Z Guest",
            "2026-03-23T14:00:00Z Lecture",
        ]
    );
    let found = event.occurrence_at(at("2026-03-09T14:00:00Z"), &mut Budget::new(1_000)).unwrap().unwrap();
    assert_eq!(found.start, at("2026-03-20T10:00:00Z"));
    assert!(event.occurrence_at(at("2026-03-20T10:00:00Z"), &mut Budget::new(1_000)).unwrap().is_none());
}

#[test]
fn a_cancelled_occurrence_is_gone_and_the_last_one_spends_the_series() {
    let mut event = series(timed("2026-03-02T15:00:00Z", 60, "UTC"), "FREQ=WEEKLY;COUNT=2");
    event.cancel_occurrence("2026-03-02T15:00:00".parse().unwrap()).unwrap();
    assert_eq!(all(&event), ["2026-03-09T15:00:00Z Lecture"]);
    assert!(!event.is_spent().unwrap());
    event.cancel_occurrence("2026-03-09T15:00:00".parse().unwrap()).unwrap();
    assert!(event.is_spent().unwrap());
}

#[test]
fn a_cut_keeps_every_occurrence_once() {
    let mut event = weekly();
    change_one(&mut event, "2026-03-16T14:00:00Z", "Guest", "2026-03-17T10:00:00Z");
    let whole = all(&event);
    let Split { before, after } = cut(&event, "2026-03-09T14:00:00Z");
    assert_eq!(all(before.as_ref().unwrap()), whole[..1]);
    assert_eq!(all(&after), whole[1..]);
    assert_ne!(after.uid, event.uid);
}

#[test]
fn a_cut_at_the_first_occurrence_leaves_nothing_before() {
    let Split { before, after } = cut(&weekly(), "2026-03-02T15:00:00Z");
    assert_eq!(before, None);
    assert_eq!(all(&after), all(&weekly()));
}

#[test]
fn a_cut_at_an_added_date_keeps_the_rule_in_step() {
    let mut event = series(timed("2026-03-02T15:00:00Z", 60, "UTC"), "FREQ=WEEKLY;INTERVAL=2;COUNT=4");
    let added = crate::recurrence::RDate { start: "2026-03-20T15:00:00".parse().unwrap(), length: None };
    event.recurrence = event.recurrence.map(|r| r.with_rdate(added));
    let whole = all(&event);
    assert_eq!(whole.len(), 5);
    let Split { before, after } = cut(&event, "2026-03-20T15:00:00Z");
    assert_eq!([all(&before.unwrap()), all(&after)].concat(), whole);
}

#[test]
fn whole_day_series_are_cut_by_date() {
    let event = series(days("2026-03-02", "2026-03-04", "Europe/Berlin"), "FREQ=WEEKLY;UNTIL=20260330");
    let whole = all(&event);
    assert_eq!(whole.len(), 5);
    let Split { before, after } = cut(&event, "2026-03-15T23:00:00Z");
    assert_eq!([all(&before.unwrap()), all(&after)].concat(), whole);
}

#[test]
fn overrides_move_along_with_the_series() {
    let mut event = weekly();
    change_one(&mut event, "2026-03-09T14:00:00Z", "Guest", "2026-03-09T16:00:00Z");
    event.cancel_occurrence("2026-03-16T10:00:00".parse().unwrap()).unwrap();
    // An hour later and a day: Monday 10:00 to Tuesday 11:00.
    let span = timed("2026-03-03T16:00:00Z", 90, "America/New_York");
    let details = Details { location: Some("Hall 1".into()), span, ..event.details.clone() };
    event.change_all(details, Pattern::Follow).unwrap();
    assert_eq!(
        all(&event),
        ["2026-03-03T16:00:00Z Lecture", "2026-03-10T17:00:00Z Guest", "2026-03-24T15:00:00Z Lecture"]
    );
    let moved = event.occurrence_at(at("2026-03-10T15:00:00Z"), &mut Budget::new(1_000)).unwrap().unwrap();
    assert_eq!(moved.details.title, "Guest");
    assert_eq!(moved.details.location.as_deref(), Some("Hall 1"));
    assert_eq!(moved.end.duration_since(moved.start), SignedDuration::from_mins(90));
}

#[test]
fn until_moves_along_with_the_series() {
    let mut event = series(timed("2026-03-02T15:00:00Z", 60, "UTC"), "FREQ=DAILY;UNTIL=20260305T150000Z");
    assert_eq!(all(&event).len(), 4);
    let details = Details { span: timed("2026-03-02T18:00:00Z", 60, "UTC"), ..event.details.clone() };
    event.change_all(details, Pattern::Follow).unwrap();
    assert_eq!(all(&event).len(), 4);
    assert_eq!(all(&event)[3], "2026-03-05T18:00:00Z Lecture");
}

#[test]
fn a_rule_of_fixed_days_does_not_follow_to_another_day() {
    let mut event = series(timed("2026-03-02T15:00:00Z", 60, "UTC"), "FREQ=MONTHLY;BYDAY=1MO");
    let details = Details { span: timed("2026-03-03T15:00:00Z", 60, "UTC"), ..event.details.clone() };
    assert_eq!(event.clone().change_all(details, Pattern::Follow), Err(EditError::RuleCannotMove));
    let details = Details { span: timed("2026-03-02T17:00:00Z", 60, "UTC"), ..event.details.clone() };
    event.change_all(details, Pattern::Follow).unwrap();
    assert_eq!(all(&event)[1], "2026-04-06T17:00:00Z Lecture");
}

#[test]
fn another_zone_keeps_the_instant_and_then_its_own_wall_time() {
    let mut event = weekly();
    change_one(&mut event, "2026-03-09T14:00:00Z", "Guest", "2026-03-09T16:00:00Z");
    let span = event.details.span.in_zone(Zone::named("Europe/Berlin").unwrap());
    let details = Details { span, ..event.details.clone() };
    event.change_all(details, Pattern::Follow).unwrap();
    // 16:00 in Berlin: an hour earlier in UTC from 29 March on only.
    assert_eq!(all(&event)[0], "2026-03-02T15:00:00Z Lecture");
    assert_eq!(
        all(&event)[1..],
        ["2026-03-09T16:00:00Z Guest", "2026-03-16T15:00:00Z Lecture", "2026-03-23T15:00:00Z Lecture"]
    );
}

#[test]
fn a_replaced_rule_drops_the_overrides_that_it_does_not_hold() {
    let mut event = weekly();
    change_one(&mut event, "2026-03-09T14:00:00Z", "One", "2026-03-09T16:00:00Z");
    change_one(&mut event, "2026-03-16T14:00:00Z", "Two", "2026-03-16T16:00:00Z");
    let fortnightly =
        recurrence(&event.details.span, vec!["FREQ=WEEKLY;INTERVAL=2;COUNT=2".parse().unwrap()], vec![], vec![])
            .unwrap();
    event.change_all(event.details.clone(), Pattern::Replace(Some(fortnightly))).unwrap();
    assert_eq!(all(&event), ["2026-03-02T15:00:00Z Lecture", "2026-03-16T16:00:00Z Two"]);
    event.change_all(event.details.clone(), Pattern::Replace(None)).unwrap();
    assert_eq!(all(&event), ["2026-03-02T15:00:00Z Lecture"]);
}

#[test]
fn extents_hold_every_occurrence() {
    let mut event = weekly();
    change_one(&mut event, "2026-03-23T14:00:00Z", "Late", "2026-05-01T10:00:00Z");
    let extent = event.extent().unwrap();
    assert_eq!(extent.first_start, at("2026-03-02T15:00:00Z"));
    assert_eq!(extent.last_end, Some(at("2026-05-01T11:00:00Z")));
    let endless = series(timed("2026-03-02T15:00:00Z", 60, "UTC"), "FREQ=DAILY");
    assert_eq!(endless.extent().unwrap().last_end, None);
}

#[test]
fn floods_are_refused() {
    let span = timed("2026-03-02T15:00:00Z", 60, "UTC");
    for rule in
        ["FREQ=MINUTELY", "FREQ=SECONDLY", "FREQ=SECONDLY;COUNT=1000000000", "FREQ=DAILY;BYMINUTE=0,10,20,30,40,50"]
    {
        let made = recurrence(&span, vec![rule.parse().unwrap()], vec![], vec![]);
        assert!(rule.starts_with("FREQ=DAILY") == made.is_ok(), "{rule}: {made:?}");
    }
}

#[test]
fn until_the_end_of_time_is_for_ever() {
    let event = series(timed("2026-03-02T15:00:00Z", 60, "UTC"), "FREQ=YEARLY;UNTIL=99991231T235959Z");
    assert_eq!(listed(&event, "2500-01-01T00:00:00Z", "2501-01-01T00:00:00Z").len(), 1);
}

#[test]
fn times_said_in_part_leave_the_rest() {
    let old = timed("2026-03-02T15:00:00Z", 60, "America/New_York");
    let instant =
        |text: &str| Some(TimeInput::Instant { at: at(text), written: "2026-01-01T01:00:00".parse().unwrap() });
    let later = Timing { start: instant("2026-03-02T15:30:00Z"), ..Timing::default() };
    let new = later.apply(Some(&old), FIELDS).unwrap();
    assert_eq!((new.starts_at(), new.ends_at()), (at("2026-03-02T15:30:00Z"), at("2026-03-02T16:00:00Z")));
    let too_late = Timing { start: instant("2026-03-02T17:00:00Z"), ..Timing::default() };
    assert_eq!(too_late.apply(Some(&old), FIELDS).unwrap_err().0[0].field, "end_time");
    let whole = Timing { all_day: Some(true), ..Timing::default() };
    let new = whole.apply(Some(&old), FIELDS).unwrap();
    assert_eq!((new.start.to_string().as_str(), new.length), ("2026-03-02T00:00:00", Length::Days(1)));
    let Problems(missing) = Timing { zone: Some(Zone::utc()), ..Timing::default() }.apply(None, FIELDS).unwrap_err();
    assert_eq!(missing.len(), 2);
}

#[test]
fn what_has_no_end_takes_no_time_or_a_day() {
    let instant =
        |text: &str| Some(TimeInput::Instant { at: at(text), written: "2026-01-01T01:00:00".parse().unwrap() });
    let zone = Some(Zone::utc());
    let due = Timing { start: instant("2026-03-02T15:00:00Z"), no_end: true, zone, ..Timing::default() };
    let moment = due.apply(None, FIELDS).unwrap();
    assert!(moment.is_moment());
    for start in ["2026-03-02T14:00:00Z", "2026-03-02T16:00:00Z"] {
        let moved = Timing { start: instant(start), ..Timing::default() }.apply(Some(&moment), FIELDS).unwrap();
        assert_eq!((moved.starts_at(), moved.is_moment()), (at(start), true));
    }
    let ended = Timing { end: instant("2026-03-02T16:00:00Z"), ..Timing::default() };
    let ended = ended.apply(Some(&moment), FIELDS).unwrap();
    assert_eq!((ended.starts_at(), ended.ends_at()), (moment.starts_at(), at("2026-03-02T16:00:00Z")));
    let endless = Timing { no_end: true, ..Timing::default() };
    assert_eq!(endless.apply(Some(&ended), FIELDS), Ok(moment));
    let [first, last] = ["2026-03-02", "2026-03-09"].map(|day| day.parse().unwrap());
    let week = Span::all_day(first, last, Zone::utc()).unwrap();
    assert_eq!(endless.apply(Some(&week), FIELDS).unwrap().length, Length::Days(1));
}

#[test]
fn whole_seconds_leave_nothing_behind() {
    let span = Span::timed(at("2026-03-02T15:00:00.250Z"), at("2026-03-02T15:00:02Z"), Zone::utc()).unwrap();
    let whole = span.in_whole_seconds();
    assert_eq!((whole.starts_at(), whole.ends_at()), (at("2026-03-02T15:00:00Z"), at("2026-03-02T15:00:01Z")));
}

#[test]
fn a_date_is_midnight_in_the_zone_or_as_written() {
    let zone = Zone::named("Europe/Berlin").unwrap();
    let day = |text: &str| {
        let (at, written) = (at(text), text[..19].parse().unwrap());
        let end = TimeInput::Date("2026-06-01".parse().unwrap());
        let said = Timing {
            start: Some(TimeInput::Instant { at, written }),
            end: Some(end),
            zone: Some(zone.clone()),
            all_day: Some(true),
            ..Timing::default()
        };
        said.apply(None, FIELDS).map(|span| span.start.date().to_string())
    };
    assert_eq!(day("2026-04-30T22:00:00Z").unwrap(), "2026-05-01");
    assert_eq!(day("2026-05-01T00:00:00+02:00").unwrap(), "2026-05-01");
    assert_eq!(day("2026-05-01T00:00:00Z").unwrap(), "2026-05-01");
    assert!(day("2026-05-01T10:00:00Z").is_err());
}

#[test]
fn the_second_pass_of_an_hour_is_kept() {
    let span = timed("2026-11-01T06:30:00Z", 30, "America/New_York");
    assert_eq!(span.start.to_string(), "2026-11-01T01:30:00");
    assert_eq!(span.starts_at(), at("2026-11-01T06:30:00Z"));
}
