//! What the caller's Google account has to do with all this.

use std::collections::HashMap;

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::id::{EventId, UserId};
use kalends_domain::sync::{Pair, ProviderKind, copy_id};

use crate::events::EventView;
use crate::{App, Error, Result, require_scope};

/// An event's copy in a Google calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoogleCopy {
    /// The copy's id there.
    pub event: String,
    /// The calendar there.
    pub calendar: String,
}

/// What a pull from Google changed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulled {
    /// Events that were new.
    pub imported: usize,
    /// Events that had changed.
    pub updated: usize,
}

impl App {
    /// Syncs the caller's Google account, and tells what that brought here.
    pub async fn pull_google(&self, actor: &Actor) -> Result<Pulled> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        if self.ports.providers.get(ProviderKind::Google).is_none() {
            return Err(Error::NotLinked);
        }
        let found = self.ports.integrations.find_integration(actor.user, ProviderKind::Google).await?;
        let synced = self.sync_account(&found.ok_or(Error::NotLinked)?, false).await?;
        Ok(Pulled { imported: synced.here.created, updated: synced.here.updated })
    }

    /// The copies of these events in the reader's Google account, as far as their calendars are linked to it. One that
    /// is not made yet has its id already.
    pub(crate) async fn google_copies(
        &self,
        reader: UserId,
        views: &[EventView],
    ) -> Result<HashMap<EventId, GoogleCopy>> {
        let mut copies = HashMap::new();
        if views.is_empty() || self.ports.providers.get(ProviderKind::Google).is_none() {
            return Ok(copies);
        }
        let Some(account) = self.ports.integrations.find_integration(reader, ProviderKind::Google).await? else {
            return Ok(copies);
        };
        for link in self.ports.integrations.list_links(account.id).await? {
            let linked = views.iter().filter(|view| view.event.calendar == link.calendar);
            let mut events: Vec<EventId> = linked.map(|view| view.event.id).collect();
            events.sort_unstable();
            events.dedup();
            if events.is_empty() {
                continue;
            }
            let pairs = self.ports.integrations.list_pairs_by_event(link.id, events.clone()).await?;
            let mut known: HashMap<EventId, Pair> = pairs.into_iter().map(|pair| (pair.event, pair)).collect();
            for event in events {
                let remote = match known.remove(&event) {
                    // Google does not take it.
                    Some(Pair { refused: Some(_), .. }) => continue,
                    Some(pair) => pair.remote,
                    None => copy_id(event),
                };
                let calendar = if link.primary { "primary".to_owned() } else { link.remote.clone() };
                copies.insert(event, GoogleCopy { event: remote, calendar });
            }
        }
        Ok(copies)
    }
}
