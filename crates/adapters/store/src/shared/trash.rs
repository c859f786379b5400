//! Reads of what was deleted.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::Conn;
use super::{Found, limit_of};
use crate::schema::{calendars, events, memberships};
use crate::types::{DbId, DbTs};

/// When it was deleted, its id, its name, and the calendar of an event.
pub(super) type TrashRow = (Option<DbTs>, DbId, String, Option<DbId>);

/// A part of the trash. One row more than `limit` is read of each kind, if there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrashQuery {
    pub(super) user: DbId,
    pub(super) calendars: bool,
    pub(super) events: bool,
    pub(super) since: DbTs,
    /// The last one that the reader has; what follows was deleted before it.
    pub(super) before: (DbTs, DbId),
    pub(super) limit: usize,
}

pub(super) async fn list(conn: &mut Conn, query: TrashQuery) -> Found<Vec<TrashRow>> {
    let mut found = Vec::new();
    if query.calendars {
        found.extend(deleted_calendars(conn, query).await?);
    }
    if query.events {
        found.extend(deleted_events(conn, query).await?);
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.0, row.1)));
    Ok(found)
}

async fn deleted_calendars(conn: &mut Conn, query: TrashQuery) -> Found<Vec<TrashRow>> {
    let (at, id) = query.before;
    let rows = calendars::table
        .filter(calendars::owner_id.eq(query.user).and(calendars::deleted_at.is_not_null()))
        .filter(calendars::deleted_at.ge(query.since).and(calendars::deleted_at.le(at)))
        .filter(calendars::deleted_at.lt(at).or(calendars::id.lt(id)))
        .order((calendars::deleted_at.desc(), calendars::id.desc()))
        .limit(limit_of(query.limit))
        .select((calendars::deleted_at, calendars::id, calendars::name))
        .load::<(Option<DbTs>, DbId, String)>(conn)
        .await?;
    Ok(rows.into_iter().map(|(at, id, name)| (at, id, name, None)).collect())
}

async fn deleted_events(conn: &mut Conn, query: TrashQuery) -> Found<Vec<TrashRow>> {
    let (at, id) = query.before;
    let may_restore = memberships::role.eq("owner").or(memberships::role.eq("editor"));
    let rows = memberships::table
        .inner_join(calendars::table.inner_join(events::table))
        .filter(memberships::user_id.eq(query.user).and(may_restore).and(calendars::deleted_at.is_null()))
        .filter(events::deleted_at.is_not_null())
        .filter(events::deleted_at.ge(query.since).and(events::deleted_at.le(at)))
        .filter(events::deleted_at.lt(at).or(events::id.lt(id)))
        .order((events::deleted_at.desc(), events::id.desc()))
        .limit(limit_of(query.limit))
        .select((events::deleted_at, events::id, events::title, events::calendar_id.nullable()))
        .load::<TrashRow>(conn)
        .await?;
    Ok(rows)
}
