//! Jobs of the queue.

use diesel::prelude::*;
use kalends_domain::id::JobId;
use kalends_ports::{Job, Lease, PAYLOAD_MAX};

use super::{text, text_opt};
use crate::error::Fail;
use crate::schema::jobs;
use crate::types::{DbId, DbTs};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = jobs, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct JobRow {
    pub(crate) id: DbId,
    kind: String,
    payload: String,
    pub(crate) key: Option<String>,
    pub(crate) run_at: DbTs,
    attempts: i32,
    lease: Option<DbId>,
    last_error: Option<String>,
    created_at: DbTs,
    dead_at: Option<DbTs>,
}

impl JobRow {
    /// Whether it is neither leased nor dead.
    pub(crate) fn waits(&self) -> bool {
        self.lease.is_none() && self.dead_at.is_none()
    }
}

impl TryFrom<Job> for JobRow {
    type Error = Fail;

    fn try_from(job: Job) -> Result<Self, Fail> {
        if job.payload.len() > PAYLOAD_MAX {
            return Err(Fail::broken(format!("job {}: its payload has more than {PAYLOAD_MAX} bytes", job.id)));
        }
        Ok(Self {
            id: DbId(job.id.0),
            kind: text(job.kind)?,
            payload: text(job.payload)?,
            key: text_opt(job.key)?,
            run_at: job.run_at.into(),
            attempts: job.attempts,
            lease: job.lease.map(|lease| DbId(lease.0)),
            last_error: text_opt(job.last_error)?,
            created_at: job.created_at.into(),
            dead_at: job.dead_at.map(DbTs::from),
        })
    }
}

impl TryFrom<JobRow> for Job {
    type Error = Fail;

    fn try_from(row: JobRow) -> Result<Self, Fail> {
        Ok(Self {
            id: JobId(row.id.0),
            kind: row.kind,
            payload: row.payload,
            key: row.key,
            run_at: row.run_at.get(),
            attempts: row.attempts,
            lease: row.lease.map(|lease| Lease(lease.0)),
            last_error: row.last_error,
            created_at: row.created_at.get(),
            dead_at: row.dead_at.map(DbTs::get),
        })
    }
}
