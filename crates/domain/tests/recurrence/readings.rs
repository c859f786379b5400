//! Where RFC 5545 leaves room: the readings that `recurrence` documents, one test each.

use crate::harness::{anchor, check, check_times, first, series, walls};

#[test]
fn a_numbered_week_without_a_weekday_takes_that_of_dtstart() {
    check("FREQ=YEARLY;BYWEEKNO=20;COUNT=2", "19970902T090000", "1998-05: 12; 1999-05: 18");
}

#[test]
fn a_day_of_the_month_without_a_month_takes_that_of_dtstart() {
    check("FREQ=YEARLY;BYMONTHDAY=-1,15;COUNT=3", "20240115T090000", "2024-01: 15 31; 2025-01: 15");
}

#[test]
fn weekdays_with_and_without_numbers_add_up() {
    check("FREQ=MONTHLY;BYDAY=3MO,FR;COUNT=5", "20240101T090000", "2024-01: 5 12 15 19 26");
}

#[test]
fn positions_count_from_the_start_of_the_week_not_from_dtstart() {
    // Wednesday and Friday are left of that week, but Monday was its first.
    check("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1,2;COUNT=3", "20240103T090000", "2024-01: 3 8 10");
    check_times(
        "FREQ=DAILY;BYHOUR=6,9,12;BYSETPOS=2;COUNT=2",
        "20240103T100000",
        "2024-01-04: 09:00; 2024-01-05: 09:00",
    );
}

#[test]
fn years_of_numbered_weeks_are_counted_from_the_week_of_dtstart() {
    // The Tuesday belongs to 2025, so the third year after is 2028.
    check("FREQ=YEARLY;INTERVAL=3;BYWEEKNO=1;BYDAY=TU;COUNT=2", "20241231T090000", "2024-12: 31; 2028-01: 4");
    check("FREQ=YEARLY;INTERVAL=6;BYWEEKNO=53;BYDAY=SU;COUNT=2", "20270103T090000", "2027-01: 3; 2033-01: 2");
}

#[test]
fn an_unmatched_dtstart_is_the_first_instance() {
    let anchor = anchor("20240102T090000", "UTC");
    let mondays = series(&anchor, &["FREQ=WEEKLY;BYDAY=MO;COUNT=3"]);
    let expected = ["2024-01-02T09:00:00", "2024-01-08T09:00:00", "2024-01-15T09:00:00"];
    assert_eq!(walls(&first(&mondays, &anchor, 9)), expected);
    let once = series(&anchor, &["FREQ=WEEKLY;BYDAY=MO;COUNT=1"]);
    assert_eq!(walls(&first(&once, &anchor, 9)), ["2024-01-02T09:00:00"]);
}

#[test]
fn a_matched_dtstart_is_counted_once() {
    let anchor = anchor("20240101T090000", "UTC");
    let mondays = series(&anchor, &["FREQ=WEEKLY;BYDAY=MO;COUNT=2"]);
    assert_eq!(walls(&first(&mondays, &anchor, 9)), ["2024-01-01T09:00:00", "2024-01-08T09:00:00"]);
}
