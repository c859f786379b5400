//! The time of day.

use jiff::Timestamp;

/// Tells the time. The system's clock in the server; a fixed one in tests.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Clock: Send + Sync {
    /// Now, in microseconds: what every store keeps, so that a value read back equals the one
    /// written.
    fn now(&self) -> Timestamp;
}
