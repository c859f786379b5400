//! The use cases: each reads through the ports, decides with the domain, and commits once.
//!
//! # How to add the next one
//!
//! One file per use case, with an `impl App` block and its input type, in the folder of what it is
//! about. Read through [`Ports`]; let a pure function of the domain decide; build the whole
//! [`Changes`] before the one call of `commit`. Take the time and new ids
//! from [`Context`], never from a clock: that is what makes a repeated request write only once.
//! Its test mocks the ports and looks at what is committed.
#![deny(missing_docs)]

mod accounts;
mod booking;
mod calendars;
mod contacts;
mod context;
mod courses;
mod error;
mod events;
mod feeds;
mod free_busy;
mod fristen;
mod google;
mod ics;
mod idempotency;
mod integrations;
mod jobs;
mod legal;
mod people;
#[cfg(test)]
mod testing;
mod trash;
mod vitals;
mod windows;

use std::sync::Arc;

use jiff::SignedDuration;
use kalends_domain::access::{Action, Actor, Decision, Resource, Role, Verb, decide};
use kalends_ports::{
    Answers, ApiKeys, Bookings, Calendars, Change, Changes, Clock, Commit, Contacts, Courses, Events, Feeds, Fetcher,
    Fristen, IcalTokens, Integrations, Jobs, Mailer, Providers, Secrets, Sessions, Settings, Store, StoreError, Trash,
    Unique, Users,
};

pub use accounts::{Caller, Login, NewApiKey, NewApiKeyMade, ProfileChange, Registration, SignedIn, TokenPair};
pub use booking::{KeptBooking, NewBookingLink, OpenLink, Reservation, Reserved};
pub use calendars::{AttachedCalendar, CalendarChange, NewCalendar, ShownCalendar};
pub use contacts::{ContactChange, ExportedContacts, ImportedContacts, ListContacts, NewContact};
pub use context::Context;
pub use courses::{CourseChange, NewCourse};
pub use error::Error;
pub use events::{
    AttachmentInput, AttendeeInput, Demands, DescribedEvent, EventChange, EventList, EventView, ListEvents, NewEvent,
    NumberedEvents, OccurrenceKey, Place, RecurrenceInput, Scope,
};
pub use feeds::{FeedSynced, NewFeed, ShownFeed};
pub use fristen::{
    AuditReport, ChangedFrist, Computation, Due, FristChange, FristFields, FristSummary, FristView, ListFristen,
    MovedFrist, NewFrist, SummaryOf, TriggerDay, audit_fristen,
};
pub use google::{GoogleCopy, Pulled};
pub use ics::{Export, IcalFeed, Imported, MadeIcalToken};
pub use idempotency::{Begun, IdempotencyKey, Ticket};
pub use integrations::{
    ChosenCalendar, Granted, LinkedAccount, OfferedCalendar, PushedEvent, SEAL_CHECK, SEAL_CHECK_PLAIN, SyncState,
    Synced, SyncedSide,
};
pub use jobs::{Ended, JobEnd, LEASE_SECONDS, job_kind};
pub use people::{BusyPerson, GroupSlots, People, PeopleBusy};
pub use trash::RESTORABLE;
pub use vitals::Vitals;
pub use windows::{Readable, Stamp};

use windows::Windows;

/// What use cases answer.
pub type Result<T> = std::result::Result<T, Error>;

/// What the use cases need from outside.
#[derive(Clone)]
pub struct Ports {
    /// Accounts.
    pub users: Arc<dyn Users>,
    /// Refresh tokens.
    pub sessions: Arc<dyn Sessions>,
    /// API keys.
    pub api_keys: Arc<dyn ApiKeys>,
    /// iCal tokens.
    pub ical_tokens: Arc<dyn IcalTokens>,
    /// Calendars and memberships.
    pub calendars: Arc<dyn Calendars>,
    /// Events.
    pub events: Arc<dyn Events>,
    /// Fristen and their history.
    pub fristen: Arc<dyn Fristen>,
    /// Contacts.
    pub contacts: Arc<dyn Contacts>,
    /// Courses.
    pub courses: Arc<dyn Courses>,
    /// Booking links and bookings.
    pub bookings: Arc<dyn Bookings>,
    /// Accounts at providers.
    pub integrations: Arc<dyn Integrations>,
    /// Feeds.
    pub feeds: Arc<dyn Feeds>,
    /// Deleted things.
    pub trash: Arc<dyn Trash>,
    /// Kept answers.
    pub answers: Arc<dyn Answers>,
    /// The server's own values.
    pub settings: Arc<dyn Settings>,
    /// The queue.
    pub jobs: Arc<dyn Jobs>,
    /// The one way to write.
    pub commit: Arc<dyn Commit>,
    /// Passwords and tokens.
    pub secrets: Arc<dyn Secrets>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// What stands at addresses elsewhere.
    pub fetcher: Arc<dyn Fetcher>,
    /// What takes mail to people.
    pub mailer: Arc<dyn Mailer>,
    /// Who keeps calendars that can be linked; none, unless they are added.
    pub providers: Providers,
}

impl Ports {
    /// All of a store's traits, and what else there is.
    pub fn new(
        store: Arc<dyn Store>,
        secrets: Arc<dyn Secrets>,
        clock: Arc<dyn Clock>,
        fetcher: Arc<dyn Fetcher>,
        mailer: Arc<dyn Mailer>,
    ) -> Self {
        Self {
            users: store.clone(),
            sessions: store.clone(),
            api_keys: store.clone(),
            ical_tokens: store.clone(),
            calendars: store.clone(),
            events: store.clone(),
            fristen: store.clone(),
            contacts: store.clone(),
            courses: store.clone(),
            bookings: store.clone(),
            integrations: store.clone(),
            feeds: store.clone(),
            trash: store.clone(),
            answers: store.clone(),
            settings: store.clone(),
            jobs: store.clone(),
            commit: store,
            secrets,
            clock,
            fetcher,
            mailer,
            providers: Providers::new(),
        }
    }
}

/// What an operator decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether anyone may register.
    pub open_registration: bool,
    /// The base of every URL handed out, without a slash at its end.
    pub public_url: String,
    /// Whether there is a key under which providers' tokens may be kept: on Postgres one must be set.
    pub keeps_tokens: bool,
    /// How often linked calendars are synced of themselves.
    pub sync_interval: SignedDuration,
    /// How often feeds are synced.
    pub feed_interval: SignedDuration,
    /// How many feeds one account may register.
    pub feed_limit: usize,
    /// How many bytes of what calendars hold are kept in memory.
    pub windows_bytes: usize,
}

/// The use cases.
#[derive(Clone)]
pub struct App {
    ports: Ports,
    policy: Policy,
    windows: Arc<Windows>,
}

impl App {
    /// Over these ports, under this policy.
    pub fn new(ports: Ports, policy: Policy) -> Self {
        let windows = Arc::new(Windows::new(policy.windows_bytes));
        Self { ports, policy, windows }
    }

    /// The moment, and the source of ids, of one request.
    pub fn context(&self) -> Context {
        Context::fresh(self.ports.clock.now(), self.ports.secrets.clone())
    }

    /// Whether the store answers.
    pub async fn ready(&self) -> Result<()> {
        Ok(self.ports.commit.ping().await?)
    }

    /// Commits. When the request is run again after a crash and its ids are there already, it had
    /// been committed then: that is success.
    ///
    /// What writes events brings along what becomes of Fristen by that, and what writes in a calendar that is linked to a
    /// provider's brings its sync along.
    async fn commit(&self, cx: &Context, changes: Changes) -> Result<()> {
        let changes = self.with_fristen(cx, changes).await?;
        let changes = self.with_syncs(cx, changes).await?;
        debug_assert!(windows::are_counted(&changes), "{changes:?}");
        match self.ports.commit.commit(changes).await {
            Err(StoreError::Duplicate(Unique::Id)) if cx.is_repeated() => Ok(()),
            other => Ok(other?),
        }
    }
}

/// A key needs the scope; a token has all.
fn require_scope(actor: &Actor, resource: Resource, verb: Verb) -> Result<()> {
    if actor.has_scope(resource, verb) { Ok(()) } else { Err(Error::MissingScope { resource, verb }) }
}

/// Account and key management is for access tokens.
fn require_token(actor: &Actor) -> Result<()> {
    if actor.holds_token() { Ok(()) } else { Err(Error::TokenOnly) }
}

/// The role suffices, or the thing is forbidden, or for this person it does not exist.
fn require(role: Option<Role>, action: Action, what: &'static str) -> Result<()> {
    match decide(role, action) {
        Decision::Allowed => Ok(()),
        Decision::Forbidden => Err(Error::Forbidden(match action {
            Action::Own => "only the calendar's owner may do this",
            Action::Read | Action::Write => "your role on this calendar is read-only",
        })),
        Decision::Hidden => Err(Error::NotFound(what)),
    }
}

/// The version that the caller expects, if any, is the current one.
fn require_version(expected: Option<i64>, current: i64) -> Result<()> {
    if expected.is_none_or(|expected| expected == current) { Ok(()) } else { Err(Error::VersionMoved) }
}

/// Runs a read-decide-commit until nobody else was faster. Each run reads afresh, so that a change
/// made meanwhile is built upon, not lost.
async fn settled<T>(attempt: impl AsyncFn() -> Result<T>) -> Result<T> {
    for _ in 0..ATTEMPTS {
        match attempt().await {
            Err(Error::Store(StoreError::Stale)) => {}
            other => return other,
        }
    }
    Err(Error::Conflict("too many others are changing it; retry shortly".to_owned()))
}

/// How often a use case starts again after losing a race. Each loss is somebody else's success, so
/// as many as this can write to one calendar at once and all succeed.
const ATTEMPTS: usize = 128;

/// Every write to a calendar's events bumps its revision.
fn touch(cx: &Context, calendar: kalends_domain::id::CalendarId) -> Change {
    Change::TouchCalendar { id: calendar, expected: None, at: cx.now() }
}
