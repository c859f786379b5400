//! `POST /api/v1/calendar/availability/freebusy`

use actix_web::post;
use jiff::Timestamp;
use jiff::tz::Offset;
use kalends_app::BusyPerson;
use kalends_domain::event::TimeInput;
use kalends_domain::id::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{PEOPLE_MAX, window, written};
use crate::answer::{Answer, ok};
use crate::extract::Json;
use crate::fields::{Fields, Read};
use crate::read::list;
use crate::state::State;
use crate::surfaces::legal::errors::{Code, example};
use crate::surfaces::legal::id::{Typed, typed};
use crate::surfaces::legal::{Reads, Time};

/// Whose busy time is wanted, and when.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FreeBusyQuery)]
#[allow(dead_code)] // documentation: `AskFreeBusy` is read
pub(crate) struct FreeBusyBody {
    /// The people.
    #[schema(min_items = 1, max_items = 50, example = json!(["usr_019cb3a011117b2c9d3e4f5a6b7c8d9e"]))]
    user_ids: Vec<String>,
    /// The beginning of the range: RFC 3339 with an offset.
    #[schema(format = DateTime, example = "2026-04-01T08:00:00+02:00")]
    from: String,
    /// Its end, later by 366 days at most; exclusive.
    #[schema(format = DateTime, example = "2026-04-01T18:00:00+02:00")]
    to: String,
}

/// The same, read.
pub(crate) struct AskFreeBusy {
    users: Vec<UserId>,
    from: (Timestamp, TimeInput),
    to: Timestamp,
}

impl Read for AskFreeBusy {
    fn read(f: &mut Fields) -> Option<Self> {
        let users = f.required("user_ids", people);
        let from = f.required("from", written);
        let to = f.required("to", written);
        Some(Self { users: users?, from: from?, to: to?.0 })
    }
}

/// Some accounts, one at least.
pub(super) fn people(value: serde_json::Value, spot: &crate::fields::Spot) -> Option<Vec<UserId>> {
    let people = list(PEOPLE_MAX, typed::<UserId>)(value, spot)?;
    if people.is_empty() {
        spot.problem("must not be empty");
        return None;
    }
    Some(people)
}

/// When some people are busy.
#[derive(Serialize, ToSchema)]
#[schema(as = FreeBusyAnswer)]
pub(crate) struct FreeBusy {
    /// Stretches of time, person by person in the order in which they were named, and each person's in order.
    busy: Vec<BusyTime>,
    /// Those whom the caller may not ask about, or who do not exist.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<UnknownPerson>,
}

/// A stretch in which somebody is busy, whatever with.
#[derive(Serialize, ToSchema)]
#[schema(as = LegalBusyTime)]
pub(crate) struct BusyTime {
    #[schema(value_type = String, example = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e")]
    user_id: Typed<UserId>,
    #[schema(inline)]
    start: Time,
    #[schema(inline)]
    end: Time,
}

/// Somebody of whom nothing is told.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnknownPerson {
    #[schema(value_type = String, example = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e")]
    user_id: Typed<UserId>,
    /// Always `NOT_FOUND`.
    #[schema(example = "NOT_FOUND")]
    code: &'static str,
}

/// Free/busy query.
///
/// When people are busy, and never with what. What counts is what stands in their own calendars, and what asks them to come
/// in calendars that are shared with them. Who may ask is each person's `free_busy_visibility` (`PUT /users/me`): whoever may
/// not be asked about is answered like somebody who does not exist. Times are shown with the offset of `from`. Needs the
/// scope `calendar:read`.
#[utoipa::path(
    tag = "Legal scheduling",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    request_body = FreeBusyBody,
    responses(
        (status = 200, description = "When they are busy.", body = FreeBusy),
        (
            status = 400,
            description = "The range ends before it begins or is too long, or fields are bad; `details` lists them all.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(example(Code::InvalidDateRange, "to must be after from")),
        ),
    )
)]
#[post("/api/v1/calendar/availability/freebusy")]
pub(crate) async fn free_busy(state: State, Reads(caller): Reads, Json(asked): Json<AskFreeBusy>) -> Answer {
    let AskFreeBusy { users, from: (from, written), to } = asked;
    let offset = written.offset().unwrap_or(Offset::UTC);
    let found = state.app.people_busy(&caller.actor, &users, window(from, to)?).await?;
    let blocks = |BusyPerson { user, busy }: BusyPerson| {
        let shown = move |at| Time::at_offset(at, offset);
        busy.into_iter().map(move |block| BusyTime {
            user_id: Typed(user),
            start: shown(block.from),
            end: shown(block.to),
        })
    };
    let unknown = |user| UnknownPerson { user_id: Typed(user), code: "NOT_FOUND" };
    Ok(ok(FreeBusy {
        busy: found.people.into_iter().flat_map(blocks).collect(),
        errors: found.unknown.into_iter().map(unknown).collect(),
    }))
}
