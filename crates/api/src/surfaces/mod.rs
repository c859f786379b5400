//! The documented APIs, a folder each: routes, wire types, and the envelope of errors.
//!
//! # How to add the next one
//!
//! A variant of [`Surface`] and its line in [`Surface::of`]; its envelope in [`Surface::envelope`];
//! its routes in [`routes`].

pub(crate) mod core;

use actix_web::HttpResponse;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::booking_page::{Reader, failed};
use crate::error::{Failure, Kind};

/// Which of the documented APIs a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    /// The core document; also whatever is no surface's own.
    Core,
}

impl Surface {
    /// By the path's beginning. The only place where this is decided.
    pub(crate) fn of(_path: &str) -> Self {
        Self::Core
    }

    /// What the names of its shared answers begin with in the OpenAPI document.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Core => "",
        }
    }

    /// The schema of its errors in the OpenAPI document.
    pub(crate) fn error_schema(self) -> Value {
        match self {
            Self::Core => serde_json::json!({"$ref": "#/components/schemas/Error"}),
        }
    }

    /// The status and body of a failure.
    pub(crate) fn envelope(self, failure: &Failure) -> (actix_web::http::StatusCode, Value) {
        match self {
            Self::Core => (failure.kind.status(), core::envelope(failure)),
        }
    }
}

/// The answer to a failure, for whoever reads it.
pub(crate) fn respond(reader: &Reader, failure: &Failure) -> HttpResponse {
    let mut response = match reader {
        Reader::Program(surface) => {
            let (status, body) = surface.envelope(failure);
            HttpResponse::build(status).json(body)
        }
        Reader::Person(place) => failed(place, failure.kind.status(), failure),
    };
    let headers = response.headers_mut();
    if matches!(failure.kind, Kind::NoCredential | Kind::BadCredential) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(seconds) = failure.retry_after {
        headers.insert(RETRY_AFTER, seconds.into());
    }
    if let Some(methods) = failure.allow.as_deref().and_then(|methods| methods.parse().ok()) {
        headers.insert(ALLOW, methods);
    }
    if let Some(cause) = &failure.cause {
        response.extensions_mut().insert(Cause(cause.clone()));
    }
    response
}

/// Noted beside an answer for the log.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);

/// Every route of every surface.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    core::routes(config);
}
