//! What a recurrence rule says.

use jiff::{
    Timestamp,
    civil::{self, Weekday},
};

/// How often a rule repeats, before its BYxxx parts add or take away: the FREQ part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Freq {
    /// Every second.
    Secondly,
    /// Every minute.
    Minutely,
    /// Every hour.
    Hourly,
    /// Every day.
    Daily,
    /// Every week, which WKST starts.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// Where a rule ends: its COUNT or its UNTIL, never both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Never.
    #[default]
    Endless,
    /// After so many instances, DTSTART the first of them.
    Count(u32),
    /// After the last instance that is not later.
    Until(Until),
}

/// The value of an UNTIL part. It is inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Until {
    /// The whole of this day, in the series' zone.
    Date(civil::Date),
    /// This wall time, in the series' zone.
    Local(civil::DateTime),
    /// This instant. For a series of whole days its date alone counts.
    Utc(Timestamp),
}

/// An entry of BYDAY: a weekday, every one or only the nth of the month or year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ByDay {
    /// The nth such weekday of the month or year, from its end when negative; none means every one.
    pub nth: Option<i8>,
    /// The weekday.
    pub day: Weekday,
}

/// Why a rule is refused, and which of its parts is to blame.
///
/// ```
/// use kalends_domain::recurrence::Rule;
///
/// let error = "FREQ=DAILY;BYHOUR=25".parse::<Rule>().unwrap_err();
/// assert_eq!(error.part, "BYHOUR");
/// assert_eq!(error.to_string(), "BYHOUR: 25 is not within 0..=23");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {message}")]
pub struct RuleError {
    /// The name of the part, for example `BYDAY`.
    pub part: String,
    /// What is wrong with it.
    pub message: String,
}

impl RuleError {
    pub(super) fn new(part: &str, message: impl Into<String>) -> Self {
        Self { part: part.to_owned(), message: message.into() }
    }
}

/// A recurrence rule: the value of RRULE (RFC 5545, section 3.3.10).
///
/// It is read with [`FromStr`](std::str::FromStr) and printed in one canonical form: parts in the order of the RFC's
/// grammar, lists sorted and without duplicates, defaults left out. A value of this type obeys the RFC's "MUST NOT"s.
///
/// ```
/// use kalends_domain::recurrence::Rule;
///
/// let rule: Rule = "rrule:wkst=MO;byday=WE,MO,WE;interval=1;freq=weekly".parse()?;
/// assert_eq!(rule.to_string(), "FREQ=WEEKLY;BYDAY=MO,WE");
/// # Ok::<(), kalends_domain::recurrence::RuleError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rule {
    pub(super) freq: Freq,
    pub(super) interval: u32,
    pub(super) limit: Limit,
    pub(super) by_second: Vec<u8>,
    pub(super) by_minute: Vec<u8>,
    pub(super) by_hour: Vec<u8>,
    pub(super) by_day: Vec<ByDay>,
    pub(super) by_month_day: Vec<i8>,
    pub(super) by_year_day: Vec<i16>,
    pub(super) by_week_no: Vec<i8>,
    pub(super) by_month: Vec<u8>,
    pub(super) by_set_pos: Vec<i16>,
    pub(super) week_start: Weekday,
    pub(super) spelling: Spelling,
}

/// How somebody wrote a rule, in upper case. Two spellings of one rule are one rule, so no comparison looks at it.
#[derive(Debug, Clone, Default)]
pub(super) struct Spelling(pub(super) Option<String>);

impl PartialEq for Spelling {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Spelling {}

impl std::hash::Hash for Spelling {
    fn hash<H: std::hash::Hasher>(&self, _: &mut H) {}
}

impl Rule {
    /// The rule that says nothing but `freq`, every period, for ever.
    pub fn every(freq: Freq) -> Self {
        Self {
            freq,
            interval: 1,
            limit: Limit::Endless,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week_no: Vec::new(),
            by_month: Vec::new(),
            by_set_pos: Vec::new(),
            week_start: Weekday::Monday,
            spelling: Spelling::default(),
        }
    }

    /// The rule as it was written, in upper case and without `RRULE:`, so that whoever wrote it finds it again; the
    /// canonical form once it was changed.
    ///
    /// ```
    /// use kalends_domain::recurrence::{Limit, Rule};
    ///
    /// let rule: Rule = "freq=weekly;byday=WE,MO;count=3".parse()?;
    /// assert_eq!(rule.text(), "FREQ=WEEKLY;BYDAY=WE,MO;COUNT=3");
    /// assert_eq!(rule.to_string(), "FREQ=WEEKLY;COUNT=3;BYDAY=MO,WE");
    /// assert_eq!(rule.with_limit(Limit::Count(2)).text(), "FREQ=WEEKLY;COUNT=2;BYDAY=MO,WE");
    /// # Ok::<(), kalends_domain::recurrence::RuleError>(())
    /// ```
    pub fn text(&self) -> String {
        self.spelling.0.clone().unwrap_or_else(|| self.to_string())
    }

    /// FREQ: the length of its period.
    pub fn freq(&self) -> Freq {
        self.freq
    }

    /// INTERVAL: every how many periods; at least 1.
    pub fn interval(&self) -> u32 {
        self.interval
    }

    /// COUNT or UNTIL.
    pub fn limit(&self) -> Limit {
        self.limit
    }

    /// The same rule with another end.
    #[must_use]
    pub fn with_limit(mut self, limit: Limit) -> Self {
        if self.limit != limit {
            self.limit = limit;
            self.spelling = Spelling::default();
        }
        self
    }

    /// BYSECOND, 0 to 60, sorted. A leap second, 60, is read as 59 (RFC 5545, section 3.3.12).
    pub fn by_second(&self) -> &[u8] {
        &self.by_second
    }

    /// BYMINUTE, 0 to 59, sorted.
    pub fn by_minute(&self) -> &[u8] {
        &self.by_minute
    }

    /// BYHOUR, 0 to 23, sorted.
    pub fn by_hour(&self) -> &[u8] {
        &self.by_hour
    }

    /// BYDAY, sorted by weekday from Monday, then by number.
    pub fn by_day(&self) -> &[ByDay] {
        &self.by_day
    }

    /// BYMONTHDAY, 1 to 31 or -31 to -1, sorted.
    pub fn by_month_day(&self) -> &[i8] {
        &self.by_month_day
    }

    /// BYYEARDAY, 1 to 366 or -366 to -1, sorted.
    pub fn by_year_day(&self) -> &[i16] {
        &self.by_year_day
    }

    /// BYWEEKNO, 1 to 53 or -53 to -1, sorted.
    pub fn by_week_no(&self) -> &[i8] {
        &self.by_week_no
    }

    /// BYMONTH, 1 to 12, sorted.
    pub fn by_month(&self) -> &[u8] {
        &self.by_month
    }

    /// BYSETPOS, 1 to 366 or -366 to -1, sorted.
    pub fn by_set_pos(&self) -> &[i16] {
        &self.by_set_pos
    }

    /// No day has more instances: one, unless the rule steps or lists hours, minutes or seconds.
    pub fn most_a_day(&self) -> usize {
        let part = |listed: &[u8], steps: bool, all: usize| match listed.len() {
            0 if steps => all,
            listed => listed.max(1),
        };
        part(&self.by_hour, self.freq < Freq::Daily, 24)
            * part(&self.by_minute, self.freq < Freq::Hourly, 60)
            * part(&self.by_second, self.freq < Freq::Minutely, 60)
    }

    /// WKST: the day on which weeks start; Monday when the rule does not say.
    pub fn week_start(&self) -> Weekday {
        self.week_start
    }

    /// The rule whose instances are this one's moved by `days`, as far as a rule can say that.
    ///
    /// A rule without date parts follows its DTSTART and stays as it is; plain weekdays turn, and with them the
    /// start of the week where that matters. Anything else (the 31st, the second Tuesday) has no such rule: `None`.
    /// An UNTIL is left as it is.
    ///
    /// ```
    /// use kalends_domain::recurrence::Rule;
    ///
    /// let rule: Rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU".parse()?;
    /// let moved = rule.shift_days(1).map(|rule| rule.to_string());
    /// assert_eq!(moved.as_deref(), Some("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=TU"));
    /// assert!("FREQ=MONTHLY;BYDAY=2TU".parse::<Rule>()?.shift_days(1).is_none());
    /// # Ok::<(), kalends_domain::recurrence::RuleError>(())
    /// ```
    pub fn shift_days(&self, days: i32) -> Option<Self> {
        let fixed_to_calendar = !(self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_week_no.is_empty()
            && self.by_month.is_empty());
        if days == 0 {
            return Some(self.clone());
        }
        if fixed_to_calendar || (!self.by_day.is_empty() && self.freq > Freq::Weekly) {
            return None;
        }
        let mut moved = self.clone();
        moved.spelling = Spelling::default();
        for entry in &mut moved.by_day {
            entry.day = entry.day.wrapping_add(days);
        }
        sort_days(&mut moved.by_day);
        let weeks_matter = self.interval > 1 || !self.by_set_pos.is_empty();
        if self.freq == Freq::Weekly && !self.by_day.is_empty() && weeks_matter {
            moved.week_start = self.week_start.wrapping_add(days);
        }
        Some(moved)
    }

    /// Whether any BYxxx part but BYSETPOS is present.
    fn has_parts(&self) -> bool {
        !(self.by_second.is_empty()
            && self.by_minute.is_empty()
            && self.by_hour.is_empty()
            && self.by_day.is_empty()
            && self.by_month_day.is_empty()
            && self.by_year_day.is_empty()
            && self.by_week_no.is_empty()
            && self.by_month.is_empty())
    }

    /// What RFC 5545, section 3.3.10, says a rule MUST NOT be, besides the range of each part.
    pub(super) fn check(&self) -> Result<(), RuleError> {
        let refuse = |part: &str, message: &str| Err(RuleError::new(part, message));
        let numbered = self.by_day.iter().any(|entry| entry.nth.is_some());
        if numbered && !matches!(self.freq, Freq::Monthly | Freq::Yearly) {
            return refuse("BYDAY", "numbers need FREQ=MONTHLY or FREQ=YEARLY");
        }
        if numbered && !self.by_week_no.is_empty() {
            return refuse("BYDAY", "numbers do not go with BYWEEKNO");
        }
        if !self.by_month_day.is_empty() && self.freq == Freq::Weekly {
            return refuse("BYMONTHDAY", "does not go with FREQ=WEEKLY");
        }
        let counts_days = matches!(self.freq, Freq::Daily | Freq::Weekly | Freq::Monthly);
        if !self.by_year_day.is_empty() && counts_days {
            return refuse("BYYEARDAY", "does not go with FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY");
        }
        if !self.by_week_no.is_empty() {
            if self.freq != Freq::Yearly {
                return refuse("BYWEEKNO", "needs FREQ=YEARLY");
            }
            // As libical: nobody agrees on what such a rule would mean.
            if !self.by_month_day.is_empty() || !self.by_year_day.is_empty() {
                return refuse("BYWEEKNO", "does not go with BYMONTHDAY or BYYEARDAY");
            }
        }
        if !self.by_set_pos.is_empty() && !self.has_parts() {
            return refuse("BYSETPOS", "needs another BYxxx part to choose from");
        }
        Ok(())
    }
}

/// The order and uniqueness that the canonical form has.
pub(super) fn sort_days(days: &mut Vec<ByDay>) {
    days.sort_by_key(|entry| (entry.day.to_monday_zero_offset(), entry.nth));
    days.dedup();
}
