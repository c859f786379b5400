//! Walking the wall times of one rule, from any point on.

use super::{
    budget::{Budget, BudgetExceeded},
    clock::{self, Clock},
    days::{DAY_SECONDS, Day, Days, Wall, year_of, year_start},
    plan::Plan,
    rule::Freq,
};

/// The wall times of a rule within bounds, in order.
///
/// It starts at the period that holds the lower bound, so its cost does not depend on how old the series is.
#[derive(Debug)]
pub(super) struct Walk<'p> {
    plan: &'p Plan,
    days: Days<'p>,
    /// The next period to look at.
    period: i64,
    from: Wall,
    to: Wall,
    /// The period in hand: its days, its times, and which of their pairings BYSETPOS leaves.
    found: Vec<Day>,
    clock: Clock<'p>,
    picked: Option<Vec<usize>>,
    index: usize,
    len: usize,
}

impl<'p> Walk<'p> {
    /// Walks from `from` to `to`, both included.
    pub(super) fn new(plan: &'p Plan, from: Wall, to: Wall) -> Self {
        let from = from.max(plan.start);
        Self {
            plan,
            days: Days::new(&plan.days),
            period: plan.align(plan.period_of(from)),
            from,
            to: if plan.barren { Wall::MIN } else { to },
            found: Vec::new(),
            clock: Clock { hours: &plan.hours, minutes: &plan.minutes, seconds: &plan.seconds },
            picked: None,
            index: 0,
            len: 0,
        }
    }

    /// The next wall time; `None` at the end.
    pub(super) fn next(&mut self, budget: &mut Budget) -> Result<Option<Wall>, BudgetExceeded> {
        loop {
            while self.index < self.len {
                budget.spend(1)?;
                let wall = self.at(self.index);
                self.index += 1;
                if wall > self.to {
                    self.len = 0;
                    self.to = Wall::MIN;
                    return Ok(None);
                }
                if wall >= self.from {
                    return Ok(Some(wall));
                }
            }
            if !self.advance(budget)? {
                return Ok(None);
            }
        }
    }

    fn at(&self, index: usize) -> Wall {
        let index = self.picked.as_ref().map_or(index, |picked| picked[index]);
        let times = self.clock.len();
        self.found[index / times] * DAY_SECONDS + self.clock.at(index % times)
    }

    /// Takes the next period that is not empty into hand. False: there is none before the end.
    fn advance(&mut self, budget: &mut Budget) -> Result<bool, BudgetExceeded> {
        loop {
            budget.spend(1)?;
            let gathered = match self.plan.short_period() {
                Some(unit) => self.gather_short(unit),
                None => self.gather_long(),
            };
            match gathered {
                Gathered::End => return Ok(false),
                Gathered::Skip(period) => self.period = self.plan.align(period),
                Gathered::Period => {
                    if !self.plan.set_pos.is_empty() {
                        // All of its days were looked at for the few that are picked.
                        budget.spend(u64::try_from(self.found.len()).unwrap_or(u64::MAX))?;
                    }
                    self.period = self.plan.align(self.period + 1);
                    self.choose();
                    if self.index < self.len {
                        return Ok(true);
                    }
                }
            }
        }
    }

    fn gather_long(&mut self) -> Gathered {
        let (first, last) = self.plan.range(self.period);
        if first.saturating_mul(DAY_SECONDS) > self.to {
            return Gathered::End;
        }
        self.days.collect(first, last, &mut self.found);
        if !self.found.is_empty() {
            return Gathered::Period;
        }
        // Nothing here: go to the period of the next day there is, or of the next year.
        let next = self.days.next_in_year(last + 1);
        let next = next.unwrap_or_else(|| year_start(year_of(last + 1) + 1));
        let next = self.plan.period_of(next * DAY_SECONDS);
        Gathered::Skip(next.max(self.period + 1))
    }

    fn gather_short(&mut self, unit: i64) -> Gathered {
        let plan = self.plan;
        let wall = self.period.saturating_mul(unit);
        if wall > self.to {
            return Gathered::End;
        }
        let day = wall.div_euclid(DAY_SECONDS);
        let skip_to = |wall: Wall| Gathered::Skip(wall.div_euclid(unit));
        match self.days.next_in_year(day) {
            Some(next) if next == day => {}
            Some(next) => return skip_to(next * DAY_SECONDS),
            None => return skip_to(year_start(year_of(day) + 1) * DAY_SECONDS),
        }
        let midnight = day * DAY_SECONDS;
        let (hour, minute, second) = ((wall - midnight) / 3600, (wall - midnight) / 60 % 60, (wall - midnight) % 60);
        let hour_start = midnight + hour * 3600;
        self.clock.hours = match clock::next(&plan.hours, hour) {
            Some((index, next)) if next == hour => &plan.hours[index..=index],
            Some((_, next)) => return skip_to(midnight + next * 3600),
            None => return skip_to(midnight + DAY_SECONDS),
        };
        if plan.freq != Freq::Hourly {
            self.clock.minutes = match clock::next(&plan.minutes, minute) {
                Some((index, next)) if next == minute => &plan.minutes[index..=index],
                Some((_, next)) => return skip_to(hour_start + next * 60),
                None => return skip_to(hour_start + 3600),
            };
        }
        if plan.freq == Freq::Secondly {
            let minute_start = hour_start + minute * 60;
            self.clock.seconds = match clock::next(&plan.seconds, second) {
                Some((index, next)) if next == second => &plan.seconds[index..=index],
                Some((_, next)) => return skip_to(minute_start + next),
                None => return skip_to(minute_start + 60),
            };
        }
        self.found.clear();
        self.found.push(day);
        Gathered::Period
    }

    /// Applies BYSETPOS to the whole period, then leaves out what is before the lower bound.
    fn choose(&mut self) {
        let times = self.clock.len();
        let all = self.found.len() * times;
        if self.plan.set_pos.is_empty() {
            self.picked = None;
            self.len = all;
            self.index = self.skipped(times);
            return;
        }
        let mut picked = self.picked.take().unwrap_or_default();
        picked.clear();
        picked.extend(self.plan.set_pos.iter().filter_map(|position| {
            let distance = usize::from(position.unsigned_abs());
            if *position > 0 { (distance <= all).then(|| distance - 1) } else { all.checked_sub(distance) }
        }));
        picked.sort_unstable();
        picked.dedup();
        self.len = picked.len();
        self.index = 0;
        self.picked = Some(picked);
    }

    /// How many of the period's wall times are before the lower bound.
    fn skipped(&self, times: usize) -> usize {
        let day = self.from.div_euclid(DAY_SECONDS);
        let before = self.found.partition_point(|found| *found < day);
        let in_day = match self.found.get(before) {
            Some(found) if *found == day => self.clock.count_before(self.from.rem_euclid(DAY_SECONDS)),
            _ => 0,
        };
        before * times + in_day
    }
}

/// What looking at a period gave.
enum Gathered {
    /// It has wall times.
    Period,
    /// It has none, nor has any before this one.
    Skip(i64),
    /// It is past the upper bound.
    End,
}
