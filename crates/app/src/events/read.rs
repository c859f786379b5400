//! Looking at one event.

use std::sync::Arc;

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::{TimeInput, Window};
use kalends_domain::id::EventId;
use kalends_domain::recurrence::Budget;

use super::list::{EventList, OccurrenceKey, page};
use super::{EventView, READ_BUDGET, original_start, too_expensive};
use crate::{App, Error, Result, require_scope};

impl App {
    /// One event; with `occurrence`, the occurrence that was to begin then.
    pub async fn event(&self, actor: &Actor, id: EventId, occurrence: Option<TimeInput>) -> Result<EventView> {
        require_scope(actor, Resource::Events, Verb::Read)?;
        let event = Arc::new(self.event_for(id, actor, Action::Read).await?.event);
        let Some(named) = occurrence else { return Ok(EventView { event, place: None }) };
        let at = original_start(&event, named)?;
        let found = event.occurrence_at(at, &mut Budget::new(READ_BUDGET)).map_err(too_expensive)?;
        let view = found.map(|found| EventView::occurrence(&event, &found));
        view.ok_or(Error::NotFound("occurrence"))
    }

    /// The occurrences of one event in a window. A single event has itself.
    pub async fn event_occurrences(
        &self,
        actor: &Actor,
        id: EventId,
        window: Window,
        after: Option<OccurrenceKey>,
        limit: usize,
    ) -> Result<EventList> {
        require_scope(actor, Resource::Events, Verb::Read)?;
        let event = self.event_for(id, actor, Action::Read).await?.event;
        page(vec![event], window, "end", after, limit, |_| true)
    }
}
