//! Every error code of this surface, and the envelope.

use kalends_app::Error;
use kalends_domain::problem::Problem;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::id::Typed;
use crate::error::{Failure, Kind};
use crate::surfaces::core::BadField;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)+) => {
        /// What sort of error it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
        #[schema(as = LegalErrorCode)]
        pub(crate) enum Code {
            $($(#[$doc])* #[schema(rename = $code)] $name,)+
        }

        impl Code {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As it is sent.
            pub(super) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }
        }
    };
}

codes! {
    /// 400: the range ends before it begins, or is too long.
    InvalidDateRange = "INVALID_DATE_RANGE";
    /// 400, 413, 415: the request cannot be taken as it is.
    ValidationError = "VALIDATION_ERROR";
    /// 401: no credential came.
    AuthRequired = "AUTH_REQUIRED";
    /// 401: the credential is not good.
    AuthInvalid = "AUTH_INVALID";
    /// 403: the key lacks `calendar:read` or `calendar:write`.
    AuthInsufficientScope = "AUTH_INSUFFICIENT_SCOPE";
    /// 403: not allowed.
    Forbidden = "FORBIDDEN";
    /// 403: a second person must verify a Frist.
    FourEyesRequired = "FOUR_EYES_REQUIRED";
    /// 404: no such event, or none that the caller may see.
    EventNotFound = "EVENT_NOT_FOUND";
    /// 404, 405: anything else that is not there, or not for this caller.
    NotFound = "NOT_FOUND";
    /// 409: another event of the calendar takes that time.
    SlotConflict = "SLOT_CONFLICT";
    /// 409: no external calendar is connected.
    SyncNotConnected = "SYNC_NOT_CONNECTED";
    /// 409: it contradicts what is there. 412: `If-Match` does not hold.
    Conflict = "CONFLICT";
    /// 422: the idempotency key came with another request before.
    IdempotencyMismatch = "IDEMPOTENCY_MISMATCH";
    /// 429: too many requests.
    RateLimited = "RATE_LIMITED";
    /// 500, 503: our fault.
    Internal = "INTERNAL";
}

impl Code {
    fn of(failure: &Failure) -> Self {
        match failure.kind {
            Kind::Invalid | Kind::TooLarge | Kind::UnsupportedType => Self::ValidationError,
            Kind::NoCredential => Self::AuthRequired,
            Kind::BadCredential => Self::AuthInvalid,
            Kind::NoScope => Self::AuthInsufficientScope,
            Kind::Forbidden => Self::Forbidden,
            Kind::NotFound => match failure.missing {
                Some("event" | "occurrence") => Self::EventNotFound,
                _ => Self::NotFound,
            },
            Kind::NoSuchMethod => Self::NotFound,
            Kind::NotLinked => Self::SyncNotConnected,
            Kind::Conflict | Kind::Stale => Self::Conflict,
            Kind::Mismatch => Self::IdempotencyMismatch,
            Kind::Limited => Self::RateLimited,
            Kind::Unavailable | Kind::Internal => Self::Internal,
        }
    }
}

/// A range that cannot be taken; `field` is the end that makes it so.
pub(super) fn bad_range(field: &str, message: impl Into<String>) -> Failure {
    Failure { code: Some(Code::InvalidDateRange.as_str()), ..Failure::invalid(field, message) }
}

/// What an error of writing an event is called: another that takes its time is named.
pub(super) fn of_event(error: Error) -> Failure {
    let Error::Overlap(taken) = &error else { return error.into() };
    let details = vec![Problem { field: "start".to_owned(), message: format!("overlaps {}", Typed(taken.event)) }];
    Failure { code: Some(Code::SlotConflict.as_str()), details, ..error.into() }
}

/// Every error of the legal surface.
#[derive(ToSchema)]
#[schema(as = LegalError)]
#[allow(dead_code)] // documentation: what `envelope` writes
pub(crate) struct ErrorBody {
    /// What went wrong, for people.
    #[schema(example = "event not found")]
    error: String,
    /// What went wrong, for programs.
    code: Code,
    /// Every bad field at once, when there are any.
    #[schema(nullable = false)]
    details: Option<Vec<BadField>>,
}

/// A failure in this surface's words.
pub(crate) fn envelope(failure: &Failure) -> Value {
    let known = failure.code.and_then(|code| Code::ALL.iter().copied().find(|known| known.as_str() == code));
    let code = known.unwrap_or_else(|| Code::of(failure));
    let mut body = json!({"error": failure.message, "code": code.as_str()});
    if !failure.details.is_empty() {
        let details = failure.details.iter().map(|bad| json!({"field": bad.field, "message": bad.message}));
        body["details"] = details.collect();
    }
    body
}

/// The body of an error, for the documentation.
pub(super) fn example(code: Code, message: &str) -> Value {
    json!({"error": message, "code": code.as_str()})
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalends_domain::access::{Resource, Verb};

    fn check(failure: impl Into<Failure>, status: u16, code: &str) {
        let failure = failure.into();
        assert_eq!((failure.kind.status().as_u16(), envelope(&failure)["code"].as_str()), (status, Some(code)));
    }

    #[test]
    fn the_documented_errors() {
        check(bad_range("to", "must be after from"), 400, "INVALID_DATE_RANGE");
        check(Error::MissingScope { resource: Resource::Calendar, verb: Verb::Read }, 403, "AUTH_INSUFFICIENT_SCOPE");
        check(Error::NotFound("event"), 404, "EVENT_NOT_FOUND");
        check(Error::NotFound("calendar"), 404, "NOT_FOUND");
        check(Error::NotLinked, 409, "SYNC_NOT_CONNECTED");
        check(Failure::invalid("title", "is required"), 400, "VALIDATION_ERROR");
        let body = envelope(&bad_range("to", "must be after from"));
        assert_eq!(body["details"], json!([{"field": "to", "message": "must be after from"}]));
    }
}
