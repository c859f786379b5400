//! What an operator sees of the queue, and does with it.

use kalends_domain::id::JobId;
use kalends_ports::{Change, Changes, Job, JobFilter, Page, PageRequest, StoreError};

use crate::{App, Error, Result};

impl App {
    /// Jobs in the order in which they were asked for.
    pub async fn list_jobs(&self, filter: JobFilter, page: PageRequest<JobId>) -> Result<Page<Job>> {
        Ok(self.ports.jobs.list_jobs(filter, page).await?)
    }

    /// Has a job tried at once, and for days again, whether it was given up or only waits.
    pub async fn retry_job(&self, id: JobId) -> Result<()> {
        let job = self.idle_job(id).await?;
        let job = Job { run_at: self.ports.clock.now(), attempts: 0, dead_at: None, ..job };
        self.change_idle(Change::UpdateJob { job, expected: None }).await
    }

    /// Forgets a job; it will not be done.
    pub async fn drop_job(&self, id: JobId) -> Result<()> {
        self.idle_job(id).await?;
        self.change_idle(Change::RemoveJob { id, expected: None }).await
    }

    async fn idle_job(&self, id: JobId) -> Result<Job> {
        let job = self.ports.jobs.find_job(id).await?.ok_or(Error::NotFound("job"))?;
        if job.lease.is_some() { Err(being_done()) } else { Ok(job) }
    }

    async fn change_idle(&self, change: Change) -> Result<()> {
        match self.ports.commit.commit(Changes::new().and(change)).await {
            Err(StoreError::Stale) => Err(being_done()),
            other => Ok(other?),
        }
    }
}

fn being_done() -> Error {
    Error::Conflict("the job is being done at this moment".to_owned())
}

#[cfg(test)]
mod tests {
    use kalends_ports::Lease;
    use uuid::Uuid;

    use super::*;
    use crate::testing::{Mocks, now};

    fn job() -> Job {
        let job = Job::new(JobId(Uuid::from_u128(1)), "housekeeping", "", now());
        Job { attempts: 105, dead_at: Some(now()), last_error: Some("no luck".into()), ..job }
    }

    #[tokio::test]
    async fn a_dead_job_is_revived_with_its_history() {
        let mut mocks = Mocks::default();
        mocks.jobs.expect_find_job().returning(|_| Ok(Some(job())));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UpdateJob { job, expected: None }]
                if job.dead_at.is_none() && job.attempts == 0 && job.last_error.as_deref() == Some("no luck")));
            Ok(())
        });
        mocks.app().retry_job(job().id).await.unwrap();
    }

    #[tokio::test]
    async fn a_job_that_runs_is_left_alone() {
        let mut mocks = Mocks::default();
        mocks
            .jobs
            .expect_find_job()
            .returning(|_| Ok(Some(Job { lease: Some(Lease(Uuid::nil())), dead_at: None, ..job() })));
        let app = mocks.app();
        assert!(matches!(app.retry_job(job().id).await, Err(Error::Conflict(_))));
        assert!(matches!(app.drop_job(job().id).await, Err(Error::Conflict(_))));

        let mut mocks = Mocks::default();
        mocks.jobs.expect_find_job().returning(|_| Ok(Some(job())));
        mocks.commit.expect_commit().returning(|_| Err(StoreError::Stale));
        assert!(matches!(mocks.app().drop_job(job().id).await, Err(Error::Conflict(_))));
    }

    #[tokio::test]
    async fn an_unknown_job_is_not_found() {
        let mut mocks = Mocks::default();
        mocks.jobs.expect_find_job().returning(|_| Ok(None));
        let app = mocks.app();
        assert!(matches!(app.retry_job(job().id).await, Err(Error::NotFound("job"))));
        assert!(matches!(app.drop_job(job().id).await, Err(Error::NotFound("job"))));
    }
}
