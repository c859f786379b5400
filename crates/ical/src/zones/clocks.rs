//! What clocks show over the years: the changes of their offset from UTC.

use kalends_domain::{
    recurrence::{Anchor, Budget, RDate, Recurrence, Rule, Window},
    time::{Offset, Timestamp, Zone, civil},
};

use super::offset;

/// The first instant of 1900: what a rule said before is left out.
const EARLIEST: Timestamp = Timestamp::constant(-2_208_988_800, 0);
/// The first instant of 2050: to here rules are followed.
const LATEST: Timestamp = Timestamp::constant(2_524_608_000, 0);

/// The first instant of 1970, in seconds: no zone is looked at before.
pub(super) const ZONES_FROM: i64 = 0;
/// The first instant of 2038, in seconds: nor from here on.
const ZONES_TO: i64 = 2_145_916_800;
/// No clocks were put forward and back again sooner, in seconds; Boa Vista's once were within the week.
const STEP: i64 = 6 * 86_400;

/// More observances, or changes, than clocks ever had: Morocco has two changes a year for Ramadan and two for summer.
const MOST_CHANGES: usize = 2000;
/// Ten times what the longest history takes to evaluate.
const MOST_CANDIDATES: u64 = 50_000;

/// One STANDARD or DAYLIGHT of a VTIMEZONE (RFC 5545, section 3.6.5).
#[derive(Debug, Clone)]
pub(crate) struct Observance {
    /// DTSTART: when it first begins, on clocks that show `offset_from`.
    pub(crate) start: civil::DateTime,
    /// TZOFFSETFROM: how many seconds ahead of UTC the clocks were before.
    pub(crate) offset_from: i32,
    /// TZOFFSETTO: how many seconds ahead of UTC they are then.
    pub(crate) offset_to: i32,
    /// RRULE: when it begins again.
    pub(crate) rules: Vec<Rule>,
    /// RDATE: when else, on the same clocks as `start`.
    pub(crate) dates: Vec<civil::DateTime>,
}

impl Observance {
    /// The instants at which it begins, unless they are more than `limit` or take too long to find.
    fn onsets(self, limit: usize, budget: &mut Budget) -> Option<Vec<i64>> {
        let anchor = Anchor { start: self.start, zone: offset::fixed(self.offset_from)?, all_day: false };
        let dates = self.dates.into_iter().map(|start| RDate { start, length: None }).collect();
        // Many put any date into DTSTART and leave the rest to the rule; where there is no rule, it is a date itself.
        let alone = self.rules.is_empty();
        let from = if alone { None } else { Some(EARLIEST) };
        let recurrence = Recurrence::counting(&anchor, self.rules, dates, Vec::new(), alone, budget).ok()?;
        let found = recurrence.expand(&anchor, Window { from, to: Some(LATEST) }, limit, budget).ok()?;
        let seconds = found.items.iter().map(|instance| instance.start.as_second()).collect();
        (!found.truncated).then_some(seconds)
    }
}

/// A moment at which clocks are put forward or back. All in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) at: i64,
    pub(super) from: i32,
    pub(super) to: i32,
}

/// What clocks show: an offset to begin with, and each change of it in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clocks {
    first: i32,
    pub(super) changes: Vec<Change>,
}

impl Clocks {
    /// What a VTIMEZONE says, and the first instant that it says anything about. None if it has no observance, or one
    /// that cannot be evaluated: half a definition would tell wrong times.
    pub(super) fn defined_by(observances: Vec<Observance>) -> Option<(Self, i64)> {
        if observances.len() > MOST_CHANGES {
            return None;
        }
        let mut budget = Budget::new(MOST_CANDIDATES);
        let mut onsets = Vec::new();
        for observance in observances {
            let (from, to) = (observance.offset_from, observance.offset_to);
            offset::fixed(to)?; // refuses what is no offset
            let found = observance.onsets(MOST_CHANGES - onsets.len(), &mut budget)?;
            onsets.extend(found.into_iter().map(|at| Change { at, from, to }));
        }
        onsets.sort_by_key(|onset| onset.at);
        let first = *onsets.first()?;
        let mut clocks = Self { first: first.from, changes: Vec::new() };
        for onset in onsets {
            clocks.change(onset.at, onset.to);
        }
        Some((clocks, first.at))
    }

    /// What the clocks of a zone show from 1970 to 2037.
    pub(super) fn of(zone: &Zone) -> Self {
        let offset = |at: i64| offset_of(zone, at);
        let mut clocks = Self { first: offset(ZONES_FROM), changes: Vec::new() };
        let mut at = ZONES_FROM;
        while at < ZONES_TO {
            let before = clocks.last();
            let (mut same, mut changed) = (at, at + STEP);
            at = changed;
            if offset(changed) == before {
                continue;
            }
            while changed - same > 1 {
                let middle = same + (changed - same) / 2;
                if offset(middle) == before { same = middle } else { changed = middle }
            }
            clocks.change(changed, offset(changed));
            at = changed;
        }
        clocks
    }

    /// Puts the clocks to another offset, after all other changes.
    fn change(&mut self, at: i64, to: i32) {
        let from = self.last();
        if from != to {
            self.changes.push(Change { at, from, to });
        }
    }

    /// The offset after all changes.
    pub(super) fn last(&self) -> i32 {
        self.after(&self.changes)
    }

    /// The offset after the first few changes.
    fn after(&self, changes: &[Change]) -> i32 {
        changes.last().map_or(self.first, |change| change.to)
    }

    /// The offset at an instant.
    pub(super) fn offset_at(&self, at: i64) -> i32 {
        self.after(self.before(at.saturating_add(1)))
    }

    fn before(&self, at: i64) -> &[Change] {
        &self.changes[..self.changes.partition_point(|change| change.at < at)]
    }

    /// The instant from which on, to the end of 2037, these clocks show the same as those.
    pub(super) fn agree_since(&self, other: &Self) -> i64 {
        let (mut ours, mut theirs) = (self.before(ZONES_TO), other.before(ZONES_TO));
        let mut since = ZONES_TO;
        while self.after(ours) == other.after(theirs) {
            since = ours.last().into_iter().chain(theirs.last()).map(|change| change.at).max().unwrap_or(i64::MIN);
            if since == i64::MIN {
                break;
            }
            ours = earlier(ours, since);
            theirs = earlier(theirs, since);
        }
        since
    }

    /// The instant at which the clocks show `wall`: with the offset before it where they jump over it, and the first
    /// time where they show it twice (RFC 5545, section 3.3.5).
    pub(super) fn resolve(&self, wall: civil::DateTime) -> Timestamp {
        let shown = Zone::utc().resolve(wall).as_second();
        let past = |change: &Change| change.at + i64::from(change.from.max(change.to)) <= shown;
        let seconds = self.after(&self.changes[..self.changes.partition_point(past)]);
        let instant = Offset::from_seconds(seconds).and_then(|offset| offset.to_timestamp(wall));
        instant.unwrap_or(if wall.year() < 0 { Timestamp::MIN } else { Timestamp::MAX })
    }
}

/// The changes without one at the instant `at`.
fn earlier(changes: &[Change], at: i64) -> &[Change] {
    match changes.split_last() {
        Some((last, rest)) if last.at == at => rest,
        _ => changes,
    }
}

/// How many seconds ahead of UTC the clocks of a zone are at an instant.
pub(super) fn offset_of(zone: &Zone, at: i64) -> i32 {
    Timestamp::from_second(at).map_or(0, |at| zone.offset(at).seconds())
}
