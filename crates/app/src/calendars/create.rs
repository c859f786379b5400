//! Making a calendar.

use kalends_domain::access::{Actor, Resource, Role, Verb};
use kalends_domain::account::TokenHash;
use kalends_domain::calendar::{Calendar, Color};
use kalends_domain::id::{CalendarId, UserId};
use kalends_ports::{Change, Changes};

use super::{ShownCalendar, membership};
use crate::{App, Context, Result, require_scope};

/// A calendar to make.
#[derive(Debug, Clone)]
pub struct NewCalendar {
    /// What people call it.
    pub name: String,
    /// Its colour.
    pub color: Option<Color>,
}

impl App {
    /// Makes a calendar that the caller owns.
    pub async fn create_calendar(&self, cx: &Context, actor: &Actor, input: NewCalendar) -> Result<ShownCalendar> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        let calendar = self.new_calendar(cx, CalendarId(cx.id()), actor.user, input);
        self.commit(cx, Changes::new().and_all(inserted(&calendar))).await?;
        Ok(self.show(calendar, Role::Owner))
    }

    /// A calendar that is not stored yet.
    pub(crate) fn new_calendar(&self, cx: &Context, id: CalendarId, owner: UserId, input: NewCalendar) -> Calendar {
        let mut calendar = Calendar {
            id,
            owner,
            name: input.name,
            color: input.color.unwrap_or_default(),
            is_public: false,
            feed_generation: 1,
            feed_token: TokenHash([0; 32]),
            created_at: cx.now(),
            updated_at: cx.now(),
            deleted_at: None,
            version: 1,
            revision: 1,
            touched_at: cx.now(),
        };
        calendar.feed_token = self.ports.secrets.hash_token(&self.feed_token(&calendar));
        calendar
    }
}

/// What stores a new calendar: itself, and its owner's place in it.
pub(crate) fn inserted(calendar: &Calendar) -> [Change; 2] {
    inserted_as(calendar, Role::Owner)
}

/// The same where the owner has another role: a feed's calendar is read by its owner, and written by the feed alone.
pub(crate) fn inserted_as(calendar: &Calendar, role: Role) -> [Change; 2] {
    let owner = membership(calendar, calendar.owner, role);
    [Change::InsertCalendar(calendar.clone()), Change::PutMembership(owner)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::testing::{Mocks, actor, key_actor};

    fn work() -> NewCalendar {
        NewCalendar { name: "Work".into(), color: None }
    }

    #[tokio::test]
    async fn commits_the_calendar_with_its_owner() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::InsertCalendar(calendar), Change::PutMembership(owner)]
                if owner.calendar == calendar.id && owner.user == actor().user && owner.role == Role::Owner));
            Ok(())
        });
        let app = mocks.app();
        let shown = app.create_calendar(&app.context(), &actor(), work()).await.unwrap();
        assert_eq!(shown.role, Role::Owner);
    }

    #[tokio::test]
    async fn a_key_needs_the_scope() {
        let app = Mocks::default().app();
        let reader = key_actor(&[(Resource::Calendars, Verb::Read)]);
        let refused = app.create_calendar(&app.context(), &reader, work()).await;
        assert!(matches!(refused, Err(Error::MissingScope { .. })));
    }
}
