//! The occurrences of an event in a window of time.

use jiff::{SignedDuration, Timestamp, civil};

use super::{Details, Event, Length, Span};
use crate::recurrence::{
    self, Anchor, Budget, BudgetExceeded, ExDate, Limit, RDate, Recurrence, RecurrenceError, Rule, RuleError,
};

/// Most occurrences that a series may have in the year after its start: hourly is fine, every
/// minute is not a calendar.
pub const DENSITY_MAX: usize = 10_000;
/// Most RDATEs, and most EXDATEs, of one series.
pub const DATES_MAX: usize = 2_000;
/// Largest COUNT of a rule: 270 years of days.
pub const COUNT_MAX: u32 = 100_000;
/// Candidates that checking a series on write may look at.
pub const WRITE_BUDGET: u64 = 500_000;

/// A stretch of time: `from` inclusive, `to` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// Its first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub to: Timestamp,
}

impl Window {
    /// Whether something from `start` to `end` (exclusive) lies in it, at least partly. What takes
    /// no time lies where it starts.
    pub fn overlaps(&self, start: Timestamp, end: Timestamp) -> bool {
        start < self.to && (end > self.from || (start == end && start >= self.from))
    }
}

/// One occurrence of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence<'e> {
    /// Its original wall time in the series' zone (RECURRENCE-ID); `None` for a single event.
    pub recurrence_id: Option<civil::DateTime>,
    /// The instant of that wall time: where the rule put it, whether it was moved since or not.
    pub original_start: Timestamp,
    /// When it begins.
    pub start: Timestamp,
    /// When it is over.
    pub end: Timestamp,
    /// What it holds. The span in it is the series' own unless it has an override.
    pub details: &'e Details,
}

impl Occurrence<'_> {
    /// When it is, as a wall time.
    pub fn span(&self) -> Span {
        let whole = &self.details.span;
        let length = if whole.is_all_day() { whole.length } else { Length::Exact(self.end.duration_since(self.start)) };
        Span {
            start: whole.zone.civil(self.start),
            fold: whole.zone.fold_of(self.start),
            length,
            zone: whole.zone.clone(),
        }
    }
}

/// From the first start to the last end of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// No occurrence begins earlier.
    pub first_start: Timestamp,
    /// No occurrence ends later; `None` when it never ends.
    pub last_end: Option<Timestamp>,
}

/// Why a recurrence cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceProblem {
    /// The rule or its dates contradict each other or DTSTART.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// It could not be counted out within the budget.
    #[error("is too expensive to expand")]
    TooExpensive,
    /// It makes too many occurrences.
    #[error("makes more than {DENSITY_MAX} occurrences a year")]
    TooDense,
    /// Its COUNT is too large.
    #[error("may have a COUNT of at most {COUNT_MAX}")]
    TooMany,
    /// It names too many dates.
    #[error("may name at most {DATES_MAX} dates")]
    TooManyDates,
}

impl From<RecurrenceError> for RecurrenceProblem {
    fn from(error: RecurrenceError) -> Self {
        match error {
            RecurrenceError::Rule(rule) => Self::Rule(rule),
            RecurrenceError::Budget(_) => Self::TooExpensive,
        }
    }
}

impl From<BudgetExceeded> for RecurrenceProblem {
    fn from(_: BudgetExceeded) -> Self {
        Self::TooExpensive
    }
}

/// A recurrence that starts with `span`, checked: it can be expanded, and not into a flood.
pub fn recurrence(
    span: &Span,
    rules: Vec<Rule>,
    rdates: Vec<RDate>,
    exdates: Vec<ExDate>,
) -> Result<Recurrence, RecurrenceProblem> {
    recurrence_within(span, rules, rdates, exdates, &mut Budget::new(WRITE_BUDGET))
}

/// Like [`recurrence()`], within a budget that many share: those of one file, say.
pub fn recurrence_within(
    span: &Span,
    rules: Vec<Rule>,
    rdates: Vec<RDate>,
    exdates: Vec<ExDate>,
    budget: &mut Budget,
) -> Result<Recurrence, RecurrenceProblem> {
    if rdates.len() > DATES_MAX || exdates.len() > DATES_MAX {
        return Err(RecurrenceProblem::TooManyDates);
    }
    if rules.iter().any(|rule| matches!(rule.limit(), Limit::Count(count) if count > COUNT_MAX)) {
        return Err(RecurrenceProblem::TooMany);
    }
    let anchor = span.anchor();
    // Most rules cannot be dense, and then nothing has to be expanded to see it.
    let most_a_day: usize = rules.iter().map(Rule::most_a_day).sum();
    let sparse = most_a_day * 366 + rdates.len() < DENSITY_MAX;
    let made = Recurrence::new(&anchor, rules, rdates, exdates, budget)?;
    let start = span.starts_at();
    let year =
        recurrence::Window { from: Some(start), to: start.checked_add(SignedDuration::from_hours(24 * 366)).ok() };
    if !sparse && made.expand(&anchor, year, DENSITY_MAX + 1, budget)?.items.len() > DENSITY_MAX {
        return Err(RecurrenceProblem::TooDense);
    }
    Ok(made)
}

impl Span {
    /// The DTSTART of a series that starts with this span.
    pub fn anchor(&self) -> Anchor {
        Anchor { start: self.start, zone: self.zone.clone(), all_day: self.is_all_day() }
    }
}

impl Event {
    /// The first `limit` occurrences that lie in `window`, begin at `after` or later, and have
    /// details that `matches` says yes to; ordered by their start. A single event has one.
    ///
    /// Costs what the window holds, however long ago the series began.
    pub fn occurrences(
        &self,
        window: Window,
        after: Option<Timestamp>,
        limit: usize,
        matches: impl Fn(&Details) -> bool,
        budget: &mut Budget,
    ) -> Result<Vec<Occurrence<'_>>, BudgetExceeded> {
        let wanted = |o: &Occurrence<'_>| {
            window.overlaps(o.start, o.end) && after.is_none_or(|after| o.start >= after) && matches(o.details)
        };
        let Some(recurrence) = &self.recurrence else {
            return Ok(Some(self.single()).into_iter().filter(wanted).collect());
        };
        let mut found: Vec<_> = self.overridden().filter(wanted).collect();
        if !matches(&self.details) {
            found.sort_by_key(|o| (o.start, o.original_start));
            found.truncate(limit);
            return Ok(found);
        }
        let mut take = |from: Timestamp, to: Timestamp, limit: usize| {
            let stretch = recurrence::Window { from: Some(from), to: Some(to) };
            for instance in recurrence.expand(&self.details.span.anchor(), stretch, limit, budget)?.items {
                if !self.overrides.contains_key(&instance.civil) {
                    found.extend(Some(self.unchanged(&instance)).filter(wanted));
                }
            }
            Ok(())
        };
        let from = after.map_or(window.from, |after| after.max(window.from));
        if from == window.from {
            // What began before the window may reach into it.
            let reach = recurrence.rdates().iter().filter_map(|r| r.length).fold(self.details.span.longest(), Ord::max);
            take(from.checked_sub(reach).unwrap_or(Timestamp::MIN), from, usize::MAX)?;
        }
        take(from, window.to, limit.saturating_add(self.overrides.len()))?;
        found.sort_by_key(|o| (o.start, o.original_start));
        found.truncate(limit);
        Ok(found)
    }

    /// The occurrence whose original start is this instant, if the event has one.
    pub fn occurrence_at(
        &self,
        original_start: Timestamp,
        budget: &mut Budget,
    ) -> Result<Option<Occurrence<'_>>, BudgetExceeded> {
        let Some(recurrence) = &self.recurrence else { return Ok(None) };
        if let Some(found) = self.overridden().find(|o| o.original_start == original_start) {
            return Ok(Some(found));
        }
        let instance = recurrence.instance_at(&self.details.span.anchor(), original_start, budget)?;
        Ok(instance.map(|instance| self.unchanged(&instance)))
    }

    /// From the first start to the last end, for an index. It may be wider than the truth.
    pub fn extent(&self) -> Result<Extent, BudgetExceeded> {
        let span = &self.details.span;
        let mut first_start = span.starts_at();
        let mut last_end = Some(span.ends_at());
        if let Some(recurrence) = &self.recurrence {
            let zone = &span.zone;
            let rdates =
                || recurrence.rdates().iter().map(|r| (zone.resolve(r.start), r.length.unwrap_or(span.longest())));
            first_start = rdates().map(|(start, _)| start).fold(first_start, Ord::min);
            let last_start = recurrence.last_start(&span.anchor(), &mut Budget::new(WRITE_BUDGET))?;
            last_end = last_start.map(|last| {
                let last = last.checked_add(span.longest()).unwrap_or(Timestamp::MAX).max(span.ends_at());
                rdates().map(|(start, length)| start.checked_add(length).unwrap_or(Timestamp::MAX)).fold(last, Ord::max)
            });
        }
        for moved in self.overrides.values() {
            first_start = first_start.min(moved.span.starts_at());
            last_end = last_end.map(|end| end.max(moved.span.ends_at()));
        }
        Ok(Extent { first_start, last_end })
    }

    /// Whether no occurrence is left.
    pub fn is_spent(&self) -> Result<bool, BudgetExceeded> {
        let Some(recurrence) = &self.recurrence else { return Ok(false) };
        let all = recurrence::Window { from: None, to: None };
        let left = recurrence.expand(&self.details.span.anchor(), all, 1, &mut Budget::new(WRITE_BUDGET))?;
        Ok(left.items.is_empty() && self.overrides.is_empty())
    }

    fn single(&self) -> Occurrence<'_> {
        let (start, end) = (self.details.span.starts_at(), self.details.span.ends_at());
        Occurrence { recurrence_id: None, original_start: start, start, end, details: &self.details }
    }

    fn unchanged(&self, instance: &recurrence::Instance) -> Occurrence<'_> {
        let end = match instance.length {
            Some(length) => instance.start.checked_add(length).unwrap_or(Timestamp::MAX),
            None => self.details.span.end_of(instance.civil, instance.start),
        };
        Occurrence {
            recurrence_id: Some(instance.civil),
            original_start: instance.start,
            start: instance.start,
            end,
            details: &self.details,
        }
    }

    fn overridden(&self) -> impl Iterator<Item = Occurrence<'_>> {
        self.overrides.iter().map(|(&id, details)| Occurrence {
            recurrence_id: Some(id),
            original_start: self.details.span.zone.resolve(id),
            start: details.span.starts_at(),
            end: details.span.ends_at(),
            details,
        })
    }
}
