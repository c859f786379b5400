//! How it is with the server: what an operator watches.

use jiff::Timestamp;
use kalends_ports::{PasswordLoad, PoolState, QueueState, SyncHealth};

use crate::{App, Result};

/// How it is at one moment. What the store does not tell is an error of its own, so that the rest is told all the same.
#[derive(Debug)]
pub struct Vitals {
    /// When that was.
    pub at: Timestamp,
    /// The store's connections.
    pub pool: PoolState,
    /// Password hashing.
    pub passwords: PasswordLoad,
    /// The queue.
    pub queue: Result<QueueState>,
    /// What is kept the same as somewhere else, by what it is: `provider` for linked accounts, `feed` for feeds.
    pub syncs: Vec<(&'static str, Result<SyncHealth>)>,
}

impl App {
    /// Looks. Costs the store a few counts.
    pub async fn vitals(&self) -> Vitals {
        let ports = &self.ports;
        let queue = ports.jobs.count_jobs().await;
        let mut syncs = Vec::new();
        // A store that does not answer takes its time to say so, which once is enough.
        if queue.is_ok() {
            syncs.push(("provider", ports.integrations.count_syncs().await.map_err(Into::into)));
            syncs.push(("feed", ports.feeds.count_feed_syncs().await.map_err(Into::into)));
        }
        Vitals {
            at: ports.clock.now(),
            pool: ports.commit.pool(),
            passwords: ports.secrets.password_load(),
            queue: queue.map_err(Into::into),
            syncs,
        }
    }
}
