//! The name that Windows has for a zone, for programs that know no other.

use kalends_domain::time::{Timestamp, Zone};

use super::windows::ZONES;

/// The first instants of 2026 and of 2031: zones whose clocks agree from one to the other are the same to Windows, which
/// knows a zone for many places.
const COMPARED: [Timestamp; 2] = [Timestamp::constant(1_767_225_600, 0), Timestamp::constant(1_924_992_000, 0)];

/// The name that Windows has for a zone: its own, or that of one whose clocks show the same from 2026 to 2030. None for a
/// zone that Windows does not know.
///
/// ```
/// use kalends_domain::time::Zone;
/// use kalends_ical::windows_name;
///
/// assert_eq!(windows_name(&Zone::named("Europe/Berlin")?), Some("W. Europe Standard Time"));
/// assert_eq!(windows_name(&Zone::utc()), Some("UTC"));
/// assert_eq!(windows_name(&Zone::posix("<+0130>-1:30")?), None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn windows_name(zone: &Zone) -> Option<&'static str> {
    let own = ZONES.iter().find(|(_, _, iana)| *iana == zone.name());
    let same = || {
        let wanted = clocks(zone);
        ZONES.iter().find(|(_, _, iana)| Zone::named(iana).is_ok_and(|known| clocks(&known) == wanted))
    };
    own.or_else(same).map(|(windows, _, _)| *windows)
}

/// How clocks stand at first, and each change of them.
fn clocks(zone: &Zone) -> Vec<(Option<Timestamp>, i32)> {
    let [from, to] = COMPARED;
    let mut seen = vec![(None, zone.offset(from).seconds())];
    let later = zone.transitions(from).skip(1).take_while(|change| change.at < to);
    seen.extend(later.map(|change| (Some(change.at), change.after.seconds())));
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_of_windows_is_known_by_its_name() {
        for (windows, _, iana) in ZONES {
            let Ok(zone) = Zone::named(iana) else { continue };
            let told = windows_name(&zone).unwrap();
            let meant = Zone::named(ZONES.iter().find(|row| row.0 == told).unwrap().2).unwrap();
            assert_eq!(clocks(&meant), clocks(&zone), "{windows}");
        }
    }

    #[test]
    fn other_places_take_the_name_of_one_with_the_same_clocks() {
        for place in ["Europe/Vienna", "America/Toronto", "Asia/Calcutta", "Africa/Lagos", "Pacific/Easter"] {
            let zone = Zone::named(place).unwrap();
            let told = windows_name(&zone).unwrap();
            let meant = Zone::named(ZONES.iter().find(|row| row.0 == told).unwrap().2).unwrap();
            assert_eq!(clocks(&meant), clocks(&zone), "{place}: {told}");
        }
    }
}
