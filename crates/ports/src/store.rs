//! The store as a whole: one way to write, one kind of error.

use async_trait::async_trait;

use crate::{
    Answers, ApiKeys, Bookings, Calendars, Changes, Contacts, Courses, Events, Feeds, Fristen, IcalTokens,
    Integrations, Jobs, PoolState, Sessions, Settings, Trash, Users,
};

/// What must be unique, as a store reports it when it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unique {
    /// The id of a row: this very thing was written before.
    Id,
    /// The address of an account that is not deleted.
    Email,
    /// The UID of an event among those of its calendar that are not deleted.
    EventUid,
    /// The UID of a contact among those of its owner that are not deleted.
    ContactUid,
    /// The id of a course among those of its owner.
    Course,
    /// The idempotency key of a caller.
    Answer,
    /// The provider of an integration among those of its user.
    Integration,
    /// The provider's id of a copy among those of its link, or the calendar of a link among those of its integration.
    Link,
    /// The name of a feed among those of its owner.
    Feed,
    /// The name of a setting.
    Setting,
    /// Anything else.
    Other,
}

/// Why a store did not answer, or did not write.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// What a commit expected has moved: read again and decide again.
    #[error("what was read has changed meanwhile")]
    Stale,
    /// A commit would have written a second one of what must be unique.
    #[error("there is one already: {0:?}")]
    Duplicate(Unique),
    /// A commit names something that is not there.
    #[error("what is referred to does not exist")]
    Missing,
    /// The store cannot be reached, or is too busy; the same call may go through later.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// The store, or what stands in it, is broken.
    #[error("the store failed: {0}")]
    Broken(String),
}

/// The one way to write.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Commit: Send + Sync {
    /// Applies all changes in one transaction and in their order, or none. What it acknowledges
    /// outlives a crash.
    ///
    /// [`StoreError::Stale`] when an expected version has moved; [`StoreError::Duplicate`] when
    /// something unique is there already ([`Unique::Id`] before any other, so that a repeated commit
    /// is recognised).
    async fn commit(&self, changes: Changes) -> Result<(), StoreError>;

    /// Whether the store answers.
    async fn ping(&self) -> Result<(), StoreError>;

    /// How busy its connections are. Asks nobody.
    fn pool(&self) -> PoolState;
}

/// All that a store does.
pub trait Store:
    Users
    + Sessions
    + ApiKeys
    + IcalTokens
    + Calendars
    + Events
    + Fristen
    + Bookings
    + Contacts
    + Trash
    + Answers
    + Settings
    + Jobs
    + Commit
    + Courses
    + Integrations
    + Feeds
{
}

impl<T> Store for T where
    T: Users
        + Sessions
        + ApiKeys
        + IcalTokens
        + Calendars
        + Events
        + Fristen
        + Bookings
        + Contacts
        + Trash
        + Answers
        + Settings
        + Jobs
        + Courses
        + Integrations
        + Feeds
        + Commit
{
}
