//! The store in a Postgres database, for any number of nodes.
//!
//! Connections come from a pool and go back to it; one that broke is thrown away, so a restart of the server needs
//! none of ours. Commits run on tasks of their own: a caller that goes away does not stop one half-way.

mod address;
mod backend;
mod pool;
mod replica;
mod schema;
#[path = "../shared/mod.rs"]
mod shared;
mod tls;
mod window;

use std::sync::Arc;

use kalends_ports::Store;

pub(crate) use address::Address;

use crate::{ConnectError, Options, SchemaStatus};

/// Connects, waiting a while for a server that is starting, and brings the schema up to date.
pub(crate) async fn connect(address: Address, options: &Options) -> Result<Arc<dyn Store>, ConnectError> {
    schema::migrate(&address).await?;
    let replica = options.replica.as_deref().map(str::parse::<Address>).transpose();
    let replica = replica.map_err(|error| match error {
        ConnectError::InvalidUrl(reason) => ConnectError::InvalidReplica(reason),
        other => other,
    })?;
    let exec = backend::Exec::new(address, replica, options)?;
    Ok(Arc::new(shared::DieselStore::new(exec)))
}

/// Brings the schema up to date, and names what it applied.
pub(crate) async fn migrate(address: Address) -> Result<Vec<String>, ConnectError> {
    schema::migrate(&address).await
}

/// Looks at the schema and changes nothing.
pub(crate) async fn status(address: Address) -> Result<SchemaStatus, ConnectError> {
    schema::status(&address).await
}
