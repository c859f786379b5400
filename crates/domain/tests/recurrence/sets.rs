//! Rules, RDATEs and EXDATEs together.

use crate::harness::{all_day, anchor, day, first, instant, rule, series, wall, walls};
use kalends_domain::{
    recurrence::{Anchor, Budget, ExDate, RDate, Recurrence, exdates, rdates},
    time::SignedDuration,
};

fn at(start: &str) -> RDate {
    RDate { start: wall(start), length: None }
}

fn days(found: &Recurrence, anchor: &Anchor) -> Vec<i8> {
    first(found, anchor, 9).iter().map(|it| it.civil.day()).collect()
}

#[test]
fn rules_add_up_and_what_they_share_is_one_instance() {
    let anchor = anchor("20240101T090000", "Europe/Berlin");
    let both = series(&anchor, &["FREQ=DAILY;INTERVAL=2;COUNT=4", "FREQ=DAILY;INTERVAL=3;COUNT=3"]);
    assert_eq!(days(&both, &anchor), [1, 3, 4, 5, 7]);
}

#[test]
fn rdates_add_and_exdates_take_away() {
    let anchor = anchor("20240102T090000", "Europe/Berlin");
    let set = series(&anchor, &["FREQ=DAILY;COUNT=4"])
        .with_rdate(at("2024-01-10T09:00:00"))
        .with_rdate(at("2024-01-01T09:00:00"))
        .with_rdate(at("2024-01-03T09:00:00"))
        .with_exdate(ExDate::At(wall("2024-01-02T09:00:00")))
        .with_exdate(ExDate::At(wall("2024-01-04T10:00:00")))
        .with_exdate(ExDate::Day(day("2024-01-05")));
    assert_eq!(days(&set, &anchor), [1, 3, 4, 10]);
    let set = set.without_exdate(ExDate::Day(day("2024-01-05"))).without_rdate(wall("2024-01-10T09:00:00"));
    assert_eq!(days(&set, &anchor), [1, 3, 4, 5]);
}

#[test]
fn exdates_are_instants() {
    // 02:30 and 03:30 of that day are one instant, whichever is named.
    let anchor = anchor("20260307T023000", "America/New_York");
    let series = series(&anchor, &["FREQ=DAILY;COUNT=3"]);
    for name in ["2026-03-08T02:30:00", "2026-03-08T03:30:00"] {
        let set = series.clone().with_exdate(ExDate::At(wall(name)));
        assert_eq!(days(&set, &anchor), [7, 9], "{name}");
    }
}

#[test]
fn a_period_brings_its_length() {
    let anchor = anchor("20240102T090000", "Europe/Berlin");
    let long = RDate { length: Some(SignedDuration::from_hours(3)), ..at("2024-01-03T09:00:00") };
    let set = series(&anchor, &["FREQ=DAILY;COUNT=2"]).with_rdate(long);
    let found = first(&set, &anchor, 9);
    assert_eq!(found.len(), 2);
    assert_eq!((found[0].length, found[1].length), (None, long.length));
}

#[test]
fn one_instance() {
    let anchor = anchor("20240102T090000", "Europe/Berlin");
    let set = series(&anchor, &["FREQ=WEEKLY"]).with_exdate(ExDate::Day(day("2024-01-09")));
    let is_there = |text: &str| {
        let found = set.instance_at(&anchor, instant(text), &mut Budget::default()).unwrap();
        found.is_some_and(|it| it.start == instant(text))
    };
    assert!(is_there("2024-01-02T08:00:00Z"));
    assert!(!is_there("2024-01-02T08:00:00.5Z"));
    assert!(!is_there("2024-01-09T08:00:00Z"));
    assert!(is_there("2524-01-04T08:00:00Z"));
    assert!(!is_there("2023-12-26T08:00:00Z"));
}

#[test]
fn without_rules_there_is_dtstart() {
    let anchor = anchor("20240102T090000", "UTC");
    assert_eq!(walls(&first(&series(&anchor, &[]), &anchor, 9)), ["2024-01-02T09:00:00"]);
    let bare = series(&anchor, &[]).with_dtstart_always(false);
    assert!(first(&bare, &anchor, 9).is_empty());
}

#[test]
fn hours_do_not_go_with_days() {
    let anchor = all_day("20240102", "UTC");
    let rules = vec![rule("FREQ=HOURLY")];
    let error = Recurrence::new(&anchor, rules, vec![], vec![], &mut Budget::default());
    assert_eq!(error.unwrap_err().to_string(), "FREQ: HOURLY does not go with a DTSTART that is a DATE");
    // … and BYHOUR is ignored there, as the RFC says.
    let series = series(&anchor, &["FREQ=DAILY;BYHOUR=9,10;COUNT=2"]);
    assert_eq!(walls(&first(&series, &anchor, 9)), ["2024-01-02T00:00:00", "2024-01-03T00:00:00"]);
}

#[test]
fn rdate_lines() {
    let anchor = anchor("20240102T090000", "America/New_York");
    let starts =
        |line: &str| -> Vec<String> { rdates(line, &anchor).unwrap().iter().map(|it| it.start.to_string()).collect() };
    for line in [
        "RDATE:20240103T090000",
        "rdate;TZID=America/New_York:20240103T090000",
        ";TZID=\"/Europe/Berlin\":20240103T150000",
        ":20240103T140000Z",
        "20240103T140000Z",
        "RDATE;VALUE=DATE:20240103",
        ";VALUE=PERIOD:20240103T140000Z/20240103T150000Z",
        "20240103T090000/P1DT1H",
    ] {
        assert_eq!(starts(line), ["2024-01-03T09:00:00"], "{line}");
    }
    assert_eq!(starts("20240103T090000, 20240104T090000").len(), 2);
    // The night to 2024-03-10 has 23 hours.
    let periods = rdates("20240309T120000/P1D,20240309T120000/PT24H,20240309T120000/20240310T120000", &anchor);
    let hours: Vec<_> = periods.unwrap().iter().map(|it| it.length.unwrap().as_hours()).collect();
    assert_eq!(hours, [23, 24, 23]);
}

#[test]
fn exdate_lines() {
    let timed = anchor("20240102T090000", "America/New_York");
    let at = ExDate::At(wall("2024-01-03T09:00:00"));
    assert_eq!(exdates("EXDATE;TZID=Europe/Berlin:20240103T150000", &timed).unwrap(), [at]);
    assert_eq!(exdates("20240103T140000Z,20240103", &timed).unwrap(), [at, ExDate::Day(day("2024-01-03"))]);
    let days = all_day("20240102", "America/New_York");
    for line in ["EXDATE;VALUE=DATE:20240103", "20240103T000000", "20240103T000000Z"] {
        assert_eq!(exdates(line, &days).unwrap(), [ExDate::Day(day("2024-01-03"))], "{line}");
    }
}

#[test]
fn bad_lines() {
    let anchor = anchor("20240102T090000", "America/New_York");
    let error = |line: &str| rdates(line, &anchor).unwrap_err().to_string();
    assert_eq!(error("RDATE;TZID=Mars/Olympus:20240103T090000"), "unknown time zone \"Mars/Olympus\"");
    assert_eq!(error("RDATE;TZID=UTC"), "RDATE: has parameters and no value");
    assert_eq!(error("20240103T090000/20240102T090000"), "RDATE: the period ends before it starts");
    assert_eq!(error("20240103T090000/PX"), "RDATE: the period has no readable duration");
    assert!(error("20240230").starts_with("RDATE: \"20240230\" is not a date"));
    assert!(error("").contains("is not a date"));
    assert!(exdates("20240103T09000é", &anchor).is_err());
}
