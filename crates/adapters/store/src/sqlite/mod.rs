//! The store in one SQLite file, for one node.
//!
//! Threads own the connections: some that read, one that writes (see [`threads`]). A repository call is one hop
//! to a thread and one back. The file is in WAL mode, so readers and the writer do not wait for each other, and
//! every acknowledged commit has been flushed to the disk.

mod backend;
mod backup;
mod file;
#[path = "../shared/mod.rs"]
mod shared;
#[cfg(test)]
mod testing;
mod threads;
mod window;

use std::path::Path;
use std::sync::Arc;

use kalends_ports::Store;

use crate::{ConnectError, Options, SchemaStatus};

/// Opens the file, making it where it is missing, and brings its schema up to date.
pub(crate) async fn connect(path: &Path, options: &Options) -> Result<Arc<dyn Store>, ConnectError> {
    let (path, readers) = (path.to_owned(), options.sqlite_readers.max(1));
    let exec = blocking(move || backend::Exec::open(&path, readers)).await?;
    Ok(Arc::new(shared::DieselStore::new(exec)))
}

/// Brings the schema up to date, and names what it applied.
pub(crate) async fn migrate(path: &Path) -> Result<Vec<String>, ConnectError> {
    let path = path.to_owned();
    blocking(move || file::migrate(&path)).await
}

/// Looks at the schema and changes nothing.
pub(crate) async fn status(path: &Path) -> Result<SchemaStatus, ConnectError> {
    let path = path.to_owned();
    blocking(move || file::status(&path)).await
}

/// Copies the file, whole, while others write to it.
pub(crate) async fn backup(from: &Path, to: &Path) -> Result<u64, ConnectError> {
    let (from, to) = (from.to_owned(), to.to_owned());
    blocking(move || backup::take(&from, &to)).await
}

/// Puts a copy into a place where there is no store.
pub(crate) async fn restore(from: &Path, to: &Path) -> Result<u64, ConnectError> {
    let (from, to) = (from.to_owned(), to.to_owned());
    blocking(move || backup::put_back(&from, &to)).await
}

/// Opening and migrating wait for the disk, and for other processes that write.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConnectError> + Send + 'static,
) -> Result<T, ConnectError> {
    let died = |_| ConnectError::File { path: "the database".to_owned(), reason: "opening it panicked".to_owned() };
    tokio::task::spawn_blocking(work).await.map_err(died)?
}
