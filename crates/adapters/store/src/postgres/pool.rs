//! Connections to one server, and for how long each is lent.

use std::sync::Arc;
use std::time::Duration;

use diesel::connection::CacheSize;
use diesel::prelude::*;
use diesel_async::pooled_connection::deadpool::{Object, Pool, PoolError};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, SimpleAsyncConnection, TransactionManager};
use futures_util::future::BoxFuture;
use kalends_ports::{PoolState, StoreError};
use tokio::runtime::Handle;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

use super::address::{Address, Attempt};
use super::backend::Conn;
use crate::error::{Fail, short};
use crate::{ConnectError, Options, PoolMode};

pub(super) type Transactions = <Conn as AsyncConnection>::TransactionManager;

/// How long a call waits for a connection, a free or a new one.
const POOL_WAIT: Duration = Duration::from_secs(5);
/// How long a query is waited for. One that takes longer waits for a server that has fallen silent.
const QUERY_WAIT: Duration = Duration::from_secs(10);
/// No statement of ours takes long, so one that does is stuck, and would hold its connection for ever.
///
/// Every query has an index that gives it its rows in their order, whatever the values: so plans are made once, and
/// never from guesses about how full a table is, which go wrong where one has just grown. Servers that only speak like
/// Postgres plan in other ways and may not know these last settings.
const SESSION: &str = "\
    set statement_timeout = '30s';\
    set lock_timeout = '10s';\
    set idle_in_transaction_session_timeout = '60s';\
    select set_config(name, case name when 'plan_cache_mode' then 'force_generic_plan' else 'off' end, false) \
    from pg_settings where name in ('plan_cache_mode', 'enable_seqscan', 'enable_bitmapscan')";
/// The same for one transaction, on a connection that is ours no longer than that.
const TRANSACTION: &str = "\
    set local statement_timeout = '30s';\
    set local lock_timeout = '10s';\
    set local idle_in_transaction_session_timeout = '60s';\
    set local plan_cache_mode = force_generic_plan;\
    set local enable_seqscan = off;\
    set local enable_bitmapscan = off";

/// Where connections to one server come from and go back to.
#[derive(Clone)]
pub(super) struct Connections {
    pool: Pool<Conn>,
    mode: PoolMode,
}

impl Connections {
    /// None is made yet.
    pub(super) fn new(address: Address, options: &Options) -> Result<Self, ConnectError> {
        let place = address.place().to_owned();
        let mut config = ManagerConfig::<Conn>::default();
        // A broken connection is known as such without asking the server at each checkout.
        config.recycling_method = RecyclingMethod::Fast;
        let (address, home, mode) = (Arc::new(address), Handle::current(), options.pool_mode);
        config.custom_setup = Box::new(move |_| {
            let address = address.clone();
            let connected = home.spawn(async move { connect(&address, mode).await });
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
        Ok(Self { pool, mode })
    }

    /// How busy they are.
    pub(super) fn state(&self) -> PoolState {
        let now = self.pool.status();
        PoolState { size: now.max_size, in_use: now.size.saturating_sub(now.available), waiting: now.waiting }
    }

    /// A connection, when one is free.
    pub(super) fn lend(&self) -> BoxFuture<'_, Result<Lent, StoreError>> {
        Box::pin(async {
            match timeout(POOL_WAIT, self.pool.get()).await {
                Ok(Ok(conn)) => Ok(Lent { conn, mode: self.mode }),
                Ok(Err(error)) => Err(StoreError::Unavailable(unavailable(&error))),
                Err(_) => Err(StoreError::Unavailable("no connection to the database became free in time".to_owned())),
            }
        })
    }

    /// Runs a query once.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<Result<T, Fail>, StoreError>
    where
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>>,
    {
        let mut lent = self.lend().await?;
        let outcome = match self.mode {
            PoolMode::Session => timeout(QUERY_WAIT, query(lent.conn())).await,
            PoolMode::Transaction => {
                let whole = async {
                    lent.begin().await?;
                    let outcome = query(lent.conn()).await;
                    // Nothing was written, so it may as well be undone.
                    if lent.undo().await { outcome } else { Err(Fail::Lost) }
                };
                timeout(QUERY_WAIT, whole).await
            }
        };
        lent.given_back(outcome).await
    }
}

/// A connection that is on loan. Dropped in the middle of a transaction, it is not lent again.
///
/// Its futures are boxed: sixty queries contain them, and the compiler would look through all of each sixty times.
pub(super) struct Lent {
    conn: Object<Conn>,
    mode: PoolMode,
}

impl Lent {
    /// The connection.
    pub(super) fn conn(&mut self) -> &mut Conn {
        &mut self.conn
    }

    /// Begins a transaction.
    pub(super) fn begin(&mut self) -> BoxFuture<'_, QueryResult<()>> {
        Box::pin(async {
            Transactions::begin_transaction(&mut *self.conn).await?;
            match self.mode {
                PoolMode::Session => Ok(()),
                PoolMode::Transaction => self.conn.batch_execute(TRANSACTION).await,
            }
        })
    }

    /// Undoes it, and tells whether the connection was there to hear of it.
    pub(super) fn undo(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(async { Transactions::rollback_transaction(&mut *self.conn).await.is_ok() })
    }

    fn is_there(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(async { matches!(timeout(QUERY_WAIT, self.conn.batch_execute("")).await, Ok(Ok(()))) })
    }

    /// Gives it back, or throws it away if it is of no more use: the pool might not notice in time.
    ///
    /// A server that ends a connection says so in its own language; so after a failure without a name it is seen
    /// whether the connection is still there.
    pub(super) async fn given_back<T>(
        mut self,
        outcome: Result<Result<T, Fail>, Elapsed>,
    ) -> Result<Result<T, Fail>, StoreError> {
        let Ok(outcome) = outcome else {
            drop(Object::take(self.conn));
            return Err(StoreError::Unavailable("the database did not answer in time".to_owned()));
        };
        let gone = outcome.as_ref().is_err_and(Fail::is_unnamed) && !self.is_there().await;
        let outcome = if gone { Err(Fail::Lost) } else { outcome };
        if outcome.as_ref().is_err_and(Fail::is_disconnect) {
            drop(Object::take(self.conn));
        }
        Ok(outcome)
    }
}

async fn connect(address: &Address, mode: PoolMode) -> diesel::ConnectionResult<Conn> {
    let first = match mode {
        PoolMode::Session => SESSION,
        PoolMode::Transaction => "",
    };
    let mut conn = address.connect(first).await.map_err(|attempt| match attempt {
        Attempt::Later(reason) | Attempt::Never(reason) => diesel::ConnectionError::BadConnection(reason),
    })?;
    if mode == PoolMode::Transaction {
        conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    }
    Ok(conn)
}

fn unavailable(error: &PoolError) -> String {
    match error {
        PoolError::Backend(error) => short(&error.to_string()),
        _ => "the pool of connections is closed".to_owned(),
    }
}
