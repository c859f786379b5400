//! What the shared queries need of Postgres.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager};
use futures_util::future::BoxFuture;
use kalends_ports::{PoolState, StoreError};
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::address::Address;
use super::pool::{Connections, Lent, Transactions};
use super::replica::{Replica, revisions};
use super::shared;
use crate::error::Fail;
use crate::schema::calendars;
use crate::types::DbId;
use crate::write::Write;
use crate::{ConnectError, Options};

pub(super) use super::window::window_rows;

pub(super) type Conn = AsyncPgConnection;

/// How long a commit, which may be a large import, is waited for.
const COMMIT_WAIT: Duration = Duration::from_mins(1);
/// How often work is tried that the server undid for the sake of another or whose connection broke, and for how long a
/// commit is.
const TRIES: u32 = 5;
const TRYING: Duration = Duration::from_secs(10);

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
    primary: Connections,
    replica: Option<Arc<Replica>>,
    /// Connections and commits live on the runtime that made the store, whoever calls.
    runtime: Handle,
}

impl Exec {
    pub(super) fn new(address: Address, replica: Option<Address>, options: &Options) -> Result<Self, ConnectError> {
        let replica = replica.map(|address| Connections::new(address, options)).transpose()?;
        Ok(Self {
            primary: Connections::new(address, options)?,
            replica: replica.map(|connections| Arc::new(Replica::new(connections))),
            runtime: Handle::current(),
        })
    }

    /// Runs a query; again, if its connection broke or others were in its way, since reading twice does no harm.
    pub(super) async fn read<T, F>(&self, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>> + Send + Sync + 'static,
    {
        let mut tries = 1;
        loop {
            match self.primary.read(&query).await? {
                Err(fail) if fail.is_worth_reading_again() && tries < TRIES => tries += 1,
                outcome => return Ok(outcome?),
            }
        }
    }

    /// Runs a query for events of these calendars, and nothing else: on the replica, if that has all of them by now.
    pub(super) async fn read_events<T, F>(&self, calendars: Vec<DbId>, query: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> Fn(&'c mut Conn) -> BoxFuture<'c, Result<T, Fail>> + Send + Sync + 'static,
    {
        let Some(replica) = self.replica.as_deref().filter(|replica| replica.may_be_asked()) else {
            return self.read(query).await;
        };
        let (calendars, query): (Arc<[DbId]>, _) = (calendars.into(), Arc::new(query));
        let asked = calendars.clone();
        let needed = self.read(move |conn| {
            let asked = asked.clone();
            Box::pin(async move { revisions(conn, &asked).await })
        });
        match replica.read(calendars, needed.await?, query.clone()).await {
            Some(found) => Ok(found),
            None => self.read(move |conn| query(conn)).await,
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
            let mut lent = self.primary.lend().await?;
            let outcome = timeout(COMMIT_WAIT, transact(&mut lent, writes)).await;
            match lent.given_back(outcome).await? {
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
        self.primary.state()
    }

    /// Whether the server answers.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.read(|conn| Box::pin(async move { conn.batch_execute("select 1").await.map_err(Fail::from) })).await
    }
}

/// One try. It fails with what is worth another try only when it is certain that nothing was committed.
async fn transact(lent: &mut Lent, writes: &[Write]) -> Result<(), Fail> {
    let prepared: BoxFuture<'_, Result<(), Fail>> = Box::pin(async {
        lent.begin().await?;
        shared::apply(lent.conn(), writes).await
    });
    if let Err(fail) = prepared.await {
        // Should this fail, the connection is gone, and with it what was done on it.
        let rolled_back = lent.undo().await;
        return Err(if fail.is_disconnect() || !rolled_back { Fail::Undone } else { fail });
    }
    Transactions::commit_transaction(lent.conn()).await.map_err(|error| match Fail::from(error) {
        fail if fail.is_serialization_failure() => fail,
        // It may have been made all the same.
        _ => Fail::Lost,
    })
}

/// Some milliseconds, more with each try, and never the same for two that got in each other's way.
fn pause(tries: u32) -> Duration {
    let random = RandomState::new().build_hasher().finish() % 12_000;
    Duration::from_micros(u64::from(tries) * (2_000 + random))
}
