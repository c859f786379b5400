//! From wall times to instances.
//!
//! Rules are walked in wall time and merged; only then does a wall time become an instant. Where the clock jumps
//! forward, two wall times can be one instant, and a later one an earlier instant, so instances wait until nothing
//! to come can still lie before them.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use jiff::{SignedDuration, Timestamp, civil::DateTime};

use crate::time::{Resolved, Zone};

use super::{
    bounds::{End, highest, lowest},
    budget::{Budget, BudgetExceeded},
    days::{DAY_SECONDS, LAST, Wall, civil_of, wall_of},
    plan::Plan,
    rule::{Limit, Rule},
    set::{Anchor, BoundedRule, ExDate, Recurrence},
    walk::Walk,
};

/// A range of instants that instances may start in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Window {
    /// The first instant in it; none means from the beginning.
    pub from: Option<Timestamp>,
    /// The first instant after it; none means to the end, the last days of the year 9999.
    pub to: Option<Timestamp>,
}

impl Window {
    /// All there is.
    pub const ALL: Self = Self { from: None, to: None };

    fn holds(&self, instant: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= instant) && self.to.is_none_or(|to| instant < to)
    }
}

/// One time that a series happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Instance {
    /// The instant it starts.
    pub start: Timestamp,
    /// The wall time that names it: its RECURRENCE-ID. Where the clock jumps over it, this is the time that the rule
    /// says and no clock shows.
    pub civil: DateTime,
    /// Its own length, where an RDATE gives it one; else it is as long as the series says.
    pub length: Option<SignedDuration>,
}

/// What [`Recurrence::expand`] found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instances {
    /// The instances, in order, no two at one instant.
    pub items: Vec<Instance>,
    /// Whether there are more than the limit let through.
    pub truncated: bool,
}

/// The wall times of one rule, and what is next.
struct Source<'p> {
    walk: Walk<'p>,
    until: Option<Timestamp>,
    head: Option<Wall>,
}

pub(super) fn instances(
    recurrence: &Recurrence,
    anchor: &Anchor,
    window: Window,
    limit: usize,
    budget: &mut Budget,
) -> Result<Instances, BudgetExceeded> {
    let mut found = Instances::default();
    let outcome = collect(recurrence, anchor, window, limit, budget, &mut found.items);
    found.truncated = found.items.len() > limit;
    found.items.truncate(limit);
    match outcome {
        // Whether there is one more was all that was left to know, and it is far away.
        Err(BudgetExceeded) if found.items.len() == limit && limit > 0 => {
            found.truncated = true;
            Ok(found)
        }
        outcome => outcome.map(|()| found),
    }
}

/// Puts the first instances into `found`, one more than `limit` so that the caller sees whether there is more.
fn collect(
    recurrence: &Recurrence,
    anchor: &Anchor,
    window: Window,
    limit: usize,
    budget: &mut Budget,
    found: &mut Vec<Instance>,
) -> Result<(), BudgetExceeded> {
    let zone = &anchor.zone;
    let from = window.from.map_or(Wall::MIN, |from| lowest(zone, from));
    let to = window.to.map_or(Wall::MAX, |to| highest(zone, to));
    let to = to.min(wall_of(LAST));
    let removed = Removed::of(recurrence, zone, from, to, budget)?;

    let rules = &recurrence.rules;
    let plans: Vec<Plan> = rules.iter().map(|it| Plan::new(it.rule(), anchor)).collect();
    let mut sources = Vec::with_capacity(plans.len());
    for (plan, bounded) in plans.iter().zip(rules) {
        let end = End::of(bounded, anchor, recurrence.dtstart_always, budget)?;
        let mut walk = Walk::new(plan, from, end.wall.min(to));
        let head = walk.next(budget)?;
        sources.push(Source { walk, until: end.instant, head });
    }
    let dates = dates(recurrence, anchor, from, to, budget)?;
    let mut dates = dates.into_iter().peekable();

    let mut waiting: BTreeMap<Timestamp, Waiting> = BTreeMap::new();
    loop {
        let of_rules = sources.iter().filter_map(|source| source.head).min();
        let of_dates = dates.peek().map(|(wall, _)| *wall);
        let wall = match (of_rules, of_dates) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let next = wall.map(|wall| {
            let civil = civil_of(wall);
            (wall, civil, zone.resolved(civil))
        });
        while let Some(first) = waiting.first_entry() {
            if next.is_some_and(|(.., resolved)| *first.key() >= resolved.floor) {
                break;
            }
            let instance = first.remove().instance;
            if !removed.holds(&instance) {
                found.push(instance);
                if found.len() > limit {
                    return Ok(());
                }
            }
        }
        let Some((wall, civil, resolved)) = next else {
            return Ok(());
        };
        let mut wanted = false;
        for source in &mut sources {
            if source.head == Some(wall) {
                wanted |= source.until.is_none_or(|until| resolved.instant <= until);
                source.head = source.walk.next(budget)?;
            }
        }
        let mut length = None;
        while let Some((_, own)) = dates.next_if(|(date, _)| *date == wall) {
            wanted = true;
            length = length.max(own);
        }
        if wanted && window.holds(resolved.instant) {
            wait(&mut waiting, civil, &resolved, length);
        }
    }
}

struct Waiting {
    instance: Instance,
    in_gap: bool,
}

fn wait(
    waiting: &mut BTreeMap<Timestamp, Waiting>,
    civil: DateTime,
    resolved: &Resolved,
    length: Option<SignedDuration>,
) {
    let new = Waiting { instance: Instance { start: resolved.instant, civil, length }, in_gap: resolved.in_gap };
    match waiting.entry(resolved.instant) {
        Entry::Vacant(entry) => {
            entry.insert(new);
        }
        Entry::Occupied(mut entry) => {
            let length = entry.get().instance.length.max(length);
            // Of two names for one instant, the one that clocks show.
            if entry.get().in_gap && !new.in_gap {
                entry.insert(new);
            }
            entry.get_mut().instance.length = length;
        }
    }
}

/// DTSTART and the RDATEs between two wall times, in order.
fn dates(
    recurrence: &Recurrence,
    anchor: &Anchor,
    from: Wall,
    to: Wall,
    budget: &mut Budget,
) -> Result<Vec<(Wall, Option<SignedDuration>)>, BudgetExceeded> {
    let all = &recurrence.rdates;
    let first = all.partition_point(|date| wall_of(date.start) < from);
    let past = all.partition_point(|date| wall_of(date.start) <= to);
    let within = all.get(first..past).unwrap_or_default();
    budget.spend(within.len() as u64)?;
    let mut dates: Vec<_> = within.iter().map(|it| (wall_of(it.start), it.length)).collect();
    let start = wall_of(anchor.start);
    if recurrence.dtstart_always && (from..=to).contains(&start) {
        let place = dates.partition_point(|(wall, _)| *wall < start);
        dates.insert(place, (start, None));
    }
    Ok(dates)
}

/// What the EXDATEs take out of a window.
struct Removed<'r> {
    instants: Vec<Timestamp>,
    days: &'r [ExDate],
}

impl<'r> Removed<'r> {
    fn of(
        recurrence: &'r Recurrence,
        zone: &Zone,
        from: Wall,
        to: Wall,
        budget: &mut Budget,
    ) -> Result<Self, BudgetExceeded> {
        let all = &recurrence.exdates;
        let (instants, days) = all.split_at(all.partition_point(|date| matches!(date, ExDate::At(_))));
        let wall = |date: &ExDate| match date {
            ExDate::At(civil) => wall_of(*civil),
            ExDate::Day(_) => Wall::MAX,
        };
        // A name before the window may mean an instant in it, where the clock jumped.
        let first = instants.partition_point(|date| wall(date) < from.saturating_sub(2 * DAY_SECONDS));
        let past = instants.partition_point(|date| wall(date) <= to);
        let within = instants.get(first..past).unwrap_or_default();
        budget.spend(within.len() as u64)?;
        let mut instants: Vec<Timestamp> = within
            .iter()
            .filter_map(|date| match date {
                ExDate::At(civil) => Some(zone.resolve(*civil)),
                ExDate::Day(_) => None,
            })
            .collect();
        instants.sort_unstable();
        Ok(Self { instants, days })
    }

    fn holds(&self, instance: &Instance) -> bool {
        let day = ExDate::Day(instance.civil.date());
        self.instants.binary_search(&instance.start).is_ok() || self.days.binary_search(&day).is_ok()
    }
}

/// The distinct instants of one rule, in the order of their wall times, DTSTART first where it always counts.
struct Counter<'p> {
    walk: Walk<'p>,
    zone: &'p Zone,
    fixed: bool,
    dtstart: Option<Wall>,
    recent: BTreeSet<Timestamp>,
}

impl<'p> Counter<'p> {
    fn new(plan: &'p Plan, anchor: &'p Anchor, dtstart_always: bool, to: Wall) -> Self {
        Self {
            walk: Walk::new(plan, plan.start, to),
            zone: &anchor.zone,
            fixed: anchor.zone.is_fixed(),
            dtstart: dtstart_always.then_some(plan.start),
            recent: BTreeSet::new(),
        }
    }

    fn next(&mut self, budget: &mut Budget) -> Result<Option<Wall>, BudgetExceeded> {
        if let Some(start) = self.dtstart.take() {
            self.recent.insert(self.zone.resolve(civil_of(start)));
            return Ok(Some(start));
        }
        loop {
            let Some(wall) = self.walk.next(budget)? else {
                return Ok(None);
            };
            if self.fixed && self.recent.is_empty() {
                return Ok(Some(wall));
            }
            let resolved = self.zone.resolved(civil_of(wall));
            while self.recent.first().is_some_and(|first| *first < resolved.floor) {
                self.recent.pop_first();
            }
            if self.recent.insert(resolved.instant) {
                return Ok(Some(wall));
            }
        }
    }
}

/// The wall time of the last instance that a COUNT allows; `None` without COUNT.
pub(super) fn count_end(
    rule: &Rule,
    anchor: &Anchor,
    dtstart_always: bool,
    budget: &mut Budget,
) -> Result<Option<DateTime>, BudgetExceeded> {
    let Limit::Count(count) = rule.limit() else {
        return Ok(None);
    };
    let plan = Plan::new(rule, anchor);
    let mut counter = Counter::new(&plan, anchor, dtstart_always, wall_of(LAST));
    let mut last = plan.start;
    for _ in 0..count {
        match counter.next(budget)? {
            Some(wall) => last = wall,
            None => break,
        }
    }
    Ok(Some(civil_of(last)))
}

/// How many distinct instants of a rule are before `start`.
pub(super) fn count_before(
    bounded: &BoundedRule,
    anchor: &Anchor,
    dtstart_always: bool,
    start: Timestamp,
    budget: &mut Budget,
) -> Result<u32, BudgetExceeded> {
    let end = End::of(bounded, anchor, dtstart_always, budget)?;
    let plan = Plan::new(bounded.rule(), anchor);
    let to = end.wall.min(highest(&anchor.zone, start));
    let mut counter = Counter::new(&plan, anchor, dtstart_always, to);
    let mut count = 0;
    while let Some(wall) = counter.next(budget)? {
        let instant = anchor.zone.resolve(civil_of(wall));
        let in_rule = end.instant.is_none_or(|until| instant <= until);
        count += u32::from(in_rule && instant < start);
    }
    Ok(count)
}

/// The latest start that the rules, the RDATEs and DTSTART make; `None` for an endless series.
pub(super) fn last_start(
    recurrence: &Recurrence,
    anchor: &Anchor,
    budget: &mut Budget,
) -> Result<Option<Timestamp>, BudgetExceeded> {
    if recurrence.is_endless() {
        return Ok(None);
    }
    let zone = &anchor.zone;
    let mut last = zone.resolve(anchor.start);
    for date in recurrence.rdates.iter().rev().take_while({
        let newest = recurrence.rdates.last().map_or(0, |date| wall_of(date.start));
        move |date| wall_of(date.start) >= newest - DAY_SECONDS
    }) {
        last = last.max(zone.resolve(date.start));
    }
    for bounded in &recurrence.rules {
        let end = End::of(bounded, anchor, recurrence.dtstart_always, budget)?;
        let plan = Plan::new(bounded.rule(), anchor);
        // Look back from the end, further each time, until something is found.
        let mut reach = DAY_SECONDS;
        let mut to = end.wall;
        while to >= plan.start {
            let from = to.saturating_sub(reach);
            let mut walk = Walk::new(&plan, from, to);
            let mut found = false;
            while let Some(wall) = walk.next(budget)? {
                let instant = zone.resolve(civil_of(wall));
                if end.instant.is_none_or(|until| instant <= until) {
                    last = last.max(instant);
                    found = true;
                }
            }
            if found {
                break;
            }
            to = from - 1;
            reach *= 4;
        }
    }
    Ok(Some(last))
}
