//! Fristen: deadlines with an assignee, a second pair of eyes, and a history.
//!
//! Whatever of a Frist its event says too is changed by changing the event, here or through any other surface: what
//! becomes of the Frist, of those that are computed from it, and which entries of the history that makes, is decided in
//! one place, [`follow`], through which every commit of the use cases goes. There, too, a Frist goes with its calendar and
//! comes back with it ([`calendars`]).

mod assign;
mod audit;
mod basis;
mod calendars;
mod create;
mod delete;
mod follow;
mod history;
mod list;
mod mail;
mod summary;
mod update;
mod verify;

#[cfg(test)]
mod tests;

use kalends_domain::access::{Action, Actor};
use kalends_domain::event::{Event, Span, TimeInput};
use kalends_domain::frist::{Frist, State};
use kalends_domain::id::{CalendarId, ChainId, EventId, UserId};
use kalends_domain::problem::Problems;
use kalends_domain::time::{Zone, civil};
use kalends_ports::{Change, Changes, SeenFrist};
use uuid::Uuid;

pub use audit::{AuditReport, audit_fristen};
pub use basis::{Computation, Due, TriggerDay};
pub use create::NewFrist;
pub use list::ListFristen;
pub(crate) use mail::FristMail;
#[cfg(test)]
pub(crate) use mail::News;
pub use summary::{FristSummary, SummaryOf};
pub use update::{ChangedFrist, FristChange, MovedFrist};

use crate::{App, Context, Error, Result, require, touch};

/// A Frist with its event, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FristView {
    /// The Frist.
    pub frist: Frist,
    /// Its event.
    pub event: Event,
}

impl App {
    /// A Frist that is not deleted, with which the caller may do this.
    async fn frist_for(&self, id: EventId, actor: &Actor, action: Action) -> Result<SeenFrist> {
        let seen = self.frist_even_deleted(id, actor, action).await?;
        if seen.frist.state.deleted { Err(Error::NotFound("frist")) } else { Ok(seen) }
    }

    async fn frist_even_deleted(&self, id: EventId, actor: &Actor, action: Action) -> Result<SeenFrist> {
        let seen = self.ports.fristen.find_frist(id, actor.user).await?.ok_or(Error::NotFound("frist"))?;
        require(seen.role, action, "frist")?;
        Ok(seen)
    }

    /// The calendars whose Fristen the caller sees.
    async fn frist_calendars(&self, actor: &Actor) -> Result<Vec<CalendarId>> {
        let seats = self.ports.calendars.list_seats(actor.user).await?;
        Ok(seats.into_iter().map(|seat| seat.calendar).collect())
    }
}

/// The changes that turn a Frist and its event into these; none when both are as they were.
fn written(cx: &Context, actor: UserId, before: &SeenFrist, event: Event, state: State) -> (FristView, Changes) {
    let mut changes = Changes::new();
    let (mut event, old) = (event, &before.event);
    if event != *old {
        (event.version, event.updated_at, event.updated_by) = (old.version + 1, cx.now(), actor);
        changes = changes.and(Change::UpdateEvent { event: event.clone(), expected: old.version });
        if event.calendar != old.calendar {
            changes = changes.and(touch(cx, old.calendar));
        }
        changes = changes.and(touch(cx, event.calendar));
    }
    let Some(write) = before.frist.changed(state, actor, cx.now()) else {
        return (FristView { frist: before.frist.clone(), event }, changes);
    };
    (FristView { frist: write.frist.clone(), event }, changes.and(Change::WriteFrist(write)))
}

/// A deadline that was typed, as a moment of a zone; a day alone ends at 23:59.
fn typed_span(at: TimeInput, zone: Zone) -> Result<Span> {
    let at = match at {
        TimeInput::Instant { at, .. } => at,
        TimeInput::Date(day) => zone.resolve(day.to_datetime(civil::time(23, 59, 0, 0))),
    };
    Span::timed(at, at, zone).map_err(|error| Problems::one("deadline", error.to_string()).into())
}

/// What else a caller may say about any Frist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FristFields {
    /// Where it stands.
    pub calendar: Option<CalendarId>,
    /// Its title.
    pub title: Option<String>,
    /// The case that it belongs to, or none.
    pub case: Option<Option<Uuid>>,
    /// The chain that it belongs to.
    pub chain: Option<ChainId>,
    /// Who sees to it, or nobody.
    pub assignee: Option<Option<UserId>>,
    /// Whether it stays when what it was computed from moves.
    pub locked: Option<bool>,
    /// Reminders in minutes before the deadline, beside those of its pre-deadlines.
    pub reminders: Option<Vec<u32>>,
}
