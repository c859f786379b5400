//! The zone that a VTIMEZONE describes.

use kalends_domain::time::{Timestamp, Zone, civil};

use super::{
    clocks::{Change, Clocks, Observance, ZONES_FROM},
    offset, places,
};

/// The first instant of 2022, in seconds: from here to 2050 each weekday meets each date.
const LAST_CYCLE: i64 = 1_640_995_200;

/// The first instant of 2030, in seconds: a definition that begins later is compared over too few years.
const LATEST_START: i64 = 1_893_456_000;

/// What a VTIMEZONE whose name says nothing means.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Meaning {
    /// A zone with the same clocks.
    Zone(Zone),
    /// Rules that no zone has; they can still tell an instant.
    Rules(Rules),
}

/// The changes of a VTIMEZONE up to the year 2050.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rules(Clocks);

impl Rules {
    /// The instant at which these clocks show `wall`, by the reading of [`Zone::resolve`].
    pub(crate) fn resolve(&self, wall: civil::DateTime) -> Timestamp {
        self.0.resolve(wall)
    }
}

/// What a VTIMEZONE with these observances means.
///
/// A fixed offset, if its clocks never change; else the IANA zone whose clocks show the same from 2007 to 2037, or from
/// where the definition begins; among several the one that agrees the longest into the past, then the one that more
/// people know. Failing that, a zone of the definition's own (see [`Zone::posix`]), if it is one rule for summer and
/// one for winter and nothing else since 1970.
///
/// None if it has no observance, or one that cannot be evaluated.
pub(crate) fn meaning(observances: Vec<Observance>) -> Option<Meaning> {
    let (clocks, start) = Clocks::defined_by(observances)?;
    let zone = if clocks.changes.is_empty() {
        offset::fixed(clocks.last())
    } else if start < LATEST_START {
        places::with_clocks(&clocks, start).or_else(|| posix(&clocks, start))
    } else {
        None
    };
    Some(zone.map_or_else(|| Meaning::Rules(Rules(clocks)), Meaning::Zone))
}

/// The zone of at most one rule for summer and one for winter that has these clocks since 1970 or `start`.
fn posix(clocks: &Clocks, start: i64) -> Option<Zone> {
    let start = start.max(ZONES_FROM);
    let zone = match clocks.changes.last() {
        Some(last) if last.at > start => summer_and_winter(clocks)?,
        _ => offset::fixed(clocks.last())?,
    };
    (Clocks::of(&zone).agree_since(clocks) <= start).then_some(zone)
}

/// The zone in which clocks change for ever as these do in their last years; whether they always did is not asked.
fn summer_and_winter(clocks: &Clocks) -> Option<Zone> {
    let changes = &clocks.changes[clocks.changes.partition_point(|change| change.at < LAST_CYCLE)..];
    let winter = changes.iter().map(|change| change.to).min()?;
    let summer = changes.iter().map(|change| change.to).max()?;
    let begins = day_of_year(changes.iter().filter(|change| change.to == summer))?;
    let ends = day_of_year(changes.iter().filter(|change| change.to == winter))?;
    // POSIX takes summer to be an hour ahead, unless it is told otherwise.
    let ahead = if summer - winter == 3600 { String::new() } else { offset::west(summer) };
    let (winter, summer) = (format!("{}{}", offset::label(winter), offset::west(winter)), offset::label(summer));
    Zone::posix(&format!("{winter}{summer}{ahead},{begins},{ends}")).ok()
}

/// The day and time of the first of these changes as POSIX says it: month, week (5 for the last) and weekday, which
/// are also those of the others if a rule made them.
fn day_of_year<'c>(changes: impl Iterator<Item = &'c Change>) -> Option<String> {
    let mut walls = changes.filter_map(|change| {
        let shown = Timestamp::from_second(change.at + i64::from(change.from)).ok()?;
        Some(Zone::utc().civil(shown))
    });
    let first = walls.next()?;
    let is_last = |wall: &civil::DateTime| wall.day() + 7 > wall.date().days_in_month();
    let week = if is_last(&first) && walls.all(|wall| is_last(&wall)) { 5 } else { (first.day() - 1) / 7 + 1 };
    let weekday = first.weekday().to_sunday_zero_offset();
    let midnight = first.date().to_datetime(civil::Time::midnight());
    let time = match i32::try_from(first.duration_since(midnight).as_secs()).ok()? {
        7200 => String::new(),
        time => format!("/{}", offset::clock(time)),
    };
    Some(format!("M{}.{week}.{weekday}{time}", first.month()))
}
