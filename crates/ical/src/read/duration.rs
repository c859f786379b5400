//! Values of type DURATION (RFC 5545 3.3.6).

use jiff::{SignedDuration, Timestamp};
use kalends_domain::time::Zone;

/// Days on the clock, and exact seconds after them. Of one sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Duration {
    pub(super) days: i64,
    pub(super) seconds: i64,
}

/// More days than there are.
const FAR: i64 = 10_000 * 366;

impl Duration {
    /// Reads `PT1H`, `-P1DT12H`, `P2W`, in any case.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, text) = match text.strip_prefix(['+', '-']) {
            Some(rest) => (if text.starts_with('-') { -1 } else { 1 }, rest),
            None => (1, text),
        };
        let mut rest = text.strip_prefix(['P', 'p'])?;
        let mut duration = Self { days: 0, seconds: 0 };
        let mut in_time = false;
        let mut any = false;
        while !rest.is_empty() {
            if let Some(time) = rest.strip_prefix(['T', 't']) {
                if std::mem::replace(&mut in_time, true) {
                    return None;
                }
                rest = time;
                continue;
            }
            let (number, unit) = rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count());
            let number: i64 = number.parse().ok()?;
            let (days, seconds) = match (in_time, *unit.as_bytes().first()?) {
                (false, b'W' | b'w') => (7, 0),
                (false, b'D' | b'd') => (1, 0),
                (true, b'H' | b'h') => (0, 3600),
                (true, b'M' | b'm') => (0, 60),
                (true, b'S' | b's') => (0, 1),
                _ => return None,
            };
            duration.days = duration.days.checked_add(number.checked_mul(days)?)?;
            duration.seconds = duration.seconds.checked_add(number.checked_mul(seconds)?)?;
            rest = &unit[1..];
            any = true;
        }
        let bounded = any && duration.days <= FAR && duration.seconds <= FAR * 86_400;
        bounded.then_some(Self { days: sign * duration.days, seconds: sign * duration.seconds })
    }

    /// Whether it goes back in time.
    pub(super) fn is_negative(self) -> bool {
        self.days < 0 || self.seconds < 0
    }

    /// All of it in seconds, where a day has 24 hours.
    pub(super) fn total(self) -> i64 {
        self.days * 86_400 + self.seconds
    }

    /// So long after `start`: its days are days on the clock of the zone.
    pub(super) fn after(self, start: Timestamp, zone: &Zone) -> Option<Timestamp> {
        let day = if self.days == 0 {
            start
        } else {
            let days = jiff::Span::new().try_days(self.days).ok()?;
            zone.resolve_fold(zone.civil(start).checked_add(days).ok()?, zone.fold_of(start))
        };
        day.checked_add(SignedDuration::from_secs(self.seconds)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        fn check(text: &str, expected: Option<(i64, i64)>) {
            assert_eq!(Duration::parse(text), expected.map(|(days, seconds)| Duration { days, seconds }), "{text}");
        }
        check("PT1H", Some((0, 3600)));
        check("+P1DT2H3M4S", Some((1, 7384)));
        check("-p1w", Some((-7, 0)));
        check("PT0S", Some((0, 0)));
        check("-PT15M", Some((0, -900)));
        for bad in
            ["", "P", "PT", "-", "1H", "P1H", "PT1D", "P1Y", "PT1.5H", "P-1D", "PT1HT1M", "P99999999999999999999D"]
        {
            check(bad, None);
        }
        check("P9999999999W", None);
        check("PT9999999999999999S", None);
    }

    #[test]
    fn days_are_days_on_the_clock() {
        fn check(duration: &str, expected: &str) {
            let zone = Zone::named("Europe/Berlin").unwrap();
            let start = "2026-03-28T11:00:00Z".parse().unwrap();
            assert_eq!(Duration::parse(duration).unwrap().after(start, &zone).unwrap().to_string(), expected);
        }
        check("P1D", "2026-03-29T10:00:00Z");
        check("PT24H", "2026-03-29T11:00:00Z");
        check("P1DT1H", "2026-03-29T11:00:00Z");
    }
}
