//! What the shared queries need of Postgres.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager};
use futures_util::future::BoxFuture;
use kalends_ports::{PoolState, StoreError};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::address::{Address, Attempt};
use super::shared;
use crate::error::{Fail, short};
use crate::schema::calendars;
use crate::types::DbId;
use crate::write::Write;
use crate::{ConnectError, Options};

pub(super) use super::window::window_rows;

pub(super) type Conn = AsyncPgConnection;

/// How long a call waits for a connection, a free or a new one.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// How long a query is waited for. One that takes longer waits for a server that has fallen silent.
const QUERY_WAIT: Duration = Duration::from_secs(10);
/// The same for a commit, which may be a large import.
const COMMIT_WAIT: Duration = Duration::from_mins(1);
/// How often work is tried that the server undid for the sake of another or whose connection broke, and for how long a
/// commit is.
const TRIES: u32 = 5;
const TRYING: Duration = Duration::from_secs(10);
/// No query of ours takes long, so one that does is stuck, and would hold its connection for ever.
///
/// Every query has an index that gives it its rows in their order, whatever the values: so plans are made once, and
/// never from guesses about how full a table is, which go wrong where one has just grown.
const SESSION: &str = "\
    set statement_timeout = '30s';\
    set lock_timeout = '10s';\
    set idle_in_transaction_session_timeout = '60s';\
    set plan_cache_mode = force_generic_plan;\
    set enable_seqscan = off;\
    set enable_bitmapscan = off";

/// Takes the rows of these calendars for this transaction, in the order of their ids.
pub(super) async fn lock_calendars(conn: &mut Conn, ids: Vec<DbId>) -> Result<(), Fail> {
    let rows = calendars::table.filter(calendars::id.eq_any(ids)).order(calendars::id).select(calendars::id);
    rows.for_no_key_update().load::<DbId>(conn).await?;
    Ok(())
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// Where the second text begins in the first, counted from 1; 0 where it does not stand in it.
    #[sql_name = "strpos"]
    fn position(text: Text, part: Text) -> Integer;
}

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
        match timeout(POOL_WAIT, self.pool.get()).await {
            Ok(conn) => conn.map_err(|error| StoreError::Unavailable(unavailable(&error))),
            Err(_) => Err(StoreError::Unavailable("no connection to the database became free in time".to_owned())),
        }
    }

    /// Runs a query; again, if its connection broke or others were in its way, since reading twice does no harm.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>> + Send + Sync + 'static,
    {
        let mut tries = 1;
        loop {
            let mut conn = self.checkout().await?;
            let Ok(outcome) = timeout(QUERY_WAIT, query(&mut conn)).await else { return Err(silent(conn)) };
            let outcome = looked_into(&mut conn, outcome).await;
            give_back(conn, &outcome);
            match outcome {
                Err(fail) if fail.is_worth_reading_again() && tries < TRIES => tries += 1,
                outcome => return Ok(outcome?),
            }
        }
    }

    /// Commits in one transaction, on a task that a caller who goes away does not stop.
    ///
    /// Where the server undid it for the sake of another, or the connection broke before the end, it is tried again.
    /// Where the connection broke at the end it is not: whether it was made is then not known, and the caller, who
    /// knows its ids, finds out.
    pub(super) async fn commit(&self, writes: Vec<Write>) -> Result<(), StoreError> {
        let this = self.clone();
        let task = self.runtime.spawn(async move { this.commit_here(&writes).await });
        task.await.map_err(|_| StoreError::Broken("a commit panicked".to_owned()))?
    }

    async fn commit_here(&self, writes: &[Write]) -> Result<(), StoreError> {
        let since = Instant::now();
        let mut tries = 1;
        loop {
            let mut conn = self.checkout().await?;
            let Ok(outcome) = timeout(COMMIT_WAIT, transact(&mut conn, writes)).await else { return Err(silent(conn)) };
            let outcome = looked_into(&mut conn, outcome).await;
            give_back(conn, &outcome);
            match outcome {
                Err(fail) if fail.is_worth_another_try() && tries < TRIES && since.elapsed() < TRYING => {
                    tokio::time::sleep(pause(tries)).await;
                    tries += 1;
                }
                outcome => return Ok(outcome?),
            }
        }
    }

    /// How busy the connections are.
    pub(super) fn pool(&self) -> PoolState {
        let now = self.pool.status();
        PoolState { size: now.max_size, in_use: now.size.saturating_sub(now.available), waiting: now.waiting }
    }

    /// Whether the server answers.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.read(|conn| Box::pin(async move { conn.batch_execute("select 1").await.map_err(Fail::from) })).await
    }
}

/// One try. It fails with what is worth another try only when it is certain that nothing was committed.
async fn transact(conn: &mut Conn, writes: &[Write]) -> Result<(), Fail> {
    type Transactions = <Conn as AsyncConnection>::TransactionManager;
    let prepared = async {
        Transactions::begin_transaction(conn).await?;
        shared::apply(conn, writes).await
    };
    if let Err(fail) = prepared.await {
        // Should this fail, the connection is gone, and with it what was done on it.
        let rolled_back = Transactions::rollback_transaction(conn).await.is_ok();
        return Err(if fail.is_disconnect() || !rolled_back { Fail::Undone } else { fail });
    }
    Transactions::commit_transaction(conn).await.map_err(|error| match Fail::from(error) {
        fail if fail.is_serialization_failure() => fail,
        // It may have been made all the same.
        _ => Fail::Lost,
    })
}

/// A server that ends a connection says so in its own language; so after a failure without a name it is seen
/// whether the connection is still there.
async fn looked_into<T>(conn: &mut Conn, outcome: Result<T, Fail>) -> Result<T, Fail> {
    if outcome.as_ref().is_err_and(Fail::is_unnamed) {
        let there = timeout(QUERY_WAIT, conn.batch_execute("")).await;
        if !matches!(there, Ok(Ok(()))) {
            return Err(Fail::Lost);
        }
    }
    outcome
}

/// Nobody answers on this connection any more.
fn silent(conn: Object<Conn>) -> StoreError {
    discard(conn);
    StoreError::Unavailable("the database did not answer in time".to_owned())
}

/// A connection that broke is not given back: the pool might not notice in time, and hand it out again.
fn give_back<T>(conn: Object<Conn>, outcome: &Result<T, Fail>) {
    if outcome.as_ref().is_err_and(Fail::is_disconnect) {
        discard(conn);
    }
}

fn discard(conn: Object<Conn>) {
    drop(Object::take(conn));
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
    let random = RandomState::new().build_hasher().finish() % 12_000;
    Duration::from_micros(u64::from(tries) * (2_000 + random))
}
