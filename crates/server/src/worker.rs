//! The worker: does the jobs of the queue, some at a time, here and on as many nodes as there are.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpServer;
use actix_web::dev::ServerHandle;
use async_trait::async_trait;
use kalends_api::State;
use kalends_app::{App, Ended, Error, LEASE_SECONDS, job_kind};
use kalends_ports::{Change, Changes, Commit, Job, PoolState, StoreError};
use tokio::sync::{Notify, oneshot};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::failure::Failure;
use crate::house::{self, House};
use crate::say;
use crate::settings::Settings;
use crate::signals::Signals;
use crate::telemetry::TRACE;

/// Jobs that run at once: most of them wait for somebody else's server.
const AT_ONCE: usize = 8;
/// How long a job that another process made, or one that was put off, may lie there before it is looked for.
const POLL: Duration = Duration::from_secs(1);
/// A job ends before its lease does, so that no other node begins it meanwhile.
const LONGEST: Duration = Duration::from_secs(LEASE_SECONDS as u64 - 60);
/// For jobs under way to end once the worker is asked to stop. What does not is done again when its lease runs out.
const STOP: Duration = Duration::from_secs(20);

/// Commits, and wakes the worker of this process when there is something for it to do.
pub(crate) struct Waking {
    pub(crate) commit: Arc<dyn Commit>,
    pub(crate) wake: Arc<Notify>,
}

#[async_trait]
impl Commit for Waking {
    async fn commit(&self, changes: Changes) -> Result<(), StoreError> {
        let wakes = changes.0.iter().any(|change| matches!(change, Change::InsertJob(_)));
        let span = tracing::debug_span!(target: TRACE, "commit", changes = changes.0.len());
        self.commit.commit(changes).instrument(span).await?;
        if wakes {
            self.wake.notify_one();
        }
        Ok(())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.commit.ping().await
    }

    fn pool(&self) -> PoolState {
        self.commit.pool()
    }
}

/// A worker that runs.
pub(crate) struct Worker {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Worker {
    /// Starts one. `count` hears of each job that it began.
    pub(crate) fn start(house: &House, count: impl Fn(&'static str, Ended) + Send + Sync + 'static) -> Self {
        let (stop, stopped) = oneshot::channel();
        let work = Work { app: house.app.clone(), count: Arc::new(count), running: JoinSet::new(), answers: true };
        Self { stop, task: tokio::spawn(work.until(stopped, house.wake.clone())) }
    }

    /// Lets it begin nothing more, and waits for what it has begun.
    pub(crate) async fn stop(self) {
        // It may have ended already; then there is nothing to stop.
        let _ = self.stop.send(());
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the worker broke down");
        }
    }
}

/// `kalends worker`: the worker alone, until a signal asks it to stop.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let house = tokio::select! {
        house = house::open(settings) => house?,
        (name, _) = signals.next() => {
            tracing::info!("{name}: stopped before the store was ready");
            return Ok(());
        }
    };
    let health = settings.worker_listen.map(|at| Health::start(&house, settings, at)).transpose()?;
    let state = health.as_ref().map(|health| health.state.clone());
    let worker = Worker::start(&house, move |kind, ended| {
        if let Some(state) = &state {
            state.job_ended(kind, ended);
        }
    });
    tracing::info!(version = env!("CARGO_PKG_VERSION"), store = %settings.database, "started");
    say(format!("working on the jobs of {}", settings.database))?;
    signals.stop().await;
    worker.stop().await;
    if let Some(health) = health {
        health.server.stop(false).await;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Where a worker that serves nothing can be asked how it is.
struct Health {
    state: State,
    server: ServerHandle,
}

impl Health {
    fn start(house: &House, settings: &Settings, at: SocketAddr) -> Result<Self, Failure> {
        let state = State::new(house.app.clone(), house::api_settings(settings));
        let shared = state.clone();
        let server = HttpServer::new(move || kalends_api::health(&shared)).workers(1).disable_signals().bind(at);
        let server =
            server.map_err(|error| Failure::new(format!("cannot listen on {at}: {error}; check WORKER_LISTEN")))?;
        server.addrs().iter().try_for_each(|address| say(format!("listening on http://{address}")))?;
        let running = server.run();
        let handle = running.handle();
        tokio::spawn(running);
        Ok(Self { state, server: handle })
    }
}

/// What a worker knows.
struct Work {
    app: App,
    count: Arc<dyn Fn(&'static str, Ended) + Send + Sync>,
    running: JoinSet<()>,
    /// Whether the store did, the last time.
    answers: bool,
}

impl Work {
    async fn until(mut self, mut stopped: oneshot::Receiver<()>, wake: Arc<Notify>) {
        let mut keeps_house = false;
        loop {
            if !keeps_house {
                let begun = self.app.begin_upkeep().await;
                keeps_house = self.noted(begun).is_some();
            }
            self.begin().await;
            tokio::select! {
                // Also when whoever could have stopped it is gone.
                _ = &mut stopped => break,
                Some(ended) = self.running.join_next() => note(ended),
                () = wake.notified() => {}
                () = sleep(POLL) => {}
            }
        }
        let ending = async {
            while let Some(ended) = self.running.join_next().await {
                note(ended);
            }
        };
        if timeout(STOP, ending).await.is_err() {
            tracing::warn!(jobs = self.running.len(), "jobs were left unfinished; they are done again in some minutes");
        }
    }

    /// Begins what is due, as far as there is room.
    async fn begin(&mut self) {
        let claimed = self.app.claim_jobs(AT_ONCE.saturating_sub(self.running.len())).await;
        for job in self.noted(claimed).unwrap_or_default() {
            let (app, count) = (self.app.clone(), self.count.clone());
            let span = tracing::debug_span!(
                target: TRACE,
                "job",
                otel.name = job_kind(&job),
                otel.kind = "consumer",
                job.id = %job.id,
                job.attempts = job.attempts,
                job.ended = Empty,
            );
            self.running.spawn(async move { perform(&app, job, count.as_ref()).await }.instrument(span));
        }
    }

    /// What the store answered. That it does not is said once, not each second.
    fn noted<T>(&mut self, answer: kalends_app::Result<T>) -> Option<T> {
        match answer {
            Ok(answer) => {
                if !self.answers {
                    tracing::info!("the store tells of jobs again");
                }
                self.answers = true;
                Some(answer)
            }
            Err(error) => {
                if self.answers {
                    tracing::warn!(%error, "the store does not tell which jobs are due");
                }
                self.answers = false;
                None
            }
        }
    }
}

fn note(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a job panicked; it is tried again when its lease runs out");
    }
}

async fn perform(app: &App, job: Job, count: &(dyn Fn(&'static str, Ended) + Send + Sync)) {
    let (id, kind, attempts) = (job.id, job_kind(&job), job.attempts);
    let through = async {
        let mut end = app.run_job(job).await;
        loop {
            match app.end_job(&mut end).await {
                Err(Error::Store(StoreError::Unavailable(_))) => sleep(POLL).await,
                ended => return ended,
            }
        }
    };
    match timeout(LONGEST, through).await {
        Ok(Ok(ended)) => {
            count(kind, ended);
            Span::current().record("job.ended", ended.as_str());
            match ended {
                Ended::Done => tracing::debug!(job = %id, kind, attempts, "a job is done"),
                Ended::PutOff => tracing::info!(job = %id, kind, attempts, "a job was put off"),
                Ended::GivenUp => {
                    tracing::warn!(job = %id, kind, attempts, "a job was given up: see `kalends jobs list --dead`");
                }
            }
        }
        Ok(Err(error)) => tracing::warn!(job = %id, kind, %error, "the end of a job could not be written"),
        Err(_) => tracing::warn!(job = %id, kind, "a job took too long; it is tried again when its lease runs out"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kalends_domain::id::JobId;
    use kalends_ports::MockCommit;

    use super::*;

    async fn wakes(change: Change, outcome: Result<(), StoreError>) -> bool {
        let mut commit = MockCommit::new();
        commit.expect_commit().return_once(|_| outcome);
        let wake = Arc::new(Notify::new());
        let waking = Waking { commit: Arc::new(commit), wake: wake.clone() };
        // Only what is committed can be claimed.
        drop(waking.commit(Changes::new().and(change)).await);
        timeout(Duration::ZERO, wake.notified()).await.is_ok()
    }

    #[tokio::test]
    async fn a_job_wakes_the_worker_once_it_is_committed() {
        let now = Timestamp::UNIX_EPOCH;
        let job = || Change::InsertJob(Job::new(JobId(uuid::Uuid::nil()), "a.kind", "", now));
        assert!(wakes(job(), Ok(())).await);
        assert!(!wakes(job(), Err(StoreError::Stale)).await);
        assert!(!wakes(Change::RemoveAnswersBefore(now), Ok(())).await);
    }
}
