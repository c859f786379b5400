//! Events: what they hold, when they are, and the occurrences of those that recur.
//!
//! An event keeps its wall time and zone as the truth; instants follow from them, so that a zone's
//! new law moves future events, not their meaning.
//!
//! ```
//! use kalends_domain::event::Span;
//! use kalends_domain::time::Zone;
//!
//! let zone = Zone::named("America/New_York")?;
//! let lecture = Span::timed("2026-03-02T15:00:00Z".parse()?, "2026-03-02T16:30:00Z".parse()?, zone)?;
//! assert_eq!(lecture.start.to_string(), "2026-03-02T10:00:00");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod color;
mod edit;
mod occurrences;
mod span;
mod timing;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil};
use uuid::Uuid;

use crate::account::Email;
use crate::id::{AttachmentId, AttendeeId, CalendarId, EventId, ReminderId, UserId};
use crate::recurrence::Recurrence;

pub use color::{InvalidEventColor, color, nearest, rgb};
pub use edit::{EditError, Pattern, Split};
pub use occurrences::{
    COUNT_MAX, DATES_MAX, DENSITY_MAX, Extent, Occurrence, RecurrenceProblem, WRITE_BUDGET, Window, recurrence,
    recurrence_within,
};
pub use span::{InvalidSpan, Length, Span};
pub use timing::{TimeInput, Timing, TimingFields};
pub use vocabulary::{Class, Kind, Priority, Rsvp, Status, Transparency};

/// Most characters in a title made here; imported ones may be longer, up to [`TEXT_MAX`].
pub const TITLE_MAX: usize = 140;
/// Most characters in a description, and in any other text of an event.
pub const TEXT_MAX: usize = 20_000;
/// Most characters in a location.
pub const LOCATION_MAX: usize = 1_000;
/// Most reminders of one event.
pub const REMINDERS_MAX: usize = 50;
/// Longest time before the start at which a reminder may stand, in minutes: a week.
pub const REMINDER_MINUTES_MAX: u32 = 10_080;
/// Most attendees of one event.
pub const ATTENDEES_MAX: usize = 500;
/// Most tags of one event.
pub const TAGS_MAX: usize = 50;
/// Most characters in a tag.
pub const TAG_MAX: usize = 50;
/// Most attachments of one event.
pub const ATTACHMENTS_MAX: usize = 50;
/// Most overrides of one series.
pub const OVERRIDES_MAX: usize = 1_000;

/// Most characters in a URL.
pub const URL_MAX: usize = 2_048;
/// Most bytes in a UID: what an index of any store takes.
pub const UID_MAX: usize = 1_000;
/// Most bytes that an event keeps of what this model does not hold.
pub const KEPT_MAX: usize = 64 * 1024;

/// A reminder before the start (VALARM, RFC 5545 3.6.6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// Names it within its event.
    pub id: ReminderId,
    /// How long before the start, in minutes.
    pub minutes_before: u32,
    /// What else its VALARM said, as content lines without line breaks, to be written back.
    pub kept: Vec<String>,
}

/// A person asked to an event: by account, by address, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    /// Names the person within the event.
    pub id: AttendeeId,
    /// The account, where one was named.
    pub user: Option<UserId>,
    /// The address, where one was named.
    pub email: Option<Email>,
    /// What the person is called (CN, RFC 5545 3.2.2).
    pub name: Option<String>,
    /// What the person answered (PARTSTAT, RFC 5545 3.2.12).
    pub status: Rsvp,
    /// Further parameters of its ATTENDEE, each as `NAME=value`, to be written back.
    pub kept: Vec<String>,
}

impl Attendee {
    /// Whether both name the same person.
    pub fn same_person(&self, user: Option<UserId>, email: Option<&Email>) -> bool {
        (user.is_some() && self.user == user) || (email.is_some() && self.email.as_ref() == email)
    }
}

/// A document that belongs to an event, kept elsewhere (RFC 5545 3.8.1.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Names it within its event.
    pub id: AttachmentId,
    /// Where it is.
    pub url: String,
    /// What it is called.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
}

/// What one occurrence can hold differently from its series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// One line that says what it is (SUMMARY).
    pub title: String,
    /// More about it (DESCRIPTION).
    pub description: Option<String>,
    /// Where it is (LOCATION).
    pub location: Option<String>,
    /// When it is (DTSTART, DTEND).
    pub span: Span,
    /// What sort of thing it is.
    pub kind: Kind,
    /// How much it matters (PRIORITY 1, 5, 9).
    pub priority: Option<Priority>,
    /// A colour of its own: `#RRGGBB` or a CSS name (COLOR, RFC 7986 5.9).
    pub color: Option<String>,
    /// Whether it takes place (STATUS).
    pub status: Status,
    /// Whether it makes its people busy (TRANSP).
    pub transparency: Transparency,
    /// Who may read more of it than when it is (CLASS).
    pub class: Class,
    /// A page about it (URL, RFC 5545 3.8.4.6).
    pub url: Option<String>,
    /// When to be reminded.
    pub reminders: Vec<Reminder>,
    /// Who is asked to come.
    pub attendees: Vec<Attendee>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Documents that belong to it.
    pub attachments: Vec<Attachment>,
    /// What iCalendar said beside all that, as content lines without line breaks, to be written back.
    pub kept: Vec<String>,
}

impl Details {
    /// A confirmed event that makes its people busy, and says no more than its title and when it is.
    pub fn new(title: impl Into<String>, span: Span) -> Self {
        Self {
            title: title.into(),
            description: None,
            location: None,
            span,
            kind: Kind::Event,
            priority: None,
            color: None,
            status: Status::Confirmed,
            transparency: Transparency::Opaque,
            class: Class::Public,
            url: None,
            reminders: Vec::new(),
            attendees: Vec::new(),
            tags: Vec::new(),
            attachments: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// The same, without more than when it is and whether it makes its people busy.
    #[must_use]
    pub fn veiled(&self) -> Self {
        Self {
            status: self.status,
            transparency: self.transparency,
            class: self.class,
            ..Self::new("Busy", self.span.clone())
        }
    }

    /// Whether it makes its people busy: not when transparent, not when cancelled.
    pub fn is_busy(&self) -> bool {
        self.transparency == Transparency::Opaque && self.status != Status::Cancelled
    }

    /// Whether `text` (already folded, see [`crate::text::fold`]) stands in title, description or
    /// location.
    pub fn mentions(&self, text: &str) -> bool {
        [Some(&self.title), self.description.as_ref(), self.location.as_ref()]
            .into_iter()
            .flatten()
            .any(|field| crate::text::fold(field).contains(text))
    }
}

/// An event: a single one, or a series when `recurrence` is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name in every API.
    pub id: EventId,
    /// The calendar that it stands in.
    pub calendar: CalendarId,
    /// Its name between calendars (UID, RFC 5545 3.8.4.7).
    pub uid: String,
    /// What it holds; of a series, what every occurrence without an override holds.
    pub details: Details,
    /// When it recurs.
    pub recurrence: Option<Recurrence>,
    /// Occurrences that differ, by their original wall time in the series' zone (RECURRENCE-ID).
    pub overrides: BTreeMap<civil::DateTime, Details>,
    /// The course it belongs to, in the caller's own naming.
    pub course_id: Option<String>,
    /// The legal case it belongs to, in the caller's own naming.
    pub case_id: Option<Uuid>,
    /// Counts the changes that its attendees should hear of (SEQUENCE).
    pub sequence: i32,
    /// Who made it.
    pub created_by: UserId,
    /// Who last changed it.
    pub updated_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts the changes; the ETag.
    pub version: i64,
}

impl Event {
    /// The fields of all occurrences: the series' own and those of each override.
    pub fn all_details(&self) -> impl Iterator<Item = &Details> {
        std::iter::once(&self.details).chain(self.overrides.values())
    }

    /// The same, to change.
    pub fn all_details_mut(&mut self) -> impl Iterator<Item = &mut Details> {
        std::iter::once(&mut self.details).chain(self.overrides.values_mut())
    }

    /// Whether the person is asked to any occurrence.
    pub fn invites(&self, user: UserId, email: &Email) -> bool {
        self.all_details().any(|d| d.attendees.iter().any(|a| a.same_person(Some(user), Some(email))))
    }
}
