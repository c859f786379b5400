//! iCalendar text (RFC 5545) to calendar values and back. Pure: no I/O, no clock, no store.
//!
//! [`Reader`] takes a file in pieces and gives its events; [`Writer`] writes events as text that every client reads.
//! Neither ever holds a whole file.
//!
//! # How to add the next property
//!
//! Give it a field in `kalends_domain::event` if the model should hold it; without one it is kept as the content line
//! it came as, and written back. Then read it in `read/event.rs`, write it in `write/event.rs`, and let the round trip
//! in `tests/` see it.
#![deny(missing_docs)]

mod line;
mod read;
mod write;
mod zones;

pub use read::{
    Limits, OccurrenceId, Override, ReadCalendar, ReadError, ReadEvent, Reader, Series, Skipped, Warning, read,
};
pub use write::{Header, Writer, organizer, recurrence_lines};
pub use zones::{windows_name, zone_named};
