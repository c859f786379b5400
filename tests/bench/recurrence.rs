//! One week of a daily series, begun lately or long ago, and crate `rrule` on the same.

use std::hint::black_box;

use jiff::Timestamp;
use kalends_domain::recurrence::{Anchor, Budget, Recurrence, Window};
use kalends_domain::time::Zone;

use crate::table::Table;

const ZONE: &str = "America/New_York";
const WEEK: (&str, &str) = ("2026-11-02T05:00:00Z", "2026-11-09T05:00:00Z");
/// How often one round repeats, so that it is long next to the clock's own cost.
const REPEAT: usize = 200;

/// A daily series from this day on, and how to ask it for the week.
fn ours(year: &str) -> impl Fn() + use<> {
    let start = format!("{year}-01-05T09:00:00").parse().unwrap();
    let anchor = Anchor { start, zone: Zone::named(ZONE).unwrap(), all_day: false };
    let rules = vec!["FREQ=DAILY".parse().unwrap()];
    let daily = Recurrence::new(&anchor, rules, vec![], vec![], &mut Budget::new(10_000)).unwrap();
    let window = Window { from: Some(WEEK.0.parse().unwrap()), to: Some(WEEK.1.parse().unwrap()) };
    move || {
        for _ in 0..REPEAT {
            let found = daily.expand(black_box(&anchor), black_box(window), 100, &mut Budget::new(10_000)).unwrap();
            assert_eq!(black_box(found).items.len(), 7);
        }
    }
}

/// The same with crate `rrule`, once.
fn theirs(year: &str) -> impl Fn() + use<> {
    let set: rrule::RRuleSet = format!("DTSTART;TZID={ZONE}:{year}0105T090000\nRRULE:FREQ=DAILY").parse().unwrap();
    let bound = |text: &str| {
        let at: Timestamp = text.parse().unwrap();
        chrono::DateTime::from_timestamp(at.as_second(), 0).unwrap().with_timezone(&rrule::Tz::UTC)
    };
    // Both of its bounds are inclusive.
    let set = set.after(bound(WEEK.0)).before(bound(WEEK.1) - chrono::TimeDelta::seconds(1));
    move || {
        let found = black_box(set.clone()).all(100);
        assert_eq!(black_box(found).dates.len(), 7);
    }
}

pub(crate) fn run(table: &mut Table) {
    let what = "week of a daily series, begun 1970 / begun 2026";
    table.compare(what, "≤ 1.2", 101, ("1970 (200×)", "2026 (200×)"), ours("1970"), ours("2026"));
    let (ours, theirs) = (ours("1996"), theirs("1996"));
    let what = "week of a daily series begun 1996, crate rrule / ours";
    let theirs = move || (0..REPEAT).for_each(|_| theirs());
    table.compare(what, "≥ 50", 5, ("rrule (200×)", "ours (200×)"), theirs, ours);
}
