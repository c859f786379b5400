//! What becomes of Fristen when events are written, by whatever use case: the one place where that is decided.
//!
//! A Frist remembers what its event said. Where a commit writes an event, the Frist follows it, and the difference is
//! an entry of its history. Where an event moves from which deadlines are computed, they are computed anew in the same
//! commit, and those that are computed from them. What a use case writes of a Frist itself goes before.

use std::collections::{BTreeMap, BTreeSet};

use kalends_domain::event::{Event, Reminder};
use kalends_domain::frist::{Frist, State};
use kalends_domain::id::{EventId, ReminderId};
use kalends_domain::problem::Problems;
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, touch};

impl App {
    /// These changes, with all that follows from them for Fristen.
    pub(crate) async fn with_fristen(&self, cx: &Context, changes: Changes) -> Result<Changes> {
        let mut wave = Wave::new(cx, self.with_calendars(changes).await?);
        let mut moved: Vec<EventId> = wave.events.keys().copied().collect();
        while !moved.is_empty() {
            let about = self.ports.fristen.list_fristen_about(moved.clone()).await?;
            moved = wave.roll(&moved, about)?;
        }
        Ok(wave.changes)
    }
}

/// A commit that grows by what follows from it.
struct Wave<'w> {
    cx: &'w Context,
    changes: Changes,
    /// Where the events stand that it changes.
    events: BTreeMap<EventId, usize>,
    /// Where the Fristen stand that it writes.
    fristen: BTreeMap<EventId, usize>,
    /// The events whose dependants were looked at: nothing goes round in a circle, whatever stands in the store.
    seen: BTreeSet<EventId>,
}

impl<'w> Wave<'w> {
    fn new(cx: &'w Context, changes: Changes) -> Self {
        let (mut events, mut fristen) = (BTreeMap::new(), BTreeMap::new());
        for (place, change) in changes.0.iter().enumerate() {
            match change {
                Change::UpdateEvent { event, .. } => drop(events.insert(event.id, place)),
                Change::WriteFrist(write) => drop(fristen.insert(write.frist.id, place)),
                _ => {}
            }
        }
        let seen = events.keys().copied().collect();
        Self { cx, changes, events, fristen, seen }
    }

    /// Takes in what there is about these events, and answers with those that move in turn.
    fn roll(&mut self, moved: &[EventId], about: Vec<(Frist, Event)>) -> Result<Vec<EventId>> {
        for (frist, _) in &about {
            if let (Some(event), false) = (self.event(frist.id), self.fristen.contains_key(&frist.id)) {
                let (state, actor, at) = (frist.state.following(event), event.updated_by, event.updated_at);
                if let Some(write) = frist.changed(state, actor, at) {
                    self.fristen.insert(frist.id, self.changes.0.len());
                    self.changes.0.push(Change::WriteFrist(write));
                }
            }
        }
        let mut next = Vec::new();
        for (frist, event) in about {
            let state = self.state(&frist);
            let Some(from) = state.basis.as_ref().and_then(|basis| basis.event) else { continue };
            let Some(from) = self.event(from).filter(|from| moved.contains(&from.id)).cloned() else { continue };
            let Some(computed) = state.recomputed(&from) else { continue };
            let title = state.title.clone();
            let state = computed.map_err(|error| {
                Problems::one("start", format!("moves the Frist {title:?}, which is computed from it: {error}"))
            })?;
            self.write(&from, &frist, event, state);
            if self.seen.insert(frist.id) {
                next.push(frist.id);
            }
        }
        Ok(next)
    }

    /// An event as this commit writes it.
    fn event(&self, id: EventId) -> Option<&Event> {
        match self.changes.0.get(*self.events.get(&id)?) {
            Some(Change::UpdateEvent { event, .. }) => Some(event),
            _ => None,
        }
    }

    /// What the Frist says once this commit stands.
    fn state(&self, frist: &Frist) -> State {
        match self.fristen.get(&frist.id).and_then(|place| self.changes.0.get(*place)) {
            Some(Change::WriteFrist(write)) => write.frist.state.clone(),
            _ => frist.state.clone(),
        }
    }

    /// Writes what was computed anew into the Frist and into its event.
    fn write(&mut self, from: &Event, frist: &Frist, stored: Event, state: State) {
        let (cx, actor, at) = (self.cx, from.updated_by, from.updated_at);
        if let Some(place) = self.events.get(&frist.id)
            && let Some(Change::UpdateEvent { event, .. }) = self.changes.0.get_mut(*place)
        {
            tell(cx, event, &state);
        } else {
            let (expected, mut event) = (stored.version, stored);
            tell(cx, &mut event, &state);
            (event.version, event.updated_at, event.updated_by) = (expected + 1, at, actor);
            // One that is gone with its calendar moves too, in case that comes back; but nobody reads there now.
            let read = (event.deleted_at.is_some() || !state.deleted).then(|| touch(cx, event.calendar));
            self.events.insert(frist.id, self.changes.0.len());
            self.changes.0.push(Change::UpdateEvent { event, expected });
            self.changes.0.extend(read);
        }
        let Some(write) = frist.changed(state, actor, at) else { return };
        if let Some(change) = self.fristen.get(&frist.id).and_then(|place| self.changes.0.get_mut(*place)) {
            *change = Change::WriteFrist(write);
        } else {
            self.fristen.insert(frist.id, self.changes.0.len());
            self.changes.0.push(Change::WriteFrist(write));
        }
    }
}

/// Has the event say what the Frist says of time and reminders.
pub(super) fn tell(cx: &Context, event: &mut Event, state: &State) {
    event.details.span = state.span.clone();
    tell_reminders(cx, event, &state.reminders);
}

/// Gives the event these reminders; those that it has stay as they are.
pub(super) fn tell_reminders(cx: &Context, event: &mut Event, minutes: &[u32]) {
    let old = std::mem::take(&mut event.details.reminders);
    let kept = |minutes: u32| old.iter().find(|reminder| reminder.minutes_before == minutes).cloned();
    let new = |minutes: u32| Reminder { id: ReminderId(cx.id()), minutes_before: minutes, kept: Vec::new() };
    event.details.reminders = minutes.iter().map(|&minutes| kept(minutes).unwrap_or_else(|| new(minutes))).collect();
}
