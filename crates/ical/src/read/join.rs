//! All VEVENTs of one UID, joined to one event.

use std::collections::{BTreeMap, HashMap, btree_map};

use kalends_domain::event::OVERRIDES_MAX;

use super::event::Vevent;
use super::outcome::{OccurrenceId, Override, ReadEvent, Series};

/// The events of a file so far.
#[derive(Default)]
pub(super) struct Joined {
    events: Vec<Event>,
    by_uid: HashMap<String, usize>,
}

struct Event {
    /// The line of its first VEVENT.
    line: usize,
    read: ReadEvent,
    series_line: usize,
    overrides: BTreeMap<OccurrenceId, (usize, Override)>,
}

/// A VEVENT that stands in the way of another, or has no place.
pub(super) struct Loser {
    pub(super) line: usize,
    pub(super) uid: String,
    pub(super) reason: String,
}

impl Joined {
    /// Adds the VEVENT of this line to what its UID has so far. Of two of the same kind the one with the higher
    /// SEQUENCE stays, else the later one; the other comes back.
    pub(super) fn add(&mut self, line: usize, vevent: Vevent) -> Option<Loser> {
        let Vevent { uid, occurrence, details, recurrence, sequence, created, last_modified, warnings: _ } = vevent;
        let index = *self.by_uid.entry(uid).or_insert_with_key(|uid| {
            self.events.push(Event::new(line, uid.clone()));
            self.events.len() - 1
        });
        let event = &mut self.events[index];
        event.line = event.line.min(line);
        let uid = &event.read.uid;
        let lost = |line: usize, to: usize, what: &str| {
            let reason = format!("another VEVENT with this UID{what} stands on line {to}");
            Some(Loser { line, uid: uid.clone(), reason })
        };
        let mut loser = None;
        if let Some((id, and_future)) = occurrence {
            let room = event.overrides.len() < OVERRIDES_MAX;
            let taken = Override { occurrence: id, and_future, details, sequence };
            match event.overrides.entry(id) {
                btree_map::Entry::Vacant(free) if room => {
                    free.insert((line, taken));
                }
                btree_map::Entry::Vacant(_) => {
                    let reason = format!("its series has more than {OVERRIDES_MAX} changed occurrences");
                    return Some(Loser { line, uid: uid.clone(), reason });
                }
                btree_map::Entry::Occupied(mut there) => {
                    let what = " and RECURRENCE-ID";
                    let (known_line, known) = there.get();
                    if wins((sequence, line), (known.sequence, *known_line)) {
                        loser = lost(*known_line, line, what);
                        there.insert((line, taken));
                    } else {
                        return lost(line, *known_line, what);
                    }
                }
            }
        } else {
            if let Some(known) = &event.read.series {
                if !wins((sequence, line), (known.sequence, event.series_line)) {
                    return lost(line, event.series_line, "");
                }
                loser = lost(event.series_line, line, "");
            }
            event.series_line = line;
            event.read.series = Some(Series { details, recurrence, sequence });
        }
        let of_series = occurrence.is_none();
        let read = &mut event.read;
        read.vevents += usize::from(loser.is_none());
        read.created = if of_series { created.or(read.created) } else { read.created.or(created) };
        read.last_modified = read.last_modified.max(last_modified);
        loser
    }

    /// The events, in the order of the file.
    pub(super) fn finish(mut self) -> Vec<ReadEvent> {
        self.events.sort_by_key(|event| event.line);
        let read = |event: Event| {
            let overrides = event.overrides.into_values().map(|(_, it)| it).collect();
            ReadEvent { overrides, line: event.line, ..event.read }
        };
        self.events.into_iter().map(read).collect()
    }
}

fn wins(new: (i32, usize), known: (i32, usize)) -> bool {
    new > known
}

impl Event {
    fn new(line: usize, uid: String) -> Self {
        let read = ReadEvent {
            uid,
            line,
            series: None,
            overrides: Vec::new(),
            vevents: 0,
            created: None,
            last_modified: None,
        };
        Self { line, read, series_line: line, overrides: BTreeMap::new() }
    }
}
