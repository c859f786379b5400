//! Asking a provider for access, in the name of a person.

use kalends_domain::access::Actor;
use kalends_domain::sync::{ATTEMPT_LIFETIME, LinkAttempt, ProviderKind, Sealed};
use kalends_ports::{Authorization, Change, Changes};

use crate::{App, Context, Error, Result, require_token};

impl App {
    /// Begins to link an account: answers where the person's browser must go. `redirect_uri` is where the provider sends
    /// it back to.
    pub async fn connect_provider(
        &self,
        cx: &Context,
        actor: &Actor,
        kind: ProviderKind,
        redirect_uri: &str,
    ) -> Result<String> {
        require_token(actor)?;
        let provider = self.provider(kind)?;
        if !self.policy.keeps_tokens {
            return Err(Error::Conflict(
                "linking needs ENCRYPTION_KEY: on Postgres set it to 64 hexadecimal characters on every node"
                    .to_owned(),
            ));
        }
        let (state, verifier) = (cx.token(), cx.token());
        let secrets = &self.ports.secrets;
        let attempt = LinkAttempt {
            state: secrets.hash_token(&state),
            user: actor.user,
            provider: kind,
            verifier: Sealed(secrets.seal(verifier.as_bytes())?),
            expires_at: cx.now().saturating_add(ATTEMPT_LIFETIME).unwrap_or(cx.now()),
        };
        let changes =
            Changes::new().and(Change::RemoveLinkAttemptsBefore(cx.now())).and(Change::InsertLinkAttempt(attempt));
        self.commit(cx, changes).await?;
        let challenge = secrets.pkce_challenge(&verifier);
        Ok(provider.authorization_url(&Authorization { state, challenge, redirect_uri: redirect_uri.to_owned() }))
    }
}
