//! Looking at calendars.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::id::CalendarId;
use kalends_ports::{Page, PageRequest};

use super::ShownCalendar;
use crate::{App, Result, require_scope};

impl App {
    /// One of the caller's calendars, own or shared.
    pub async fn calendar(&self, actor: &Actor, id: CalendarId) -> Result<ShownCalendar> {
        require_scope(actor, Resource::Calendars, Verb::Read)?;
        let view = self.calendar_for(id, actor.user, Action::Read).await?;
        Ok(self.show(view.calendar, view.membership.role))
    }

    /// The caller's calendars, own and shared, in the order in which they were made.
    pub async fn list_calendars(&self, actor: &Actor, page: PageRequest<CalendarId>) -> Result<Page<ShownCalendar>> {
        require_scope(actor, Resource::Calendars, Verb::Read)?;
        let found = self.ports.calendars.list_calendars(actor.user, page).await?;
        let items = found.items.into_iter().map(|view| self.show(view.calendar, view.membership.role)).collect();
        Ok(Page { items, more: found.more })
    }
}
