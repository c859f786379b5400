//! What reading gives.

use std::fmt;

use jiff::{Timestamp, civil};
use kalends_domain::event::{Details, Span};
use kalends_domain::recurrence::Recurrence;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReadCalendar {
    /// What the file calls the calendar (NAME, RFC 7986; else X-WR-CALNAME).
    pub name: Option<String>,
    /// Its events, one for each UID, in the order of the file.
    pub events: Vec<ReadEvent>,
    /// How many components named VEVENT the file has, good and bad.
    pub vevents: usize,
    /// What was not taken, and why.
    pub skipped: Vec<Skipped>,
    /// What was taken, but not whole.
    pub warnings: Vec<Warning>,
}

/// All VEVENTs of one UID, joined. Ids within the details (of reminders, attendees, attachments) are nil.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadEvent {
    /// Its UID; where the file has none, one made of the VEVENT's text, the same at each reading.
    pub uid: String,
    /// The line on which its first VEVENT begins.
    pub line: usize,
    /// What it holds: of a series, what every occurrence without an override holds. `None` where the file has only
    /// single occurrences of the series (RECURRENCE-ID without the VEVENT that recurs).
    pub series: Option<Series>,
    /// Occurrences that differ, by RECURRENCE-ID.
    pub overrides: Vec<Override>,
    /// How many VEVENTs of the file are in it.
    pub vevents: usize,
    /// When it was made (CREATED), where the file says so.
    pub created: Option<Timestamp>,
    /// When it last changed (LAST-MODIFIED), where the file says so.
    pub last_modified: Option<Timestamp>,
}

/// A VEVENT without RECURRENCE-ID.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What it holds.
    pub details: Details,
    /// When it recurs, if it does.
    pub recurrence: Option<Recurrence>,
    /// SEQUENCE.
    pub sequence: i32,
}

/// A VEVENT with RECURRENCE-ID.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// Its RECURRENCE-ID: an instant, or a date.
    pub occurrence: OccurrenceId,
    /// Whether it is about all later occurrences too (RANGE=THISANDFUTURE).
    pub and_future: bool,
    /// What it holds.
    pub details: Details,
    /// SEQUENCE.
    pub sequence: i32,
}

/// Which occurrence a RECURRENCE-ID names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OccurrenceId {
    /// The one that the rule puts at this instant.
    At(Timestamp),
    /// The one that the rule puts on this day.
    Day(civil::Date),
}

impl OccurrenceId {
    /// The wall time by which a series of this span knows the occurrence.
    pub fn wall(self, series: &Span) -> civil::DateTime {
        match self {
            Self::At(at) if series.is_all_day() => series.zone.civil(at).date().to_datetime(civil::Time::midnight()),
            Self::At(at) => series.zone.civil(at),
            Self::Day(day) => day.to_datetime(series.start.time()),
        }
    }
}

impl fmt::Display for OccurrenceId {
    /// As iCalendar writes it: `20260302T150000Z`, `20260302`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => write!(f, "{}", at.strftime("%Y%m%dT%H%M%SZ")),
            Self::Day(day) => write!(f, "{}", day.strftime("%Y%m%d")),
        }
    }
}

/// A component that was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// What it is: `VEVENT`, `VTODO`, …
    pub component: String,
    /// Its UID, where it has one.
    pub uid: Option<String>,
    /// The line on which it begins.
    pub line: usize,
    /// Why, naming the line or property that is to blame.
    pub reason: String,
}

/// Something of an event that was left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The event's UID.
    pub uid: String,
    /// What, and why, naming the line.
    pub message: String,
}
