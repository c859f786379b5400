//! Calendars that stand with somebody else, and may be linked: Google, Outlook.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use kalends_domain::account::Email;
use kalends_domain::id::EventId;
use kalends_domain::sync::ProviderKind;
use kalends_domain::sync::remote::{Facts, Fields, Item, Original, RemoteCalendar, Whole};

/// A secret of a provider: an access token, a refresh token, a code, a PKCE verifier. Never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderSecret(pub String);

impl std::fmt::Debug for ProviderSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderSecret(…)")
    }
}

/// What a person's browser takes along to the provider (OAuth 2.0 code flow, RFC 6749 4.1, with PKCE, RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// Comes back with the answer, and proves that it answers this question.
    pub state: String,
    /// The PKCE challenge (`S256`): the SHA-256 of the verifier, in base64url without padding.
    pub challenge: String,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
}

/// What the provider gave for a code or for a refresh token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tokens {
    /// What the other calls take.
    pub access: ProviderSecret,
    /// What gets the next access token; `None` when the one that was sent stays good.
    pub refresh: Option<ProviderSecret>,
    /// How long the access token can be used from now.
    pub lifetime: SignedDuration,
}

/// A calendar at the provider, and what opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// A good access token.
    pub access: ProviderSecret,
    /// The calendar's [`RemoteCalendar::id`].
    pub calendar: String,
}

/// Some of what changed in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemPage {
    /// The items, in no order that matters. One may come twice; the later one holds.
    pub items: Vec<Item>,
    /// Where to go on.
    pub next: NextPage,
}

/// Where to go on after a page: opaque texts for the next call of [`Provider::changes`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// There is more of this answer, here.
    More(String),
    /// That was all. What changes after this is found here.
    Done(String),
}

/// A copy of an event to be made at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// The event, for the private mark; and for the id, [`kalends_domain::sync::copy_id`], where the provider lets us
    /// choose it, or for whatever else it recognises a repeated call by.
    pub origin: EventId,
    /// Its name between calendars, where the provider takes one.
    pub uid: String,
    /// What it holds. The EXDATEs of its recurrence are all of its cancelled occurrences; its changed occurrences are
    /// written afterwards.
    pub whole: Whole,
}

/// A change of an event or series at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemUpdate {
    /// Which: its [`Item::id`].
    pub id: String,
    /// The version that is replaced; `None` to replace any, a deleted one too: it is brought back.
    pub etag: Option<String>,
    /// The event, for the private mark, which is written along: what was adopted gets it this way.
    pub origin: EventId,
    /// What it holds from now on.
    pub whole: Whole,
    /// What of that changed. Everything else stays as the provider has it.
    pub fields: Fields,
}

/// A change of one occurrence of a series at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartUpdate {
    /// The [`Item::id`] of the series.
    pub series: String,
    /// Which of its occurrences: where the series puts it.
    pub original: Original,
    /// The [`Item::id`] of the occurrence, where one is known: it differs already.
    pub id: Option<String>,
    /// The version that is replaced; `None` to replace any.
    pub etag: Option<String>,
    /// The event, for the private mark.
    pub origin: EventId,
    /// What it holds from now on; `None` when it is cancelled. Facts for a cancelled one bring it back where the
    /// provider can, and else are [`ProviderError::Rejected`].
    pub facts: Option<Facts>,
    /// What of the facts changed.
    pub fields: Fields,
}

/// Why a provider did not do what it was asked. No message holds a token, a code, or an address's query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The code, access token or refresh token is not, or no longer, good. After a refresh: the account must be linked
    /// again.
    #[error("does not accept the account's authorization any more")]
    Unauthorized,
    /// The account may not do this; trying again does not help. The reason is the provider's.
    #[error("refuses: {0}")]
    Forbidden(String),
    /// Too many calls. A 403 that says so is this.
    #[error("asks to be called less often")]
    RateLimited {
        /// How long it asks to be left alone, never negative; nobody has checked that it is reasonable.
        retry_after: Option<SignedDuration>,
    },
    /// No answer, no answer in time, a broken one, or a 5xx. Whether a write was made is not known.
    #[error("cannot be reached: {reason}")]
    Unavailable {
        /// What happened.
        reason: String,
        /// How long it asks to be left alone, if it said so.
        retry_after: Option<SignedDuration>,
    },
    /// The cursor is too old, or of a calendar that was reset: everything must be read anew.
    #[error("has forgotten where the last sync stopped")]
    CursorGone,
    /// What is to be made is there, or was there and is deleted.
    #[error("has such an event already")]
    Exists,
    /// The version that was to be replaced has moved.
    #[error("has changed it meanwhile")]
    Moved,
    /// There is no such calendar or event.
    #[error("has no such thing")]
    NotFound,
    /// It will never take this. The reason is the provider's.
    #[error("does not take this: {0}")]
    Rejected(String),
}

type Result<T> = std::result::Result<T, ProviderError>;

/// A keeper of calendars. It holds no account's state: tokens go in with each call.
///
/// Every call ends within a minute, whatever the other side does, and takes in no more than a bounded answer. None
/// tries again by itself: who calls decides when.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Provider: Send + Sync {
    /// Where to send a person who wants to link an account. It asks for access that lasts (a refresh token), to
    /// calendars, events and the account's address.
    fn authorization_url(&self, ask: &Authorization) -> String;

    /// Exchanges the code that came back. `Unauthorized` when the code is not good; `Rejected` when the person left
    /// out a permission that syncing needs, or no refresh token came.
    async fn exchange(&self, code: &ProviderSecret, verifier: &ProviderSecret, redirect_uri: &str) -> Result<Tokens>;

    /// The next access token. `Unauthorized` when the person took the permission back.
    async fn refresh(&self, refresh: &ProviderSecret) -> Result<Tokens>;

    /// Gives the permission back. A token that is not good any more is no error; nor is it where the provider has no
    /// such call.
    async fn revoke(&self, refresh: &ProviderSecret) -> Result<()>;

    /// The address of the account that was linked.
    async fn account_email(&self, access: &ProviderSecret) -> Result<String>;

    /// All calendars of the account, hidden ones and those of others included, at most a few hundred.
    async fn list_calendars(&self, access: &ProviderSecret) -> Result<Vec<RemoteCalendar>>;

    /// What changed in a calendar since the cursor: an opaque text of [`NextPage`]. Without one everything that is
    /// there is told, and deleted things need not be. `CursorGone` when the cursor cannot be used any more.
    async fn changes(&self, place: &Place, cursor: Option<String>) -> Result<ItemPage>;

    /// The event or series that carries the mark of this event, if there is one; where we choose ids, a deleted one
    /// too, as [`kalends_domain::sync::remote::Content::Deleted`].
    async fn find_copy(&self, place: &Place, origin: EventId) -> Result<Option<Item>>;

    /// Makes a copy, and tells it as the provider holds it. `Exists` when this event's copy was made before; no
    /// second one is made. Nobody is sent an invitation.
    async fn insert(&self, place: &Place, new: &NewItem) -> Result<Item>;

    /// Changes an event or series, and tells it as the provider holds it. `Moved` when the version was replaced
    /// meanwhile, `NotFound` when it is gone. Nobody is sent a message.
    async fn update(&self, place: &Place, update: &ItemUpdate) -> Result<Item>;

    /// Changes, cancels or brings back one occurrence, and tells it as the provider holds it. `NotFound` when the
    /// series is gone, or has no occurrence there.
    async fn update_part(&self, place: &Place, update: &PartUpdate) -> Result<Item>;

    /// Deletes an event, a series, or an occurrence by its id. What is gone already is no error. `Moved` when `etag`
    /// is given and was replaced meanwhile.
    async fn delete(&self, place: &Place, id: &str, etag: Option<String>) -> Result<()>;

    /// Makes a calendar of this name, in this IANA zone.
    async fn create_calendar(&self, access: &ProviderSecret, name: &str, zone: &str) -> Result<RemoteCalendar>;

    /// Calls a calendar `to` that is called `from`. What somebody has given another name keeps that.
    async fn rename_calendar(&self, place: &Place, from: &str, to: &str) -> Result<()>;

    /// Deletes a calendar with all that is in it. What is gone already is no error.
    async fn delete_calendar(&self, place: &Place) -> Result<()>;

    /// Lets somebody read a calendar, and has the provider tell them so by mail. Whoever may read it already is told
    /// again. `Rejected` for an address that the provider does not take, and where it knows no such call.
    async fn share_calendar(&self, place: &Place, email: &Email) -> Result<()>;

    /// The facts as they come back from this provider after they were written: a colour is the nearest of its palette,
    /// what it cannot hold is empty. Pure. It decides whether two sides that have no common past hold the same; where
    /// they have one, what was last seen on each side does.
    fn rounded(&self, facts: Facts) -> Facts;
}

/// The providers that this server offers.
#[derive(Clone, Default)]
pub struct Providers(BTreeMap<ProviderKind, Arc<dyn Provider>>);

impl Providers {
    /// None.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more.
    #[must_use]
    pub fn with(mut self, kind: ProviderKind, provider: Arc<dyn Provider>) -> Self {
        self.0.insert(kind, provider);
        self
    }

    /// The provider of this kind, if it is offered.
    pub fn get(&self, kind: ProviderKind) -> Option<&Arc<dyn Provider>> {
        self.0.get(&kind)
    }

    /// The kinds that are offered.
    pub fn kinds(&self) -> impl Iterator<Item = ProviderKind> {
        self.0.keys().copied()
    }
}
