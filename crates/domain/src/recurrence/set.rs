//! The recurrence of one series: its rules, the dates added to them and those taken out.

use jiff::{
    SignedDuration, Timestamp,
    civil::{Date, DateTime},
};

use crate::time::Zone;

use super::{
    budget::{Budget, BudgetExceeded},
    expand::{self, Instance, Instances, Window},
    rule::{Freq, Limit, Rule, RuleError},
};

/// More rules than this in one series are not a calendar but an attack.
const MOST_RULES: usize = 64;

/// Where a series starts: its DTSTART and the zone that its rules are read in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Anchor {
    /// The wall time of the first instance; midnight for a series of whole days.
    pub start: DateTime,
    /// The zone whose clocks show it. Floating time takes [`Zone::utc`].
    pub zone: Zone,
    /// Whether the instances are days, not moments: DTSTART is a DATE.
    pub all_day: bool,
}

/// A rule, and where its COUNT ends it.
///
/// Counting from DTSTART would make every read as slow as the series is old, so it is done once, when the series is
/// written, and the result is stored beside the rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BoundedRule {
    rule: Rule,
    last: Option<DateTime>,
}

impl BoundedRule {
    /// The pair as it was stored. A rule with COUNT and no `last` is right too, but counted anew by every read.
    pub fn restore(rule: Rule, last: Option<DateTime>) -> Self {
        Self { rule, last }
    }

    /// The rule.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The wall time of the last instance that COUNT allows; none for a rule without COUNT.
    pub fn last(&self) -> Option<DateTime> {
        self.last
    }
}

/// A date added to the recurrence: RDATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RDate {
    /// Its wall time, in the anchor's zone.
    pub start: DateTime,
    /// Its own length, if it was a PERIOD.
    pub length: Option<SignedDuration>,
}

/// A date taken out of the recurrence: EXDATE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExDate {
    /// The instance at the instant of this wall time, in the anchor's zone.
    At(DateTime),
    /// Every instance whose wall time is on this day.
    Day(Date),
}

/// Why a recurrence cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecurrenceError {
    /// A rule does not fit its DTSTART.
    #[error(transparent)]
    Rule(#[from] RuleError),
    /// A COUNT reaches further than the budget allows to count.
    #[error(transparent)]
    Budget(#[from] BudgetExceeded),
}

/// Everything that says when a series happens, beside its [`Anchor`].
///
/// The instances are those of any of the rules, the RDATEs, and DTSTART, less the EXDATEs. They are in order, and no
/// two have the same instant.
///
/// ```
/// use kalends_domain::{
///     recurrence::{Anchor, Budget, ExDate, Recurrence, Window},
///     time::{Zone, civil::date},
/// };
///
/// let anchor = Anchor {
///     start: date(2026, 3, 6).at(9, 0, 0, 0),
///     zone: Zone::named("America/New_York")?,
///     all_day: false,
/// };
/// let mut budget = Budget::default();
/// let rules = vec!["FREQ=DAILY;COUNT=4".parse()?];
/// let not = vec![ExDate::Day(date(2026, 3, 7))];
/// let series = Recurrence::new(&anchor, rules, Vec::new(), not, &mut budget)?;
/// let found = series.expand(&anchor, Window::ALL, 10, &mut budget)?;
/// let starts: Vec<String> = found.items.iter().map(|it| it.start.to_string()).collect();
/// // The eighth is the first day of summer time.
/// assert_eq!(starts, ["2026-03-06T14:00:00Z", "2026-03-08T13:00:00Z", "2026-03-09T13:00:00Z"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Recurrence {
    pub(super) rules: Vec<BoundedRule>,
    /// Sorted by start.
    pub(super) rdates: Vec<RDate>,
    /// Sorted: those at an instant, then those of a day.
    pub(super) exdates: Vec<ExDate>,
    pub(super) dtstart_always: bool,
}

impl Recurrence {
    /// The recurrence of a series that is being written: checks its rules and finds where each COUNT ends.
    ///
    /// DTSTART is an instance even where no rule matches it, and counts as the first one ("DTSTART always counts as
    /// the first occurrence", RFC 5545, section 3.3.10).
    ///
    /// # Errors
    ///
    /// [`RecurrenceError::Rule`] when a rule steps through the hours of a series of days, or there are too many;
    /// [`RecurrenceError::Budget`] when a COUNT reaches too far.
    pub fn new(
        anchor: &Anchor,
        rules: Vec<Rule>,
        rdates: Vec<RDate>,
        exdates: Vec<ExDate>,
        budget: &mut Budget,
    ) -> Result<Self, RecurrenceError> {
        Self::counting(anchor, rules, rdates, exdates, true, budget)
    }

    /// Like [`new`](Self::new), but DTSTART is an instance, and counted, only if a rule matches it or
    /// `dtstart_always` is true.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn counting(
        anchor: &Anchor,
        rules: Vec<Rule>,
        rdates: Vec<RDate>,
        exdates: Vec<ExDate>,
        dtstart_always: bool,
        budget: &mut Budget,
    ) -> Result<Self, RecurrenceError> {
        if rules.len() > MOST_RULES {
            return Err(RuleError::new("RRULE", format!("more than {MOST_RULES} rules")).into());
        }
        let mut bounded = Vec::with_capacity(rules.len());
        for rule in rules {
            if anchor.all_day && rule.freq < Freq::Daily {
                let message = format!("{} does not go with a DTSTART that is a DATE", rule.freq);
                return Err(RuleError::new("FREQ", message).into());
            }
            let last = expand::count_end(&rule, anchor, dtstart_always, budget)?;
            bounded.push(BoundedRule { rule, last });
        }
        Ok(Self::restore(bounded, rdates, exdates).with_dtstart_always(dtstart_always))
    }

    /// The recurrence of a series that was stored: nothing is checked or counted again.
    pub fn restore(rules: Vec<BoundedRule>, rdates: Vec<RDate>, exdates: Vec<ExDate>) -> Self {
        let mut recurrence = Self { rules, rdates, exdates, dtstart_always: true };
        recurrence.sort();
        recurrence
    }

    /// Whether DTSTART is an instance even where no rule and no RDATE makes it one; it is by default.
    ///
    /// This does not count again: to make a recurrence whose COUNTs leave DTSTART out, use
    /// [`counting`](Self::counting).
    #[must_use]
    pub fn with_dtstart_always(mut self, always: bool) -> Self {
        self.dtstart_always = always;
        self
    }

    /// The same recurrence without the instances that `exdate` names.
    #[must_use]
    pub fn with_exdate(mut self, exdate: ExDate) -> Self {
        self.exdates.push(exdate);
        self.sort();
        self
    }

    /// The same recurrence with `exdate` no longer taken out.
    #[must_use]
    pub fn without_exdate(mut self, exdate: ExDate) -> Self {
        self.exdates.retain(|known| *known != exdate);
        self
    }

    /// The same recurrence and `rdate`.
    #[must_use]
    pub fn with_rdate(mut self, rdate: RDate) -> Self {
        self.rdates.push(rdate);
        self.sort();
        self
    }

    /// The same recurrence without the RDATEs that start at `start`.
    #[must_use]
    pub fn without_rdate(mut self, start: DateTime) -> Self {
        self.rdates.retain(|known| known.start != start);
        self
    }

    fn sort(&mut self) {
        self.rdates.sort_unstable_by_key(|rdate| (rdate.start, rdate.length));
        self.rdates.dedup();
        self.exdates.sort_unstable();
        self.exdates.dedup();
    }

    /// The rules, in the order they were given.
    pub fn rules(&self) -> &[BoundedRule] {
        &self.rules
    }

    /// The added dates, in order.
    pub fn rdates(&self) -> &[RDate] {
        &self.rdates
    }

    /// The dates taken out: those of an instant in order, then those of a day in order.
    pub fn exdates(&self) -> &[ExDate] {
        &self.exdates
    }

    /// Whether DTSTART is an instance where nothing else makes it one.
    pub fn dtstart_always(&self) -> bool {
        self.dtstart_always
    }

    /// Whether the series goes on for ever (to the end of the year 9999).
    pub fn is_endless(&self) -> bool {
        let endless = |bounded: &BoundedRule| bounded.rule.limit == Limit::Endless;
        self.rules.iter().any(endless)
    }

    /// The instances that start within `window`, the first `limit` of them.
    ///
    /// The cost depends on the window, or on `limit` where that ends it sooner; not on the age of the series.
    ///
    /// # Errors
    ///
    /// [`BudgetExceeded`] when it needs more candidates than `budget` has left.
    pub fn expand(
        &self,
        anchor: &Anchor,
        window: Window,
        limit: usize,
        budget: &mut Budget,
    ) -> Result<Instances, BudgetExceeded> {
        expand::instances(self, anchor, window, limit, budget)
    }

    /// The instance that starts at `start`, if there is one.
    ///
    /// # Errors
    ///
    /// [`BudgetExceeded`] when it needs more candidates than `budget` has left.
    pub fn instance_at(
        &self,
        anchor: &Anchor,
        start: Timestamp,
        budget: &mut Budget,
    ) -> Result<Option<Instance>, BudgetExceeded> {
        let window = Window { from: Some(start), to: start.checked_add(SignedDuration::from_nanos(1)).ok() };
        Ok(self.expand(anchor, window, 1, budget)?.items.pop())
    }

    /// An instant that no instance starts after; `None` for an endless series.
    ///
    /// It is the start of the last instance, unless an EXDATE takes that one out: then it is later than needed.
    ///
    /// # Errors
    ///
    /// [`BudgetExceeded`] when it needs more candidates than `budget` has left.
    pub fn last_start(&self, anchor: &Anchor, budget: &mut Budget) -> Result<Option<Timestamp>, BudgetExceeded> {
        expand::last_start(self, anchor, budget)
    }

    /// For each rule, in order, how much of its COUNT is used up by instances that start before `start`.
    ///
    /// To split a series there, take that many from the COUNT of what follows. EXDATEs do not matter: what they take
    /// out was counted. DTSTART is counted as [`new`](Self::new) says.
    ///
    /// # Errors
    ///
    /// [`BudgetExceeded`] when it needs more candidates than `budget` has left.
    pub fn count_before(
        &self,
        anchor: &Anchor,
        start: Timestamp,
        budget: &mut Budget,
    ) -> Result<Vec<u32>, BudgetExceeded> {
        self.rules
            .iter()
            .map(|bounded| expand::count_before(bounded, anchor, self.dtstart_always, start, budget))
            .collect()
    }
}
