//! Between which wall times the instances of a window, or of a rule, can lie.

use jiff::{SignedDuration, Timestamp, civil::Date};

use crate::time::Zone;

use super::{
    budget::{Budget, BudgetExceeded},
    days::{DAY_SECONDS, LAST, Wall, day_of_date, wall_of},
    expand::count_end,
    rule::{Limit, Until},
    set::{Anchor, BoundedRule},
};

/// Clocks have jumped by a whole day (Samoa, 2011), never by more.
const LONGEST_JUMP: SignedDuration = SignedDuration::from_hours(26);

/// The offsets, in seconds, that wall times near `instant` may be read with: the smallest and the largest.
fn offsets(zone: &Zone, instant: Timestamp) -> (i64, i64) {
    let own = i64::from(zone.offset(instant).seconds());
    if zone.is_fixed() {
        return (own, own);
    }
    [instant.saturating_sub(LONGEST_JUMP), instant.saturating_add(LONGEST_JUMP)]
        .into_iter()
        .flatten()
        .map(|near| i64::from(zone.offset(near).seconds()))
        .fold((own, own), |(low, high), offset| (low.min(offset), high.max(offset)))
}

fn wall_at(instant: Timestamp, offset: i64) -> Wall {
    let epoch = day_of_date(Date::constant(1970, 1, 1)) * DAY_SECONDS;
    let whole = instant.as_second() - i64::from(instant.subsec_nanosecond() < 0);
    epoch + whole + offset
}

/// A wall time before which none resolves to `instant` or later.
pub(super) fn lowest(zone: &Zone, instant: Timestamp) -> Wall {
    wall_at(instant, offsets(zone, instant).0)
}

/// A wall time after which none resolves to `instant` or earlier.
pub(super) fn highest(zone: &Zone, instant: Timestamp) -> Wall {
    wall_at(instant, offsets(zone, instant).1)
}

/// Where a rule ends: a wall time, and the instant of an UNTIL in UTC, which no wall time says exactly.
pub(super) struct End {
    pub(super) wall: Wall,
    pub(super) instant: Option<Timestamp>,
}

impl End {
    pub(super) fn of(
        bounded: &BoundedRule,
        anchor: &Anchor,
        dtstart_always: bool,
        budget: &mut Budget,
    ) -> Result<Self, BudgetExceeded> {
        let at = |wall: Wall| Self { wall: wall.min(wall_of(LAST)), instant: None };
        let day_end = |date: Date| at((day_of_date(date) + 1) * DAY_SECONDS - 1);
        Ok(match bounded.rule().limit() {
            Limit::Endless => at(Wall::MAX),
            Limit::Count(_) => {
                let known = bounded.last();
                let last = match known {
                    Some(last) => Some(last),
                    None => count_end(bounded.rule(), anchor, dtstart_always, budget)?,
                };
                at(last.map_or(Wall::MAX, wall_of))
            }
            Limit::Until(Until::Date(date)) => day_end(date),
            Limit::Until(Until::Local(local)) if anchor.all_day => day_end(local.date()),
            Limit::Until(Until::Local(local)) => at(wall_of(local)),
            Limit::Until(Until::Utc(instant)) if anchor.all_day => day_end(Zone::utc().civil(instant).date()),
            Limit::Until(Until::Utc(instant)) => Self { instant: Some(instant), ..at(highest(&anchor.zone, instant)) },
        })
    }
}
