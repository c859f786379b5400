//! Slots on days when clocks change.

use crate::harness::{at, link};
use kalends_domain::{
    booking::{Slot, offers},
    event::Window,
    time::{SignedDuration, Timestamp, Zone},
};

/// The wall times at which slots of an hour begin on this day, with their offsets.
fn check(zone: &str, day: &str, hours: &str, expected: &[&str]) {
    let link = link(60, zone, hours);
    let zone = Zone::named(zone).unwrap();
    let day: jiff::civil::Date = day.parse().unwrap();
    let whole = Window { from: zone.start_of_day(day), to: zone.start_of_day(day.tomorrow().unwrap()) };
    let slots = offers(&link, Timestamp::UNIX_EPOCH, whole, &[], &[]);
    let told = |slot: &Slot| {
        assert_eq!(slot.end.duration_since(slot.start), SignedDuration::from_hours(1));
        format!("{} {}", zone.civil(slot.start).time(), zone.offset(slot.start))
    };
    assert_eq!(slots.iter().map(told).collect::<Vec<_>>(), expected, "{zone} {day}");
}

#[test]
fn a_skipped_hour_is_not_worked() {
    check("America/New_York", "2026-03-08", "01:00-05:00", &["01:00:00 -05", "03:00:00 -04", "04:00:00 -04"]);
    check("America/New_York", "2026-03-08", "02:00-03:00", &[]);
    check("Australia/Lord_Howe", "2026-10-04", "01:00-04:00", &["01:00:00 +10:30", "02:30:00 +11"]);
    check("Asia/Beirut", "2026-03-29", "00:00-02:00", &["01:00:00 +03"]);
}

#[test]
fn a_repeated_hour_is_worked_twice() {
    let twice = ["00:00:00 -04", "01:00:00 -04", "01:00:00 -05", "02:00:00 -05"];
    check("America/New_York", "2026-11-01", "00:00-03:00", &twice);
    // Half an hour is repeated; what starts after it counts from its own start.
    check("Australia/Lord_Howe", "2026-04-05", "01:00-03:00", &["01:00:00 +11", "01:30:00 +10:30"]);
}

#[test]
fn a_skipped_day_has_no_hours() {
    check("Pacific/Apia", "2011-12-29", "22:00-24:00", &["22:00:00 -10", "23:00:00 -10"]);
    check("Pacific/Apia", "2011-12-30", "09:00-11:00", &[]);
    let mut apia = link(60, "Pacific/Apia", "09:00-11:00");
    apia.settings.date_overrides.insert("2011-12-31".parse().unwrap(), vec![]);
    let days = Window { from: at("2011-12-30T00:00:00Z"), to: at("2011-12-31T10:00:00Z") };
    // The day before the skipped one is still going on at first; the day after it is closed.
    assert!(offers(&apia, Timestamp::UNIX_EPOCH, days, &[], &[]).is_empty());
}
