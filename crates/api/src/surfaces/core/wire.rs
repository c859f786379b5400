//! Wire types that several endpoints of this surface share.

use jiff::Timestamp;
use kalends_app::{SignedIn, TokenPair};
use kalends_domain::account::{self, FreeBusyVisibility};
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;

/// An instant, RFC 3339 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Time(pub(crate) Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-03-02T15:00:00Z"])
            .into()
    }
}

impl ToSchema for Time {}

/// An account, as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct User {
    pub(crate) id: Uuid,
    /// The address to sign in with.
    #[schema(format = Email, example = "ann@example.com")]
    pub(crate) email: String,
    /// How the person is called.
    #[schema(required = true, example = "Ann Lee")]
    pub(crate) name: Option<String>,
    /// The person's IANA zone, in which a date alone is read.
    #[schema(example = "America/New_York")]
    pub(crate) timezone: String,
    /// Who may learn when the person is busy.
    #[schema(value_type = Visibility)]
    pub(crate) free_busy_visibility: &'static str,
    #[schema(inline)]
    pub(crate) created_at: Time,
    #[schema(inline)]
    pub(crate) updated_at: Time,
}

/// Who may learn when a person is busy, never with what.
#[derive(Debug, ToSchema)]
#[schema(as = FreeBusyVisibility, rename_all = "lowercase", example = "shared")]
#[allow(dead_code)] // documentation
pub(crate) enum Visibility {
    /// Every account of this server.
    Everyone,
    /// People with whom a calendar is shared.
    Shared,
    /// Nobody else.
    Nobody,
}

impl From<account::User> for User {
    fn from(user: account::User) -> Self {
        Self {
            id: user.id.0,
            email: user.email.as_str().to_owned(),
            name: user.name,
            timezone: user.timezone.name().to_owned(),
            free_busy_visibility: user.free_busy_visibility.as_str(),
            created_at: Time(user.created_at),
            updated_at: Time(user.updated_at),
        }
    }
}

/// Reads a [`Visibility`].
pub(crate) fn visibility(value: serde_json::Value, spot: &crate::fields::Spot) -> Option<FreeBusyVisibility> {
    crate::read::word(&FreeBusyVisibility::ALL, FreeBusyVisibility::as_str)(value, spot)
}

/// `{"user": …}`
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct UserAnswer {
    pub(crate) user: User,
}

/// An account that has just signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedInAnswer {
    pub(crate) user: User,
    /// Send it as `Authorization: Bearer …`; good for 15 minutes.
    #[schema(example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTljYTZlMC0uLi4ifQ.c2lnbmF0dXJl")]
    pub(crate) access_token: String,
    /// Makes the next pair of tokens, once; good for 30 days.
    #[schema(example = "qvYc0fKJ9y2mXb8nVtE3sWl7uZr5aDhG1oPiTkUjSgM")]
    pub(crate) refresh_token: String,
}

impl From<SignedIn> for SignedInAnswer {
    fn from(signed_in: SignedIn) -> Self {
        let TokensAnswer { access_token, refresh_token } = signed_in.tokens.into();
        Self { user: signed_in.user.into(), access_token, refresh_token }
    }
}

/// The next pair of tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokensAnswer {
    /// Send it as `Authorization: Bearer …`; good for 15 minutes.
    #[schema(example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIwMTljYTZlMC0uLi4ifQ.c2lnbmF0dXJl")]
    pub(crate) access_token: String,
    /// Makes the next pair of tokens, once; good for 30 days.
    #[schema(example = "qvYc0fKJ9y2mXb8nVtE3sWl7uZr5aDhG1oPiTkUjSgM")]
    pub(crate) refresh_token: String,
}

impl From<TokenPair> for TokensAnswer {
    fn from(tokens: TokenPair) -> Self {
        Self { access_token: tokens.access.0, refresh_token: tokens.refresh }
    }
}
