//! Accounts, refresh tokens, API keys, iCal tokens.

use diesel::prelude::*;
use kalends_domain::access::{Resource, Scopes, Verb};
use kalends_domain::account::{ApiKey, FreeBusyVisibility, IcalToken, PasswordHash, Session, TokenHash, User};
use kalends_domain::id::{ApiKeyId, FamilyId, IcalTokenId, SessionId, UserId};

use super::{hash, parse, text, text_opt, zone};
use crate::error::Fail;
use crate::schema::{api_keys, ical_tokens, sessions, users};
use crate::types::{DbId, DbTs};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct UserRow {
    pub(crate) id: DbId,
    email: String,
    name: Option<String>,
    timezone: String,
    free_busy_visibility: String,
    password: String,
    created_at: DbTs,
    updated_at: DbTs,
    deleted_at: Option<DbTs>,
    version: i64,
}

impl TryFrom<User> for UserRow {
    type Error = Fail;

    fn try_from(user: User) -> Result<Self, Fail> {
        Ok(Self {
            id: DbId(user.id.0),
            email: text(user.email.as_str())?,
            name: text_opt(user.name)?,
            timezone: user.timezone.name().to_owned(),
            free_busy_visibility: user.free_busy_visibility.as_str().to_owned(),
            password: text(user.password.0)?,
            created_at: user.created_at.into(),
            updated_at: user.updated_at.into(),
            deleted_at: user.deleted_at.map(DbTs::new),
            version: user.version,
        })
    }
}

impl TryFrom<UserRow> for User {
    type Error = Fail;

    fn try_from(row: UserRow) -> Result<Self, Fail> {
        let named = format!("user {}", row.id.0);
        let visible = |v: &FreeBusyVisibility| v.as_str() == row.free_busy_visibility;
        let unreadable = || Fail::broken(format!("{named}: its free_busy_visibility cannot be read"));
        Ok(Self {
            id: UserId(row.id.0),
            email: parse(&named, "email", &row.email)?,
            timezone: zone(&named, &row.timezone)?,
            free_busy_visibility: FreeBusyVisibility::ALL.into_iter().find(visible).ok_or_else(unreadable)?,
            name: row.name,
            password: PasswordHash(row.password),
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            deleted_at: row.deleted_at.map(DbTs::get),
            version: row.version,
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(crate) struct SessionRow {
    pub(crate) id: DbId,
    user_id: DbId,
    family: DbId,
    token: Vec<u8>,
    created_at: DbTs,
    expires_at: DbTs,
    used_at: Option<DbTs>,
    revoked_at: Option<DbTs>,
}

impl From<Session> for SessionRow {
    fn from(session: Session) -> Self {
        Self {
            id: DbId(session.id.0),
            user_id: DbId(session.user.0),
            family: DbId(session.family.0),
            token: session.token.0.to_vec(),
            created_at: session.created_at.into(),
            expires_at: session.expires_at.into(),
            used_at: session.used_at.map(DbTs::new),
            revoked_at: session.revoked_at.map(DbTs::new),
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = Fail;

    fn try_from(row: SessionRow) -> Result<Self, Fail> {
        Ok(Self {
            id: SessionId(row.id.0),
            user: UserId(row.user_id.0),
            family: FamilyId(row.family.0),
            token: TokenHash(hash(format_args!("session {}", row.id.0), &row.token)?),
            created_at: row.created_at.get(),
            expires_at: row.expires_at.get(),
            used_at: row.used_at.map(DbTs::get),
            revoked_at: row.revoked_at.map(DbTs::get),
        })
    }
}

/// `scopes` is a list like `calendars:read events:write`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = api_keys, treat_none_as_default_value = false)]
pub(crate) struct ApiKeyRow {
    pub(crate) id: DbId,
    user_id: DbId,
    name: String,
    scopes: String,
    token: Vec<u8>,
    created_at: DbTs,
    revoked_at: Option<DbTs>,
}

impl TryFrom<ApiKey> for ApiKeyRow {
    type Error = Fail;

    fn try_from(key: ApiKey) -> Result<Self, Fail> {
        let scopes: Vec<_> = key.scopes.iter().map(|(on, verb)| format!("{}:{}", on.as_str(), verb.as_str())).collect();
        Ok(Self {
            id: DbId(key.id.0),
            user_id: DbId(key.user.0),
            name: text(key.name)?,
            scopes: scopes.join(" "),
            token: key.token.0.to_vec(),
            created_at: key.created_at.into(),
            revoked_at: key.revoked_at.map(DbTs::new),
        })
    }
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = Fail;

    fn try_from(row: ApiKeyRow) -> Result<Self, Fail> {
        let named = format!("API key {}", row.id.0);
        let scope = |scope: &str| -> Result<(Resource, Verb), Fail> {
            let (on, verb) = scope.split_once(':').unwrap_or_default();
            Ok((parse(&named, "scopes", on)?, parse(&named, "scopes", verb)?))
        };
        Ok(Self {
            id: ApiKeyId(row.id.0),
            user: UserId(row.user_id.0),
            scopes: row.scopes.split_whitespace().map(scope).collect::<Result<Scopes, Fail>>()?,
            token: TokenHash(hash(&named, &row.token)?),
            name: row.name,
            created_at: row.created_at.get(),
            revoked_at: row.revoked_at.map(DbTs::get),
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = ical_tokens, treat_none_as_default_value = false)]
pub(crate) struct IcalTokenRow {
    pub(crate) id: DbId,
    user_id: DbId,
    token: Vec<u8>,
    created_at: DbTs,
    revoked_at: Option<DbTs>,
}

impl From<IcalToken> for IcalTokenRow {
    fn from(token: IcalToken) -> Self {
        Self {
            id: DbId(token.id.0),
            user_id: DbId(token.user.0),
            token: token.token.0.to_vec(),
            created_at: token.created_at.into(),
            revoked_at: token.revoked_at.map(DbTs::new),
        }
    }
}

impl TryFrom<IcalTokenRow> for IcalToken {
    type Error = Fail;

    fn try_from(row: IcalTokenRow) -> Result<Self, Fail> {
        Ok(Self {
            id: IcalTokenId(row.id.0),
            user: UserId(row.user_id.0),
            token: TokenHash(hash(format_args!("iCal token {}", row.id.0), &row.token)?),
            created_at: row.created_at.get(),
            revoked_at: row.revoked_at.map(DbTs::get),
        })
    }
}
