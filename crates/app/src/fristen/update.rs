//! Changing a Frist, and looking at what that would move.

use std::collections::BTreeSet;

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::Pattern;
use kalends_domain::id::{CalendarId, EventId};
use kalends_domain::time::Zone;
use kalends_ports::{Change, Changes, SeenFrist};

use super::basis::Dated;
use super::create::add;
use super::follow::tell_reminders;
use super::mail::tell_assignee;
use super::{Due, FristFields, FristView, written};
use crate::events::cannot_edit;
use crate::{App, Context, Result, require_scope, require_version, settled};

/// What changes in a Frist. What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct FristChange {
    /// Another deadline, typed or computed. A typed one is not computed any more.
    pub due: Option<Due>,
    /// Another zone of the deadline. Without one it keeps its zone; a typed one that is computed now takes its region's.
    pub zone: Option<Zone>,
    /// All else.
    pub fields: FristFields,
}

/// A Frist that was changed, or would be, and what moves with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedFrist {
    /// The Frist as it is then.
    pub view: FristView,
    /// Each Frist, seen by the caller, whose deadline moves with it, by new deadline. Its own is the first, if it does.
    pub moved: Vec<MovedFrist>,
}

/// A deadline that moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedFrist {
    /// The Frist.
    pub id: EventId,
    /// Its title.
    pub title: String,
    /// When it was due.
    pub from: Timestamp,
    /// When it is due then.
    pub to: Timestamp,
    /// The zone in which it is then.
    pub zone: Zone,
    /// Whether that ends a verification.
    pub unverified: bool,
}

impl App {
    /// Changes a Frist, and with it all that is computed from it. As a dry run it writes nothing, and answers what would
    /// be.
    pub async fn update_frist(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        change: FristChange,
        expected: Option<i64>,
        dry_run: bool,
    ) -> Result<ChangedFrist> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        settled(async || {
            let seen = self.frist_for(id, actor, Action::Write).await?;
            require_version(expected, seen.frist.version)?;
            let (view, changes) = self.change_frist(cx, actor, &seen, &change).await?;
            let changes = self.with_fristen(cx, changes).await?;
            let mine: BTreeSet<_> = self.frist_calendars(actor).await?.into_iter().collect();
            let moved = moved(&changes, id, &mine);
            if !dry_run && !changes.0.is_empty() {
                let told = tell_assignee(cx, actor.user, id, seen.frist.state.assignee, view.frist.state.assignee);
                self.commit(cx, changes.and_all(told)).await?;
            }
            Ok(ChangedFrist { view, moved })
        })
        .await
    }

    async fn change_frist(
        &self,
        cx: &Context,
        actor: &Actor,
        seen: &SeenFrist,
        change: &FristChange,
    ) -> Result<(FristView, Changes)> {
        let FristFields { calendar, title, case, chain, assignee, locked, reminders } = change.fields.clone();
        let (mut event, old) = (seen.event.clone(), &seen.frist.state);
        event.updated_by = actor.user;
        if let Some(calendar) = calendar.filter(|calendar| *calendar != event.calendar) {
            self.calendar_for(calendar, actor.user, Action::Write).await?;
            event.calendar = calendar;
        }
        event.details.title = title.unwrap_or(event.details.title);
        event.case_id = case.unwrap_or(event.case_id);
        let mut basis = None;
        let mut minutes = reminders;
        if let Some(due) = &change.due {
            let zone = match (due, &change.zone) {
                (Due::Typed(_), None) => old.span.zone.clone(),
                (Due::Computed(_), None) if old.basis.is_some() => old.span.zone.clone(),
                (_, said) => self.frist_zone(actor, due, said.as_ref()).await?,
            };
            let dated: Dated = self.dated(actor, event.id, due, old.basis.as_ref(), zone).await?;
            let mut details = event.details.clone();
            details.span = dated.span;
            event.change_all(details, Pattern::Follow).map_err(cannot_edit)?;
            let own = minutes.take().unwrap_or_else(|| own_reminders(seen));
            let mut all = dated.reminders;
            add(&mut all, &own)?;
            (minutes, basis) = (Some(all), Some(dated.basis));
        } else if let Some(zone) = &change.zone {
            let mut details = event.details.clone();
            details.span = details.span.in_zone(zone.clone());
            event.change_all(details, Pattern::Follow).map_err(cannot_edit)?;
        } else if let Some(own) = minutes.take() {
            let mut all = pre_deadlines(seen);
            add(&mut all, &own)?;
            minutes = Some(all);
        }
        if let Some(minutes) = &minutes {
            tell_reminders(cx, &mut event, minutes);
        }
        let mut state = old.following(&event);
        if let Some(basis) = basis {
            state.basis = basis;
        }
        if let Some(chain) = chain.filter(|chain| *chain != old.chain) {
            self.check_chain(cx, actor, chain).await?;
            state.chain = chain;
        }
        state.assignee = assignee.unwrap_or(state.assignee);
        state.locked = locked.unwrap_or(state.locked);
        if let Some(person) = state.assignee
            && (state.assignee != old.assignee || state.calendar != old.calendar)
        {
            self.check_assignee(actor, state.calendar, person).await?;
        }
        event.updated_by = seen.event.updated_by;
        Ok(written(cx, actor.user, seen, event, state))
    }
}

/// The reminders of a Frist's pre-deadlines.
fn pre_deadlines(seen: &SeenFrist) -> Vec<u32> {
    let state = &seen.frist.state;
    let computed = state.basis.as_ref().and_then(|basis| basis.compute(&state.span.zone).ok());
    computed.map(|(_, minutes)| minutes).unwrap_or_default()
}

/// The reminders that were said beside them.
fn own_reminders(seen: &SeenFrist) -> Vec<u32> {
    let computed = pre_deadlines(seen);
    seen.frist.state.reminders.iter().copied().filter(|minutes| !computed.contains(minutes)).collect()
}

/// The deadlines that these changes move, as far as they are seen.
fn moved(changes: &Changes, first: EventId, seen: &BTreeSet<CalendarId>) -> Vec<MovedFrist> {
    let mut moved: Vec<MovedFrist> = Vec::new();
    for change in &changes.0 {
        let Change::WriteFrist(write) = change else { continue };
        let (Some(before), after) = (&write.before, &write.frist.state) else { continue };
        if before.deadline() != after.deadline() && seen.contains(&before.calendar) {
            moved.push(MovedFrist {
                id: write.frist.id,
                title: after.title.clone(),
                from: before.deadline(),
                to: after.deadline(),
                zone: after.span.zone.clone(),
                unverified: before.verification.is_some() && after.verification.is_none(),
            });
        }
    }
    moved.sort_by_key(|frist| (frist.id != first, frist.to, frist.id));
    moved
}
