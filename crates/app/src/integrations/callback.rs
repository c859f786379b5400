//! What a provider answered, and the account that is linked by it.

use kalends_domain::id::{CalendarId, IntegrationId, LinkId};
use kalends_domain::sync::remote::RemoteCalendar;
use kalends_domain::sync::{Health, Integration, Link, LinkAttempt, ProviderKind, Sealed};
use kalends_ports::{Change, Changes, ProviderSecret, StoreError, Tokens, Unique};

use super::soon::sync_soon;
use super::{SEAL_CHECK, SEAL_CHECK_PLAIN, said};
use crate::calendars::Home;
use crate::{App, Context, Error, Result, settled};

/// What the person's browser brought back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    /// A code, to be exchanged for tokens.
    Code(ProviderSecret),
    /// Nothing was granted; the provider's word for why (RFC 6749 4.1.2.1).
    Refused(String),
}

impl App {
    /// Finishes what [`connect_provider`](Self::connect_provider) began. The `state` names the person, and is good
    /// once. A first link syncs the account's own calendar with the person's default one; linking the same account again
    /// keeps what was chosen.
    pub async fn finish_linking(
        &self,
        cx: &Context,
        kind: ProviderKind,
        state: &str,
        granted: Granted,
        redirect_uri: &str,
    ) -> Result<Integration> {
        let provider = self.provider(kind)?;
        let attempt = self.take_attempt(cx, kind, state).await?;
        let code = match granted {
            Granted::Code(code) => code,
            Granted::Refused(word) => {
                return Err(Error::Conflict(format!("{} did not grant access: {word}", kind.title())));
            }
        };
        let verifier = self.ports.secrets.open(&attempt.verifier.0)?;
        let verifier = ProviderSecret(String::from_utf8_lossy(&verifier).into_owned());
        let tokens = provider.exchange(&code, &verifier, redirect_uri).await.map_err(said(kind))?;
        let Some(refresh) = &tokens.refresh else {
            return Err(Error::Conflict(format!("{} gave no lasting access; link the account again", kind.title())));
        };
        let email = provider.account_email(&tokens.access).await.map_err(said(kind))?;
        let calendars = provider.list_calendars(&tokens.access).await.map_err(said(kind))?;
        let primary = calendars.iter().find(|calendar| calendar.primary).or_else(|| calendars.first());
        self.note_seal().await?;
        settled(async || self.keep_account(cx, &attempt, &tokens, refresh, &email, primary).await).await
    }

    /// The question that this `state` belongs to. From now on it is answered.
    async fn take_attempt(&self, cx: &Context, kind: ProviderKind, state: &str) -> Result<LinkAttempt> {
        let over =
            || Error::Conflict("this attempt to link was finished before, or took too long; start again".to_owned());
        let attempt = self.ports.integrations.find_link_attempt(self.ports.secrets.hash_token(state)).await?;
        let attempt = attempt.filter(|it| it.provider == kind && it.expires_at > cx.now()).ok_or_else(over)?;
        match self.ports.commit.commit(Changes::new().and(Change::RemoveLinkAttempt(attempt.state))).await {
            Err(StoreError::Stale) => Err(over()),
            other => Ok(other.map(|()| attempt)?),
        }
    }

    /// Leaves a value in the store by which a lost key is noticed.
    async fn note_seal(&self) -> Result<()> {
        if self.ports.settings.find_setting(SEAL_CHECK).await?.is_some() {
            return Ok(());
        }
        let value = self.ports.secrets.seal(SEAL_CHECK_PLAIN)?;
        let note = Changes::new().and(Change::InsertSetting { key: SEAL_CHECK.to_owned(), value });
        match self.ports.commit.commit(note).await {
            Err(StoreError::Duplicate(Unique::Setting | Unique::Id)) => Ok(()),
            other => Ok(other?),
        }
    }

    async fn keep_account(
        &self,
        cx: &Context,
        attempt: &LinkAttempt,
        tokens: &Tokens,
        refresh: &ProviderSecret,
        email: &str,
        primary: Option<&RemoteCalendar>,
    ) -> Result<Integration> {
        let (user, kind) = (attempt.user, attempt.provider);
        let known = self.ports.integrations.find_integration(user, kind).await?;
        let (expected, known) = (known.as_ref().map(|it| it.version), known);
        let same = known.as_ref().is_some_and(|it| it.email == email);
        let integration = Integration {
            id: known.as_ref().filter(|_| same).map_or_else(|| IntegrationId(cx.id()), |it| it.id),
            user,
            provider: kind,
            email: email.to_owned(),
            access: Sealed(self.ports.secrets.seal(tokens.access.0.as_bytes())?),
            access_until: cx.now().saturating_add(tokens.lifetime).unwrap_or(cx.now()),
            refresh: Sealed(self.ports.secrets.seal(refresh.0.as_bytes())?),
            health: Health::Connected,
            last_synced_at: known.as_ref().filter(|_| same).and_then(|it| it.last_synced_at),
            last_error: None,
            paused_until: None,
            created_at: known.as_ref().filter(|_| same).map_or(cx.now(), |it| it.created_at),
            updated_at: cx.now(),
            version: if same { expected.unwrap_or(0) + 1 } else { 1 },
        };
        let mut changes = Changes::new();
        match (expected, known) {
            (Some(expected), _) if same => {
                let update = Change::UpdateIntegration { integration: integration.clone(), expected };
                changes = changes.and(update);
                let links = self.ports.integrations.list_links(integration.id).await?;
                changes = changes.and_all(links.iter().map(|link| sync_soon(cx, link.id)));
            }
            (_, known) => {
                // Another account takes the place of the one before.
                changes = changes.and_all(known.map(|it| Change::RemoveIntegration(it.id)));
                changes = changes.and(Change::InsertIntegration(integration.clone()));
                if let Some(primary) = primary {
                    let Home { calendar, made, .. } = self.default_calendar(cx, user).await?;
                    let link = new_link(cx, &integration, primary, calendar);
                    let soon = sync_soon(cx, link.id);
                    changes = changes.and_all(made.0).and(Change::InsertLink(link)).and(soon);
                }
            }
        }
        match self.ports.commit.commit(changes).await {
            // Somebody else linked, or made the default calendar, meanwhile.
            Err(StoreError::Duplicate(_)) => Err(StoreError::Stale.into()),
            other => Ok(other.map(|()| integration)?),
        }
    }
}

/// A calendar there and one here that are the same from now on.
pub(crate) fn new_link(cx: &Context, integration: &Integration, remote: &RemoteCalendar, calendar: CalendarId) -> Link {
    Link {
        id: LinkId(cx.id()),
        integration: integration.id,
        remote: remote.id.clone(),
        name: remote.name.clone(),
        primary: remote.primary,
        writable: remote.writable,
        mirror: false,
        calendar,
        cursor: None,
        held: false,
        busy_until: None,
        synced_at: None,
        created_at: cx.now(),
        version: 1,
    }
}
