//! What the shared queries need of SQLite.

use std::path::Path;
use std::sync::Arc;

use diesel::sql_types::Text;
use diesel::sqlite::SqliteConnection;
use diesel_async::sync_connection_wrapper::{SpawnBlocking, SyncConnectionWrapper};
use futures_util::future::BoxFuture;
use kalends_ports::{PoolState, StoreError};
use tokio::sync::oneshot;

use super::file;
use super::threads::{Threads, died, now};
use crate::ConnectError;
use crate::error::Fail;
use crate::types::DbId;
use crate::write::Write;

pub(super) use super::window::window_rows;

/// Works where it stands: our threads own the connections already, so a future of [`Conn`] is ready when it is
/// first asked.
pub(super) struct Inline;

impl SpawnBlocking for Inline {
    fn spawn_blocking<'a, R: Send + 'static>(
        &mut self,
        task: impl FnOnce() -> R + Send + 'static,
    ) -> BoxFuture<'a, Result<R, Box<dyn std::error::Error + Send + Sync>>> {
        let done = task();
        Box::pin(std::future::ready(Ok(done)))
    }

    fn get_runtime() -> Self {
        Self
    }
}

pub(super) type Conn = SyncConnectionWrapper<SqliteConnection, Inline>;

/// Whoever writes here has the whole file.
pub(super) async fn lock_calendars(_: &mut Conn, _: Vec<DbId>) -> Result<(), Fail> {
    Ok(())
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Where the second text begins in the first, counted from 1; 0 where it does not stand in it.
    #[sql_name = "instr"]
    fn position(text: Text, part: Text) -> Integer;
}

/// Where work is handed in.
#[derive(Clone)]
pub(super) struct Exec {
    threads: Arc<Threads>,
}

impl Exec {
    /// Opens all connections, after bringing the schema up to date on the one that writes.
    pub(super) fn open(path: &Path, readers: usize) -> Result<Self, ConnectError> {
        let mut writer = file::open(path)?;
        file::migrate_on(&mut writer, path)?;
        let readers = (0..readers).map(|_| file::open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        let threads = Threads::start(readers, writer)
            .map_err(|error| ConnectError::File { path: path.display().to_string(), reason: error.to_string() })?;
        Ok(Self { threads: Arc::new(threads) })
    }

    /// Runs a query on a reader.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>> + Send + 'static,
    {
        let (done, outcome) = oneshot::channel();
        self.threads.read(Box::new(move |conn| {
            // Nobody may be waiting any more.
            drop(done.send(now(query(conn))));
        }))?;
        Ok(outcome.await.map_err(|_| died())??)
    }

    /// The same, for events of these calendars: there is one file, which has all of them.
    pub(super) async fn read_events<T, F>(&self, _: Vec<DbId>, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>> + Send + 'static,
    {
        self.read(query).await
    }

    /// Commits in one transaction.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        self.threads.commit(writes).await
    }

    /// How busy the threads are.
    pub(super) fn pool(&self) -> PoolState {
        self.threads.state()
    }

    /// Whether a reader answers.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.read(|conn| Box::pin(async move { conn.spawn_blocking(file::ping).await.map_err(Fail::from) })).await
    }
}
