//! Cost: what a call may look at, told in candidates so that no clock is needed.

use crate::harness::{anchor, first, instant, rule, series};
use kalends_domain::recurrence::{Budget, BudgetExceeded, Rule, Window};

/// What it costs to list one week.
fn cost(start: &str, rule: &str, from: &str, to: &str) -> u64 {
    let anchor = anchor(start, "America/New_York");
    let series = series(&anchor, &[rule]);
    let mut budget = Budget::new(1_000_000);
    let window = Window { from: Some(instant(from)), to: Some(instant(to)) };
    series.expand(&anchor, window, usize::MAX, &mut budget).unwrap();
    1_000_000 - budget.left()
}

#[test]
fn cost_does_not_grow_with_age() {
    for rule in [
        "FREQ=YEARLY;INTERVAL=3",
        "FREQ=YEARLY;BYWEEKNO=1,2;BYDAY=MO",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=SU",
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=HOURLY;INTERVAL=5",
        "FREQ=MINUTELY;INTERVAL=7",
        "FREQ=SECONDLY;INTERVAL=601",
    ] {
        let week = |start| cost(start, rule, "2026-11-01T00:00:00Z", "2026-11-08T00:00:00Z");
        let (old, new) = (week("19700101T090000"), week("20260101T090000"));
        assert!(old.abs_diff(new) <= 3, "{rule}: {old} and {new}");
    }
}

#[test]
fn what_bysetpos_picks_from_is_paid_for() {
    let rule = "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1";
    let ten_years = cost("20260101T090000", rule, "2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z");
    assert!((3_652..3_700).contains(&ten_years), "{ten_years}");
}

#[test]
fn rules_that_never_match_are_cheap() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
        "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1",
        "FREQ=MINUTELY;BYMINUTE=1,2;BYSETPOS=2",
        "FREQ=DAILY;BYHOUR=9,10;BYSETPOS=-3",
    ] {
        let spent = cost("19970101T090000", rule, "1997-01-01T00:00:00Z", "9999-01-01T00:00:00Z");
        assert!(spent < 10_000, "{rule}: {spent}");
    }
}

#[test]
fn a_small_limit_is_cheap_in_a_dense_rule() {
    let anchor = anchor("19970101T090000", "America/New_York");
    let dense = series(&anchor, &["FREQ=SECONDLY"]);
    let mut budget = Budget::new(100);
    let found = dense.expand(&anchor, Window::ALL, 10, &mut budget).unwrap();
    assert_eq!((found.items.len(), found.truncated), (10, true));
}

#[test]
fn a_dense_rule_without_limit_uses_up_its_budget() {
    let anchor = anchor("19970101T090000", "America/New_York");
    let dense = series(&anchor, &["FREQ=SECONDLY"]);
    let mut budget = Budget::new(10_000);
    assert_eq!(dense.expand(&anchor, Window::ALL, usize::MAX, &mut budget), Err(BudgetExceeded));
    assert_eq!(budget.left(), 0);
}

#[test]
fn truncated_says_whether_there_is_more() {
    let anchor = anchor("20240101T090000", "UTC");
    let three = series(&anchor, &["FREQ=DAILY;COUNT=3"]);
    let truncated = |limit| three.expand(&anchor, Window::ALL, limit, &mut Budget::default()).unwrap().truncated;
    assert_eq!([truncated(0), truncated(2), truncated(3), truncated(4)], [true, true, false, false]);
}

#[test]
fn the_longest_rules_are_fine() {
    let list = |low: i32, high: i32| {
        let numbers = (low..=high).filter(|number| *number != 0).map(|number| number.to_string());
        numbers.collect::<Vec<_>>().join(",")
    };
    let text = format!(
        "FREQ=YEARLY;BYSECOND={};BYMINUTE={};BYHOUR={};BYYEARDAY={};BYSETPOS={}",
        list(0, 60),
        list(0, 59),
        list(0, 23),
        list(-366, 366),
        list(-366, 366),
    );
    let anchor = anchor("20240101T000000", "America/New_York");
    let series = series(&anchor, &[&text]);
    let found = first(&series, &anchor, 1000);
    assert_eq!(found.len(), 1000);
    assert_eq!(rule(&text).to_string().parse::<Rule>().unwrap(), rule(&text));
}

#[test]
fn the_range_ends_in_9999() {
    let anchor = anchor("20240101T090000", "Pacific/Kiritimati");
    let yearly = series(&anchor, &["FREQ=YEARLY"]);
    let found = first(&yearly, &anchor, 10_000);
    assert_eq!(found.len(), 9999 - 2024 + 1);
    let far = series(&anchor, &["FREQ=YEARLY;INTERVAL=4294967295"]);
    assert_eq!(first(&far, &anchor, 10).len(), 1);
}
