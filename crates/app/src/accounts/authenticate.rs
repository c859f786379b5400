//! Finding out who calls.

use kalends_domain::access::{Actor, Credential};
use kalends_domain::account::User;

use crate::{App, Error, Result};

/// Who calls, proved.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The account, and what its credential may do.
    pub actor: Actor,
    /// The account itself.
    pub user: User,
}

impl App {
    /// The caller that an access token names.
    pub async fn authenticate_token(&self, token: &str) -> Result<Caller> {
        let user = self
            .ports
            .secrets
            .read_access_token(token, self.ports.clock.now())
            .map_err(|_| Error::InvalidCredential)?;
        let user = self.ports.users.find_user(user).await?.ok_or(Error::InvalidCredential)?;
        Ok(Caller { actor: Actor { user: user.id, credential: Credential::Token }, user })
    }

    /// The caller that an API key names.
    pub async fn authenticate_key(&self, key: &str) -> Result<Caller> {
        let hash = self.ports.secrets.hash_token(key);
        let (key, user) = self.ports.api_keys.find_api_key(hash).await?.ok_or(Error::InvalidCredential)?;
        Ok(Caller { actor: Actor { user: user.id, credential: Credential::Key(key.id, key.scopes) }, user })
    }
}
