//! Signing in.

use kalends_domain::account::{Email, Password};
use kalends_domain::id::FamilyId;
use kalends_ports::{Change, Changes};

use super::SignedIn;
use crate::{App, Context, Error, Result};

/// A person who wants to sign in.
#[derive(Debug, Clone)]
pub struct Login {
    /// The account's address; `None` when what was sent is no address, which is answered like an
    /// unknown one.
    pub email: Option<Email>,
    /// What the person claims to know.
    pub password: Password,
}

impl App {
    /// Checks the password and begins a family of refresh tokens. An unknown address is answered
    /// like a wrong password, and takes as long.
    pub async fn login(&self, cx: &Context, input: Login) -> Result<SignedIn> {
        let user = match &input.email {
            Some(email) => self.ports.users.find_user_by_email(email).await?,
            None => None,
        };
        let hash = user.as_ref().map(|user| user.password.clone());
        let right = self.ports.secrets.verify_password(&input.password, hash).await?;
        let user = user.filter(|_| right).ok_or(Error::WrongPassword)?;
        let (session, tokens) = self.new_session(cx, user.id, FamilyId(cx.id()))?;
        self.commit(cx, Changes::new().and(Change::InsertSession(session))).await?;
        Ok(SignedIn { user, tokens })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, password, user};

    #[tokio::test]
    async fn an_unknown_address_costs_a_password_check_too() {
        let mut mocks = Mocks::default();
        mocks.users.expect_find_user_by_email().returning(|_| Ok(None));
        mocks.secrets.expect_verify_password().times(1).returning(|_, hash| {
            assert!(hash.is_none());
            Ok(false)
        });
        let app = mocks.app();
        let input = Login { email: "nobody@example.com".parse().ok(), password: password() };
        assert!(matches!(app.login(&app.context(), input).await, Err(Error::WrongPassword)));
    }

    #[tokio::test]
    async fn a_wrong_password_writes_nothing() {
        let mut mocks = Mocks::default();
        mocks.users.expect_find_user_by_email().returning(|_| Ok(Some(user())));
        mocks.secrets.expect_verify_password().returning(|_, _| Ok(false));
        let app = mocks.app();
        let input = Login { email: Some(user().email), password: password() };
        assert!(matches!(app.login(&app.context(), input).await, Err(Error::WrongPassword)));
    }
}
