//! Reading rules from text.

use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use jiff::civil::Weekday;

use super::{
    rule::{ByDay, Freq, Limit, Rule, RuleError, Spelling, Until, sort_days},
    value::{self, Value},
};

/// More than every legal number in every list, written out.
const LONGEST_RULE: usize = 8 * 1024;

impl FromStr for Rule {
    type Err = RuleError;

    /// Reads a rule's value, with or without `RRULE:` before it, in any case and any order of parts.
    fn from_str(text: &str) -> Result<Self, RuleError> {
        let text = text.trim();
        if text.len() > LONGEST_RULE {
            return Err(RuleError::new("RRULE", "is too long"));
        }
        let text = match text.split_at_checked(6) {
            Some((name, value)) if name.eq_ignore_ascii_case("RRULE:") => value,
            _ => text,
        };
        let mut rule = Self::every(Freq::Daily);
        let mut seen: Vec<String> = Vec::new();
        // A trailing semicolon is common enough in the wild.
        let text = text.strip_suffix(';').unwrap_or(text);
        for part in text.split(';') {
            let Some((name, value)) = part.split_once('=') else {
                let part: String = part.chars().take(40).collect();
                return Err(RuleError::new("RRULE", format!("{part:?} is not NAME=value")));
            };
            let name = name.trim().to_ascii_uppercase();
            if seen.contains(&name) {
                return Err(RuleError::new(&name, "is there twice"));
            }
            read_part(&mut rule, &name, &value.trim().to_ascii_uppercase())?;
            seen.push(name);
        }
        let has = |name: &str| seen.iter().any(|seen| seen == name);
        if !has("FREQ") {
            return Err(RuleError::new("FREQ", "is missing"));
        }
        if has("COUNT") && has("UNTIL") {
            return Err(RuleError::new("UNTIL", "does not go with COUNT"));
        }
        rule.check()?;
        rule.spelling = Spelling(Some(text.split_whitespace().collect::<String>().to_ascii_uppercase()));
        Ok(rule)
    }
}

fn read_part(rule: &mut Rule, name: &str, value: &str) -> Result<(), RuleError> {
    match name {
        "FREQ" => rule.freq = frequency(value)?,
        "INTERVAL" => rule.interval = number(name, value, 1..=u32::MAX)?,
        "COUNT" => rule.limit = Limit::Count(number(name, value, 1..=u32::MAX)?),
        "UNTIL" => rule.limit = Limit::Until(until(value)?),
        "WKST" => rule.week_start = weekday(name, value)?,
        "BYSECOND" => rule.by_second = numbers(name, value, 0..=60)?,
        "BYMINUTE" => rule.by_minute = numbers(name, value, 0..=59)?,
        "BYHOUR" => rule.by_hour = numbers(name, value, 0..=23)?,
        "BYMONTH" => rule.by_month = numbers(name, value, 1..=12)?,
        "BYMONTHDAY" => rule.by_month_day = nonzero(name, numbers(name, value, -31..=31)?)?,
        "BYYEARDAY" => rule.by_year_day = nonzero(name, numbers(name, value, -366..=366)?)?,
        "BYWEEKNO" => rule.by_week_no = nonzero(name, numbers(name, value, -53..=53)?)?,
        "BYSETPOS" => rule.by_set_pos = nonzero(name, numbers(name, value, -366..=366)?)?,
        "BYDAY" => rule.by_day = days(value)?,
        "RSCALE" | "SKIP" => {
            return Err(RuleError::new(name, "other calendars (RFC 7529) are not supported"));
        }
        _ => {
            let name: String = name.chars().take(40).collect();
            return Err(RuleError::new(&name, "is not a part of a rule"));
        }
    }
    Ok(())
}

fn frequency(value: &str) -> Result<Freq, RuleError> {
    Freq::ALL
        .into_iter()
        .find(|freq| freq.name() == value)
        .ok_or_else(|| RuleError::new("FREQ", format!("{} is not a frequency", short(value))))
}

fn until(value: &str) -> Result<Until, RuleError> {
    match Value::parse(value).map_err(|message| RuleError::new("UNTIL", message))? {
        Value::Date(date) => Ok(Until::Date(date)),
        Value::Local(local) => Ok(Until::Local(local)),
        Value::Utc(instant) => Ok(Until::Utc(instant)),
    }
}

fn weekday(name: &str, value: &str) -> Result<Weekday, RuleError> {
    value::weekday(value).ok_or_else(|| RuleError::new(name, format!("{} is not a weekday", short(value))))
}

fn days(value: &str) -> Result<Vec<ByDay>, RuleError> {
    let mut days = Vec::new();
    for entry in value.split(',') {
        let entry = entry.trim();
        let at = entry.len().saturating_sub(2);
        let (number_text, name) = entry.split_at_checked(at).unwrap_or(("", entry));
        let day = weekday("BYDAY", name)?;
        let nth = match number_text {
            "" => None,
            text => match number("BYDAY", text, -53_i8..=53)? {
                0 => return Err(RuleError::new("BYDAY", "0 is no number of a weekday")),
                nth => Some(nth),
            },
        };
        days.push(ByDay { nth, day });
    }
    sort_days(&mut days);
    Ok(days)
}

fn numbers<T>(name: &str, value: &str, range: RangeInclusive<T>) -> Result<Vec<T>, RuleError>
where
    T: FromStr + Ord + Display + Copy,
{
    let mut numbers = value.split(',').map(|text| number(name, text, range.clone())).collect::<Result<Vec<T>, _>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Ok(numbers)
}

fn nonzero<T: Default + PartialEq>(name: &str, numbers: Vec<T>) -> Result<Vec<T>, RuleError> {
    if numbers.contains(&T::default()) {
        return Err(RuleError::new(name, "0 is not allowed"));
    }
    Ok(numbers)
}

fn number<T>(name: &str, text: &str, range: RangeInclusive<T>) -> Result<T, RuleError>
where
    T: FromStr + Ord + Display,
{
    let text = text.trim();
    let digits = text.trim_start_matches(['+', '-']);
    let whole = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && text.len() - digits.len() <= 1;
    if !whole {
        return Err(RuleError::new(name, format!("{} is not a number", short(text))));
    }
    let (low, high) = (range.start(), range.end());
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
        let text = short(text);
        RuleError::new(name, format!("{text} is not within {low}..={high}"))
    })
}

/// Text as given, but never pages of it in a message.
fn short(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    text.chars().take(40).collect()
}
