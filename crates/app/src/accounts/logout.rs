//! Signing out.

use kalends_domain::access::Actor;
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, require_token};

impl App {
    /// Revokes the family of a refresh token of the caller's. One that is unknown or another's is
    /// revoked already, as far as the caller can tell.
    pub async fn logout(&self, cx: &Context, actor: &Actor, token: &str) -> Result<()> {
        require_token(actor)?;
        let hash = self.ports.secrets.hash_token(token);
        let session = self.ports.sessions.find_session(hash).await?;
        if let Some(session) = session.filter(|session| session.user == actor.user) {
            let revoke = Change::RevokeFamily { family: session.family, at: cx.now() };
            self.ports.commit.commit(Changes::new().and(revoke)).await?;
        }
        Ok(())
    }
}
