//! Deleting a calendar, and bringing it back.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::id::CalendarId;
use kalends_ports::{Change, Changes};

use super::ShownCalendar;
use crate::trash::require_restorable;
use crate::{App, Context, Error, Result, require, require_scope, require_version, settled, touch};

impl App {
    /// Deletes a calendar that the caller owns. What is in it disappears with it, and comes back
    /// with it.
    pub async fn delete_calendar(
        &self,
        cx: &Context,
        actor: &Actor,
        id: CalendarId,
        expected: Option<i64>,
    ) -> Result<()> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        settled(async || {
            let mut calendar = self.calendar_for(id, actor.user, Action::Own).await?.calendar;
            require_version(expected, calendar.version)?;
            let replaced = calendar.version;
            calendar.deleted_at = Some(cx.now());
            calendar.updated_at = cx.now();
            calendar.version += 1;
            let changes = Changes::new().and(Change::UpdateCalendar { calendar, expected: replaced });
            self.commit(cx, changes).await
        })
        .await
    }

    /// Brings back a calendar that the caller owned, within 30 days. One that is not deleted is
    /// answered as it is.
    pub async fn restore_calendar(&self, cx: &Context, actor: &Actor, id: CalendarId) -> Result<ShownCalendar> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        settled(async || {
            let Some(view) = self.ports.calendars.find_deleted_calendar(id, actor.user).await? else {
                let view = self.calendar_for(id, actor.user, Action::Own).await?;
                return Ok(self.show(view.calendar, view.membership.role));
            };
            let (mut calendar, role) = (view.calendar, view.membership.role);
            // A deleted calendar is gone for those who shared it.
            require(Some(role), Action::Own, "calendar").map_err(|_| Error::NotFound("calendar"))?;
            require_restorable(calendar.deleted_at, cx.now(), "calendar")?;
            let replaced = calendar.version;
            calendar.deleted_at = None;
            calendar.updated_at = cx.now();
            calendar.version += 1;
            let restored = Change::UpdateCalendar { calendar: calendar.clone(), expected: replaced };
            // A Frist in it may have moved meanwhile, which nobody was told.
            self.commit(cx, Changes::new().and(restored).and(touch(cx, id))).await?;
            Ok(self.show(calendar, role))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, now, view};
    use kalends_domain::access::Role;

    #[tokio::test]
    async fn what_comes_back_counts_as_changed() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_deleted_calendar().returning(|_, _| {
            let mut gone = view(Role::Owner);
            gone.calendar.deleted_at = Some(now());
            Ok(Some(gone))
        });
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(
                matches!(&changes.0[..], [
                Change::UpdateCalendar { calendar, expected: 1 },
                Change::TouchCalendar { id, expected: None, .. },
            ] if calendar.deleted_at.is_none() && *id == calendar.id),
                "{changes:?}"
            );
            Ok(())
        });
        let id = view(Role::Owner).calendar.id;
        let app = mocks.app();
        app.restore_calendar(&app.context(), &actor(), id).await.unwrap();
    }
}
