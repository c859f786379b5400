//! Short ways to say what a file holds.

use kalends_domain::event::{Details, Span};
use kalends_domain::time::Zone;
use kalends_ical::{Limits, ReadCalendar, ReadError, Series, read};

/// Where floating times are in these tests.
pub(crate) const HOME: &str = "Europe/Berlin";

pub(crate) fn home() -> Zone {
    Zone::named(HOME).unwrap()
}

pub(crate) fn try_text(text: &str) -> Result<ReadCalendar, ReadError> {
    read(text.as_bytes(), home(), Limits::default())
}

/// What a VCALENDAR with these lines holds.
pub(crate) fn calendar(lines: &str) -> ReadCalendar {
    try_text(&format!("BEGIN:VCALENDAR\n{lines}\nEND:VCALENDAR\n")).unwrap()
}

/// What a calendar with one VEVENT of these lines, and a UID, holds.
pub(crate) fn vevent(lines: &str) -> ReadCalendar {
    calendar(&format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT"))
}

/// A VEVENT of these lines that starts on 2 January 2026 at nine, UTC, and takes an hour; with its warnings.
pub(crate) fn event(lines: &str) -> (Series, Vec<String>) {
    let read = vevent(&format!("DTSTART:20260102T090000Z\nDTEND:20260102T100000Z\n{lines}"));
    assert_eq!(read.skipped, [], "{lines}");
    let warnings = read.warnings.into_iter().map(|it| it.message).collect();
    (read.events.into_iter().next().unwrap().series.unwrap(), warnings)
}

/// The details of such a VEVENT, which gives no warning.
pub(crate) fn details(lines: &str) -> Details {
    let (series, warnings) = event(lines);
    assert_eq!(warnings, [""; 0], "{lines}");
    series.details
}

/// The one reason why something of the calendar was not taken.
pub(crate) fn reason(read: &ReadCalendar) -> &str {
    assert_eq!(read.skipped.len(), 1, "{read:?}");
    &read.skipped[0].reason
}

/// `start/end zone`, as instants; as days where it is made of days.
pub(crate) fn spell(span: &Span) -> String {
    if span.is_all_day() {
        let end = span.zone.civil(span.ends_at()).date();
        return format!("{}/{end} {}", span.start.date(), span.zone);
    }
    format!("{}/{} {}", span.starts_at(), span.ends_at(), span.zone)
}
