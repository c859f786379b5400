//! Zones that are nothing but a distance from UTC.

use kalends_domain::time::Zone;

/// No offset of a day or more can be told from one on another day.
const DAY: u32 = 86_400;

/// The zone whose clocks are always `seconds` ahead of UTC.
pub(super) fn fixed(seconds: i32) -> Option<Zone> {
    if seconds == 0 {
        return Some(Zone::utc());
    }
    if seconds.unsigned_abs() >= DAY {
        return None;
    }
    // Of the Etc zones, and of POSIX, positive is west.
    if seconds % 3600 == 0
        && let Ok(zone) = Zone::named(&format!("Etc/GMT{:+}", -seconds / 3600))
    {
        return Some(zone);
    }
    Zone::posix(&format!("{}{}", label(seconds), west(seconds))).ok()
}

/// The name that POSIX rules give to clocks of this offset: `<+0530>`.
pub(super) fn label(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes, rest) = split(seconds);
    if rest == 0 {
        format!("<{sign}{hours:02}{minutes:02}>")
    } else {
        format!("<{sign}{hours:02}{minutes:02}{rest:02}>")
    }
}

/// The offset as POSIX writes it, west of Greenwich: `-5:30`.
pub(super) fn west(seconds: i32) -> String {
    format!("{}{}", if seconds > 0 { "-" } else { "" }, clock(seconds))
}

/// Hours, and minutes and seconds where there are any: `5:30`.
pub(super) fn clock(seconds: i32) -> String {
    match split(seconds) {
        (hours, 0, 0) => hours.to_string(),
        (hours, minutes, 0) => format!("{hours}:{minutes:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

fn split(seconds: i32) -> (u32, u32, u32) {
    let seconds = seconds.unsigned_abs();
    (seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The offset that a name says: `UTC+01:00`, `GMT-5`, `+0530`; in seconds, east positive.
pub(super) fn parse(name: &str) -> Option<i32> {
    let (prefix, rest) = match name.split_at_checked(3) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case("UTC") || prefix.eq_ignore_ascii_case("GMT") => {
            (prefix, rest)
        }
        _ => ("", name),
    };
    let rest = rest.trim_start();
    let (sign, digits) = match rest.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, rest.strip_prefix('-')?),
    };
    let (hours, minutes) = match digits.split_once([':', '.']) {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None if digits.len() > 2 => digits.split_at_checked(digits.len() - 2)?,
        None => (digits, "00"),
    };
    // A bare `-5` may be anything.
    if prefix.is_empty() && (digits.len() < 4 || hours.len() != 2) {
        return None;
    }
    let hours = number(hours).filter(|hours| *hours <= 15)?;
    let minutes = number(minutes).filter(|minutes| *minutes < 60)?;
    Some(sign * (hours * 3600 + minutes * 60))
}

fn number(digits: &str) -> Option<i32> {
    let plain = matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}
