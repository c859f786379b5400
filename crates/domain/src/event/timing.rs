//! What a caller says about when an event is, read against what it was before.

use jiff::tz::Offset;
use jiff::{Timestamp, civil};

use super::{InvalidSpan, Length, Span};
use crate::problem::Problems;
use crate::time::Zone;

/// A time as a caller wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeInput {
    /// RFC 3339 with an offset: the instant, and the wall time as written.
    Instant {
        /// The instant.
        at: Timestamp,
        /// Date and time of day as written, before its offset is applied.
        written: civil::DateTime,
    },
    /// A date alone.
    Date(civil::Date),
}

/// What a caller says about when an event is. What is not said stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timing {
    /// The start.
    pub start: Option<TimeInput>,
    /// The end, exclusive.
    pub end: Option<TimeInput>,
    /// That there is no end: it takes no time, or the day on which it begins.
    pub no_end: bool,
    /// The zone.
    pub zone: Option<Zone>,
    /// Whether it is made of whole days.
    pub all_day: Option<bool>,
}

/// The names of the fields on a surface, for its error messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimingFields {
    /// The field of the start.
    pub start: &'static str,
    /// The field of the end.
    pub end: &'static str,
}

/// The names on the core surface.
impl Default for TimingFields {
    fn default() -> Self {
        Self { start: "start_time", end: "end_time" }
    }
}

impl Timing {
    /// Whether nothing is said.
    pub fn is_silent(&self) -> bool {
        *self == Self::default()
    }

    /// The span that this makes of `old`; without one, start, end and zone must be said.
    ///
    /// A start or an end that is not said stays the instant (or date) it was, so saying only a later
    /// start makes the event shorter. What takes no time moves with its start.
    pub fn apply(&self, old: Option<&Span>, fields: TimingFields) -> Result<Span, Problems> {
        let mut problems = Problems::default();
        let all_day = self.all_day.unwrap_or_else(|| old.is_some_and(Span::is_all_day));
        let Some(zone) = self.zone.clone().or_else(|| old.map(|span| span.zone.clone())) else {
            return Err(Problems::one("timezone", "is required"));
        };
        let old = old.map(|span| span.in_zone(zone.clone()));
        let span = if all_day {
            let start = self.start.map_or_else(
                || old.as_ref().map(|span| span.start.date()).ok_or("is required"),
                |said| said.as_date(&zone),
            );
            let start = problems.check(fields.start, start);
            let end = match self.end {
                Some(said) => problems.check(fields.end, said.as_date(&zone)),
                None if self.no_end => start.map(day_after),
                None => problems.check(fields.end, old.as_ref().map(last_day_after).ok_or("is required")),
            };
            match (start, end) {
                (Some(start), Some(end)) => Span::all_day(start, end, zone),
                _ => return Err(problems),
            }
        } else {
            let kept = old.filter(|span| !span.is_all_day());
            let start = self
                .start
                .map_or_else(|| kept.as_ref().map(Span::starts_at).ok_or("is required"), TimeInput::as_instant);
            let start = problems.check(fields.start, start);
            let end = match self.end {
                Some(said) => problems.check(fields.end, said.as_instant()),
                None if self.no_end || kept.as_ref().is_some_and(Span::is_moment) => start,
                None => problems.check(fields.end, kept.as_ref().map(Span::ends_at).ok_or("is required")),
            };
            match (start, end) {
                (Some(start), Some(end)) => Span::timed(start, end, zone),
                _ => return Err(problems),
            }
        };
        span.map_err(|error| match error {
            InvalidSpan::Inverted => Problems::one(fields.end, format!("must be after {}", fields.start)),
            other => Problems::one(fields.end, other.to_string()),
        })
    }
}

impl TimeInput {
    /// A zone in which this time is shown as it was written: `home` where its clocks show that then, else one of that
    /// offset alone. UTC says nothing of a place, and a date nothing of a clock: both are `home`'s.
    ///
    /// ```
    /// use kalends_domain::event::TimeInput;
    /// use kalends_domain::time::Zone;
    ///
    /// let at = "2026-04-01T12:00:00Z".parse()?;
    /// let written = TimeInput::Instant { at, written: "2026-04-01T14:00:00".parse()? };
    /// assert_eq!(written.zone(&Zone::named("Europe/Berlin")?).name(), "Europe/Berlin");
    /// assert_eq!(written.zone(&Zone::utc()).name(), "Etc/GMT-2");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn zone(self, home: &Zone) -> Zone {
        let Some(offset) = self.offset().filter(|offset| !offset.is_zero()) else { return home.clone() };
        let Self::Instant { at, .. } = self else { return home.clone() };
        if home.offset(at) == offset {
            return home.clone();
        }
        let (minutes, east) = (offset.seconds().unsigned_abs() / 60, offset.seconds() > 0);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        // Both ways of writing tell what is west of Greenwich with a plus.
        let (shown, meant) = if east { ('+', '-') } else { ('-', '+') };
        let zone = match minutes {
            0 => Zone::named(&format!("Etc/GMT{meant}{hours}")),
            _ => Zone::posix(&format!("<{shown}{hours:02}{minutes:02}>{meant}{hours}:{minutes:02}")),
        };
        zone.unwrap_or_else(|_| home.clone())
    }

    /// The offset with which it was written; a date has none.
    pub fn offset(self) -> Option<Offset> {
        let Self::Instant { at, written } = self else { return None };
        // One of the two may have lost its fraction of a second.
        let ahead = written.duration_since(Offset::UTC.to_datetime(at)).as_nanos().div_euclid(1_000_000_000);
        Offset::from_seconds(i32::try_from(ahead).ok()?).ok()
    }

    fn as_instant(self) -> Result<Timestamp, &'static str> {
        match self {
            Self::Instant { at, .. } => Ok(at),
            Self::Date(_) => Err("must be a date and time with an offset unless all_day is true"),
        }
    }

    /// The day that begins at this time: in the zone, or as written (many clients send midnight UTC
    /// for a date).
    fn as_date(self, zone: &Zone) -> Result<civil::Date, &'static str> {
        match self {
            Self::Date(day) => Ok(day),
            Self::Instant { at, written } => {
                let day = zone.civil(at).date();
                if zone.start_of_day(day) == at {
                    Ok(day)
                } else if written.time() == civil::Time::midnight() {
                    Ok(written.date())
                } else {
                    Err("must be a date or midnight when all_day is true")
                }
            }
        }
    }
}

/// The first day on which nothing of the span lies.
fn last_day_after(span: &Span) -> civil::Date {
    let end = span.zone.civil(span.ends_at());
    match span.length {
        Length::Days(_) => end.date(),
        Length::Exact(_) if end.time() == civil::Time::midnight() && end > span.start => end.date(),
        Length::Exact(_) => day_after(end.date()),
    }
}

fn day_after(day: civil::Date) -> civil::Date {
    day.tomorrow().unwrap_or(civil::Date::MAX)
}
