//! What reads a single value of a body or a query: each a function `(Value, &Spot) -> Option<T>`
//! that notes what was expected, for the calls of [`Fields`].
//!
//! # How to add the next one
//!
//! Most need none: [`parsed`] reads everything that the domain parses from text, [`text`] takes any
//! check of a text.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use jiff::fmt::temporal::Pieces;
use jiff::{SignedDuration, Timestamp, civil};
use kalends_domain::event::TimeInput;
use kalends_domain::text;
use kalends_domain::time::Zone;
use serde_json::Value;
use uuid::Uuid;

use crate::fields::{Fields, Spot};

/// Text as it came, without NUL.
pub(crate) fn string(value: Value, spot: &Spot) -> Option<String> {
    let Value::String(text) = value else { return wrong(&value, "a string", spot) };
    if text.contains('\0') {
        spot.problem("must not contain the character U+0000");
        return None;
    }
    Some(text)
}

/// Text that passes a check.
pub(crate) fn checked<T, E: Display>(check: impl Fn(&str) -> Result<T, E>) -> impl Fn(Value, &Spot) -> Option<T> {
    move |value, spot| string(value, spot).and_then(|text| spot.check(check(&text)))
}

/// One line of 1 to `max` characters, trimmed.
pub(crate) fn line(max: usize) -> impl Fn(Value, &Spot) -> Option<String> {
    checked(move |text| text::line(text, max))
}

/// Text of up to `max` characters that may hold line breaks.
pub(crate) fn block(max: usize) -> impl Fn(Value, &Spot) -> Option<String> {
    checked(move |text| text::block(text, max))
}

/// What the domain parses from text.
pub(crate) fn parsed<T: FromStr<Err: Display>>(value: Value, spot: &Spot) -> Option<T> {
    checked(str::parse)(value, spot)
}

/// A UUID of the caller's own naming, of whatever version, in its hyphenated form.
pub(crate) fn own_uuid(value: Value, spot: &Spot) -> Option<Uuid> {
    checked(|text| Uuid::try_parse(text).ok().filter(|_| text.len() == 36).ok_or("is not a UUID"))(value, spot)
}

/// An IANA zone.
pub(crate) fn zone(value: Value, spot: &Spot) -> Option<Zone> {
    checked(|text| Zone::named(text).map_err(|_| "must be an IANA time zone, such as America/New_York"))(value, spot)
}

/// RFC 3339 with an offset, or a date alone.
pub(crate) fn time(value: Value, spot: &Spot) -> Option<TimeInput> {
    checked(time_input)(value, spot)
}

/// A time of an event: RFC 3339 with an offset, or a date alone. Fractions of a second are cut off:
/// calendars count in whole seconds (RFC 5545 3.3.5).
pub(crate) fn moment(value: Value, spot: &Spot) -> Option<TimeInput> {
    let whole =
        |at: Timestamp| Timestamp::from_second(at.as_nanosecond().div_euclid(1_000_000_000).try_into().ok()?).ok();
    Some(match time(value, spot)? {
        TimeInput::Instant { at, written } => TimeInput::Instant { at: whole(at).unwrap_or(at), written },
        date @ TimeInput::Date(_) => date,
    })
}

/// RFC 3339 with an offset, and no date alone.
pub(crate) fn instant(value: Value, spot: &Spot) -> Option<Timestamp> {
    match time(value, spot)? {
        TimeInput::Instant { at, .. } => Some(at),
        TimeInput::Date(_) => {
            spot.problem("must be an RFC 3339 date and time with an offset, such as 2026-03-02T10:00:00-05:00");
            None
        }
    }
}

/// Longest range that is listed at once: a year, even a leap year.
const RANGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Notes what is wrong with a range whose two ends are fields of these names.
pub(crate) fn check_range(f: &Fields, start: (&str, Timestamp), end: (&str, Timestamp)) {
    if end.1 <= start.1 {
        f.problem(end.0, format!("must be after {}", start.0));
    } else if end.1.duration_since(start.1) > RANGE_MAX {
        f.problem(end.0, format!("must be at most 366 days after {}", start.0));
    }
}

/// One of a fixed set of words.
pub(crate) fn word<T: Copy>(all: &'static [T], name: impl Fn(T) -> &'static str) -> impl Fn(Value, &Spot) -> Option<T> {
    checked(move |text| {
        let names = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
        all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| format!("must be one of {}", names()))
    })
}

/// `true` or `false`.
pub(crate) fn boolean(value: Value, spot: &Spot) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(truth),
        Value::String(text) if spot.is_textual() => spot.check(text.parse().map_err(|_| "must be true or false")),
        other => wrong(&other, "true or false", spot),
    }
}

/// A whole number in a range.
pub(crate) fn integer<T>(range: RangeInclusive<T>) -> impl Fn(Value, &Spot) -> Option<T>
where
    T: TryFrom<i64> + PartialOrd + Display,
{
    move |value, spot| {
        let number = match &value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) if spot.is_textual() => text.parse().ok(),
            other => return wrong(other, "a whole number", spot),
        };
        let number = number.and_then(|number| T::try_from(number).ok()).filter(|number| range.contains(number));
        if number.is_none() {
            spot.problem(format!("must be a whole number from {} to {}", range.start(), range.end()));
        }
        number
    }
}

/// Most items that a list read by number passes over.
const OFFSET_MAX: usize = 1_000_000_000;

/// Which part of a list that is read by number is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    /// How many items to pass over.
    pub(crate) offset: usize,
    /// Most items to answer with.
    pub(crate) limit: usize,
}

impl Part {
    /// The `limit`, 1 to 100, and the `offset` of a query.
    pub(crate) fn read(f: &mut Fields, usual: usize) -> Option<Self> {
        let mut good = true;
        let mut number = |name, least, most, usual| {
            let mut said = false;
            let read = f.optional(name, |value, spot| {
                said = true;
                integer(least..=most)(value, spot)
            });
            good &= !said || read.is_some();
            read.unwrap_or(usual)
        };
        let part = Self { limit: number("limit", 1, 100, usual), offset: number("offset", 0, OFFSET_MAX, 0) };
        good.then_some(part)
    }
}

/// A list of up to `max` items.
pub(crate) fn list<T>(max: usize, read: impl Fn(Value, &Spot) -> Option<T>) -> impl Fn(Value, &Spot) -> Option<Vec<T>> {
    move |value, spot| {
        let Value::Array(items) = value else { return wrong(&value, "a list", spot) };
        if items.len() > max {
            spot.problem(format!("may have at most {max} entries"));
            return None;
        }
        // Not straight into an Option, which would stop at the first bad item.
        let items: Vec<_> = items.into_iter().enumerate().map(|(i, item)| read(item, &spot.item(i))).collect();
        items.into_iter().collect()
    }
}

/// An object.
pub(crate) fn object<T>(read: impl Fn(&mut Fields) -> Option<T>) -> impl Fn(Value, &Spot) -> Option<T> {
    move |value, spot| {
        let Value::Object(object) = value else { return wrong(&value, "an object", spot) };
        let mut fields = Fields::within(spot, object);
        let value = read(&mut fields);
        fields.close();
        value
    }
}

/// An object whose names are data: up to `max` entries, in the order in which they came.
pub(crate) fn entries<K, T, E: Display>(
    max: usize,
    name: impl Fn(&str) -> Result<K, E>,
    read: impl Fn(Value, &Spot) -> Option<T>,
) -> impl Fn(Value, &Spot) -> Option<Vec<(K, T)>> {
    move |value, spot| {
        let Value::Object(object) = value else { return wrong(&value, "an object", spot) };
        if object.len() > max {
            spot.problem(format!("may have at most {max} entries"));
            return None;
        }
        let entry = |(key, value): (String, Value)| {
            let spot = spot.field(&key);
            let (key, value) = (spot.check(name(&key)), read(value, &spot));
            Some((key?, value?))
        };
        let entries: Vec<_> = object.into_iter().map(entry).collect();
        entries.into_iter().collect()
    }
}

fn wrong<T>(value: &Value, expected: &str, spot: &Spot) -> Option<T> {
    let found = match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    spot.problem(format!("must be {expected}, not {found}"));
    None
}

const TIME: &str = "must be an RFC 3339 date and time with an offset, such as 2026-03-02T10:00:00-05:00, or a date";

/// A date as `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Result<civil::Date, &'static str> {
    let shape: String = text.chars().take(11).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    let date = (shape == "0000-00-00").then(|| text.parse().ok()).flatten();
    date.ok_or("must be a date, such as 2026-12-24")
}

/// RFC 3339 with an offset, or a date alone. In a query the `+` of an offset may have become a space.
fn time_input(text: &str) -> Result<TimeInput, &'static str> {
    let shape: String = text.chars().take(20).map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape == "0000-00-00" {
        return text.parse().map(TimeInput::Date).map_err(|_| TIME);
    }
    if !shape.starts_with("0000-00-00T00:00") && !shape.starts_with("0000-00-00t00:00") {
        return Err(TIME);
    }
    let plus = text.replacen(' ', "+", 1);
    let pieces = Pieces::parse(&plus).map_err(|_| TIME)?;
    if pieces.time_zone_annotation().is_some() {
        return Err(TIME);
    }
    let at: Timestamp = plus.parse().map_err(|_| TIME)?;
    let time = pieces.time().ok_or(TIME)?;
    Ok(TimeInput::Instant { at, written: pieces.date().to_datetime(time) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date("2026-12-24").map(|date| date.to_string()).as_deref(), Ok("2026-12-24"));
        for bad in ["", "2026-02-30", "20261224", "2026-12-24T00:00", "2026-W10-1", "24.12.2026"] {
            assert!(date(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times() {
        let instant = |text: &str| match time_input(text) {
            Ok(TimeInput::Instant { at, written }) => format!("{at} {written}"),
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(instant("2026-03-02T10:00:00-05:00"), "2026-03-02T15:00:00Z 2026-03-02T10:00:00");
        assert_eq!(instant("2026-03-02t10:00:00.250z"), "2026-03-02T10:00:00.25Z 2026-03-02T10:00:00.25");
        assert_eq!(instant("2026-03-02T10:00:00 05:00"), "2026-03-02T05:00:00Z 2026-03-02T10:00:00");
        assert!(matches!(time_input("2026-03-02"), Ok(TimeInput::Date(_))));
        for bad in [
            "",
            "x",
            "2026-02-30",
            "2026-03-02T10:00:00",
            "2026-03-02 10:00:00Z",
            "20260302T100000Z",
            "2026-03-02T25:00:00Z",
            "2026-03-02T10:00:00Z[UTC]",
            "-002026-03-02T10:00:00Z",
            "2026-03-02T10:00:00+99:00",
            "2026-W10-1",
        ] {
            assert!(time_input(bad).is_err(), "{bad}");
        }
    }
}
