//! Dates and times as ISO 8601 writes them.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::{Pieces, PiecesOffset, TimeZoneAnnotation, TimeZoneAnnotationKind};
use jiff::tz::Offset;
use kalends_domain::time::Zone;

/// When something is: a whole day, or a wall time with the zone where it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum When {
    Day(Date),
    At(DateTime, Zone),
}

/// Reads a date or a time. `zone` is where a time without an offset is.
///
/// One with an offset stands in that zone if it has this offset then, so that a weekly event keeps its wall time where
/// clocks change; else in a zone of just this offset.
pub(super) fn when(text: &str, zone: &Zone) -> Option<When> {
    let pieces = Pieces::parse(text).ok().filter(|it| (1..=9998).contains(&it.date().year()))?;
    let Some(time) = pieces.time() else {
        return (pieces.offset().is_none()).then_some(When::Day(pieces.date()));
    };
    let wall = pieces.date().to_datetime(time);
    let place = match (pieces.time_zone_annotation().map(TimeZoneAnnotation::kind), pieces.offset()) {
        (Some(TimeZoneAnnotationKind::Named(named)), None) => Zone::named(named.as_str()).ok()?,
        (_, None) => zone.clone(),
        (_, Some(PiecesOffset::Zulu)) => Zone::utc(),
        (_, Some(PiecesOffset::Numeric(numeric))) => of_offset(wall, numeric.offset(), zone)?,
        _ => return None,
    };
    Some(When::At(wall, place))
}

fn of_offset(wall: DateTime, offset: Offset, zone: &Zone) -> Option<Zone> {
    let at = offset.to_timestamp(wall).ok()?;
    if zone.offset(at) == offset {
        return Some(zone.clone());
    }
    let seconds = offset.seconds();
    if seconds == 0 {
        return Some(Zone::utc());
    }
    // In the names of these zones, and in POSIX rules, what is east counts down.
    let sign = if seconds > 0 { '-' } else { '+' };
    let (hours, minutes, rest) = (seconds.abs() / 3600, seconds.abs() / 60 % 60, seconds.abs() % 60);
    let named = (minutes == 0 && rest == 0).then(|| Zone::named(&format!("Etc/GMT{sign}{hours}")).ok()).flatten();
    let named = named.filter(|it| it.offset(at) == offset);
    named.or_else(|| {
        let shown = if seconds > 0 { '+' } else { '-' };
        let rules = format!("<{shown}{hours:02}{minutes:02}>{sign}{hours}:{minutes:02}:{rest:02}");
        Zone::posix(&rules).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, &str)>) {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let found = when(text, &berlin).map(|when| match when {
            When::Day(day) => (day.to_string(), String::new()),
            When::At(wall, zone) => (zone.resolve(wall).to_string(), zone.name().to_owned()),
        });
        let found = found.as_ref().map(|(at, zone)| (at.as_str(), zone.as_str()));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn dates_and_times() {
        check("2022-10-25", Some(("2022-10-25", "")));
        check("20221025", Some(("2022-10-25", "")));
        check("2022-10-25T02:00:00Z", Some(("2022-10-25T02:00:00Z", "UTC")));
        check("2022-10-25T02:00:00.000z", Some(("2022-10-25T02:00:00Z", "UTC")));
        check("2022-10-25T02:00:00", Some(("2022-10-25T00:00:00Z", "Europe/Berlin")));
        check("2022-10-25T02:00", Some(("2022-10-25T00:00:00Z", "Europe/Berlin")));
        check("2022-10-25T02:00:00+02:00", Some(("2022-10-25T00:00:00Z", "Europe/Berlin")));
        check("2022-12-25T02:00:00+02:00", Some(("2022-12-25T00:00:00Z", "Etc/GMT-2")));
        check("2022-12-25T02:00:00-08:00", Some(("2022-12-25T10:00:00Z", "Etc/GMT+8")));
        check("2022-12-25T02:00:00+05:30", Some(("2022-12-24T20:30:00Z", "<+0530>-5:30:00")));
        check("2022-12-25T02:00:00+00:00", Some(("2022-12-25T02:00:00Z", "UTC")));
        check("2022-12-25T02:00:00[America/New_York]", Some(("2022-12-25T07:00:00Z", "America/New_York")));
    }

    #[test]
    fn what_is_none() {
        for text in
            ["", "tomorrow", "2022-13-01", "2022-02-30", "02:00", "2022-10-25T25:00:00Z", "-009999-01-01", "1666663200"]
        {
            check(text, None);
        }
    }
}
