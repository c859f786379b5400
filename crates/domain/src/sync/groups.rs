//! What a provider told, by what it tells of.

use std::collections::{HashMap, HashSet};

use super::pair::{Pair, Seen};
use super::remote::{Content, Item};
use crate::id::EventId;

/// An item without a pair, with those that tell of its occurrences.
pub(super) struct New<'i> {
    pub(super) whole: &'i Item,
    parts: Vec<&'i Item>,
}

impl New<'_> {
    pub(super) fn seen(&self) -> Option<Seen> {
        let mut seen = Seen::of(self.whole)?;
        self.parts.iter().for_each(|part| seen.tell(part));
        seen.copy.drop_strays(None);
        seen.copy = seen.copy.settled();
        Some(seen)
    }
}

/// Items by what they tell of.
pub(super) struct Groups<'i> {
    pub(super) of_pair: HashMap<&'i str, Vec<&'i Item>>,
    pub(super) new: Vec<New<'i>>,
    /// The events of which something without a pair says that it is their copy.
    pub(super) origins: HashSet<EventId>,
    /// The ids of occurrences whose series is known.
    pub(super) absorbed: HashSet<&'i str>,
}

impl<'i> Groups<'i> {
    pub(super) fn of(items: &'i [Item], pairs: &'i [Pair]) -> Self {
        let known: HashSet<&str> = pairs.iter().map(|pair| pair.remote.as_str()).collect();
        let parts =
            pairs.iter().flat_map(|pair| pair.parts.values().map(|part| (part.id.as_str(), pair.remote.as_str())));
        let series_of: HashMap<&str, &str> = parts.collect();
        let told: HashSet<&str> = items
            .iter()
            .filter(|item| matches!(item.content, Content::Whole(_)))
            .map(|item| item.id.as_str())
            .collect();
        let mut groups =
            Self { of_pair: HashMap::new(), new: Vec::new(), origins: HashSet::new(), absorbed: HashSet::new() };
        let mut parts_of: HashMap<&str, Vec<&Item>> = HashMap::new();
        let mut new: Vec<&Item> = Vec::new();
        for item in items {
            match &item.content {
                Content::Part(part) if known.contains(part.series.as_str()) => {
                    let series = part.series.as_str();
                    groups.of_pair.entry(series).or_default().push(item);
                    groups.absorbed.insert(item.id.as_str());
                }
                Content::Part(part) if told.contains(part.series.as_str()) => {
                    parts_of.entry(part.series.as_str()).or_default().push(item);
                    groups.absorbed.insert(item.id.as_str());
                }
                _ if known.contains(item.id.as_str()) => groups.of_pair.entry(item.id.as_str()).or_default().push(item),
                Content::Deleted => {
                    if let Some(series) = series_of.get(item.id.as_str()) {
                        groups.of_pair.entry(series).or_default().push(item);
                    }
                }
                Content::Whole(_) | Content::Part(_) => new.push(item),
                Content::Unreadable(_) => {}
            }
        }
        groups.origins = new.iter().filter_map(|item| item.origin).collect();
        let with_parts = |whole: &'i Item| New { whole, parts: parts_of.remove(whole.id.as_str()).unwrap_or_default() };
        groups.new = new.into_iter().map(with_parts).collect();
        groups
    }
}

/// Of two items with one id, the one that came later.
pub(super) fn latest(items: Vec<Item>) -> Vec<Item> {
    let mut seen = HashSet::new();
    let mut kept: Vec<Item> = items.into_iter().rev().filter(|item| seen.insert(item.id.clone())).collect();
    kept.reverse();
    kept
}
