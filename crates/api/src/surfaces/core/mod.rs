//! The core document's surface: accounts, keys, calendars, events, iCalendar, contacts.
//!
//! # How to add the next endpoint
//!
//! The crate's documentation tells it; the route goes into [`routes`], next to its family.

mod api_keys;
mod auth;
mod availability;
pub(crate) mod booking;
mod calendars;
mod contacts;
pub(crate) mod events;
pub(crate) mod ics;
pub(super) mod integrations;
mod members;
mod trash;
mod users;
pub(super) mod wire;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::error::{Failure, Kind};
use crate::routes::under;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(auth::register::register)
        .service(auth::login::login)
        .service(auth::refresh::refresh)
        .service(auth::logout::logout)
        .service(auth::me::me)
        .service(users::get_profile)
        .service(users::update_profile)
        .service(users::delete_account)
        .service(api_keys::create_api_key)
        .service(api_keys::list_api_keys)
        .service(api_keys::revoke_api_key)
        .configure(under("/calendars", of_calendars))
        .configure(under("/events", events::routes))
        .configure(ics::routes)
        .configure(under("/contacts", contacts::routes))
        .configure(availability::routes)
        .configure(under("/booking/", booking::routes))
        .configure(under("/integrations", integrations::routes))
        .configure(trash::routes);
}

/// Of calendars, and of what lies in one.
fn of_calendars(config: &mut ServiceConfig<'_>) {
    config
        .configure(calendars::routes)
        .configure(members::routes)
        .configure(ics::of_calendars)
        .configure(booking::of_calendars);
}

/// Every error of the core surface.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
#[allow(dead_code)] // documentation: what `envelope` writes
pub(crate) struct ErrorBody {
    /// What went wrong, for people.
    #[schema(example = "calendar not found")]
    pub(crate) error: String,
    /// What went wrong, for programs.
    pub(crate) code: Code,
    /// Every bad field at once, when there are any.
    #[schema(nullable = false)]
    pub(crate) details: Option<Vec<BadField>>,
}

/// A field or parameter that cannot be taken.
#[derive(Debug, Serialize, ToSchema)]
#[allow(dead_code)] // documentation
pub(crate) struct BadField {
    /// Its path as it was sent: `title`, `reminders[1]`, `target.email`.
    #[schema(example = "title")]
    pub(crate) field: String,
    /// What was expected.
    #[schema(example = "must not be empty")]
    pub(crate) message: String,
}

/// What sort of error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ErrorCode)]
pub(crate) enum Code {
    /// 400, 413, 415: the request cannot be taken as it is.
    ValidationError,
    /// 401: no credential came.
    AuthRequired,
    /// 401: the credential is not good.
    AuthInvalid,
    /// 403: not allowed.
    Forbidden,
    /// 404, 405: not there, or not for this caller.
    NotFound,
    /// 409: it contradicts what is there. 412: `If-Match` does not hold.
    Conflict,
    /// 422: the idempotency key came with another request before.
    IdempotencyMismatch,
    /// 429: too many requests.
    RateLimited,
    /// 500, 503: our fault.
    Internal,
}

impl Code {
    /// The code of a sort of failure.
    pub(crate) fn of(kind: Kind) -> Self {
        match kind {
            Kind::Invalid | Kind::TooLarge | Kind::UnsupportedType => Self::ValidationError,
            Kind::NoCredential => Self::AuthRequired,
            Kind::BadCredential => Self::AuthInvalid,
            Kind::NoScope | Kind::Forbidden => Self::Forbidden,
            Kind::NotFound | Kind::NoSuchMethod => Self::NotFound,
            Kind::Conflict | Kind::NotLinked | Kind::Stale => Self::Conflict,
            Kind::Mismatch => Self::IdempotencyMismatch,
            Kind::Limited => Self::RateLimited,
            Kind::Unavailable | Kind::Internal => Self::Internal,
        }
    }
}

/// A failure in this surface's words.
pub(crate) fn envelope(failure: &Failure) -> Value {
    let mut body = json!({"error": failure.message, "code": Code::of(failure.kind)});
    if !failure.details.is_empty() {
        let details = failure.details.iter().map(|bad| json!({"field": bad.field, "message": bad.message}));
        body["details"] = details.collect();
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_envelope() {
        let failure = Failure::invalid("title", "must not be empty");
        assert_eq!(
            envelope(&failure),
            json!({
                "error": "title must not be empty",
                "code": "VALIDATION_ERROR",
                "details": [{"field": "title", "message": "must not be empty"}],
            })
        );
        let failure = Failure::new(Kind::Stale, "moved");
        assert_eq!(envelope(&failure), json!({"error": "moved", "code": "CONFLICT"}));
    }
}
