//! Text to events.
//!
//! A file goes through these rooms: `line` cuts it into lines, [`structure`] finds the component of each, [`component`]
//! holds the lines of one, [`event`] reads a VEVENT (its times in [`when`], [`zones`] and [`duration`]; [`alarm`],
//! [`attendee`], [`text`]), and [`join`] puts the VEVENTs of one UID together.

mod alarm;
mod attendee;
mod component;
mod duration;
mod event;
mod join;
mod limits;
mod outcome;
mod structure;
mod text;
mod when;
mod zones;

use kalends_domain::time::Zone;

pub use limits::{Limits, ReadError};
pub use outcome::{OccurrenceId, Override, ReadCalendar, ReadEvent, Series, Skipped, Warning};

use crate::line::Lines;
use structure::Structure;

/// Reads an iCalendar file that comes in pieces.
///
/// It holds the events read so far and the lines of one component, not the file. A VEVENT that cannot be read is
/// [skipped](ReadCalendar::skipped) with a reason; the rest is read.
///
/// ```
/// use kalends_domain::time::Zone;
/// use kalends_ical::{Limits, Reader};
///
/// let mut reader = Reader::new(Zone::named("Europe/Berlin")?, Limits::default());
/// reader.push(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMM")?;
/// reader.push(b"ARY:Lunch\r\nDTSTART:20260102T120000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")?;
/// let calendar = reader.finish()?;
/// let lunch = calendar.events[0].series.as_ref().map(|series| &series.details);
/// assert_eq!(lunch.map(|it| it.title.as_str()), Some("Lunch"));
/// assert_eq!(lunch.map(|it| it.span.starts_at().to_string()).as_deref(), Some("2026-01-02T11:00:00Z"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Reader {
    lines: Lines,
    structure: Structure,
    most: usize,
    left: usize,
}

impl Reader {
    /// A reader. `zone` is where floating times and dates are (that of the importing user), unless X-WR-TIMEZONE of
    /// the VCALENDAR says otherwise.
    pub fn new(zone: Zone, limits: Limits) -> Self {
        Self {
            lines: Lines::new(limits.line),
            structure: Structure::new(zone, limits),
            most: limits.bytes,
            left: limits.bytes,
        }
    }

    /// Takes the next piece of the file, cut anywhere.
    ///
    /// # Errors
    ///
    /// What is wrong with the file as a whole; nothing more can be read then.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), ReadError> {
        self.left = self.left.checked_sub(bytes.len()).ok_or(ReadError::TooLarge(self.most))?;
        self.lines.push(bytes, |line| self.structure.line(&line))
    }

    /// What the file held.
    ///
    /// # Errors
    ///
    /// [`ReadError::Syntax`] where it is empty, no iCalendar file, or breaks off.
    pub fn finish(mut self) -> Result<ReadCalendar, ReadError> {
        self.lines.finish(|line| self.structure.line(&line))?;
        self.structure.finish(self.lines.physical())
    }
}

/// Reads a whole file at once; see [`Reader`].
///
/// # Errors
///
/// As [`Reader::push`] and [`Reader::finish`].
pub fn read(bytes: &[u8], zone: Zone, limits: Limits) -> Result<ReadCalendar, ReadError> {
    let mut reader = Reader::new(zone, limits);
    reader.push(bytes)?;
    reader.finish()
}
