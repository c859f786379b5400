//! Times of a property: dates, instants and wall times of a zone (RFC 5545, sections 3.3.4 and 3.3.5).

use jiff::{Timestamp, civil};
use kalends_domain::event::{Length, Span};
use kalends_domain::time::Zone;

use super::line::Line;

/// How the times of a property are told.
#[derive(Clone, Copy)]
pub(super) enum Form<'z> {
    /// As dates.
    Date,
    /// In UTC.
    Utc,
    /// As wall times of a zone, which TZID names.
    Local(&'z Zone),
}

impl<'z> Form<'z> {
    /// The form of what stands in the zone of a span.
    pub(super) fn of(span: &'z Span) -> Self {
        if span.is_all_day() {
            Self::Date
        } else if span.zone == Zone::utc() {
            Self::Utc
        } else {
            Self::Local(&span.zone)
        }
    }

    /// A line of this name, with the parameters that tell the form.
    pub(super) fn line(self, name: &str) -> Line {
        match self {
            Self::Date => Line::new(name).param("VALUE", "DATE"),
            Self::Utc => Line::new(name),
            Self::Local(zone) => Line::new(name).param("TZID", zone.name()),
        }
    }

    /// A wall time in this form; fractions of a second are left out, for iCalendar has none.
    pub(super) fn value(self, wall: civil::DateTime) -> String {
        match self {
            Self::Date => wall.strftime("%Y%m%d").to_string(),
            Self::Utc => wall.strftime("%Y%m%dT%H%M%SZ").to_string(),
            Self::Local(_) => wall.strftime("%Y%m%dT%H%M%S").to_string(),
        }
    }
}

/// An instant in UTC.
pub(super) fn utc(at: Timestamp) -> String {
    Form::Utc.value(Zone::utc().civil(at))
}

/// DTSTART and DTEND. A series begins at its wall time; else where the wall time alone says another instant, as in
/// the second pass of a repeated hour, the instant is told in UTC.
pub(super) fn span(span: &Span, recurs: bool, out: &mut String) {
    let form = Form::of(span);
    let start = if recurs { span.zone.resolve(span.start) } else { span.starts_at() };
    let (start, end) = match span.length {
        Length::Days(days) => {
            let end = span.start.saturating_add(jiff::Span::new().days(days));
            ((form, form.value(span.start)), (form, form.value(end)))
        }
        Length::Exact(length) => {
            let end = start.checked_add(length).unwrap_or(Timestamp::MAX);
            (instant(form, span.start, start), instant(form, span.zone.civil(end), end))
        }
    };
    start.0.line("DTSTART").value(&start.1, out);
    if end.1 != start.1 {
        end.0.line("DTEND").value(&end.1, out);
    }
}

/// The wall time in its form if that alone tells the instant, else in UTC.
fn instant(form: Form<'_>, wall: civil::DateTime, at: Timestamp) -> (Form<'_>, String) {
    match form {
        Form::Local(zone) if zone.resolve(wall) != at => (Form::Utc, utc(at)),
        form => (form, form.value(wall)),
    }
}
