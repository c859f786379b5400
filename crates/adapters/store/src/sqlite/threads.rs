//! Threads that own connections.
//!
//! Readers take jobs from one queue. The single writer takes commits from another, and puts those that wait
//! together into one transaction, each in a savepoint of its own: one flush of the disk serves them all, and
//! one that fails is undone alone. Nobody hears of an outcome before that transaction is on the disk.
//!
//! Queues are bounded: a store that cannot keep up says so at once instead of letting callers pile up. A panic
//! ends the job that caused it, never the thread.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use futures_util::FutureExt;
use kalends_ports::{PoolState, StoreError};
use tokio::sync::oneshot;

use super::backend::Conn;
use super::shared;
use crate::error::Fail;
use crate::write::Write;

/// Jobs and commits that may wait.
const QUEUE: usize = 1_024;
/// Commits that share a transaction at most, so that the first does not wait for too many.
const TOGETHER: usize = 64;
/// How often a transaction is begun before the file counts as held by somebody else. Each try waits for
/// SQLite's own `busy_timeout`.
const TRIES: u32 = 2;

/// Something to do with a reader's connection.
pub(super) type Job = Box<dyn FnOnce(&mut Conn) + Send>;

/// Something to commit, and who waits for it.
struct Unit {
    writes: Vec<Write>,
    done: oneshot::Sender<Result<(), StoreError>>,
}

/// The queues' ends at which work is put in. When the last clone is gone, the threads finish what waits, and end.
#[derive(Clone)]
pub(super) struct Threads {
    readers: Sender<Job>,
    writer: Sender<Unit>,
    size: usize,
    busy: Arc<AtomicUsize>,
}

/// One thread at work, also when that ends in a panic.
struct Busy<'c>(&'c AtomicUsize);

impl<'c> Busy<'c> {
    fn new(count: &'c AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Threads {
    /// Gives each connection its thread.
    pub(super) fn start(readers: Vec<SqliteConnection>, writer: SqliteConnection) -> std::io::Result<Self> {
        let (size, busy) = (readers.len() + 1, Arc::<AtomicUsize>::default());
        let (jobs, queue) = bounded::<Job>(QUEUE);
        for (number, conn) in readers.into_iter().enumerate() {
            let (queue, busy) = (queue.clone(), busy.clone());
            let mut conn = Conn::new(conn);
            spawn(format!("sqlite-reader-{number}"), move || {
                for job in queue {
                    let _busy = Busy::new(&busy);
                    // Whoever asked learns of a panic by the end of its channel.
                    drop(catch_unwind(AssertUnwindSafe(|| job(&mut conn))));
                }
            })?;
        }
        let (units, queue) = bounded::<Unit>(QUEUE);
        let mut conn = Conn::new(writer);
        let writer = busy.clone();
        spawn("sqlite-writer".to_owned(), move || write_all(&mut conn, &queue, &writer))?;
        Ok(Self { readers: jobs, writer: units, size, busy })
    }

    /// How busy they are.
    pub(super) fn state(&self) -> PoolState {
        let waiting = self.readers.len() + self.writer.len();
        PoolState { size: self.size, in_use: self.busy.load(Ordering::Relaxed), waiting }
    }

    /// Hands a job to the next free reader.
    pub(super) fn read(&self, job: Job) -> Result<(), StoreError> {
        self.readers.try_send(job).map_err(|error| refused(&error))
    }

    /// Commits, and waits until it is on the disk.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        let (done, outcome) = oneshot::channel();
        self.writer.try_send(Unit { writes, done }).map_err(|error| refused(&error))?;
        outcome.await.map_err(|_| died())?
    }
}

fn spawn(name: String, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    thread::Builder::new().name(name).spawn(work).map(drop)
}

fn refused<T>(error: &TrySendError<T>) -> StoreError {
    match error {
        TrySendError::Full(_) => StoreError::Unavailable("too many calls wait for the database".to_owned()),
        TrySendError::Disconnected(_) => died(),
    }
}

/// What is told when whoever works on a call is gone.
pub(super) fn died() -> StoreError {
    StoreError::Broken("a database job panicked".to_owned())
}

fn write_all(conn: &mut Conn, queue: &Receiver<Unit>, busy: &AtomicUsize) {
    while let Ok(first) = queue.recv() {
        let _busy = Busy::new(busy);
        let mut units = vec![first];
        units.extend(queue.try_iter().take(TOGETHER - 1));
        let (writes, waiting): (Vec<_>, Vec<_>) = units.into_iter().map(|unit| (unit.writes, unit.done)).unzip();
        let outcomes = transact(conn, &writes).unwrap_or_else(|fail| {
            let told = StoreError::from(fail);
            writes.iter().map(|_| Err(told.clone())).collect()
        });
        for (done, outcome) in waiting.into_iter().zip(outcomes) {
            // Who asked may have gone; the commit stands all the same.
            drop(done.send(outcome));
        }
    }
}

/// Runs each unit in a savepoint of one transaction. The outcomes are only true once this returns them.
fn transact(conn: &mut Conn, units: &[Vec<Write>]) -> Result<Vec<Result<(), StoreError>>, Fail> {
    begin(conn)?;
    let outcomes: Result<Vec<_>, Fail> = units.iter().map(|writes| run(conn, writes)).collect();
    match outcomes.and_then(|outcomes| execute(conn, "commit").map(|()| outcomes)) {
        Ok(outcomes) => Ok(outcomes),
        Err(fail) => {
            // It may be over already; then this says so, which changes nothing.
            drop(execute(conn, "rollback"));
            Err(fail)
        }
    }
}

fn begin(conn: &mut Conn) -> Result<(), Fail> {
    let mut tries = 1;
    loop {
        match execute(conn, "begin immediate") {
            Err(fail) if fail.is_worth_another_try() && tries < TRIES => {
                tries += 1;
                thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}

/// One unit. The outer error means that the whole transaction is in doubt.
fn run(conn: &mut Conn, writes: &[Write]) -> Result<Result<(), StoreError>, Fail> {
    execute(conn, "savepoint unit")?;
    let outcome = catch_unwind(AssertUnwindSafe(|| now(shared::apply(conn, writes))));
    match outcome {
        Ok(Ok(())) => {
            execute(conn, "release unit")?;
            Ok(Ok(()))
        }
        Ok(Err(fail)) => match execute(conn, "rollback to unit; release unit") {
            Ok(()) => Ok(Err(fail.into())),
            // A full disk undoes the whole transaction at once; then its cause says more than the lost savepoint.
            Err(_) => Err(fail),
        },
        Err(_) => {
            execute(conn, "rollback to unit; release unit")?;
            Ok(Err(died()))
        }
    }
}

fn execute(conn: &mut Conn, sql: &'static str) -> Result<(), Fail> {
    now(conn.spawn_blocking(move |conn| conn.batch_execute(sql)).map(|done| done.map_err(Fail::from)))
}

/// The result of a future that never waits: the connection works where it stands.
pub(super) fn now<T>(work: impl Future<Output = Result<T, Fail>>) -> Result<T, Fail> {
    work.now_or_never().unwrap_or_else(|| Err(Fail::broken("a query waited on a connection that never waits")))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::super::file;
    use super::super::testing::Place;
    use super::*;
    use crate::rows::SettingRow;

    impl Place {
        fn start(&self, readers: usize) -> Threads {
            let path = self.0.join("kalends.db");
            let mut writer = file::open(&path).unwrap();
            file::migrate_on(&mut writer, &path).unwrap();
            let readers = (0..readers).map(|_| file::open_reader(&path).unwrap()).collect();
            Threads::start(readers, writer).unwrap()
        }
    }

    fn setting(key: &str) -> Vec<Write> {
        vec![Write::InsertSetting(SettingRow { key: key.to_owned(), value: Vec::new() })]
    }

    #[test]
    fn a_panic_ends_its_job_and_nothing_else() {
        let place = Place::new();
        let threads = place.start(1);
        let (done, wait) = mpsc::channel();
        threads.read(Box::new(|_| panic!("this one is meant"))).unwrap();
        threads
            .read(Box::new(move |conn| done.send(now(conn.spawn_blocking(file::ping).map(|d| Ok(d?)))).unwrap()))
            .unwrap();
        assert!(wait.recv().unwrap().is_ok(), "the thread and its connection live on");
    }

    #[test]
    fn a_full_queue_says_so_at_once() {
        let place = Place::new();
        let threads = place.start(1);
        let (release, held) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel();
        threads
            .read(Box::new(move |_| {
                started.send(()).unwrap();
                held.recv().unwrap();
            }))
            .unwrap();
        has_started.recv().unwrap();
        for _ in 0..QUEUE {
            threads.read(Box::new(|_| {})).unwrap();
        }
        assert_eq!(threads.state(), PoolState { size: 2, in_use: 1, waiting: QUEUE });
        let told = threads.read(Box::new(|_| {})).unwrap_err();
        assert!(matches!(told, StoreError::Unavailable(_)), "{told}");
        release.send(()).unwrap();
    }

    #[test]
    fn of_those_committed_together_one_fails_alone() {
        let place = Place::new();
        let path = place.0.join("kalends.db");
        let mut conn = Conn::new(file::open(&path).unwrap());
        conn.spawn_blocking(move |conn| Ok(file::migrate_on(conn, &path).unwrap())).now_or_never().unwrap().unwrap();
        // Half of the second unit goes through, and is undone with the rest of it.
        let torn = [setting("c"), setting("a")].concat();
        let outcomes = transact(&mut conn, &[setting("a"), torn, setting("b")]).unwrap();
        assert!(matches!(outcomes[..], [Ok(()), Err(StoreError::Duplicate(_)), Ok(())]), "{outcomes:?}");
        let again = transact(&mut conn, &[setting("b"), setting("c")]).unwrap();
        assert!(matches!(again[..], [Err(StoreError::Duplicate(_)), Ok(())]), "{again:?}");
    }
}
