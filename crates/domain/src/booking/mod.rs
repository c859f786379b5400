//! Booking: the addresses under which people book, what those offer, and what was booked.
//!
//! ```
//! use kalends_domain::booking::{BookingSettings, Interval, WorkingHours};
//! use kalends_domain::time::Zone;
//!
//! let mut week: [Vec<Interval>; 7] = Default::default();
//! week[0] = vec![Interval::parse("09:00", "12:00")?, Interval::parse("13:00", "17:00")?];
//! let settings = BookingSettings::new(30, Zone::named("Europe/Berlin")?, WorkingHours::new(week)?);
//! assert!(settings.checked().is_ok());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod group;
mod hours;
mod reservation;
mod settings;
mod slots;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil};

use crate::account::{Email, TokenHash};
use crate::id::{BookingId, BookingLinkId, CalendarId, EventId};
use crate::time::Zone;

pub use group::{GROUP_SLOTS_MAX, GroupWish, group_slots};
pub use hours::InvalidInterval;
pub use reservation::{answers, event, for_booker, reschedule};
pub use slots::{Explained, Refusal, Slot, around, check_range, decide, explain, offers};

/// Shortest and longest slot, in minutes: five minutes to a day.
pub const DURATION_MINUTES: std::ops::RangeInclusive<u32> = 5..=1_440;
/// Longest buffer, in minutes.
pub const BUFFER_MINUTES_MAX: u32 = 1_440;
/// Longest notice, in minutes: a year.
pub const NOTICE_MINUTES_MAX: u32 = 527_040;
/// Furthest that a link can offer slots, in days.
pub const DAYS_AHEAD_MAX: u32 = 1_096;
/// Most bookings a day that a limit can allow.
pub const DAILY_LIMIT_MAX: u32 = 1_000;
/// Most working intervals in one day.
pub const INTERVALS_MAX: usize = 24;
/// Most days with hours of their own.
pub const DATE_OVERRIDES_MAX: usize = 366;
/// Most further calendars that block a link's slots.
pub const BLOCKING_MAX: usize = 20;
/// Most questions that a link asks.
pub const QUESTIONS_MAX: usize = 20;
/// Most characters in a link's title, in a question, and in a booker's name.
pub const LINE_MAX: usize = 100;
/// Most characters in a link's description, and in a booker's notes.
pub const NOTES_MAX: usize = 5_000;
/// Most characters in an answer to a question.
pub const ANSWER_MAX: usize = 500;
/// The weekdays as they are named in working hours.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Most days for which slots are told in one call.
pub const RANGE_DAYS_MAX: i64 = 62;

/// An address under which anyone may book time in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingLink {
    /// Its name in the store.
    pub id: BookingLinkId,
    /// The calendar in which bookings stand.
    pub calendar: CalendarId,
    /// Names it in its address. It is handed out to everyone, so it is no secret.
    pub token: String,
    /// Whether it offers anything now.
    pub active: bool,
    /// What it offers.
    pub settings: BookingSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts its changes; the ETag.
    pub version: i64,
}

/// What a booking link offers. Lengths are in minutes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingSettings {
    /// What is booked: the page's heading, and the beginning of each booking's title.
    pub title: Option<String>,
    /// More about it, for the page.
    pub description: Option<String>,
    /// How long a slot is.
    pub duration: u32,
    /// Time kept clear before each slot.
    pub buffer_before: u32,
    /// Time kept clear after each slot.
    pub buffer_after: u32,
    /// From the start of one slot to the start of the next; the duration, where it is not said.
    pub interval: Option<u32>,
    /// How long before its start a slot can still be booked.
    pub minimum_notice: u32,
    /// How many days ahead slots are offered, today not counted; without it there is no end.
    pub maximum_days_ahead: Option<u32>,
    /// Most bookings of this link that start on one day of its zone.
    pub daily_limit: Option<u32>,
    /// The zone of the working hours.
    pub zone: Zone,
    /// When slots are offered, as wall times of each weekday.
    pub working_hours: WorkingHours,
    /// Days with hours of their own; none for a closed day.
    pub date_overrides: BTreeMap<civil::Date, Vec<Interval>>,
    /// Further calendars of the owner whose events block.
    pub blocking: Vec<CalendarId>,
    /// What the booker is asked.
    pub questions: Vec<Question>,
}

/// Wall times of one day, in minutes since its midnight: `start` inclusive, `end` exclusive and at most 1440.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval {
    /// The first minute.
    pub start: u16,
    /// The first minute after it.
    pub end: u16,
}

/// The working intervals of each weekday, Monday first; sorted, and none overlaps another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingHours(pub [Vec<Interval>; 7]);

/// Something that the booker is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question, one line.
    pub label: String,
    /// Whether it must be answered.
    pub required: bool,
}

/// Time that somebody booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its name in the store.
    pub id: BookingId,
    /// The link under which it was booked.
    pub link: BookingLinkId,
    /// The calendar in which its event stands.
    pub calendar: CalendarId,
    /// Its event.
    pub event: EventId,
    /// When it begins.
    pub start: Timestamp,
    /// When it is over.
    pub end: Timestamp,
    /// Time kept clear before it, in minutes, as its link said when it was booked.
    pub buffer_before: u32,
    /// Time kept clear after it, in minutes.
    pub buffer_after: u32,
    /// Who booked.
    pub name: String,
    /// Where to write to them.
    pub email: Email,
    /// What they noted.
    pub notes: Option<String>,
    /// The questions and what they answered.
    pub answers: Vec<(String, String)>,
    /// The zone in which they read times.
    pub zone: Zone,
    /// What is kept of the token in its cancel link.
    pub cancel_token: TokenHash,
    /// What is kept of the token in its reschedule link.
    pub reschedule_token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was cancelled, if it was.
    pub cancelled_at: Option<Timestamp>,
    /// Counts its changes.
    pub version: i64,
}
