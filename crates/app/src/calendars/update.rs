//! Changing a calendar's own fields.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::calendar::Color;
use kalends_domain::id::CalendarId;
use kalends_ports::{Change, Changes};

use super::ShownCalendar;
use crate::{App, Context, Result, require, require_scope, require_version, settled};

/// What changes in a calendar. What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct CalendarChange {
    /// Another name.
    pub name: Option<String>,
    /// Another colour.
    pub color: Option<Color>,
    /// Public or private; each change makes a new feed address, and the old one ends.
    pub is_public: Option<bool>,
}

impl App {
    /// Changes a calendar: name and colour as an editor, publicity as its owner.
    pub async fn update_calendar(
        &self,
        cx: &Context,
        actor: &Actor,
        id: CalendarId,
        change: CalendarChange,
        expected: Option<i64>,
    ) -> Result<ShownCalendar> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        settled(async || {
            let view = self.calendar_for(id, actor.user, Action::Write).await?;
            let (mut calendar, role) = (view.calendar, view.membership.role);
            if change.is_public.is_some() {
                require(Some(role), Action::Own, "calendar")?;
            }
            require_version(expected, calendar.version)?;
            let replaced = calendar.version;
            if let Some(name) = &change.name {
                calendar.name.clone_from(name);
            }
            if let Some(color) = &change.color {
                calendar.color = color.clone();
            }
            if let Some(public) = change.is_public.filter(|public| *public != calendar.is_public) {
                calendar.is_public = public;
                self.new_feed_token(&mut calendar);
            }
            calendar.updated_at = cx.now();
            calendar.version += 1;
            let changes = Changes::new().and(Change::UpdateCalendar { calendar: calendar.clone(), expected: replaced });
            self.commit(cx, changes).await?;
            Ok(self.show(calendar, role))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::testing::{Mocks, actor, view};
    use kalends_domain::access::Role;

    fn as_role(role: Role) -> Mocks {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(move |_, _| Ok(Some(view(role))));
        mocks
    }

    #[tokio::test]
    async fn an_editor_renames_but_does_not_publish() {
        let mut mocks = as_role(Role::Editor);
        mocks.commit.expect_commit().times(1).returning(|_| Ok(()));
        let app = mocks.app();
        let id = view(Role::Editor).calendar.id;
        let named = CalendarChange { name: Some("Team".into()), ..Default::default() };
        assert_eq!(app.update_calendar(&app.context(), &actor(), id, named, None).await.unwrap().calendar.name, "Team");
        let public = CalendarChange { is_public: Some(true), ..Default::default() };
        let refused = app.update_calendar(&app.context(), &actor(), id, public, None).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }

    #[tokio::test]
    async fn publishing_makes_a_new_feed_address() {
        let mut mocks = as_role(Role::Owner);
        let old = view(Role::Owner).calendar;
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UpdateCalendar { calendar, expected: 1 }]
                if calendar.is_public && calendar.feed_generation == 2 && calendar.version == 2));
            Ok(())
        });
        let app = mocks.app();
        let public = CalendarChange { is_public: Some(true), ..Default::default() };
        app.update_calendar(&app.context(), &actor(), old.id, public, Some(1)).await.unwrap();
    }
}
