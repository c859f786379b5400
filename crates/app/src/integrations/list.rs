//! What a person linked.

use kalends_domain::access::Actor;
use kalends_domain::id::SyncLogId;
use kalends_domain::sync::{Integration, Link, ProviderKind, SyncLogEntry};
use kalends_ports::{Page, PageRequest};

use crate::{App, Result, require_token};

/// A linked account, and what of it is synced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedAccount {
    /// The account.
    pub integration: Integration,
    /// Its calendars that are synced.
    pub links: Vec<Link>,
}

impl App {
    /// The caller's linked accounts.
    pub async fn list_integrations(&self, actor: &Actor) -> Result<Vec<LinkedAccount>> {
        require_token(actor)?;
        let mut accounts = Vec::new();
        for integration in self.ports.integrations.list_integrations(actor.user).await? {
            let mut links = self.ports.integrations.list_links(integration.id).await?;
            links.retain(|link| !link.mirror);
            accounts.push(LinkedAccount { integration, links });
        }
        Ok(accounts)
    }

    /// Whether this server offers the provider.
    pub fn offers(&self, kind: ProviderKind) -> bool {
        self.ports.providers.get(kind).is_some()
    }

    /// What the syncs of an account did, the latest first.
    pub async fn list_sync_log(
        &self,
        actor: &Actor,
        kind: ProviderKind,
        page: PageRequest<SyncLogId>,
    ) -> Result<Page<SyncLogEntry>> {
        let integration = self.integration_of(actor, kind).await?;
        Ok(self.ports.integrations.list_sync_log(integration.id, page).await?)
    }
}
