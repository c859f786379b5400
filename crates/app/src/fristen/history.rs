//! What was done to a Frist.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::frist::record::KeptRecord;
use kalends_domain::id::EventId;
use kalends_ports::{Page, PageRequest};

use crate::{App, Result, require_scope};

impl App {
    /// The entries of one Frist in their order, for members of its calendar; of a deleted one too.
    pub async fn frist_history(&self, actor: &Actor, id: EventId, page: PageRequest<i64>) -> Result<Page<KeptRecord>> {
        require_scope(actor, Resource::Calendar, Verb::Read)?;
        self.frist_even_deleted(id, actor, Action::Read).await?;
        Ok(self.ports.fristen.list_frist_records(Some(id), page).await?)
    }
}
