//! The file: opening it, and its schema.

use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sqlite::{Sqlite, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::error::short;
use crate::{ConnectError, SchemaStatus, status};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../../migrations/sqlite");

/// How long another process is waited for: SQLite's `busy_timeout`, and ours where it has none.
const PATIENCE: Duration = Duration::from_secs(5);

/// FULL flushes each commit, so that what was acknowledged outlives a power cut. The cache of the connection that writes is
/// 4 MiB; those that read need little, for the system keeps the file in memory too.
const SETTINGS: &str = "\
    pragma busy_timeout = 5000;\
    pragma synchronous = full;\
    pragma foreign_keys = on;\
    pragma temp_store = memory;\
    pragma cache_size = -4000;";

/// One thread at a time opens: whoever closes a descriptor of a file gives up all the locks that its process holds on
/// it, SQLite's own too.
static OPENING: Mutex<()> = Mutex::new(());

/// A connection that may write.
pub(super) fn open(path: &Path) -> Result<SqliteConnection, ConnectError> {
    let failed = |reason: String| ConnectError::File { path: path.display().to_string(), reason: short(&reason) };
    // An absolute path cannot be taken for a `file:` URI.
    let absolute = std::path::absolute(path).map_err(|error| failed(error.to_string()))?;
    let _alone = OPENING.lock().unwrap_or_else(PoisonError::into_inner);
    create(&absolute).map_err(|error| failed(error.to_string()))?;
    let name = absolute.to_str().ok_or_else(|| failed("its name is not UTF-8".to_owned()))?;
    let mut conn = SqliteConnection::establish(name).map_err(|error| failed(error.to_string()))?;
    conn.batch_execute(SETTINGS).map_err(|error| failed(error.to_string()))?;
    write_ahead(&mut conn).map_err(|error| failed(error.to_string()))?;
    Ok(conn)
}

/// Turns the file to WAL, once for all. Where another process is about to do the same, SQLite says that it is locked
/// without waiting for it.
fn write_ahead(conn: &mut SqliteConnection) -> QueryResult<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        match conn.batch_execute("pragma journal_mode = wal") {
            Err(diesel::result::Error::DatabaseError(_, told))
                if told.message().contains("locked") && Instant::now() < until =>
            {
                std::thread::sleep(Duration::from_millis(10));
            }
            done => return done,
        }
    }
}

/// A connection that only reads, to a file that is there.
pub(super) fn open_reader(path: &Path) -> Result<SqliteConnection, ConnectError> {
    let failed = |error: diesel::result::Error| ConnectError::File {
        path: path.display().to_string(),
        reason: short(&error.to_string()),
    };
    let mut conn = open(path)?;
    conn.batch_execute("pragma query_only = on; pragma cache_size = -1000").map_err(failed)?;
    Ok(conn)
}

/// Makes the file for its owner's eyes only, if it is not there; SQLite gives the files beside it the same mode.
#[cfg(unix)]
pub(super) fn create(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
    if let Some(parent) = path.parent() {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
    }
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        made => made.map(drop),
    }
}

#[cfg(not(unix))]
pub(super) fn create(path: &Path) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    Ok(())
}

/// Applies what is pending, and names it. Another process that does the same is waited for.
pub(super) fn migrate(path: &Path) -> Result<Vec<String>, ConnectError> {
    migrate_on(&mut open(path)?, path)
}

pub(super) fn migrate_on(conn: &mut SqliteConnection, path: &Path) -> Result<Vec<String>, ConnectError> {
    let failed = |reason: String| ConnectError::Migration { place: path.display().to_string(), reason: short(&reason) };
    // One transaction over all, taken before looking: whoever comes second finds nothing left to do.
    conn.immediate_transaction(|conn| {
        let applied = conn.run_pending_migrations(MIGRATIONS).map_err(Stopped::Migration)?;
        Ok(applied.iter().map(ToString::to_string).collect())
    })
    .map_err(|stopped: Stopped| failed(stopped.to_string()))
}

#[derive(Debug, thiserror::Error)]
enum Stopped {
    #[error(transparent)]
    Begin(#[from] diesel::result::Error),
    #[error("{0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
}

diesel::table! {
    sqlite_master (name) {
        name -> Text,
    }
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn sqlite_version() -> Text;
}

/// Looks at the schema; a file that is not there is not made.
pub(super) fn status(path: &Path) -> Result<SchemaStatus, ConnectError> {
    let failed = |reason: String| ConnectError::File { path: path.display().to_string(), reason: short(&reason) };
    let known = status::known::<Sqlite>(&MIGRATIONS).map_err(failed)?;
    if !path.try_exists().map_err(|error| failed(error.to_string()))? {
        return Ok(SchemaStatus::new("SQLite, no file yet".to_owned(), &known, &[]));
    }
    let (version, applied) = applied(&mut open_reader(path)?).map_err(|error| failed(error.to_string()))?;
    Ok(SchemaStatus::new(format!("SQLite {version}"), &known, &applied))
}

fn applied(conn: &mut SqliteConnection) -> QueryResult<(String, Vec<String>)> {
    let version = diesel::select(sqlite_version()).get_result(conn)?;
    let tables = sqlite_master::table.filter(sqlite_master::name.eq("__diesel_schema_migrations"));
    if tables.count().get_result::<i64>(conn)? == 0 {
        return Ok((version, Vec::new()));
    }
    let applied = __diesel_schema_migrations::table.order(__diesel_schema_migrations::version);
    Ok((version, applied.select(__diesel_schema_migrations::version).load(conn)?))
}

/// Reads a page of the file.
pub(super) fn ping(conn: &mut SqliteConnection) -> QueryResult<()> {
    sqlite_master::table.count().get_result::<i64>(conn).map(drop)
}
