//! The access token of a linked account, refreshed where it is nearly over.

use jiff::SignedDuration;
use kalends_domain::sync::{Health, Integration, ProviderKind, Sealed};
use kalends_ports::{Change, Changes, ProviderError, ProviderSecret, SecretsError, StoreError};

use super::said;
use crate::{App, Error, Result};

/// A token that is good for less than this is refreshed before it is used.
const SPARE: SignedDuration = SignedDuration::from_secs(90);
/// How often a lost race for a refresh is tried again.
const RACES: usize = 8;

impl App {
    /// An access token that is good for a while. Of two nodes that refresh at once, one commits, and the other takes what
    /// that one got.
    pub(super) async fn access(&self, integration: &mut Integration) -> Result<ProviderSecret> {
        let kind = integration.provider;
        let provider = self.provider(kind)?.clone();
        for _ in 0..RACES {
            // How long a token is good has nothing to do with when the request came.
            let now = self.ports.clock.now();
            if integration.health == Health::Unauthorized {
                return Err(said(kind)(ProviderError::Unauthorized));
            }
            if integration.access_until.saturating_sub(SPARE).is_ok_and(|until| until > now) {
                return self.opened(kind, &integration.access);
            }
            let refreshed = provider.refresh(&self.opened(kind, &integration.refresh)?).await;
            let mut changed = Integration { version: integration.version + 1, updated_at: now, ..integration.clone() };
            let outcome = match refreshed {
                Ok(tokens) => {
                    changed.access = Sealed(self.ports.secrets.seal(tokens.access.0.as_bytes())?);
                    changed.access_until = now.saturating_add(tokens.lifetime).unwrap_or(now);
                    if let Some(refresh) = &tokens.refresh {
                        changed.refresh = Sealed(self.ports.secrets.seal(refresh.0.as_bytes())?);
                    }
                    Ok(tokens.access)
                }
                Err(ProviderError::Unauthorized) => {
                    changed.health = Health::Unauthorized;
                    changed.last_error = Some(ProviderError::Unauthorized.to_string());
                    Err(said(kind)(ProviderError::Unauthorized))
                }
                Err(error) => return Err(said(kind)(error)),
            };
            let update = Change::UpdateIntegration { integration: changed.clone(), expected: integration.version };
            match self.ports.commit.commit(Changes::new().and(update)).await {
                Ok(()) => {
                    *integration = changed;
                    return outcome;
                }
                // Somebody else was faster, and may have made the token with which we were refused useless.
                Err(StoreError::Stale) => {
                    let found = self.ports.integrations.find_integration(integration.user, kind).await?;
                    let found = found.filter(|it| it.id == integration.id);
                    *integration = found.ok_or(Error::NotFound("integration"))?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Conflict("the account is being refreshed by too many at once; retry shortly".to_owned()))
    }

    /// Asks the provider with a good token. Where it refuses one before its time, that is refreshed and asked with once
    /// more: the refresh tells whether the account is still linked.
    pub(crate) async fn asked<T, F>(
        &self,
        integration: &mut Integration,
        mut ask: impl FnMut(ProviderSecret) -> F,
    ) -> Result<T>
    where
        F: Future<Output = std::result::Result<T, ProviderError>>,
    {
        let mut answer = ask(self.access(integration).await?).await;
        if matches!(answer, Err(ProviderError::Unauthorized)) {
            integration.access_until = self.ports.clock.now();
            answer = ask(self.access(integration).await?).await;
        }
        answer.map_err(said(integration.provider))
    }

    /// A token as it was before it was sealed.
    /// Sealed with a key that is lost, it is of no more use than one that was taken back.
    pub(super) fn opened(&self, kind: ProviderKind, sealed: &Sealed) -> Result<ProviderSecret> {
        let plain = match self.ports.secrets.open(&sealed.0) {
            Err(SecretsError::Unsealable) => return Err(said(kind)(ProviderError::Unauthorized)),
            other => other?,
        };
        Ok(ProviderSecret(String::from_utf8_lossy(&plain).into_owned()))
    }
}
