//! How it is with what the core needs: what an operator watches.

use jiff::Timestamp;

/// How busy a store's connections are, at this moment and in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PoolState {
    /// Connections that there may be.
    pub size: usize,
    /// Connections that are at work.
    pub in_use: usize,
    /// Calls that wait for one.
    pub waiting: usize,
}

/// How much password hashing goes on, in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PasswordLoad {
    /// Hashes being made at this moment.
    pub running: usize,
    /// Callers that wait for their turn.
    pub waiting: usize,
    /// Hashes made since the start.
    pub made: u64,
    /// Callers that were told to come back ([`SecretsError::Busy`](crate::SecretsError::Busy)) since the start.
    pub refused: u64,
}

/// How it is with what is kept the same as somewhere else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncHealth {
    /// Those whose last sync went through.
    pub good: u64,
    /// Those whose last sync failed, and that are tried again.
    pub failing: u64,
    /// Those that are not tried again until a person does something.
    pub stopped: u64,
    /// Of those that are tried, when the one that waits longest was last synced; when it was made, if it never was.
    pub oldest: Option<Timestamp>,
}
