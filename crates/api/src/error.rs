//! What is answered instead of success, before a surface puts it into its own words.
//!
//! Every extractor, middleware and handler fails with a [`Failure`]; nothing else builds an error
//! answer. Which envelope it gets is decided once, by the path, in [`crate::surfaces::respond`].

use std::error::Error as _;
use std::fmt::Write as _;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use jiff::SignedDuration;
use kalends_app::Error;
use kalends_domain::problem::{Problem, Problems};
use kalends_domain::sync::ProviderKind;
use kalends_ports::{ProviderError, SecretsError, StoreError};

/// Sorts of failure. A surface gives each a status and a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bad fields, bad parameters, broken JSON.
    Invalid,
    /// The body is longer than is read.
    TooLarge,
    /// The body is not of a type that is read here.
    UnsupportedType,
    /// The route needs a credential and none came.
    NoCredential,
    /// The credential is not good, or the password is wrong.
    BadCredential,
    /// The API key lacks a scope.
    NoScope,
    /// Seen, and not allowed.
    Forbidden,
    /// Not there, or not for this caller.
    NotFound,
    /// The route exists and does not take this method.
    NoSuchMethod,
    /// Contradicts what is there.
    Conflict,
    /// No account of a provider is linked, and this is about one.
    NotLinked,
    /// `If-Match` does not hold.
    Stale,
    /// The idempotency key came with another request before.
    Mismatch,
    /// The caller asks too often.
    Limited,
    /// The store or the secrets are busy; the same request may succeed later.
    Unavailable,
    /// Anything else, which is our fault.
    Internal,
}

impl Kind {
    /// The status, where a surface does not say otherwise.
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Invalid => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoCredential | Self::BadCredential => StatusCode::UNAUTHORIZED,
            Self::NoScope | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NoSuchMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict | Self::NotLinked => StatusCode::CONFLICT,
            Self::Stale => StatusCode::PRECONDITION_FAILED,
            Self::Mismatch => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Limited => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What sort of failure it is.
    pub(crate) kind: Kind,
    /// For people.
    pub(crate) message: String,
    /// For programs, where the endpoint knows better than its surface what a failure of this sort is called.
    pub(crate) code: Option<&'static str>,
    /// What is not found, where the use case says it.
    pub(crate) missing: Option<&'static str>,
    /// The bad fields.
    pub(crate) details: Vec<Problem>,
    /// After how many seconds to try again.
    pub(crate) retry_after: Option<u64>,
    /// A status that is HTTP's own, whatever the surface: the request came too slowly, or is too long to be read.
    pub(crate) status: Option<StatusCode>,
    /// The methods that the route takes.
    pub(crate) allow: Option<Box<str>>,
    /// For the log alone: the whole chain of what went wrong.
    pub(crate) cause: Option<Box<str>>,
}

impl Failure {
    /// A failure with its message and nothing more.
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            code: None,
            missing: None,
            details: Vec::new(),
            retry_after: None,
            status: None,
            allow: None,
            cause: None,
        }
    }

    /// One bad field or parameter.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Problems::one(field, message).into()
    }

    /// What HTTP has a status of its own for, of the sort that a bad field is.
    pub(crate) fn of_http(status: StatusCode, part: &str, message: impl Into<String>) -> Self {
        Self { status: Some(status), ..Self::invalid(part, message) }
    }

    /// Our fault. The caller is told nothing; the log gets the cause.
    pub(crate) fn internal(cause: impl Into<Box<str>>) -> Self {
        let message = "something went wrong here; it has been logged under this answer's X-Request-Id";
        Self { cause: Some(cause.into()), ..Self::new(Kind::Internal, message) }
    }

    /// A provider's fault, or the account's.
    fn of_provider(provider: ProviderKind, error: &ProviderError) -> Self {
        let said = format!("{} {error}", provider.title());
        let later = |wait: Option<SignedDuration>| {
            let seconds = wait.map_or(1, |wait| wait.as_secs().clamp(1, 3_600));
            Self { retry_after: u64::try_from(seconds).ok(), ..Self::new(Kind::Unavailable, said.clone()) }
        };
        match error {
            ProviderError::RateLimited { retry_after } | ProviderError::Unavailable { retry_after, .. } => {
                later(*retry_after)
            }
            ProviderError::Unauthorized => Self::new(Kind::Conflict, format!("{said}; link the account again")),
            _ => Self::new(Kind::Conflict, said),
        }
    }

    fn unavailable(error: &Error) -> Self {
        let message = "the server is too busy or its store does not answer; try again shortly";
        Self { retry_after: Some(1), cause: Some(chain(error).into()), ..Self::new(Kind::Unavailable, message) }
    }
}

/// An error and its sources, outermost first.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let _ = write!(text, ": {inner}");
        source = inner.source();
    }
    text
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        let all = &problems.0;
        let mut said: Vec<String> = all.iter().take(3).map(|p| format!("{} {}", p.field, p.message)).collect();
        if all.len() > said.len() {
            said.push(format!("and {} more", all.len() - said.len()));
        }
        Self { details: problems.0, ..Self::new(Kind::Invalid, said.join("; ")) }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match error {
            Error::Invalid(problems) => return problems.into(),
            Error::WrongPassword | Error::InvalidCredential => Kind::BadCredential,
            Error::MissingScope { .. } => Kind::NoScope,
            Error::TokenOnly | Error::Forbidden(_) => Kind::Forbidden,
            Error::FourEyes(_) => {
                return Self { code: Some("FOUR_EYES_REQUIRED"), ..Self::new(Kind::Forbidden, error.to_string()) };
            }
            Error::NotFound(what) => {
                return Self { missing: Some(what), ..Self::new(Kind::NotFound, error.to_string()) };
            }
            Error::Conflict(_)
            | Error::Overlap(_)
            | Error::LimitReached(_)
            | Error::Taken(_)
            | Error::IdempotencyRunning
            | Error::SyncRunning => Kind::Conflict,
            Error::BadFeed(_) => Kind::Invalid,
            Error::NotLinked => Kind::NotLinked,
            Error::VersionMoved => Kind::Stale,
            Error::IdempotencyMismatch => Kind::Mismatch,
            Error::Provider { provider, error } => return Self::of_provider(provider, &error),
            Error::Store(StoreError::Unavailable(_)) | Error::Secrets(SecretsError::Busy) => {
                return Self::unavailable(&error);
            }
            Error::Store(StoreError::Stale) => {
                return Self::new(Kind::Conflict, "it was changed by someone else meanwhile; read it again and retry");
            }
            Error::Store(_) | Error::Secrets(_) => return Self::internal(chain(&error)),
        };
        Self::new(kind, error.to_string())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    /// Bare: the envelope depends on the path, which only the middleware knows.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_our_fault_is_told_to_the_log_alone() {
        let failure = Failure::from(Error::Store(StoreError::Broken("row 7 of users".into())));
        assert_eq!(failure.kind, Kind::Internal);
        assert!(!failure.message.contains("users"));
        assert!(failure.cause.is_some_and(|cause| cause.contains("row 7 of users")));
    }

    #[test]
    fn a_store_that_does_not_answer_may_be_asked_again() {
        let failure = Failure::from(Error::Store(StoreError::Unavailable("refused".into())));
        assert_eq!((failure.kind, failure.retry_after), (Kind::Unavailable, Some(1)));
    }

    #[test]
    fn many_bad_fields_make_a_short_message_and_full_details() {
        let mut problems = Problems::default();
        (0..5).for_each(|i| problems.add(format!("tags[{i}]"), "must not be empty"));
        let failure = Failure::from(problems);
        assert_eq!(failure.details.len(), 5);
        assert!(failure.message.ends_with("; and 2 more"), "{}", failure.message);
    }
}
