//! When a series happens: recurrence rules, and the sets of instances they make (RFC 5545, section 3.8.5).
//!
//! A [`Rule`] is what an RRULE says. A [`Recurrence`] is all the rules of a series with the dates added to them
//! (RDATE) and taken out (EXDATE); with the series' [`Anchor`], its DTSTART, it can be asked for the [`Instance`]s in
//! a [`Window`]. It never looks at the years before the window, so a meeting of 1970 costs no more than one of today.
//!
//! Rules are walked in wall time, in the zone of the series, and a wall time becomes an instant last: one that the
//! clock jumps over is read with the offset before the jump, one that happens twice is the first. Instances are in
//! order and no two have one instant.
//!
//! Where RFC 5545 says too little:
//!
//! * BYWEEKNO without BYDAY is the weekday of DTSTART; BYMONTHDAY in a YEARLY rule without BYMONTH is in the month of
//!   DTSTART. So reads libical.
//! * The year of a YEARLY rule with BYWEEKNO is that of its weeks, which may start in December.
//! * BYDAY may mix numbers and plain weekdays: `3MO,WE` is the third Monday and every Wednesday.
//! * BYSETPOS chooses from the whole period, even where a part of it is before DTSTART.
//! * DTSTART is always an instance and the first that COUNT counts, even where no rule matches it
//!   ([`Recurrence::counting`] can be told otherwise).
//! * BYHOUR, BYMINUTE and BYSECOND are ignored in a series of whole days, and UNTIL there is a date.
//! * A leap second is the second before it.
//!
//! RSCALE and SKIP (RFC 7529) are refused. The range ends in the last days of the year 9999.

mod bounds;
mod budget;
pub mod calculator;
mod clock;
mod days;
mod expand;
mod parse;
mod plan;
mod print;
mod property;
mod rule;
mod set;
mod value;
mod walk;

pub use budget::{Budget, BudgetExceeded};
pub use expand::{Instance, Instances, Window};
pub use property::{PropertyError, exdate, exdates, rdate, rdates, rrule};
pub use rule::{ByDay, Freq, Limit, Rule, RuleError, Until};
pub use set::{Anchor, BoundedRule, ExDate, RDate, Recurrence, RecurrenceError};
pub use value::Value;
