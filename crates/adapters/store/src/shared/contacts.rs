//! Reads of contacts.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::{Conn, position};
use super::{Found, limit_of};
use crate::rows::ContactRow;
use crate::schema::contacts;
use crate::types::DbId;

pub(super) async fn find(conn: &mut Conn, id: DbId, owner: DbId) -> Found<Option<ContactRow>> {
    let one = contacts::id.eq(id).and(contacts::owner_id.eq(owner)).and(contacts::deleted_at.is_null());
    Ok(contacts::table.filter(one).select(ContactRow::as_select()).first::<ContactRow>(conn).await.optional()?)
}

pub(super) async fn find_deleted(conn: &mut Conn, id: DbId, owner: DbId) -> Found<Option<ContactRow>> {
    let one = contacts::id.eq(id).and(contacts::owner_id.eq(owner)).and(contacts::deleted_at.is_not_null());
    Ok(contacts::table.filter(one).select(ContactRow::as_select()).first::<ContactRow>(conn).await.optional()?)
}

/// One row more than asked for, if there is one. An empty text stands everywhere.
pub(super) async fn list(
    conn: &mut Conn,
    owner: DbId,
    text: String,
    after: Option<DbId>,
    limit: usize,
) -> Found<Vec<ContactRow>> {
    let after = after.unwrap_or(DbId(uuid::Uuid::nil()));
    let query = contacts::table
        .filter(contacts::owner_id.eq(owner).and(contacts::id.gt(after)).and(contacts::deleted_at.is_null()))
        .filter(position(contacts::search_text, text).gt(0))
        .order(contacts::id)
        .limit(limit_of(limit));
    Ok(query.select(ContactRow::as_select()).load::<ContactRow>(conn).await?)
}

pub(super) async fn list_by_uid(conn: &mut Conn, owner: DbId, uids: &[String]) -> Found<Vec<ContactRow>> {
    let named = contacts::owner_id.eq(owner).and(contacts::uid.eq_any(uids)).and(contacts::deleted_at.is_null());
    Ok(contacts::table.filter(named).select(ContactRow::as_select()).load::<ContactRow>(conn).await?)
}
