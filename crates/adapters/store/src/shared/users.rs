//! Reads of accounts, refresh tokens, API keys, iCal tokens.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::Conn;
use super::{Found, limit_of};
use crate::rows::{ApiKeyRow, IcalTokenRow, SessionRow, UserRow};
use crate::schema::{api_keys, ical_tokens, sessions, users};
use crate::types::DbId;

pub(super) async fn find(conn: &mut Conn, id: DbId) -> Found<Option<UserRow>> {
    let query = users::table.filter(users::id.eq(id).and(users::deleted_at.is_null()));
    Ok(query.select(UserRow::as_select()).first::<UserRow>(conn).await.optional()?)
}

pub(super) async fn find_by_email(conn: &mut Conn, email: String) -> Found<Option<UserRow>> {
    let query = users::table.filter(users::email.eq(email).and(users::deleted_at.is_null()));
    Ok(query.select(UserRow::as_select()).first::<UserRow>(conn).await.optional()?)
}

pub(super) async fn find_session(conn: &mut Conn, token: Vec<u8>) -> Found<Option<SessionRow>> {
    let query = sessions::table.filter(sessions::token.eq(token));
    Ok(query.select(SessionRow::as_select()).first::<SessionRow>(conn).await.optional()?)
}

pub(super) async fn find_api_key(conn: &mut Conn, token: Vec<u8>) -> Found<Option<(ApiKeyRow, UserRow)>> {
    let live = api_keys::revoked_at.is_null().and(users::deleted_at.is_null());
    let query = api_keys::table.inner_join(users::table).filter(api_keys::token.eq(token).and(live));
    Ok(query
        .select((ApiKeyRow::as_select(), UserRow::as_select()))
        .first::<(ApiKeyRow, UserRow)>(conn)
        .await
        .optional()?)
}

/// One row more than asked for, if there is one.
pub(super) async fn list_api_keys(
    conn: &mut Conn,
    user: DbId,
    after: Option<DbId>,
    limit: usize,
) -> Found<Vec<ApiKeyRow>> {
    // No id is smaller than the nil id, so one statement serves the first page and the others.
    let after = after.unwrap_or(DbId(uuid::Uuid::nil()));
    let query = api_keys::table
        .filter(api_keys::user_id.eq(user).and(api_keys::revoked_at.is_null()).and(api_keys::id.gt(after)))
        .order(api_keys::id)
        .limit(limit_of(limit));
    Ok(query.select(ApiKeyRow::as_select()).load::<ApiKeyRow>(conn).await?)
}

pub(super) async fn find_ical_token(conn: &mut Conn, token: Vec<u8>) -> Found<Option<(IcalTokenRow, UserRow)>> {
    let live = ical_tokens::revoked_at.is_null().and(users::deleted_at.is_null());
    let query = ical_tokens::table.inner_join(users::table).filter(ical_tokens::token.eq(token).and(live));
    Ok(query
        .select((IcalTokenRow::as_select(), UserRow::as_select()))
        .first::<(IcalTokenRow, UserRow)>(conn)
        .await
        .optional()?)
}

/// One row more than asked for, if there is one.
pub(super) async fn list_ical_tokens(
    conn: &mut Conn,
    user: DbId,
    after: Option<DbId>,
    limit: usize,
) -> Found<Vec<IcalTokenRow>> {
    let after = after.unwrap_or(DbId(uuid::Uuid::nil()));
    let query = ical_tokens::table
        .filter(ical_tokens::user_id.eq(user).and(ical_tokens::revoked_at.is_null()).and(ical_tokens::id.gt(after)))
        .order(ical_tokens::id)
        .limit(limit_of(limit));
    Ok(query.select(IcalTokenRow::as_select()).load::<IcalTokenRow>(conn).await?)
}
