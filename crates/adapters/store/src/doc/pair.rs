//! What was last seen of an event and its copy at a provider.

use jiff::{Timestamp, civil};
use kalends_domain::event::Details;
use kalends_domain::id::EventId;
use kalends_domain::sync::remote::{Facts, Original};
use kalends_domain::sync::{Base, Copy, Pair, PartRef};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Unreadable;
use super::details::DetailsDoc;
use super::recurrence::RecurrenceDoc;

/// All of a pair but what its row has columns for.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PairDoc {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartRefDoc>,
    here: CopyDoc,
    /// Left out where it says the same as `here`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    there: Option<CopyDoc>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PartRefDoc {
    original: OriginalDoc,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OriginalDoc {
    At(Timestamp),
    Day(civil::Date),
}

#[derive(Debug, Serialize, Deserialize)]
struct CopyDoc {
    /// In the form of an event's; what only events have is left out.
    facts: DetailsDoc,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recurrence: Option<RecurrenceDoc>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<PartDoc>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PartDoc {
    original: OriginalDoc,
    /// None when it is cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    facts: Option<DetailsDoc>,
}

impl From<Original> for OriginalDoc {
    fn from(original: Original) -> Self {
        match original {
            Original::At(at) => Self::At(at),
            Original::Day(day) => Self::Day(day),
        }
    }
}

impl From<OriginalDoc> for Original {
    fn from(doc: OriginalDoc) -> Self {
        match doc {
            OriginalDoc::At(at) => Self::At(at),
            OriginalDoc::Day(day) => Self::Day(day),
        }
    }
}

fn write_facts(facts: &Facts) -> DetailsDoc {
    let mut details = Details::new("", facts.span.clone());
    facts.write_to(&mut details, &mut Uuid::nil);
    DetailsDoc::from(&details)
}

fn read_facts(doc: DetailsDoc) -> Result<Facts, Unreadable> {
    Ok(Facts::of(&doc.read()?))
}

impl From<&Copy> for CopyDoc {
    fn from(copy: &Copy) -> Self {
        let part = |(at, facts): (&Original, &Option<Facts>)| PartDoc {
            original: (*at).into(),
            facts: facts.as_ref().map(write_facts),
        };
        Self {
            facts: write_facts(&copy.facts),
            recurrence: copy.recurrence.as_ref().map(RecurrenceDoc::from),
            parts: copy.parts.iter().map(part).collect(),
        }
    }
}

impl CopyDoc {
    fn read(self) -> Result<Copy, Unreadable> {
        let part = |doc: PartDoc| Ok((doc.original.into(), doc.facts.map(read_facts).transpose()?));
        Ok(Copy {
            facts: read_facts(self.facts)?,
            recurrence: self.recurrence.map(RecurrenceDoc::read).transpose()?,
            parts: self.parts.into_iter().map(part).collect::<Result<_, Unreadable>>()?,
        })
    }
}

impl From<&Pair> for PairDoc {
    fn from(pair: &Pair) -> Self {
        let part = |(at, part): (&Original, &PartRef)| PartRefDoc {
            original: (*at).into(),
            id: part.id.clone(),
            etag: part.etag.clone(),
        };
        Self {
            etag: pair.etag.clone(),
            parts: pair.parts.iter().map(part).collect(),
            here: CopyDoc::from(&pair.base.here),
            there: (pair.base.there != pair.base.here).then(|| CopyDoc::from(&pair.base.there)),
            refused: pair.refused.clone(),
        }
    }
}

impl PairDoc {
    /// What it says, of this event, copy and version.
    pub(crate) fn read(self, event: EventId, remote: String, version: i64) -> Result<Pair, Unreadable> {
        let here = self.here.read()?;
        let there = self.there.map_or_else(|| Ok(here.clone()), CopyDoc::read)?;
        let part = |doc: PartRefDoc| (doc.original.into(), PartRef { id: doc.id, etag: doc.etag });
        Ok(Pair {
            event,
            remote,
            etag: self.etag,
            version,
            parts: self.parts.into_iter().map(part).collect(),
            base: Base { here, there },
            refused: self.refused,
        })
    }
}
