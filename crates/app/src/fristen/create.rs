//! Making a Frist.

use std::collections::BTreeMap;

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::{Details, Event, Kind, Transparency};
use kalends_domain::frist::{Frist, State};
use kalends_domain::id::{ChainId, EventId};
use kalends_domain::problem::Problems;
use kalends_domain::time::Zone;
use kalends_ports::{Change, Changes};

use super::basis::Dated;
use super::follow::tell_reminders;
use super::mail::tell_assignee;
use super::{Due, FristFields, FristView};
use crate::calendars::Home;
use crate::{App, Context, Result, require_scope, settled, touch};

/// A Frist to make.
#[derive(Debug, Clone)]
pub struct NewFrist {
    /// What it is called.
    pub title: String,
    /// When it is due.
    pub due: Due,
    /// The zone of the deadline.
    pub zone: Option<Zone>,
    /// All else; without a calendar the caller's default one, without a chain one of its own.
    pub fields: FristFields,
}

impl App {
    /// Makes a Frist and its event, which takes nobody's time.
    pub async fn create_frist(&self, cx: &Context, actor: &Actor, new: NewFrist) -> Result<FristView> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        // Before anything that another attempt, or a repeated request, may find done and not do again.
        let (id, own_chain) = (EventId(cx.id()), ChainId(cx.id()));
        settled(async || {
            let Home { calendar, made, .. } = match new.fields.calendar {
                Some(named) => {
                    self.calendar_for(named, actor.user, Action::Write).await?;
                    Home { calendar: named, revision: None, made: Changes::new() }
                }
                None => self.default_calendar(cx, actor.user).await?,
            };
            let assignee = new.fields.assignee.flatten();
            if let Some(person) = assignee.filter(|person| *person != actor.user) {
                self.check_assignee(actor, calendar, person).await?;
            }
            if let Some(chain) = new.fields.chain {
                self.check_chain(cx, actor, chain).await?;
            }
            let zone = self.frist_zone(actor, &new.due, new.zone.as_ref()).await?;
            let Dated { span, basis, mut reminders } = self.dated(actor, id, &new.due, None, zone).await?;
            let mut event = Event {
                id,
                calendar,
                uid: id.to_string(),
                details: Details::new(new.title.clone(), span),
                recurrence: None,
                overrides: BTreeMap::new(),
                course_id: None,
                case_id: new.fields.case.flatten(),
                sequence: 0,
                created_by: actor.user,
                updated_by: actor.user,
                created_at: cx.now(),
                updated_at: cx.now(),
                deleted_at: None,
                version: 1,
            };
            (event.details.kind, event.details.transparency) = (Kind::Deadline, Transparency::Transparent);
            add(&mut reminders, new.fields.reminders.as_deref().unwrap_or_default())?;
            tell_reminders(cx, &mut event, &reminders);
            let state = State {
                assignee,
                locked: new.fields.locked.unwrap_or_default(),
                basis,
                ..State::of(&event, new.fields.chain.unwrap_or(own_chain))
            };
            let write = Frist::made(&event, state);
            let frist = write.frist.clone();
            let changes = made
                .and(Change::InsertEvent(event.clone()))
                .and(touch(cx, calendar))
                .and(Change::WriteFrist(write))
                .and_all(tell_assignee(cx, actor.user, id, None, assignee));
            self.commit(cx, changes).await?;
            Ok(FristView { frist, event })
        })
        .await
    }
}

/// More reminders, each once.
pub(super) fn add(reminders: &mut Vec<u32>, more: &[u32]) -> Result<()> {
    for minutes in more {
        if !reminders.contains(minutes) {
            reminders.push(*minutes);
        }
    }
    let most = kalends_domain::event::REMINDERS_MAX;
    if reminders.len() > most {
        return Err(Problems::one("reminders", format!("may have at most {most} entries")).into());
    }
    Ok(())
}
