//! What was deleted and can be brought back.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::access::{Actor, Resource, Verb};
use kalends_ports::{Page, PageRequest, TrashFilter, Trashed, TrashedKind};

use crate::{App, Context, Error, Result};

/// How long a deleted thing can be restored.
pub const RESTORABLE: SignedDuration = SignedDuration::from_hours(24 * 30);

impl App {
    /// What the caller may restore, the latest first. A key sees the sorts that it may read.
    pub async fn list_trash(
        &self,
        cx: &Context,
        actor: &Actor,
        page: PageRequest<(Timestamp, uuid::Uuid)>,
    ) -> Result<Page<Trashed>> {
        let sorts = [
            (Resource::Calendars, TrashedKind::Calendar),
            (Resource::Events, TrashedKind::Event),
            (Resource::Contacts, TrashedKind::Contact),
        ];
        let kinds: Vec<_> =
            sorts.into_iter().filter(|(r, _)| actor.has_scope(*r, Verb::Read)).map(|(_, kind)| kind).collect();
        if kinds.is_empty() {
            return Err(Error::MissingScope { resource: Resource::Events, verb: Verb::Read });
        }
        let since = cx.now().checked_sub(RESTORABLE).unwrap_or(Timestamp::MIN);
        Ok(self.ports.trash.list_trash(TrashFilter { user: actor.user, kinds, since }, page).await?)
    }
}

/// It was deleted less than 30 days ago.
pub(crate) fn require_restorable(deleted_at: Option<Timestamp>, now: Timestamp, what: &'static str) -> Result<()> {
    let recent = deleted_at.is_some_and(|at| now.duration_since(at) < RESTORABLE);
    if recent { Ok(()) } else { Err(Error::NotFound(what)) }
}
