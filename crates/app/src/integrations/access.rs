//! Asking a provider in the name of a linked account: with an access token that is good, and not while its quota is used up.

use jiff::SignedDuration;
use kalends_domain::sync::{Health, Integration, ProviderKind, Sealed};
use kalends_ports::{Change, Changes, ProviderError, ProviderSecret, SecretsError, StoreError};

use super::said;
use crate::{App, Error, Result};

/// A token that is good for less than this is refreshed before it is used.
const SPARE: SignedDuration = SignedDuration::from_secs(90);
/// How often a lost race for a refresh is tried again.
const RACES: usize = 8;
/// How long an account is left alone whose quota is used up, where the provider does not say. Quotas are by the minute; what
/// is still refused then waits longer of itself, as every job does.
const PAUSE: SignedDuration = SignedDuration::from_secs(10);
/// The longest that a provider can ask for.
const PAUSE_MAX: SignedDuration = SignedDuration::from_hours(24);

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
                    *integration = self.again(integration).await?.ok_or(Error::NotFound("integration"))?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Conflict("the account is being refreshed by too many at once; retry shortly".to_owned()))
    }

    /// Asks the provider with a good token. Where it refuses one before its time, that is refreshed and asked with once
    /// more: the refresh tells whether the account is still linked. An account whose quota is used up is left alone for a
    /// while by all that nobody waits for.
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
        if let Err(ProviderError::RateLimited { retry_after }) = &answer {
            self.pause(integration, retry_after.unwrap_or(PAUSE).clamp(SignedDuration::ZERO, PAUSE_MAX)).await?;
        }
        answer.map_err(said(integration.provider))
    }

    /// Remembers with the account that it is to be left alone for so long, for all of its calendars.
    async fn pause(&self, integration: &mut Integration, length: SignedDuration) -> Result<()> {
        for _ in 0..RACES {
            let now = self.ports.clock.now();
            let until = now.saturating_add(length).unwrap_or(now).max(integration.paused_until.unwrap_or(now));
            let expected = integration.version;
            let changed = Integration {
                paused_until: Some(until),
                updated_at: now,
                version: expected + 1,
                ..integration.clone()
            };
            let update = Change::UpdateIntegration { integration: changed.clone(), expected };
            match self.ports.commit.commit(Changes::new().and(update)).await {
                Ok(()) => {
                    *integration = changed;
                    break;
                }
                Err(StoreError::Stale) => match self.again(integration).await? {
                    Some(found) => *integration = found,
                    // Unlinked meanwhile: nobody asks for it any more.
                    None => break,
                },
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The same account as it is now.
    async fn again(&self, integration: &Integration) -> Result<Option<Integration>> {
        let found = self.ports.integrations.find_integration(integration.user, integration.provider).await?;
        Ok(found.filter(|it| it.id == integration.id))
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
