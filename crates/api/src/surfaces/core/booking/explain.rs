//! `GET /calendars/{id}/booking-links/{token}/explain`

use actix_web::get;
use kalends_domain::booking::{Explained, Refusal};
use kalends_domain::id::CalendarId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::query::SlotRange;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Cx, Id, Query, Token};
use crate::state::State;
use crate::surfaces::core::wire::Time;

/// Why slots are offered or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct BookingExplanation {
    /// The link's token.
    #[schema(example = "q9JY0m3kXW2rN5uT7vZb1A")]
    token: String,
    /// The zone of the working hours.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// Every slot of the working hours in the range, and every day without hours.
    slots: Vec<ExplainedSlot>,
}

/// A slot, or a closed day, and what becomes of it.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExplainedSlot {
    #[schema(inline)]
    start: Time,
    #[schema(inline)]
    end: Time,
    /// Whether it can be booked, or why not.
    #[schema(value_type = SlotReason)]
    reason: &'static str,
    /// The event that is in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    event_id: Option<Uuid>,
}

/// `offered`; taken by an event (`busy`), a booking (`booked`), or too close to either (`buffer`);
/// `daily_limit` reached; begun already (`past`); sooner than the link's `notice` allows or further ahead
/// (`too_far`); a day without hours (`closed`).
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", example = "busy")]
#[allow(dead_code)] // documentation
pub(crate) enum SlotReason {
    Offered,
    Busy,
    Booked,
    Buffer,
    DailyLimit,
    Past,
    Notice,
    TooFar,
    Closed,
}

impl From<Explained> for ExplainedSlot {
    fn from(Explained { slot, refusal }: Explained) -> Self {
        let (reason, event) = match refusal {
            None => ("offered", None),
            Some(Refusal::Busy(event)) => ("busy", Some(event)),
            Some(Refusal::Booked(event)) => ("booked", Some(event)),
            Some(Refusal::Buffer(event)) => ("buffer", Some(event)),
            Some(Refusal::DailyLimit) => ("daily_limit", None),
            Some(Refusal::Past) => ("past", None),
            Some(Refusal::Notice) => ("notice", None),
            Some(Refusal::TooFar) => ("too_far", None),
            Some(Refusal::Closed | Refusal::OffGrid) => ("closed", None),
        };
        Self { start: Time(slot.start), end: Time(slot.end), reason, event_id: event.map(|event| event.0) }
    }
}

/// Explain why slots are offered or not (owner only).
///
/// Needs the scope `booking:read`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:read"])),
    params(
        ("id" = Uuid, Path, description = "The calendar's id."),
        ("token" = String, Path, description = "The link's token."),
        SlotRange,
    ),
    responses((status = 200, description = "Each slot with its reason.", body = BookingExplanation))
)]
#[get("/calendars/{id}/booking-links/{token}/explain")]
pub(crate) async fn explain_booking_link(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(calendar): Id<CalendarId>,
    Token(token): Token,
    Query(range): Query<SlotRange>,
) -> Answer {
    let (link, slots) = state.app.explain_slots(&cx, &caller.actor, calendar, &token, range.window()).await?;
    Ok(ok(BookingExplanation {
        token: link.token,
        timezone: link.settings.zone.name().to_owned(),
        slots: slots.into_iter().map(ExplainedSlot::from).collect(),
    }))
}
