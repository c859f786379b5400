//! The computation: count, find the matching day, roll; and say each step.

use jiff::{Span, ToSpan};

use super::holidays::{Holiday, Standing, YEARS, holidays};
use super::law;
use super::region::Country;
use super::terms::{Direction, Period, Rule, Start, Terms, TriggerKind, Unit};
use crate::time::civil::{Date, Weekday};
use crate::time::{Timestamp, Zone};

/// A deadline, and how it came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    /// The last day on which to act.
    pub date: Date,
    /// How it came about, in order.
    pub steps: Vec<Step>,
    /// The days of the reminders, in the order in which they were asked for.
    pub pre_deadlines: Vec<PreDeadline>,
}

impl Deadline {
    /// The last minute of the deadline, 23:59, on the clocks of a zone.
    pub fn instant(&self, zone: &Zone) -> Timestamp {
        zone.resolve(self.date.at(23, 59, 0, 0))
    }
}

/// A reminder before a deadline (Vorfrist), on a working day of its region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreDeadline {
    /// How long before.
    pub period: Period,
    /// The day so long before the deadline.
    pub counted: Date,
    /// That day, or the last working day before it.
    pub date: Date,
}

/// A step of a computation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The day that it speaks of.
    pub date: Date,
    /// What is the matter with that day.
    pub what: What,
    /// Where the law says so, as it is cited there, such as `§ 188 Abs. 2 BGB`. `None` where none is sure.
    pub source: Option<&'static str>,
}

/// What is the matter with a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The period is counted from it.
    Trigger(TriggerKind),
    /// The first day of the period; the last, where the deadline is before its trigger.
    Starts(Start),
    /// The period ends on it.
    Ends(Ending),
    /// No deadline ends on it.
    Closed(ClosedBy),
    /// The deadline moves to it, the nearest working day.
    Moves,
    /// It is a working day, and the deadline stays.
    Working,
    /// It is no working day, and the deadline stays, for the rule says so.
    NotRolled(ClosedBy),
    /// It is a holiday somewhere in the region or for some deadlines, which is not counted.
    Partial {
        /// What it is called.
        name: &'static str,
        /// Where or for what it is one, in words that fit after "a holiday".
        place: &'static str,
    },
}

/// How the end of a period is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Days were counted.
    Counted,
    /// It has the weekday, or the number in its month, of the trigger.
    Matching,
    /// It is the day before the one that has.
    DayBeforeMatching,
    /// It is the last of its month, which is too short to have the day that would be it.
    MonthsLast,
}

/// Why no deadline ends on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedBy {
    /// It is a Saturday.
    Saturday,
    /// It is a Sunday.
    Sunday,
    /// It is a holiday.
    Holiday {
        /// What it is called.
        name: &'static str,
        /// It is not a public one; deadlines alone pass over it.
        court: bool,
    },
    /// The rule says that it is a holiday at the place of the court.
    LocalHoliday,
}

/// Why a deadline cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComputeError {
    /// The trigger is in a year without known holidays.
    #[error("must be in a year from {} to {}", YEARS.start(), YEARS.end())]
    Trigger,
    /// The deadline, or a pre-deadline, would be in such a year.
    #[error("ends outside the years {} to {}, whose holidays are known", YEARS.start(), YEARS.end())]
    Period,
    /// How this region's law counts backwards is not known here.
    #[error("must be after here: before is known for Germany and the United States alone")]
    Direction,
    /// A deadline before its trigger never counts the trigger's day.
    #[error("must be day_after where the direction is before")]
    Start,
}

impl ComputeError {
    /// The field of the terms that is wrong, as surfaces name it: `rule.direction`.
    pub fn field(self) -> &'static str {
        match self {
            Self::Trigger => "trigger.date",
            Self::Period => "period",
            Self::Direction => "rule.direction",
            Self::Start => "rule.start",
        }
    }
}

/// Computes a deadline.
///
/// A deadline before its trigger is the last day on which to act so that the period is kept. In Germany the whole period
/// lies between that day and the trigger (§§ 187, 188 BGB by analogy): what must be filed a week before a hearing on a
/// Friday is filed on the Thursday of the week before. In the United States it is the day so long before (Fed. R. Civ. P. 6(a)).
/// Either moves back from a day that is no working day, so that it is never too late.
///
/// # Errors
///
/// [`ComputeError`], which names its field.
///
/// ```
/// use kalends_domain::deadline::*;
/// use kalends_domain::time::civil::date;
///
/// let mut terms = Terms {
///     trigger: Trigger { kind: TriggerKind::Event, date: date(2026, 5, 15) }, // a hearing, on a Friday
///     period: Period::new(1, Unit::Weeks)?,
///     rule: Rule { direction: Direction::Before, ..Rule::of(Region::Berlin) },
///     pre_deadlines: vec![],
/// };
/// assert_eq!(compute(&terms)?.date, date(2026, 5, 7));
/// terms.rule.region = Region::France;
/// assert_eq!(compute(&terms), Err(ComputeError::Direction));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn compute(terms: &Terms) -> Result<Deadline, ComputeError> {
    let Terms { trigger, period, rule, pre_deadlines } = terms;
    check(terms)?;
    let mut steps = Steps { rule, unit: period.unit(), taken: Vec::new() };
    steps.add(trigger.date, What::Trigger(trigger.kind));
    let first = match (rule.direction, rule.start) {
        (Direction::Before, _) => trigger.date.yesterday().ok(),
        (Direction::After, Start::DayAfter) => trigger.date.tomorrow().ok(),
        (Direction::After, Start::DayItself) => Some(trigger.date),
    };
    steps.add(first.ok_or(ComputeError::Period)?, What::Starts(rule.start));
    let (end, ending) = end(trigger.date, *period, rule).filter(|(end, _)| known(*end)).ok_or(ComputeError::Period)?;
    steps.add(end, What::Ends(ending));
    let date = steps.roll(end).filter(|date| known(*date)).ok_or(ComputeError::Period)?;
    let pre = |period: &Period| {
        let counted = shift(date, *period, -1)?;
        let date = working_day(rule, counted, -1)?;
        known(date).then_some(PreDeadline { period: *period, counted, date })
    };
    let pre_deadlines: Option<Vec<PreDeadline>> = pre_deadlines.iter().map(pre).collect();
    Ok(Deadline { date, steps: steps.taken, pre_deadlines: pre_deadlines.ok_or(ComputeError::Period)? })
}

fn check(terms: &Terms) -> Result<(), ComputeError> {
    let Rule { region, start, direction, .. } = terms.rule;
    if !known(terms.trigger.date) {
        return Err(ComputeError::Trigger);
    }
    if direction == Direction::Before {
        if !matches!(region.country(), Country::Germany | Country::UnitedStates) {
            return Err(ComputeError::Direction);
        }
        if start == Start::DayItself {
            return Err(ComputeError::Start);
        }
    }
    Ok(())
}

fn known(date: Date) -> bool {
    YEARS.contains(&date.year())
}

/// The last day on which to act, before it is rolled; `None` past the end of the calendar.
fn end(trigger: Date, period: Period, rule: &Rule) -> Option<(Date, Ending)> {
    let backwards = rule.direction == Direction::Before;
    let matching = shift(trigger, period, if backwards { -1 } else { 1 })?;
    let by_number = matches!(period.unit(), Unit::Months | Unit::Years);
    let short = by_number && matching.day() < trigger.day();
    // Where the first day counts, the last is the day before the one that matches. Where Germany counts backwards the
    // whole period comes after the last day to act.
    let day_before = rule.start == Start::DayItself || backwards && rule.region.country() == Country::Germany;
    let ending = match (period.unit(), day_before) {
        (Unit::Days, _) => Ending::Counted,
        (_, true) => Ending::DayBeforeMatching,
        (_, false) if short => Ending::MonthsLast,
        (_, false) => Ending::Matching,
    };
    if !day_before {
        return Some((matching, ending));
    }
    if short && !backwards {
        // The month ends before the day that matches, so its last day is the day before that, or all there is.
        let ending = if matching.day() + 1 == trigger.day() { ending } else { Ending::MonthsLast };
        return Some((matching, ending));
    }
    Some((matching.yesterday().ok()?, ending))
}

/// So long after a day, or before it where `sign` is -1: the day of the same number, or the last of a shorter month.
fn shift(day: Date, period: Period, sign: i32) -> Option<Date> {
    let value = sign * i32::from(period.value());
    let span = match period.unit() {
        Unit::Days => Span::new().try_days(value),
        Unit::Weeks => Span::new().try_weeks(value),
        Unit::Months => Span::new().try_months(value),
        Unit::Years => Span::new().try_years(value),
    };
    day.checked_add(span.ok()?).ok()
}

/// The day, or the nearest working day after it, or before it where `sign` is -1.
fn working_day(rule: &Rule, from: Date, sign: i32) -> Option<Date> {
    let mut day = from;
    while closed(rule, day).is_some() {
        day = day.checked_add(sign.days()).ok()?;
    }
    Some(day)
}

fn closed(rule: &Rule, day: Date) -> Option<ClosedBy> {
    if let Some(Holiday { name, standing, .. }) = holiday(rule, day, Holiday::counts) {
        return Some(ClosedBy::Holiday { name, court: standing == Standing::Court });
    }
    match day.weekday() {
        _ if rule.local_holidays.contains(&day) => Some(ClosedBy::LocalHoliday),
        Weekday::Saturday => Some(ClosedBy::Saturday),
        Weekday::Sunday => Some(ClosedBy::Sunday),
        _ => None,
    }
}

fn holiday(rule: &Rule, day: Date, which: impl Fn(&Holiday) -> bool) -> Option<Holiday> {
    let year = holidays(rule.region, day.year()).unwrap_or_default();
    year.into_iter().find(|holiday| holiday.date == day && which(holiday))
}

/// The steps taken so far.
struct Steps<'a> {
    rule: &'a Rule,
    unit: Unit,
    taken: Vec<Step>,
}

impl Steps<'_> {
    fn add(&mut self, date: Date, what: What) {
        self.taken.push(Step { date, what, source: law::source(self.rule, self.unit, &what) });
    }

    /// Rolls the end of the period to a working day, unless the rule says otherwise.
    fn roll(&mut self, end: Date) -> Option<Date> {
        let mut day = end;
        while let Some(by) = closed(self.rule, day) {
            if !self.rule.roll {
                self.add(day, What::NotRolled(by));
                return Some(day);
            }
            self.add(day, What::Closed(by));
            day = if self.rule.direction == Direction::Before { day.yesterday() } else { day.tomorrow() }.ok()?;
        }
        self.add(day, if day == end { What::Working } else { What::Moves });
        let partial = holiday(self.rule, day, |holiday| !holiday.counts());
        if let Some(Holiday { name, standing: Standing::Partial(place), .. }) = partial {
            self.add(day, What::Partial { name, place });
        }
        Some(day)
    }
}
