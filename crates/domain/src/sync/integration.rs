//! Accounts at providers that people linked, and what their syncs did.

use std::fmt;

use jiff::{SignedDuration, Timestamp};

use super::ProviderKind;
use super::merge::Side;
use crate::account::TokenHash;
use crate::id::{CalendarId, EventId, HistoryId, IntegrationId, LinkId, SyncLogId, UserId};

/// How long a person has to grant what was asked for.
pub const ATTEMPT_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// Most entries that one integration's log keeps.
pub const LOG_MAX: usize = 5_000;
/// Most calendars that one integration syncs.
pub const LINKS_MAX: usize = 50;

/// Something kept encrypted. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// Whether an account can be synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// It can, or could when it was last tried.
    Connected,
    /// The last sync failed, and the next may go through.
    Failing,
    /// The provider does not accept our authorization any more: the account must be linked again.
    Unauthorized,
}

impl Health {
    /// The name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Connected => "connected",
            Self::Failing => "failing",
            Self::Unauthorized => "unauthorized",
        }
    }
}

impl std::str::FromStr for Health {
    type Err = crate::access::UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Connected, Self::Failing, Self::Unauthorized];
        all.into_iter()
            .find(|health| health.as_str() == text)
            .ok_or(crate::access::UnknownName("connected, failing, unauthorized"))
    }
}

/// An account at a provider that a person linked. One per person and provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// Names it.
    pub id: IntegrationId,
    /// Whose it is.
    pub user: UserId,
    /// With whom.
    pub provider: ProviderKind,
    /// The account's address there.
    pub email: String,
    /// The access token.
    pub access: Sealed,
    /// Until when the access token is good.
    pub access_until: Timestamp,
    /// The refresh token.
    pub refresh: Sealed,
    /// Whether it can be synced.
    pub health: Health,
    /// When one of its calendars was last synced to the end.
    pub last_synced_at: Option<Timestamp>,
    /// Why the last sync failed, if it did.
    pub last_error: Option<String>,
    /// Until when no sync asks the provider, if not a person does: the account's quota is used up.
    pub paused_until: Option<Timestamp>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes.
    pub version: i64,
}

impl Integration {
    /// How long the account is still left alone; none where it may be asked.
    pub fn rests(&self, now: Timestamp) -> Option<SignedDuration> {
        self.paused_until.filter(|until| *until > now).map(|until| until.duration_since(now))
    }
}

/// What was asked of a provider in the name of a person, until the answer comes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkAttempt {
    /// What is kept of the `state` that comes back.
    pub state: TokenHash,
    /// Who asked.
    pub user: UserId,
    /// Whom.
    pub provider: ProviderKind,
    /// The PKCE verifier.
    pub verifier: Sealed,
    /// Until when an answer is taken.
    pub expires_at: Timestamp,
}

/// A calendar at a provider that is kept the same as one here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub struct Link {
    /// Names it.
    pub id: LinkId,
    /// Under which account.
    pub integration: IntegrationId,
    /// The provider's id of the calendar there.
    pub remote: String,
    /// What it is called there.
    pub name: String,
    /// Whether it is the account's own.
    pub primary: bool,
    /// Whether it may be written to.
    pub writable: bool,
    /// The calendar there only shows what is here: what somebody changes there is put back.
    pub mirror: bool,
    /// The calendar here.
    pub calendar: CalendarId,
    /// Where the last sync stopped, in the provider's words; `None` when all is to be read.
    pub cursor: Option<String>,
    /// Deletions of most of the calendar wait to be asked for again.
    pub held: bool,
    /// Until when somebody else syncs it, unless they crash.
    pub busy_until: Option<Timestamp>,
    /// When it was last synced to the end.
    pub synced_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// Counts the changes.
    pub version: i64,
}

/// What a sync did to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Made it.
    Created,
    /// Changed it.
    Updated,
    /// Deleted it.
    Deleted,
    /// Found out that it is a copy of one, and remembered.
    Adopted,
    /// Left a deletion waiting.
    Held,
    /// Could not.
    Failed,
}

impl Deed {
    /// The name in the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
            Self::Adopted => "adopted",
            Self::Held => "held",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for Deed {
    type Err = crate::access::UnknownName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Created, Self::Updated, Self::Deleted, Self::Adopted, Self::Held, Self::Failed];
        all.into_iter()
            .find(|deed| deed.as_str() == text)
            .ok_or(crate::access::UnknownName("created, updated, deleted, adopted, held, failed"))
    }
}

/// One line of an integration's log: what a sync did, where, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncLogEntry {
    /// Names it; later ones sort behind.
    pub id: SyncLogId,
    /// Under which account.
    pub integration: IntegrationId,
    /// When.
    pub at: Timestamp,
    /// On which side.
    pub side: Side,
    /// What was done.
    pub deed: Deed,
    /// To which event, where it is known.
    pub event: Option<EventId>,
    /// The provider's id of the copy, where it is known.
    pub remote: Option<String>,
    /// What the event is called.
    pub title: String,
    /// What changed: names of fields.
    pub fields: Vec<String>,
    /// Why.
    pub reason: String,
}

/// A value that an event lost to a later change on the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Names it; later ones sort behind.
    pub id: HistoryId,
    /// The event.
    pub event: EventId,
    /// When it gave way.
    pub at: Timestamp,
    /// Where it had been written: `here`, or the provider's name.
    pub source: String,
    /// Which field; `None` for the whole of it.
    pub field: Option<String>,
    /// What it said.
    pub value: String,
    /// Why it gave way.
    pub reason: String,
}
