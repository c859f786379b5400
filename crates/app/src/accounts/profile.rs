//! The caller's own account.

use kalends_domain::access::Actor;
use kalends_domain::account::{FreeBusyVisibility, User};
use kalends_domain::time::Zone;
use kalends_ports::{Change, Changes};

use crate::integrations::Permission;
use crate::{App, Context, Error, Result, require_token, require_version, settled};

/// What changes in a profile. What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ProfileChange {
    /// Another name, or none.
    pub name: Option<Option<String>>,
    /// Another zone.
    pub timezone: Option<Zone>,
    /// Who may learn when the person is busy.
    pub free_busy_visibility: Option<FreeBusyVisibility>,
}

impl App {
    /// The caller's account.
    pub async fn profile(&self, actor: &Actor) -> Result<User> {
        require_token(actor)?;
        self.ports.users.find_user(actor.user).await?.ok_or(Error::InvalidCredential)
    }

    /// Changes the caller's account.
    pub async fn update_profile(
        &self,
        cx: &Context,
        actor: &Actor,
        change: ProfileChange,
        expected: Option<i64>,
    ) -> Result<User> {
        settled(async || {
            let mut user = self.profile(actor).await?;
            require_version(expected, user.version)?;
            let replaced = user.version;
            if let Some(name) = &change.name {
                user.name.clone_from(name);
            }
            if let Some(zone) = &change.timezone {
                user.timezone = zone.clone();
            }
            if let Some(visibility) = change.free_busy_visibility {
                user.free_busy_visibility = visibility;
            }
            user.updated_at = cx.now();
            user.version += 1;
            let changes = Changes::new().and(Change::UpdateUser { user: user.clone(), expected: replaced });
            self.commit(cx, changes).await?;
            Ok(user)
        })
        .await
    }

    /// Deletes the caller's account: its calendars, contacts and courses go with it, its memberships end, its tokens and
    /// keys are refused from now on, linked accounts are forgotten and what they had permitted is given back, and its
    /// address is free again.
    pub async fn delete_account(&self, cx: &Context, actor: &Actor, expected: Option<i64>) -> Result<()> {
        settled(async || {
            let mut user = self.profile(actor).await?;
            require_version(expected, user.version)?;
            let replaced = user.version;
            let linked = self.ports.integrations.list_integrations(user.id).await?;
            let (id, at) = (user.id, cx.now());
            user.deleted_at = Some(at);
            user.updated_at = at;
            user.version += 1;
            let changes = Changes::new()
                .and(Change::UpdateUser { user, expected: replaced })
                .and(Change::RevokeCredentialsOf { user: id, at })
                .and(Change::DeleteCalendarsOf { owner: id, at })
                .and(Change::DeleteContactsOf { owner: id, at })
                .and(Change::RemoveCoursesOf(id))
                .and(Change::RemoveFeedsOf(id))
                .and(Change::RemoveIntegrationsOf(id))
                .and(Change::RemoveMembershipsOf(id))
                .and_all(linked.into_iter().filter_map(|account| Permission::given_back(cx, account)));
            self.commit(cx, changes).await
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, key_actor, user, view};
    use kalends_domain::access::Role;
    use kalends_domain::id::UserId;
    use kalends_ports::Page;

    #[tokio::test]
    async fn deleting_takes_everything_along_in_one_commit() {
        let mut mocks = Mocks::default();
        mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
        mocks.integrations.expect_list_integrations().returning(|_| Ok(Vec::new()));
        let (hers, mut shared) = (view(Role::Owner), view(Role::Editor));
        shared.calendar.owner = UserId(uuid::Uuid::nil());
        let page = Page { items: vec![hers, shared], more: false };
        mocks.calendars.expect_list_calendars().returning(move |_, _| Ok(page.clone()));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [
                Change::TouchCalendar { expected: Some(_), .. },
                Change::UpdateUser { user, expected: 1 },
                Change::RevokeCredentialsOf { .. },
                Change::DeleteCalendarsOf { .. },
                Change::DeleteContactsOf { .. },
                Change::RemoveCoursesOf(_),
                Change::RemoveFeedsOf(_),
                Change::RemoveIntegrationsOf(_),
                Change::RemoveMembershipsOf(_),
            ] if user.deleted_at.is_some()));
            Ok(())
        });
        let app = mocks.app();
        app.delete_account(&app.context(), &actor(), None).await.unwrap();
    }

    #[tokio::test]
    async fn keys_do_not_manage_the_account() {
        let app = Mocks::default().app();
        assert!(matches!(app.profile(&key_actor(&[])).await, Err(Error::TokenOnly)));
    }

    #[tokio::test]
    async fn an_old_version_changes_nothing() {
        let mut mocks = Mocks::default();
        mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
        let app = mocks.app();
        let changed = app.update_profile(&app.context(), &actor(), ProfileChange::default(), Some(7)).await;
        assert!(matches!(changed, Err(Error::VersionMoved)));
    }
}
