//! Feeds to events: the JSON that the feed-sync API documents, and iCalendar, of which it takes the same. Pure: no I/O,
//! no clock, no store.
//!
//! A feed comes from elsewhere, so it may say more than we know; what we know must be right, and an error says where it
//! is not: `Expected String at $.events[3].start: Received null`, or the line of an iCalendar file.
//!
//! # How to add the next field
//!
//! Give it an arm in `json/event.rs`, where it becomes a part of an event's details, and a line in `tests/json.rs`. What
//! iCalendar says of it is read by `kalends_ical`.
#![deny(missing_docs)]

mod ics;
mod json;
pub mod shape;

use kalends_domain::feed::Format;
use kalends_domain::time::Zone;
use kalends_ical::ReadEvent;

/// What a feed holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadFeed {
    /// What it calls itself.
    pub title: Option<String>,
    /// Its events, in its order, each with a UID of its own. The `line` of one is the line of an iCalendar file, and the
    /// position in the list of a JSON feed: [`place`] tells it.
    pub events: Vec<ReadEvent>,
}

/// Why a feed is not taken: what is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFeed(pub String);

/// Reads a feed. `zone` is where dates and times without an offset are.
///
/// # Errors
///
/// The first thing that is wrong.
///
/// ```
/// use kalends_domain::{feed::Format, time::Zone};
///
/// let feed = kalends_feed::read(Format::Json, br#"{"events": [{"id": "a", "start": 5}]}"#, &Zone::utc());
/// assert_eq!(feed.unwrap_err().0, "Expected String at $.events[0].summary: Received nothing");
/// ```
pub fn read(format: Format, bytes: &[u8], zone: &Zone) -> Result<ReadFeed, BadFeed> {
    match format {
        Format::Json => json::read(bytes, zone),
        Format::Ics => ics::read(bytes, zone),
    }
}

/// Where in a feed an event stands, for people.
pub fn place(format: Format, event: &ReadEvent) -> String {
    match format {
        Format::Json => format!("$.events[{}]", event.line),
        Format::Ics => format!("line {}", event.line),
    }
}
