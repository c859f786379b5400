//! What a use case answers when it does not do what was asked.

use kalends_domain::access::{Resource, Verb};
use kalends_domain::free_busy::Busy;
use kalends_domain::problem::Problems;
use kalends_domain::sync::ProviderKind;
use kalends_ports::{ProviderError, SecretsError, StoreError};

/// Why a use case did not do what was asked. The surfaces turn each into their own words and codes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The input has bad fields.
    #[error("invalid input: {0}")]
    Invalid(#[from] Problems),
    /// E-mail or password is wrong, or the account is gone.
    #[error("e-mail or password is wrong")]
    WrongPassword,
    /// A token or key that is not good, or not good any more.
    #[error("the token or key is not valid")]
    InvalidCredential,
    /// The key lacks a scope.
    #[error("the API key lacks the scope {}:{}", .resource.as_str(), .verb.as_str())]
    MissingScope {
        /// On what.
        resource: Resource,
        /// To do what.
        verb: Verb,
    },
    /// The route takes access tokens only.
    #[error("this needs a signed-in user, not an API key")]
    TokenOnly,
    /// The caller may see it and may not do this with it.
    #[error("{0}")]
    Forbidden(&'static str),
    /// It needs a second person.
    #[error("{0}")]
    FourEyes(&'static str),
    /// There is no such thing, or none that the caller may see.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(String),
    /// It would overlap another event of its calendar, and both make their people busy.
    #[error("it overlaps another event of the calendar, from {} to {}", .0.start, .0.end)]
    Overlap(Busy),
    /// The calendar is being synced at this moment; when that has ended, it can be asked for again.
    #[error("this calendar is being synced already")]
    SyncRunning,
    /// The caller has linked no account of the provider that this is about.
    #[error("no account is linked")]
    NotLinked,
    /// The caller has as many of this as one account may have.
    #[error("{0}")]
    LimitReached(String),
    /// The caller has something of this name already.
    #[error("{0}")]
    Taken(String),
    /// What stands at a feed's address cannot be fetched, or is no feed; this says why.
    #[error("{0}")]
    BadFeed(String),
    /// `If-Match` names a version that is not the current one.
    #[error("it has been changed since you read it")]
    VersionMoved,
    /// The idempotency key was used with another request.
    #[error("this Idempotency-Key was used with another request")]
    IdempotencyMismatch,
    /// The first request with this idempotency key is still running.
    #[error("the first request with this Idempotency-Key is still running")]
    IdempotencyRunning,
    /// A provider did not do what it was asked.
    #[error("{} {error}", .provider.title())]
    Provider {
        /// Which.
        provider: ProviderKind,
        /// What it said.
        error: ProviderError,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Passwords and tokens.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
}
