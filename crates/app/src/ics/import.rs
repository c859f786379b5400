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
/// Events of a file that is kept to be merged again after a lost race. A larger one would be in memory twice.
const KEPT: usize = 2_000;
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

    /// Takes all events of a file into a calendar that the caller may write, in one commit: `file` has none afterwards.
    /// An event whose UID the calendar knows is updated; a file that was imported before changes nothing. `field` is
    /// what named the file.
    pub async fn import_events(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        file: &mut ReadCalendar,
        field: &str,
    ) -> Result<Imported> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        self.calendar_for(calendar, actor.user, Action::Write).await?;
        if file.vevents == 0 {
            return Err(Problems::one(field, "holds no event (VEVENT)").into());
        }
        let events = std::mem::take(&mut file.events);
        if events.len() > KEPT {
            let imported = self.import(cx, actor, calendar, events).await;
            return imported.map_err(|error| match error {
                Error::Store(StoreError::Stale) => {
                    Error::Conflict("others changed these events meanwhile; import the file again".to_owned())
                }
                other => other,
            });
        }
        settled(async || self.import(cx, actor, calendar, events.clone()).await).await
    }

    async fn import(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        events: Vec<ReadEvent>,
    ) -> Result<Imported> {
        self.calendar_for(calendar, actor.user, Action::Write).await?;
        let (changes, imported) = self.import_changes(cx, actor, calendar, events).await?;
        if changes.0.is_empty() {
            return Ok(imported);
        }
        match self.commit(cx, changes.and(touch(cx, calendar))).await {
            // Somebody imported the same meanwhile.
            Err(Error::Store(StoreError::Duplicate(Unique::EventUid))) => Err(StoreError::Stale.into()),
            other => other.map(|()| imported),
        }
    }

    async fn import_changes(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        events: Vec<ReadEvent>,
    ) -> Result<(Changes, Imported)> {
        let merger = Merger { cx, user: actor.user, calendar };
        let (mut changes, mut imported) = (Changes::new(), Imported::default());
        let mut events = events.into_iter();
        while !events.as_slice().is_empty() {
            let batch: Vec<ReadEvent> = events.by_ref().take(BATCH).collect();
            let names = batch.iter().flat_map(uids).collect();
            let known = self.ports.events.list_events_by_uid(calendar, names).await?;
            let known: HashMap<String, Event> = known.into_iter().map(|event| (event.uid.clone(), event)).collect();
            for read in batch {
                let (uid, line, vevents) = (read.uid.clone(), read.line, read.vevents);
                match merger.merge(read, &known) {
                    Ok(events) => imported.count(vevents, write(events, &known, cx.now(), actor, &mut changes)),
                    Err(error) => imported.skipped.push(Skipped {
                        component: "VEVENT".to_owned(),
                        uid: Some(uid),
                        line,
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
    fn count(&mut self, vevents: usize, outcome: Outcome) {
        *match outcome {
            Outcome::Unchanged => &mut self.unchanged,
            Outcome::Updated => &mut self.updated,
            Outcome::Created => &mut self.created,
        } += vevents;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, view};
    use kalends_domain::access::Role;
    use kalends_domain::time::Zone;
    use kalends_ical::Limits;

    /// Imports so many events, of which the commit is stale the first time.
    async fn import_after_a_lost_race(events: usize) -> (usize, Result<Imported>) {
        let vevent = |n| format!("BEGIN:VEVENT\nUID:{n}\nDTSTART:20260302T150000Z\nSUMMARY:Talk\nEND:VEVENT\n");
        let text: String = (0..events).map(vevent).collect();
        let text = format!("BEGIN:VCALENDAR\n{text}END:VCALENDAR\n");
        let mut file = kalends_ical::read(text.as_bytes(), Zone::utc(), Limits::default()).unwrap();
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
        mocks.events.expect_list_events_by_uid().returning(|_, _| Ok(vec![]));
        let mut commits = 0;
        mocks.commit.expect_commit().returning(move |_| {
            commits += 1;
            if commits == 1 { Err(StoreError::Stale) } else { Ok(()) }
        });
        let app = mocks.app();
        let (cx, calendar) = (app.context(), view(Role::Editor).calendar.id);
        let imported = app.import_events(&cx, &actor(), calendar, &mut file, "file").await;
        (file.events.len(), imported)
    }

    #[tokio::test]
    async fn a_small_file_is_merged_again_after_a_lost_race() {
        let (_, imported) = import_after_a_lost_race(3).await;
        assert_eq!(imported.unwrap().created, 3);
    }

    #[tokio::test]
    async fn a_large_file_is_asked_for_again_after_a_lost_race() {
        let (held, imported) = import_after_a_lost_race(KEPT + 1).await;
        assert!(matches!(imported, Err(Error::Conflict(message)) if message.ends_with("import the file again")));
        assert_eq!(held, 0, "a large file is in memory once");
    }
}
