//! What is remembered of an event and its copy, and what the provider says of it now.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::copy::Copy;
use super::merge::Base;
use super::remote::{Content, Facts, Item, Original, Part, Whole};
use crate::id::EventId;

/// An event and its copy at a provider, as they were when they last were the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The event.
    pub event: EventId,
    /// The provider's id of its copy.
    pub remote: String,
    /// The provider's mark of the version that was last seen there.
    pub etag: Option<String>,
    /// The event's version that was last seen here; 0 while something of it is still to be sent.
    pub version: i64,
    /// The occurrences that the provider tells as items of their own.
    pub parts: BTreeMap<Original, PartRef>,
    /// What was last seen on each side.
    pub base: Base,
    /// Why the provider does not take it. It is not sent again before it changes here; where there is no copy yet,
    /// `remote` names none.
    pub refused: Option<String>,
}

/// An occurrence as the provider names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRef {
    /// The provider's id.
    pub id: String,
    /// The mark of its version.
    pub etag: Option<String>,
}

/// What the provider holds of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The provider's id.
    pub remote: String,
    /// The mark of its version.
    pub etag: Option<String>,
    /// The occurrences that it tells as items of their own.
    pub parts: BTreeMap<Original, PartRef>,
    /// What it says.
    pub copy: Copy,
    /// When any of it last changed.
    pub updated: Option<Timestamp>,
}

impl Seen {
    /// As it was last seen.
    pub fn before(pair: &Pair) -> Self {
        Self {
            remote: pair.remote.clone(),
            etag: pair.etag.clone(),
            parts: pair.parts.clone(),
            copy: pair.base.there.clone(),
            updated: None,
        }
    }

    /// What an item says that stands by itself: an event, or a series. `None` for what is none.
    pub fn of(item: &Item) -> Option<Self> {
        let mut seen = Self {
            remote: item.id.clone(),
            etag: None,
            parts: BTreeMap::new(),
            copy: Copy::whole(&bounded(item)?),
            updated: None,
        };
        seen.tell(item);
        Some(seen)
    }

    /// Takes in what an item says: of the whole, or of one occurrence.
    pub fn tell(&mut self, item: &Item) {
        self.updated = self.updated.max(item.updated);
        match &item.content {
            Content::Part(part) if item.id != self.remote => {
                self.parts.insert(part.original, PartRef { id: item.id.clone(), etag: item.etag.clone() });
                self.copy.parts.insert(part.original, part.facts.clone().map(Facts::bounded));
            }
            // An occurrence that is named by its id alone: it is gone, so it is cancelled.
            Content::Deleted if item.id != self.remote => {
                let named = |(_, known): &(&Original, &PartRef)| known.id == item.id;
                if let Some(at) = self.parts.iter().find(named).map(|(at, _)| *at) {
                    self.parts.insert(at, PartRef { id: item.id.clone(), etag: item.etag.clone() });
                    self.copy.parts.insert(at, None);
                }
            }
            _ => {
                let Some(whole) = bounded(item) else { return };
                // The series is told without those of its occurrences that were told as items.
                let told = std::mem::take(&mut self.copy.parts);
                self.copy = Copy::whole(&whole);
                self.copy.parts.extend(told.into_iter().filter(|(at, _)| self.parts.contains_key(at)));
                self.copy.drop_strays(None);
                self.etag.clone_from(&item.etag);
            }
        }
    }

    /// Forgets the occurrence that the provider names so: it is deleted there.
    pub fn forget(&mut self, id: &str) {
        if let Some(at) = self.parts.iter().find(|(_, known)| known.id == id).map(|(at, _)| *at) {
            self.parts.remove(&at);
            self.copy.parts.remove(&at);
        }
    }

    /// Forgets the occurrences that were not told by these items: all was told.
    pub fn only(&mut self, told: &[&Item]) {
        let is_told = |known: &PartRef| told.iter().any(|item| item.id == known.id);
        let gone: Vec<Original> = self.parts.iter().filter(|(_, known)| !is_told(known)).map(|(at, _)| *at).collect();
        for at in gone {
            self.parts.remove(&at);
            self.copy.parts.remove(&at);
        }
    }

    /// The pair of this and an event, which says `here` at this version.
    pub fn pair(self, event: EventId, version: i64, here: Copy) -> Pair {
        Pair {
            event,
            remote: self.remote,
            etag: self.etag,
            version,
            parts: self.parts,
            base: Base { here, there: self.copy.settled() },
            refused: None,
        }
    }
}

/// What an item says as a whole, within what an event here can hold. An occurrence whose series is not told is one.
fn bounded(item: &Item) -> Option<Whole> {
    match &item.content {
        Content::Whole(whole) => {
            Some(Whole { facts: whole.facts.clone().bounded(), recurrence: whole.recurrence.clone() })
        }
        Content::Part(Part { facts: Some(facts), .. }) => {
            Some(Whole { facts: facts.clone().bounded(), recurrence: None })
        }
        Content::Part(_) | Content::Deleted | Content::Unreadable(_) => None,
    }
}
