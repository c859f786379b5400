//! How times are written.

use jiff::{Timestamp, civil};
use kalends_domain::booking::Slot;
use kalends_domain::time::{Offset, Zone};

/// Languages of places where people say 9:00 AM.
const TWELVE: [&str; 9] = ["en-us", "en-ca", "en-au", "en-nz", "en-in", "en-ph", "hi", "fil", "es-mx"];

/// How the hours of a day are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    Twelve,
    TwentyFour,
}

impl Clock {
    /// As it stands in addresses.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Twelve => "12",
            Self::TwentyFour => "24",
        }
    }

    /// The usual one where the first of these languages (`Accept-Language`) is spoken.
    pub(super) fn of(languages: &str) -> Self {
        let first = languages.split([',', ';']).next().unwrap_or_default().trim().to_ascii_lowercase();
        if TWELVE.contains(&first.as_str()) { Self::Twelve } else { Self::TwentyFour }
    }
}

/// Times of one zone, as a visitor reads them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times<'z> {
    pub(super) zone: &'z Zone,
    pub(super) clock: Clock,
}

impl Times<'_> {
    pub(super) fn date(self, at: Timestamp) -> civil::Date {
        self.zone.civil(at).date()
    }

    /// `9:00 AM` or `09:00`; with what the zone is called then, on a day on which that changes: 1:30 may come twice.
    pub(super) fn time(self, at: Timestamp) -> String {
        let time = self.bare(at);
        if self.changes_on(self.date(at)) { format!("{time} {}", self.name(at)) } else { time }
    }

    fn bare(self, at: Timestamp) -> String {
        let wall = self.zone.civil(at);
        let format = match self.clock {
            Clock::Twelve => "%-I:%M %p",
            Clock::TwentyFour => "%H:%M",
        };
        wall.strftime(format).to_string()
    }

    /// Whether the clocks change on this day.
    pub(super) fn changes_on(self, day: civil::Date) -> bool {
        let next = day.tomorrow().unwrap_or(day);
        self.zone.offset(self.zone.start_of_day(day)) != self.zone.offset(self.zone.start_of_day(next))
    }

    /// A slot's whole name: `Monday 2 March, 9:00 AM EST`.
    pub(super) fn slot(self, at: Timestamp) -> String {
        format!("{}, {} {}", day(self.date(at)), self.bare(at), self.name(at))
    }

    /// From when to when: `9:00 AM – 9:30 AM EST (UTC−5)`.
    pub(super) fn span(self, slot: Slot) -> String {
        let (start, end) = (self.date(slot.start), self.date(slot.end));
        let mut from = self.bare(slot.start);
        if self.name(slot.start) != self.name(slot.end) {
            from = format!("{from} {}", self.name(slot.start));
        }
        let later = if start == end { String::new() } else { format!("{}, ", day(end)) };
        format!("{from} – {later}{} {}", self.bare(slot.end), self.full_name(slot.end))
    }

    /// What the zone is called then: `EST`, or `UTC+5:45` where it has no name.
    pub(super) fn name(self, at: Timestamp) -> String {
        let name = self.zone.abbreviation(at);
        if name.bytes().all(|byte| byte.is_ascii_alphabetic()) { name } else { offset(self.zone.offset(at)) }
    }

    /// `EST (UTC−5)`.
    fn full_name(self, at: Timestamp) -> String {
        let (name, offset) = (self.name(at), offset(self.zone.offset(at)));
        if name == offset { name } else { format!("{name} ({offset})") }
    }

    /// Which zone times are in: `America/New York, EDT (UTC−4)`, and what it is called later where that changes meanwhile.
    pub(super) fn zone_during(self, from: Timestamp, to: Timestamp) -> String {
        let (first, last) = (self.full_name(from), self.full_name(to));
        let then = if first == last { first } else { format!("{first}, then {last}") };
        format!("{}, {then}", place(self.zone.name()))
    }
}

/// The name of a zone as people read it.
pub(super) fn place(zone: &str) -> String {
    zone.replace('_', " ")
}

/// `UTC−5`, `UTC+5:45`, `UTC`.
fn offset(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
    let sign = if minutes < 0 { '−' } else { '+' };
    match (hours, rest) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{rest:02}"),
    }
}

/// `Monday 2 March`.
pub(super) fn day(day: civil::Date) -> String {
    format!("{} {}", weekday(day), day_of_month(day))
}

/// `Monday`.
pub(super) fn weekday(day: civil::Date) -> String {
    day.strftime("%A").to_string()
}

/// `2 March`.
pub(super) fn day_of_month(day: civil::Date) -> String {
    day.strftime("%-d %B").to_string()
}

/// `Monday 2 March 2026`.
pub(super) fn full_day(day: civil::Date) -> String {
    format!("{} {}", self::day(day), day.year())
}

/// `2 – 8 March 2026`, naming month and year once where they are the same.
pub(super) fn range(first: civil::Date, last: civil::Date) -> String {
    let from = match () {
        () if first.year() != last.year() => "%-d %B %Y",
        () if first.month() != last.month() => "%-d %B",
        () => "%-d",
    };
    format!("{} – {}", first.strftime(from), last.strftime("%-d %B %Y"))
}

/// `45 minutes`, `1 hour`, `1 hour 30 minutes`.
pub(super) fn length(minutes: u32) -> String {
    let some = |count: u32, one: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {one}s")),
    };
    [some(minutes / 60, "hour"), some(minutes % 60, "minute")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    fn at(instant: &str) -> Timestamp {
        instant.parse().unwrap()
    }

    #[test]
    fn slots_have_whole_names() {
        let name = |name: &str, clock| Times { zone: &zone(name), clock }.slot(at("2026-03-02T14:00:00Z"));
        assert_eq!(name("America/New_York", Clock::Twelve), "Monday 2 March, 9:00 AM EST");
        assert_eq!(name("Asia/Kathmandu", Clock::TwentyFour), "Monday 2 March, 19:45 UTC+5:45");
        assert_eq!(name("UTC", Clock::TwentyFour), "Monday 2 March, 14:00 UTC");
    }

    #[test]
    fn a_wall_time_that_comes_twice_is_told_apart() {
        let time = |name: &str, instant: &str| Times { zone: &zone(name), clock: Clock::TwentyFour }.time(at(instant));
        for (name, instant, shown) in [
            ("America/New_York", "2026-11-01T05:30:00Z", "01:30 EDT"),
            ("America/New_York", "2026-11-01T06:30:00Z", "01:30 EST"),
            ("America/New_York", "2026-11-02T06:30:00Z", "01:30"),
            ("Australia/Lord_Howe", "2026-04-04T14:45:00Z", "01:45 UTC+11"),
            ("Australia/Lord_Howe", "2026-04-04T15:15:00Z", "01:45 UTC+10:30"),
        ] {
            assert_eq!(time(name, instant), shown);
        }
    }

    #[test]
    fn a_zone_is_named_with_its_changes() {
        let zone = zone("America/New_York");
        let during = |from: &str, to: &str| Times { zone: &zone, clock: Clock::Twelve }.zone_during(at(from), at(to));
        assert_eq!(during("2026-03-02T14:00:00Z", "2026-03-03T14:00:00Z"), "America/New York, EST (UTC−5)");
        let changing = during("2026-11-01T05:00:00Z", "2026-11-03T14:00:00Z");
        assert_eq!(changing, "America/New York, EDT (UTC−4), then EST (UTC−5)");
    }

    #[test]
    fn spans_say_where_they_end() {
        let span = |start: &str, hours: i64| {
            let start = at(start);
            let slot = Slot { start, end: start + jiff::SignedDuration::from_hours(hours) };
            Times { zone: &zone("America/New_York"), clock: Clock::TwentyFour }.span(slot)
        };
        assert_eq!(span("2026-03-02T14:00:00Z", 1), "09:00 – 10:00 EST (UTC−5)");
        assert_eq!(span("2026-11-01T05:30:00Z", 1), "01:30 EDT – 01:30 EST (UTC−5)");
        assert_eq!(span("2026-03-03T04:30:00Z", 1), "23:30 – Tuesday 3 March, 00:30 EST (UTC−5)");
    }

    #[test]
    fn ranges_and_lengths() {
        assert_eq!(range(date(2026, 3, 2), date(2026, 3, 8)), "2 – 8 March 2026");
        assert_eq!(range(date(2026, 3, 30), date(2026, 4, 5)), "30 March – 5 April 2026");
        assert_eq!(range(date(2026, 12, 28), date(2027, 1, 3)), "28 December 2026 – 3 January 2027");
        assert_eq!([5, 60, 90, 121].map(length), ["5 minutes", "1 hour", "1 hour 30 minutes", "2 hours 1 minute"]);
    }

    #[test]
    fn clocks_of_languages() {
        assert_eq!(Clock::of("en-US,en;q=0.9"), Clock::Twelve);
        assert_eq!(Clock::of("de-DE"), Clock::TwentyFour);
        assert_eq!(Clock::of(""), Clock::TwentyFour);
    }
}
