//! Every error code of this surface, and the envelope.

use actix_web::http::StatusCode;
use kalends_app::Error;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::error::{Failure, Kind};

/// What sort of error it is. Those up to `downstream_external` are the documented ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(as = FeedSyncErrorCode, rename_all = "snake_case")]
pub(crate) enum Code {
    /// The key or token is missing, invalid or expired.
    RequestAuth,
    /// The account has as many feeds as it may have.
    AccountLimit,
    /// The body is not JSON of the expected form; `hint` says where.
    RequestBody,
    /// The body, or the path, names something that is not there.
    RequestId,
    /// There is a feed of this `id` already, or the `Idempotency-Key` came with another request before.
    RequestConstraint,
    /// The feed cannot be fetched, or is none; `hint` says what is wrong, by path or line.
    DownstreamFetch,
    /// No Google account is linked, or Google refuses.
    DownstreamExternal,
    /// The key lacks the scope that this needs.
    RequestScope,
    /// There is no such route.
    RequestRoute,
    /// The route takes other methods.
    RequestMethod,
    /// The same is under way, or was changed meanwhile.
    RequestConflict,
    /// Too many requests.
    RequestLimit,
    /// The server is too busy; try again.
    ServerUnavailable,
    /// Our fault.
    ServerError,
}

impl Code {
    const ALL: [Self; 14] = [
        Self::RequestAuth,
        Self::AccountLimit,
        Self::RequestBody,
        Self::RequestId,
        Self::RequestConstraint,
        Self::DownstreamFetch,
        Self::DownstreamExternal,
        Self::RequestScope,
        Self::RequestRoute,
        Self::RequestMethod,
        Self::RequestConflict,
        Self::RequestLimit,
        Self::ServerUnavailable,
        Self::ServerError,
    ];

    fn as_str(self) -> &'static str {
        match self {
            Self::RequestAuth => "request_auth",
            Self::AccountLimit => "account_limit",
            Self::RequestBody => "request_body",
            Self::RequestId => "request_id",
            Self::RequestConstraint => "request_constraint",
            Self::DownstreamFetch => "downstream_fetch",
            Self::DownstreamExternal => "downstream_external",
            Self::RequestScope => "request_scope",
            Self::RequestRoute => "request_route",
            Self::RequestMethod => "request_method",
            Self::RequestConflict => "request_conflict",
            Self::RequestLimit => "request_limit",
            Self::ServerUnavailable => "server_unavailable",
            Self::ServerError => "server_error",
        }
    }

    fn of(failure: &Failure) -> Self {
        if let Some(code) = failure.code.and_then(|told| Self::ALL.into_iter().find(|code| code.as_str() == told)) {
            return code;
        }
        match failure.kind {
            Kind::Invalid | Kind::TooLarge | Kind::UnsupportedType => Self::RequestBody,
            Kind::NoCredential | Kind::BadCredential => Self::RequestAuth,
            Kind::Forbidden | Kind::NoScope => Self::RequestScope,
            Kind::NotFound => Self::RequestRoute,
            Kind::NoSuchMethod => Self::RequestMethod,
            Kind::Conflict | Kind::Stale => Self::RequestConflict,
            Kind::NotLinked => Self::DownstreamExternal,
            Kind::Mismatch => Self::RequestConstraint,
            Kind::Limited => Self::RequestLimit,
            Kind::Unavailable => Self::ServerUnavailable,
            Kind::Internal => Self::ServerError,
        }
    }
}

/// Every error of this surface.
#[derive(ToSchema)]
#[schema(as = FeedSyncError)]
#[allow(dead_code)] // documentation: what `envelope` writes
pub(crate) struct ErrorBody {
    /// What went wrong, for programs.
    error: Code,
    /// What went wrong, for people.
    #[schema(nullable = false, example = "Expected String at $.id: Received 123")]
    hint: Option<String>,
}

/// A failure in this surface's words.
pub(crate) fn envelope(failure: &Failure) -> Value {
    let code = Code::of(failure);
    // As the document shows it: there is nothing to say about a bad key.
    if code == Code::RequestAuth {
        return json!({"error": code.as_str()});
    }
    json!({"error": code.as_str(), "hint": failure.message})
}

/// The status of a failure: for the documented codes the documented one.
pub(crate) fn status(failure: &Failure) -> StatusCode {
    match (Code::of(failure), failure.kind) {
        (Code::AccountLimit, _) => StatusCode::PAYMENT_REQUIRED,
        (Code::DownstreamFetch | Code::DownstreamExternal, _) => StatusCode::MISDIRECTED_REQUEST,
        (_, Kind::Invalid) => StatusCode::UNPROCESSABLE_ENTITY,
        (_, kind) => kind.status(),
    }
}

/// What a use case of this surface answered, by the document's table.
pub(super) fn failed(error: Error) -> Failure {
    let code = match &error {
        Error::LimitReached(_) => Code::AccountLimit,
        Error::Taken(_) => Code::RequestConstraint,
        Error::NotFound(_) => Code::RequestId,
        Error::BadFeed(_) => Code::DownstreamFetch,
        Error::NotLinked => {
            let hint = "no Google account is linked: POST /integrations/google/connect";
            return Failure::new(Kind::NotLinked, hint);
        }
        Error::Provider { .. } => Code::DownstreamExternal,
        _ => return error.into(),
    };
    refused(code, error.to_string())
}

/// That a body, or what it names, cannot be; `hint` says why.
pub(super) fn refused(code: Code, hint: impl Into<String>) -> Failure {
    Failure { code: Some(code.as_str()), ..Failure::new(Kind::Invalid, hint) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalends_domain::sync::ProviderKind;
    use kalends_ports::ProviderError;

    #[track_caller]
    fn check(failure: &Failure, expected: u16, code: &str) {
        assert_eq!((status(failure).as_u16(), envelope(failure)["error"].as_str()), (expected, Some(code)));
    }

    #[test]
    fn the_documented_table() {
        for kind in [Kind::NoCredential, Kind::BadCredential] {
            let failure = Failure::new(kind, "x");
            check(&failure, 401, "request_auth");
            assert_eq!(envelope(&failure), json!({"error": "request_auth"}));
        }
        check(&failed(Error::LimitReached("x".into())), 402, "account_limit");
        check(&Failure::invalid("id", "x"), 422, "request_body");
        check(&failed(Error::NotFound("feed")), 422, "request_id");
        check(&failed(Error::Taken("x".into())), 422, "request_constraint");
        let bad = failed(Error::BadFeed("Expected String at $.events[3].start: Received null".into()));
        check(&bad, 421, "downstream_fetch");
        assert_eq!(envelope(&bad)["hint"], "Expected String at $.events[3].start: Received null");
        check(&failed(Error::NotLinked), 421, "downstream_external");
        let refused = Error::Provider { provider: ProviderKind::Google, error: ProviderError::Unauthorized };
        check(&failed(refused), 421, "downstream_external");
    }

    #[test]
    fn what_the_document_does_not_name() {
        for (kind, status, code) in [
            (Kind::TooLarge, 413, "request_body"),
            (Kind::UnsupportedType, 415, "request_body"),
            (Kind::Forbidden, 403, "request_scope"),
            (Kind::NotFound, 404, "request_route"),
            (Kind::NoSuchMethod, 405, "request_method"),
            (Kind::Conflict, 409, "request_conflict"),
            (Kind::Mismatch, 422, "request_constraint"),
            (Kind::Limited, 429, "request_limit"),
            (Kind::Internal, 500, "server_error"),
            (Kind::Unavailable, 503, "server_unavailable"),
        ] {
            check(&Failure::new(kind, "x"), status, code);
        }
    }
}
