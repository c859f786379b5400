//! Accounts: registering, signing in and out, the profile, and keys.

mod api_keys;
mod authenticate;
mod login;
mod logout;
mod profile;
mod refresh;
mod register;

use kalends_domain::account::{ACCESS_LIFETIME, SESSION_LIFETIME, Session, User};
use kalends_domain::id::{FamilyId, SessionId, UserId};
use kalends_ports::AccessToken;

pub use api_keys::{NewApiKey, NewApiKeyMade};
pub use authenticate::Caller;
pub use login::Login;
pub use profile::ProfileChange;
pub use register::Registration;

use crate::{App, Context, Result};

/// The tokens of one sign-in.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// Proves who calls, for a quarter of an hour.
    pub access: AccessToken,
    /// Makes the next pair, once.
    pub refresh: String,
}

/// An account that has just signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// Its tokens.
    pub tokens: TokenPair,
}

impl App {
    /// A new refresh token of a family, as it is kept, and the pair to hand out.
    fn new_session(&self, cx: &Context, user: UserId, family: FamilyId) -> Result<(Session, TokenPair)> {
        let refresh = cx.token();
        let session = Session {
            id: SessionId(cx.id()),
            user,
            family,
            token: self.ports.secrets.hash_token(&refresh),
            created_at: cx.now(),
            expires_at: cx.now().checked_add(SESSION_LIFETIME).unwrap_or(cx.now()),
            used_at: None,
            revoked_at: None,
        };
        // From the clock, not the context: a repeated request must not hand out an expired token.
        let access = self.ports.secrets.access_token(user, self.ports.clock.now(), ACCESS_LIFETIME)?;
        Ok((session, TokenPair { access, refresh }))
    }
}
