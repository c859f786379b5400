//! What a calendar must change to hold what its feed says.

use std::collections::{HashMap, HashSet};

use kalends_domain::event::Event;
use kalends_domain::feed::{Format, Outline, matched};
use kalends_domain::id::{CalendarId, UserId};
use kalends_feed::place;
use kalends_ical::ReadEvent;
use kalends_ports::Change;

use super::sync::FeedSynced;
use crate::Context;
use crate::ics::{Merger, uids};

/// A feed's calendar, and on whose behalf it is written.
pub(super) struct Shown<'s> {
    pub(super) cx: &'s Context,
    pub(super) calendar: CalendarId,
    pub(super) owner: UserId,
    pub(super) format: Format,
}

impl Shown<'_> {
    /// The changes that make the `known` events, all of the calendar's, what is `told`. An event that says the same stays
    /// as it is, under whatever id it is told. `Err` names the event that cannot be.
    pub(super) fn diff(
        &self,
        known: Vec<Event>,
        mut told: Vec<ReadEvent>,
    ) -> Result<(Vec<Change>, FeedSynced), String> {
        let merger = Merger { cx: self.cx, user: self.owner, calendar: self.calendar };
        recognise(&merger, &known, &mut told);
        let mut known: HashMap<String, Event> = known.into_iter().map(|event| (event.uid.clone(), event)).collect();
        let (mut writes, mut stays) = (Vec::new(), HashSet::new());
        let mut synced = FeedSynced::default();
        for read in told {
            let (uid, at) = (read.uid.clone(), place(self.format, &read));
            let events = merger.merge(read, &known).map_err(|error| format!("{at}: {error}"))?;
            let (was_known, before) = (known.contains_key(&uid), writes.len());
            for event in events {
                stays.insert(event.uid.clone());
                match known.get(&event.uid) {
                    None => writes.push(Change::InsertEvent(event)),
                    Some(old) if *old == event => {}
                    Some(old) => writes.push(self.changed(event, old.version)),
                }
            }
            match (was_known, writes.len() > before) {
                (false, _) => synced.created += 1,
                (true, true) => synced.updated += 1,
                (true, false) => synced.unchanged += 1,
            }
        }
        known.retain(|uid, _| !stays.contains(uid));
        synced.deleted = known.len();
        let mut gone: Vec<Event> = known.into_values().collect();
        gone.sort_by_key(|event| event.id);
        let deleted = |event: Event| {
            let expected = event.version;
            self.changed(Event { deleted_at: Some(self.cx.now()), ..event }, expected)
        };
        // What goes makes room for what comes.
        let changes = gone.into_iter().map(deleted).chain(writes).collect();
        Ok((changes, synced))
    }

    fn changed(&self, event: Event, expected: i64) -> Change {
        let event = Event { version: expected + 1, updated_at: self.cx.now(), updated_by: self.owner, ..event };
        Change::UpdateEvent { event, expected }
    }
}

/// Gives what is told under another id than it is known by the UID that it has here.
fn recognise(merger: &Merger<'_>, known: &[Event], told: &mut [ReadEvent]) {
    // What a change of "this and all later ones" cut off goes with the series that it was cut from.
    let parts: HashSet<String> = told.iter().flat_map(|read| uids(read).skip(1)).collect();
    let whole: Vec<&Event> = known.iter().filter(|event| !parts.contains(&event.uid)).collect();
    let outline = |event: &&Event| Outline {
        uid: event.uid.clone(),
        title: event.details.title.clone(),
        start: event.details.span.start,
    };
    let outlines: Vec<Outline> = whole.iter().map(outline).collect();
    let said: Vec<Outline> = told.iter().map(said).collect();
    let found = matched(&outlines, &said, &mut |one, other| {
        let event = whole[one];
        let read = ReadEvent { uid: event.uid.clone(), ..told[other].clone() };
        let alone = HashMap::from([(event.uid.clone(), event.clone())]);
        merger.merge(read, &alone).is_ok_and(|events| events.len() == 1 && events[0] == *event)
    });
    for (read, found) in told.iter_mut().zip(found) {
        if let Some(index) = found {
            read.uid.clone_from(&whole[index].uid);
        }
    }
}

/// What an event is recognised by that a feed tells; of a series without its rule, the first of its occurrences.
fn said(read: &ReadEvent) -> Outline {
    let parts = read.overrides.iter().map(|part| &part.details);
    let details = read.series.as_ref().map(|series| &series.details).or_else(|| parts.min_by_key(|it| it.span.start));
    let (title, start) = details.map_or_else(Default::default, |details| (details.title.clone(), details.span.start));
    Outline { uid: read.uid.clone(), title, start }
}
