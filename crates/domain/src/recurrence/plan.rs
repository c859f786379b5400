//! A rule and its DTSTART, made ready to be walked.

use super::{
    Anchor,
    days::{
        DAY_SECONDS, Day, DayFilter, Days, Wall, month_number, month_start, wall_of, week_year_of, week_year_start,
        weekday, weekday_index, year_of, year_start,
    },
    rule::{Freq, Rule},
};

/// A rule with every part that DTSTART gives it written out.
///
/// Periods are numbered, each frequency in its own way (years as they are called, weeks since the first Monday and
/// so on), so that the period of any wall time is found by arithmetic.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) freq: Freq,
    pub(super) start: Wall,
    pub(super) days: DayFilter,
    pub(super) hours: Vec<u8>,
    pub(super) minutes: Vec<u8>,
    pub(super) seconds: Vec<u8>,
    pub(super) set_pos: Vec<i16>,
    /// No period can ever have an instance.
    pub(super) barren: bool,
    interval: i64,
    /// The period that INTERVAL counts from.
    origin: i64,
    week_start: i64,
    by_week: bool,
}

impl Plan {
    pub(super) fn new(rule: &Rule, anchor: &Anchor) -> Self {
        let start = wall_of(anchor.start);
        let mut plan = Self {
            freq: rule.freq,
            start,
            days: dates(rule, anchor),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            set_pos: rule.by_set_pos.clone(),
            barren: false,
            interval: i64::from(rule.interval),
            origin: 0,
            week_start: weekday_index(rule.week_start),
            by_week: !rule.by_week_no.is_empty(),
        };
        plan.fill_clock(rule, anchor);
        plan.origin = plan.period_of(start);
        if plan.by_week && plan.interval > 1 {
            // Weeks 1 and 53 reach into the neighbouring year. INTERVAL counts from the year of the weeks that hold
            // DTSTART if it is an instance, else from the calendar year it stands in.
            let day = start.div_euclid(DAY_SECONDS);
            if !Days::new(&plan.days).allows(day) {
                plan.origin = year_of(day);
            }
        }
        plan.barren = plan.interval > 1 && !plan.meets_clock() || !plan.meets_positions();
        plan
    }

    /// Whether any BYSETPOS can be met by a period as full as it can be.
    fn meets_positions(&self) -> bool {
        let (hours, minutes) = (self.hours.len(), self.minutes.len());
        let seconds = self.seconds.len();
        let most = match self.freq {
            Freq::Secondly => 1,
            Freq::Minutely => seconds,
            Freq::Hourly => minutes * seconds,
            Freq::Daily => hours * minutes * seconds,
            Freq::Weekly => 7 * hours * minutes * seconds,
            Freq::Monthly => 31 * hours * minutes * seconds,
            Freq::Yearly => return true, // 366 is the furthest position there is
        };
        let met = |position: &i16| usize::from(position.unsigned_abs()) <= most;
        self.set_pos.is_empty() || self.set_pos.iter().any(met)
    }

    fn fill_clock(&mut self, rule: &Rule, anchor: &Anchor) {
        if anchor.all_day {
            // RFC 5545: with a DATE these parts are ignored.
            (self.hours, self.minutes, self.seconds) = (vec![0], vec![0], vec![0]);
            return;
        }
        let list = |given: &[u8], inherits: bool, start: i8, all: u8| {
            if !given.is_empty() {
                given.to_vec()
            } else if inherits {
                vec![u8::try_from(start).unwrap_or_default()]
            } else {
                (0..all).collect()
            }
        };
        let time = anchor.start.time();
        self.hours = list(&rule.by_hour, rule.freq > Freq::Hourly, time.hour(), 24);
        self.minutes = list(&rule.by_minute, rule.freq > Freq::Minutely, time.minute(), 60);
        self.seconds = list(&rule.by_second, rule.freq > Freq::Secondly, time.second(), 60);
        if self.seconds.last() == Some(&60) {
            self.seconds.pop();
            if self.seconds.last() != Some(&59) {
                self.seconds.push(59);
            }
        }
    }

    /// The length of a period shorter than a day, in seconds.
    pub(super) fn short_period(&self) -> Option<i64> {
        match self.freq {
            Freq::Secondly => Some(1),
            Freq::Minutely => Some(60),
            Freq::Hourly => Some(3600),
            _ => None,
        }
    }

    /// Whether stepping by INTERVAL ever meets an allowed hour, minute and second.
    fn meets_clock(&self) -> bool {
        let Some(unit) = self.short_period() else {
            return true;
        };
        let per_day = DAY_SECONDS / unit;
        let step = gcd(self.interval, per_day);
        let target = self.origin.rem_euclid(step);
        let meets = |time: i64| (time / unit).rem_euclid(step) == target;
        self.hours.iter().any(|hour| {
            let hour = i64::from(*hour) * 3600;
            if self.freq == Freq::Hourly {
                return meets(hour);
            }
            self.minutes.iter().any(|minute| {
                let minute = hour + i64::from(*minute) * 60;
                if self.freq == Freq::Minutely {
                    return meets(minute);
                }
                self.seconds.iter().any(|second| meets(minute + i64::from(*second)))
            })
        })
    }

    /// The number of the period that holds a wall time.
    pub(super) fn period_of(&self, wall: Wall) -> i64 {
        if let Some(unit) = self.short_period() {
            return wall.div_euclid(unit);
        }
        let day = wall.div_euclid(DAY_SECONDS);
        match self.freq {
            Freq::Yearly if self.by_week => week_year_of(day, self.week_start),
            Freq::Yearly => year_of(day),
            Freq::Monthly => month_number(day),
            Freq::Weekly => (day - self.week_start).div_euclid(7),
            _ => day,
        }
    }

    /// The first and last day of a period of a day or longer.
    pub(super) fn range(&self, period: i64) -> (Day, Day) {
        match self.freq {
            Freq::Yearly if self.by_week => {
                (week_year_start(period, self.week_start), week_year_start(period + 1, self.week_start) - 1)
            }
            Freq::Yearly => (year_start(period), year_start(period + 1) - 1),
            Freq::Monthly => {
                let (year, month) = (period.div_euclid(12), period.rem_euclid(12));
                (month_start(year, month), month_start(year, month + 1) - 1)
            }
            Freq::Weekly => {
                let first = period * 7 + self.week_start;
                (first, first + 6)
            }
            _ => (period, period),
        }
    }

    /// The first period of the series that is not before `period`.
    pub(super) fn align(&self, period: i64) -> i64 {
        let past = (period - self.origin).rem_euclid(self.interval);
        if past == 0 { period } else { period + self.interval - past }
    }
}

/// The date parts, with what the rule leaves to DTSTART. Where RFC 5545 says too little, this is libical's reading.
fn dates(rule: &Rule, anchor: &Anchor) -> DayFilter {
    let mut filter = DayFilter::of(rule);
    let date = anchor.start.date();
    let its_day = Some((1_u32 << date.day(), 0));
    let its_weekday = Some(1_u8 << weekday(super::days::day_of_date(date)));
    let no_weekday = rule.by_day.is_empty();
    match rule.freq {
        Freq::Weekly if no_weekday => filter.weekdays = its_weekday,
        Freq::Monthly if no_weekday && rule.by_month_day.is_empty() => {
            filter.month_days = its_day;
        }
        Freq::Yearly if no_weekday && !rule.by_week_no.is_empty() => {
            filter.weekdays = its_weekday;
        }
        Freq::Yearly if rule.by_week_no.is_empty() && rule.by_year_day.is_empty() => {
            let named_day = !rule.by_month_day.is_empty();
            if no_weekday && !named_day {
                filter.month_days = its_day;
            }
            if (no_weekday || named_day) && rule.by_month.is_empty() {
                filter.months = Some(1 << date.month());
            }
        }
        _ => {}
    }
    filter
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
