//! What a deadline is computed from.

use std::collections::BTreeSet;

use super::region::Region;
use crate::time::civil::Date;
use crate::words::words;

words! {
    /// What happened on the day from which a period runs. It changes no date, but what the steps say.
    TriggerKind {
        /// Nothing but a date.
        Date = "date",
        /// Something took place, such as a hearing.
        Event = "event",
        /// A document was served (Zustellung).
        Service = "service",
    } one of "date, event, service";

    /// What a period is counted in.
    Unit {
        /// Days, weekends and holidays included.
        Days = "days",
        /// Weeks.
        Weeks = "weeks",
        /// Months of the calendar.
        Months = "months",
        /// Years of the calendar.
        Years = "years",
    } one of "days, weeks, months, years";

    /// Whether the day of the trigger is part of the period.
    Start {
        /// It is not, as where something happens in the course of that day (§ 187 Abs. 1 BGB).
        DayAfter = "day_after",
        /// It is, as where the beginning of that day is what counts: a lease from 1 April on, an age (§ 187 Abs. 2 BGB).
        DayItself = "day_itself",
    } one of "day_after, day_itself";

    /// On which side of the trigger the deadline is.
    Direction {
        /// Within the period after it.
        After = "after",
        /// At least the period before it: "a week before the hearing".
        Before = "before",
    } one of "after, before";
}

impl Unit {
    /// Most of it in a period: a hundred years.
    pub fn most(self) -> u16 {
        match self {
            Self::Days => 36_525,
            Self::Weeks => 5_200,
            Self::Months => 1_200,
            Self::Years => 100,
        }
    }
}

/// A length of time as laws give it: a whole number of one unit, from one day to a hundred years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    value: u16,
    unit: Unit,
}

/// A period that is too short or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 1 to {} where the unit is {}", unit.most(), unit.as_str())]
pub struct InvalidPeriod {
    /// The unit.
    pub unit: Unit,
}

impl Period {
    /// So many of a unit.
    ///
    /// ```
    /// use kalends_domain::deadline::{Period, Unit};
    ///
    /// assert!(Period::new(1_200, Unit::Months).is_ok());
    /// let error = Period::new(101, Unit::Years).unwrap_err();
    /// assert_eq!(error.to_string(), "must be from 1 to 100 where the unit is years");
    /// assert!(Period::new(0, Unit::Days).is_err());
    /// ```
    pub fn new(value: u16, unit: Unit) -> Result<Self, InvalidPeriod> {
        if (1..=unit.most()).contains(&value) { Ok(Self { value, unit }) } else { Err(InvalidPeriod { unit }) }
    }

    /// How many.
    pub fn value(self) -> u16 {
        self.value
    }

    /// Of what.
    pub fn unit(self) -> Unit {
        self.unit
    }
}

/// The day from which a period runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trigger {
    /// What happened.
    pub kind: TriggerKind,
    /// On which day, where it happened.
    pub date: Date,
}

/// How a deadline is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Whose law and whose holidays.
    pub region: Region,
    /// Whether the day of the trigger counts.
    pub start: Start,
    /// Before or after the trigger. Before it is known for Germany and the United States alone.
    pub direction: Direction,
    /// Whether an end on a Saturday, Sunday or holiday moves to a working day: the next, or the one before where the
    /// deadline is before its trigger.
    pub roll: bool,
    /// Days that are holidays at the place of the court, and not in the whole region. At most [`LOCAL_HOLIDAYS_MAX`](super::LOCAL_HOLIDAYS_MAX).
    pub local_holidays: BTreeSet<Date>,
}

impl Rule {
    /// The usual one of a region: from the day after the trigger, rolled.
    pub fn of(region: Region) -> Self {
        Self {
            region,
            start: Start::DayAfter,
            direction: Direction::After,
            roll: true,
            local_holidays: BTreeSet::new(),
        }
    }
}

/// All that a deadline is computed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// From which day.
    pub trigger: Trigger,
    /// How long.
    pub period: Period,
    /// Counted how.
    pub rule: Rule,
    /// How long before the deadline a reminder is wanted, each (Vorfristen). At most
    /// [`PRE_DEADLINES_MAX`](super::PRE_DEADLINES_MAX).
    pub pre_deadlines: Vec<Period>,
}
