//! The academic surface: events with a type, a priority and a course; courses; Google Calendar.
//!
//! They are the events of the core surface in other words. A write that names no calendar, and none here does, goes to
//! the caller's default calendar; a read sees all calendars that the caller sees.

mod courses;
mod errors;
mod events;
mod sync;

use jiff::Timestamp;
use kalends_ports::Counted;
use serde::{Serialize, Serializer};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::read::Part;

pub(crate) use errors::{ErrorBody, envelope};

/// How many items of a list are shown where nobody says.
const LIMIT: usize = 50;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(events::routes).configure(courses::routes).service(sync::sync_google_calendar);
}

/// An instant, RFC 3339 in UTC with milliseconds.
struct Time(Timestamp);

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:.3}", self.0))
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples(["2024-01-15T10:00:00.000Z"])
            .into()
    }
}

impl ToSchema for Time {}

/// Which part of a list is wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation: `Part` is read
pub(crate) struct PartParams {
    /// Most items to answer with.
    #[param(minimum = 1, maximum = 100, default = 50, example = 25)]
    limit: Option<u32>,
    /// How many items to pass over.
    #[param(minimum = 0, maximum = 1_000_000_000, default = 0, example = 0)]
    offset: Option<u32>,
}

/// Where a part of a list stands in it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Pagination {
    /// How many items the filters match.
    #[schema(example = 100)]
    total: usize,
    /// Most items that were asked for.
    #[schema(example = 50)]
    limit: usize,
    /// How many items were passed over.
    #[schema(example = 0)]
    offset: usize,
    /// Whether there are items after these.
    #[schema(example = true)]
    has_more: bool,
}

impl Pagination {
    fn new<T>(found: &Counted<T>, Part { offset, limit }: Part) -> Self {
        let has_more = offset.saturating_add(found.items.len()) < found.total;
        Self { total: found.total, limit, offset, has_more }
    }
}

/// It was done, and there is nothing to show.
#[derive(Serialize, ToSchema)]
#[schema(as = AcademicDone)]
struct Done {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// For people.
    #[schema(example = "Calendar event deleted successfully")]
    message: &'static str,
}

impl Done {
    fn new(message: &'static str) -> Self {
        Self { success: true, message }
    }
}
