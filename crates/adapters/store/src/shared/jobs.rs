//! The queue: reads, and the writes that take more than a statement.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kalends_ports::{QueueState, StoreError, Unique};

use super::super::backend::Conn;
use super::{Found, limit_of};
use crate::error::Fail;
use crate::rows::JobRow;
use crate::schema::jobs;
use crate::types::{DbId, DbTs};

/// How often a job is inserted while those of its key come and go.
const TRIES: usize = 5;

pub(super) async fn find(conn: &mut Conn, id: DbId) -> Found<Option<JobRow>> {
    let query = jobs::table.filter(jobs::id.eq(id));
    Ok(query.select(JobRow::as_select()).first::<JobRow>(conn).await.optional()?)
}

/// One row more than asked for, if there is one.
pub(super) async fn list(conn: &mut Conn, dead: bool, after: Option<DbId>, limit: usize) -> Found<Vec<JobRow>> {
    let behind = jobs::table
        .filter(jobs::id.gt(after.unwrap_or(DbId(uuid::Uuid::nil()))))
        .order(jobs::id)
        .limit(limit_of(limit))
        .select(JobRow::as_select());
    Ok(if dead {
        behind.filter(jobs::dead_at.is_not_null()).load::<JobRow>(conn).await?
    } else {
        behind.filter(jobs::dead_at.is_null()).load::<JobRow>(conn).await?
    })
}

pub(super) async fn list_claimed(conn: &mut Conn, lease: DbId) -> Found<Vec<JobRow>> {
    let query = jobs::table.filter(jobs::lease.eq(lease)).order(jobs::id);
    Ok(query.select(JobRow::as_select()).load::<JobRow>(conn).await?)
}

pub(super) async fn next_due(conn: &mut Conn) -> Found<Option<DbTs>> {
    let living = jobs::table.filter(jobs::dead_at.is_null()).order((jobs::run_at, jobs::id));
    Ok(living.select(jobs::run_at).first::<DbTs>(conn).await.optional()?)
}

pub(super) async fn count(conn: &mut Conn) -> Found<QueueState> {
    let living = jobs::table.filter(jobs::dead_at.is_null());
    let waiting: i64 = living.filter(jobs::lease.is_null()).count().get_result(conn).await?;
    let running: i64 = living.filter(jobs::lease.is_not_null()).count().get_result(conn).await?;
    let dead: i64 = jobs::table.filter(jobs::dead_at.is_not_null()).count().get_result(conn).await?;
    let next = living.filter(jobs::lease.is_null()).order((jobs::run_at, jobs::id)).select(jobs::run_at);
    let next = next.first::<DbTs>(conn).await.optional()?;
    let number = |count| u64::try_from(count).unwrap_or(0);
    Ok(QueueState { waiting: number(waiting), running: number(running), dead: number(dead), next: next.map(DbTs::get) })
}

/// Inserts a job, or lets the one of its key that waits be done as soon as this one would be. One that was put off keeps
/// its time: somebody asked to be left alone until then.
pub(super) async fn insert(conn: &mut Conn, job: &JobRow) -> Found<()> {
    for _ in 0..TRIES {
        if diesel::insert_into(jobs::table).values(job).on_conflict_do_nothing().execute(conn).await? == 1 {
            return Ok(());
        }
        let Some(key) = &job.key else { return Err(Fail::Store(StoreError::Duplicate(Unique::Id))) };
        let free = jobs::lease.is_null().and(jobs::dead_at.is_null());
        let waiting = jobs::table.filter(jobs::key.eq(key).and(free));
        let sooner = waiting.filter(jobs::run_at.gt(job.run_at).and(jobs::last_error.is_null()));
        if diesel::update(sooner).set(jobs::run_at.eq(job.run_at)).execute(conn).await? == 1 {
            return Ok(());
        }
        if waiting.count().get_result::<i64>(conn).await? > 0 {
            return Ok(());
        }
        // It was there, and has been claimed since.
    }
    Err(Fail::Store(StoreError::Stale))
}

/// How many rows changed: one, if the lease is the expected one.
pub(super) async fn update(conn: &mut Conn, job: &JobRow, expected: Option<DbId>) -> Found<usize> {
    if let (Some(key), true) = (&job.key, job.waits()) {
        let free = jobs::lease.is_null().and(jobs::dead_at.is_null());
        let twin = jobs::table.filter(jobs::key.eq(key).and(free).and(jobs::id.ne(job.id)));
        diesel::delete(twin).execute(conn).await?;
    }
    let one = jobs::table.filter(jobs::id.eq(job.id));
    Ok(match expected {
        Some(lease) => diesel::update(one.filter(jobs::lease.eq(lease))).set(job).execute(conn).await?,
        None => diesel::update(one.filter(jobs::lease.is_null())).set(job).execute(conn).await?,
    })
}

/// How many rows went: one, if the lease is the expected one.
pub(super) async fn remove(conn: &mut Conn, id: DbId, expected: Option<DbId>) -> Found<usize> {
    let one = jobs::table.filter(jobs::id.eq(id));
    Ok(match expected {
        Some(lease) => diesel::delete(one.filter(jobs::lease.eq(lease))).execute(conn).await?,
        None => diesel::delete(one.filter(jobs::lease.is_null())).execute(conn).await?,
    })
}
