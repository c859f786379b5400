//! What a law says of a holiday, and the date that this gives in a year.

use super::{Holiday, Standing};
use crate::time::civil::{Date, Weekday};

/// A day of any year.
#[derive(Debug, Clone, Copy)]
pub(super) enum Day {
    /// A month's day.
    Fixed(i8, i8),
    /// So many days after Easter Sunday.
    Easter(i32),
    /// A month's first, second … weekday of this name; -1 is the last.
    Nth(i8, Weekday, i8),
    /// The Wednesday before 23 November: Buß- und Bettag.
    Repentance,
}

/// A line of a country's table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    day: Day,
    name: &'static str,
    from: i16,
    until: i16,
    standing: Standing,
}

impl Row {
    /// A public holiday in every year.
    pub(super) const fn new(day: Day, name: &'static str) -> Self {
        Self { day, name, from: i16::MIN, until: i16::MAX, standing: Standing::Public }
    }

    /// It began in this year.
    pub(super) const fn since(self, year: i16) -> Self {
        Self { from: year, ..self }
    }

    /// It was last in this year.
    pub(super) const fn until(self, year: i16) -> Self {
        Self { until: year, ..self }
    }

    /// It was in this year alone.
    pub(super) const fn only(self, year: i16) -> Self {
        self.since(year).until(year)
    }

    /// It counts less, or differently.
    pub(super) const fn standing(self, standing: Standing) -> Self {
        Self { standing, ..self }
    }

    /// It holds in a part alone.
    pub(super) const fn partial(self, place: &'static str) -> Self {
        self.standing(Standing::Partial(place))
    }

    /// The holiday in this year, if it holds then.
    pub(super) fn in_year(&self, year: i16) -> Option<Holiday> {
        let date = (self.from..=self.until).contains(&year).then(|| self.day.in_year(year)).flatten()?;
        Some(Holiday { date, standing: self.standing, name: self.name })
    }
}

/// The holidays of a table in a year.
pub(super) fn of_year(table: &[Row], year: i16) -> Vec<Holiday> {
    table.iter().filter_map(|row| row.in_year(year)).collect()
}

impl Day {
    fn in_year(self, year: i16) -> Option<Date> {
        match self {
            Self::Fixed(month, day) => Date::new(year, month, day).ok(),
            Self::Easter(days) => easter(year)?.checked_add(jiff::Span::new().days(days)).ok(),
            Self::Nth(month, weekday, nth) => Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok(),
            Self::Repentance => Date::new(year, 11, 23).ok()?.nth_weekday(-1, Weekday::Wednesday).ok(),
        }
    }
}

/// Easter Sunday in the Gregorian calendar, by the anonymous algorithm (Meeus, "Astronomical Algorithms", chapter 8).
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (century, of_century) = (y / 100, y % 100);
    let golden = y % 19;
    let correction = century - century / 4 - (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let day = epact + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(day / 31).ok()?, i8::try_from(day % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published dates, with the earliest and the latest that there can be.
    #[test]
    fn easter_sundays() {
        for (year, month, day) in [
            (1818, 3, 22),
            (1961, 4, 2),
            (1991, 3, 31),
            (2000, 4, 23),
            (2008, 3, 23),
            (2011, 4, 24),
            (2019, 4, 21),
            (2024, 3, 31),
            (2025, 4, 20),
            (2026, 4, 5),
            (2027, 3, 28),
            (2038, 4, 25),
            (2049, 4, 18),
            (2076, 4, 19),
            (2150, 4, 12),
        ] {
            assert_eq!(easter(year), Date::new(year, month, day).ok(), "{year}");
        }
    }

    /// The last Wednesday before 23 November is never the 23rd itself.
    #[test]
    fn repentance_days() {
        for (year, day) in [(1994, 16), (2022, 16), (2023, 22), (2024, 20), (2025, 19), (2026, 18)] {
            assert_eq!(Day::Repentance.in_year(year), Date::new(year, 11, day).ok(), "{year}");
        }
    }
}
