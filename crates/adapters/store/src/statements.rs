//! Statements that diesel would prepare anew at each use, because it caches no UPDATE: the two that every write
//! of an event runs, and the claim of jobs. Written out, they are prepared once per connection.

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Bool, HasSqlType, Nullable, SmallInt, Text};

use kalends_ports::Claim;

use crate::rows::NewEventRow;
use crate::types::{DbDoc, DbId, DbTs, Doc, Id, Ts};

/// The engine keeps what these statements bind.
pub(crate) trait Engine: Backend + HasSqlType<Id> + HasSqlType<Ts> + HasSqlType<Doc> + HasSqlType<Bool> {
    /// What is added to an instant to come a second later.
    const SECOND: &'static str;
    /// What stands before and after a query of the ids of rows that are to be updated and that nobody else is updating.
    const TAKING: [&'static str; 2];
}

impl Engine for diesel::pg::Pg {
    const SECOND: &'static str = "interval '1 second'";
    // As an array it is asked for once: as a plain subquery the planner may ask again, and take more than the limit.
    const TAKING: [&'static str; 2] = ["= any(array(", " for no key update of j skip locked))"];
}

impl Engine for diesel::sqlite::Sqlite {
    const SECOND: &'static str = "1000000";
    // Whoever writes here has the whole file.
    const TAKING: [&'static str; 2] = ["in (", ")"];
}

/// Counts a write to the events of a calendar that is not deleted. No two writes are within one second of each other in
/// `touched_at`: HTTP tells a date to the second, and a reader must see that it changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TouchCalendar {
    pub(crate) id: DbId,
    pub(crate) expected: Option<i64>,
    pub(crate) at: DbTs,
}

impl QueryId for TouchCalendar {
    type QueryId = ();
    // Two texts: with an expectation and without.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB: Engine> QueryFragment<DB> for TouchCalendar
where
    DbId: ToSql<Id, DB>,
    DbTs: ToSql<Ts, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for part in
            ["update calendars set revision = revision + 1, touched_at = case when touched_at + ", DB::SECOND, " <= "]
        {
            out.push_sql(part);
        }
        out.push_bind_param::<Ts, _>(&self.at)?;
        out.push_sql(" then ");
        out.push_bind_param::<Ts, _>(&self.at)?;
        for part in [" else touched_at + ", DB::SECOND, " end"] {
            out.push_sql(part);
        }
        out.push_sql(" where deleted_at is null and id = ");
        out.push_bind_param::<Id, _>(&self.id)?;
        if let Some(expected) = &self.expected {
            out.push_sql(" and revision = ");
            out.push_bind_param::<BigInt, _>(expected)?;
        }
        Ok(())
    }
}

/// Replaces an event of an expected version.
#[derive(Debug, Clone)]
pub(crate) struct UpdateEvent {
    pub(crate) event: NewEventRow,
    pub(crate) expected: i64,
}

impl QueryId for UpdateEvent {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: Engine> QueryFragment<DB> for UpdateEvent
where
    DbId: ToSql<Id, DB>,
    DbTs: ToSql<Ts, DB>,
    Option<DbTs>: ToSql<Nullable<Ts>, DB>,
    DbDoc: ToSql<Doc, DB>,
    String: ToSql<Text, DB>,
    bool: ToSql<Bool, DB>,
    i16: ToSql<SmallInt, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let event = &self.event;
        out.push_sql("update events set calendar_id = ");
        out.push_bind_param::<Id, _>(&event.calendar_id)?;
        out.push_sql(", uid = ");
        out.push_bind_param::<Text, _>(&event.uid)?;
        out.push_sql(", title = ");
        out.push_bind_param::<Text, _>(&event.title)?;
        out.push_sql(", starts_at = ");
        out.push_bind_param::<Ts, _>(&event.starts_at)?;
        out.push_sql(", ends_at = ");
        out.push_bind_param::<Ts, _>(&event.ends_at)?;
        out.push_sql(", is_series = ");
        out.push_bind_param::<Bool, _>(&event.is_series)?;
        out.push_sql(", reach = ");
        out.push_bind_param::<SmallInt, _>(&event.reach)?;
        out.push_sql(", search_text = ");
        out.push_bind_param::<Text, _>(&event.search_text)?;
        out.push_sql(", tags_text = ");
        out.push_bind_param::<Text, _>(&event.tags_text)?;
        out.push_sql(", kind = ");
        out.push_bind_param::<Text, _>(&event.kind)?;
        out.push_sql(", course_id = ");
        out.push_bind_param::<Text, _>(&event.course_id)?;
        out.push_sql(", case_id = ");
        out.push_bind_param::<Text, _>(&event.case_id)?;
        out.push_sql(", doc = ");
        out.push_bind_param::<Doc, _>(&event.doc)?;
        out.push_sql(", created_by = ");
        out.push_bind_param::<Id, _>(&event.created_by)?;
        out.push_sql(", updated_by = ");
        out.push_bind_param::<Id, _>(&event.updated_by)?;
        out.push_sql(", created_at = ");
        out.push_bind_param::<Ts, _>(&event.created_at)?;
        out.push_sql(", updated_at = ");
        out.push_bind_param::<Ts, _>(&event.updated_at)?;
        out.push_sql(", deleted_at = ");
        out.push_bind_param::<Nullable<Ts>, _>(&event.deleted_at)?;
        out.push_sql(", version = ");
        out.push_bind_param::<BigInt, _>(&event.version)?;
        out.push_sql(" where id = ");
        out.push_bind_param::<Id, _>(&event.id)?;
        out.push_sql(" and version = ");
        out.push_bind_param::<BigInt, _>(&self.expected)
    }
}

/// Leases jobs that are due, the longest due first. One whose key has a lease waits until that job is done: even
/// when the lease ran out, for then that one comes first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClaimJobs {
    lease: DbId,
    now: DbTs,
    until: DbTs,
    limit: i64,
}

impl From<Claim> for ClaimJobs {
    fn from(claim: Claim) -> Self {
        Self {
            lease: DbId(claim.lease.0),
            now: claim.now.into(),
            until: claim.until.into(),
            limit: i64::try_from(claim.limit).unwrap_or(i64::MAX),
        }
    }
}

impl QueryId for ClaimJobs {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<DB: Engine> QueryFragment<DB> for ClaimJobs
where
    DbId: ToSql<Id, DB>,
    DbTs: ToSql<Ts, DB>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let [before, after] = DB::TAKING;
        out.push_sql("update jobs set attempts = attempts + 1, lease = ");
        out.push_bind_param::<Id, _>(&self.lease)?;
        out.push_sql(", run_at = ");
        out.push_bind_param::<Ts, _>(&self.until)?;
        out.push_sql(" where id ");
        out.push_sql(before);
        out.push_sql("select j.id from jobs as j where j.dead_at is null and j.run_at <= ");
        out.push_bind_param::<Ts, _>(&self.now)?;
        out.push_sql(
            " and not exists (select 1 from jobs as other where other.key = j.key and other.lease is not null \
             and other.id <> j.id) order by j.run_at, j.id limit ",
        );
        out.push_bind_param::<BigInt, _>(&self.limit)?;
        out.push_sql(after);
        Ok(())
    }
}
