//! The documented APIs, a folder each: routes, wire types, and the envelope of errors.
//!
//! # How to add the next one
//!
//! A variant of [`Surface`] and its line in [`Surface::of`]; its envelope in [`Surface::envelope`], and where its
//! statuses are others, in [`Surface::status`]; its routes in [`routes`]; the schema of its errors in `openapi`.

pub(crate) mod academic;
pub(crate) mod core;
pub(crate) mod feed_sync;
pub(crate) mod legal;
pub(crate) mod user_calendars;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::booking_page::{Reader, failed};
use crate::error::{Failure, Kind};
use crate::routes::under;

/// Which of the documented APIs a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    /// The core document; also whatever is no surface's own.
    Core,
    /// The calendars of a user, as memberships.
    UserCalendars,
    /// The academic calendar.
    Academic,
    /// The calendar of a law office.
    Legal,
    /// Feeds, synced.
    FeedSync,
}

impl Surface {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Core, Self::UserCalendars, Self::Academic, Self::Legal, Self::FeedSync];

    /// By the path's beginning. The only place where this is decided.
    pub(crate) fn of(path: &str) -> Self {
        let mut parts = path.trim_start_matches('/').split('/');
        match [(); 5].map(|()| parts.next().unwrap_or_default()) {
            ["api", "calendar", ..] => Self::Academic,
            ["api", "v1", "users", _, "calendars"] => Self::UserCalendars,
            ["api", "v1", "calendar", ..] => Self::Legal,
            ["ping" | "register" | "unregister" | "invite" | "feeds", ..] => Self::FeedSync,
            _ => Self::Core,
        }
    }

    /// What its paths begin with, for people.
    pub(crate) fn begins(self) -> &'static str {
        match self {
            Self::Core => "any other path",
            Self::UserCalendars => "/api/v1/users/{user_id}/calendars",
            Self::Academic => "/api/calendar",
            Self::Legal => "/api/v1/calendar",
            Self::FeedSync => "/ping, /register, /unregister, /invite, /feeds",
        }
    }

    /// What the names of its shared answers begin with in the OpenAPI document.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Core => "",
            Self::UserCalendars => "UserCalendars",
            Self::Academic => "Academic",
            Self::Legal => "Legal",
            Self::FeedSync => "FeedSync",
        }
    }

    /// The schema of its errors in the OpenAPI document.
    pub(crate) fn error_schema(self) -> Value {
        serde_json::json!({"$ref": format!("#/components/schemas/{}Error", self.prefix())})
    }

    /// The status of a sort of failure.
    pub(crate) fn status(self, kind: Kind) -> StatusCode {
        match (self, kind) {
            (Self::UserCalendars | Self::FeedSync, Kind::Invalid) => StatusCode::UNPROCESSABLE_ENTITY,
            (Self::FeedSync, Kind::NotLinked) => StatusCode::MISDIRECTED_REQUEST,
            (Self::Academic, Kind::NotLinked) => StatusCode::BAD_REQUEST,
            _ => kind.status(),
        }
    }

    /// The status and body of a failure.
    pub(crate) fn envelope(self, failure: &Failure) -> (StatusCode, Value) {
        let body = match self {
            Self::Core => core::envelope(failure),
            Self::UserCalendars => user_calendars::envelope(failure),
            Self::Academic => academic::envelope(failure),
            Self::Legal => legal::envelope(failure),
            Self::FeedSync => feed_sync::envelope(failure),
        };
        let status = failure.status.unwrap_or_else(|| match self {
            Self::FeedSync => feed_sync::status(failure),
            _ => self.status(failure.kind),
        });
        (status, body)
    }
}

/// The answer to a failure, for whoever reads it.
pub(crate) fn respond(reader: &Reader, failure: &Failure) -> HttpResponse {
    let mut response = match reader {
        Reader::Program(surface) => {
            let (status, body) = surface.envelope(failure);
            HttpResponse::build(status).json(body)
        }
        Reader::Person(place) => failed(place, failure.status.unwrap_or_else(|| failure.kind.status()), failure),
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
        response.extensions_mut().insert(Cause(cause.to_string()));
    }
    response
}

/// Noted beside an answer for the log.
#[derive(Debug, Clone)]
pub(crate) struct Cause(pub(crate) String);

/// Every route of every surface.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .configure(core::routes)
        .configure(under("/api/v1/users/", user_calendars::routes))
        .configure(under("/api/calendar/", academic::routes))
        .configure(under("/api/v1/calendar/", legal::routes))
        .configure(feed_sync::routes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_its_surface() {
        for (path, surface) in [
            ("/", Surface::Core),
            ("/events", Surface::Core),
            ("/api/v1/users/7", Surface::Core),
            ("/api/v1/users/7/calendars", Surface::UserCalendars),
            ("/api/v1/users//calendars/7/x", Surface::UserCalendars),
            ("/api/calendar", Surface::Academic),
            ("/api/calendar/nowhere", Surface::Academic),
            ("/api/calendars", Surface::Core),
            ("/api/v1/calendar/events", Surface::Legal),
            ("/api/v1/calendar", Surface::Legal),
            ("/api/v1/calendars", Surface::Core),
            ("/ping", Surface::FeedSync),
            ("/feeds/a%2Fb/sync", Surface::FeedSync),
            ("/registered", Surface::Core),
        ] {
            assert_eq!(Surface::of(path), surface, "{path}");
        }
    }
}
