//! Calendars and scheduling as plain values and pure decisions.
//!
//! Nothing here reads a clock, a file, a database or the network: what is true on paper stands here,
//! and whoever needs it brings the rest. A service that wants recurring events, and never sees the
//! Kalends server, uses this crate alone.
//!
//! A weekly lecture keeps its wall time over a change of clocks:
//!
//! ```
//! use kalends_domain::recurrence::{Anchor, Budget, Recurrence, Window};
//! use kalends_domain::time::Zone;
//!
//! let lecture = Anchor {
//!     start: "2026-03-02T10:00:00".parse()?,
//!     zone: Zone::named("America/New_York")?,
//!     all_day: false,
//! };
//! let budget = &mut Budget::new(10_000);
//! let weekly = Recurrence::new(&lecture, vec!["FREQ=WEEKLY;COUNT=3".parse()?], vec![], vec![], budget)?;
//! let all = weekly.expand(&lecture, Window { from: None, to: None }, 10, budget)?;
//! let starts: Vec<String> = all.items.iter().map(|i| i.start.to_string()).collect();
//! assert_eq!(starts, ["2026-03-02T15:00:00Z", "2026-03-09T14:00:00Z", "2026-03-16T14:00:00Z"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Where to look:
//!
//! - [`time`]: zones, and what a wall time means where clocks change.
//! - [`recurrence`]: RFC 5545 rules and sets, expanded by seeking and within a budget.
//! - [`event`]: events, series with overrides and exceptions, and the three ways to edit one.
//! - [`calendar`], [`account`]: what events stand in, and whose they are.
//! - [`access`]: roles and scopes as decisions.
//! - [`contact`]: the people of an address book.
//! - [`course`]: what the course ids of events stand for.
//! - [`booking`]: links under which people book, and what they offer.
//! - [`feed`]: calendars that stand elsewhere and are shown here.
//! - [`free_busy`]: when events make their people busy.
//! - [`frist`]: legal deadlines, who verified them, and the history that cannot be rewritten unnoticed.
//! - [`deadline`]: legal deadlines computed from a trigger and a period, and the public holidays they meet.
//! - [`sync`]: what keeps a calendar here and one at a provider the same.
//! - [`problem`], [`text`], [`id`]: inputs, checked; and names.
#![deny(missing_docs)]

pub mod access;
pub mod account;
pub mod booking;
pub mod calendar;
pub mod contact;
pub mod course;
pub mod deadline;
pub mod event;
pub mod feed;
pub mod free_busy;
pub mod frist;
pub mod id;
pub mod problem;
pub mod recurrence;
pub mod sync;
pub mod text;
pub mod time;
mod words;

/// Has the README's example run as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
