//! Exchanging a refresh token for the next pair.

use kalends_domain::account::Presented;
use kalends_ports::{Change, Changes, StoreError};

use super::TokenPair;
use crate::{App, Context, Error, Result};

impl App {
    /// Exchanges a refresh token. One that was used before revokes its whole family, since somebody
    /// has a copy.
    pub async fn refresh(&self, cx: &Context, token: &str) -> Result<TokenPair> {
        let hash = self.ports.secrets.hash_token(token);
        let session = self.ports.sessions.find_session(hash).await?.ok_or(Error::InvalidCredential)?;
        let revoke = Change::RevokeFamily { family: session.family, at: cx.now() };
        match session.present(self.ports.clock.now()) {
            Presented::Refused => Err(Error::InvalidCredential),
            Presented::Reused => {
                self.ports.commit.commit(Changes::new().and(revoke)).await?;
                Err(Error::InvalidCredential)
            }
            Presented::Rotate => {
                let (next, tokens) = self.new_session(cx, session.user, session.family)?;
                let changes = Changes::new()
                    .and(Change::UseSession { id: session.id, at: cx.now() })
                    .and(Change::InsertSession(next));
                match self.commit(cx, changes).await {
                    Ok(()) => Ok(tokens),
                    // Somebody used it between our look and our commit: that is a reuse too.
                    Err(Error::Store(StoreError::Stale)) => {
                        self.ports.commit.commit(Changes::new().and(revoke)).await?;
                        Err(Error::InvalidCredential)
                    }
                    Err(other) => Err(other),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, now, session};

    #[tokio::test]
    async fn uses_the_token_and_makes_its_successor_in_one_commit() {
        let mut mocks = Mocks::default();
        mocks.sessions.expect_find_session().returning(|_| Ok(Some(session())));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UseSession { id, .. }, Change::InsertSession(next)]
                if *id == session().id && next.family == session().family));
            Ok(())
        });
        let app = mocks.app();
        app.refresh(&app.context(), "token").await.unwrap();
    }

    #[tokio::test]
    async fn a_token_used_twice_revokes_its_family() {
        let mut mocks = Mocks::default();
        mocks.sessions.expect_find_session().returning(|_| {
            let mut used = session();
            used.used_at = Some(now());
            Ok(Some(used))
        });
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::RevokeFamily { family, .. }] if *family == session().family));
            Ok(())
        });
        let app = mocks.app();
        assert!(matches!(app.refresh(&app.context(), "token").await, Err(Error::InvalidCredential)));
    }

    #[tokio::test]
    async fn the_loser_of_two_at_once_revokes_the_family() {
        let mut mocks = Mocks::default();
        mocks.sessions.expect_find_session().returning(|_| Ok(Some(session())));
        let mut commits = 0;
        mocks.commit.expect_commit().times(2).returning(move |changes| {
            commits += 1;
            if commits == 1 {
                return Err(StoreError::Stale);
            }
            assert!(matches!(&changes.0[..], [Change::RevokeFamily { .. }]));
            Ok(())
        });
        let app = mocks.app();
        assert!(matches!(app.refresh(&app.context(), "token").await, Err(Error::InvalidCredential)));
    }
}
