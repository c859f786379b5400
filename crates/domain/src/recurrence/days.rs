//! Days as numbers, and which days of a year a rule allows.
//!
//! Which days a rule allows depends on a year's length, on those of its neighbours and on the weekday it starts with, and on
//! nothing else. So a year is a mask of 366 bits, and there are only 28 different ones.

use jiff::civil::{Date, DateTime, Weekday};

use super::rule::{Freq, Rule};

/// Days since 0001-01-01, a Monday.
pub(super) type Day = i64;
/// Seconds since 0001-01-01T00:00:00 on a wall clock.
pub(super) type Wall = i64;

pub(super) const DAY_SECONDS: i64 = 86_400;

/// The last wall time that has an instant in every zone.
pub(super) const LAST: DateTime = DateTime::constant(9999, 12, 30, 9, 59, 59, 0);

const BEFORE_MONTH: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub(super) fn year_length(year: i64) -> i64 {
    365 + i64::from(is_leap(year))
}

/// The number of a year's first day.
pub(super) fn year_start(year: i64) -> Day {
    let past = year - 1;
    past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400)
}

pub(super) fn year_of(day: Day) -> i64 {
    // 400 years are 146097 days; the guess is off by one at most.
    let guess = (day * 400).div_euclid(146_097) + 1;
    if day < year_start(guess) {
        guess - 1
    } else if day >= year_start(guess + 1) {
        guess + 1
    } else {
        guess
    }
}

/// The number of the first day of a month, counted from 0 for January.
pub(super) fn month_start(year: i64, month: i64) -> Day {
    let leap_day = i64::from(month > 1 && is_leap(year));
    let before = usize::try_from(month).map_or(0, |month| BEFORE_MONTH[month.min(12)]);
    year_start(year) + before + leap_day
}

/// The month, counted from 0 for January, that holds a day of `year`.
fn month_of(year: i64, day: Day) -> i64 {
    let guess = (day - year_start(year)) / 31;
    if day >= month_start(year, guess + 1) { guess + 1 } else { guess }
}

/// Months since January of the year 0.
pub(super) fn month_number(day: Day) -> i64 {
    let year = year_of(day);
    year * 12 + month_of(year, day)
}

/// 0 for Monday to 6 for Sunday.
pub(super) fn weekday(day: Day) -> i64 {
    day.rem_euclid(7)
}

pub(super) fn weekday_index(day: Weekday) -> i64 {
    i64::from(day.to_monday_zero_offset())
}

/// The first day of week 1: the first week with four days or more in `year`.
pub(super) fn week_year_start(year: i64, week_start: i64) -> Day {
    let first = year_start(year);
    let into_week = (weekday(first) - week_start).rem_euclid(7);
    if into_week <= 3 { first - into_week } else { first + 7 - into_week }
}

/// The year whose numbered weeks hold `day`.
pub(super) fn week_year_of(day: Day, week_start: i64) -> i64 {
    let year = year_of(day);
    if day < week_year_start(year, week_start) {
        year - 1
    } else if day >= week_year_start(year + 1, week_start) {
        year + 1
    } else {
        year
    }
}

pub(super) fn day_of_date(date: Date) -> Day {
    let month = i64::from(date.month()) - 1;
    month_start(i64::from(date.year()), month) + i64::from(date.day()) - 1
}

pub(super) fn wall_of(civil: DateTime) -> Wall {
    let clock = i64::from(civil.hour()) * 3600 + i64::from(civil.minute()) * 60 + i64::from(civil.second());
    day_of_date(civil.date()) * DAY_SECONDS + clock
}

/// The wall time with this number; the ends of the range for numbers beyond it.
pub(super) fn civil_of(wall: Wall) -> DateTime {
    let (day, clock) = (wall.div_euclid(DAY_SECONDS), wall.rem_euclid(DAY_SECONDS));
    let year = year_of(day);
    let month = month_of(year, day);
    let small = |number: i64| i8::try_from(number).unwrap_or(i8::MAX);
    let beyond = if wall < 0 { DateTime::MIN } else { DateTime::MAX };
    let Ok(year16) = i16::try_from(year) else {
        return beyond;
    };
    DateTime::new(
        year16,
        small(month + 1),
        small(day - month_start(year, month) + 1),
        small(clock / 3600),
        small(clock / 60 % 60),
        small(clock % 60),
        0,
    )
    .unwrap_or(beyond)
}

/// A bit for each day of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mask([u64; 6]);

impl Mask {
    const NONE: Self = Self([0; 6]);

    fn set(&mut self, day: i64) {
        if let Ok(day) = usize::try_from(day) {
            self.0[day / 64] |= 1 << (day % 64);
        }
    }

    /// The first day from `from` on that is set.
    fn next(&self, from: i64) -> Option<i64> {
        let from = usize::try_from(from.max(0)).ok()?;
        let mut word = from / 64;
        let mut bits = self.0.get(word)? & (u64::MAX << (from % 64));
        while bits == 0 {
            word += 1;
            bits = *self.0.get(word)?;
        }
        let day = i64::try_from(word).ok()? * 64 + i64::from(bits.trailing_zeros());
        Some(day)
    }
}

/// The date parts of a rule, ready to be asked.
#[derive(Debug, Clone)]
pub(super) struct DayFilter {
    /// Bit 1 for January.
    pub(super) months: Option<u16>,
    /// Bit n for the nth day, and for the nth day from the end.
    pub(super) month_days: Option<(u32, u32)>,
    year_days: Option<Box<(Mask, Mask)>>,
    weeks: Option<(u64, u64)>,
    /// Bit 0 for Monday.
    pub(super) weekdays: Option<u8>,
    /// Per weekday from Monday, the same as for month days, in weeks.
    nth_weekdays: Option<Box<[(u64, u64); 7]>>,
    /// Whether the nth weekday is one of the month, not of the year.
    nth_in_month: bool,
    week_start: i64,
}

impl DayFilter {
    /// The date parts as they are written; what DTSTART adds is for the caller to fill in.
    pub(super) fn of(rule: &Rule) -> Self {
        let mut weekdays = 0_u8;
        let mut nth_weekdays = [(0_u64, 0_u64); 7];
        let mut numbered = false;
        for entry in &rule.by_day {
            let index = weekday_index(entry.day);
            match (entry.nth, usize::try_from(index)) {
                (Some(nth), Ok(index)) => {
                    numbered = true;
                    let (first, last) = &mut nth_weekdays[index];
                    put(first, last, i64::from(nth));
                }
                _ => weekdays |= 1 << index,
            }
        }
        let mut month_days = (0_u64, 0_u64);
        for day in &rule.by_month_day {
            put(&mut month_days.0, &mut month_days.1, i64::from(*day));
        }
        let mut weeks = (0_u64, 0_u64);
        for week in &rule.by_week_no {
            put(&mut weeks.0, &mut weeks.1, i64::from(*week));
        }
        let mut year_days = Box::new((Mask::NONE, Mask::NONE));
        for day in &rule.by_year_day {
            if *day > 0 {
                year_days.0.set(i64::from(*day));
            } else {
                year_days.1.set(-i64::from(*day));
            }
        }
        let low = |bits: u64| u32::try_from(bits).unwrap_or(u32::MAX);
        let months = rule.by_month.iter().fold(0, |bits, month| bits | 1 << month);
        Self {
            months: (!rule.by_month.is_empty()).then_some(months),
            month_days: (!rule.by_month_day.is_empty()).then(|| (low(month_days.0), low(month_days.1))),
            year_days: (!rule.by_year_day.is_empty()).then_some(year_days),
            weeks: (!rule.by_week_no.is_empty()).then_some(weeks),
            weekdays: (!rule.by_day.is_empty()).then_some(weekdays),
            nth_weekdays: numbered.then(|| Box::new(nth_weekdays)),
            nth_in_month: rule.freq == Freq::Monthly || !rule.by_month.is_empty(),
            week_start: weekday_index(rule.week_start),
        }
    }

    fn allows_all(&self) -> bool {
        self.months.is_none()
            && self.month_days.is_none()
            && self.year_days.is_none()
            && self.weeks.is_none()
            && self.weekdays.is_none()
    }

    fn mask(&self, year: i64) -> Mask {
        let mut mask = Mask::NONE;
        let start = year_start(year);
        for month in 0..12 {
            if self.months.is_some_and(|months| months >> (month + 1) & 1 == 0) {
                continue;
            }
            let first = month_start(year, month);
            let length = month_start(year, month + 1) - first;
            for day in first..first + length {
                let place = Place {
                    day,
                    in_month: day - first,
                    month_length: length,
                    in_year: day - start,
                    year_length: year_length(year),
                };
                if self.allows(year, &place) {
                    mask.set(place.in_year);
                }
            }
        }
        mask
    }

    fn allows(&self, year: i64, place: &Place) -> bool {
        let month_day = || {
            self.month_days.is_none_or(|(first, last)| {
                first >> (place.in_month + 1) & 1 == 1 || last >> (place.month_length - place.in_month) & 1 == 1
            })
        };
        let year_day = || {
            self.year_days.as_deref().is_none_or(|(first, last)| {
                let number = place.in_year + 1;
                let from_end = place.year_length - place.in_year;
                first.next(number) == Some(number) || last.next(from_end) == Some(from_end)
            })
        };
        let week = || {
            self.weeks.is_none_or(|(first, last)| {
                let own = self.week_year(year, place.day);
                let start = week_year_start(own, self.week_start);
                let count = (week_year_start(own + 1, self.week_start) - start) / 7;
                let index = (place.day - start) / 7;
                first >> (index + 1) & 1 == 1 || last >> (count - index) & 1 == 1
            })
        };
        month_day() && year_day() && week() && self.allows_weekday(place)
    }

    fn allows_weekday(&self, place: &Place) -> bool {
        let Some(every) = self.weekdays else {
            return true;
        };
        let weekday = weekday(place.day);
        if every >> weekday & 1 == 1 {
            return true;
        }
        let (Some(nth), Ok(index)) = (self.nth_weekdays.as_deref(), usize::try_from(weekday)) else {
            return false;
        };
        let (index_in, length) =
            if self.nth_in_month { (place.in_month, place.month_length) } else { (place.in_year, place.year_length) };
        let (first, last) = nth[index];
        first >> (index_in / 7 + 1) & 1 == 1 || last >> ((length - 1 - index_in) / 7 + 1) & 1 == 1
    }

    fn week_year(&self, year: i64, day: Day) -> i64 {
        if day < week_year_start(year, self.week_start) {
            year - 1
        } else if day >= week_year_start(year + 1, self.week_start) {
            year + 1
        } else {
            year
        }
    }
}

/// A day, and where it stands in its month and year, counted from 0.
struct Place {
    day: Day,
    in_month: i64,
    month_length: i64,
    in_year: i64,
    year_length: i64,
}

/// Sets the bit of a number that counts from the start, or from the end when negative.
fn put(from_start: &mut u64, from_end: &mut u64, number: i64) {
    if number > 0 {
        *from_start |= 1 << number;
    } else {
        *from_end |= 1 << -number;
    }
}

/// The days a filter allows, remembered by kind of year.
#[derive(Debug, Clone)]
pub(super) struct Days<'f> {
    filter: &'f DayFilter,
    all: bool,
    known: [Option<Mask>; 28],
}

impl<'f> Days<'f> {
    pub(super) fn new(filter: &'f DayFilter) -> Self {
        Self { filter, all: filter.allows_all(), known: [None; 28] }
    }

    fn mask(&mut self, year: i64) -> Mask {
        // The days before week 1 number the weeks of the year before, and those behind the last one the weeks of the year
        // after, so their lengths matter as well. Of three in a row one at most is a leap year.
        let leap = (year - 1..=year + 1).position(is_leap).map_or(0, |place| place + 1);
        let kind = usize::try_from(weekday(year_start(year))).unwrap_or_default() * 4 + leap;
        *self.known[kind].get_or_insert_with(|| self.filter.mask(year))
    }

    pub(super) fn allows(&mut self, day: Day) -> bool {
        let year = year_of(day);
        let index = day - year_start(year);
        self.all || self.mask(year).next(index) == Some(index)
    }

    /// The first allowed day from `day` on in its year.
    pub(super) fn next_in_year(&mut self, day: Day) -> Option<Day> {
        if self.all {
            return Some(day);
        }
        let year = year_of(day);
        let start = year_start(year);
        self.mask(year).next(day - start).map(|index| start + index)
    }

    /// Puts the allowed days from `first` to `last` into `found`, in order.
    pub(super) fn collect(&mut self, first: Day, last: Day, found: &mut Vec<Day>) {
        found.clear();
        let mut from = first;
        while from <= last {
            match self.next_in_year(from) {
                Some(day) if day <= last => {
                    found.push(day);
                    from = day + 1;
                }
                Some(_) => return,
                None => from = year_start(year_of(from) + 1),
            }
        }
    }
}
