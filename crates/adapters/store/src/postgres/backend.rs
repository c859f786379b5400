//! What the shared queries need of Postgres.

use std::sync::Arc;
use std::time::Duration;

use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use futures_util::future::BoxFuture;
use kalends_ports::StoreError;
use tokio::runtime::Handle;

use super::address::{Address, Attempt};
use super::shared;
use crate::error::{Fail, short};
use crate::write::Write;
use crate::{ConnectError, Options};

pub(super) use super::window::window_rows;

pub(super) type Conn = AsyncPgConnection;

/// How long a call waits for a connection, a free or a new one.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// How often a transaction is tried that the server undid for the sake of another.
const TRIES: u32 = 5;
/// No query of ours takes long, so one that does is stuck, and would hold its connection for ever.
const SESSION: &str = "set statement_timeout = '30s'; set idle_in_transaction_session_timeout = '60s'";

/// Where work is handed in.
#[derive(Clone)]
pub(super) struct Exec {
    pool: Pool<Conn>,
    /// Connections and commits live on the runtime that made the store, whoever calls.
    runtime: Handle,
}

impl Exec {
    pub(super) fn new(address: Address, options: &Options) -> Result<Self, ConnectError> {
        let runtime = Handle::current();
        let place = address.place().to_owned();
        let mut config = ManagerConfig::<Conn>::default();
        // A broken connection is known as such without asking the server at each checkout.
        config.recycling_method = RecyclingMethod::Fast;
        let (address, home) = (Arc::new(address), runtime.clone());
        config.custom_setup = Box::new(move |_| {
            let address = address.clone();
            let connected = home.spawn(async move { connect(&address).await });
            Box::pin(async move {
                let died = |_| diesel::ConnectionError::BadConnection("connecting was stopped".to_owned());
                connected.await.map_err(died)?
            })
        });
        // The manager is given no address: what it is given, it might show.
        let pool = Pool::builder(AsyncDieselConnectionManager::new_with_config("", config))
            .max_size(options.postgres_connections.max(1))
            .build()
            .map_err(|error| ConnectError::Unreachable { place, reason: error.to_string() })?;
        Ok(Self { pool, runtime })
    }

    async fn checkout(&self) -> Result<Object<Conn>, StoreError> {
        match tokio::time::timeout(POOL_WAIT, self.pool.get()).await {
            Ok(conn) => conn.map_err(|error| StoreError::Unavailable(unavailable(&error))),
            Err(_) => Err(StoreError::Unavailable("no connection to the database became free in time".to_owned())),
        }
    }

    /// Runs a query; again, if its connection broke, since reading twice does no harm.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>> + Send + Sync + 'static,
    {
        let mut conn = self.checkout().await?;
        match query(&mut conn).await {
            Err(fail) if fail.is_disconnect() => {
                drop(conn);
                let mut conn = self.checkout().await?;
                Ok(query(&mut conn).await?)
            }
            outcome => Ok(outcome?),
        }
    }

    /// Commits in one transaction, on a task that a caller who goes away does not stop.
    ///
    /// A connection that breaks is not tried again: whether the commit was made is then not known, and the caller,
    /// who knows its ids, finds out.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        let this = self.clone();
        let task = self.runtime.spawn(async move { this.commit_here(&writes).await });
        task.await.map_err(|_| StoreError::Broken("a commit panicked".to_owned()))?
    }

    async fn commit_here(&self, writes: &[Write]) -> Result<(), StoreError> {
        let mut tries = 1;
        loop {
            let mut conn = self.checkout().await?;
            let outcome = conn.transaction(async |conn| shared::apply(conn, writes).await).await;
            drop(conn);
            match outcome {
                Err(fail) if fail.is_worth_another_try() && !fail.is_disconnect() && tries < TRIES => {
                    tokio::time::sleep(pause(tries)).await;
                    tries += 1;
                }
                outcome => return Ok(outcome?),
            }
        }
    }

    /// Whether the server answers.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.read(|conn| Box::pin(async move { conn.batch_execute("select 1").await.map_err(Fail::from) })).await
    }
}

async fn connect(address: &Address) -> diesel::ConnectionResult<Conn> {
    let failed = diesel::ConnectionError::BadConnection;
    let mut conn = address.connect().await.map_err(|attempt| match attempt {
        Attempt::Later(reason) | Attempt::Never(reason) => failed(reason),
    })?;
    conn.batch_execute(SESSION).await.map_err(|error| failed(error.to_string()))?;
    Ok(conn)
}

fn unavailable(error: &PoolError) -> String {
    match error {
        PoolError::Backend(error) => short(&error.to_string()),
        _ => "the pool of connections is closed".to_owned(),
    }
}

/// Some milliseconds, more with each try, and never the same for two that got in each other's way.
fn pause(tries: u32) -> Duration {
    let random = u64::from(uuid::Uuid::now_v7().as_bytes()[15]);
    Duration::from_micros(u64::from(tries) * (2_000 + random * 50))
}
