//! What the core needs from outside: a store, secrets, a clock, a fetcher, a mailer. No implementation stands here.
//!
//! # How to add the next one
//!
//! 1. A thing to keep: give it a type in the domain, the variants that write it to [`Change`], and
//!    a repository trait that reads it (`find`, `list`, `count`; filters are structs; absent is
//!    `Option`). Add the trait to [`Store`].
//! 2. Say what every store must do with it in `contract/`, before any store does.
//! 3. A migration for each store (`migrations/README.md`), then the queries, written once.
//!
//! Something else from outside (a fetcher) is a trait of its own with one file.
//!
//! # Reading and writing
//!
//! Reads are `&self` calls on a repository. Every write is one [`Commit::commit`] of plain data with
//! the versions that it expects, applied in one transaction or not at all. So a use case reads,
//! decides, and commits; whoever loses a race is told [`StoreError::Stale`] and reads again.
//!
//! With feature `mocks` each trait has a mock (`MockEvents`, `MockCommit`, …); with feature
//! `contract` the suite that every store must pass is here.
#![deny(missing_docs)]

mod changes;
mod clock;
#[cfg(feature = "contract")]
pub mod contract;
mod feeds;
mod fetcher;
mod jobs;
mod mailer;
mod provider;
mod repositories;
mod secrets;
mod store;
mod vitals;

pub use changes::{Change, Changes};
pub use clock::Clock;
pub use feeds::Feeds;
pub use fetcher::{Document, FetchError, FetchRequest, Fetched, Fetcher};
pub use jobs::{Claim, Job, JobFilter, Jobs, Lease, PAYLOAD_MAX, QueueState};
pub use mailer::{Invitation, Mail, MailError, Mailbox, Mailer, Method};
pub use provider::{
    Authorization, ItemPage, ItemUpdate, NewItem, NextPage, PartUpdate, Place, Provider, ProviderError, ProviderSecret,
    Providers, Tokens,
};
pub use repositories::{
    Answer, Answers, ApiKeys, Bookings, Calendars, ContactFilter, Contacts, Counted, Courses, EventFilter, Events,
    FristFilter, Fristen, IcalTokens, Integrations, KeptFrist, Page, PageRequest, SeenEvent, SeenFrist, SeenLink,
    Sessions, Settings, SingleFilter, Trash, TrashFilter, Trashed, TrashedKind, Users,
};
pub use secrets::{AccessToken, InvalidToken, Secrets, SecretsError};
pub use store::{Commit, Store, StoreError, Unique};
pub use vitals::{PasswordLoad, PoolState, SyncHealth};

#[cfg(feature = "mocks")]
pub use {
    clock::MockClock,
    feeds::MockFeeds,
    fetcher::MockFetcher,
    jobs::MockJobs,
    mailer::MockMailer,
    provider::MockProvider,
    repositories::{
        MockAnswers, MockApiKeys, MockBookings, MockCalendars, MockContacts, MockCourses, MockEvents, MockFristen,
        MockIcalTokens, MockIntegrations, MockSessions, MockSettings, MockTrash, MockUsers,
    },
    secrets::MockSecrets,
    store::MockCommit,
};
