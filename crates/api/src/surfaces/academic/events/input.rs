//! The fields of an academic event as callers write them.

use jiff::{Timestamp, Unit};
use kalends_domain::course::ID_MAX;
use kalends_domain::event::{Kind, Priority, TimeInput, TimingFields};
use serde_json::Value;

use crate::fields::{Fields, Spot};
use crate::read::{instant, line, word};

/// Most characters in a title.
pub(super) const TITLE_MAX: usize = 255;
/// Most characters in a description.
pub(super) const DESCRIPTION_MAX: usize = 1_000;
/// Most characters in a location.
pub(super) const LOCATION_MAX: usize = 255;

/// What start and end are called here.
pub(super) const FIELDS: TimingFields = TimingFields { start: "startDate", end: "endDate" };

/// The kinds that have a name of their own here.
const KINDS: &[Kind] = &[Kind::Class, Kind::Deadline, Kind::Exam, Kind::Meeting, Kind::StudySession];

/// A kind in this surface's words, which have none for what is nothing special.
pub(super) fn event_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Class => "CLASS",
        Kind::Deadline => "DEADLINE",
        Kind::Exam => "EXAM",
        Kind::Event | Kind::Meeting => "MEETING",
        Kind::StudySession => "STUDY_SESSION",
    }
}

/// The kind that a word stands for.
pub(super) fn kind(value: Value, spot: &Spot) -> Option<Kind> {
    word(KINDS, event_type)(value, spot)
}

/// All kinds that are shown as this word.
pub(super) fn kinds_shown_as(kind: Kind) -> Vec<Kind> {
    Kind::ALL.iter().copied().filter(|other| event_type(*other) == event_type(kind)).collect()
}

/// A priority in this surface's words; medium is the usual.
pub(super) fn priority_name(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "LOW",
        Priority::Medium => "MEDIUM",
        Priority::High => "HIGH",
    }
}

pub(super) fn priority(value: Value, spot: &Spot) -> Option<Priority> {
    word(Priority::ALL, priority_name)(value, spot)
}

pub(super) fn course_id(value: Value, spot: &Spot) -> Option<String> {
    line(ID_MAX)(value, spot)
}

/// RFC 3339 with an offset, to the millisecond.
pub(super) fn millisecond(value: Value, spot: &Spot) -> Option<Timestamp> {
    let at = instant(value, spot)?;
    let trunc = jiff::TimestampRound::new().smallest(Unit::Millisecond).mode(jiff::RoundMode::Floor);
    Some(at.round(trunc).unwrap_or(at))
}

/// An instant as the start or end of an event.
pub(super) fn moment(at: Timestamp) -> TimeInput {
    TimeInput::Instant { at, written: jiff::tz::Offset::UTC.to_datetime(at) }
}

/// An end that is not behind the start never is.
pub(super) fn check_order(f: &Fields, start: Option<Timestamp>, end: Option<Timestamp>) {
    if let (Some(start), Some(end)) = (start, end)
        && end <= start
    {
        f.problem(FIELDS.end, format!("must be after {}", FIELDS.start));
    }
}
