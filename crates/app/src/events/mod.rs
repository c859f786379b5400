//! Events and series.

mod attendees;
mod create;
mod delete;
mod described;
mod free;
mod history;
mod input;
pub(crate) mod list;
mod numbered;
mod read;
mod reminders;
mod update;

use std::sync::Arc;

use jiff::{Timestamp, civil};
use kalends_domain::access::{Action, Actor};
use kalends_domain::event::{Details, EditError, Event, Occurrence, TimeInput};
use kalends_domain::id::EventId;
use kalends_domain::problem::Problems;
use kalends_domain::recurrence::BudgetExceeded;
use kalends_ports::{Change, Changes, SeenEvent};

pub use create::NewEvent;
pub use described::DescribedEvent;
pub use input::{AttachmentInput, AttendeeInput, Demands, EventChange, RecurrenceInput};
pub use list::{EventList, ListEvents, OccurrenceKey};
pub use numbered::NumberedEvents;
pub use update::Scope;

use crate::calendars::of_feed;
use crate::{App, Context, Error, Result, require, require_version};

/// Candidates that answering one request may look at.
pub(crate) const READ_BUDGET: u64 = 1_000_000;

/// An event, or one occurrence of it, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventView {
    /// The event as stored. Occurrences of one series share it.
    pub event: Arc<Event>,
    /// Which occurrence is meant; `None` means the event as a whole.
    pub place: Option<Place>,
}

/// Where one occurrence of a series is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its original wall time, which names it.
    pub recurrence_id: civil::DateTime,
    /// The instant of that wall time.
    pub original_start: Timestamp,
    /// When it begins.
    pub start: Timestamp,
    /// When it is over.
    pub end: Timestamp,
}

impl EventView {
    pub(crate) fn whole(event: Event) -> Self {
        Self { event: Arc::new(event), place: None }
    }

    fn occurrence(event: &Arc<Event>, occurrence: &Occurrence<'_>) -> Self {
        let place = occurrence.recurrence_id.map(|recurrence_id| Place {
            recurrence_id,
            original_start: occurrence.original_start,
            start: occurrence.start,
            end: occurrence.end,
        });
        Self { event: event.clone(), place }
    }

    /// What it holds.
    pub fn details(&self) -> &Details {
        let changed = self.place.and_then(|place| self.event.overrides.get(&place.recurrence_id));
        changed.unwrap_or(&self.event.details)
    }

    /// When it begins.
    pub fn start(&self) -> Timestamp {
        self.place.map_or_else(|| self.event.details.span.starts_at(), |place| place.start)
    }

    /// When it is over.
    pub fn end(&self) -> Timestamp {
        self.place.map_or_else(|| self.event.details.span.ends_at(), |place| place.end)
    }
}

impl App {
    /// An event with which the caller may do this. Those who are asked to it may read it.
    pub(crate) async fn event_for(&self, id: EventId, actor: &Actor, action: Action) -> Result<SeenEvent> {
        let seen = self.ports.events.find_event(id, actor.user).await?.ok_or(Error::NotFound("event"))?;
        match require(seen.role, action, "event") {
            Err(Error::NotFound(_)) if self.is_invited(&seen.event, actor).await? => match action {
                Action::Read => Ok(seen),
                _ => Err(Error::Forbidden("only the calendar's editors may change this event")),
            },
            Err(other) => match seen.role {
                Some(role) => Err(of_feed(other, &seen.calendar, actor.user, role)),
                None => Err(other),
            },
            Ok(()) => Ok(seen),
        }
    }

    async fn is_invited(&self, event: &Event, actor: &Actor) -> Result<bool> {
        if event.all_details().all(|details| details.attendees.is_empty()) {
            return Ok(false);
        }
        let user = self.ports.users.find_user(actor.user).await?;
        Ok(user.is_some_and(|user| event.invites(user.id, &user.email)))
    }

    /// Replaces a stored event by its changed form.
    async fn save_event(&self, cx: &Context, actor: &Actor, event: Event, more: Vec<Change>) -> Result<Event> {
        self.save_event_at(cx, actor, event, None, more).await
    }

    /// The same, decided on a revision of its calendar.
    async fn save_event_at(
        &self,
        cx: &Context,
        actor: &Actor,
        mut event: Event,
        revision: Option<i64>,
        more: Vec<Change>,
    ) -> Result<Event> {
        let expected = event.version;
        event.version += 1;
        event.updated_at = cx.now();
        event.updated_by = actor.user;
        let changes = Changes::new()
            .and(Change::UpdateEvent { event: event.clone(), expected })
            .and(Change::TouchCalendar { id: event.calendar, expected: revision, at: cx.now() })
            .and_all(more);
        self.commit(cx, changes).await?;
        Ok(event)
    }

    /// Changes the details of the whole event, its overrides included, in place.
    async fn edit_details(
        &self,
        cx: &Context,
        actor: &Actor,
        seen: SeenEvent,
        expected: Option<i64>,
        mut edit: impl FnMut(&mut Details) -> Result<()>,
    ) -> Result<EventView> {
        let mut event = seen.event;
        require_version(expected, event.version)?;
        let before = event.clone();
        event.all_details_mut().try_for_each(&mut edit)?;
        if event == before {
            return Ok(EventView::whole(event));
        }
        Ok(EventView::whole(self.save_event(cx, actor, event, Vec::new()).await?))
    }
}

/// The original start that a caller names: an instant, or in an all-day series the day.
fn original_start(event: &Event, named: TimeInput) -> Result<Timestamp> {
    let span = &event.details.span;
    match named {
        TimeInput::Instant { at, .. } => Ok(at),
        TimeInput::Date(day) if span.is_all_day() => Ok(span.zone.resolve(day.to_datetime(civil::Time::midnight()))),
        TimeInput::Date(_) => {
            Err(Problems::one("occurrence", "must be a date and time with an offset unless the event is all-day")
                .into())
        }
    }
}

fn too_expensive(_: BudgetExceeded) -> Error {
    Problems::one("recurrence_rule", "is too expensive to expand").into()
}

pub(crate) fn cannot_edit(error: EditError) -> Error {
    match error {
        EditError::NoSuchOccurrence => Error::NotFound("occurrence"),
        other => Problems::one("recurrence_rule", other.to_string()).into(),
    }
}
