//! What POST and PUT of an event have in common.

use kalends_app::{AttachmentInput, AttendeeInput, EventChange, RecurrenceInput};
use kalends_domain::account::Email;
use kalends_domain::event::{
    ATTACHMENTS_MAX, ATTENDEES_MAX, Class, DATES_MAX, Kind, LOCATION_MAX, Priority, REMINDER_MINUTES_MAX,
    REMINDERS_MAX, Status, TAG_MAX, TAGS_MAX, TEXT_MAX, TimeInput, Timing, Transparency, color,
};
use kalends_domain::id::UserId;
use kalends_domain::recurrence::Rule;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::values::{NAME_MAX, media_type, url};
use crate::fields::{Fields, Spot};
use crate::read::{block, boolean, checked, integer, line, list, moment, object, own_uuid, parsed, word};

/// Whatever the zone: an end that is not behind the start never is.
pub(super) fn check_order(f: &Fields, start: Option<TimeInput>, end: Option<TimeInput>) {
    let wrong = match (start, end) {
        (Some(TimeInput::Instant { at: start, .. }), Some(TimeInput::Instant { at: end, .. })) => end <= start,
        (Some(TimeInput::Date(start)), Some(TimeInput::Date(end))) => end <= start,
        _ => false,
    };
    if wrong {
        f.problem("end_time", "must be after start_time");
    }
}

/// The documentation of a body: fields of its own, and what [`read_optional`] reads.
macro_rules! event_body {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        #[derive(utoipa::ToSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$about])*
        #[allow(dead_code)] // documentation
        pub(crate) struct $name {
            $($own)*
            /// Whether it is made of whole days; then start and end are dates, or midnights.
            #[schema(default = false, example = false)]
            all_day: Option<bool>,
            /// More about it.
            #[schema(max_length = 20000, example = "Bring the exercises.")]
            description: Option<String>,
            /// Where it is.
            #[schema(max_length = 1000, example = "Hall 3")]
            location: Option<String>,
            /// How it repeats (RFC 5545 RRULE); null for not at all.
            #[schema(example = "FREQ=WEEKLY;BYDAY=MO,WE,FR")]
            recurrence_rule: Option<String>,
            /// Further occurrences (RDATE): RFC 3339, or dates at the series' time of day.
            #[schema(max_items = 2000, example = json!(["2026-03-11T10:00:00-04:00"]))]
            recurrence_dates: Option<Vec<String>>,
            /// Occurrences left out (EXDATE): RFC 3339, or dates for whole days.
            #[schema(max_items = 2000, example = json!(["2026-03-16"]))]
            exception_dates: Option<Vec<String>>,
            /// When to be reminded, in minutes before the start, 0 to 10080.
            #[schema(max_items = 50, example = json!([15]))]
            reminders: Option<Vec<u32>>,
            /// Who is asked to come.
            #[schema(max_items = 500)]
            attendees: Option<Vec<super::input::InvitedPerson>>,
            /// Words to find it by, of 50 characters at most.
            #[schema(max_items = 50, example = json!(["math"]))]
            tags: Option<Vec<String>>,
            /// Documents that belong to it.
            #[schema(max_items = 50)]
            attachments: Option<Vec<super::input::LinkedDocument>>,
            /// What sort of thing it is.
            kind: Option<super::words::Kind>,
            /// Whether it takes place.
            status: Option<super::words::Status>,
            /// Whether it makes its people busy.
            transparency: Option<super::words::Transparency>,
            /// Who may read more of it than when it is, where its calendar is public.
            class: Option<super::words::Class>,
            /// A page about it.
            #[schema(format = "uri", max_length = 2048, example = "https://example.com/lecture")]
            url: Option<String>,
            /// How much it matters.
            priority: Option<super::words::Priority>,
            /// A colour of its own: `#RRGGBB` or a CSS colour name.
            #[schema(example = "tomato")]
            color: Option<String>,
            /// The course to which it belongs.
            #[schema(min_length = 1, max_length = 255, example = "MATH-101")]
            course_id: Option<String>,
            /// The legal case to which it belongs.
            #[schema(example = "5f0c2f5e-3c1b-4c59-9d5a-0f6a2b7c8d9e")]
            case_id: Option<uuid::Uuid>,
        }
    };
}
pub(super) use event_body;

/// A person to ask, by address or by account.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AttendeeInput, example = json!({"email": "bob@example.com"}))]
#[allow(dead_code)] // documentation
pub(crate) struct InvitedPerson {
    /// The person's address.
    #[schema(format = Email, example = "bob@example.com")]
    email: Option<String>,
    /// The person's account on this server.
    user_id: Option<Uuid>,
}

/// A document to attach, kept elsewhere.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AttachmentInput)]
#[allow(dead_code)] // documentation
pub(crate) struct LinkedDocument {
    /// Where it is: an http or https URL.
    #[schema(format = "uri", max_length = 2048, example = "https://example.com/slides.pdf")]
    url: String,
    /// What it is called.
    #[schema(min_length = 1, max_length = 255, example = "Slides")]
    name: Option<String>,
    /// Its media type.
    #[schema(max_length = 255, example = "application/pdf")]
    r#type: Option<String>,
}

/// What any event may lack, or has a default for, which `null` puts back.
pub(super) fn read_optional(f: &mut Fields) -> EventChange {
    let minutes = || integer(0..=REMINDER_MINUTES_MAX);
    EventChange {
        description: f.nullable("description", block(TEXT_MAX)),
        location: f.nullable("location", block(LOCATION_MAX)),
        timing: Timing { all_day: f.nullable("all_day", boolean).map(Option::unwrap_or_default), ..Timing::default() },
        recurrence: RecurrenceInput {
            rules: f.nullable("recurrence_rule", parsed::<Rule>).map(|rule| rule.into_iter().collect()),
            dates: f.nullable("recurrence_dates", list(DATES_MAX, moment)).map(Option::unwrap_or_default),
            exceptions: f.nullable("exception_dates", list(DATES_MAX, moment)).map(Option::unwrap_or_default),
        },
        reminders: f.nullable("reminders", list(REMINDERS_MAX, minutes())).map(Option::unwrap_or_default),
        attendees: f.nullable("attendees", list(ATTENDEES_MAX, person)).map(Option::unwrap_or_default),
        tags: f.nullable("tags", list(TAGS_MAX, line(TAG_MAX))).map(Option::unwrap_or_default),
        attachments: f.nullable("attachments", list(ATTACHMENTS_MAX, attachment)).map(Option::unwrap_or_default),
        kind: f.nullable("kind", word(Kind::ALL, Kind::as_str)).map(|kind| kind.unwrap_or(Kind::Event)),
        status: f
            .nullable("status", word(Status::ALL, Status::as_str))
            .map(|status| status.unwrap_or(Status::Confirmed)),
        transparency: f
            .nullable("transparency", word(Transparency::ALL, Transparency::as_str))
            .map(|transparency| transparency.unwrap_or(Transparency::Opaque)),
        class: f.nullable("class", word(Class::ALL, Class::as_str)).map(|class| class.unwrap_or(Class::Public)),
        url: f.nullable("url", checked(url)),
        priority: f.nullable("priority", word(Priority::ALL, Priority::as_str)),
        color: f.nullable("color", checked(color)),
        course_id: f.nullable("course_id", line(NAME_MAX)),
        case_id: f.nullable("case_id", own_uuid),
        ..EventChange::default()
    }
}

/// A person to ask.
pub(super) fn person(value: Value, spot: &Spot) -> Option<AttendeeInput> {
    let read = |f: &mut Fields| {
        let mut named = false;
        let email = f.optional("email", |value, spot| {
            named = true;
            parsed::<Email>(value, spot)
        });
        let user = f.optional("user_id", |value, spot| {
            named = true;
            parsed::<UserId>(value, spot)
        });
        if !named {
            spot.problem("must have an email or a user_id");
        }
        Some(AttendeeInput { user, email })
    };
    object(read)(value, spot)
}

fn attachment(value: Value, spot: &Spot) -> Option<AttachmentInput> {
    let read = |f: &mut Fields| {
        let url = f.required("url", checked(url));
        let name = f.optional("name", line(NAME_MAX));
        let media_type = f.optional("type", checked(media_type));
        Some(AttachmentInput { url: url?, name, media_type })
    };
    object(read)(value, spot)
}

/// A list that is not empty.
pub(super) fn filled<T>(read: impl Fn(Value, &Spot) -> Option<Vec<T>>) -> impl Fn(Value, &Spot) -> Option<Vec<T>> {
    move |value, spot| {
        let items = read(value, spot)?;
        if items.is_empty() {
            spot.problem("must not be empty");
            return None;
        }
        Some(items)
    }
}
