//! The calendars of a person, seen as memberships: attaching, detaching, listing them.

use kalends_domain::access::{Action, Actor, Resource, Role, Verb};
use kalends_domain::calendar::{CalendarView, Membership, Visibility};
use kalends_domain::id::{CalendarId, UserId};
use kalends_ports::{Change, Changes, PageRequest, StoreError};

use super::membership;
use crate::{App, Context, Error, Result, require_scope, require_version};

/// A calendar with a person's place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachedCalendar {
    /// Both.
    pub view: CalendarView,
    /// Who else sees the calendar.
    pub visibility: Visibility,
}

impl AttachedCalendar {
    /// The colour in which the person sees it.
    pub fn theme(&self) -> &str {
        self.view.membership.color_theme.as_deref().unwrap_or_else(|| self.view.calendar.color.nearest_theme())
    }

    /// When either changed.
    pub fn updated_at(&self) -> jiff::Timestamp {
        self.view.membership.updated_at.max(self.view.calendar.updated_at)
    }

    /// Changes whenever either does; the ETag.
    pub fn version(&self) -> i64 {
        self.updated_at().as_microsecond()
    }
}

impl App {
    /// The calendars of a person, who is the caller, in the order in which they were made.
    pub async fn list_attached(
        &self,
        actor: &Actor,
        user: UserId,
        offset: usize,
        limit: usize,
    ) -> Result<Vec<AttachedCalendar>> {
        require_scope(actor, Resource::Calendars, Verb::Read)?;
        if user != actor.user {
            return Err(Error::NotFound("user"));
        }
        let after = match offset.checked_sub(1) {
            None => None,
            Some(last) => {
                let mut roles = self.ports.calendars.list_roles(user).await?;
                roles.sort_unstable_by_key(|(id, _)| *id);
                let Some((id, _)) = roles.get(last) else { return Ok(Vec::new()) };
                Some(*id)
            }
        };
        let views = self.ports.calendars.list_calendars(user, PageRequest { after, limit }).await?.items;
        let shared = self.ports.calendars.list_shared(views.iter().map(|view| view.calendar.id).collect()).await?;
        let show = |view: CalendarView| {
            let visibility = view.calendar.visibility(shared.contains(&view.calendar.id));
            AttachedCalendar { view, visibility }
        };
        Ok(views.into_iter().map(show).collect())
    }

    /// One of a person's calendars: the caller's, or one that the caller owns.
    pub async fn attached(&self, actor: &Actor, user: UserId, id: CalendarId) -> Result<AttachedCalendar> {
        require_scope(actor, Resource::Calendars, Verb::Read)?;
        self.find_attached(actor, user, id).await
    }

    /// Attaches a calendar: to the caller one that is public, or to anyone one that the caller owns, as a viewer.
    /// Who is a member already stays one, in the same role.
    pub async fn attach_calendar(
        &self,
        cx: &Context,
        actor: &Actor,
        user: UserId,
        id: CalendarId,
        theme: Option<String>,
    ) -> Result<AttachedCalendar> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        let calendar = if user == actor.user {
            match self.ports.calendars.find_calendar(id, user).await? {
                Some(view) => view.calendar,
                None => self.ports.calendars.find_public_calendar(id).await?.ok_or(Error::NotFound("calendar"))?,
            }
        } else {
            let calendar = self.owned(actor, id).await?;
            self.ports.users.find_user(user).await?.ok_or(Error::NotFound("user"))?;
            calendar
        };
        let known = self.ports.calendars.find_membership(id, user).await?;
        let is_new = known.is_none();
        let mut place = known.unwrap_or(Membership {
            created_at: cx.now(),
            updated_at: cx.now(),
            ..membership(&calendar, user, Role::Viewer)
        });
        if is_new || theme.as_ref().is_some_and(|theme| place.color_theme.as_ref() != Some(theme)) {
            place.color_theme = theme.or(place.color_theme);
            place.updated_at = cx.now();
            self.commit(cx, Changes::new().and(Change::PutMembership(place.clone()))).await?;
        }
        self.show_attached(CalendarView { calendar, membership: place }).await
    }

    /// Detaches a calendar from the caller, or, as its owner, from anyone else. The owner stays.
    pub async fn detach_calendar(
        &self,
        cx: &Context,
        actor: &Actor,
        user: UserId,
        id: CalendarId,
        expected: Option<i64>,
    ) -> Result<()> {
        require_scope(actor, Resource::Calendars, Verb::Write)?;
        let found = self.find_attached(actor, user, id).await?;
        require_version(expected, found.version())?;
        if found.view.calendar.owner == user {
            return Err(Error::Conflict("a calendar cannot be detached from its owner".to_owned()));
        }
        match self.commit(cx, Changes::new().and(Change::RemoveMembership { calendar: id, user })).await {
            Err(Error::Store(StoreError::Stale)) => Err(Error::NotFound("calendar")),
            other => other,
        }
    }

    async fn find_attached(&self, actor: &Actor, user: UserId, id: CalendarId) -> Result<AttachedCalendar> {
        if user != actor.user {
            self.owned(actor, id).await?;
        }
        let view = self.ports.calendars.find_calendar(id, user).await?.ok_or(Error::NotFound("calendar"))?;
        self.show_attached(view).await
    }

    /// A calendar of the caller's own. To anyone else, other people's calendars do not exist.
    async fn owned(&self, actor: &Actor, id: CalendarId) -> Result<kalends_domain::calendar::Calendar> {
        match self.calendar_for(id, actor.user, Action::Own).await {
            Err(Error::Forbidden(_)) => Err(Error::NotFound("user")),
            other => Ok(other?.calendar),
        }
    }

    async fn show_attached(&self, view: CalendarView) -> Result<AttachedCalendar> {
        let shared = self.ports.calendars.list_shared(vec![view.calendar.id]).await?;
        let visibility = view.calendar.visibility(!shared.is_empty());
        Ok(AttachedCalendar { view, visibility })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, view};

    fn other() -> UserId {
        UserId(uuid::Uuid::from_u128(7))
    }

    #[tokio::test]
    async fn whoever_is_a_member_keeps_the_role() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
        mocks.calendars.expect_find_membership().returning(|_, _| Ok(Some(view(Role::Editor).membership)));
        mocks.calendars.expect_list_shared().returning(Ok);
        let app = mocks.app();
        let id = view(Role::Editor).calendar.id;
        let again = app.attach_calendar(&app.context(), &actor(), actor().user, id, None).await.unwrap();
        assert_eq!((again.view.membership.role, again.visibility), (Role::Editor, Visibility::Shared));
        assert_eq!(again.theme(), "blue");
    }

    #[tokio::test]
    async fn to_others_one_attaches_ones_own_alone() {
        for role in [Some(Role::Editor), None] {
            let mut mocks = Mocks::default();
            mocks.calendars.expect_find_calendar().returning(move |_, _| Ok(role.map(view)));
            let app = mocks.app();
            let id = view(Role::Owner).calendar.id;
            let refused = app.attach_calendar(&app.context(), &actor(), other(), id, None).await;
            assert!(matches!(refused, Err(Error::NotFound(_))));
            let refused = app.detach_calendar(&app.context(), &actor(), other(), id, None).await;
            assert!(matches!(refused, Err(Error::NotFound(_))));
        }
    }

    #[tokio::test]
    async fn a_public_calendar_is_joined_as_a_viewer() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(None));
        mocks.calendars.expect_find_public_calendar().returning(|_| Ok(Some(view(Role::Owner).calendar)));
        mocks.calendars.expect_find_membership().returning(|_, _| Ok(None));
        mocks.calendars.expect_list_shared().returning(Ok);
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::PutMembership(place)]
                if place.role == Role::Viewer && place.color_theme.as_deref() == Some("red")));
            Ok(())
        });
        let app = mocks.app();
        let id = view(Role::Owner).calendar.id;
        app.attach_calendar(&app.context(), &actor(), actor().user, id, Some("red".into())).await.unwrap();
    }
}
