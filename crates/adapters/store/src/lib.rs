//! The store: what `kalends-ports` asks for, on SQLite and on Postgres.
//!
//! # How to add the next one
//!
//! A new read: a query in `shared/`, an index for it in a migration (`migrations/README.md`), and the answer in
//! `shared/store.rs`. A new write: a variant of `Write`, and its statements in `shared/apply.rs`. A new table: its
//! columns in `schema.rs` and its rows in `rows/`. First of all, what every store must do with it, in
//! `kalends_ports::contract`.
//!
//! # One source, compiled twice
//!
//! diesel's queries have the engine in their types, and generic functions over both do not compile for what is
//! needed here. So `shared/` is a module of `postgres` and of `sqlite` at once, and each gives it a `backend`. The
//! types of columns (`types.rs`) name a native type of each engine, so that schema and rows exist once.
//!
//! # Finding the events of a window
//!
//! A month's list costs the same in a calendar of a thousand events and of a million: `index.rs` says how.
//!
//! ```no_run
//! # async fn example() -> Result<(), kalends_store::ConnectError> {
//! let store = kalends_store::connect("sqlite://data/kalends.db", &kalends_store::Options::default()).await?;
//! # drop(store);
//! # Ok(())
//! # }
//! ```
#![deny(missing_docs)]
#![allow(clippy::duplicate_mod)] // `shared/` is compiled for each engine; that is its point

mod doc;
mod error;
mod index;
mod postgres;
mod rows;
mod schema;
mod sqlite;
mod statements;
mod status;
mod types;
mod window;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use kalends_ports::Store;

pub use error::ConnectError;
pub use status::SchemaStatus;

/// How a store is connected to.
#[derive(Clone, PartialEq, Eq)]
pub struct Options {
    /// Connections to Postgres, and as many to its replica.
    pub postgres_connections: usize,
    /// What lends them.
    pub pool_mode: PoolMode,
    /// The address of a Postgres that follows the first one, where there is one.
    pub replica: Option<String>,
    /// Threads that read from a SQLite file; one more writes.
    pub sqlite_readers: usize,
}

/// For how long a connection to Postgres is ours. Poolers such as pgbouncer know these words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PoolMode {
    /// As long as we keep it.
    #[default]
    Session,
    /// For one transaction at a time: what is set or prepared is gone with it.
    Transaction,
}

impl Default for Options {
    fn default() -> Self {
        Self { postgres_connections: 16, pool_mode: PoolMode::Session, replica: None, sqlite_readers: 4 }
    }
}

/// Without the replica's address, which may hold a password.
impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { postgres_connections, pool_mode, replica, sqlite_readers } = self;
        let replica = replica.is_some();
        write!(
            f,
            "Options({postgres_connections} connections, {pool_mode:?}, replica: {replica}, {sqlite_readers} readers)"
        )
    }
}

/// Where a store is.
enum Location {
    Sqlite(PathBuf),
    Postgres(Box<postgres::Address>),
}

impl Location {
    /// Reads `sqlite://PATH`, `postgres://…` or `postgresql://…`.
    fn of(url: &str) -> Result<Self, ConnectError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            if path.is_empty() || path.contains('\0') {
                return Err(ConnectError::InvalidUrl("expected sqlite://PATH".to_owned()));
            }
            return Ok(Self::Sqlite(path.into()));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(url.parse()?)));
        }
        Err(ConnectError::UnknownScheme)
    }
}

/// Opens the store at this address, brings its schema up to date, and waits some seconds for a Postgres that is only
/// starting. Needs a tokio runtime, of any kind; connections to Postgres live on it.
///
/// For Postgres, `sslmode` in the address is read as libpq reads it: `prefer` when none is given (TLS where the server
/// has it), `require` (TLS or nothing), `verify-full` (and a certificate that is checked, against `sslrootcert`
/// or the public authorities).
pub async fn connect(url: &str, options: &Options) -> Result<Arc<dyn Store>, ConnectError> {
    match Location::of(url)? {
        Location::Sqlite(path) => sqlite::connect(&path, options).await,
        Location::Postgres(address) => postgres::connect(*address, options).await,
    }
}

/// Brings the schema of the store at this address up to date, and names the migrations that it applied.
pub async fn migrate(url: &str) -> Result<Vec<String>, ConnectError> {
    match Location::of(url)? {
        Location::Sqlite(path) => sqlite::migrate(&path).await,
        Location::Postgres(address) => postgres::migrate(*address).await,
    }
}

/// Looks at the schema of the store at this address; applies nothing, makes nothing.
pub async fn schema_status(url: &str) -> Result<SchemaStatus, ConnectError> {
    match Location::of(url)? {
        Location::Sqlite(path) => sqlite::status(&path).await,
        Location::Postgres(address) => postgres::status(*address).await,
    }
}

/// Writes a copy of the SQLite file `from` to `to`, which must not be there yet, and tells its size in bytes. Others may
/// write meanwhile: what was acknowledged before the call is in the copy, and what comes later may be or not, each commit
/// as a whole. The copy is checked before it gets its name.
pub async fn backup(from: &Path, to: &Path) -> Result<u64, ConnectError> {
    sqlite::backup(from, to).await
}

/// Puts the copy `from`, made by [`backup`], where the SQLite file `to` is to be, and tells its size in bytes. Refuses what
/// is damaged or of a later version, and a place where there is a store already.
pub async fn restore(from: &Path, to: &Path) -> Result<u64, ConnectError> {
    sqlite::restore(from, to).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_stores() {
        assert!(matches!(Location::of("sqlite://data/kalends.db"), Ok(Location::Sqlite(p)) if p.is_relative()));
        assert!(matches!(Location::of("sqlite:///var/lib/k.db"), Ok(Location::Sqlite(p)) if p.is_absolute()));
        assert!(matches!(Location::of("postgresql://u@h/d"), Ok(Location::Postgres(_))));
        assert!(matches!(Location::of("sqlite://"), Err(ConnectError::InvalidUrl(_))));
        for url in ["", "kalends.db", "mysql://u:secret@h/d", "sqlite:kalends.db"] {
            let told = Location::of(url).err().map(|error| error.to_string()).unwrap_or_default();
            assert!(told.contains("sqlite://") && !told.contains("secret"), "{url}: {told}");
        }
    }
}
