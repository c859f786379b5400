//! Sharing a calendar.

use kalends_domain::access::{Action, Actor, Resource, Role, Verb};
use kalends_domain::account::Email;
use kalends_domain::calendar::{Member, Membership};
use kalends_domain::id::{CalendarId, UserId};
use kalends_domain::problem::Problems;
use kalends_ports::{Change, Changes, Page, PageRequest, StoreError};

use crate::{App, Context, Error, Result, require_scope};

impl App {
    /// Shares a calendar that the caller owns, or changes what a member may do there.
    pub async fn share_calendar(
        &self,
        cx: &Context,
        actor: &Actor,
        id: CalendarId,
        target: &Email,
        role: Role,
    ) -> Result<Member> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        let calendar = self.calendar_for(id, actor.user, Action::Own).await?.calendar;
        let user = self.ports.users.find_user_by_email(target).await?.ok_or(Error::NotFound("user"))?;
        if user.id == calendar.owner {
            return Err(Problems::one("target.email", "is the calendar's owner").into());
        }
        let known = self.ports.calendars.find_membership(id, user.id).await?;
        let membership = Membership {
            calendar: id,
            user: user.id,
            role,
            color_theme: known.as_ref().and_then(|m| m.color_theme.clone()),
            created_at: known.map_or(cx.now(), |m| m.created_at),
            updated_at: cx.now(),
        };
        self.commit(cx, Changes::new().and(Change::PutMembership(membership.clone()))).await?;
        Ok(Member { membership, email: user.email })
    }

    /// Who shares a calendar that the caller sees.
    pub async fn list_members(&self, actor: &Actor, id: CalendarId, page: PageRequest<UserId>) -> Result<Page<Member>> {
        require_scope(actor, Resource::Calendars, Verb::Read)?;
        self.calendar_for(id, actor.user, Action::Read).await?;
        Ok(self.ports.calendars.list_members(id, page).await?)
    }

    /// Ends a membership, as the calendar's owner. The owner's own cannot end.
    pub async fn remove_member(&self, cx: &Context, actor: &Actor, id: CalendarId, user: UserId) -> Result<()> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        let calendar = self.calendar_for(id, actor.user, Action::Own).await?.calendar;
        if user == calendar.owner {
            return Err(Error::Conflict("the owner of a calendar cannot be removed from it".to_owned()));
        }
        match self.commit(cx, Changes::new().and(Change::RemoveMembership { calendar: id, user })).await {
            Err(Error::Store(StoreError::Stale)) => Err(Error::NotFound("member")),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, user, view};

    #[tokio::test]
    async fn only_owners_share_and_strangers_see_nothing() {
        for (role, expected) in [(Some(Role::Editor), "forbidden"), (None, "hidden")] {
            let mut mocks = Mocks::default();
            mocks.calendars.expect_find_calendar().returning(move |_, _| Ok(role.map(view)));
            let app = mocks.app();
            let target = "bob@example.com".parse().unwrap();
            let refused = app
                .share_calendar(&app.context(), &actor(), view(Role::Owner).calendar.id, &target, Role::Viewer)
                .await;
            match expected {
                "forbidden" => assert!(matches!(refused, Err(Error::Forbidden(_)))),
                _ => assert!(matches!(refused, Err(Error::NotFound("calendar")))),
            }
        }
    }

    #[tokio::test]
    async fn the_owner_stays() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Owner))));
        let app = mocks.app();
        let refused = app.remove_member(&app.context(), &actor(), view(Role::Owner).calendar.id, user().id).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }
}
