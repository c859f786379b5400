//! VTIMEZONE (RFC 5545, section 3.6.5): the changes of a zone's clocks, as rules where they follow any.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use kalends_domain::recurrence::ByDay;
use kalends_domain::time::{Offset, Transition, Zone};

use super::line::{Line, fold};
use super::time;

/// The second of January of the year 1: before it there are no dates to write.
const FIRST_DAY: Timestamp = Timestamp::constant(-62_135_510_400, 0);
/// Changes are told one by one up to this year, and rules that hold until then hold for ever.
const HORIZON: i16 = 2100;
/// In so many years every date falls on every weekday, also over a year such as 2100 that is no leap year.
const CYCLE: i16 = 40;
/// Fewer changes than this make no rule.
const FEWEST: usize = 3;

/// Writes what the clocks of a zone show from `since` on.
pub(super) fn timezone(zone: &Zone, since: Timestamp, out: &mut String) {
    fold("BEGIN:VTIMEZONE", out);
    Line::new("TZID").text(zone.name(), out);
    if Zone::named(zone.name()).is_ok() {
        Line::new("X-LIC-LOCATION").text(zone.name(), out);
    }
    for observance in observances(zone, since) {
        observance.write(out);
    }
    fold("END:VTIMEZONE", out);
}

/// A STANDARD or DAYLIGHT: changes from one offset to another, in order, and the rule that makes them, if one does.
struct Observance {
    changes: Vec<Transition>,
    rule: Option<String>,
}

impl Observance {
    fn write(&self, out: &mut String) {
        let Some(first) = self.changes.first() else { return };
        let component = if first.dst { "DAYLIGHT" } else { "STANDARD" };
        fold(&format!("BEGIN:{component}"), out);
        Line::new("DTSTART").value(&local(first), out);
        if let Some(rule) = &self.rule {
            Line::new("RRULE").value(rule, out);
        } else if self.changes.len() > 1 {
            // Some readers take of each RDATE the first value only, and then not DTSTART.
            for change in &self.changes {
                Line::new("RDATE").value(&local(change), out);
            }
        }
        Line::new("TZOFFSETFROM").value(&utc_offset(first.before), out);
        Line::new("TZOFFSETTO").value(&utc_offset(first.after), out);
        Line::new("TZNAME").text(&first.abbreviation, out);
        fold(&format!("END:{component}"), out);
    }
}

fn observances(zone: &Zone, since: Timestamp) -> Vec<Observance> {
    let since = since.max(FIRST_DAY);
    let horizon = HORIZON.max(Zone::utc().civil(since).year().saturating_add(CYCLE)).min(Date::MAX.year());
    let mut later = zone.transitions(since);
    let mut changes: Vec<_> = later.by_ref().take_while(|it| it.wall().year() < horizon).collect();
    let for_ever = later.next().is_some().then_some(horizon);
    if let Some(first) = changes.first_mut()
        && first.at < Timestamp::UNIX_EPOCH
    {
        // Most such changes are from a local mean time, whose odd seconds not all readers know.
        first.at = since.min(Timestamp::UNIX_EPOCH);
        first.before = first.after;
    }
    let mut observances = Vec::new();
    let changes = take_rules(changes, |_| None, for_ever, &mut observances);
    let changes = take_rules(changes, |it| Some(it.wall().weekday()), for_ever, &mut observances);
    let alone = groups(changes, |it| (it.before, it.after, it.dst, it.abbreviation.clone()));
    observances.extend(alone.map(|changes| Observance { changes, rule: None }));
    observances.sort_by_key(|it| it.changes.first().map(|first| (first.at, first.dst)));
    observances
}

/// Takes the changes that yearly rules make, on a weekday if one is given, and gives back those that are left.
fn take_rules(
    changes: Vec<Transition>,
    weekday: impl Fn(&Transition) -> Option<Weekday>,
    for_ever: Option<i16>,
    observances: &mut Vec<Observance>,
) -> Vec<Transition> {
    let key = |it: &Transition| {
        let (wall, weekday) = (it.wall(), weekday(it).map(Weekday::to_monday_zero_offset));
        (it.before, it.after, it.dst, it.abbreviation.clone(), wall.month(), wall.time(), weekday)
    };
    let mut left = Vec::new();
    for group in groups(changes, key) {
        let mut runs: Vec<Run> = Vec::new();
        for change in group {
            let change = match runs.last_mut() {
                Some(run) => run.push(change),
                None => Some(change),
            };
            runs.extend(change.map(|change| {
                let weekday = weekday(&change);
                Run::new(change, weekday)
            }));
        }
        for run in runs {
            if run.changes.len() < FEWEST {
                left.extend(run.changes);
            } else {
                observances.push(Observance { rule: Some(run.rule(for_ever)), changes: run.changes });
            }
        }
    }
    left.sort_by_key(|it| it.at);
    left
}

/// Days of a month, at most one of them in each year.
#[derive(Clone, Copy)]
struct Days {
    month: i8,
    first: i8,
    last: i8,
    /// The weekday that they are; none when they are one date.
    weekday: Option<Weekday>,
}

impl Days {
    fn of(date: Date, weekday: Option<Weekday>) -> Self {
        Self { month: date.month(), first: date.day(), last: date.day(), weekday }
    }

    /// The days from these to another of the same month; none when a year could have two of them.
    fn and(self, day: i8) -> Option<Self> {
        let wider = Self { first: self.first.min(day), last: self.last.max(day), ..self };
        let most = if self.weekday.is_some() { 7 } else { 1 };
        (wider.last - wider.first < most).then_some(wider)
    }

    /// The one of a year.
    fn in_year(self, year: i16) -> Option<Date> {
        let mut dates = (self.first..=self.last).filter_map(|day| Date::new(year, self.month, day).ok());
        dates.find(|date| self.weekday.is_none_or(|weekday| weekday == date.weekday()))
    }
}

/// Changes that a yearly rule makes, and it makes no others between the first and the last.
struct Run {
    days: Days,
    changes: Vec<Transition>,
    last_year: i16,
    /// Years between them without a change.
    gaps: Vec<i16>,
}

impl Run {
    fn new(change: Transition, weekday: Option<Weekday>) -> Self {
        let date = change.wall().date();
        Self { days: Days::of(date, weekday), changes: vec![change], last_year: date.year(), gaps: Vec::new() }
    }

    /// Takes a later change, or gives it back when no rule makes it too and nothing else.
    fn push(&mut self, change: Transition) -> Option<Transition> {
        let date = change.wall().date();
        let new_gaps = self.last_year + 1..date.year();
        let Some(days) = self.days.and(date.day()) else { return Some(change) };
        if self.gaps.iter().copied().chain(new_gaps.clone()).any(|year| days.in_year(year).is_some()) {
            return Some(change);
        }
        self.days = days;
        self.changes.push(change);
        self.last_year = date.year();
        self.gaps.extend(new_gaps);
        None
    }

    /// The value of RRULE. It has no end where it makes nothing after the last change up to the year `for_ever`, until
    /// which all changes are known of a zone that has more.
    fn rule(&self, for_ever: Option<i16>) -> String {
        let Days { month, first, last, weekday } = self.days;
        let days = match (weekday, self.nth()) {
            (Some(day), nth @ Some(_)) => format!("BYDAY={}", ByDay { nth, day }),
            (Some(day), None) => {
                let list: Vec<String> = (first..=last).map(|day| day.to_string()).collect();
                format!("BYMONTHDAY={};BYDAY={}", list.join(","), ByDay { nth: None, day })
            }
            (None, _) => format!("BYMONTHDAY={first}"),
        };
        let ends = for_ever.is_none_or(|year| (self.last_year + 1..year).any(|year| self.days.in_year(year).is_some()));
        // Some readers compare it with local time: whichever way it is read, the last change is in and no other.
        let until = self.changes.last().filter(|_| ends).map(|last| {
            let local = Zone::utc().resolve(last.wall());
            format!(";UNTIL={}", time::utc(local.max(last.at)))
        });
        format!("FREQ=YEARLY;BYMONTH={month};{days}{}", until.unwrap_or_default())
    }

    /// Which one of its weekday in the month every change is: the last (-1), or one of the first four.
    fn nth(&self) -> Option<i8> {
        let is_last = |it: &Transition| it.wall().day() + 7 > it.wall().days_in_month();
        let nth = (self.days.first - 1) / 7 + 1;
        if !self.gaps.is_empty() {
            None
        } else if self.changes.iter().all(is_last) {
            Some(-1)
        } else {
            (self.days.last <= 7 * nth && nth <= 4).then_some(nth)
        }
    }
}

/// Changes with the same key, in order.
fn groups<K: Ord>(changes: Vec<Transition>, key: impl Fn(&Transition) -> K) -> impl Iterator<Item = Vec<Transition>> {
    let mut groups: BTreeMap<K, Vec<Transition>> = BTreeMap::new();
    for change in changes {
        groups.entry(key(&change)).or_default().push(change);
    }
    groups.into_values()
}

/// When a change is, on the clocks as they were.
fn local(change: &Transition) -> String {
    time::Form::Local(&Zone::utc()).value(change.wall())
}

/// ±HHMM, with seconds where there are any (RFC 5545, section 3.3.14).
fn utc_offset(offset: Offset) -> String {
    let seconds = offset.seconds().unsigned_abs();
    let sign = if offset.is_negative() { '-' } else { '+' };
    let whole = format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds.is_multiple_of(60) { whole } else { format!("{whole}{:02}", seconds % 60) }
}
