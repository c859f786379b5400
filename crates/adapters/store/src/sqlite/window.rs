//! The events of a window, one level of one calendar at a time.
//!
//! A query costs no round trip here, so the plain way is the fast one: an index scan that stops at the limit for
//! each calendar and level, always the same prepared statement. What is found narrows what is asked of the next.

use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Bool, Nullable, SmallInt, Text};
use diesel::sqlite::Sqlite;
use diesel_async::RunQueryDsl;

use super::backend::Conn;
use crate::error::Fail;
use crate::rows::EventRow;
use crate::types::{DbId, DbTs, Doc, Id, Ts};
use crate::window::WindowQuery;

/// The first events of the window, ordered by start and id.
pub(super) async fn window_rows(conn: &mut Conn, query: &WindowQuery) -> Result<Vec<EventRow>, Fail> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut found: Vec<EventRow> = Vec::new();
    let mut to = query.to;
    for &calendar in &query.calendars {
        for &(level, since) in &query.levels {
            let branch = Branch { query, calendar, level, since, to };
            let rows: Vec<EventRow> = branch.load::<EventRow>(conn).await?;
            if rows.is_empty() {
                continue;
            }
            found.extend(rows);
            found.sort_by_key(|row| (row.starts_at, row.id));
            found.truncate(limit);
            if let (true, Some(last)) = (found.len() == limit, found.last()) {
                // Whatever starts after the last one of a full list is not in it.
                to = to.min(last.starts_at.plus(1));
            }
        }
    }
    Ok(found)
}

/// One index scan.
struct Branch<'q> {
    query: &'q WindowQuery,
    calendar: DbId,
    level: i16,
    since: DbTs,
    to: DbTs,
}

impl QueryId for Branch<'_> {
    type QueryId = ();
    // What is asked besides the window makes different texts; each is cached by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The columns of [`EventRow`] in its order.
impl Query for Branch<'_> {
    type SqlType = (Id, Id, Text, Ts, Doc, Id, Id, Ts, Ts, Nullable<Ts>, BigInt);
}

impl QueryFragment<Sqlite> for Branch<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(
            "select id, calendar_id, uid, starts_at, doc, created_by, updated_by, created_at, updated_at, deleted_at, \
             version from events where deleted_at is null and calendar_id = ",
        );
        out.push_bind_param::<Id, _>(&self.calendar)?;
        out.push_sql(" and is_series = ");
        out.push_bind_param::<Bool, _>(&self.query.is_series)?;
        out.push_sql(" and reach = ");
        out.push_bind_param::<SmallInt, _>(&self.level)?;
        out.push_sql(" and starts_at >= ");
        out.push_bind_param::<Ts, _>(&self.since)?;
        out.push_sql(" and starts_at < ");
        out.push_bind_param::<Ts, _>(&self.to)?;
        out.push_sql(" and ends_at > ");
        out.push_bind_param::<Ts, _>(&self.query.from)?;
        if let Some((at, id)) = &self.query.after {
            // No start before `at` is looked at: `since` sees to that.
            out.push_sql(" and (starts_at > ");
            out.push_bind_param::<Ts, _>(at)?;
            out.push_sql(" or id > ");
            out.push_bind_param::<Id, _>(id)?;
            out.push_sql(")");
        }
        if let Some(text) = &self.query.text {
            out.push_sql(" and instr(search_text, ");
            out.push_bind_param::<Text, _>(text)?;
            out.push_sql(") > 0");
        }
        if let Some(tag) = &self.query.tag {
            out.push_sql(" and instr(tags_text, ");
            out.push_bind_param::<Text, _>(tag)?;
            out.push_sql(") > 0");
        }
        if let Some(kinds) = &self.query.kinds {
            out.push_sql(" and kind in (");
            for (i, kind) in kinds.iter().enumerate() {
                out.push_sql(if i == 0 { "" } else { ", " });
                out.push_bind_param::<Text, _>(kind)?;
            }
            out.push_sql(")");
        }
        if let Some(case) = &self.query.case {
            // The index of cases holds no event without one.
            out.push_sql(" and case_id <> '' and case_id = ");
            out.push_bind_param::<Text, _>(case)?;
        }
        out.push_sql(" order by starts_at, id limit ");
        out.push_bind_param::<BigInt, _>(&self.query.limit)
    }
}
