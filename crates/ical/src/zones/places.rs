//! The IANA zone that has given clocks.

use std::{collections::BTreeSet, sync::OnceLock};

use jiff::tz::TimeZoneDatabase;
use kalends_domain::time::Zone;

use super::{
    clocks::{Clocks, ZONES_FROM, offset_of},
    windows,
};

/// The first instant of 2007, in seconds. Many definitions know today's law alone, and give it to the years before.
const COMPARED_FROM: i64 = 1_167_609_600;
/// A day in January and one in July of 2035: most zones differ on one of them.
const SAMPLES: [i64; 2] = [2_052_432_000, 2_068_070_400];

/// Where most people live, of the zones with the same clocks; the zones of Windows come next.
const WELL_KNOWN: [&str; 52] = [
    "America/New_York",
    "America/Toronto",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Anchorage",
    "America/Halifax",
    "America/St_Johns",
    "America/Mexico_City",
    "America/Bogota",
    "America/Lima",
    "America/Caracas",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/Argentina/Buenos_Aires",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Paris",
    "Europe/Rome",
    "Europe/Madrid",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/Prague",
    "Europe/Athens",
    "Europe/Istanbul",
    "Europe/Moscow",
    "Africa/Lagos",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Asia/Jerusalem",
    "Asia/Dubai",
    "Asia/Tehran",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Jakarta",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Manila",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Australia/Perth",
    "Australia/Brisbane",
    "Australia/Adelaide",
    "Australia/Sydney",
    "Australia/Melbourne",
    "Pacific/Auckland",
    "Pacific/Honolulu",
];

/// Names in other areas are links, old spellings and offsets.
const AREAS: [&str; 9] =
    ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];

struct Place {
    zone: Zone,
    clocks: OnceLock<Clocks>,
}

/// The zone whose clocks have shown the same for the longest, and at least since 2007 or `start`, where the definition
/// begins.
pub(super) fn with_clocks(clocks: &Clocks, start: i64) -> Option<Zone> {
    // What was before the definition begins is not asked, unless its one change is all that tells a place from a fixed
    // offset.
    let (told_from, at_latest) = match clocks.changes.as_slice() {
        [single] => (ZONES_FROM, single.at - 1),
        _ => (start.max(ZONES_FROM), start.max(COMPARED_FROM)),
    };
    let likely = |place: &&Place| SAMPLES.iter().all(|at| offset_of(&place.zone, *at) == clocks.offset_at(*at));
    let agreeing = places().iter().filter(likely).map(|place| {
        let since = place.clocks.get_or_init(|| Clocks::of(&place.zone)).agree_since(clocks);
        (since, &place.zone)
    });
    let (_, zone) =
        agreeing.filter(|(since, _)| *since <= at_latest).min_by_key(|(since, _)| (*since).max(told_from))?;
    Some(zone.clone())
}

/// All places, those first that more people know.
fn places() -> &'static [Place] {
    static PLACES: OnceLock<Vec<Place>> = OnceLock::new();
    PLACES.get_or_init(|| {
        let bundled = TimeZoneDatabase::bundled();
        let names: BTreeSet<String> = bundled.available().map(|name| name.to_string()).collect();
        let in_area = |name: &&str| name.split_once('/').is_some_and(|(area, _)| AREAS.contains(&area));
        let mut seen = BTreeSet::new();
        let known = WELL_KNOWN.into_iter().chain(windows::ZONES.iter().map(|(_, _, iana)| *iana));
        known
            .chain(names.iter().map(String::as_str).filter(in_area))
            .filter(|name| seen.insert(*name))
            .filter_map(|name| Zone::named(name).ok())
            .map(|zone| Place { zone, clocks: OnceLock::new() })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_every_zone_is_seen() {
        assert!(places().len() > 400);
        for place in places() {
            let clocks = place.clocks.get_or_init(|| Clocks::of(&place.zone));
            let rules = TimeZoneDatabase::bundled().get(place.zone.name()).unwrap();
            let mut offset = clocks.offset_at(ZONES_FROM);
            let mut expected = Vec::new();
            let epoch = jiff::Timestamp::UNIX_EPOCH;
            for change in rules.following(epoch).take_while(|it| it.timestamp().as_second() < 2_145_916_800) {
                if change.offset().seconds() != offset {
                    offset = change.offset().seconds();
                    expected.push((change.timestamp().as_second(), offset));
                }
            }
            let seen: Vec<(i64, i32)> = clocks.changes.iter().map(|it| (it.at, it.to)).collect();
            assert_eq!(seen, expected, "{}", place.zone);
        }
    }

    #[test]
    fn a_zone_spelled_out_is_found_again() {
        for place in places() {
            let clocks = place.clocks.get_or_init(|| Clocks::of(&place.zone));
            if !clocks.changes.is_empty() {
                let found = with_clocks(clocks, ZONES_FROM).map(|zone| Clocks::of(&zone));
                assert!(found.as_ref() == Some(clocks), "{}", place.zone);
            }
        }
    }
}
