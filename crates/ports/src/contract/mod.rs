//! The suite that every store must pass.
//!
//! Each function here is one group of demands. A store's tests call each as a test of its own, on a fresh store:
//!
//! ```no_run
//! # async fn example(fresh_store: std::sync::Arc<dyn kalends_ports::Store>) {
//! kalends_ports::contract::accounts(fresh_store).await;
//! # }
//! ```
//!
//! A demand that is not met panics and says which. What one group writes is no harm to another: they may share a
//! store.
//!
//! # How to add the next one
//!
//! A sentence in the documentation of a port is a demand; write it as a few lines in the group that it belongs to,
//! and see it fail first. A new group is a function here, and a test in each store (`crates/adapters/store/tests/`).

// It is a library of tests: a demand that is not met ends the test, and so does a store that does not answer.
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::missing_panics_doc)]
// Nothing here is a use case that could be run again: fresh ids are just that.
#![allow(clippy::disallowed_methods)]

mod accounts;
mod answers;
mod bookings;
mod calendars;
mod commits;
mod contacts;
mod courses;
mod events;
mod feeds;
mod fixtures;
mod fristen;
mod integrations;
mod jobs;
mod singles;
mod trash;
mod windows;

use std::sync::Arc;

use kalends_domain::event::Event;

pub use accounts::{accounts, credentials};
pub use answers::{answers, settings};
pub use bookings::{booking_links, booking_races, bookings};
pub use calendars::{calendars, memberships};
pub use commits::{atomicity, concurrency};
pub use contacts::{contact_lists, contact_uids, contacts};
pub use courses::courses;
pub use events::{event_changes, event_round_trip, event_uids, event_views};
pub use feeds::feeds;
pub use fristen::{TAMPERINGS, audited, frist_history, frist_lists, fristen, fristen_of_a_calendar, stored_frist};
pub use integrations::{integrations, link_attempts, links, pairs, sync_logs};
pub use jobs::{job_claims, job_keys, job_races, jobs};
pub use singles::single_events;
pub use trash::trash;
pub use windows::{kinds_and_cases, search, window_pages, windows};

use crate::{Change, Changes, Store, StoreError, Unique};

/// Stores a new event, with an account and a calendar, for tests of a store's own.
pub async fn stored_event(store: &AnyStore) -> Event {
    let owner = fixtures::stored_user(store).await;
    let calendar = fixtures::stored_calendar(store, owner.id).await;
    let (from, to) = (fixtures::at("2026-03-02T12:00:00Z"), fixtures::at("2026-03-02T13:00:00Z"));
    let event = fixtures::event(&calendar, "An event", from, to);
    write(store, [Change::InsertEvent(event.clone())]).await;
    event
}

/// A store, whichever it is.
pub type AnyStore = Arc<dyn Store>;

/// All groups, one after the other.
pub async fn all(store: AnyStore) {
    accounts(store.clone()).await;
    credentials(store.clone()).await;
    calendars(store.clone()).await;
    memberships(store.clone()).await;
    event_round_trip(store.clone()).await;
    event_views(store.clone()).await;
    event_uids(store.clone()).await;
    event_changes(store.clone()).await;
    windows(store.clone()).await;
    window_pages(store.clone()).await;
    search(store.clone()).await;
    kinds_and_cases(store.clone()).await;
    single_events(store.clone()).await;
    fristen(store.clone()).await;
    frist_lists(store.clone()).await;
    fristen_of_a_calendar(store.clone()).await;
    frist_history(store.clone()).await;
    contacts(store.clone()).await;
    contact_uids(store.clone()).await;
    contact_lists(store.clone()).await;
    courses(store.clone()).await;
    booking_links(store.clone()).await;
    bookings(store.clone()).await;
    booking_races(store.clone()).await;
    atomicity(store.clone()).await;
    concurrency(store.clone()).await;
    trash(store.clone()).await;
    integrations(store.clone()).await;
    link_attempts(store.clone()).await;
    links(store.clone()).await;
    pairs(store.clone()).await;
    sync_logs(store.clone()).await;
    feeds(store.clone()).await;
    answers(store.clone()).await;
    settings(store.clone()).await;
    jobs(store.clone()).await;
    job_claims(store.clone()).await;
    job_keys(store.clone()).await;
    job_races(store).await;
}

/// Commits changes that must go through.
async fn write(store: &AnyStore, changes: impl IntoIterator<Item = Change>) {
    store.commit(Changes::new().and_all(changes)).await.expect("this commit goes through");
}

/// Commits changes that must not go through.
async fn refused(store: &AnyStore, changes: impl IntoIterator<Item = Change>) -> StoreError {
    store.commit(Changes::new().and_all(changes)).await.expect_err("this commit does not go through")
}

#[track_caller]
fn assert_stale(error: &StoreError) {
    assert!(matches!(error, StoreError::Stale), "expected Stale: {error:?}");
}

#[track_caller]
fn assert_missing(error: &StoreError) {
    assert!(matches!(error, StoreError::Missing), "expected Missing: {error:?}");
}

#[track_caller]
fn assert_duplicate(error: &StoreError, of: Unique) {
    assert!(matches!(error, StoreError::Duplicate(unique) if *unique == of), "expected Duplicate({of:?}): {error:?}");
}
