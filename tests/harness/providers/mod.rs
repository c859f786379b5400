//! Google Calendar and Microsoft Graph as the tests have them: each a server on loopback that holds calendars in memory
//! and keeps to what the real one documents, its refusals included.
//!
//! - What is asked is checked against the real service's own schema, and so is what is answered; whatever does not fit is
//!   a violation, and fails the test when the fake goes. The schemas are obtained by `cargo xtask test` and found through
//!   `KALENDS_ORACLES`; without it nothing is checked.
//! - [`Fault`]s make the next calls fail in the ways that the real ones do.
//! - Every call is remembered as a [`Call`], to be counted and looked at.
//! - A test plays the person who edits a calendar there: create, change, remove.

mod call;
mod clock;
mod dates;
mod emulator;
mod fault;
mod google;
mod graph;
mod oauth;
mod schema;

pub use call::Call;
pub use fault::Fault;
pub use google::Google;
pub use graph::Graph;
pub use oauth::{Agreed, CLIENT_ID, CLIENT_SECRET};

/// The directory of the real services' schemas, if it is known.
fn oracles() -> Option<std::path::PathBuf> {
    std::env::var_os("KALENDS_ORACLES").map(std::path::PathBuf::from)
}
