//! The events of a window, in one statement.
//!
//! For each calendar and level one index scan that stops at the limit, and the first of all that: a lateral join
//! over two arrays, so that one text and one plan serve any number of calendars.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Bool, Nullable, SmallInt, Text};
use diesel_async::RunQueryDsl;

use super::backend::Conn;
use crate::error::Fail;
use crate::rows::EventRow;
use crate::types::{DbTs, Doc, Id, Ts};
use crate::window::WindowQuery;

/// The first events of the window, ordered by start and id.
pub(super) async fn window_rows(conn: &mut Conn, query: &WindowQuery) -> Result<Vec<EventRow>, Fail> {
    let (levels, since) = query.levels.iter().copied().unzip();
    Ok(Window { query, levels, since }.load::<EventRow>(conn).await?)
}

struct Window<'q> {
    query: &'q WindowQuery,
    levels: Vec<i16>,
    since: Vec<DbTs>,
}

impl QueryId for Window<'_> {
    type QueryId = ();
    // What is asked besides the window makes different texts; each is cached by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// The columns of [`EventRow`] in its order.
impl Query for Window<'_> {
    type SqlType = (Id, Id, Text, Ts, Doc, Id, Id, Ts, Ts, Nullable<Ts>, BigInt);
}

impl QueryFragment<Pg> for Window<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let query = self.query;
        out.push_sql(
            "select e.id, e.calendar_id, e.uid, e.starts_at, e.doc, e.created_by, e.updated_by, e.created_at, \
             e.updated_at, e.deleted_at, e.version from unnest(",
        );
        out.push_bind_param::<Array<Id>, _>(&query.calendars)?;
        out.push_sql(") as c(id) cross join unnest(");
        out.push_bind_param::<Array<SmallInt>, _>(&self.levels)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Ts>, _>(&self.since)?;
        out.push_sql(
            ") as l(reach, since) cross join lateral (select * from events where deleted_at is null \
             and calendar_id = c.id and reach = l.reach and starts_at >= l.since and is_series = ",
        );
        out.push_bind_param::<Bool, _>(&query.is_series)?;
        out.push_sql(" and starts_at < ");
        out.push_bind_param::<Ts, _>(&query.to)?;
        out.push_sql(" and ends_at > ");
        out.push_bind_param::<Ts, _>(&query.from)?;
        if let Some((at, id)) = &query.after {
            // No start before `at` is looked at: `since` sees to that.
            out.push_sql(" and (starts_at > ");
            out.push_bind_param::<Ts, _>(at)?;
            out.push_sql(" or id > ");
            out.push_bind_param::<Id, _>(id)?;
            out.push_sql(")");
        }
        if let Some(text) = &query.text {
            out.push_sql(" and strpos(search_text, ");
            out.push_bind_param::<Text, _>(text)?;
            out.push_sql(") > 0");
        }
        if let Some(tag) = &query.tag {
            out.push_sql(" and strpos(tags_text, ");
            out.push_bind_param::<Text, _>(tag)?;
            out.push_sql(") > 0");
        }
        if let Some(kinds) = &query.kinds {
            out.push_sql(" and kind = any(");
            out.push_bind_param::<Array<Text>, _>(kinds)?;
            out.push_sql(")");
        }
        if let Some(case) = &query.case {
            // The index of cases holds no event without one.
            out.push_sql(" and case_id <> '' and case_id = ");
            out.push_bind_param::<Text, _>(case)?;
        }
        out.push_sql(" order by starts_at, id limit ");
        out.push_bind_param::<BigInt, _>(&query.limit)?;
        out.push_sql(") as e order by e.starts_at, e.id limit ");
        out.push_bind_param::<BigInt, _>(&query.limit)
    }
}
