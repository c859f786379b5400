//! The legal surface: events with a case, deadlines, who is free when, and feeds.
//!
//! Its events are those of the core surface in other words. A write that names no calendar goes to the caller's default
//! calendar; a read sees all calendars that the caller sees. A key needs `calendar:read` or `calendar:write` here, and no
//! other scope: see [`Reads`] and [`Writes`].
//!
//! # How to add the next family
//!
//! A folder of its own beside `events`, with a `routes`; its line in [`routes`]; its ids in [`id`]; codes of its own in
//! `errors`, where [`Code::of`](errors::Code) tells what is missing by the name that the use case gives it.

mod availability;
mod errors;
mod events;
mod fristen;
mod holidays;
mod ical;
mod id;
mod sync;

use std::fmt;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use jiff::Timestamp;
use jiff::tz::Offset;
use kalends_app::Caller;
use kalends_domain::access::Verb;
use kalends_domain::time::Zone;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::cursor::{CursorKey, Paging};
use crate::error::Failure;
use crate::extract::Authenticated;
use crate::state::State;

pub(crate) use errors::{ErrorBody, envelope};

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(events::routes).configure(fristen::routes).service(holidays::list_holidays);
    config.configure(availability::routes).configure(ical::routes).configure(sync::routes);
}

/// The caller, who may read here: by access token, or by a key with `calendar:read`.
pub(crate) struct Reads(pub(crate) Caller);

/// The caller, who may write here: by access token, or by a key with `calendar:write`.
pub(crate) struct Writes(pub(crate) Caller);

impl FromRequest for Reads {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(admitted(request, payload, Verb::Read).map(Self))
    }
}

impl FromRequest for Writes {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(admitted(request, payload, Verb::Write).map(Self))
    }
}

fn admitted(request: &HttpRequest, payload: &mut Payload, verb: Verb) -> Result<Caller, Failure> {
    let Authenticated(caller) = Authenticated::from_request(request, payload).into_inner()?;
    let actor = State::of(request)?.app.legal_actor(&caller.actor, verb)?;
    Ok(Caller { actor, ..caller })
}

/// An instant, RFC 3339 with an offset, and `Z` for UTC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Time {
    at: Timestamp,
    offset: Offset,
}

impl Time {
    /// As the clocks of a zone show it.
    fn in_zone(at: Timestamp, zone: &Zone) -> Self {
        Self { at, offset: zone.offset(at) }
    }

    /// With this offset.
    fn at_offset(at: Timestamp, offset: Offset) -> Self {
        Self { at, offset }
    }

    /// In UTC.
    fn utc(at: Timestamp) -> Self {
        Self { at, offset: Offset::UTC }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.offset == Offset::UTC { self.at.fmt(f) } else { self.at.display_with_offset(self.offset).fmt(f) }
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2026-03-15T10:00:00+01:00"])
            .into()
    }
}

impl ToSchema for Time {}

/// Where a list goes on. Its list is an object of `data` and this, documented under a name that ends with `List`.
#[derive(Serialize, ToSchema)]
#[schema(as = LegalPagination)]
struct Pagination {
    /// Whether there are items after these.
    #[schema(example = false)]
    has_more: bool,
    /// What to send as `cursor` for the next part, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "AVr3Qk0xUPqf7CXc0QGbp2ZtKnA4kUeSDg")]
    next_cursor: Option<String>,
}

impl Pagination {
    /// `next` is the place of the last item, when there are more behind it.
    fn new<K: CursorKey>(paging: &Paging<K>, next: Option<K>) -> Self {
        let next_cursor = paging.page(next).next_cursor;
        Self { has_more: next_cursor.is_some(), next_cursor }
    }
}

/// It was done, and there is nothing to show.
#[derive(Serialize, ToSchema)]
#[schema(as = LegalDeleted)]
struct Deleted {
    /// What was deleted.
    #[schema(example = "evt_019cb3a20d007a3f8c1e2b9d4e5f6a70")]
    id: String,
    /// Always true.
    #[schema(example = true)]
    deleted: bool,
}

impl Deleted {
    fn new<T: id::Prefixed>(id: T) -> Self {
        Self { id: id::Typed(id).to_string(), deleted: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_shown_with_the_offset_that_its_zone_has_then() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        for (at, shown) in [
            ("2026-03-15T09:00:00Z", "2026-03-15T10:00:00+01:00"),
            ("2026-04-01T12:00:00Z", "2026-04-01T14:00:00+02:00"),
        ] {
            assert_eq!(Time::in_zone(at.parse().unwrap(), &berlin).to_string(), shown);
        }
        assert_eq!(Time::utc("2026-05-27T10:00:00Z".parse().unwrap()).to_string(), "2026-05-27T10:00:00Z");
    }
}
