//! What a link may offer: every bound of its settings.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use super::hours::sort_day;
use super::{
    BLOCKING_MAX, BUFFER_MINUTES_MAX, BookingSettings, DAILY_LIMIT_MAX, DATE_OVERRIDES_MAX, DAYS_AHEAD_MAX,
    DURATION_MINUTES, LINE_MAX, NOTES_MAX, NOTICE_MINUTES_MAX, QUESTIONS_MAX, WorkingHours,
};
use crate::problem::Problems;
use crate::text;
use crate::time::Zone;

impl BookingSettings {
    /// Slots of `duration` minutes in these hours, without buffers, notice, limits or questions.
    pub fn new(duration: u32, zone: Zone, working_hours: WorkingHours) -> Self {
        Self {
            title: None,
            description: None,
            duration,
            buffer_before: 0,
            buffer_after: 0,
            interval: None,
            minimum_notice: 0,
            maximum_days_ahead: None,
            daily_limit: None,
            zone,
            working_hours,
            date_overrides: BTreeMap::new(),
            blocking: Vec::new(),
            questions: Vec::new(),
        }
    }

    /// The same, with each day's intervals sorted and each calendar named once, if everything is
    /// within its bounds; else all that is not, by the names of the core surface:
    /// `duration_minutes`, `working_hours.mon[1]`, `date_overrides.2026-12-24[0]`.
    pub fn checked(mut self) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let mut bounded = |field: &str, value: u32, allowed: RangeInclusive<u32>| {
            if !allowed.contains(&value) {
                problems.add(field, format!("must be from {} to {}", allowed.start(), allowed.end()));
            }
        };
        bounded("duration_minutes", self.duration, DURATION_MINUTES);
        bounded("buffer_before_minutes", self.buffer_before, 0..=BUFFER_MINUTES_MAX);
        bounded("buffer_after_minutes", self.buffer_after, 0..=BUFFER_MINUTES_MAX);
        bounded("minimum_notice_minutes", self.minimum_notice, 0..=NOTICE_MINUTES_MAX);
        if let Some(interval) = self.interval {
            bounded("interval_minutes", interval, DURATION_MINUTES);
        }
        if let Some(days) = self.maximum_days_ahead {
            bounded("maximum_days_ahead", days, 0..=DAYS_AHEAD_MAX);
        }
        if let Some(limit) = self.daily_limit {
            bounded("daily_limit", limit, 1..=DAILY_LIMIT_MAX);
        }
        self.title = problems.check_opt("title", self.title.as_deref().map(|title| text::line(title, LINE_MAX)));
        problems.check_opt("description", self.description.as_deref().map(|text| text::block(text, NOTES_MAX)));
        match WorkingHours::new(std::mem::take(&mut self.working_hours).0) {
            Ok(hours) => self.working_hours = hours,
            Err(found) => problems.0.extend(found.0),
        }
        if self.date_overrides.len() > DATE_OVERRIDES_MAX {
            problems.add("date_overrides", format!("may have at most {DATE_OVERRIDES_MAX} days"));
        } else {
            for (date, day) in &mut self.date_overrides {
                sort_day(&format!("date_overrides.{date}"), day, &mut problems);
            }
        }
        self.blocking.sort_unstable();
        self.blocking.dedup();
        if self.blocking.len() > BLOCKING_MAX {
            problems.add("blocking_calendar_ids", format!("may have at most {BLOCKING_MAX} calendars"));
        }
        self.check_questions(&mut problems);
        problems.finish().map(|()| self)
    }

    fn check_questions(&self, problems: &mut Problems) {
        if self.questions.len() > QUESTIONS_MAX {
            return problems.add("questions", format!("may have at most {QUESTIONS_MAX} questions"));
        }
        for (i, question) in self.questions.iter().enumerate() {
            let path = format!("questions[{i}].label");
            if self.questions[..i].iter().any(|other| other.label == question.label) {
                problems.add(path, "asks the same as a question before it");
            } else {
                problems.check(path, text::line(&question.label, LINE_MAX));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::{Interval, Question};
    use crate::id::CalendarId;
    use uuid::Uuid;

    fn fields(settings: BookingSettings) -> Vec<String> {
        let problems = settings.checked().err().unwrap_or_default();
        problems.0.into_iter().map(|problem| problem.field).collect()
    }

    fn settings() -> BookingSettings {
        BookingSettings::new(30, Zone::utc(), WorkingHours::default())
    }

    #[test]
    fn every_bound_is_named() {
        type Set = fn(&mut BookingSettings);
        let cases: &[(Set, &[&str])] = &[
            (|_| {}, &[]),
            (|s| s.duration = 4, &["duration_minutes"]),
            (|s| s.duration = 1_441, &["duration_minutes"]),
            (|s| s.buffer_before = 1_441, &["buffer_before_minutes"]),
            (|s| s.buffer_after = u32::MAX, &["buffer_after_minutes"]),
            (|s| s.interval = Some(0), &["interval_minutes"]),
            (|s| s.minimum_notice = u32::MAX, &["minimum_notice_minutes"]),
            (|s| s.maximum_days_ahead = Some(0), &[]),
            (|s| s.maximum_days_ahead = Some(u32::MAX), &["maximum_days_ahead"]),
            (|s| s.daily_limit = Some(0), &["daily_limit"]),
            (|s| s.title = Some(" ".into()), &["title"]),
            (|s| s.description = Some("a\u{0}".into()), &["description"]),
            (|s| s.working_hours.0[6] = vec![Interval { start: 9, end: 8 }], &["working_hours.sun[0]"]),
            (
                |s| {
                    s.date_overrides =
                        [("2026-12-24".parse().unwrap(), vec![Interval { start: 0, end: 9_999 }])].into();
                },
                &["date_overrides.2026-12-24[0]"],
            ),
            (|s| s.blocking = vec![CalendarId(Uuid::nil()); 30], &[]),
            (|s| s.blocking = (0..21).map(|n| CalendarId(Uuid::from_u128(n))).collect(), &["blocking_calendar_ids"]),
            (|s| s.questions = vec![Question { label: "Why?".into(), required: true }; 2], &["questions[1].label"]),
            (|s| s.questions = vec![Question { label: String::new(), required: true }], &["questions[0].label"]),
        ];
        for (i, (set, expected)) in cases.iter().enumerate() {
            let mut changed = settings();
            set(&mut changed);
            assert_eq!(fields(changed), *expected, "case {i}");
        }
    }
}
