//! Ending the link to an account.

use kalends_domain::access::Actor;
use kalends_domain::sync::{Health, ProviderKind};
use kalends_ports::{Change, Changes, ProviderError};

use super::said;
use crate::{App, Context, Error, Result};

impl App {
    /// Gives the permission back, and forgets the account's tokens, links and log. Events stay on both sides. Where the
    /// provider cannot be reached the account stays linked, so that the permission does not outlive the link; one
    /// that does not accept our authorization any more has ended it already.
    pub async fn unlink(&self, cx: &Context, actor: &Actor, kind: ProviderKind) -> Result<()> {
        let integration = self.integration_of(actor, kind).await?;
        if let Some(provider) = self.ports.providers.get(kind)
            && integration.health != Health::Unauthorized
        {
            // Sealed with a key that is lost, it can be revoked by nobody.
            if let Ok(refresh) = self.opened(kind, &integration.refresh) {
                let revoked = provider.revoke(&refresh).await;
                if let Err(error @ (ProviderError::Unavailable { .. } | ProviderError::RateLimited { .. })) = revoked {
                    return Err(said(kind)(error));
                }
            }
        }
        match self.commit(cx, Changes::new().and(Change::RemoveIntegration(integration.id))).await {
            Err(Error::Store(kalends_ports::StoreError::Missing)) => Err(Error::NotFound("integration")),
            other => other,
        }
    }
}
