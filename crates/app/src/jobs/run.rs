//! Claiming jobs, and doing them.

use jiff::{SignedDuration, Timestamp};
use kalends_ports::{Change, Changes, Claim, Job, Lease, StoreError};

use super::backoff::{ATTEMPTS_MAX, delay};
use super::{Task, Undone};
use crate::{App, Context, Result};

/// How long a claimed job is left to the one who claimed it. Whoever runs a job ends it before that.
pub const LEASE_SECONDS: u32 = 300;
/// How often the end of a job is written, where others of its key get in the way.
const TRIES: usize = 8;
/// Most characters kept of why a job was not done.
const REASON_MAX: usize = 500;

/// How a job that was begun ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ended {
    /// It is done.
    Done,
    /// It will be tried again.
    PutOff,
    /// It is kept until an operator looks at it.
    GivenUp,
}

impl Ended {
    /// In one word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::PutOff => "put_off",
            Self::GivenUp => "given_up",
        }
    }
}

/// How a job ended, which is still to be written.
#[derive(Debug)]
#[must_use]
pub struct JobEnd {
    changes: Changes,
    ended: Ended,
    /// Whether it may have been written already.
    in_doubt: bool,
}

impl App {
    /// Claims up to `limit` jobs that are due, the longest due first. Each must be given to
    /// [`run_job`](Self::run_job) and then [`end_job`](Self::end_job); what is not is due again when the lease runs out.
    pub async fn claim_jobs(&self, limit: usize) -> Result<Vec<Job>> {
        let cx = self.context();
        // Where nothing is due, as nearly always, nothing is written.
        let next = self.ports.jobs.find_next_due().await?;
        if limit == 0 || next.is_none_or(|next| next > cx.now()) {
            return Ok(Vec::new());
        }
        let lease = Lease(cx.id());
        let until = after(cx.now(), SignedDuration::from_secs(LEASE_SECONDS.into()));
        let claim = Change::ClaimJobs(Claim { lease, now: cx.now(), until, limit });
        match self.ports.commit.commit(Changes::new().and(claim)).await {
            // Another node took a job of the same key at this very moment.
            Err(StoreError::Duplicate(_)) => Ok(Vec::new()),
            claimed => {
                claimed?;
                Ok(self.ports.jobs.list_claimed_jobs(lease).await?)
            }
        }
    }

    /// Does a claimed job. Done, it is to be removed in the commit of what it wrote; else it is put off, or after days
    /// given up.
    pub async fn run_job(&self, job: Job) -> JobEnd {
        let cx = self.context();
        let (id, expected) = (job.id, job.lease);
        let (changes, ended) = match self.perform(&cx, &job).await {
            Ok(changes) => (changes.and(Change::RemoveJob { id, expected }), Ended::Done),
            Err(undone) => {
                let jitter = self.ports.secrets.random()[0];
                let (job, ended) = put_off(job, undone, self.ports.clock.now(), jitter);
                (Changes::new().and(Change::UpdateJob { job, expected }), ended)
            }
        };
        JobEnd { changes, ended, in_doubt: false }
    }

    /// Writes the end of a job. Where the store does not answer, this may be asked again: a mail that was sent is not
    /// to be sent again only because that could not be written at once.
    pub async fn end_job(&self, end: &mut JobEnd) -> Result<Ended> {
        for _ in 0..TRIES {
            match self.ports.commit.commit(end.changes.clone()).await {
                // While it was put off, another job of its key came to wait in its place.
                Err(StoreError::Duplicate(_)) => {}
                // What the store did not answer to was written after all.
                Err(StoreError::Stale) if end.in_doubt => return Ok(end.ended),
                other => {
                    end.in_doubt |= matches!(other, Err(StoreError::Unavailable(_)));
                    return Ok(other.map(|()| end.ended)?);
                }
            }
        }
        Err(StoreError::Stale.into())
    }

    /// What is to be written with the end of the job.
    async fn perform(&self, cx: &Context, job: &Job) -> std::result::Result<Changes, Undone> {
        if job.attempts > ATTEMPTS_MAX {
            // Whoever fails is put off and in the end given up, so these attempts ended nowhere at all.
            return Err(Undone::Never(format!("it was begun {} times and never ended", job.attempts - 1)));
        }
        match Task::read(job) {
            Some(Task::BookingMail(mail)) => self.send_booking_mail(cx, job.id, mail).await,
            Some(Task::FristMail(mail)) => self.send_frist_mail(job.id, mail).await,
            Some(Task::Housekeeping) => Ok(super::housekeeping::changes(cx)),
            Some(Task::Sync(link)) => self.sync_job(link).await,
            Some(Task::DueSyncs) => self.due_syncs(cx).await,
            Some(Task::Revoke(permission)) => self.revoke(&permission).await,
            Some(Task::Feed(feed)) => self.feed_job(feed).await,
            // A later version made it, and is only being rolled out perhaps.
            None => Err(Undone::later("this version of Kalends does not know what to do with it")),
        }
    }
}

/// The job as it goes on after it was not done.
fn put_off(job: Job, undone: Undone, now: Timestamp, jitter: u8) -> (Job, Ended) {
    let (reason, wait) = match undone {
        Undone::Later { reason, after } => (reason, delay(job.attempts, jitter, after)),
        Undone::Never(reason) => (reason, None),
    };
    let reason: String = reason.chars().take(REASON_MAX).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let job = Job { lease: None, last_error: Some(reason), ..job };
    match wait {
        Some(wait) => (Job { run_at: after(now, wait), ..job }, Ended::PutOff),
        None => (Job { run_at: now, dead_at: Some(now), ..job }, Ended::GivenUp),
    }
}

pub(super) fn after(at: Timestamp, length: SignedDuration) -> Timestamp {
    at.checked_add(length).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use kalends_domain::id::JobId;
    use uuid::Uuid;

    use super::*;
    use crate::Error;
    use crate::testing::{Mocks, now};

    const LEASE: Lease = Lease(Uuid::from_u128(7));

    fn leased(kind: &str) -> Job {
        let job = Job::new(JobId(Uuid::from_u128(1)), kind, "", now());
        Job { lease: Some(LEASE), attempts: 1, ..job }
    }

    fn seconds(seconds: i64) -> Timestamp {
        now() + SignedDuration::from_secs(seconds)
    }

    #[tokio::test]
    async fn nothing_is_written_while_nothing_is_due() {
        for next in [None, Some(seconds(1))] {
            let mut mocks = Mocks::default();
            mocks.jobs.expect_find_next_due().returning(move || Ok(next));
            assert_eq!(mocks.app().claim_jobs(8).await.unwrap(), []);
        }
    }

    #[tokio::test]
    async fn what_is_due_is_leased_for_some_minutes() {
        let mut mocks = Mocks::default();
        mocks.jobs.expect_find_next_due().returning(|| Ok(Some(now())));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::ClaimJobs(claim)]
                if claim.now == now() && claim.until == seconds(300) && claim.limit == 8));
            Ok(())
        });
        mocks.jobs.expect_list_claimed_jobs().times(1).returning(|_| Ok(vec![leased("housekeeping")]));
        assert_eq!(mocks.app().claim_jobs(8).await.unwrap(), [leased("housekeeping")]);
    }

    #[tokio::test]
    async fn who_claims_a_key_at_the_same_moment_as_another_gets_nothing() {
        let mut mocks = Mocks::default();
        mocks.jobs.expect_find_next_due().returning(|| Ok(Some(now())));
        let taken = || StoreError::Duplicate(kalends_ports::Unique::Other);
        mocks.commit.expect_commit().times(1).returning(move |_| Err(taken()));
        assert_eq!(mocks.app().claim_jobs(8).await.unwrap(), []);
    }

    #[tokio::test]
    async fn a_job_ends_in_the_commit_of_what_it_wrote_and_housekeeping_comes_again() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [
                Change::RemoveAnswersBefore(answers),
                Change::RemoveSessionsBefore(sessions),
                Change::InsertJob(next),
                Change::RemoveJob { expected: Some(LEASE), .. },
            ] if *answers == seconds(-86_400) && *sessions == seconds(-30 * 86_400)
                && next.run_at == seconds(86_400) && next.key.as_deref() == Some("housekeeping")));
            Ok(())
        });
        assert_eq!(mocks.app().run_and_end(leased("housekeeping")).await.unwrap(), Ended::Done);
    }

    #[tokio::test]
    async fn what_is_not_known_waits_for_a_version_that_does() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UpdateJob { job, expected: Some(LEASE) }]
                if job.lease.is_none() && job.dead_at.is_none() && job.run_at > now() && job.last_error.is_some()));
            Ok(())
        });
        assert_eq!(mocks.app().run_and_end(leased("from.the.future")).await.unwrap(), Ended::PutOff);
    }

    #[tokio::test]
    async fn what_never_ends_is_given_up() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::UpdateJob { job, .. }] if job.dead_at == Some(now())));
            Ok(())
        });
        let job = Job { attempts: ATTEMPTS_MAX + 1, ..leased("housekeeping") };
        assert_eq!(mocks.app().run_and_end(job).await.unwrap(), Ended::GivenUp);
    }

    #[tokio::test]
    async fn a_put_off_that_meets_a_new_job_of_its_key_is_written_again() {
        let mut mocks = Mocks::default();
        let mut tries = 0;
        mocks.commit.expect_commit().times(2).returning(move |_| {
            tries += 1;
            if tries == 1 { Err(StoreError::Duplicate(kalends_ports::Unique::Other)) } else { Ok(()) }
        });
        assert_eq!(mocks.app().run_and_end(leased("from.the.future")).await.unwrap(), Ended::PutOff);
    }

    #[tokio::test]
    async fn an_end_that_cannot_be_written_is_told() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Stale));
        let told = mocks.app().run_and_end(leased("housekeeping")).await;
        assert!(matches!(told, Err(Error::Store(StoreError::Stale))));
    }

    #[tokio::test]
    async fn an_end_that_was_written_unheard_is_an_end() {
        let mut mocks = Mocks::default();
        let mut answers = vec![StoreError::Stale, StoreError::Unavailable("gone".into())];
        mocks.commit.expect_commit().times(2).returning(move |_| Err(answers.pop().unwrap()));
        let app = mocks.app();
        let mut end = app.run_job(leased("housekeeping")).await;
        assert!(matches!(app.end_job(&mut end).await, Err(Error::Store(StoreError::Unavailable(_)))));
        assert_eq!(app.end_job(&mut end).await.unwrap(), Ended::Done);
    }

    #[test]
    fn reasons_are_one_short_line() {
        let (job, ended) = put_off(leased("x"), Undone::Never(format!("a\r\nb\0{}", "é".repeat(900))), now(), 0);
        let told = job.last_error.unwrap();
        assert!(told.starts_with("a  b é") && told.chars().count() == REASON_MAX, "{told}");
        assert_eq!((ended, job.dead_at), (Ended::GivenUp, Some(now())));
        let asked = Undone::Later { reason: "busy".into(), after: Some(SignedDuration::from_secs(77)) };
        assert_eq!(put_off(leased("x"), asked, now(), 0).0.run_at, seconds(77));
    }
}
