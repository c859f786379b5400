//! What a booking link offers: as it is sent, and as it is shown.

use std::collections::BTreeMap;

use jiff::civil;
use kalends_domain::booking::{
    BLOCKING_MAX, BUFFER_MINUTES_MAX, BookingLink, BookingSettings, DAILY_LIMIT_MAX, DATE_OVERRIDES_MAX,
    DAYS_AHEAD_MAX, DURATION_MINUTES, INTERVALS_MAX, Interval, InvalidInterval, LINE_MAX, NOTES_MAX,
    NOTICE_MINUTES_MAX, QUESTIONS_MAX, Question, WEEKDAYS, WorkingHours,
};
use kalends_domain::id::CalendarId;
use kalends_domain::time::Zone;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::fields::{Fields, Spot};
use crate::read::{block, boolean, date, entries, integer, line, list, object, parsed, string};

/// The documentation of a body: fields of its own, and those that [`SettingsChange::read_optional`] reads.
macro_rules! settings_body {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        #[derive(utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$about])*
        #[allow(dead_code)] // documentation
        pub(crate) struct $name {
            $($own)*
            /// What is booked: the page's heading, and the beginning of each booking's title.
            #[schema(min_length = 1, max_length = 100, example = "Office hour")]
            title: Option<String>,
            /// More about it, for the page.
            #[schema(max_length = 5000, example = "Room 12, or online.")]
            description: Option<String>,
            /// Minutes kept clear before and after each slot; the next two fields set them one by one.
            #[schema(maximum = 1440, example = 10)]
            buffer_minutes: Option<u32>,
            /// Minutes kept clear before each slot.
            #[schema(maximum = 1440, default = 0, example = 10)]
            buffer_before_minutes: Option<u32>,
            /// Minutes kept clear after each slot.
            #[schema(maximum = 1440, default = 0, example = 10)]
            buffer_after_minutes: Option<u32>,
            /// Minutes from the start of one slot to the start of the next; the duration, where it is null.
            #[schema(minimum = 5, maximum = 1440, example = 30)]
            interval_minutes: Option<u32>,
            /// How long before its start a slot can still be booked, in minutes.
            #[schema(maximum = 527_040, default = 0, example = 120)]
            minimum_notice_minutes: Option<u32>,
            /// How many days ahead slots are offered, today not counted; null for no end.
            #[schema(maximum = 1096, example = 60)]
            maximum_days_ahead: Option<u32>,
            /// Most bookings of this link a day; null for no limit.
            #[schema(minimum = 1, maximum = 1000, example = 8)]
            daily_limit: Option<u32>,
            /// Days with hours of their own, by date; an empty list is a closed day.
            #[schema(example = json!({"2026-12-24": [], "2026-12-31": [{"start": "09:00", "end": "12:00"}]}))]
            date_overrides: Option<std::collections::BTreeMap<String, Vec<super::settings::Hours>>>,
            /// Further calendars of the caller whose events block slots.
            #[schema(max_items = 20)]
            blocking_calendar_ids: Option<Vec<uuid::Uuid>>,
            /// What the booker is asked.
            #[schema(max_items = 20)]
            questions: Option<Vec<super::settings::Asked>>,
            /// Whether it offers anything now.
            #[schema(default = true, example = true)]
            active: Option<bool>,
        }
    };
}
pub(super) use settings_body;

/// The settings of a link: all that `POST` takes, so that they can be sent back to `PUT`.
#[derive(Serialize, ToSchema)]
#[schema(as = BookingSettings)]
pub(crate) struct Settings {
    /// What is booked.
    #[schema(required = true, example = "Office hour")]
    title: Option<String>,
    /// More about it, for the page.
    #[schema(required = true, example = "Room 12, or online.")]
    description: Option<String>,
    /// How long a slot is.
    #[schema(example = 30)]
    duration_minutes: u32,
    /// Minutes kept clear around each slot; null when they differ before and after.
    #[schema(required = true, example = 10)]
    buffer_minutes: Option<u32>,
    /// Minutes kept clear before each slot.
    #[schema(example = 10)]
    buffer_before_minutes: u32,
    /// Minutes kept clear after each slot.
    #[schema(example = 10)]
    buffer_after_minutes: u32,
    /// Minutes from the start of one slot to the start of the next; the duration, where it is null.
    #[schema(required = true, example = 30)]
    interval_minutes: Option<u32>,
    /// How long before its start a slot can still be booked, in minutes.
    #[schema(example = 120)]
    minimum_notice_minutes: u32,
    /// How many days ahead slots are offered; null for no end.
    #[schema(required = true, example = 60)]
    maximum_days_ahead: Option<u32>,
    /// Most bookings of this link a day; null for no limit.
    #[schema(required = true, example = 8)]
    daily_limit: Option<u32>,
    /// The IANA zone of the working hours.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// When slots are offered, as wall times of each weekday.
    working_hours: Week,
    /// Days with hours of their own, by date; an empty list is a closed day.
    #[schema(example = json!({"2026-12-24": []}))]
    date_overrides: BTreeMap<String, Vec<Hours>>,
    /// Further calendars of the owner whose events block slots.
    blocking_calendar_ids: Vec<Uuid>,
    /// What the booker is asked.
    questions: Vec<Asked>,
    /// Whether it offers anything now.
    #[schema(example = true)]
    active: bool,
}

/// The working hours of each weekday; a day that is left out is closed.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkingHours, example = json!({"mon": [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "17:00"}]}))]
#[serde(deny_unknown_fields)]
pub(crate) struct Week {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 24)]
    mon: Vec<Hours>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 24)]
    tue: Vec<Hours>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 24)]
    wed: Vec<Hours>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 24)]
    thu: Vec<Hours>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 24)]
    fri: Vec<Hours>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 24)]
    sat: Vec<Hours>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 24)]
    sun: Vec<Hours>,
}

/// Wall times of one day.
#[derive(Serialize, ToSchema)]
#[schema(as = WorkingInterval)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hours {
    /// When it begins, `HH:MM`.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "09:00")]
    start: String,
    /// When it is over, `HH:MM`; `24:00` is the midnight that ends the day.
    #[schema(pattern = "^[0-2][0-9]:[0-5][0-9]$", example = "17:00")]
    end: String,
}

/// Something that the booker is asked.
#[derive(Serialize, ToSchema)]
#[schema(as = BookingQuestion)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked {
    /// The question, one line.
    #[schema(min_length = 1, max_length = 100, example = "What is it about?")]
    label: String,
    /// Whether it must be answered.
    #[schema(default = false, example = true)]
    required: bool,
}

impl Settings {
    pub(super) fn new(settings: &BookingSettings, active: bool) -> Self {
        let hours = |day: &Vec<Interval>| day.iter().map(Hours::from).collect::<Vec<_>>();
        let [mon, tue, wed, thu, fri, sat, sun] = settings.working_hours.0.each_ref().map(hours);
        let (before, after) = (settings.buffer_before, settings.buffer_after);
        Self {
            title: settings.title.clone(),
            description: settings.description.clone(),
            duration_minutes: settings.duration,
            buffer_minutes: (before == after).then_some(before),
            buffer_before_minutes: before,
            buffer_after_minutes: after,
            interval_minutes: settings.interval,
            minimum_notice_minutes: settings.minimum_notice,
            maximum_days_ahead: settings.maximum_days_ahead,
            daily_limit: settings.daily_limit,
            timezone: settings.zone.name().to_owned(),
            working_hours: Week { mon, tue, wed, thu, fri, sat, sun },
            date_overrides: settings.date_overrides.iter().map(|(date, day)| (date.to_string(), hours(day))).collect(),
            blocking_calendar_ids: settings.blocking.iter().map(|calendar| calendar.0).collect(),
            questions: asked(&settings.questions),
            active,
        }
    }
}

/// The questions as they are shown.
pub(super) fn asked(questions: &[Question]) -> Vec<Asked> {
    questions.iter().map(|Question { label, required }| Asked { label: label.clone(), required: *required }).collect()
}

impl From<&Interval> for Hours {
    fn from(interval: &Interval) -> Self {
        let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        Self { start: clock(interval.start), end: clock(interval.end) }
    }
}

/// What is set; what is absent stays as it is.
#[derive(Debug, Default, PartialEq)]
pub(super) struct SettingsChange {
    pub(super) duration: Option<u32>,
    pub(super) zone: Option<Zone>,
    pub(super) working_hours: Option<WorkingHours>,
    pub(super) active: Option<bool>,
    title: Option<Option<String>>,
    description: Option<Option<String>>,
    buffer_before: Option<u32>,
    buffer_after: Option<u32>,
    interval: Option<Option<u32>>,
    minimum_notice: Option<u32>,
    maximum_days_ahead: Option<Option<u32>>,
    daily_limit: Option<Option<u32>>,
    date_overrides: Option<BTreeMap<civil::Date, Vec<Interval>>>,
    blocking: Option<Vec<CalendarId>>,
    questions: Option<Vec<Question>>,
}

impl SettingsChange {
    /// What any link may lack, or has a default for, which `null` puts back.
    pub(super) fn read_optional(f: &mut Fields) -> Self {
        let buffer = || integer(0..=BUFFER_MINUTES_MAX);
        let both = f.optional("buffer_minutes", buffer());
        let overrides = entries(DATE_OVERRIDES_MAX, date, list(INTERVALS_MAX, interval));
        Self {
            title: f.nullable("title", line(LINE_MAX)),
            description: f.nullable("description", block(NOTES_MAX)),
            buffer_before: f.nullable("buffer_before_minutes", buffer()).map_or(both, |own| Some(own.unwrap_or(0))),
            buffer_after: f.nullable("buffer_after_minutes", buffer()).map_or(both, |own| Some(own.unwrap_or(0))),
            interval: f.nullable("interval_minutes", integer(DURATION_MINUTES)),
            minimum_notice: f
                .nullable("minimum_notice_minutes", integer(0..=NOTICE_MINUTES_MAX))
                .map(Option::unwrap_or_default),
            maximum_days_ahead: f.nullable("maximum_days_ahead", integer(0..=DAYS_AHEAD_MAX)),
            daily_limit: f.nullable("daily_limit", integer(1..=DAILY_LIMIT_MAX)),
            date_overrides: f.nullable("date_overrides", overrides).map(|days| days.into_iter().flatten().collect()),
            blocking: f
                .nullable("blocking_calendar_ids", list(BLOCKING_MAX, parsed::<CalendarId>))
                .map(Option::unwrap_or_default),
            questions: f.nullable("questions", list(QUESTIONS_MAX, question)).map(Option::unwrap_or_default),
            active: f.nullable("active", boolean).map(|active| active.unwrap_or(true)),
            ..Self::default()
        }
    }

    /// Notes what is wrong with the parts that were read when they come together.
    pub(super) fn check(&self, f: &Fields) {
        let good = BookingSettings::new(*DURATION_MINUTES.start(), Zone::utc(), WorkingHours::default());
        for problem in self.apply(good).checked().err().into_iter().flat_map(|problems| problems.0) {
            f.problem(&problem.field, problem.message);
        }
    }

    /// Changes the link.
    pub(super) fn apply_to(&self, link: &mut BookingLink) {
        link.settings = self.apply(link.settings.clone());
        link.active = self.active.unwrap_or(link.active);
    }

    /// The settings with these changes.
    pub(super) fn apply(&self, settings: BookingSettings) -> BookingSettings {
        fn set<T: Clone>(change: Option<&T>, old: T) -> T {
            change.cloned().unwrap_or(old)
        }
        BookingSettings {
            title: set(self.title.as_ref(), settings.title),
            description: set(self.description.as_ref(), settings.description),
            duration: set(self.duration.as_ref(), settings.duration),
            buffer_before: set(self.buffer_before.as_ref(), settings.buffer_before),
            buffer_after: set(self.buffer_after.as_ref(), settings.buffer_after),
            interval: set(self.interval.as_ref(), settings.interval),
            minimum_notice: set(self.minimum_notice.as_ref(), settings.minimum_notice),
            maximum_days_ahead: set(self.maximum_days_ahead.as_ref(), settings.maximum_days_ahead),
            daily_limit: set(self.daily_limit.as_ref(), settings.daily_limit),
            zone: set(self.zone.as_ref(), settings.zone),
            working_hours: set(self.working_hours.as_ref(), settings.working_hours),
            date_overrides: set(self.date_overrides.as_ref(), settings.date_overrides),
            blocking: set(self.blocking.as_ref(), settings.blocking),
            questions: set(self.questions.as_ref(), settings.questions),
        }
    }
}

/// The length of a slot.
pub(super) fn duration(value: Value, spot: &Spot) -> Option<u32> {
    integer(DURATION_MINUTES)(value, spot)
}

/// The hours of each weekday.
pub(crate) fn week(value: Value, spot: &Spot) -> Option<WorkingHours> {
    let read = |f: &mut Fields| {
        let days = WEEKDAYS.map(|day| f.optional(day, list(INTERVALS_MAX, interval)).unwrap_or_default());
        Some(WorkingHours(days))
    };
    object(read)(value, spot)
}

fn interval(value: Value, spot: &Spot) -> Option<Interval> {
    let read = |f: &mut Fields| {
        let start = f.required("start", string);
        let end = f.required("end", string);
        Interval::parse(&start?, &end?)
            .map_err(|error| {
                let field = if error == InvalidInterval::Start { "start" } else { "end" };
                f.problem(field, error.to_string());
            })
            .ok()
    };
    object(read)(value, spot)
}

fn question(value: Value, spot: &Spot) -> Option<Question> {
    let read = |f: &mut Fields| {
        let label = f.required("label", line(LINE_MAX));
        let required = f.optional("required", boolean);
        Some(Question { label: label?, required: required.unwrap_or(false) })
    };
    object(read)(value, spot)
}
