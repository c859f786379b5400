//! Looking at Fristen.

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::frist::{CHAIN_MAX, Status};
use kalends_domain::id::{CalendarId, ChainId, EventId, UserId};
use kalends_ports::{FristFilter, Page, PageRequest};
use uuid::Uuid;

use super::FristView;
use crate::{App, Context, Result, require_scope};

/// Which Fristen are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFristen {
    /// Standing so.
    pub status: Option<Status>,
    /// Belonging to this case.
    pub case: Option<Uuid>,
    /// Given to this person.
    pub assignee: Option<UserId>,
    /// Of this chain.
    pub chain: Option<ChainId>,
    /// Due at this instant or later.
    pub from: Option<Timestamp>,
    /// Due before this instant.
    pub before: Option<Timestamp>,
}

impl ListFristen {
    pub(super) fn filter(&self, cx: &Context, calendars: Vec<CalendarId>) -> FristFilter {
        let Self { status, case, assignee, chain, from, before } = *self;
        FristFilter { calendars, status, now: cx.now(), case, assignee, chain, from, before }
    }
}

/// All Fristen of these calendars.
pub(super) fn any(cx: &Context, calendars: Vec<CalendarId>) -> FristFilter {
    ListFristen::default().filter(cx, calendars)
}

impl App {
    /// One Frist.
    pub async fn frist(&self, actor: &Actor, id: EventId) -> Result<FristView> {
        require_scope(actor, Resource::Calendar, Verb::Read)?;
        let seen = self.frist_for(id, actor, Action::Read).await?;
        Ok(FristView { frist: seen.frist, event: seen.event })
    }

    /// The Fristen of all calendars that the caller sees, by deadline, then by id.
    pub async fn list_fristen(
        &self,
        cx: &Context,
        actor: &Actor,
        wanted: ListFristen,
        page: PageRequest<(Timestamp, EventId)>,
    ) -> Result<Page<FristView>> {
        require_scope(actor, Resource::Calendar, Verb::Read)?;
        let filter = wanted.filter(cx, self.frist_calendars(actor).await?);
        let Page { items, more } = self.ports.fristen.list_fristen(filter, page).await?;
        let items = items.into_iter().map(|(frist, event)| FristView { frist, event }).collect();
        Ok(Page { items, more })
    }

    /// All Fristen of the chain of this one that the caller sees, by deadline.
    pub async fn frist_chain(&self, cx: &Context, actor: &Actor, id: EventId) -> Result<Vec<FristView>> {
        let chain = Some(self.frist(actor, id).await?.frist.state.chain);
        let page = PageRequest { after: None, limit: CHAIN_MAX };
        Ok(self.list_fristen(cx, actor, ListFristen { chain, ..ListFristen::default() }, page).await?.items)
    }
}
