//! What a calendar's event becomes when a file holds it too.
//!
//! The file is right about all that it tells; what it cannot know (ids, accounts of attendees, courses, cases) stays.

use std::collections::{BTreeMap, HashMap};

use kalends_domain::event::{Attachment, Attendee, Details, EditError, Event, Pattern, Reminder, Split, recurrence};
use kalends_domain::id::{AttachmentId, AttendeeId, CalendarId, EventId, ReminderId, UserId};
use kalends_domain::recurrence::RDate;
use kalends_ical::{Override, ReadEvent, Series};

use crate::Context;

/// Where and for whom events are made.
pub(crate) struct Merger<'m> {
    pub(crate) cx: &'m Context,
    pub(crate) user: UserId,
    pub(crate) calendar: CalendarId,
}

/// The UIDs under which the calendar may know what becomes of this event: its own, and one for each part that a
/// change of "this and all later occurrences" cuts off.
pub(crate) fn uids(read: &ReadEvent) -> impl Iterator<Item = String> {
    let parts = read.overrides.iter().filter(|part| part.and_future).map(|part| part_uid(&read.uid, part));
    std::iter::once(read.uid.clone()).chain(parts)
}

fn part_uid(uid: &str, part: &Override) -> String {
    format!("{uid}/{}", part.occurrence)
}

impl Merger<'_> {
    /// The events that this one of a file becomes, given those of the calendar that have its [`uids`]. An event that
    /// nothing changes comes back as it is known.
    pub(crate) fn merge(&self, mut read: ReadEvent, known: &HashMap<String, Event>) -> Result<Vec<Event>, EditError> {
        let (series, overrides) = (read.series.take(), std::mem::take(&mut read.overrides));
        let mut event = match (series, known.get(&read.uid)) {
            (Some(series), old) => self.series(&read, series, old),
            (None, Some(old)) => old.clone(),
            (None, None) => self.without_series(&read, &overrides)?,
        };
        // Where nothing recurs there is no future to change: each part is an occurrence of its own.
        let (mut cuts, single): (Vec<Override>, Vec<Override>) =
            overrides.into_iter().partition(|part| part.and_future && event.recurrence.is_some());
        override_each(&mut event, single)?;
        let mut events = Vec::new();
        cuts.sort_by_key(|part| part.occurrence.wall(&event.details.span));
        for part in cuts {
            let uid = part_uid(&read.uid, &part);
            let id = known.get(&uid).map_or_else(|| EventId(self.cx.id()), |old| old.id);
            let Split { before, mut after } = event.split_at(part.occurrence.wall(&event.details.span), id, uid)?;
            after.change_all(part.details, Pattern::Follow)?;
            if let Some(before) = before {
                events.push(before);
            } else {
                // Nothing is left before the cut: the rest is the series.
                (after.id, after.uid) = (event.id, event.uid);
            }
            event = after;
        }
        events.push(event);
        for event in &mut events {
            self.settle(event, known.get(&event.uid));
        }
        Ok(events)
    }

    /// The event without what the file changes of single occurrences.
    fn series(&self, read: &ReadEvent, series: Series, old: Option<&Event>) -> Event {
        let Series { details, recurrence, sequence } = series;
        let base = match old {
            Some(old) => Event { details, ..old.clone() },
            None => self.new_event(read, details),
        };
        Event { recurrence, overrides: BTreeMap::new(), sequence, ..base }
    }

    /// The series of which the file has single occurrences only: it begins with the first of them.
    fn without_series(&self, read: &ReadEvent, parts: &[Override]) -> Result<Event, EditError> {
        let first = parts.iter().min_by_key(|part| part.occurrence.wall(&part.details.span));
        let first = first.ok_or(EditError::NoSuchOccurrence)?;
        let mut details = first.details.clone();
        details.span.start = first.occurrence.wall(&details.span);
        Ok(self.new_event(read, details))
    }

    /// One that the calendar does not know.
    fn new_event(&self, read: &ReadEvent, details: Details) -> Event {
        let now = self.cx.now();
        let stamp = |said: Option<jiff::Timestamp>| said.filter(|at| *at <= now).unwrap_or(now);
        Event {
            id: EventId(self.cx.id()),
            calendar: self.calendar,
            uid: read.uid.clone(),
            details,
            recurrence: None,
            overrides: BTreeMap::new(),
            course_id: None,
            case_id: None,
            sequence: 0,
            created_by: self.user,
            updated_by: self.user,
            created_at: stamp(read.created),
            updated_at: stamp(read.last_modified.or(read.created)),
            deleted_at: None,
            version: 1,
        }
    }

    /// Keeps what is known: the row, and the ids of what stayed.
    fn settle(&self, event: &mut Event, old: Option<&Event>) {
        if let Some(old) = old {
            (event.version, event.created_at, event.created_by) = (old.version, old.created_at, old.created_by);
            (event.updated_at, event.updated_by) = (old.updated_at, old.updated_by);
        }
        self.name(&mut event.details, old.map(|old| &old.details));
        for (at, details) in &mut event.overrides {
            self.name(details, old.map(|old| old.overrides.get(at).unwrap_or(&old.details)));
        }
    }

    /// Gives each part of the details the id of the part that it was, or a new one.
    fn name(&self, details: &mut Details, old: Option<&Details>) {
        for reminder in details.reminders.iter_mut().filter(|reminder| reminder.id.0.is_nil()) {
            let same = |it: &&Reminder| it.minutes_before == reminder.minutes_before;
            let known = old.and_then(|old| old.reminders.iter().find(same));
            reminder.id = known.map_or_else(|| ReminderId(self.cx.id()), |known| known.id);
        }
        for attendee in details.attendees.iter_mut().filter(|attendee| attendee.id.0.is_nil()) {
            let same = |it: &&Attendee| it.email == attendee.email;
            let known = old.and_then(|old| old.attendees.iter().find(same));
            attendee.id = known.map_or_else(|| AttendeeId(self.cx.id()), |known| known.id);
            attendee.user = known.and_then(|known| known.user);
        }
        for attachment in details.attachments.iter_mut().filter(|attachment| attachment.id.0.is_nil()) {
            let same = |it: &&Attachment| it.url == attachment.url && it.name == attachment.name;
            let known = old.and_then(|old| old.attachments.iter().find(same));
            attachment.id = known.map_or_else(|| AttachmentId(self.cx.id()), |known| known.id);
        }
    }
}

/// Gives occurrences what they hold. Without a rule they are a series of just these dates.
fn override_each(event: &mut Event, parts: Vec<Override>) -> Result<(), EditError> {
    let span = event.details.span.clone();
    if event.recurrence.is_none() && !parts.is_empty() {
        let date = |part: &Override| RDate { start: part.occurrence.wall(&span), length: None };
        event.recurrence = Some(recurrence(&span, vec![], parts.iter().map(date).collect(), vec![])?);
    }
    for part in parts {
        event.sequence = event.sequence.max(part.sequence);
        event.override_occurrence(part.occurrence.wall(&span), part.details)?;
    }
    Ok(())
}
