//! Reads of events.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::{Conn, window_rows};
use super::Found;
use crate::rows::{CalendarRow, EventRow};
use crate::schema::{calendars, events, memberships};
use crate::types::DbId;
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

pub(super) async fn list(conn: &mut Conn, query: &WindowQuery) -> Found<Vec<EventRow>> {
    window_rows(conn, query).await
}
