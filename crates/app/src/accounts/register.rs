//! Making an account.

use kalends_domain::account::{Email, FreeBusyVisibility, Password, User};
use kalends_domain::id::{FamilyId, UserId};
use kalends_domain::time::Zone;
use kalends_ports::{Change, Changes, StoreError, Unique};

use super::SignedIn;
use crate::{App, Context, Error, Result};

/// A person who wants an account.
#[derive(Debug, Clone)]
pub struct Registration {
    /// The address to sign in with.
    pub email: Email,
    /// The password to sign in with.
    pub password: Password,
    /// How the person is called.
    pub name: Option<String>,
    /// The person's zone; UTC when they name none.
    pub timezone: Option<Zone>,
}

impl App {
    /// Makes an account and signs it in, where registration is open.
    pub async fn register(&self, cx: &Context, input: Registration) -> Result<SignedIn> {
        if !self.policy.open_registration {
            return Err(Error::Forbidden("registration is closed on this server"));
        }
        let user = self.new_user(cx, input).await?;
        let (session, tokens) = self.new_session(cx, user.id, FamilyId(cx.id()))?;
        self.insert_user(cx, &user, Some(Change::InsertSession(session))).await?;
        Ok(SignedIn { user, tokens })
    }

    /// Makes an account, as the operator, also where registration is closed.
    pub async fn create_user(&self, cx: &Context, input: Registration) -> Result<User> {
        let user = self.new_user(cx, input).await?;
        self.insert_user(cx, &user, None).await?;
        Ok(user)
    }

    async fn new_user(&self, cx: &Context, input: Registration) -> Result<User> {
        Ok(User {
            id: UserId(cx.id()),
            email: input.email,
            name: input.name,
            timezone: input.timezone.unwrap_or_else(Zone::utc),
            free_busy_visibility: FreeBusyVisibility::default(),
            password: self.ports.secrets.hash_password(&input.password).await?,
            created_at: cx.now(),
            updated_at: cx.now(),
            deleted_at: None,
            version: 1,
        })
    }

    async fn insert_user(&self, cx: &Context, user: &User, session: Option<Change>) -> Result<()> {
        let changes = Changes::new().and(Change::InsertUser(user.clone())).and_all(session);
        match self.commit(cx, changes).await {
            Err(Error::Store(StoreError::Duplicate(Unique::Email))) => {
                Err(Error::Conflict("an account with this e-mail address exists already".to_owned()))
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, password};
    use kalends_ports::StoreError;

    fn ann() -> Registration {
        Registration { email: "ann@example.com".parse().unwrap(), password: password(), name: None, timezone: None }
    }

    #[tokio::test]
    async fn commits_the_account_and_its_first_session_at_once() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::InsertUser(user), Change::InsertSession(session)]
                if session.user == user.id && user.version == 1 && user.timezone == Zone::utc()));
            Ok(())
        });
        let app = mocks.app();
        app.register(&app.context(), ann()).await.unwrap();
    }

    #[tokio::test]
    async fn a_taken_address_is_a_conflict() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().returning(|_| Err(StoreError::Duplicate(Unique::Email)));
        let app = mocks.app();
        assert!(matches!(app.register(&app.context(), ann()).await, Err(Error::Conflict(_))));
    }

    #[tokio::test]
    async fn closed_registration_writes_nothing_but_the_operator_may() {
        let mut mocks = Mocks::default();
        mocks.policy.open_registration = false;
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::InsertUser(_)]));
            Ok(())
        });
        let app = mocks.app();
        assert!(matches!(app.register(&app.context(), ann()).await, Err(Error::Forbidden(_))));
        app.create_user(&app.context(), ann()).await.unwrap();
    }
}
