//! What an event lost to later changes elsewhere.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::id::{EventId, HistoryId};
use kalends_domain::sync::HistoryEntry;
use kalends_ports::{Page, PageRequest};

use crate::{App, Error, Result, require, require_scope};

impl App {
    /// The values that an event's syncs replaced by later ones, the latest first. For members of its calendar: those who
    /// are only asked to it see it as it is.
    pub async fn event_history(
        &self,
        actor: &Actor,
        id: EventId,
        page: PageRequest<HistoryId>,
    ) -> Result<Page<HistoryEntry>> {
        require_scope(actor, Resource::Events, Verb::Read)?;
        let seen = self.ports.events.find_event(id, actor.user).await?.ok_or(Error::NotFound("event"))?;
        require(seen.role, Action::Read, "event")?;
        Ok(self.ports.integrations.list_history(id, page).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, seen};
    use kalends_domain::access::Role;

    #[tokio::test]
    async fn it_is_for_members() {
        for (role, sees) in [(Some(Role::Viewer), true), (None, false)] {
            let mut mocks = Mocks::default();
            mocks.events.expect_find_event().returning(move |_, _| Ok(Some(seen(event(false), role))));
            mocks.integrations.expect_list_history().returning(|_, _| Ok(Page { items: vec![], more: false }));
            let app = mocks.app();
            let page = PageRequest { after: None, limit: 10 };
            assert_eq!(app.event_history(&actor(), event(false).id, page).await.is_ok(), sees);
        }
    }
}
