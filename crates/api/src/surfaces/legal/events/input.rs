//! The fields of a legal event as callers write them.

use kalends_app::{AttendeeInput, Demands, EventChange, RecurrenceInput};
use kalends_domain::account::Email;
use kalends_domain::event::{
    ATTENDEES_MAX, Kind, LOCATION_MAX, REMINDER_MINUTES_MAX, REMINDERS_MAX, Status, TEXT_MAX, TimeInput, Timing,
    TimingFields, Transparency,
};
use kalends_domain::recurrence::Rule;
use serde_json::Value;

use super::wire::event_type;
use crate::fields::{Fields, Spot};
use crate::read::{block, boolean, integer, list, moment, own_uuid, parsed, string, word, zone};
use crate::surfaces::legal::id::Typed;

/// Most characters in a title.
pub(super) const TITLE_MAX: usize = 255;

/// What start and end are called here.
pub(super) const FIELDS: TimingFields = TimingFields { start: "start", end: "end" };

/// The kinds that have a name of their own here.
const KINDS: &[Kind] = &[Kind::Event, Kind::Deadline, Kind::Meeting];

/// The documentation of a body: fields of its own, and what [`read_optional`] reads.
macro_rules! event_body {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        #[derive(utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$about])*
        #[allow(dead_code)] // documentation
        pub(crate) struct $name {
            $($own)*
            /// When it is over, later than its start: RFC 3339 with an offset, or a date when `all_day`; that instant or
            /// day is no part of it. Without it the event takes no time, or one day.
            #[schema(example = "2026-04-01T15:00:00+02:00")]
            end: Option<String>,
            /// Whether it is made of whole days; then start and end are dates, or midnights.
            #[schema(default = false, example = false)]
            all_day: Option<bool>,
            /// More about it.
            #[schema(max_length = 20000, example = "Discuss settlement offer")]
            description: Option<String>,
            /// Where it is.
            #[schema(max_length = 1000, example = "Office Room 3")]
            location: Option<String>,
            /// What sort of thing it is.
            r#type: Option<super::wire::LegalEventType>,
            /// The case to which it belongs: a UUID of the caller's own.
            #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
            case_id: Option<uuid::Uuid>,
            /// Who is asked to come: ids of accounts that the caller knows, or e-mail addresses of anyone.
            #[schema(max_items = 500, example = json!(["usr_019cb3a011117b2c9d3e4f5a6b7c8d9e"]))]
            attendees: Option<Vec<String>>,
            /// When to be reminded, in minutes before the start, 0 to 10080.
            #[schema(max_items = 50, example = json!([60]))]
            reminders: Option<Vec<u32>>,
            /// How it repeats (RFC 5545 RRULE); null for not at all.
            #[schema(example = "FREQ=WEEKLY;BYDAY=WE")]
            recurrence_rule: Option<String>,
            /// Whether it takes place.
            status: Option<crate::surfaces::core::events::words::Status>,
            /// Whether it takes its time: two `opaque` events of one calendar do not overlap.
            transparency: Option<crate::surfaces::core::events::words::Transparency>,
            /// Whether it may overlap another event of its calendar nevertheless.
            #[schema(default = false, example = false)]
            allow_conflict: Option<bool>,
        }
    };
}
pub(super) use event_body;

/// What any event may lack, or has a default for, which `null` puts back. Start and end are checked with what the caller
/// read before.
pub(super) fn read_optional(f: &mut Fields, start: Option<TimeInput>) -> EventChange {
    let end = f.nullable(FIELDS.end, moment);
    check_order(f, start, end.flatten());
    EventChange {
        description: f.nullable("description", block(TEXT_MAX)),
        location: f.nullable("location", block(LOCATION_MAX)),
        timing: Timing {
            start,
            end: end.flatten(),
            no_end: end == Some(None),
            all_day: f.nullable("all_day", boolean).map(Option::unwrap_or_default),
            zone: f.change("timezone", zone),
        },
        time_fields: FIELDS,
        kind: f.nullable("type", kind).map(|kind| kind.unwrap_or(Kind::Event)),
        case_id: f.nullable("case_id", own_uuid),
        attendees: f.nullable("attendees", list(ATTENDEES_MAX, person)).map(Option::unwrap_or_default),
        reminders: f
            .nullable("reminders", list(REMINDERS_MAX, integer(0..=REMINDER_MINUTES_MAX)))
            .map(Option::unwrap_or_default),
        recurrence: RecurrenceInput {
            rules: f.nullable("recurrence_rule", parsed::<Rule>).map(|rule| rule.into_iter().collect()),
            ..RecurrenceInput::default()
        },
        status: f
            .nullable("status", word(Status::ALL, Status::as_str))
            .map(|status| status.unwrap_or(Status::Confirmed)),
        transparency: f
            .nullable("transparency", word(Transparency::ALL, Transparency::as_str))
            .map(|transparency| transparency.unwrap_or(Transparency::Opaque)),
        demands: Demands { free: !f.optional("allow_conflict", boolean).unwrap_or(false), known: true },
        ..EventChange::default()
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

/// A person to ask: an account's id, or an address.
fn person(value: Value, spot: &Spot) -> Option<AttendeeInput> {
    let text = string(value, spot)?;
    if text.contains('@') {
        let email = spot.check(text.parse::<Email>());
        return Some(AttendeeInput { user: None, email: Some(email?) });
    }
    let user = spot.check(text.parse().map(|Typed(user)| user));
    Some(AttendeeInput { user: Some(user?), email: None })
}

/// Whatever the zone: an end that is not behind the start never is.
fn check_order(f: &Fields, start: Option<TimeInput>, end: Option<TimeInput>) {
    let wrong = match (start, end) {
        (Some(TimeInput::Instant { at: start, .. }), Some(TimeInput::Instant { at: end, .. })) => end <= start,
        (Some(TimeInput::Date(start)), Some(TimeInput::Date(end))) => end <= start,
        _ => false,
    };
    if wrong {
        f.problem(FIELDS.end, format!("must be after {}", FIELDS.start));
    }
}
