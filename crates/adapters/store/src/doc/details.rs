//! What one occurrence holds.

use std::str::FromStr;

use jiff::{SignedDuration, civil};
use kalends_domain::account::Email;
use kalends_domain::event::{
    Attachment, Attendee, Class, Details, Kind, Length, Priority, Reminder, Rsvp, Span, Status, Transparency,
};
use kalends_domain::id::{AttachmentId, AttendeeId, ReminderId, UserId};
use kalends_domain::time::{Fold, Zone};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Unreadable, is_default};

/// Words of the domain stand as text, and those that are usual are left out.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct DetailsDoc {
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    location: Option<String>,
    /// The wall time; the instants beside the document are derived from it.
    start: civil::DateTime,
    /// Whether the second pass of that wall time is meant, where the clocks are set back over it.
    #[serde(default, skip_serializing_if = "is_default")]
    second_pass: bool,
    length: LengthDoc,
    zone: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    priority: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    color: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    transparency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    reminders: Vec<ReminderDoc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attendees: Vec<AttendeeDoc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<AttachmentDoc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kept: Vec<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LengthDoc {
    Exact(SignedDuration),
    Days(i32),
}

#[derive(Debug, Serialize, Deserialize)]
struct ReminderDoc {
    id: Uuid,
    minutes_before: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kept: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AttendeeDoc {
    id: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    kept: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct AttachmentDoc {
    id: Uuid,
    url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
}

/// What a document that does not name them means. Written here, not taken from the domain: a change of mind
/// there must not change what stands in stores.
const USUAL_KIND: Kind = Kind::Event;
const USUAL_STATUS: Status = Status::Confirmed;
const USUAL_TRANSPARENCY: Transparency = Transparency::Opaque;
const USUAL_CLASS: Class = Class::Public;
const USUAL_RSVP: Rsvp = Rsvp::NeedsAction;

/// The word for it, unless it is the usual one.
fn unusual<T: PartialEq + Copy>(value: T, usual: T, word: fn(T) -> &'static str) -> Option<String> {
    (value != usual).then(|| word(value).to_owned())
}

/// What a word stands for; the usual where there is none.
fn word<T: FromStr>(field: &'static str, text: Option<&str>, usual: T) -> Result<T, Unreadable> {
    text.map_or(Ok(usual), |text| text.parse().map_err(|_| Unreadable::Field(field)))
}

fn parse<T: FromStr>(field: &'static str, text: Option<&str>) -> Result<Option<T>, Unreadable> {
    text.map(|text| text.parse().map_err(|_| Unreadable::Field(field))).transpose()
}

impl From<&Details> for DetailsDoc {
    fn from(details: &Details) -> Self {
        let span = &details.span;
        Self {
            title: details.title.clone(),
            description: details.description.clone(),
            location: details.location.clone(),
            start: span.start,
            second_pass: span.fold == Fold::Second,
            length: span.length.into(),
            zone: span.zone.name().to_owned(),
            kind: unusual(details.kind, USUAL_KIND, Kind::as_str),
            priority: details.priority.map(|priority| priority.as_str().to_owned()),
            color: details.color.clone(),
            status: unusual(details.status, USUAL_STATUS, Status::as_str),
            transparency: unusual(details.transparency, USUAL_TRANSPARENCY, Transparency::as_str),
            class: unusual(details.class, USUAL_CLASS, Class::as_str),
            url: details.url.clone(),
            reminders: details.reminders.iter().map(ReminderDoc::from).collect(),
            attendees: details.attendees.iter().map(AttendeeDoc::from).collect(),
            tags: details.tags.clone(),
            attachments: details.attachments.iter().map(AttachmentDoc::from).collect(),
            kept: details.kept.clone(),
        }
    }
}

impl DetailsDoc {
    pub(super) fn read(self) -> Result<Details, Unreadable> {
        let span = Span {
            start: self.start,
            fold: if self.second_pass { Fold::Second } else { Fold::First },
            length: self.length.into(),
            zone: Zone::restore(&self.zone)?,
        };
        Ok(Details {
            title: self.title,
            description: self.description,
            location: self.location,
            span,
            kind: word("kind", self.kind.as_deref(), USUAL_KIND)?,
            priority: parse::<Priority>("priority", self.priority.as_deref())?,
            color: self.color,
            status: word("status", self.status.as_deref(), USUAL_STATUS)?,
            transparency: word("transparency", self.transparency.as_deref(), USUAL_TRANSPARENCY)?,
            class: word("class", self.class.as_deref(), USUAL_CLASS)?,
            url: self.url,
            reminders: self.reminders.into_iter().map(Reminder::from).collect(),
            attendees: self.attendees.into_iter().map(AttendeeDoc::read).collect::<Result<_, _>>()?,
            tags: self.tags,
            attachments: self.attachments.into_iter().map(Attachment::from).collect(),
            kept: self.kept,
        })
    }
}

impl From<Length> for LengthDoc {
    fn from(length: Length) -> Self {
        match length {
            Length::Exact(length) => Self::Exact(length),
            Length::Days(days) => Self::Days(days),
        }
    }
}

impl From<LengthDoc> for Length {
    fn from(doc: LengthDoc) -> Self {
        match doc {
            LengthDoc::Exact(length) => Self::Exact(length),
            LengthDoc::Days(days) => Self::Days(days),
        }
    }
}

impl From<&Reminder> for ReminderDoc {
    fn from(reminder: &Reminder) -> Self {
        let Reminder { id, minutes_before, kept } = reminder.clone();
        Self { id: id.0, minutes_before, kept }
    }
}

impl From<ReminderDoc> for Reminder {
    fn from(doc: ReminderDoc) -> Self {
        Self { id: ReminderId(doc.id), minutes_before: doc.minutes_before, kept: doc.kept }
    }
}

impl From<&Attendee> for AttendeeDoc {
    fn from(attendee: &Attendee) -> Self {
        Self {
            id: attendee.id.0,
            user: attendee.user.map(|user| user.0),
            email: attendee.email.as_ref().map(Email::to_string),
            name: attendee.name.clone(),
            status: unusual(attendee.status, USUAL_RSVP, Rsvp::as_str),
            kept: attendee.kept.clone(),
        }
    }
}

impl AttendeeDoc {
    fn read(self) -> Result<Attendee, Unreadable> {
        Ok(Attendee {
            id: AttendeeId(self.id),
            user: self.user.map(UserId),
            email: parse("attendee's email", self.email.as_deref())?,
            name: self.name,
            status: word("attendee's status", self.status.as_deref(), USUAL_RSVP)?,
            kept: self.kept,
        })
    }
}

impl From<&Attachment> for AttachmentDoc {
    fn from(attachment: &Attachment) -> Self {
        let Attachment { id, url, name, media_type } = attachment.clone();
        Self { id: id.0, url, name, media_type }
    }
}

impl From<AttachmentDoc> for Attachment {
    fn from(doc: AttachmentDoc) -> Self {
        Self { id: AttachmentId(doc.id), url: doc.url, name: doc.name, media_type: doc.media_type }
    }
}
