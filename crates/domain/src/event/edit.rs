//! Editing a series: one occurrence, that one and the rest, or all.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil};

use super::occurrences::{RecurrenceProblem, recurrence};
use super::{Details, Event, OVERRIDES_MAX, Span};
use crate::id::EventId;
use crate::recurrence::{Budget, BudgetExceeded, ExDate, Limit, RDate, Recurrence, Rule, Until, Window};

/// Candidates that one edit may look at.
const EDIT_BUDGET: u64 = 1_000_000;

/// Why an edit cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The series has no occurrence there, or the event is not a series.
    #[error("the event has no occurrence at that time")]
    NoSuchOccurrence,
    /// The rule names dates, and moving them along would change what it says.
    #[error("does not follow to another day by itself: send the rule that goes with the new start")]
    RuleCannotMove,
    /// The changed recurrence cannot be kept.
    #[error(transparent)]
    Recurrence(#[from] RecurrenceProblem),
    /// The series would have too many occurrences that differ.
    #[error("a series may have at most {OVERRIDES_MAX} changed occurrences")]
    TooManyOverrides,
}

impl From<BudgetExceeded> for EditError {
    fn from(error: BudgetExceeded) -> Self {
        Self::Recurrence(error.into())
    }
}

/// What becomes of the recurrence when the whole event changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// It moves along with the start.
    Follow,
    /// It is replaced; `None` makes a single event.
    Replace(Option<Recurrence>),
}

/// A series cut in two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// What lies before the cut; `None` when nothing does.
    pub before: Option<Event>,
    /// What begins with the cut, under a new id.
    pub after: Event,
}

impl Event {
    /// Makes one occurrence differ from the series.
    pub fn override_occurrence(&mut self, id: civil::DateTime, details: Details) -> Result<(), EditError> {
        if self.overrides.len() >= OVERRIDES_MAX && !self.overrides.contains_key(&id) {
            return Err(EditError::TooManyOverrides);
        }
        self.overrides.insert(id, details);
        Ok(())
    }

    /// Takes one occurrence out of the series.
    pub fn cancel_occurrence(&mut self, id: civil::DateTime) -> Result<(), EditError> {
        let Some(old) = &self.recurrence else { return Err(EditError::NoSuchOccurrence) };
        let mut exdates = old.exdates().to_vec();
        exdates.push(ExDate::At(id));
        self.recurrence = Some(recurrence(&self.details.span, rules(old), old.rdates().to_vec(), exdates)?);
        self.overrides.remove(&id);
        Ok(())
    }

    /// Cuts the series before one of its occurrences. The later part keeps its overrides,
    /// exceptions and the rest of its COUNT, and takes the given id and UID.
    pub fn split_at(&self, cut: civil::DateTime, id: EventId, uid: String) -> Result<Split, EditError> {
        let Some(old) = &self.recurrence else { return Err(EditError::NoSuchOccurrence) };
        let span = &self.details.span;
        let budget = &mut Budget::new(EDIT_BUDGET);

        let mut before = self.clone();
        before.overrides.retain(|&at, _| at < cut);
        let limit = if span.is_all_day() {
            Limit::Until(Until::Date(cut.date().yesterday().unwrap_or(civil::Date::MIN)))
        } else {
            let last = span.zone.resolve(cut) - SignedDuration::from_secs(1);
            Limit::Until(Until::Utc(last))
        };
        let ended = old.rules().iter().map(|r| ended_by(r.rule(), limit, span)).collect();
        let rdates = old.rdates().iter().filter(|r| r.start < cut).copied().collect();
        let exdates = old.exdates().iter().filter(|x| excluded_at(x) < cut).copied().collect();
        before.recurrence = Some(recurrence(span, ended, rdates, exdates)?);
        let before = if cut <= span.start || before.is_spent()? { None } else { Some(before) };

        // The rules count from their start, so the later part must start on one of their own
        // instances; a cut at an RDATE stays an RDATE.
        let own = Recurrence::restore(old.rules().to_vec(), Vec::new(), Vec::new()).with_dtstart_always(false);
        let rest = Window { from: Some(span.zone.resolve(cut)), to: None };
        let first_own = own.expand(&span.anchor(), rest, 1, budget)?.items.first().map(|i| i.civil);
        let start = first_own.unwrap_or(cut);
        let mut remaining = Vec::new();
        for bounded in old.rules().iter().filter(|_| first_own.is_some()) {
            let rule = bounded.rule().clone();
            remaining.push(match rule.limit() {
                Limit::Count(count) => {
                    let one = Recurrence::restore(vec![bounded.clone()], Vec::new(), Vec::new());
                    let gone = one.count_before(&span.anchor(), span.zone.resolve(start), budget)?;
                    let left = gone.iter().fold(count, |count, gone| count.saturating_sub(*gone));
                    if left == 0 {
                        continue;
                    }
                    rule.with_limit(Limit::Count(left))
                }
                _ => rule,
            });
        }
        let mut after = self.clone();
        after.id = id;
        after.uid = uid;
        after.overrides.retain(|&at, _| at >= cut);
        after.details.span = span.moved_to(start);
        let rdates = old.rdates().iter().filter(|r| r.start >= cut).copied().collect();
        let exdates = old.exdates().iter().filter(|x| excluded_at(x) >= cut).copied().collect();
        after.recurrence = Some(recurrence(&after.details.span, remaining, rdates, exdates)?);
        Ok(Split { before, after })
    }

    /// Gives the whole event new details. In a series the overrides come along: they move with its
    /// start, and each of their fields that was the series' own stays so. Overrides that fall on no
    /// occurrence of a replaced recurrence are dropped.
    pub fn change_all(&mut self, new: Details, pattern: Pattern) -> Result<(), EditError> {
        let old = std::mem::replace(&mut self.details, new);
        let new = &self.details;
        if old.span != new.span || pattern != Pattern::Follow {
            self.sequence = self.sequence.saturating_add(1);
        }
        let moved = Move::between(&old.span, &new.span);
        let replaced = pattern != Pattern::Follow;
        self.recurrence = match (pattern, &self.recurrence) {
            (Pattern::Replace(recurrence), _) => recurrence,
            (Pattern::Follow, Some(recurrence)) => Some(moved.recurrence(recurrence)?),
            (Pattern::Follow, None) => None,
        };
        let Some(recurrence) = &self.recurrence else {
            self.overrides.clear();
            return Ok(());
        };
        let anchor = new.span.anchor();
        let budget = &mut Budget::new(EDIT_BUDGET);
        let mut kept = BTreeMap::new();
        for (id, mut details) in std::mem::take(&mut self.overrides) {
            let at = moved.wall(id);
            if replaced && recurrence.instance_at(&anchor, anchor.zone.resolve(at), budget)?.is_none() {
                continue;
            }
            carry(&old, new, &mut details);
            details.span = moved.span(id, &details.span);
            kept.insert(at, details);
        }
        self.overrides = kept;
        Ok(())
    }

    /// The span of the whole series after its occurrence at `original` is given the span `wanted`:
    /// the series moves as far as the occurrence does.
    pub fn span_moved_like(&self, original: &Span, wanted: &Span) -> Span {
        let moved = Move::between(original, wanted);
        Span { start: moved.wall(self.details.span.start), ..wanted.clone() }
    }
}

/// How walls, rules and spans change when a series moves.
struct Move<'s> {
    old: &'s Span,
    new: &'s Span,
}

impl<'s> Move<'s> {
    fn between(old: &'s Span, new: &'s Span) -> Self {
        Self { old, new }
    }

    fn still(&self) -> bool {
        self.old.start == self.new.start
            && self.old.zone == self.new.zone
            && self.old.is_all_day() == self.new.is_all_day()
    }

    /// Where a wall time of the old series is found in the new one: what was at the old start's time
    /// of day is at the new one's, whatever the zones do on that day.
    fn wall(&self, wall: civil::DateTime) -> civil::DateTime {
        if self.old.is_all_day() == self.new.is_all_day() {
            wall.saturating_add(self.new.start.duration_since(self.old.start))
        } else {
            let days = self.new.start.date().duration_since(self.old.start.date());
            wall.date().saturating_add(days).to_datetime(self.new.start.time())
        }
    }

    fn days(&self) -> i32 {
        let hours = self.new.start.date().duration_since(self.old.start.date()).as_hours();
        i32::try_from(hours / 24).unwrap_or(0)
    }

    fn span(&self, id: civil::DateTime, span: &Span) -> Span {
        let switched = self.old.is_all_day() != self.new.is_all_day();
        let length = if span.length == self.old.length || switched { self.new.length } else { span.length };
        let zone = if span.zone == self.old.zone { self.new.zone.clone() } else { span.zone.clone() };
        if span.start == id || switched || span.is_all_day() || zone == span.zone {
            return Span { start: self.wall(span.start), fold: span.fold, length, zone };
        }
        // It was moved by hand, so in another zone it stays at its instant, or moves as far as the series.
        let moved = self.new.starts_at().duration_since(self.old.starts_at());
        let at = span.starts_at().checked_add(moved).unwrap_or(Timestamp::MAX);
        Span { start: zone.civil(at), fold: zone.fold_of(at), length, zone }
    }

    fn recurrence(&self, old: &Recurrence) -> Result<Recurrence, EditError> {
        if self.still() {
            return Ok(old.clone());
        }
        let days = self.days();
        let mut moved = Vec::new();
        for rule in rules(old) {
            let limit = match rule.limit() {
                Limit::Until(until) => Limit::Until(self.until(until)),
                other => other,
            };
            moved.push(rule.shift_days(days).ok_or(EditError::RuleCannotMove)?.with_limit(limit));
        }
        let rdates = old.rdates().iter().map(|r| RDate { start: self.wall(r.start), length: r.length }).collect();
        let exdates = old
            .exdates()
            .iter()
            .map(|x| match x {
                ExDate::At(at) => ExDate::At(self.wall(*at)),
                ExDate::Day(day) => ExDate::Day(self.wall(day.to_datetime(self.old.start.time())).date()),
            })
            .collect();
        Ok(recurrence(self.new, moved, rdates, exdates)?)
    }

    fn until(&self, until: Until) -> Until {
        match until {
            // The last day stays the last day of the moved series.
            Until::Date(day) => Until::Date(self.wall(day.to_datetime(self.old.start.time())).date()),
            Until::Local(wall) => Until::Local(self.wall(wall)),
            Until::Utc(at) => {
                let wall = self.wall(self.old.zone.civil(at));
                if self.new.is_all_day() { Until::Date(wall.date()) } else { Until::Utc(self.new.zone.resolve(wall)) }
            }
        }
    }
}

/// What the series changed and the override had from it changes in the override too.
fn carry(old: &Details, new: &Details, details: &mut Details) {
    macro_rules! carry {
        ($($field:ident)+) => {$(
            if details.$field == old.$field {
                details.$field.clone_from(&new.$field);
            }
        )+};
    }
    carry!(title description location kind priority color status transparency class url reminders attendees tags attachments kept);
}

fn rules(recurrence: &Recurrence) -> Vec<Rule> {
    recurrence.rules().iter().map(|bounded| bounded.rule().clone()).collect()
}

/// The rule, ending no later than `limit` and no later than it did.
fn ended_by(rule: &Rule, limit: Limit, span: &Span) -> Rule {
    let earlier = match (rule.limit(), limit) {
        (Limit::Until(old), Limit::Until(new)) => last_wall(old, span) <= last_wall(new, span),
        _ => false,
    };
    if earlier { rule.clone() } else { rule.clone().with_limit(limit) }
}

fn last_wall(until: Until, span: &Span) -> civil::DateTime {
    match until {
        Until::Date(day) => day.at(23, 59, 59, 0),
        Until::Local(wall) => wall,
        Until::Utc(at) => span.zone.civil(at),
    }
}

fn excluded_at(exdate: &ExDate) -> civil::DateTime {
    match exdate {
        ExDate::At(at) => *at,
        ExDate::Day(day) => day.to_datetime(civil::Time::midnight()),
    }
}
