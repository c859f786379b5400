//! `GET /api/v1/calendar/events`

use actix_web::get;
use jiff::{SignedDuration, Timestamp, civil};
use kalends_app::{ListEvents, OccurrenceKey};
use kalends_domain::event::{Kind, TimeInput, Window};
use kalends_domain::time::Zone;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::{kind, kinds_shown_as};
use super::wire::{EventJson, LegalEventType};
use crate::answer::{Answer, ok};
use crate::cursor::{PageParams, Paging};
use crate::error::Failure;
use crate::extract::Query;
use crate::fields::{Fields, Read};
use crate::read::{own_uuid, time};
use crate::state::State;
use crate::surfaces::legal::errors::{Code, bad_range, example};
use crate::surfaces::legal::{Pagination, Reads};

/// Longest range that is listed at once: a year, even a leap year, with a change of clocks.
const RANGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 366 + 1);

/// What narrows a list of legal events.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation: `AskEvents` is read
pub(crate) struct FilterParams {
    /// Only what is not over before this day of the caller's zone, or this instant (RFC 3339 with an offset).
    #[param(value_type = Option<String>, example = "2026-01-01")]
    from: Option<String>,
    /// Only what begins on this day at the latest, or by this instant; at most 366 days after `from`.
    #[param(value_type = Option<String>, example = "2026-12-31")]
    to: Option<String>,
    /// Only events of this type.
    #[param(inline, rename = "type")]
    kind: Option<LegalEventType>,
    /// Only events of this case.
    #[param(example = "550e8400-e29b-41d4-a716-446655440000")]
    case_id: Option<Uuid>,
}

/// Which events are wanted.
pub(crate) struct AskEvents {
    from: Option<TimeInput>,
    to: Option<TimeInput>,
    kind: Option<Kind>,
    case: Option<Uuid>,
    paging: Paging<OccurrenceKey>,
}

impl Read for AskEvents {
    fn read(f: &mut Fields) -> Option<Self> {
        let from = f.optional("from", time);
        let to = f.optional("to", time);
        let kind = f.optional("type", kind);
        let case = f.optional("case_id", own_uuid);
        let paging = f.paging();
        Some(Self { from, to, kind, case, paging: paging? })
    }
}

/// The window, both ends told included, and whether it has both.
fn window(from: Option<TimeInput>, to: Option<TimeInput>, zone: &Zone) -> Result<(Window, bool), Failure> {
    let from = from.map(|from| match from {
        TimeInput::Instant { at, .. } => at,
        TimeInput::Date(day) => zone.start_of_day(day),
    });
    let to = to.map(|to| match to {
        TimeInput::Instant { at, .. } => at.checked_add(SignedDuration::from_micros(1)).unwrap_or(at),
        TimeInput::Date(day) => day.tomorrow().map_or(Timestamp::MAX, |next: civil::Date| zone.start_of_day(next)),
    });
    if let (Some(from), Some(to)) = (from, to) {
        // An instant alone is no range.
        if to.duration_since(from) <= SignedDuration::from_micros(1) {
            return Err(bad_range("to", "must be after from"));
        }
        if to.duration_since(from) > RANGE_MAX {
            return Err(bad_range("to", "must be at most 366 days after from"));
        }
    }
    let window = Window { from: from.unwrap_or(Timestamp::MIN), to: to.unwrap_or(Timestamp::MAX) };
    Ok((window, from.is_some() && to.is_some()))
}

/// A part of the list.
#[derive(Serialize, ToSchema)]
#[schema(as = LegalEventList)]
pub(crate) struct Events<'v> {
    data: Vec<EventJson<'v>>,
    pagination: Pagination,
}

/// List events.
///
/// Events of all calendars that the caller sees, in the order of their starts. With both `from` and `to` a series is shown
/// as its occurrences between them; else it is one event, at its first. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal events",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(FilterParams, PageParams),
    responses(
        (status = 200, description = "The events.", body = Events),
        (
            status = 400,
            description = "`to` is not after `from`, or too far from it, or a parameter is bad; `details` lists them all.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(example(Code::InvalidDateRange, "to must be after from")),
        ),
    )
)]
#[get("/api/v1/calendar/events")]
pub(crate) async fn list_legal_events(state: State, Reads(caller): Reads, Query(asked): Query<AskEvents>) -> Answer {
    let (window, expanded) = window(asked.from, asked.to, &caller.user.timezone)?;
    let query = ListEvents {
        calendar: None,
        window,
        search: None,
        tag: None,
        kinds: asked.kind.map(kinds_shown_as),
        case: asked.case,
        expanded,
        after: asked.paging.after,
        limit: asked.paging.limit,
        end: "to",
    };
    let found = state.app.list_events(&caller.actor, query).await?;
    let data = found.items.iter().map(EventJson::new).collect();
    Ok(ok(Events { data, pagination: Pagination::new(&asked.paging, found.next) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    fn window(from: &str, to: &str) -> Result<(Window, bool), Failure> {
        let day = |day: &str| day.parse().ok().map(TimeInput::Date);
        super::window(day(from), day(to), &Zone::named("Europe/Berlin").unwrap())
    }

    #[test]
    fn days_are_the_callers_and_both_belong_to_the_range() {
        let (day, whole) = window("2026-03-29", "2026-03-29").unwrap();
        let ends = [day.from, day.to].map(|end| end.to_string());
        assert_eq!((ends, whole), (["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"].map(str::to_owned), true));
        assert!(!window("2026-03-29", "").unwrap().1);
        for (from, to) in [("2026-03-30", "2026-03-29"), ("2026-01-01", "2027-01-02")] {
            let refused = window(from, to).unwrap_err();
            assert_eq!(refused.code, Some("INVALID_DATE_RANGE"), "{from} {to}");
        }
        assert!(window("2026-01-01", "2026-12-31").is_ok());
    }
}
