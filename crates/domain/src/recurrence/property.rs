//! Reading the property lines that make a recurrence: RRULE, RDATE, EXDATE (RFC 5545, section 3.8.5).
//!
//! Each function takes a whole line (`RDATE;VALUE=DATE:19970902`), a line without its name (`;VALUE=DATE:19970902`
//! or `:19970902`) or the bare value. Lines are unfolded already.

use jiff::{
    SignedDuration, Span, Timestamp,
    civil::{Date, DateTime, Time},
};

use crate::time::{UnknownZone, Zone};

use super::{
    rule::{Rule, RuleError},
    set::{Anchor, ExDate, RDate},
    value::Value,
};

/// Why a property line is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PropertyError {
    /// The rule in it is no good.
    #[error("RRULE: {0}")]
    Rule(#[from] RuleError),
    /// Its TZID names no known zone.
    #[error(transparent)]
    Zone(#[from] UnknownZone),
    /// A value in it cannot be read.
    #[error("{property}: {message}")]
    Value {
        /// The name of the property, for example `EXDATE`.
        property: &'static str,
        /// What is wrong.
        message: String,
    },
}

/// Reads the rule of an RRULE line.
///
/// ```
/// use kalends_domain::recurrence::rrule;
///
/// assert_eq!(rrule("RRULE:FREQ=DAILY")?, rrule("FREQ=DAILY")?);
/// # Ok::<(), kalends_domain::recurrence::PropertyError>(())
/// ```
pub fn rrule(line: &str) -> Result<Rule, PropertyError> {
    let (_, value) = split("RRULE", line)?;
    Ok(value.parse::<Rule>()?)
}

/// Reads the dates of an RDATE line, as wall times in the zone of `anchor`.
///
/// A DATE in a series of moments is that day at the time of DTSTART; a moment in a series of days is its day.
///
/// ```
/// use kalends_domain::{
///     recurrence::{Anchor, rdates},
///     time::{Zone, civil::date},
/// };
///
/// let anchor = Anchor {
///     start: date(2026, 1, 1).at(9, 0, 0, 0),
///     zone: Zone::named("Europe/Berlin")?,
///     all_day: false,
/// };
/// let dates = rdates("RDATE;VALUE=PERIOD:20260105T080000Z/PT30M", &anchor)?;
/// assert_eq!(dates[0].start, date(2026, 1, 5).at(9, 0, 0, 0));
/// assert_eq!(dates[0].length.map(|it| it.as_mins()), Some(30));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rdates(line: &str, anchor: &Anchor) -> Result<Vec<RDate>, PropertyError> {
    let (parameters, value) = split("RDATE", line)?;
    let zone = parameters.zone(anchor)?;
    value.split(',').map(|text| rdate(text, &zone, anchor)).collect()
}

/// Reads one value of an RDATE line whose wall times are in `zone`, for whoever knows more names of zones than IANA's.
pub fn rdate(value: &str, zone: &Zone, anchor: &Anchor) -> Result<RDate, PropertyError> {
    Line { property: "RDATE", zone, anchor }.rdate(value.trim())
}

/// Reads the dates of an EXDATE line, in the zone of `anchor`.
///
/// A DATE in a series of moments takes out the whole day.
///
/// ```
/// use kalends_domain::{
///     recurrence::{Anchor, ExDate, exdates},
///     time::{Zone, civil::date},
/// };
///
/// let anchor = Anchor {
///     start: date(2026, 1, 1).at(9, 0, 0, 0),
///     zone: Zone::utc(),
///     all_day: false,
/// };
/// assert_eq!(exdates("EXDATE:20260102", &anchor)?, [ExDate::Day(date(2026, 1, 2))]);
/// # Ok::<(), kalends_domain::recurrence::PropertyError>(())
/// ```
pub fn exdates(line: &str, anchor: &Anchor) -> Result<Vec<ExDate>, PropertyError> {
    let (parameters, value) = split("EXDATE", line)?;
    let zone = parameters.zone(anchor)?;
    value.split(',').map(|text| exdate(text, &zone, anchor)).collect()
}

/// Reads one value of an EXDATE line whose wall times are in `zone`.
pub fn exdate(value: &str, zone: &Zone, anchor: &Anchor) -> Result<ExDate, PropertyError> {
    Line { property: "EXDATE", zone, anchor }.exdate(value.trim())
}

/// The parameters of a line that matter here.
pub(super) struct Parameters<'l> {
    tzid: Option<&'l str>,
}

impl Parameters<'_> {
    pub(super) fn tzid(&self) -> Option<&str> {
        self.tzid
    }

    fn zone(&self, anchor: &Anchor) -> Result<Zone, UnknownZone> {
        match self.tzid {
            Some(name) if name != anchor.zone.name() => Zone::named(name),
            _ => Ok(anchor.zone.clone()),
        }
    }
}

/// Splits a line into its parameters and its value.
pub(super) fn split<'l>(property: &'static str, line: &'l str) -> Result<(Parameters<'l>, &'l str), PropertyError> {
    let line = line.trim();
    let rest = match line.split_at_checked(property.len()) {
        Some((name, rest)) if name.eq_ignore_ascii_case(property) && rest.starts_with([':', ';']) => rest,
        _ => line,
    };
    let mut parameters = Parameters { tzid: None };
    if let Some(value) = rest.strip_prefix(':') {
        return Ok((parameters, value));
    }
    let Some(listed) = rest.strip_prefix(';') else {
        return Ok((parameters, rest));
    };
    let Some((listed, value)) = listed.split_once(':') else {
        return Err(PropertyError::Value { property, message: "has parameters and no value".to_owned() });
    };
    for parameter in listed.split(';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        if name.eq_ignore_ascii_case("TZID") {
            // A leading slash marks a name as globally unique (RFC 5545, section 3.8.3.1).
            parameters.tzid = Some(value.trim_matches('"').trim_start_matches('/'));
        }
    }
    Ok((parameters, value))
}

struct Line<'l> {
    property: &'static str,
    zone: &'l Zone,
    anchor: &'l Anchor,
}

impl Line<'_> {
    fn refuse<T>(&self, message: impl Into<String>) -> Result<T, PropertyError> {
        Err(PropertyError::Value { property: self.property, message: message.into() })
    }

    fn value(&self, text: &str) -> Result<Value, PropertyError> {
        Value::parse(text).or_else(|message| self.refuse(message))
    }

    fn rdate(&self, text: &str) -> Result<RDate, PropertyError> {
        let Some((start, end)) = text.split_once('/') else {
            return Ok(RDate { start: self.start(self.value(text)?), length: None });
        };
        let start = self.value(start)?;
        let from = self.instant(start);
        let to = if end.starts_with(['P', 'p', '+', '-']) {
            match end.parse::<Span>().ok().and_then(|span| self.later(from, span)) {
                Some(to) => to,
                None => return self.refuse("the period has no readable duration"),
            }
        } else {
            self.instant(self.value(end)?)
        };
        if to < from {
            return self.refuse("the period ends before it starts");
        }
        Ok(RDate { start: self.start(start), length: Some(from.duration_until(to)) })
    }

    fn exdate(&self, text: &str) -> Result<ExDate, PropertyError> {
        let value = self.value(text)?;
        Ok(match value {
            Value::Date(date) => ExDate::Day(date),
            _ if self.anchor.all_day => ExDate::Day(self.start(value).date()),
            _ => ExDate::At(self.start(value)),
        })
    }

    /// A value as a start of the series' kind: a wall time in its zone, midnight for a series of days.
    fn start(&self, value: Value) -> DateTime {
        if self.anchor.all_day {
            let date: Date = match value {
                Value::Date(date) => date,
                Value::Local(local) => local.date(),
                Value::Utc(instant) => Zone::utc().civil(instant).date(),
            };
            return date.to_datetime(Time::midnight());
        }
        match value {
            Value::Date(date) => date.to_datetime(self.anchor.start.time()),
            Value::Local(local) if *self.zone == self.anchor.zone => local,
            other => self.anchor.zone.civil(self.instant(other)),
        }
    }

    fn instant(&self, value: Value) -> Timestamp {
        match value {
            Value::Date(date) => self.zone.resolve(date.to_datetime(Time::midnight())),
            Value::Local(local) => self.zone.resolve(local),
            Value::Utc(instant) => instant,
        }
    }

    /// Days of a duration are days on the clock, the rest is exact (RFC 5545, section 3.3.6).
    fn later(&self, from: Timestamp, span: Span) -> Option<Timestamp> {
        let whole = Span::new().weeks(span.get_weeks()).days(span.get_days());
        let exact = Span::new().hours(span.get_hours()).minutes(span.get_minutes()).seconds(span.get_seconds());
        let day = self.zone.civil(from).checked_add(whole).ok()?;
        let day = if whole.is_zero() { from } else { self.zone.resolve(day) };
        let length = SignedDuration::try_from(exact).ok()?;
        day.checked_add(length).ok()
    }
}
