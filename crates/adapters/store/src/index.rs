//! The columns by which events are found in a window, by their text, and by their tags.
//!
//! # Why levels of reach
//!
//! "What lies in March" needs all that begins before April and ends after February. An index knows an order
//! of starts or one of ends, so either way half the calendar is read. But if nothing took longer than a day,
//! it would be enough to look from a day before March. So events are sorted by how long they take into a few
//! levels, each eight times the one before; the index has the level before the start, and a window looks in
//! each level only as far back as that level reaches. At most an eighth of a level's stretch is looked at in
//! vain for each event found there, whatever else the calendar holds. What never ends has a level of its own, where
//! all that began before the window's end is in it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kalends_domain::contact;
use kalends_domain::event::{Event, Extent};
use kalends_domain::text::fold;

use crate::types::DbTs;

/// Between the texts, and around the tags. No text holds it: control characters are refused.
const SEPARATOR: char = '\u{1f}';

const DAY: i64 = 24 * 60 * 60 * 1_000_000;
/// The longest that an event of each level takes, in microseconds.
const REACHES: [i64; 6] = [DAY, 8 * DAY, 64 * DAY, 512 * DAY, 4_096 * DAY, 32_768 * DAY];
/// The level of what takes longer still.
const LONGER: i16 = 6;
/// The level of what never ends.
const ENDLESS: i16 = 7;

/// Where an event stands in the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) starts_at: DbTs,
    pub(crate) ends_at: DbTs,
    pub(crate) reach: i16,
}

impl Place {
    /// What takes no time lies where it starts, so it is kept as if it took a microsecond; what never ends, as if it
    /// ended with time itself. Then "starts before the window's end, ends after its beginning" is right for
    /// everything, and an index can tell.
    pub(crate) fn of(extent: Extent) -> Self {
        let starts_at = DbTs::new(extent.first_start);
        let Some(end) = extent.last_end else {
            return Self { starts_at, ends_at: DbTs::new(Timestamp::MAX), reach: ENDLESS };
        };
        let ends_at = DbTs::new(end).max(starts_at.plus(1));
        let length = ends_at.since(starts_at);
        let level = (0..).zip(REACHES).find(|&(_, longest)| length <= longest);
        Self { starts_at, ends_at, reach: level.map_or(LONGER, |(level, _)| level) }
    }
}

/// Each level, with the earliest start that can reach `from`. Only series are long or endless: a single event
/// takes ten years at most.
pub(crate) fn levels(from: DbTs, series: bool) -> Vec<(i16, DbTs)> {
    let bounded = (0..).zip(REACHES).map(|(level, longest)| (level, from.plus(-longest)));
    let unbounded = [LONGER, ENDLESS].map(|level| (level, DbTs::new(Timestamp::MIN)));
    bounded.chain(unbounded).take(if series { 8 } else { 5 }).collect()
}

/// Folded titles, descriptions and locations of all occurrences, each text once.
pub(crate) fn search_text(event: &Event) -> String {
    let texts = event.all_details().flat_map(|details| {
        [Some(&details.title), details.description.as_ref(), details.location.as_ref()].into_iter().flatten()
    });
    let mut seen = BTreeSet::new();
    let mut found = String::new();
    for text in texts.filter(|text| seen.insert(text.as_str())) {
        if !found.is_empty() {
            found.push(SEPARATOR);
        }
        found.push_str(&fold(text));
    }
    found
}

/// Name, email, phone, company and notes of a contact, folded.
pub(crate) fn contact_text(details: &contact::Details) -> String {
    let name = [&details.first_name, &details.last_name].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ");
    let others = [&details.email, &details.phone, &details.company, &details.notes].into_iter().flatten().cloned();
    let texts: Vec<String> = std::iter::once(name).chain(others).filter(|text| !text.is_empty()).collect();
    fold(&texts.join(&SEPARATOR.to_string()))
}

/// Tags of all occurrences, each once and between separators.
pub(crate) fn tags_text(event: &Event) -> String {
    let tags: BTreeSet<&str> =
        event.all_details().flat_map(|details| details.tags.iter().map(String::as_str)).collect();
    let mut found = String::new();
    for tag in tags {
        found.push(SEPARATOR);
        found.push_str(tag);
    }
    if !found.is_empty() {
        found.push(SEPARATOR);
    }
    found
}

/// What to look for in the column of [`tags_text`].
pub(crate) fn tag_pattern(tag: &str) -> String {
    format!("{SEPARATOR}{tag}{SEPARATOR}")
}

/// Whether this stands in no text and no tag, because it crosses from one to the next.
pub(crate) fn is_nowhere(text: &str) -> bool {
    text.contains([SEPARATOR, '\0'])
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn place(length: Option<SignedDuration>) -> Place {
        let first_start: Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
        Place::of(Extent { first_start, last_end: length.map(|length| first_start + length) })
    }

    #[test]
    fn levels_hold_what_they_say() {
        let days = |days: i64| Some(SignedDuration::from_hours(24 * days));
        for (length, reach) in [
            (Some(SignedDuration::ZERO), 0),
            (days(1), 0),
            (days(1).map(|d| d + SignedDuration::from_micros(1)), 1),
            (days(8), 1),
            (days(64), 2),
            (days(512), 3),
            (days(4_096), 4),
            (days(32_768), 5),
            (days(32_769), 6),
            (None, 7),
        ] {
            assert_eq!(place(length).reach, reach, "{length:?}");
        }
    }

    #[test]
    fn every_level_looks_back_far_enough() {
        let from = DbTs::new("2026-03-02T15:00:00Z".parse().unwrap());
        for (level, since) in levels(from, true).into_iter().take(REACHES.len()) {
            let longest = REACHES[usize::try_from(level).unwrap()];
            assert_eq!(from.since(since), longest);
        }
        assert_eq!(levels(from, true).len(), 8);
        assert_eq!(levels(from, false).last().unwrap().0, 4);
        // No window begins before the first instant that can be kept.
        let dawn = DbTs::new(Timestamp::MIN);
        assert!(levels(dawn, true).into_iter().all(|(_, since)| since == dawn));
    }
}
