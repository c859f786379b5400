//! What the names and the definitions of time zones in a file mean.
//!
//! A TZID is only a label: the VTIMEZONE of the same file says what it stands for (RFC 5545, section 3.6.5). But most
//! of those are copies of an IANA zone, often of an old or a simplified one, and a calendar does better with the zone
//! itself, whose rules follow the law. [`zone_named`] reads the label; where it says nothing, `meaning` looks for the
//! zone whose clocks the definition describes.

mod clocks;
mod meaning;
mod names;
mod offset;
mod places;
#[cfg(test)]
mod tests;
mod windows;
mod windows_name;

pub(crate) use clocks::Observance;
pub(crate) use meaning::{Meaning, Rules, meaning};
pub use names::zone_named;
pub use windows_name::windows_name;
