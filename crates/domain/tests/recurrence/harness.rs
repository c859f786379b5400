//! Short ways to say what a rule should give.

use kalends_domain::{
    recurrence::{Anchor, Budget, Instance, Recurrence, Rule, Window},
    time::{
        Timestamp, Zone,
        civil::{Date, DateTime},
    },
};

pub(crate) fn wall(text: &str) -> DateTime {
    text.parse().or_else(|_| DateTime::strptime("%Y%m%dT%H%M%S", text)).unwrap()
}

pub(crate) fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub(crate) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn rule(text: &str) -> Rule {
    text.parse().unwrap()
}

pub(crate) fn anchor(start: &str, zone: &str) -> Anchor {
    Anchor { start: wall(start), zone: Zone::named(zone).unwrap(), all_day: false }
}

pub(crate) fn all_day(start: &str, zone: &str) -> Anchor {
    Anchor { all_day: true, ..anchor(&format!("{start}T000000"), zone) }
}

pub(crate) fn series(anchor: &Anchor, rules: &[&str]) -> Recurrence {
    let rules = rules.iter().map(|text| rule(text)).collect();
    Recurrence::new(anchor, rules, vec![], vec![], &mut Budget::default()).unwrap()
}

/// Like [`series`], but DTSTART is an instance only where a rule says so.
pub(crate) fn strict(anchor: &Anchor, rules: &[&str]) -> Recurrence {
    let rules = rules.iter().map(|text| rule(text)).collect();
    let budget = &mut Budget::default();
    Recurrence::counting(anchor, rules, vec![], vec![], false, budget).unwrap()
}

pub(crate) fn first(of: &Recurrence, anchor: &Anchor, limit: usize) -> Vec<Instance> {
    let found = of.expand(anchor, Window::ALL, limit, &mut Budget::default());
    found.unwrap().items
}

pub(crate) fn walls(instances: &[Instance]) -> Vec<String> {
    instances.iter().map(|instance| instance.civil.to_string()).collect()
}

/// The rule gives these wall times and, if it ends, no others. A rule without an end is asked for as many.
#[track_caller]
fn check_walls(rule_text: &str, start: &str, expected: &[DateTime]) {
    let anchor = anchor(start, "America/New_York");
    let series = strict(&anchor, &[rule_text]);
    let more = usize::from(!series.is_endless());
    let found = first(&series, &anchor, expected.len() + more);
    let found: Vec<DateTime> = found.iter().map(|instance| instance.civil).collect();
    assert_eq!(found, expected, "{rule_text}");
}

/// The rule gives these days, at the time of DTSTART: `1997-09: 2-4 16; 1998-01: 6`.
#[track_caller]
pub(crate) fn check(rule: &str, start: &str, expected: &str) {
    let time = wall(start).time();
    let mut walls = Vec::new();
    for month in expected.split(';').filter(|month| !month.trim().is_empty()) {
        let (month, days) = month.trim().split_once(':').unwrap();
        for range in days.split_whitespace() {
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            for number in low.parse::<u8>().unwrap()..=high.parse().unwrap() {
                walls.push(day(&format!("{month}-{number:02}")).to_datetime(time));
            }
        }
    }
    check_walls(rule, start, &walls);
}

/// The rule gives these times of these days: `1997-09-02: 09:00 09:20; 1997-09-03: 09:00`.
#[track_caller]
pub(crate) fn check_times(rule: &str, start: &str, expected: &str) {
    let mut walls = Vec::new();
    for entry in expected.split(';') {
        let (date, times) = entry.trim().split_once(": ").unwrap();
        for time in times.split_whitespace() {
            walls.push(day(date).to_datetime(time.parse().unwrap()));
        }
    }
    check_walls(rule, start, &walls);
}
