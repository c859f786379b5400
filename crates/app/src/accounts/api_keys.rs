//! API keys: made once shown once, listed without their secret, revoked.

use kalends_domain::access::{Actor, Scopes};
use kalends_domain::account::ApiKey;
use kalends_domain::id::ApiKeyId;
use kalends_ports::{Change, Changes, Page, PageRequest, StoreError};

use crate::{App, Context, Error, Result, require_token};

/// A key to make.
#[derive(Debug, Clone)]
pub struct NewApiKey {
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
}

/// A key just made, with the secret that is never shown again.
#[derive(Debug, Clone)]
pub struct NewApiKeyMade {
    /// The key as kept.
    pub key: ApiKey,
    /// The secret, `kal_…`.
    pub token: String,
}

impl App {
    /// Makes a key for the caller.
    pub async fn create_api_key(&self, cx: &Context, actor: &Actor, input: NewApiKey) -> Result<NewApiKeyMade> {
        require_token(actor)?;
        let token = format!("kal_{}", cx.token());
        let key = ApiKey {
            id: ApiKeyId(cx.id()),
            user: actor.user,
            name: input.name,
            scopes: input.scopes,
            token: self.ports.secrets.hash_token(&token),
            created_at: cx.now(),
            revoked_at: None,
        };
        self.commit(cx, Changes::new().and(Change::InsertApiKey(key.clone()))).await?;
        Ok(NewApiKeyMade { key, token })
    }

    /// The caller's keys that are not revoked.
    pub async fn list_api_keys(&self, actor: &Actor, page: PageRequest<ApiKeyId>) -> Result<Page<ApiKey>> {
        require_token(actor)?;
        Ok(self.ports.api_keys.list_api_keys(actor.user, page).await?)
    }

    /// Revokes a key of the caller's.
    pub async fn revoke_api_key(&self, cx: &Context, actor: &Actor, id: ApiKeyId) -> Result<()> {
        require_token(actor)?;
        let changes = Changes::new().and(Change::RevokeApiKey { id, user: actor.user, at: cx.now() });
        match self.commit(cx, changes).await {
            Err(Error::Store(StoreError::Stale)) => Err(Error::NotFound("API key")),
            other => other,
        }
    }
}
