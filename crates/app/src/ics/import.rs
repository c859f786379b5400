//! Taking the events of an iCalendar file into a calendar.

use std::collections::HashMap;

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::Event;
use kalends_domain::id::CalendarId;
use kalends_domain::problem::Problems;
use kalends_ical::{ReadCalendar, ReadEvent, Skipped};
use kalends_ports::{Change, Changes, FetchRequest, Fetched, StoreError, Unique};

use super::merge::{Merger, uids};
use crate::{App, Context, Error, Result, require_scope, settled, touch};

/// Events that are looked up at once.
const BATCH: usize = 500;
/// Most bytes that are fetched from an address.
const FETCH_MAX: usize = 32 << 20;
/// What may be an iCalendar file: many servers have no name for it.
const MEDIA_TYPES: &[&str] =
    &["text/calendar", "text/plain", "application/octet-stream", "text/x-vcalendar", "application/ics"];

/// What became of a file's VEVENTs. Those that a calendar has now are `created + updated + unchanged`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// So many are new.
    pub created: usize,
    /// So many replaced what the calendar knew of them.
    pub updated: usize,
    /// So many were in the calendar already, just so.
    pub unchanged: usize,
    /// What was not taken, besides what the reader left out.
    pub skipped: Vec<Skipped>,
}

impl App {
    /// Fetches an iCalendar file that a caller names who may write to this calendar. [`import_events`](Self::import_events)
    /// takes it in.
    pub async fn fetch_calendar(&self, actor: &Actor, calendar: CalendarId, url: &str) -> Result<Vec<u8>> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        self.calendar_for(calendar, actor.user, Action::Write).await?;
        let request = FetchRequest {
            url: url.to_owned(),
            accept: MEDIA_TYPES,
            max_bytes: FETCH_MAX,
            etag: None,
            last_modified: None,
        };
        match self.ports.fetcher.fetch(request).await {
            Ok(Fetched::Document(document)) => Ok(document.body),
            Ok(Fetched::NotModified) => Err(Problems::one("url", "answers with status 304 to a plain request").into()),
            Err(error) => Err(Problems::one("url", error.to_string()).into()),
        }
    }

    /// Takes all events of a file into a calendar that the caller may write, in one commit. An event whose UID the
    /// calendar knows is updated; a file that was imported before changes nothing. `field` is what named the file.
    pub async fn import_events(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        file: &ReadCalendar,
        field: &str,
    ) -> Result<Imported> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        settled(async || {
            self.calendar_for(calendar, actor.user, Action::Write).await?;
            if file.vevents == 0 {
                return Err(Problems::one(field, "holds no event (VEVENT)").into());
            }
            let (changes, imported) = self.import_changes(cx, actor, calendar, file).await?;
            if changes.0.is_empty() {
                return Ok(imported);
            }
            match self.commit(cx, changes.and(touch(cx, calendar))).await {
                // Somebody imported the same meanwhile.
                Err(Error::Store(StoreError::Duplicate(Unique::EventUid))) => Err(StoreError::Stale.into()),
                other => other.map(|()| imported),
            }
        })
        .await
    }

    async fn import_changes(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        file: &ReadCalendar,
    ) -> Result<(Changes, Imported)> {
        let merger = Merger { cx, actor, calendar };
        let (mut changes, mut imported) = (Changes::new(), Imported::default());
        for batch in file.events.chunks(BATCH) {
            let names = batch.iter().flat_map(uids).collect();
            let known = self.ports.events.list_events_by_uid(calendar, names).await?;
            let known: HashMap<String, Event> = known.into_iter().map(|event| (event.uid.clone(), event)).collect();
            for read in batch {
                match merger.merge(read, &known) {
                    Ok(events) => imported.count(read, write(events, &known, cx.now(), actor, &mut changes)),
                    Err(error) => imported.skipped.push(Skipped {
                        component: "VEVENT".to_owned(),
                        uid: Some(read.uid.clone()),
                        line: read.line,
                        reason: error.to_string(),
                    }),
                }
            }
        }
        Ok((changes, imported))
    }
}

/// What a file's event was to the calendar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Unchanged,
    Updated,
    Created,
}

impl Imported {
    fn count(&mut self, read: &ReadEvent, outcome: Outcome) {
        *match outcome {
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Updated => &mut self.updated,
            Outcome::Created => &mut self.created,
        } += read.vevents;
    }
}

/// Adds what must be written of these events, of which the first is the one that the file names.
fn write(
    events: Vec<Event>,
    known: &HashMap<String, Event>,
    now: Timestamp,
    actor: &Actor,
    changes: &mut Changes,
) -> Outcome {
    let mut outcomes = Vec::new();
    for mut event in events {
        outcomes.push(match known.get(&event.uid) {
            None => {
                changes.0.push(Change::InsertEvent(event));
                Outcome::Created
            }
            Some(old) if *old == event => Outcome::Unchanged,
            Some(old) => {
                event.version += 1;
                event.updated_at = now;
                event.updated_by = actor.user;
                changes.0.push(Change::UpdateEvent { event, expected: old.version });
                Outcome::Updated
            }
        });
    }
    match outcomes.first() {
        Some(Outcome::Created) => Outcome::Created,
        _ if outcomes.iter().all(|outcome| *outcome == Outcome::Unchanged) => Outcome::Unchanged,
        _ => Outcome::Updated,
    }
}
