//! The zone that a TZID names by itself.

use kalends_domain::time::Zone;

use super::{offset, windows};

/// No name is longer, not even one with a path in front.
const LONGEST_NAME: usize = 255;

/// The zone that a TZID names by itself.
///
/// Understood are IANA names, also behind the path of whoever wrote the file; the names that Windows, Outlook and
/// Exchange have; and fixed offsets. Any other name is `None`: then only the VTIMEZONE can tell (RFC 5545, section
/// 3.8.3.1). Case does not matter.
///
/// ```
/// use kalends_ical::zone_named;
///
/// let name = |tzid| zone_named(tzid).map(|zone| zone.name().to_owned());
/// assert_eq!(name("europe/berlin").as_deref(), Some("Europe/Berlin"));
/// assert_eq!(name("/freeassociation.sourceforge.net/Europe/Berlin").as_deref(), Some("Europe/Berlin"));
/// assert_eq!(name("W. Europe Standard Time").as_deref(), Some("Europe/Berlin"));
/// assert_eq!(name("(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi").as_deref(), Some("Asia/Kolkata"));
/// // Etc zones count westward.
/// assert_eq!(name("UTC+01:00").as_deref(), Some("Etc/GMT-1"));
/// assert_eq!(name("Customized Time Zone"), None);
/// ```
pub fn zone_named(tzid: &str) -> Option<Zone> {
    if tzid.len() > LONGEST_NAME {
        return None;
    }
    let name = tzid.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'');
    match after_offset(name) {
        Some((offset, "")) => plain(offset),
        Some((_, rest)) => windows::shown(rest).or_else(|| plain(rest)),
        None => plain(name),
    }
}

/// Splits `(UTC+01:00) Amsterdam, Berlin, …` into the offset, which is that of winter or out of date, and the rest.
fn after_offset(name: &str) -> Option<(&str, &str)> {
    let (inner, rest) = name.strip_prefix('(')?.split_once(')')?;
    let prefix = inner.get(..3)?;
    let is_offset = prefix.eq_ignore_ascii_case("UTC") || prefix.eq_ignore_ascii_case("GMT");
    is_offset.then(|| (inner.trim(), rest.trim()))
}

fn plain(name: &str) -> Option<Zone> {
    iana(name)
        .or_else(|| windows::zone(name))
        .or_else(|| north_american(name))
        .or_else(|| offset::parse(name).and_then(offset::fixed))
        .or_else(|| at_end_of_path(name))
}

/// Some write `America/New York`.
fn iana(name: &str) -> Option<Zone> {
    if name.eq_ignore_ascii_case("Z") { Some(Zone::utc()) } else { Zone::named(&name.replace(' ', "_")).ok() }
}

/// `Eastern`, `US-Eastern`, `Eastern Time (US & Canada)`.
fn north_american(name: &str) -> Option<Zone> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_prefix("us-").or_else(|| name.strip_prefix("us ")).unwrap_or(&name);
    let name = name.strip_suffix(" (us & canada)").unwrap_or(name);
    let iana = match name.strip_suffix(" time").unwrap_or(name) {
        "eastern" => "America/New_York",
        "central" => "America/Chicago",
        "mountain" => "America/Denver",
        "pacific" => "America/Los_Angeles",
        _ => return None,
    };
    Zone::named(iana).ok()
}

/// `/mozilla.org/20050126_1/America/Argentina/Buenos_Aires`: the longest end of the path that names a zone. A single
/// segment is too little, as it may be anything (`Nowhere/Cuba`), but for UTC.
fn at_end_of_path(path: &str) -> Option<Zone> {
    path.match_indices('/').map(|(slash, _)| &path[slash + 1..]).find_map(|end| {
        let enough = end.contains('/') || ["UTC", "GMT", "Z"].iter().any(|utc| end.eq_ignore_ascii_case(utc));
        if enough { iana(end) } else { None }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(tzid: &str, expected: &str) {
        let zone = zone_named(tzid);
        assert_eq!(zone.as_ref().map_or("", Zone::name), expected, "{tzid:?}");
        if let Some(zone) = zone {
            assert_eq!(Zone::restore(zone.name()).as_ref(), Ok(&zone), "{tzid:?} can be stored");
        }
    }

    #[test]
    fn iana_names() {
        check("Europe/Berlin", "Europe/Berlin");
        check("AMERICA/ARGENTINA/BUENOS_AIRES", "America/Argentina/Buenos_Aires");
        check("US/Eastern", "US/Eastern");
        check(" \"Europe/Berlin\" ", "Europe/Berlin");
        check("'Asia/Tokyo'", "Asia/Tokyo");
        check("America/New York", "America/New_York");
        check("America/North Dakota/New Salem", "America/North_Dakota/New_Salem");
        check("EST5EDT", "EST5EDT");
        check("Etc/GMT+5", "Etc/GMT+5");
    }

    #[test]
    fn utc() {
        check("UTC", "UTC");
        check("utc", "UTC");
        check("Z", "UTC");
        check("z", "UTC");
        check("GMT", "GMT");
        check("Etc/UTC", "Etc/UTC");
        check("tzone://Microsoft/Utc", "UTC");
        check("/freeassociation.sourceforge.net/UTC", "UTC");
        check("(UTC) Coordinated Universal Time", "UTC");
        check("(UTC)", "UTC");
    }

    #[test]
    fn windows_names() {
        check("W. Europe Standard Time", "Europe/Berlin");
        check("w. europe standard time", "Europe/Berlin");
        check("W. Europe Standard Time 1", "Europe/Berlin");
        check("Pacific Daylight Time", "America/Los_Angeles");
        check("Central Standard Time (Mexico)", "America/Mexico_City");
        check("India Standard Time", "Asia/Kolkata");
        check("Russia Time Zone 10", "Asia/Srednekolymsk");
        check("Mexico Standard Time 2", "America/Mazatlan");
        check("Alberta Standard Time", "America/Edmonton");
        check("UTC-11", "Etc/GMT+11");
    }

    #[test]
    fn what_outlook_and_exchange_show() {
        check("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin");
        check("(GMT+01.00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", "Europe/Berlin");
        check("(GMT-05:00) Eastern Time (US & Canada)", "America/New_York");
        check("(UTC-03:00) Brasília", "America/Sao_Paulo");
        check("(UTC+13:00) Samoa", "Pacific/Apia");
        check("(UTC+01:00) W. Europe Standard Time", "Europe/Berlin");
        check("(GMT+01:00) Europe/Madrid", "Europe/Madrid");
        check("(GMT+01:00)", "Etc/GMT-1");
        check("(UTC+01:00) Atlantis", "");
        check("Samoa", "");
    }

    #[test]
    fn every_windows_zone_is_there() {
        for (name, shown, iana) in windows::ZONES {
            check(name, iana);
            check(&format!("(UTC+99:00) {shown}"), iana);
        }
        assert!(windows::ZONES.is_sorted_by_key(|(name, ..)| name.to_lowercase()));
    }

    #[test]
    fn paths() {
        check("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin");
        check("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin");
        check("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires");
        check("/citadel.org/20210210_1/Europe/Berlin", "Europe/Berlin");
        check("/softwarestudio.org/Olson_20011030_5/America/New York", "America/New_York");
        check("posix/Europe/Vaduz", "Europe/Vaduz");
        check("http://tzurl.org/zoneinfo/Etc/GMT+5", "Etc/GMT+5");
        check("/citadel.org/20210210_1/Cuba", "");
        check("custom_Pacific/Fiji", "");
        check("Nowhere/Middle", "");
        check("Western/Central Europe", "");
        check("///", "");
    }

    #[test]
    fn north_american_names() {
        check("Eastern", "America/New_York");
        check("US-Eastern", "America/New_York");
        check("US Pacific", "America/Los_Angeles");
        check("Mountain Time", "America/Denver");
        check("Central Time (US & Canada)", "America/Chicago");
        check("US-Atlantis", "");
    }

    #[test]
    fn offsets() {
        check("UTC+01:00", "Etc/GMT-1");
        check("UTC +01:00", "Etc/GMT-1");
        check("GMT+0100", "Etc/GMT-1");
        check("GMT-5", "Etc/GMT+5");
        check("gmt-05.00", "Etc/GMT+5");
        check("UTC+11", "Etc/GMT-11");
        check("+02:00", "Etc/GMT-2");
        check("-0330", "<-0330>3:30");
        check("UTC+530", "<+0530>-5:30");
        check("UTC+05:45", "<+0545>-5:45");
        check("UTC-13", "<-1300>13");
        check("UTC+0:00", "UTC");
        check("-00:30", "<-0030>0:30");
        for tzid in ["UTC+16", "UTC+1:60", "UTC+1:5", "UTC+", "UTC1", "-1", "+12345", "UTC++1", "UTC+01:00:00", "+1:00"]
        {
            check(tzid, "");
        }
        let zone = zone_named("-03:30");
        let noon = kalends_domain::time::civil::date(2026, 1, 1).at(12, 0, 0, 0);
        assert_eq!(zone.map(|zone| zone.resolve(noon).to_string()).as_deref(), Some("2026-01-01T15:30:00Z"));
    }

    #[test]
    fn names_that_say_nothing() {
        let long = format!("{}/Europe/Berlin", "x".repeat(LONGEST_NAME));
        for tzid in
            ["", "\"\"", "Customized Time Zone", "tzone://Microsoft/Custom", "1", "Standard Time", "PST", "é", &long]
        {
            check(tzid, "");
        }
        check("GMT +0100 (Standard) / GMT +0200 (Daylight)", "");
        check("(ü) Europe/Berlin", "");
        check("localtime", "");
    }
}
