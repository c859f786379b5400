//! The time zones of a file: those that it names, and those that it defines (VTIMEZONE, RFC 5545 3.6.5).

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{Timestamp, civil};
use kalends_domain::recurrence::{Value, rrule};
use kalends_domain::time::Zone;

use super::component::{Component, Part, Property, parts_within};
use super::text::unescape;
use crate::zones::{Meaning, Observance, Rules, meaning, zone_named};

/// Most definitions of a file, of those that differ, that are evaluated; each has its price.
const MEANINGS_MAX: usize = 30;
/// Most STANDARD and DAYLIGHT parts of one definition; the longest of the world's zones have some 240.
const OBSERVANCES_MAX: usize = 500;
/// Most rules of one of these; it has one.
const RULES_MAX: usize = 10;
/// Most names that are remembered.
const NAMES_MAX: usize = 1_000;

/// What a TZID means.
#[derive(Clone)]
pub(super) enum Place {
    /// A zone.
    Zone(Zone),
    /// Clocks that no zone has.
    Rules(Arc<Rules>),
}

impl Place {
    /// The instant at which the clocks there show `wall`.
    pub(super) fn resolve(&self, wall: civil::DateTime) -> Timestamp {
        match self {
            Self::Zone(zone) => zone.resolve(wall),
            Self::Rules(rules) => rules.resolve(wall),
        }
    }
}

/// The zones of one file.
pub(super) struct Zones {
    home: Zone,
    local: Zone,
    named: HashMap<String, Option<Zone>>,
    /// VTIMEZONEs that nothing has needed yet.
    defined: HashMap<String, Component>,
    places: HashMap<String, Option<Place>>,
    /// What definitions of this text mean. Files that were put together have the same one often.
    meanings: HashMap<String, Option<Place>>,
}

impl Zones {
    /// `home` is where floating times are unless the calendar says otherwise.
    pub(super) fn new(home: Zone) -> Self {
        Self {
            local: home.clone(),
            home,
            named: HashMap::new(),
            defined: HashMap::new(),
            places: HashMap::new(),
            meanings: HashMap::new(),
        }
    }

    /// Where floating times and dates are.
    pub(super) fn local(&self) -> &Zone {
        &self.local
    }

    /// Takes what a calendar says of where its floating times are (X-WR-TIMEZONE).
    pub(super) fn say_local(&mut self, name: &str) {
        if let Some(zone) = self.named(name) {
            self.local = zone;
        }
    }

    /// Forgets what the calendar said: another one begins.
    pub(super) fn forget(&mut self) {
        self.local = self.home.clone();
        self.defined.clear();
        self.places.clear();
    }

    /// Takes a VTIMEZONE. The first of a name counts.
    pub(super) fn define(&mut self, mut timezone: Component) {
        let tzid = timezone.lines().find(|it| it.line.is("TZID")).map(|it| it.line.value.trim().to_owned());
        if let Some(tzid) = tzid {
            timezone.shrink();
            self.defined.entry(tzid).or_insert(timezone);
        }
    }

    /// What a TZID means: by its name, else by the VTIMEZONE that the calendar has given so far.
    pub(super) fn place(&mut self, tzid: &str) -> Option<Place> {
        let tzid = tzid.trim();
        if let Some(zone) = self.named(tzid) {
            return Some(Place::Zone(zone));
        }
        if let Some(known) = self.places.get(tzid) {
            return known.clone();
        }
        let timezone = self.defined.remove(tzid)?;
        let place = self.meant(&timezone);
        self.places.insert(tzid.to_owned(), place.clone());
        place
    }

    fn named(&mut self, name: &str) -> Option<Zone> {
        if let Some(known) = self.named.get(name) {
            return known.clone();
        }
        if self.named.len() == NAMES_MAX {
            self.named.clear();
        }
        // A zone of rules that no other has is written with them for its name (Zone::posix).
        let zone = zone_named(name).or_else(|| Zone::posix(name).ok().filter(|_| name.starts_with('<')));
        self.named.insert(name.to_owned(), zone.clone());
        zone
    }

    /// What a VTIMEZONE means: the zone that it says it is, else one with its clocks.
    fn meant(&mut self, timezone: &Component) -> Option<Place> {
        let (mut text, mut observances) = (String::new(), Vec::new());
        for part in timezone.parts() {
            match part {
                Part::Property(it) if it.line.is("X-LIC-LOCATION") => {
                    if let Some(zone) = self.named(unescape(it.line.value).trim()) {
                        return Some(Place::Zone(zone));
                    }
                }
                Part::Component(name, lines) if matches!(name.as_str(), "STANDARD" | "DAYLIGHT") => {
                    for line in &lines {
                        text.push_str(line.text);
                        text.push('\n');
                    }
                    observances.push(lines);
                }
                _ => {}
            }
        }
        if let Some(known) = self.meanings.get(&text) {
            return known.clone();
        }
        if self.meanings.len() == MEANINGS_MAX || observances.len() > OBSERVANCES_MAX {
            return None;
        }
        let observances = observances.iter().filter_map(|lines| observance(lines)).collect();
        let place = meaning(observances).map(|meaning| match meaning {
            Meaning::Zone(zone) => Place::Zone(zone),
            Meaning::Rules(rules) => Place::Rules(Arc::new(rules)),
        });
        self.meanings.insert(text, place.clone());
        place
    }
}

fn observance(lines: &[Property<'_>]) -> Option<Observance> {
    let (mut start, mut from, mut to) = (None, None, None);
    let (mut rules, mut dates) = (Vec::new(), Vec::new());
    for part in parts_within(lines) {
        let Part::Property(Property { line, .. }) = part else { continue };
        match line.name.to_ascii_uppercase().as_str() {
            "DTSTART" => start = wall(line.value),
            "TZOFFSETFROM" => from = offset(line.value),
            "TZOFFSETTO" => to = offset(line.value),
            "RRULE" if rules.len() < RULES_MAX => rules.push(rrule(line.value).ok()?),
            "RDATE" => dates.extend(line.value.split(',').filter_map(wall)),
            _ => {}
        }
    }
    let offset_to = to?;
    Some(Observance { start: start?, offset_from: from.unwrap_or(offset_to), offset_to, rules, dates })
}

/// A wall time, whichever form it has: there is no zone yet that it could be in.
fn wall(text: &str) -> Option<civil::DateTime> {
    let start = text.split('/').next()?;
    Some(match Value::parse(start.trim()).ok()? {
        Value::Date(date) => date.to_datetime(civil::Time::midnight()),
        Value::Local(wall) => wall,
        Value::Utc(instant) => Zone::utc().civil(instant),
    })
}

/// Seconds east of UTC: `+0100`, `-023000`; a colon within and a missing sign are tolerated.
fn offset(text: &str) -> Option<i32> {
    let text = text.trim().replace(':', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    if !matches!(digits.len(), 4 | 6) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).map_or(Ok(0), str::parse::<i32>);
    let (hours, minutes, seconds) = (part(0).ok()?, part(2).ok()?, part(4).ok()?);
    (hours < 24 && minutes < 60 && seconds < 60).then_some(sign * (hours * 3600 + minutes * 60 + seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets() {
        fn check(text: &str, expected: Option<i32>) {
            assert_eq!(offset(text), expected, "{text}");
        }
        check("+0100", Some(3_600));
        check("-0330", Some(-12_600));
        check("+002946", Some(1_786));
        check("+01:00", Some(3_600));
        check("0200", Some(7_200));
        for bad in ["", "+1", "+2500", "+0160", "+01000", "east"] {
            check(bad, None);
        }
    }
}
