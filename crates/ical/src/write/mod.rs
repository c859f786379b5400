//! Events to text.

mod event;
mod line;
mod recurrence;
mod time;
mod timezone;

use std::collections::BTreeSet;

use jiff::Timestamp;
use kalends_domain::event::Event;

use line::{Line, fold};
pub use recurrence::recurrence_lines;

pub use event::organizer;

/// What stands at the head of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header<'h> {
    /// What it is called (NAME, RFC 7986 5.1; and X-WR-CALNAME, which more clients read).
    pub name: &'h str,
    /// The colour that it is shown in, `#RRGGBB` (COLOR, RFC 7986 5.9; and X-APPLE-CALENDAR-COLOR).
    pub color: Option<&'h str>,
    /// What a mail asks its reader to do, for example `REQUEST` (METHOD, RFC 5546 1.4). Without one the text is a feed
    /// or a file, and says how often to look for changes.
    pub method: Option<&'h str>,
}

/// Writes events as iCalendar text (RFC 5545), each when it is given, so that an export is never held as a whole.
///
/// The same events in the same order are the same bytes. No text of an event, whatever it holds, makes a line or a
/// property of its own.
///
/// ```
/// use kalends_domain::time::Timestamp;
/// use kalends_ical::{Header, Writer};
///
/// let mut text = String::new();
/// let mut writer = Writer::new(Timestamp::UNIX_EPOCH);
/// writer.begin(&Header { name: "Lectures", color: None, method: None }, &mut text);
/// // … writer.event(&event, &mut text), for each event …
/// writer.end(&mut text);
/// assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
/// assert!(text.contains("\r\nNAME:Lectures\r\n"));
/// ```
#[derive(Debug, Clone)]
pub struct Writer {
    since: Timestamp,
    /// The names of the zones whose VTIMEZONE is written.
    zones: BTreeSet<String>,
}

impl Writer {
    /// A writer of events none of which has an occurrence that begins before `since`: its VTIMEZONEs tell what clocks
    /// show from then on.
    pub fn new(since: Timestamp) -> Self {
        Self { since, zones: BTreeSet::new() }
    }

    /// Begins a calendar.
    pub fn begin(&mut self, header: &Header<'_>, out: &mut String) {
        self.zones.clear();
        for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kalends//Kalends//EN", "CALSCALE:GREGORIAN"] {
            fold(line, out);
        }
        if let Some(method) = header.method {
            Line::new("METHOD").value(method, out);
        }
        Line::new("X-WR-CALNAME").text(header.name, out);
        Line::new("NAME").text(header.name, out);
        if let Some(color) = header.color {
            Line::new("COLOR").value(color, out);
            Line::new("X-APPLE-CALENDAR-COLOR").value(color, out);
        }
        if header.method.is_none() {
            fold("REFRESH-INTERVAL;VALUE=DURATION:PT1H", out);
            fold("X-PUBLISHED-TTL:PT1H", out);
        }
    }

    /// Writes an event: a VTIMEZONE for each of its zones that has none yet, its VEVENT, and one for each override.
    pub fn event(&mut self, event: &Event, out: &mut String) {
        // A single event has no occurrences that could differ.
        let overrides = event.overrides.iter().filter(|_| event.recurrence.is_some());
        let vevents: Vec<_> = std::iter::once((None, &event.details))
            .chain(overrides.map(|(wall, details)| (Some(*wall), details)))
            .collect();
        for (_, details) in &vevents {
            if let time::Form::Local(zone) = time::Form::of(&details.span)
                && !self.zones.contains(zone.name())
            {
                self.zones.insert(zone.name().to_owned());
                timezone::timezone(zone, self.since, out);
            }
        }
        for (wall, details) in vevents {
            event::event(event, wall, details, out);
        }
    }

    /// Ends the calendar.
    pub fn end(&mut self, out: &mut String) {
        fold("END:VCALENDAR", out);
    }
}
