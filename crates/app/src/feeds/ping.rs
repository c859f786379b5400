//! Whether everything is there that a feed needs.

use kalends_domain::access::{Actor, Resource, Verb};

use super::google::KIND;
use crate::{App, Result, require_scope};

impl App {
    /// Asks Google for the caller's linked account.
    pub async fn ping_feeds(&self, actor: &Actor) -> Result<()> {
        require_scope(actor, Resource::Feeds, Verb::Read)?;
        let mut integration = self.google_of(actor.user).await?;
        let provider = self.provider(KIND)?;
        self.asked(&mut integration, |access| async move { provider.account_email(&access).await }).await.map(drop)
    }
}
