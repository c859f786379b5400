//! The feed of a calendar: whoever knows its address may read it.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::calendar::Calendar;
use kalends_domain::id::CalendarId;
use kalends_ports::{Change, Changes};

use super::Export;
use crate::{App, Context, Error, Result, ShownCalendar, require_scope, settled};

impl App {
    /// The calendar whose feed this token opens: one indexed read.
    pub async fn find_feed(&self, token: &str) -> Result<Calendar> {
        let hash = self.ports.secrets.hash_token(token);
        self.ports.calendars.find_calendar_by_feed(hash).await?.ok_or(Error::NotFound("feed"))
    }

    /// Begins to write the feed of a calendar. Where the calendar is public, its private events show only when they
    /// are; a private calendar's address is its members' own.
    pub async fn export_feed(&self, calendar: Calendar) -> Result<Export> {
        let veiled = calendar.is_public;
        self.export(calendar.name.clone(), vec![calendar], veiled).await
    }

    /// Gives a calendar of the caller's own a new feed address; the old one ends.
    pub async fn renew_feed_token(&self, cx: &Context, actor: &Actor, id: CalendarId) -> Result<ShownCalendar> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        settled(async || {
            let view = self.calendar_for(id, actor.user, Action::Own).await?;
            let (mut calendar, expected) = (view.calendar.clone(), view.calendar.version);
            self.new_feed_token(&mut calendar);
            calendar.updated_at = cx.now();
            calendar.version += 1;
            let changes = Changes::new().and(Change::UpdateCalendar { calendar: calendar.clone(), expected });
            self.commit(cx, changes).await?;
            Ok(self.show(calendar, view.membership.role))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, view};
    use kalends_domain::access::Role;

    #[tokio::test]
    async fn a_new_address_ends_the_old_one() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Owner))));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UpdateCalendar { calendar, expected: 1 }]
                if calendar.feed_generation == 2 && calendar.version == 2));
            Ok(())
        });
        let app = mocks.app();
        let shown = app.renew_feed_token(&app.context(), &actor(), view(Role::Owner).calendar.id).await.unwrap();
        assert_eq!((shown.feed_token.as_str(), shown.calendar.version), ("feed-2", 2));
    }

    #[tokio::test]
    async fn only_the_owner_renews_and_no_token_finds_nothing() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
        mocks.calendars.expect_find_calendar_by_feed().returning(|_| Ok(None));
        let app = mocks.app();
        let refused = app.renew_feed_token(&app.context(), &actor(), view(Role::Owner).calendar.id).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
        assert!(matches!(app.find_feed("guess").await, Err(Error::NotFound("feed"))));
    }
}
