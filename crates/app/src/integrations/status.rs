//! How the caller's accounts are doing, and one event of theirs sent at once.

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::id::{EventId, LinkId};
use kalends_domain::sync::{Integration, Link, ProviderKind};
use kalends_ports::PageRequest;

use crate::{App, Error, Result, require_scope};

/// Most events that are counted as waiting, of each sort and calendar.
const PENDING_MAX: usize = 1_000;

/// A linked account, and how far its sync is behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncState {
    /// The account.
    pub integration: Integration,
    /// Events of its calendars that the provider does not have as they are here; where they are very many, a part.
    pub pending: usize,
}

/// An event that a provider has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedEvent {
    /// Which provider.
    pub provider: ProviderKind,
    /// What the event is called there.
    pub external_id: String,
    /// When the provider had it.
    pub pushed_at: Timestamp,
}

impl App {
    /// How the caller's linked accounts are doing.
    pub async fn sync_states(&self, actor: &Actor) -> Result<Vec<SyncState>> {
        require_scope(actor, Resource::Calendar, Verb::Read)?;
        let mut states = Vec::new();
        for integration in self.ports.integrations.list_integrations(actor.user).await? {
            let mut pending = 0;
            for link in self.ports.integrations.list_links(integration.id).await?.iter().filter(|link| link.writable) {
                pending += self.pending(link).await?;
            }
            states.push(SyncState { integration, pending });
        }
        Ok(states)
    }

    async fn pending(&self, link: &Link) -> Result<usize> {
        let page = PageRequest { after: None, limit: PENDING_MAX };
        let changed = self.ports.integrations.list_pairs_changed(link.id, link.calendar, page).await?.items.len();
        Ok(changed + self.ports.integrations.list_events_unpaired(link.id, link.calendar, page).await?.items.len())
    }

    /// Syncs the calendar of an event with the caller's account that it is linked to, and tells what the event is called
    /// there once the provider has it. [`Error::NotLinked`] without any account; [`Error::SyncRunning`] while another sync
    /// of the calendar runs.
    pub async fn push_event(&self, actor: &Actor, id: EventId) -> Result<PushedEvent> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        let event = self.event_for(id, actor, Action::Write).await?.event;
        let accounts = self.ports.integrations.list_integrations(actor.user).await?;
        if accounts.is_empty() {
            return Err(Error::NotLinked);
        }
        for account in accounts {
            let links = self.ports.integrations.list_links(account.id).await?;
            if let Some(link) = links.into_iter().find(|link| link.calendar == event.calendar && link.writable) {
                self.sync_link(link.id, false).await?;
                return self.pushed(account.provider, link.id, id).await;
            }
        }
        Err(Error::Conflict(
            "the event's calendar is not synced with a linked account; choose it there first".to_owned(),
        ))
    }

    /// What came of a sync of this event.
    async fn pushed(&self, provider: ProviderKind, link: LinkId, id: EventId) -> Result<PushedEvent> {
        let pair = self.ports.integrations.list_pairs_by_event(link, vec![id]).await?.pop();
        let title = provider.title();
        match pair {
            Some(pair) => match pair.refused {
                Some(reason) => Err(Error::Conflict(format!("{title} does not take it: {reason}"))),
                None if pair.version > 0 => {
                    Ok(PushedEvent { provider, external_id: pair.remote, pushed_at: self.ports.clock.now() })
                }
                None => Err(Error::Conflict(format!("it changed at {title} meanwhile; try again"))),
            },
            None => Err(Error::Conflict(format!("{title} does not have it yet; try again"))),
        }
    }
}
