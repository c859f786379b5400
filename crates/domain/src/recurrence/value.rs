//! The values of RFC 5545 that rules and dates are made of: DATE, DATE-TIME, weekdays.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time, Weekday},
    tz::Offset,
};

/// A DATE or DATE-TIME (RFC 5545, sections 3.3.4 and 3.3.5) in one of its three forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A day: `19970902`.
    Date(Date),
    /// A wall time, in the zone of its TZID or floating: `19970902T090000`.
    Local(DateTime),
    /// An instant: `19970902T090000Z`.
    Utc(Timestamp),
}

impl Value {
    /// Reads a value in one of its three forms.
    ///
    /// # Errors
    ///
    /// What is wrong, in words that fit after the property's name.
    ///
    /// ```
    /// use kalends_domain::{recurrence::Value, time::civil::date};
    ///
    /// assert_eq!(Value::parse("19970902"), Ok(Value::Date(date(1997, 9, 2))));
    /// assert!(Value::parse("2 September").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, String> {
        read(text).ok_or_else(|| {
            let shown: String = text.chars().take(40).collect();
            format!("{shown:?} is not a date or date-time such as 19970902 or 19970902T090000Z")
        })
    }
}

fn read(text: &str) -> Option<Value> {
    if !text.is_ascii() {
        return None;
    }
    let (day, rest) = text.split_at_checked(8)?;
    let year = i16::try_from(digits(&day[..4])?).ok()?;
    let date = Date::new(year, pair(&day[4..6])?, pair(&day[6..])?).ok()?;
    if rest.is_empty() {
        return Some(Value::Date(date));
    }
    let clock = rest.strip_prefix(['T', 't'])?;
    let (clock, zulu) = clock.split_at_checked(6)?;
    let (hour, minute) = (pair(&clock[..2])?, pair(&clock[2..4])?);
    let second = match pair(&clock[4..])? {
        60 => 59, // a leap second, which no clock here has
        second => second,
    };
    let local = date.to_datetime(Time::new(hour, minute, second, 0).ok()?);
    match zulu {
        "" => Some(Value::Local(local)),
        // The last day of the year 9999, as some write "for ever", is a little further than instants reach.
        "Z" | "z" => Some(Value::Utc(Offset::UTC.to_timestamp(local).unwrap_or_else(|_| latest()))),
        _ => None,
    }
}

fn latest() -> Timestamp {
    Timestamp::from_second(Timestamp::MAX.as_second()).unwrap_or(Timestamp::MAX)
}

fn digits(text: &str) -> Option<i32> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

fn pair(text: &str) -> Option<i8> {
    i8::try_from(digits(text)?).ok()
}

pub(super) fn date(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

pub(super) fn local(local: DateTime) -> String {
    let day = date(local.date());
    format!("{day}T{:02}{:02}{:02}", local.hour(), local.minute(), local.second())
}

pub(super) fn utc(instant: Timestamp) -> String {
    format!("{}Z", local(Offset::UTC.to_datetime(instant)))
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

pub(super) fn weekday(name: &str) -> Option<Weekday> {
    let found = WEEKDAYS.iter().find(|(known, _)| *known == name)?;
    Some(found.1)
}

pub(super) fn weekday_name(day: Weekday) -> &'static str {
    WEEKDAYS.iter().find(|(_, known)| *known == day).map_or("MO", |(name, _)| name)
}
