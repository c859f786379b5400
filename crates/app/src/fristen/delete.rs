//! Deleting a Frist with its event, and bringing both back.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::id::EventId;
use kalends_ports::{StoreError, Unique};

use super::{FristView, written};
use crate::trash::require_restorable;
use crate::{App, Context, Error, Result, require_scope, require_version, settled};

impl App {
    /// Deletes a Frist. What is computed from it stays as it is.
    pub async fn delete_frist(&self, cx: &Context, actor: &Actor, id: EventId, expected: Option<i64>) -> Result<()> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        settled(async || {
            let seen = self.frist_for(id, actor, Action::Write).await?;
            require_version(expected, seen.frist.version)?;
            let mut event = seen.event.clone();
            event.deleted_at = Some(cx.now());
            let state = seen.frist.state.following(&event);
            let (_, changes) = written(cx, actor.user, &seen, event, state);
            self.commit(cx, changes).await
        })
        .await
    }

    /// Brings back a deleted Frist as it was, within 30 days. One that is not deleted is answered as it is.
    pub async fn restore_frist(&self, cx: &Context, actor: &Actor, id: EventId) -> Result<FristView> {
        require_scope(actor, Resource::Calendar, Verb::Write)?;
        settled(async || {
            let seen = self.frist_even_deleted(id, actor, Action::Write).await?;
            if !seen.frist.state.deleted {
                return Ok(FristView { frist: seen.frist, event: seen.event });
            }
            require_restorable(seen.event.deleted_at, cx.now(), "frist")?;
            let mut event = seen.event.clone();
            event.deleted_at = None;
            let state = seen.frist.state.following(&event);
            let (view, changes) = written(cx, actor.user, &seen, event, state);
            match self.commit(cx, changes).await {
                Err(Error::Store(StoreError::Duplicate(Unique::EventUid))) => {
                    Err(Error::Conflict("the calendar has a newer event with the same UID".to_owned()))
                }
                other => other.map(|()| view),
            }
        })
        .await
    }
}
