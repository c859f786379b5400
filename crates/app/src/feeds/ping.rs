//! Whether everything is there that a feed needs.

use kalends_domain::access::{Actor, Resource, Verb};

use super::google::KIND;
use crate::integrations::said;
use crate::{App, Result, require_scope};

impl App {
    /// Asks Google for the caller's linked account.
    pub async fn ping_feeds(&self, actor: &Actor) -> Result<()> {
        require_scope(actor, Resource::Feeds, Verb::Read)?;
        let mut integration = self.google_of(actor.user).await?;
        let access = self.access(&mut integration).await?;
        self.provider(KIND)?.account_email(&access).await.map_err(said(KIND))?;
        Ok(())
    }
}
