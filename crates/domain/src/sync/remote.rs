//! What stands at a provider, in our words.
//!
//! An adapter turns each thing that a provider tells into an [`Item`], and each write that the engine wants into a
//! request. Nothing here is a vendor's: what a provider cannot say, its adapter leaves out, and says so in
//! `Provider::rounded`.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil};

use crate::account::Email;
use crate::event::{Class, Rsvp, Span, Status, Transparency};
use crate::id::EventId;
use crate::recurrence::Recurrence;

/// One thing that a provider tells of a calendar: an event, a series, one changed or cancelled occurrence of a series,
/// or that one of these is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The provider's name for it, within its calendar.
    pub id: String,
    /// The provider's mark of this version. Two items with the same id and etag are the same.
    pub etag: Option<String>,
    /// When it last changed, by the provider's clock; of a deleted item, when it was deleted, if the provider says so.
    pub updated: Option<Timestamp>,
    /// The event of which it is a copy: our private mark, which a write of ours put there.
    pub origin: Option<EventId>,
    /// Its name between calendars (UID, RFC 5545 3.8.4.7); all parts of one series have the same.
    pub uid: Option<String>,
    /// What it says.
    pub content: Content,
}

/// What an [`Item`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// It is gone: an event, a whole series, or (where the provider names it by its id alone) an occurrence.
    Deleted,
    /// A single event, or a series without its changed occurrences.
    Whole(Whole),
    /// One occurrence of a series that differs from it. It may come before its series, or without it: a person may be
    /// asked to one occurrence alone.
    Part(Part),
    /// It cannot be said in our words (a rule that we cannot expand, a time outside the years 1 to 9998), for this
    /// reason. It is left alone, and the reason is logged. A reader goes on after "it ".
    Unreadable(String),
}

/// A single event, or a series without its changed occurrences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// What it holds; of a series, what every unchanged occurrence holds.
    pub facts: Facts,
    /// When it recurs. Its EXDATEs are those that the provider keeps with the series, if it keeps any there: each
    /// may also come as a [`Part`], and one that is in neither takes place.
    ///
    /// Checked by [`crate::event::recurrence`] against the span in `facts`.
    pub recurrence: Option<Recurrence>,
}

/// One occurrence of a series that differs from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The [`Item::id`] of its series.
    pub series: String,
    /// Where its series had put it.
    pub original: Original,
    /// All that it holds, what it has from the series included; `None` when it is cancelled.
    pub facts: Option<Facts>,
}

/// Where a series had put one of its occurrences (RECURRENCE-ID, RFC 5545 3.8.4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Original {
    /// At this instant.
    At(Timestamp),
    /// On this day: the series is of whole days.
    Day(civil::Date),
}

/// What both sides hold of an event, in a form that can be compared: nothing in it has an id of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// One line that says what it is. Empty where the provider has none.
    pub title: String,
    /// More about it, as plain text.
    pub description: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// When it is. An all-day event of a provider that keeps dates alone stands in its calendar's zone.
    pub span: Span,
    /// Whether it takes place.
    pub status: Status,
    /// Whether it makes its people busy.
    pub transparency: Transparency,
    /// Who may read more of it than when it is.
    pub class: Class,
    /// A colour of its own: `#RRGGBB` or a CSS name, as [`crate::event::color`] takes it.
    pub color: Option<String>,
    /// When to be reminded, in minutes before the start: ascending, none twice. Empty also where a provider's own
    /// default applies.
    pub reminders: Vec<u32>,
    /// Who is asked to come: ascending by address, none twice. People without an address, and rooms, are left out.
    pub guests: Vec<Guest>,
}

/// A person asked to an event, known by address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The address.
    pub email: Email,
    /// What the person is called.
    pub name: Option<String>,
    /// What the person answered.
    pub status: Rsvp,
}

/// One thing that can change by itself. An edit tells a provider only the fields that it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// [`Facts::title`].
    Title,
    /// [`Facts::description`].
    Description,
    /// [`Facts::location`].
    Location,
    /// [`Facts::span`]: start, end and zone, always together.
    Time,
    /// [`Whole::recurrence`]: rules, RDATEs and EXDATEs, always together.
    Recurrence,
    /// [`Facts::status`].
    Status,
    /// [`Facts::transparency`].
    Transparency,
    /// [`Facts::class`].
    Class,
    /// [`Facts::color`].
    Color,
    /// [`Facts::reminders`], all together.
    Reminders,
    /// [`Facts::guests`], all together.
    Guests,
}

/// Some fields.
pub type Fields = BTreeSet<Field>;

impl Field {
    /// All fields, in the order in which they are named to people.
    pub const ALL: [Self; 11] = [
        Self::Title,
        Self::Description,
        Self::Location,
        Self::Time,
        Self::Recurrence,
        Self::Status,
        Self::Transparency,
        Self::Class,
        Self::Color,
        Self::Reminders,
        Self::Guests,
    ];

    /// What people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Description => "description",
            Self::Location => "location",
            Self::Time => "time",
            Self::Recurrence => "recurrence",
            Self::Status => "status",
            Self::Transparency => "transparency",
            Self::Class => "class",
            Self::Color => "color",
            Self::Reminders => "reminders",
            Self::Guests => "attendees",
        }
    }
}

/// A calendar at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteCalendar {
    /// The provider's name for it: what every other call takes. Stable, so not an alias such as `primary`.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is the account's own, in which events stand unless another is named.
    pub primary: bool,
    /// Whether events may be written to it.
    pub writable: bool,
    /// The IANA name of its zone, where the provider tells one.
    pub zone: Option<String>,
    /// Its colour, `#RRGGBB`, where the provider tells one.
    pub color: Option<String>,
}
