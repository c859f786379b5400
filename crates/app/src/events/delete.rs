//! Deleting an event or a part of it, and bringing it back.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::{Event, TimeInput};
use kalends_domain::id::EventId;
use kalends_ports::{StoreError, Unique};

use super::update::target;
use super::{EventView, Scope, cannot_edit, too_expensive};
use crate::trash::require_restorable;
use crate::{App, Context, Error, Result, require, require_scope, require_version, settled};

impl App {
    /// Deletes an event, one occurrence of it, or that one and all that come after it. A series
    /// without any occurrence left is deleted as a whole.
    pub async fn delete_event(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        occurrence: Option<TimeInput>,
        scope: Scope,
        expected: Option<i64>,
    ) -> Result<()> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let event = self.event_for(id, actor, Action::Write).await?.event;
            require_version(expected, event.version)?;
            let left = match (scope, target(&event, occurrence, scope)?) {
                (Scope::This, Some(target)) => {
                    let mut left = event.clone();
                    left.cancel_occurrence(target.recurrence_id).map_err(cannot_edit)?;
                    if left.is_spent().map_err(too_expensive)? { None } else { Some(left) }
                }
                (Scope::Following, Some(target)) => {
                    event.split_at(target.recurrence_id, event.id, event.uid.clone()).map_err(cannot_edit)?.before
                }
                _ => None,
            };
            let changed = match left {
                Some(left) => Event { sequence: left.sequence.saturating_add(1), ..left },
                None => Event { deleted_at: Some(cx.now()), ..event },
            };
            self.save_event(cx, actor, changed, Vec::new()).await?;
            Ok(())
        })
        .await
    }

    /// Brings back a deleted event, within 30 days. One that is not deleted is answered as it is.
    pub async fn restore_event(&self, cx: &Context, actor: &Actor, id: EventId) -> Result<EventView> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let Some(seen) = self.ports.events.find_deleted_event(id, actor.user).await? else {
                return Ok(EventView::whole(self.event_for(id, actor, Action::Write).await?.event));
            };
            require(seen.role, Action::Write, "event")?;
            require_restorable(seen.event.deleted_at, cx.now(), "event")?;
            let event = Event { deleted_at: None, ..seen.event };
            match self.save_event(cx, actor, event, Vec::new()).await {
                Err(Error::Store(StoreError::Duplicate(Unique::EventUid))) => {
                    Err(Error::Conflict("the calendar has a newer event with the same UID".to_owned()))
                }
                other => Ok(EventView::whole(other?)),
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, now, seen};
    use jiff::SignedDuration;
    use kalends_domain::access::Role;
    use kalends_ports::Change;

    fn instant(text: &str) -> TimeInput {
        TimeInput::Instant { at: text.parse().unwrap(), written: "2026-01-01T01:00:00".parse().unwrap() }
    }

    #[tokio::test]
    async fn one_occurrence_becomes_an_exception() {
        let mut mocks = Mocks::default();
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(true), Some(Role::Editor)))));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[0], Change::UpdateEvent { event, .. }
                if event.deleted_at.is_none() && event.recurrence.as_ref().unwrap().exdates().len() == 1));
            Ok(())
        });
        let app = mocks.app();
        let at = Some(instant("2026-03-09T14:00:00Z"));
        app.delete_event(&app.context(), &actor(), event(true).id, at, Scope::This, None).await.unwrap();
    }

    #[tokio::test]
    async fn deleting_from_the_first_on_deletes_the_series() {
        let mut mocks = Mocks::default();
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(true), Some(Role::Editor)))));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[0], Change::UpdateEvent { event, .. } if event.deleted_at.is_some()));
            Ok(())
        });
        let app = mocks.app();
        let at = Some(instant("2026-03-02T15:00:00Z"));
        app.delete_event(&app.context(), &actor(), event(true).id, at, Scope::Following, None).await.unwrap();
    }

    #[tokio::test]
    async fn after_thirty_days_it_is_gone() {
        let mut mocks = Mocks::default();
        mocks.events.expect_find_deleted_event().returning(|_, _| {
            let mut deleted = event(false);
            deleted.deleted_at = Some(now() - SignedDuration::from_hours(24 * 30));
            Ok(Some(seen(deleted, Some(Role::Owner))))
        });
        let app = mocks.app();
        assert!(matches!(
            app.restore_event(&app.context(), &actor(), event(false).id).await,
            Err(Error::NotFound("event"))
        ));
    }
}
