//! COUNT: found once, kept, and split.

use crate::harness::{anchor, day, first, instant, rule, series, wall, walls};
use kalends_domain::recurrence::{BoundedRule, Budget, ExDate, Recurrence, Window};

#[test]
fn the_last_start_is_kept_and_read_back() {
    let anchor = anchor("20240101T090000", "Europe/Berlin");
    let made = series(&anchor, &["FREQ=WEEKLY;BYDAY=MO,TH;COUNT=5", "FREQ=YEARLY"]);
    assert_eq!(made.rules()[0].last(), Some(wall("2024-01-15T09:00:00")));
    assert_eq!(made.rules()[1].last(), None);
    let kept = made.rules().iter().map(|it| BoundedRule::restore(it.rule().clone(), it.last()));
    assert_eq!(Recurrence::restore(kept.collect(), vec![], vec![]), made);
    // A store that lost it is slower, not wrong.
    let lost = made.rules().iter().map(|it| BoundedRule::restore(it.rule().clone(), None));
    let lost = Recurrence::restore(lost.collect(), vec![], vec![]);
    assert_eq!(first(&lost, &anchor, 8), first(&made, &anchor, 8));
}

#[test]
fn exdates_do_not_change_what_is_counted() {
    let anchor = anchor("20240101T090000", "UTC");
    let three = series(&anchor, &["FREQ=DAILY;COUNT=3"]).with_exdate(ExDate::Day(day("2024-01-02")));
    assert_eq!(walls(&first(&three, &anchor, 9)), ["2024-01-01T09:00:00", "2024-01-03T09:00:00"]);
}

#[test]
fn a_count_beyond_the_range_ends_with_it() {
    let anchor = anchor("20240101T090000", "UTC");
    let never = series(&anchor, &["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3"]);
    assert_eq!(walls(&first(&never, &anchor, 9)), ["2024-01-01T09:00:00"]);
    let centuries = series(&anchor, &["FREQ=YEARLY;INTERVAL=1000;COUNT=100"]);
    assert_eq!(first(&centuries, &anchor, 99).len(), 8);
}

#[test]
fn counts_that_reach_too_far_are_refused() {
    let anchor = anchor("20240101T090000", "UTC");
    let rules = vec![rule("FREQ=SECONDLY;COUNT=1000000000")];
    let error = Recurrence::new(&anchor, rules, vec![], vec![], &mut Budget::default());
    assert_eq!(error.unwrap_err().to_string(), "the recurrence needs more work than is allowed");
}

#[test]
fn a_count_is_split() {
    let anchor = anchor("20240101T090000", "Europe/Berlin");
    let whole = series(&anchor, &["FREQ=DAILY;COUNT=10", "FREQ=WEEKLY;UNTIL=20240110T080000Z"]);
    let before = |text: &str| whole.count_before(&anchor, instant(text), &mut Budget::default()).unwrap();
    assert_eq!(before("2023-01-01T00:00:00Z"), [0, 0]);
    assert_eq!(before("2024-01-01T08:00:00Z"), [0, 0]);
    assert_eq!(before("2024-01-01T08:00:01Z"), [1, 1]);
    assert_eq!(before("2024-01-05T08:00:00Z"), [4, 1]);
    assert_eq!(before("2034-01-01T00:00:00Z"), [10, 2]);
}

#[test]
fn an_unmatched_dtstart_is_counted_when_splitting() {
    let anchor = anchor("20240102T090000", "UTC");
    let mondays = series(&anchor, &["FREQ=WEEKLY;BYDAY=MO;COUNT=3"]);
    let before = |text: &str| mondays.count_before(&anchor, instant(text), &mut Budget::default()).unwrap()[0];
    assert_eq!(before("2024-01-08T09:00:00Z"), 1);
    assert_eq!(before("2024-01-15T09:00:00Z"), 2);
    assert_eq!(before("2025-01-01T00:00:00Z"), 3);
}

#[test]
fn last_starts() {
    let anchor = anchor("20240101T090000", "Europe/Berlin");
    let last = |rules: &[&str]| {
        let last = series(&anchor, rules).last_start(&anchor, &mut Budget::default());
        last.unwrap().map(|instant| instant.to_string())
    };
    assert_eq!(last(&["FREQ=DAILY"]), None);
    assert_eq!(last(&[]).as_deref(), Some("2024-01-01T08:00:00Z"));
    assert_eq!(last(&["FREQ=DAILY;COUNT=3"]).as_deref(), Some("2024-01-03T08:00:00Z"));
    assert_eq!(last(&["FREQ=DAILY;UNTIL=20240701T000000Z"]).as_deref(), Some("2024-06-30T07:00:00Z"));
    assert_eq!(
        last(&["FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29;UNTIL=21030101"]).as_deref(),
        Some("2096-02-29T08:00:00Z")
    );
    assert_eq!(last(&["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99990101"]).as_deref(), Some("2024-01-01T08:00:00Z"));
    assert_eq!(last(&["FREQ=DAILY;COUNT=3", "FREQ=DAILY;UNTIL=20230101"]).as_deref(), Some("2024-01-03T08:00:00Z"));
}

#[test]
fn reading_far_into_a_counted_series_does_not_count() {
    let anchor = anchor("19000101T090000", "UTC");
    let old = series(&anchor, &["FREQ=DAILY;COUNT=100000"]);
    let window = Window { from: Some(instant("2026-01-01T00:00:00Z")), to: Some(instant("2026-01-08T00:00:00Z")) };
    let mut budget = Budget::new(100);
    assert_eq!(old.expand(&anchor, window, 99, &mut budget).unwrap().items.len(), 7);
}
