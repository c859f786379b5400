//! The documents in which a store keeps events, the settings of booking links, bookers, what Fristen say, and what was last seen of
//! events' copies: its own format, in JSON, apart from the domain's types.
//!
//! # How to add the next field
//!
//! Give it a default, so that the documents that lack it still read; leave it out where it says nothing. A
//! field that is gone is simply not read any more. Nothing here is ever renamed: documents of all ages stand
//! in a store side by side.

mod booking;
mod details;
mod frist;
mod pair;
mod recurrence;

use std::collections::BTreeMap;

use jiff::civil;
use kalends_domain::event::{Details, Event};
use kalends_domain::recurrence::Recurrence;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use booking::{BookerDoc, SettingsDoc};
use details::DetailsDoc;
pub(crate) use frist::{RecordDoc, StateDoc};
pub(crate) use pair::PairDoc;
use recurrence::RecurrenceDoc;

/// All of an event but what its row has columns for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct EventDoc {
    details: DetailsDoc,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recurrence: Option<RecurrenceDoc>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    overrides: BTreeMap<civil::DateTime, DetailsDoc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    course_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "is_default")]
    sequence: i32,
}

/// What a document says, in the domain's types.
pub(crate) struct Content {
    pub(crate) details: Details,
    pub(crate) recurrence: Option<Recurrence>,
    pub(crate) overrides: BTreeMap<civil::DateTime, Details>,
    pub(crate) course_id: Option<String>,
    pub(crate) case_id: Option<Uuid>,
    pub(crate) sequence: i32,
}

/// Why a document cannot be read although its JSON can.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("its {0} cannot be read")]
    Field(&'static str),
    #[error("{0}: is the time zone data older than the store?")]
    Zone(#[from] kalends_domain::time::UnknownZone),
    #[error("its rule cannot be read: {0}")]
    Rule(#[from] kalends_domain::recurrence::RuleError),
}

impl From<&Event> for EventDoc {
    fn from(event: &Event) -> Self {
        Self {
            details: DetailsDoc::from(&event.details),
            recurrence: event.recurrence.as_ref().map(RecurrenceDoc::from),
            overrides: event.overrides.iter().map(|(&at, details)| (at, DetailsDoc::from(details))).collect(),
            course_id: event.course_id.clone(),
            case_id: event.case_id,
            sequence: event.sequence,
        }
    }
}

impl EventDoc {
    /// What it says.
    pub(crate) fn read(self) -> Result<Content, Unreadable> {
        let overrides = self.overrides.into_iter();
        Ok(Content {
            details: self.details.read()?,
            recurrence: self.recurrence.map(RecurrenceDoc::read).transpose()?,
            overrides: overrides.map(|(at, details)| Ok((at, details.read()?))).collect::<Result<_, Unreadable>>()?,
            course_id: self.course_id,
            case_id: self.case_id,
            sequence: self.sequence,
        })
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

#[cfg(test)]
mod tests {
    use kalends_domain::event::{Kind, Length, Status, Transparency};
    use kalends_domain::time::Fold;

    use super::*;

    fn read(json: &str) -> Result<Content, Unreadable> {
        serde_json::from_str::<EventDoc>(json).expect("the JSON of this test is good").read()
    }

    /// The least that was ever written must read for ever.
    #[test]
    fn a_bare_document_reads() {
        let json = r#"{"details":{"title":"A","start":"2026-03-02T10:00:00","length":{"exact":"PT1H"},"zone":"America/New_York"}}"#;
        let content = read(json).unwrap();
        assert_eq!(content.details.title, "A");
        assert_eq!(content.details.span.length, Length::Exact(jiff::SignedDuration::from_hours(1)));
        assert_eq!(content.details.span.fold, Fold::First);
        assert_eq!(content.details.kind, Kind::Event);
        assert_eq!(content.details.status, Status::Confirmed);
        assert_eq!(content.details.transparency, Transparency::Opaque);
        assert_eq!((content.sequence, content.recurrence), (0, None));
    }

    #[test]
    fn a_bare_document_is_written_barely() {
        let json = r#"{"details":{"title":"A","start":"2026-03-02T00:00:00","length":{"days":2},"zone":"UTC"}}"#;
        let doc: EventDoc = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&doc).unwrap(), json);
    }

    #[test]
    fn a_field_of_a_later_version_is_no_harm() {
        let json = r#"{"details":{"title":"A","start":"2026-03-02T00:00:00","length":{"days":2},"zone":"UTC","smell":"sweet"},"mood":1}"#;
        assert!(read(json).is_ok());
    }

    #[test]
    fn what_makes_no_sense_is_said() {
        let doc = |zone: &str, more: &str, rule: &str| {
            format!(
                r#"{{"details":{{"title":"A","start":"2026-03-02T10:00:00","length":{{"exact":"PT1H"}},"zone":"{zone}"{more}}},
                "recurrence":{{"rules":[{{"rule":"{rule}"}}]}}}}"#
            )
        };
        for (json, part) in [
            (doc("Mars/Olympus", "", "FREQ=DAILY"), "Mars/Olympus"),
            (doc("UTC", r#","kind":"party""#, "FREQ=DAILY"), "kind"),
            (
                doc(
                    "UTC",
                    r#","attendees":[{"id":"019a0000-0000-7000-8000-000000000000","email":"nobody"}]"#,
                    "FREQ=DAILY",
                ),
                "email",
            ),
            (doc("UTC", "", "FREQ=NEVER"), "rule"),
        ] {
            let told = read(&json).err().unwrap().to_string();
            assert!(told.contains(part), "{told} in {json}");
        }
    }
}
