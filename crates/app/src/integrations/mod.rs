//! Accounts at providers: linking them, choosing what is synced, and the sync itself.

mod access;
mod apply;
mod callback;
mod choose;
mod connect;
mod list;
mod push;
mod read;
mod soon;
mod status;
mod sync;
#[cfg(test)]
mod tests;
mod unlink;

use std::sync::Arc;

use jiff::Timestamp;
use kalends_domain::access::Actor;
use kalends_domain::sync::{Integration, ProviderKind};
use kalends_ports::{Provider, ProviderError};

pub use callback::Granted;
pub(crate) use callback::new_link;
pub use choose::{ChosenCalendar, OfferedCalendar};
pub use list::LinkedAccount;
pub(crate) use soon::sync_soon;
pub use status::{PushedEvent, SyncState};
pub use sync::{Synced, SyncedSide};
pub(crate) use unlink::Permission;

use crate::{App, Error, Result, require_token};

/// The name of the store's setting that only the right key opens. It is there once something is sealed that must not be
/// lost.
pub const SEAL_CHECK: &str = "seal_check";
/// What the setting says when it is opened.
pub const SEAL_CHECK_PLAIN: &[u8] = b"kalends";

impl App {
    /// The provider, if this server offers it.
    pub(crate) fn provider(&self, kind: ProviderKind) -> Result<&Arc<dyn Provider>> {
        let missing = || Error::Conflict(format!("{} is not set up on this server", kind.title()));
        self.ports.providers.get(kind).ok_or_else(missing)
    }

    /// The caller's account with this provider.
    async fn integration_of(&self, actor: &Actor, kind: ProviderKind) -> Result<Integration> {
        require_token(actor)?;
        let found = self.ports.integrations.find_integration(actor.user, kind).await?;
        found.ok_or(Error::NotFound("integration"))
    }
}

/// Nobody waits for what is to be asked: an account whose quota is used up is left alone.
pub(crate) fn require_quota(integration: &Integration, now: Timestamp) -> Result<()> {
    match integration.rests(now) {
        Some(left) => Err(said(integration.provider)(ProviderError::RateLimited { retry_after: Some(left) })),
        None => Ok(()),
    }
}

/// What a provider said, as a failure of the use case.
fn said(kind: ProviderKind) -> impl Fn(ProviderError) -> Error {
    move |error| Error::Provider { provider: kind, error }
}
