//! Calendars at Outlook (Microsoft Graph, v1.0), as the port [`kalends_ports::Provider`] has them.
//!
//! `provider` makes the calls. `read` turns what Graph tells into our words and `write` our words into what Graph takes;
//! `repeat` does both for recurrence. All three are pure. `shown` says what of an event Outlook can hold.
//!
//! # What Graph has not, and how it is made up for
//!
//! - Ids are Graph's own. Each copy carries our mark as an extended property, by which it is found again, and is made under
//!   a transaction id that follows from its event, so that a repeated call makes no second one.
//! - There is no EXDATE: occurrences are cancelled one by one, after the series is written, and read from the series.
//! - Changes are told of a window alone (`provider` says which), and without marks. So whatever changed is read by itself.
//! - Who is invited gets a mail, always. So attendees are read and never written.
#![deny(missing_docs)]

mod provider;
mod read;
mod repeat;
mod shown;
#[cfg(test)]
mod tests;
mod wire;
mod write;

pub use provider::{Outlook, OutlookSettings};
