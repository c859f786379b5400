//! When an event is, and the occurrences of a series, found with crate `rrule` and `chrono-tz`: by other means than the
//! server's own.

use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use rrule::{RRule, RRuleSet, Unvalidated};

/// Most occurrences that are listed of one series.
const MOST: u16 = 1_000;

/// Where something begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Start {
    Day(NaiveDate),
    At(DateTime<Utc>),
}

impl Start {
    /// As the id of an occurrence has it, and iCalendar in UTC.
    pub(super) fn compact(self) -> String {
        match self {
            Self::Day(day) => day.format("%Y%m%d").to_string(),
            Self::At(at) => at.format("%Y%m%dT%H%M%SZ").to_string(),
        }
    }

    /// From the id of an occurrence.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let instant = || NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok().map(|at| Self::At(at.and_utc()));
        NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(Self::Day).or_else(instant)
    }
}

/// The zone of this IANA name.
pub(super) fn zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// The instant at which the clocks of a zone show this; where they skip it, an hour later.
pub(super) fn resolve(wall: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
        LocalResult::None => zone.from_utc_datetime(&(wall - zone_offset(wall, zone))).to_utc(),
    }
}

fn zone_offset(wall: NaiveDateTime, zone: Tz) -> Duration {
    // Of the day before, when no clock had been put forward yet.
    let before = zone.from_utc_datetime(&(wall - Duration::days(1)));
    before.naive_local() - before.naive_utc()
}

/// A series: where it begins, in which zone, and its lines as iCalendar has them.
#[derive(Debug, Clone)]
pub(super) struct Series {
    pub(super) first: Start,
    pub(super) zone: Tz,
    pub(super) lines: Vec<String>,
}

impl Series {
    /// Why these lines are no recurrence, if they are none.
    pub(super) fn problem(&self) -> Option<String> {
        self.lines.iter().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            match name.split(';').next()? {
                "RRULE" => self.rules(value).is_none().then(|| format!("{line} is no rule")),
                "RDATE" | "EXDATE" => value.split(',').find(|date| self.date(name, date).is_none()).map(str::to_owned),
                _ => Some(format!("{line} is not of a recurrence")),
            }
        })
    }

    /// The occurrences in order, the first ones of those that have no end.
    pub(super) fn starts(&self) -> Vec<Start> {
        self.between(None)
    }

    /// Whether there is one that begins here.
    pub(super) fn has(&self, start: Start) -> bool {
        self.between(Some(start)).contains(&start)
    }

    fn between(&self, only: Option<Start>) -> Vec<Start> {
        let mut found = vec![self.first];
        let mut not = Vec::new();
        for line in &self.lines {
            let Some((name, value)) = line.split_once(':') else { continue };
            let dates = value.split(',').filter_map(|date| self.date(name, date));
            match name.split(';').next() {
                Some("RRULE") => found.extend(self.rules(value).into_iter().flat_map(|set| self.expand(set, only))),
                Some("RDATE") => found.extend(dates),
                Some("EXDATE") => not.extend(dates),
                _ => {}
            }
        }
        found.retain(|start| !not.contains(start));
        found.sort();
        found.dedup();
        found
    }

    fn expand(&self, set: RRuleSet, only: Option<Start>) -> Vec<Start> {
        let set = match only {
            Some(only) => {
                let at = self.anchored(only);
                set.after(at - Duration::seconds(1)).before(at + Duration::seconds(1))
            }
            None => set,
        };
        let day = |at: &DateTime<rrule::Tz>| match self.first {
            Start::Day(_) => Start::Day(at.date_naive()),
            Start::At(_) => Start::At(at.to_utc()),
        };
        set.all(MOST).dates.iter().map(day).collect()
    }

    /// Days are anchored at midnight in UTC.
    fn anchored(&self, start: Start) -> DateTime<rrule::Tz> {
        match start {
            Start::Day(day) => day.and_time(NaiveTime::MIN).and_utc().with_timezone(&rrule::Tz::UTC),
            Start::At(at) => at.with_timezone(&rrule::Tz::Tz(self.zone)),
        }
    }

    fn rules(&self, value: &str) -> Option<RRuleSet> {
        // Crate rrule wants an UNTIL in UTC, and a date is one too.
        let parts = value.split(';').map(|part| match part.strip_prefix("UNTIL=") {
            Some(day) if day.len() == 8 => format!("UNTIL={day}T235959Z"),
            _ => part.to_owned(),
        });
        let rule: RRule<Unvalidated> = parts.collect::<Vec<_>>().join(";").parse().ok()?;
        let start = self.anchored(self.first);
        Some(RRuleSet::new(start).rrule(rule.validate(start).ok()?))
    }

    fn date(&self, name: &str, text: &str) -> Option<Start> {
        if let Some(start) = Start::parse(text.split('/').next()?) {
            return match (start, self.first) {
                // A day takes out what begins on it, and adds what begins at the series' time.
                (Start::Day(day), Start::At(first)) => {
                    let time = first.with_timezone(&self.zone).time();
                    Some(Start::At(resolve(day.and_time(time), self.zone)))
                }
                (Start::At(_), Start::Day(_)) => None,
                _ => Some(start),
            };
        }
        let wall = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok()?;
        let named = name.split(';').find_map(|parameter| parameter.strip_prefix("TZID="));
        Some(Start::At(resolve(wall, named.map_or(Some(self.zone), zone)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(lines: &[&str]) -> Series {
        let first = Start::At("2026-03-27T08:00:00Z".parse().unwrap());
        let lines = lines.iter().map(|&line| line.to_owned()).collect();
        Series { first, zone: chrono_tz::Europe::Berlin, lines }
    }

    #[test]
    fn occurrences_keep_their_wall_time() {
        let lines =
            ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE;TZID=Europe/Berlin:20260328T090000", "EXDATE;VALUE=DATE:20260330"];
        let starts: Vec<_> = series(&lines).starts().into_iter().map(Start::compact).collect();
        assert_eq!(starts, ["20260327T080000Z", "20260329T070000Z", "20260331T070000Z"]);
    }

    #[test]
    fn an_occurrence_of_an_endless_series_is_found() {
        let series = series(&["RRULE:FREQ=WEEKLY"]);
        assert!(series.has(Start::parse("20260403T070000Z").unwrap()));
        assert!(!series.has(Start::parse("20260403T080000Z").unwrap()));
    }

    #[test]
    fn what_is_no_recurrence_is_said() {
        for bad in ["RRULE:FREQ=SOMETIMES", "EXDATE:tomorrow", "DTSTART:20260101T000000Z"] {
            assert!(series(&[bad]).problem().is_some(), "{bad}");
        }
        assert_eq!(series(&["RRULE:FREQ=WEEKLY;UNTIL=20261231"]).problem(), None);
    }
}
