//! Reads of calendars and memberships.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::Conn;
use super::{Found, limit_of};
use crate::rows::{CalendarRow, MembershipRow};
use crate::schema::{calendars, memberships, users};
use crate::types::DbId;

type View = (CalendarRow, MembershipRow);

pub(super) async fn find(conn: &mut Conn, id: DbId, viewer: DbId) -> Found<Option<View>> {
    let query = memberships::table
        .inner_join(calendars::table)
        .filter(memberships::calendar_id.eq(id).and(memberships::user_id.eq(viewer)))
        .filter(calendars::deleted_at.is_null());
    Ok(query.select((CalendarRow::as_select(), MembershipRow::as_select())).first::<View>(conn).await.optional()?)
}

pub(super) async fn find_by_feed(conn: &mut Conn, token: Vec<u8>) -> Found<Option<CalendarRow>> {
    let query = calendars::table.filter(calendars::feed_token.eq(token).and(calendars::deleted_at.is_null()));
    Ok(query.select(CalendarRow::as_select()).first::<CalendarRow>(conn).await.optional()?)
}

pub(super) async fn find_public(conn: &mut Conn, id: DbId) -> Found<Option<CalendarRow>> {
    let public = calendars::is_public.eq(true).and(calendars::deleted_at.is_null());
    let query = calendars::table.filter(calendars::id.eq(id).and(public));
    Ok(query.select(CalendarRow::as_select()).first::<CalendarRow>(conn).await.optional()?)
}

/// Those of these calendars that have a member who does not own them.
pub(super) async fn shared(conn: &mut Conn, calendars: &[DbId]) -> Found<Vec<DbId>> {
    let others = memberships::calendar_id.eq_any(calendars).and(memberships::user_id.ne(calendars::owner_id));
    let joined = memberships::table.inner_join(calendars::table).filter(others);
    let query = joined.select(memberships::calendar_id).distinct();
    Ok(query.load::<DbId>(conn).await?)
}

pub(super) async fn find_deleted(conn: &mut Conn, id: DbId, viewer: DbId) -> Found<Option<View>> {
    let query = memberships::table
        .inner_join(calendars::table)
        .filter(memberships::calendar_id.eq(id).and(memberships::user_id.eq(viewer)))
        .filter(calendars::deleted_at.is_not_null());
    Ok(query.select((CalendarRow::as_select(), MembershipRow::as_select())).first::<View>(conn).await.optional()?)
}

/// One row more than asked for, if there is one.
pub(super) async fn list(conn: &mut Conn, viewer: DbId, after: Option<DbId>, limit: usize) -> Found<Vec<View>> {
    let after = after.unwrap_or(DbId(uuid::Uuid::nil()));
    let query = memberships::table
        .inner_join(calendars::table)
        .filter(memberships::user_id.eq(viewer).and(memberships::calendar_id.gt(after)))
        .filter(calendars::deleted_at.is_null())
        .order(memberships::calendar_id)
        .limit(limit_of(limit));
    Ok(query.select((CalendarRow::as_select(), MembershipRow::as_select())).load::<View>(conn).await?)
}

/// Calendar, owner, role, revision, and whether anyone may see it.
pub(super) type SeatRow = (DbId, DbId, String, i64, bool);

pub(super) async fn seats(conn: &mut Conn, viewer: DbId) -> Found<Vec<SeatRow>> {
    let query = memberships::table
        .inner_join(calendars::table)
        .filter(memberships::user_id.eq(viewer).and(calendars::deleted_at.is_null()))
        .order(memberships::calendar_id);
    let (calendar, owner) = (memberships::calendar_id, calendars::owner_id);
    let seat = (calendar, owner, memberships::role, calendars::revision, calendars::is_public);
    Ok(query.select(seat).load::<SeatRow>(conn).await?)
}

pub(super) async fn find_membership(conn: &mut Conn, calendar: DbId, user: DbId) -> Found<Option<MembershipRow>> {
    let query = memberships::table.filter(memberships::calendar_id.eq(calendar).and(memberships::user_id.eq(user)));
    Ok(query.select(MembershipRow::as_select()).first::<MembershipRow>(conn).await.optional()?)
}

/// With their addresses; one row more than asked for, if there is one.
pub(super) async fn list_members(
    conn: &mut Conn,
    calendar: DbId,
    after: Option<DbId>,
    limit: usize,
) -> Found<Vec<(MembershipRow, String)>> {
    let after = after.unwrap_or(DbId(uuid::Uuid::nil()));
    let query = memberships::table
        .inner_join(users::table)
        .filter(memberships::calendar_id.eq(calendar).and(memberships::user_id.gt(after)))
        .filter(users::deleted_at.is_null())
        .order(memberships::user_id)
        .limit(limit_of(limit));
    Ok(query.select((MembershipRow::as_select(), users::email)).load::<(MembershipRow, String)>(conn).await?)
}
