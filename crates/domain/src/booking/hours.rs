//! Working hours: wall times of a day, and the stretches of real time that they are on one.

use jiff::{SignedDuration, Timestamp, civil};

use super::{BookingSettings, INTERVALS_MAX, Interval, WEEKDAYS, WorkingHours};
use crate::event::Window;
use crate::problem::Problems;
use crate::time::Zone;

/// Minutes from one midnight to the next on a clock's face.
const DAY: u16 = 1_440;

/// Why two times of day make no interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInterval {
    /// The start is no time of day.
    #[error("must start at a time of the form HH:MM, 00:00 to 23:59")]
    Start,
    /// The end is no time of day.
    #[error("must end at a time of the form HH:MM, 00:01 to 24:00")]
    End,
    /// It takes no time, or less.
    #[error("must end after it starts, on the same day")]
    Inverted,
}

impl Interval {
    /// From one minute of the day to another (exclusive).
    pub fn new(start: u16, end: u16) -> Result<Self, InvalidInterval> {
        if end > DAY {
            return Err(InvalidInterval::End);
        }
        if start < end { Ok(Self { start, end }) } else { Err(InvalidInterval::Inverted) }
    }

    /// From one `HH:MM` to another (exclusive). The end may be `24:00`, the midnight that ends the day.
    ///
    /// ```
    /// use kalends_domain::booking::Interval;
    ///
    /// assert_eq!(Interval::parse("09:00", "17:30")?, Interval { start: 540, end: 1_050 });
    /// assert_eq!(Interval::parse("22:00", "24:00")?.end, 1_440);
    /// assert!(Interval::parse("22:00", "06:00").is_err());
    /// # Ok::<(), kalends_domain::booking::InvalidInterval>(())
    /// ```
    pub fn parse(start: &str, end: &str) -> Result<Self, InvalidInterval> {
        let start = minute(start).filter(|minute| *minute < DAY).ok_or(InvalidInterval::Start)?;
        Self::new(start, minute(end).ok_or(InvalidInterval::End)?)
    }
}

/// The minute of the day that `HH:MM` names, 24:00 included.
fn minute(text: &str) -> Option<u16> {
    let [h1, h2, b':', m1, m2] = text.as_bytes() else { return None };
    let number = |tens: &u8, ones: &u8| {
        let good = tens.is_ascii_digit() && ones.is_ascii_digit();
        good.then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
    };
    let (hour, minute) = (number(h1, h2)?, number(m1, m2)?);
    let named = hour * 60 + minute;
    (minute < 60 && named <= DAY).then_some(named)
}

impl WorkingHours {
    /// The working intervals of each weekday, Monday first, checked and sorted. Those that touch stay
    /// two, each with slots of its own.
    ///
    /// A problem names the weekday and the place in its list: `working_hours.mon[1]`.
    pub fn new(days: [Vec<Interval>; 7]) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut hours = Self(days);
        for (name, day) in WEEKDAYS.iter().zip(&mut hours.0) {
            sort_day(&format!("working_hours.{name}"), day, &mut problems);
        }
        problems.finish().map(|()| hours)
    }
}

/// Sorts the intervals of one day; notes those that are none, and those that overlap an earlier one.
pub(super) fn sort_day(path: &str, day: &mut [Interval], problems: &mut Problems) {
    if day.len() > INTERVALS_MAX {
        return problems.add(path, format!("may have at most {INTERVALS_MAX} intervals"));
    }
    for (i, interval) in day.iter().enumerate() {
        let path = format!("{path}[{i}]");
        let overlaps = |other: &Interval| other.start < interval.end && interval.start < other.end;
        if let Err(error) = Interval::new(interval.start, interval.end) {
            problems.add(path, error.to_string());
        } else if let Some(other) = day[..i].iter().position(overlaps) {
            problems.add(path, format!("overlaps the interval [{other}] of the same day"));
        }
    }
    day.sort_unstable();
}

impl BookingSettings {
    /// The working intervals of this day: its own where it has such, else its weekday's. A day that
    /// the zone skipped (Apia had no 30 December 2011) has none.
    pub(super) fn hours(&self, day: civil::Date) -> &[Interval] {
        if self.zone.civil(self.zone.start_of_day(day)).date() != day {
            return &[];
        }
        let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
        self.date_overrides.get(&day).unwrap_or(&self.working_hours.0[weekday])
    }
}

impl Interval {
    /// The stretch of real time that it is on this day. It is empty or inverted where the clocks
    /// skip it.
    pub(super) fn on(self, day: civil::Date, zone: &Zone) -> Window {
        Window { from: at(day, self.start, zone), to: at(day, self.end, zone) }
    }
}

/// The instant at which the clocks show this minute of the day.
fn at(day: civil::Date, minute: u16, zone: &Zone) -> Timestamp {
    let midnight = day.to_datetime(civil::Time::midnight());
    zone.resolve(midnight.saturating_add(SignedDuration::from_mins(i64::from(minute))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        for (start, end, expected) in [
            ("09:00", "17:00", Ok((540, 1_020))),
            ("00:00", "24:00", Ok((0, 1_440))),
            ("23:59", "24:00", Ok((1_439, 1_440))),
            ("24:00", "24:00", Err(InvalidInterval::Start)),
            ("9:00", "17:00", Err(InvalidInterval::Start)),
            ("+9:00", "17:00", Err(InvalidInterval::Start)),
            ("09:60", "17:00", Err(InvalidInterval::Start)),
            ("09:00", "24:01", Err(InvalidInterval::End)),
            ("09:00", "17:00:00", Err(InvalidInterval::End)),
            ("09:00", "", Err(InvalidInterval::End)),
            ("09:00", "1é00", Err(InvalidInterval::End)),
            ("09:00", "09:00", Err(InvalidInterval::Inverted)),
            ("22:00", "06:00", Err(InvalidInterval::Inverted)),
        ] {
            assert_eq!(Interval::parse(start, end).map(|i| (i.start, i.end)), expected, "{start} {end}");
        }
    }

    /// The paths of what is wrong with a Monday of these minutes, or its intervals as kept.
    fn monday(intervals: &[(u16, u16)]) -> Result<Vec<(u16, u16)>, Vec<String>> {
        let mut days: [Vec<Interval>; 7] = Default::default();
        days[0] = intervals.iter().map(|&(start, end)| Interval { start, end }).collect();
        let hours = WorkingHours::new(days).map_err(|p| p.0.into_iter().map(|p| p.field).collect::<Vec<_>>())?;
        Ok(hours.0[0].iter().map(|i| (i.start, i.end)).collect())
    }

    #[test]
    fn intervals_are_sorted_and_every_bad_one_is_named() {
        assert_eq!(monday(&[(780, 1_020), (540, 780)]), Ok(vec![(540, 780), (780, 1_020)]));
        let bad = |places: &[usize]| Err(places.iter().map(|i| format!("working_hours.mon[{i}]")).collect());
        assert_eq!(monday(&[(540, 780), (779, 1_020)]), bad(&[1]));
        assert_eq!(monday(&[(540, 540), (600, 660), (700, 650), (0, 1_441)]), bad(&[0, 2, 3]));
        assert_eq!(monday(&[(0, 1_440), (10, 20), (30, 40)]), bad(&[1, 2]));
        assert_eq!(monday(&[(0, 1); 25]), Err(vec!["working_hours.mon".to_owned()]));
    }
}
