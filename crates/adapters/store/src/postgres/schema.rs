//! The schema: brought up to date by one node at a time.

use std::time::{Duration, Instant};

use diesel::connection::CacheSize;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection, TransactionManager,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures_util::future::BoxFuture;

use super::address::{Address, Attempt};
use crate::error::short;
use crate::types::DbTs;
use crate::{ConnectError, SchemaStatus, status};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../../migrations/postgres");

/// How long a server that does not answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long between two attempts.
const PAUSE: Duration = Duration::from_millis(500);
/// Whoever holds this lock migrates; the others wait. It is the transaction's, and ends with it whatever happens.
const LOCK: &str = "select pg_advisory_xact_lock(6214951330826)";

type Transactions = <AsyncPgConnection as AsyncConnection>::TransactionManager;

/// Applies what is pending, and names it.
///
/// diesel's migrations block the thread they run on, which needs a runtime of several threads. Whose runtime calls
/// here is not known, so they get a thread and a runtime of their own.
pub(super) async fn migrate(address: &Address) -> Result<Vec<String>, ConnectError> {
    let (address, place) = (address.clone(), address.place().to_owned());
    let work = move || {
        let failed = |error: std::io::Error| failed(address.place(), &error.to_string());
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(failed)?;
        runtime.block_on(async {
            // On a worker: `block_in_place` does not work on the thread that only blocks on the runtime.
            let place = address.place().to_owned();
            let task = tokio::spawn(async move { migrate_here(&address).await });
            task.await.map_err(|_| self::failed(&place, "it panicked"))?
        })
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| failed(&place, "it panicked"))?
}

async fn migrate_here(address: &Address) -> Result<Vec<String>, ConnectError> {
    let mut conn = patiently(address).await?;
    let failed = |reason: String| failed(address.place(), &reason);
    // One transaction over all, as on SQLite: a pooler that lends connections for a transaction can stand before it.
    begin(&mut conn).await.map_err(|error| failed(error.to_string()))?;
    let known = status::known::<Pg>(&MIGRATIONS).map_err(failed)?;
    let (_, applied) = applied(&mut conn).await.map_err(|error| failed(error.to_string()))?;
    if SchemaStatus::new(String::new(), &known, &applied).pending.is_empty() {
        return Ok(Vec::new());
    }
    conn.batch_execute(LOCK).await.map_err(|error| failed(error.to_string()))?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let applied = harness.run_pending_migrations(MIGRATIONS).map_err(|error| failed(error.to_string()))?;
    let applied = applied.iter().map(ToString::to_string).collect();
    let mut conn = harness.into_inner();
    Transactions::commit_transaction(&mut conn).await.map_err(|error| failed(error.to_string()))?;
    Ok(applied)
}

/// Begins a transaction, on a connection that remembers nothing of it.
async fn begin(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.set_prepared_statement_cache_size(CacheSize::Disabled);
    Transactions::begin_transaction(conn).await
}

/// Connects, as soon as the server is there.
async fn patiently(address: &Address) -> Result<AsyncPgConnection, ConnectError> {
    let since = Instant::now();
    loop {
        let place = || address.place().to_owned();
        match address.connect("").await {
            Ok(conn) => return Ok(conn),
            Err(Attempt::Never(reason)) => return Err(ConnectError::Refused { place: place(), reason }),
            Err(Attempt::Later(reason)) if since.elapsed() + PAUSE >= PATIENCE => {
                return Err(ConnectError::Unreachable { place: place(), reason });
            }
            Err(Attempt::Later(_)) => tokio::time::sleep(PAUSE).await,
        }
    }
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn version() -> Text;
    fn clock_timestamp() -> crate::types::Ts;
    /// The table's number in the catalogue, if it is there. The type is declared as text: it is only compared to null.
    fn to_regclass(name: Text) -> Nullable<Text>;
}

/// Looks at the schema.
pub(super) async fn status(address: &Address) -> Result<SchemaStatus, ConnectError> {
    let failed = |reason: String| failed(address.place(), &reason);
    let known = status::known::<Pg>(&MIGRATIONS).map_err(failed)?;
    let mut conn = patiently(address).await?;
    begin(&mut conn).await.map_err(|error| failed(error.to_string()))?;
    let (version, applied) = applied(&mut conn).await.map_err(|error| failed(error.to_string()))?;
    // "PostgreSQL 15.4 on x86_64 …, compiled by …"
    let engine = version.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let clock = diesel::select(clock_timestamp()).get_result::<DbTs>(&mut conn).await;
    let clock = clock.map_err(|error| failed(error.to_string()))?.get();
    Ok(SchemaStatus { clock: Some(clock), ..SchemaStatus::new(engine, &known, &applied) })
}

/// The engine, and what is applied. Boxed, for whoever awaits it on a task: the compiler looks long through what is not.
fn applied(conn: &mut AsyncPgConnection) -> BoxFuture<'_, QueryResult<(String, Vec<String>)>> {
    Box::pin(applied_here(conn))
}

async fn applied_here(conn: &mut AsyncPgConnection) -> QueryResult<(String, Vec<String>)> {
    use __diesel_schema_migrations::dsl as done;
    let version = diesel::select(version()).get_result::<String>(conn).await?;
    let kept = diesel::select(to_regclass("__diesel_schema_migrations").is_not_null()).get_result::<bool>(conn).await?;
    if !kept {
        return Ok((version, Vec::new()));
    }
    Ok((
        version,
        done::__diesel_schema_migrations.select(done::version).order(done::version).load::<String>(conn).await?,
    ))
}

fn failed(place: &str, reason: &str) -> ConnectError {
    ConnectError::Migration { place: place.to_owned(), reason: short(reason) }
}
