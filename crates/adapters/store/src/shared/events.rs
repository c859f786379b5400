//! Reads of events.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::{Conn, window_rows};
use super::{Found, limit_of, number_of};
use crate::rows::{CalendarRow, EventRow};
use crate::schema::{calendars, events, memberships};
use crate::types::{DbId, DbTs};
use crate::window::WindowQuery;

/// An event, its calendar, and the viewer's role there.
type Seen = (EventRow, CalendarRow, Option<String>);

pub(super) async fn find(conn: &mut Conn, id: DbId, viewer: DbId) -> Found<Option<Seen>> {
    let place = memberships::calendar_id.eq(events::calendar_id).and(memberships::user_id.eq(viewer));
    let query = events::table
        .inner_join(calendars::table)
        .left_join(memberships::table.on(place))
        .filter(events::id.eq(id).and(events::deleted_at.is_null()).and(calendars::deleted_at.is_null()));
    let seen = (EventRow::as_select(), CalendarRow::as_select(), memberships::role.nullable());
    Ok(query.select(seen).first::<Seen>(conn).await.optional()?)
}

pub(super) async fn find_deleted(conn: &mut Conn, id: DbId, viewer: DbId) -> Found<Option<Seen>> {
    let place = memberships::calendar_id.eq(events::calendar_id).and(memberships::user_id.eq(viewer));
    let query = events::table
        .inner_join(calendars::table)
        .left_join(memberships::table.on(place))
        .filter(events::id.eq(id).and(events::deleted_at.is_not_null()).and(calendars::deleted_at.is_null()));
    let seen = (EventRow::as_select(), CalendarRow::as_select(), memberships::role.nullable());
    Ok(query.select(seen).first::<Seen>(conn).await.optional()?)
}

/// One row more than asked for, if there is one.
pub(super) async fn list_all(
    conn: &mut Conn,
    calendar: DbId,
    after: Option<DbId>,
    limit: usize,
) -> Found<Vec<EventRow>> {
    let after = after.unwrap_or(DbId(uuid::Uuid::nil()));
    let behind = events::calendar_id.eq(calendar).and(events::id.gt(after)).and(events::deleted_at.is_null());
    let query = events::table.filter(behind).order(events::id).limit(limit_of(limit));
    Ok(query.select(EventRow::as_select()).load::<EventRow>(conn).await?)
}

pub(super) async fn list_by_uid(conn: &mut Conn, calendar: DbId, uids: &[String]) -> Found<Vec<EventRow>> {
    let named = events::calendar_id.eq(calendar).and(events::uid.eq_any(uids)).and(events::deleted_at.is_null());
    Ok(events::table.filter(named).select(EventRow::as_select()).load::<EventRow>(conn).await?)
}

/// Deleted ones too.
pub(super) async fn list_by_id(conn: &mut Conn, calendar: DbId, ids: &[DbId]) -> Found<Vec<EventRow>> {
    let named = events::calendar_id.eq(calendar).and(events::id.eq_any(ids));
    Ok(events::table.filter(named).select(EventRow::as_select()).load::<EventRow>(conn).await?)
}

pub(super) async fn list(conn: &mut Conn, query: &WindowQuery) -> Found<Vec<EventRow>> {
    window_rows(conn, query).await
}

/// Which single events are wanted, in the values of columns.
#[derive(Debug)]
pub(super) struct SingleQuery {
    pub(super) calendars: Vec<DbId>,
    pub(super) kinds: Vec<&'static str>,
    pub(super) course: Option<String>,
    pub(super) from: DbTs,
    pub(super) to: DbTs,
    pub(super) offset: usize,
    pub(super) limit: usize,
}

/// A part of the single events, in the order of their starts, and how many there are.
pub(super) async fn list_singles(conn: &mut Conn, query: &SingleQuery) -> Found<(Vec<EventRow>, i64)> {
    // One statement serves whether a course is asked for or not.
    let any_course = query.course.is_none().into_sql::<diesel::sql_types::Bool>();
    let course = query.course.as_deref().unwrap_or_default();
    let all = events::table
        .filter(events::deleted_at.is_null().and(events::calendar_id.eq_any(&query.calendars)))
        .filter(events::is_series.eq(false))
        .filter(events::starts_at.between(query.from, query.to).and(events::ends_at.le(query.to)))
        .filter(events::kind.eq_any(&query.kinds).and(any_course.or(events::course_id.eq(course))));
    let total = all.clone().count().get_result::<i64>(conn).await?;
    if query.limit == 0 || number_of(query.offset) >= total {
        return Ok((Vec::new(), total));
    }
    let part = all.order((events::starts_at, events::id)).offset(number_of(query.offset)).limit(number_of(query.limit));
    Ok((part.select(EventRow::as_select()).load::<EventRow>(conn).await?, total))
}
