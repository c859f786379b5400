//! Clocks that jump: gaps, overlaps, days without a midnight, a day that never was.

use crate::harness::{all_day, anchor, day, first, instant, series, wall};
use kalends_domain::{
    recurrence::{Anchor, Budget, Window},
    time::{Fold, Zone},
};

#[track_caller]
fn check(anchor: &Anchor, rule: &str, expected: &[&str]) {
    let series = series(anchor, &[rule]);
    let found: Vec<String> = first(&series, anchor, expected.len()).iter().map(|it| it.start.to_string()).collect();
    assert_eq!(found, expected, "{rule} in {}", anchor.zone);
}

#[test]
fn wall_time_stays_over_a_change_of_clocks() {
    check(
        &anchor("20260307T090000", "America/New_York"),
        "FREQ=DAILY",
        &["2026-03-07T14:00:00Z", "2026-03-08T13:00:00Z"],
    );
    check(
        &anchor("20261031T090000", "Europe/Berlin"),
        "FREQ=YEARLY;BYMONTH=3,10;BYMONTHDAY=31",
        &["2026-10-31T08:00:00Z", "2027-03-31T07:00:00Z"],
    );
}

#[test]
fn a_time_in_a_gap_reads_with_the_offset_before() {
    let anchor = anchor("20260307T023000", "America/New_York");
    check(&anchor, "FREQ=DAILY", &["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"]);
    // The rule still names it as it says.
    let second = first(&series(&anchor, &["FREQ=DAILY"]), &anchor, 2)[1];
    assert_eq!(second.civil, wall("2026-03-08T02:30:00"));
}

#[test]
fn two_wall_times_at_one_instant_are_one_instance() {
    let anchor = anchor("20260308T003000", "America/New_York");
    check(
        &anchor,
        "FREQ=HOURLY;COUNT=4",
        &["2026-03-08T05:30:00Z", "2026-03-08T06:30:00Z", "2026-03-08T07:30:00Z", "2026-03-08T08:30:00Z"],
    );
    let found = first(&series(&anchor, &["FREQ=HOURLY;COUNT=4"]), &anchor, 9);
    // Four by count, and the third by the name that clocks show.
    assert_eq!(found.len(), 4);
    assert_eq!(found[2].civil, wall("2026-03-08T03:30:00"));
}

#[test]
fn instants_are_in_order_where_wall_times_are_not() {
    // 02:45 never happens and is read as 03:45, after 03:15.
    check(
        &anchor("20260308T020000", "America/New_York"),
        "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=15,45",
        // 02:15 = 03:15, 02:45 = 03:45, and DTSTART itself is 03:00.
        &["2026-03-08T07:00:00Z", "2026-03-08T07:15:00Z", "2026-03-08T07:45:00Z", "2026-03-09T06:15:00Z"],
    );
}

#[test]
fn a_time_that_happens_twice_is_the_first() {
    check(
        &anchor("20261101T003000", "America/New_York"),
        "FREQ=HOURLY",
        &["2026-11-01T04:30:00Z", "2026-11-01T05:30:00Z", "2026-11-01T07:30:00Z"],
    );
}

#[test]
fn zones_that_change_at_midnight_lose_no_day() {
    // Clocks in Santiago go from 24:00 to 01:00 on 2026-09-06; in Beirut on 2026-03-29.
    check(
        &all_day("20260905", "America/Santiago"),
        "FREQ=DAILY",
        &["2026-09-05T04:00:00Z", "2026-09-06T04:00:00Z", "2026-09-07T03:00:00Z"],
    );
    check(
        &anchor("20260328T000000", "Asia/Beirut"),
        "FREQ=DAILY",
        &["2026-03-27T22:00:00Z", "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"],
    );
}

#[test]
fn a_day_that_never_was_is_the_day_after() {
    // Samoa went over the date line at the end of 2011-12-29.
    check(
        &anchor("20111228T090000", "Pacific/Apia"),
        "FREQ=DAILY;COUNT=4",
        &["2011-12-28T19:00:00Z", "2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z", "2011-12-31T19:00:00Z"],
    );
}

#[test]
fn a_window_finds_what_a_gap_moved_into_it() {
    let anchor = anchor("20260301T023000", "America/New_York");
    let daily = series(&anchor, &["FREQ=DAILY"]);
    // 02:30 of the eighth happens at 03:30; the window opens at 03:15.
    let window = Window { from: Some(instant("2026-03-08T07:15:00Z")), to: Some(instant("2026-03-08T07:45:00Z")) };
    let found = daily.expand(&anchor, window, 9, &mut Budget::default()).unwrap();
    assert_eq!(found.items.len(), 1);
    assert!(!found.truncated);
}

#[test]
fn until_in_utc_is_an_instant_and_a_date_is_a_whole_day() {
    let anchor = anchor("20260101T220000", "America/New_York");
    let starts = |rule: &str| first(&series(&anchor, &[rule]), &anchor, 99).len();
    assert_eq!(starts("FREQ=DAILY;UNTIL=20260104T030000Z"), 3);
    assert_eq!(starts("FREQ=DAILY;UNTIL=20260104T025959Z"), 2);
    assert_eq!(starts("FREQ=DAILY;UNTIL=20260103T220000"), 3);
    assert_eq!(starts("FREQ=DAILY;UNTIL=20260103"), 3);
}

#[test]
fn until_of_a_series_of_days_is_a_date() {
    let anchor = all_day("20260101", "America/New_York");
    for until in ["20260103", "20260103T000000", "20260103T000000Z"] {
        let series = series(&anchor, &[&format!("FREQ=DAILY;UNTIL={until}")]);
        assert_eq!(first(&series, &anchor, 99).len(), 3, "{until}");
    }
}

#[test]
fn zones_by_name() {
    let name = |text: &str| Zone::named(text).map(|zone| zone.name().to_owned()).ok();
    assert_eq!(name("europe/BERLIN").as_deref(), Some("Europe/Berlin"));
    assert_eq!(name("utc").as_deref(), Some("UTC"));
    let long = "A".repeat(10_000);
    for bad in [
        "",
        "Mars/Olympus",
        "localtime",
        "posixrules",
        "Etc/Unknown",
        "EST5EDT4,M3.2.0,M11.1.0",
        "<+03>-3",
        "../../etc/passwd",
        "/etc/localtime",
        "posix/UTC",
        "right/UTC",
        "Europe/Berlin ",
        &long,
    ] {
        assert_eq!(name(bad), None, "{bad}");
    }
    assert!(Zone::named(&long).unwrap_err().to_string().len() < 100);
    assert_eq!(Zone::named("UTC").unwrap(), Zone::utc());
}

#[test]
fn the_table_of_zones_is_chosen_once() {
    use kalends_domain::time::{DatabaseInUse, database_description, use_database};
    assert!(Zone::named("UTC").is_ok());
    let late = use_database(jiff::tz::TimeZoneDatabase::bundled(), "too late");
    assert_eq!(late, Err(DatabaseInUse));
    assert_eq!(database_description(), "bundled");
}

#[test]
fn folds() {
    let zone = Zone::named("America/New_York").unwrap();
    let twice = wall("2026-11-01T01:30:00");
    let (early, late) = (zone.resolve_fold(twice, Fold::First), zone.resolve_fold(twice, Fold::Second));
    assert_eq!((early, late), (instant("2026-11-01T05:30:00Z"), instant("2026-11-01T06:30:00Z")));
    assert_eq!((zone.fold_of(early), zone.fold_of(late)), (Fold::First, Fold::Second));
    let once = wall("2026-11-01T09:30:00");
    assert_eq!(zone.resolve_fold(once, Fold::Second), zone.resolve(once));
}

#[test]
fn starts_of_days() {
    let start = |zone: &str, date: &str| Zone::named(zone).unwrap().start_of_day(day(date)).to_string();
    assert_eq!(start("Europe/Berlin", "2026-07-01"), "2026-06-30T22:00:00Z");
    assert_eq!(start("America/Santiago", "2026-09-06"), "2026-09-06T04:00:00Z");
    assert_eq!(start("America/Havana", "2026-11-01"), "2026-11-01T04:00:00Z");
    // The gap in Toronto began at 23:30 the day before.
    assert_eq!(start("America/Toronto", "1919-03-31"), "1919-03-31T04:30:00Z");
    assert_eq!(start("Pacific/Apia", "2011-12-30"), start("Pacific/Apia", "2011-12-31"));
}
