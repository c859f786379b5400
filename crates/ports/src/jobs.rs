//! The queue: work that is to be done soon, and surely, but not while somebody waits.
//!
//! A job is written in the same commit as what caused it, so that neither is ever there without the other. A worker claims
//! it with a lease, does it, and removes it in the same commit as what it wrote. Whoever dies meanwhile keeps the lease
//! until it runs out; then the job is due again. So what a job does happens at least once, and must do no harm
//! when it is done again.

use async_trait::async_trait;
use jiff::Timestamp;
use kalends_domain::id::JobId;
use uuid::Uuid;

use crate::{Page, PageRequest, StoreError};

type Result<T> = std::result::Result<T, StoreError>;

/// Most bytes in a job's payload: it names what it is about, and what that is stands in the store.
pub const PAYLOAD_MAX: usize = 16 * 1024;

/// The right to work on claimed jobs, until it runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease(pub Uuid);

/// Something to do.
///
/// It waits (neither leased nor dead), is being worked on (leased), or is dead: given up, and kept until somebody
/// looks at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its name.
    pub id: JobId,
    /// What sort of work it is.
    pub kind: String,
    /// What to work on, in a form that its kind knows. Never a secret.
    pub payload: String,
    /// What it is about, where doing it once does for all who asked. Of one key at most one job waits, and at most
    /// one is worked on.
    pub key: Option<String>,
    /// When to do it. While it is leased, when the lease runs out.
    pub run_at: Timestamp,
    /// How often it was begun.
    pub attempts: i32,
    /// Who works on it.
    pub lease: Option<Lease>,
    /// Why it was not done the last time.
    pub last_error: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was given up, if it was.
    pub dead_at: Option<Timestamp>,
}

impl Job {
    /// One that waits, to be done at once.
    pub fn new(id: JobId, kind: impl Into<String>, payload: impl Into<String>, now: Timestamp) -> Self {
        Self {
            id,
            kind: kind.into(),
            payload: payload.into(),
            key: None,
            run_at: now,
            attempts: 0,
            lease: None,
            last_error: None,
            created_at: now,
            dead_at: None,
        }
    }
}

/// A claim of jobs that are due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// A new lease. The jobs that got it are found by it.
    pub lease: Lease,
    /// What is due at this instant is claimed.
    pub now: Timestamp,
    /// When the lease runs out.
    pub until: Timestamp,
    /// Most jobs to claim.
    pub limit: usize,
}

/// Which jobs are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobFilter {
    /// Those given up; else all others.
    pub dead: bool,
}

/// How much there is to do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueState {
    /// Jobs that wait.
    pub waiting: u64,
    /// Jobs that are worked on.
    pub running: u64,
    /// Jobs that were given up.
    pub dead: u64,
    /// When the first of those neither leased nor dead is due, or was.
    pub next: Option<Timestamp>,
}

/// Jobs. They are written by [`Change::InsertJob`](crate::Change::InsertJob),
/// [`ClaimJobs`](crate::Change::ClaimJobs), [`UpdateJob`](crate::Change::UpdateJob) and
/// [`RemoveJob`](crate::Change::RemoveJob).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Jobs: Send + Sync {
    /// A job.
    async fn find_job(&self, id: JobId) -> Result<Option<Job>>;

    /// Jobs by id, which is the order in which they were asked for.
    async fn list_jobs(&self, filter: JobFilter, page: PageRequest<JobId>) -> Result<Page<Job>>;

    /// The jobs that have this lease, by id.
    async fn list_claimed_jobs(&self, lease: Lease) -> Result<Vec<Job>>;

    /// When the first job that is not dead is due, or was; a leased one when its lease runs out.
    async fn find_next_due(&self) -> Result<Option<Timestamp>>;

    /// How much there is to do.
    async fn count_jobs(&self) -> Result<QueueState>;
}
