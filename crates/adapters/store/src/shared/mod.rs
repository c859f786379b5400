//! The queries and the ports that they answer, written once and compiled for each engine.
//!
//! `postgres/mod.rs` and `sqlite/mod.rs` both include this directory; `super::backend` is what they differ in:
//! `Conn` and `Db`, how work gets to a connection (`Exec`), how a window is asked for (`window_rows`), and how a text is
//! found in another (`position`).

mod answers;
mod apply;
mod bookings;
mod calendars;
mod contacts;
mod courses;
mod events;
mod feeds;
mod fristen;
mod integrations;
mod jobs;
mod store;
mod trash;
mod users;

pub(super) use apply::apply;
pub(super) use store::DieselStore;

use crate::error::Fail;

/// What a query answers.
type Found<T> = Result<T, Fail>;

/// How many rows to read to know a page and whether there is more.
fn limit_of(limit: usize) -> i64 {
    number_of(limit.saturating_add(1))
}

/// A number of rows.
fn number_of(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
