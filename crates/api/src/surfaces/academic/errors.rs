//! Every error code of this surface, with the action that it suggests, and the envelope.

use kalends_app::Error;
use kalends_ports::ProviderError;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::error::{Failure, Kind};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal $(, do $action:literal)? $(, say $message:literal)?;)+) => {
        /// What sort of error it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
        #[schema(as = AcademicErrorCode)]
        pub(crate) enum Code {
            $($(#[$doc])* #[schema(rename = $code)] $name,)+
        }

        impl Code {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// As it is sent.
            pub(super) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// What to do about it.
            fn action(self) -> Option<&'static str> {
                match self { $(Self::$name => [$($action)?].first().copied(),)+ }
            }

            /// What it always says.
            fn message(self) -> Option<&'static str> {
                match self { $(Self::$name => [$($message)?].first().copied(),)+ }
            }
        }
    };
}

codes! {
    /// 401: no credential came, or it is not good.
    Unauthorized = "UNAUTHORIZED";
    /// 403: not allowed.
    Forbidden = "FORBIDDEN";
    /// 400, 413, 415: the request cannot be taken as it is.
    ValidationError = "VALIDATION_ERROR";
    /// 404: no such event, or none that the caller may see.
    CalendarEventNotFound = "CALENDAR_EVENT_NOT_FOUND";
    /// 404: no such course of the caller.
    CourseNotFound = "COURSE_NOT_FOUND";
    /// 404, 405: no such route.
    NotFound = "NOT_FOUND";
    /// 409: the caller has a course with this id.
    CourseExists = "COURSE_EXISTS";
    /// 409: it contradicts what is there. 412: `If-Match` does not hold.
    Conflict = "CONFLICT";
    /// 422: the idempotency key came with another request before.
    IdempotencyMismatch = "IDEMPOTENCY_MISMATCH";
    /// 429: too many requests.
    RateLimited = "RATE_LIMITED", do "RETRY_LATER";
    /// 400: no Google account is linked.
    GoogleCalendarNotLinked = "GOOGLE_CALENDAR_NOT_LINKED", do "LINK_GOOGLE_ACCOUNT",
        say "Google Calendar not linked to this account. Please connect your Google account to sync calendar events.";
    /// 401: Google does not take the account's tokens any more.
    GoogleCalendarAuthError = "GOOGLE_CALENDAR_AUTH_ERROR", do "RELINK_GOOGLE_ACCOUNT",
        say "Google Calendar authentication failed. Please reconnect your Google account.";
    /// 403: Google does not let the account do this.
    GoogleCalendarPermissionError = "GOOGLE_CALENDAR_PERMISSION_ERROR", do "CHECK_GOOGLE_PERMISSIONS",
        say "Insufficient permissions for Google Calendar. Please verify your Google Calendar permissions.";
    /// 429: Google was asked too often.
    GoogleCalendarRateLimit = "GOOGLE_CALENDAR_RATE_LIMIT", do "RETRY_LATER",
        say "Google Calendar rate limit exceeded. Please try again later.";
    /// 503: Google failed otherwise.
    GoogleCalendarSyncError = "GOOGLE_CALENDAR_SYNC_ERROR", say "Failed to sync with Google Calendar.";
    /// 500, 503: the event could not be made.
    CalendarEventCreateError = "CALENDAR_EVENT_CREATE_ERROR";
    /// 500, 503: the event could not be changed.
    CalendarEventUpdateError = "CALENDAR_EVENT_UPDATE_ERROR";
    /// 500, 503: the event could not be deleted.
    CalendarEventDeleteError = "CALENDAR_EVENT_DELETE_ERROR";
    /// 500, 503: our fault.
    CalendarServiceError = "CALENDAR_SERVICE_ERROR";
}

impl Code {
    /// What a failure is called where the endpoint does not know better.
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Invalid | Kind::TooLarge | Kind::UnsupportedType => Self::ValidationError,
            Kind::NoCredential | Kind::BadCredential => Self::Unauthorized,
            Kind::NoScope | Kind::Forbidden => Self::Forbidden,
            Kind::NotFound | Kind::NoSuchMethod => Self::NotFound,
            Kind::Conflict | Kind::Stale => Self::Conflict,
            Kind::NotLinked => Self::GoogleCalendarNotLinked,
            Kind::Mismatch => Self::IdempotencyMismatch,
            Kind::Limited => Self::RateLimited,
            Kind::Unavailable | Kind::Internal => Self::CalendarServiceError,
        }
    }
}

/// What an error of an event's use case is called, where `failing` is our own fault.
pub(super) fn of_event(failing: Code) -> impl Fn(Error) -> Failure {
    move |error| named(error.into(), Code::CalendarEventNotFound, failing)
}

/// What an error of a course's use case is called.
pub(super) fn of_course(error: Error) -> Failure {
    named(error.into(), Code::CourseNotFound, Code::CalendarServiceError)
}

/// What an error of a sync with Google is called.
pub(super) fn of_google(error: Error) -> Failure {
    let Error::Provider { error: said, .. } = &error else { return error.into() };
    let (code, kind) = match said {
        ProviderError::Unauthorized => (Code::GoogleCalendarAuthError, Kind::BadCredential),
        ProviderError::Forbidden(_) => (Code::GoogleCalendarPermissionError, Kind::Forbidden),
        ProviderError::RateLimited { .. } => (Code::GoogleCalendarRateLimit, Kind::Limited),
        _ => (Code::GoogleCalendarSyncError, Kind::Unavailable),
    };
    Failure { code: Some(code.as_str()), kind, ..error.into() }
}

fn named(failure: Failure, missing: Code, failing: Code) -> Failure {
    let code = match failure.kind {
        Kind::NotFound => Some(missing),
        Kind::Internal | Kind::Unavailable => Some(failing),
        _ => None,
    };
    Failure { code: code.map(Code::as_str), ..failure }
}

/// Every error of the academic surface.
#[derive(ToSchema)]
#[schema(as = AcademicError)]
#[allow(dead_code)] // documentation: what `envelope` writes
pub(crate) struct ErrorBody {
    /// Always false.
    #[schema(example = false)]
    success: bool,
    /// What went wrong, for people.
    #[schema(example = "event not found")]
    error: String,
    /// What went wrong, for programs.
    code: Code,
    /// What to do about it.
    #[schema(nullable = false, example = "LINK_GOOGLE_ACCOUNT")]
    action: Option<String>,
    /// Every bad field at once, when there are any.
    #[schema(nullable = false, example = json!(["title must not be empty"]))]
    details: Option<Vec<String>>,
}

/// A failure in this surface's words.
pub(crate) fn envelope(failure: &Failure) -> Value {
    let known = failure.code.and_then(|code| Code::ALL.iter().copied().find(|known| known.as_str() == code));
    let code = known.unwrap_or(Code::of(failure.kind));
    let message = code.message().unwrap_or(&failure.message);
    let mut body = json!({"success": false, "error": message, "code": code.as_str()});
    if let Some(action) = code.action() {
        body["action"] = action.into();
    }
    if !failure.details.is_empty() {
        body["details"] = failure.details.iter().map(|bad| format!("{} {}", bad.field, bad.message)).collect();
    }
    body
}

/// The body of an error, for the documentation.
pub(super) fn example(code: Code, message: &str) -> Value {
    envelope(&Failure { code: Some(code.as_str()), ..Failure::new(Kind::NotFound, message) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalends_domain::sync::ProviderKind;
    use kalends_ports::StoreError;

    #[test]
    fn the_documented_errors() {
        let failure = Failure::from(Error::NotLinked);
        assert_eq!(
            envelope(&failure),
            json!({
                "success": false,
                "error": "Google Calendar not linked to this account. Please connect your Google account to sync calendar events.",
                "code": "GOOGLE_CALENDAR_NOT_LINKED",
                "action": "LINK_GOOGLE_ACCOUNT",
            })
        );
        let failure = Failure::invalid("title", "must not be empty");
        let expected = json!({
            "success": false, "error": "title must not be empty", "code": "VALIDATION_ERROR",
            "details": ["title must not be empty"],
        });
        assert_eq!(envelope(&failure), expected);
    }

    #[test]
    fn what_google_said_is_named_with_what_to_do() {
        let check = |error: ProviderError, status: u16, code: &str, action: Option<&str>| {
            let failure = of_google(Error::Provider { provider: ProviderKind::Google, error });
            let body = envelope(&failure);
            assert_eq!(failure.kind.status().as_u16(), status, "{code}");
            assert_eq!((body["code"].as_str(), body["action"].as_str()), (Some(code), action));
        };
        let relink = Some("RELINK_GOOGLE_ACCOUNT");
        check(ProviderError::Unauthorized, 401, "GOOGLE_CALENDAR_AUTH_ERROR", relink);
        let permissions = Some("CHECK_GOOGLE_PERMISSIONS");
        check(ProviderError::Forbidden("no".into()), 403, "GOOGLE_CALENDAR_PERMISSION_ERROR", permissions);
        let limited = ProviderError::RateLimited { retry_after: None };
        check(limited, 429, "GOOGLE_CALENDAR_RATE_LIMIT", Some("RETRY_LATER"));
        check(ProviderError::NotFound, 503, "GOOGLE_CALENDAR_SYNC_ERROR", None);
    }

    #[test]
    fn what_failed_is_named() {
        let code = |error: Error| {
            let failure = of_event(Code::CalendarEventCreateError)(error);
            envelope(&failure)["code"].as_str().unwrap().to_owned()
        };
        assert_eq!(code(Error::NotFound("event")), "CALENDAR_EVENT_NOT_FOUND");
        assert_eq!(code(Error::Store(StoreError::Broken("x".into()))), "CALENDAR_EVENT_CREATE_ERROR");
        assert_eq!(code(Error::Store(StoreError::Unavailable("x".into()))), "CALENDAR_EVENT_CREATE_ERROR");
        assert_eq!(code(Error::Forbidden("no")), "FORBIDDEN");
    }
}
