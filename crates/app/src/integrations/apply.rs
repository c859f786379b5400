//! What a plan does here: events, what is remembered of them, and what is told about it, in commits of bounded size.

use std::collections::HashSet;

use kalends_domain::event::{Details, Event, UID_MAX};
use kalends_domain::id::{EventId, HistoryId, SyncLogId};
use kalends_domain::sync::remote::Field;
use kalends_domain::sync::{
    Decision, Deed, Here, HistoryEntry, Integration, Link, Pair, Remember, Side, SyncLogEntry, There,
};
use kalends_ports::Change;

use crate::{Context, touch};

/// What one decision changes here.
pub(super) struct Applied {
    /// In their order.
    pub(super) changes: Vec<Change>,
    /// The event as it is then; `None` where there is none.
    pub(super) event: Option<Event>,
    /// The pair as it is then.
    pub(super) pair: Option<Pair>,
}

/// Carries plans out, for one link.
pub(super) struct Writer<'w> {
    pub(super) cx: &'w Context,
    pub(super) link: &'w Link,
    pub(super) integration: &'w Integration,
    /// The UIDs of the calendar's events, as far as this sync may meet them.
    pub(super) uids: HashSet<String>,
}

impl Writer<'_> {
    /// What the decision changes here. `Err` says why it cannot.
    pub(super) fn apply(&mut self, decision: &Decision, known: Option<&Event>) -> Result<Applied, String> {
        let (mut changes, mut event) = (Vec::new(), known.cloned());
        match &decision.here {
            Here::Nothing => {}
            Here::Make { copy, uid } => {
                let mut made = self.blank(copy.facts.title.as_str(), copy.facts.span.clone(), uid.as_ref());
                copy.write_to(&mut made, &mut || self.cx.id()).map_err(|error| error.to_string())?;
                made.sequence = 0;
                changes.push(Change::InsertEvent(made.clone()));
                event = Some(made);
            }
            Here::Change(copy) | Here::Restore(copy) => {
                let Some(event) = &mut event else { return Err("the event is gone".to_owned()) };
                let expected = event.version;
                copy.write_to(event, &mut || self.cx.id()).map_err(|error| error.to_string())?;
                if event.deleted_at.take().is_some() && !self.uids.insert(event.uid.clone()) {
                    event.uid = event.id.to_string();
                }
                self.changed(event);
                changes.push(Change::UpdateEvent { event: event.clone(), expected });
            }
            Here::Delete => {
                let Some(event) = &mut event else { return Err("the event is gone".to_owned()) };
                let expected = event.version;
                event.deleted_at = Some(self.cx.now());
                self.uids.remove(&event.uid);
                self.changed(event);
                changes.push(Change::UpdateEvent { event: event.clone(), expected });
            }
        }
        if decision.here != Here::Nothing {
            changes.push(touch(self.cx, self.link.calendar));
        }
        let id = event.as_ref().map(|event| event.id).or(decision.event);
        let mut pair = None;
        match (&decision.remember, &event) {
            (Remember::This { .. }, Some(event)) => {
                pair = decision.pair(event);
                changes.extend(pair.clone().map(|pair| Change::PutPair { link: self.link.id, pair }));
            }
            (Remember::Nothing, _) => {
                changes.extend(id.map(|event| Change::RemovePair { link: self.link.id, event }));
            }
            (Remember::AsItIs | Remember::This { .. }, _) => {}
        }
        if let Some(deed) = deed(decision) {
            let entry = self.entry(decision, id, Side::Here, deed, decision.reason.clone());
            changes.push(Change::InsertSyncLog(entry));
        }
        changes.extend(id.into_iter().flat_map(|event| self.history(decision, event)));
        Ok(Applied { changes, event, pair })
    }

    fn blank(&mut self, title: &str, span: kalends_domain::event::Span, uid: Option<&String>) -> Event {
        let id = EventId(self.cx.id());
        let good = |uid: &&String| {
            !uid.is_empty() && uid.len() <= UID_MAX && !uid.chars().any(char::is_control) && !self.uids.contains(*uid)
        };
        let uid = uid.filter(good).cloned().unwrap_or_else(|| id.to_string());
        self.uids.insert(uid.clone());
        Event {
            id,
            calendar: self.link.calendar,
            uid,
            details: Details::new(title, span),
            recurrence: None,
            overrides: std::collections::BTreeMap::new(),
            course_id: None,
            case_id: None,
            sequence: 0,
            created_by: self.integration.user,
            updated_by: self.integration.user,
            created_at: self.cx.now(),
            updated_at: self.cx.now(),
            deleted_at: None,
            version: 1,
        }
    }

    fn changed(&self, event: &mut Event) {
        event.version += 1;
        event.updated_at = self.cx.now();
        event.updated_by = self.integration.user;
    }

    /// A line of the log.
    pub(super) fn entry(
        &self,
        decision: &Decision,
        event: Option<EventId>,
        side: Side,
        deed: Deed,
        reason: String,
    ) -> SyncLogEntry {
        SyncLogEntry {
            id: SyncLogId(self.cx.id()),
            integration: self.integration.id,
            at: self.cx.now(),
            side,
            deed,
            event,
            remote: decision.remote.clone(),
            title: decision.title.clone(),
            fields: if deed == Deed::Updated { names(decision.fields.iter().copied()) } else { Vec::new() },
            reason,
        }
    }

    fn history(&self, decision: &Decision, event: EventId) -> Vec<Change> {
        let entry = |lost: &kalends_domain::sync::Lost| {
            Change::InsertHistory(HistoryEntry {
                id: HistoryId(self.cx.id()),
                event,
                at: self.cx.now(),
                source: match lost.side {
                    Side::Here => "here".to_owned(),
                    Side::There => self.integration.provider.as_str().to_owned(),
                },
                field: lost.field.map(|field| field.as_str().to_owned()),
                value: lost.value.clone(),
                reason: decision.reason.clone(),
            })
        };
        decision.lost.iter().map(entry).collect()
    }
}

/// What the log calls what a decision does here.
pub(super) fn deed(decision: &Decision) -> Option<Deed> {
    match &decision.here {
        Here::Make { .. } | Here::Restore(_) => Some(Deed::Created),
        Here::Change(_) => Some(Deed::Updated),
        Here::Delete => Some(Deed::Deleted),
        Here::Nothing => match &decision.remember {
            Remember::This { known: false, .. } if decision.there != There::Delete => Some(Deed::Adopted),
            _ => None,
        },
    }
}

/// What the log calls what a decision does there.
pub(super) fn deed_there(decision: &Decision) -> Option<Deed> {
    match &decision.there {
        There::Nothing => None,
        There::Insert => Some(Deed::Created),
        There::Change { .. } => Some(Deed::Updated),
        There::Delete => Some(Deed::Deleted),
    }
}

fn names(fields: impl Iterator<Item = Field>) -> Vec<String> {
    fields.map(|field| field.as_str().to_owned()).collect()
}
