//! Ending the link to an account.

use std::fmt;
use std::str::FromStr;

use kalends_domain::access::Actor;
use kalends_domain::sync::{Health, Integration, ProviderKind, Sealed};
use kalends_ports::{Change, Changes, ProviderError};

use super::said;
use crate::jobs::{Task, Undone, enqueue};
use crate::{App, Context, Error, Result};

/// What an account that is gone had been permitted: it is given back from the queue. As text, the provider and the
/// token, which stays encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Permission {
    provider: ProviderKind,
    refresh: Sealed,
}

impl Permission {
    /// The kind of its jobs.
    pub(crate) const KIND: &str = "provider.revoke";

    /// For whoever deletes the account; none where the provider has ended it already.
    pub(crate) fn given_back(cx: &Context, integration: Integration) -> Option<Change> {
        let Integration { provider, refresh, health, .. } = integration;
        (health != Health::Unauthorized).then(|| enqueue(cx, &Task::Revoke(Self { provider, refresh })))
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.provider.as_str())?;
        self.refresh.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Permission {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (provider, sealed) = text.split_once(' ').ok_or(())?;
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let bytes: Option<Vec<u8>> = sealed.as_bytes().chunks(2).map(pair).collect();
        Ok(Self { provider: provider.parse().map_err(drop)?, refresh: Sealed(bytes.ok_or(())?) })
    }
}

impl App {
    /// Gives a permission back. One that is no good any more, or that nobody can read, is given back already.
    pub(crate) async fn revoke(&self, permission: &Permission) -> std::result::Result<Changes, Undone> {
        let kind = permission.provider;
        if let Some(provider) = self.ports.providers.get(kind)
            && let Ok(refresh) = self.opened(kind, &permission.refresh)
            && let Err(ProviderError::RateLimited { retry_after } | ProviderError::Unavailable { retry_after, .. }) =
                provider.revoke(&refresh).await
        {
            return Err(Undone::Later { reason: format!("{} could not be reached", kind.title()), after: retry_after });
        }
        Ok(Changes::new())
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_read_as_it_was_written() {
        let permission = Permission { provider: ProviderKind::Google, refresh: Sealed(vec![0, 9, 0xab, 255]) };
        assert_eq!(permission.to_string(), "google 0009abff");
        assert_eq!("google 0009abff".parse(), Ok(permission));
        for wrong in ["", "google", "apple 00", "google 0x", "google é"] {
            assert_eq!(wrong.parse::<Permission>(), Err(()), "{wrong}");
        }
    }
}
