//! Who is busy when, and when a group is free.

mod free_busy;
mod open_slots;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::event::{TimeInput, Window};
use utoipa_actix_web::service_config::ServiceConfig;

use super::errors::bad_range;
use crate::error::Failure;

/// Most people that one question is about.
const PEOPLE_MAX: usize = 50;
/// Longest range of one question: a year, even a leap year.
const RANGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(free_busy::free_busy).service(open_slots::open_slots);
}

/// The range from one instant to another.
fn window(from: Timestamp, to: Timestamp) -> Result<Window, Failure> {
    if from >= to {
        return Err(bad_range("to", "must be after from"));
    }
    if to.duration_since(from) > RANGE_MAX {
        return Err(bad_range("to", "must be at most 366 days after from"));
    }
    Ok(Window { from, to })
}

/// The instant that is meant, and the time as it was written; a date alone is none.
fn written(value: serde_json::Value, spot: &crate::fields::Spot) -> Option<(Timestamp, TimeInput)> {
    let said = crate::read::moment(value, spot)?;
    match said {
        TimeInput::Instant { at, .. } => Some((at, said)),
        TimeInput::Date(_) => {
            spot.problem("must be an RFC 3339 date and time with an offset, such as 2026-04-01T08:00:00+02:00");
            None
        }
    }
}
