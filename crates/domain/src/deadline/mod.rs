//! Legal deadlines computed from a trigger, a period and a rule, and explained step by step.
//!
//! A judgment is served on Friday, 30 January 2026, in Berlin. Its addressee has a month; the file comes back a week
//! before:
//!
//! ```
//! use kalends_domain::deadline::*;
//! use kalends_domain::time::{Zone, civil::date};
//!
//! let terms = Terms {
//!     trigger: Trigger { kind: TriggerKind::Service, date: date(2026, 1, 30) },
//!     period: Period::new(1, Unit::Months)?,
//!     rule: Rule::of(Region::Berlin),
//!     pre_deadlines: vec![Period::new(1, Unit::Weeks)?],
//! };
//! let deadline = compute(&terms)?;
//!
//! // There is no 30 February, and the 28th is a Saturday.
//! assert_eq!(deadline.date, date(2026, 3, 2));
//! assert_eq!(deadline.pre_deadlines[0].date, date(2026, 2, 23));
//! assert_eq!(deadline.instant(&Zone::named("Europe/Berlin")?).to_string(), "2026-03-02T22:59:00Z");
//!
//! let sources: Vec<&str> = deadline.steps.iter().filter_map(|step| step.source).collect();
//! assert_eq!(sources[..2], ["§ 187 Abs. 1 BGB", "§ 188 Abs. 3 BGB"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is counted
//!
//! By default the day of the trigger is not counted; the period ends on the matching day of its last week, month or
//! year, or on the month's last where there is none; and an end on a Saturday, Sunday or holiday moves to the next
//! working day. [`Rule`] says how else. A step has a source where the region's law says so in a place we are sure of.
//!
//! # What is not
//!
//! - Suspensions: court holidays (Art. 145 of the Swiss code, § 222 of the Austrian), interruption, restitution.
//! - When something counts as served, and days added for the post (Fed. R. Civ. P. 6(d)): the trigger is a date.
//! - Exceptions to rolling: notice periods run out on weekends too. [`Rule::roll`] turns it off.
//! - Holidays of a part of a region alone. They are told ([`What::Partial`]) and not counted; whoever knows the place
//!   adds them to [`Rule::local_holidays`].

mod compute;
mod holidays;
mod law;
mod region;
mod terms;
#[cfg(test)]
mod tests;

pub use compute::{ClosedBy, ComputeError, Deadline, Ending, PreDeadline, Step, What, compute};
pub use holidays::{Holiday, Standing, UnknownYear, YEARS, holidays};
pub use region::Region;
pub use terms::{Direction, InvalidPeriod, Period, Rule, Start, Terms, Trigger, TriggerKind, Unit};

/// Most days that a rule may add to the holidays of its region.
pub const LOCAL_HOLIDAYS_MAX: usize = 50;

/// Most pre-deadlines of a deadline.
pub const PRE_DEADLINES_MAX: usize = 10;
