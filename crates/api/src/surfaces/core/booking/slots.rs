//! `GET /booking/{token}/availability`

use actix_web::{HttpRequest, get};
use kalends_domain::booking::Slot;
use serde::Serialize;
use utoipa::ToSchema;

use super::query::SlotRange;
use super::settings::{Asked, asked};
use crate::answer::{Answer, ok};
use crate::extract::{Cx, Query, Token};
use crate::held::{Question, held};
use crate::state::State;
use crate::surfaces::core::wire::Time;

/// What can be booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct BookingAvailability {
    /// The link's token.
    #[schema(example = "q9JY0m3kXW2rN5uT7vZb1A")]
    token: String,
    /// What is booked.
    #[schema(required = true, example = "Office hour")]
    title: Option<String>,
    /// More about it.
    #[schema(required = true, example = "Room 12, or online.")]
    description: Option<String>,
    /// The IANA zone of the working hours.
    #[schema(example = "America/New_York")]
    timezone: String,
    /// How long a slot is.
    #[schema(example = 30)]
    duration_minutes: u32,
    /// What the booker is asked; `answers` of the reservation name each by its label.
    questions: Vec<Asked>,
    /// The slots that lie wholly in the range, in their order.
    slots: Vec<TimeSlot>,
}

/// Time that can be booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct TimeSlot {
    #[schema(inline)]
    start: Time,
    #[schema(inline)]
    end: Time,
}

impl From<Slot> for TimeSlot {
    fn from(slot: Slot) -> Self {
        Self { start: Time(slot.start), end: Time(slot.end) }
    }
}

/// List what can be booked (public).
///
/// No credential needed. A link that is not active has no such address.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The link's token."), SlotRange),
    responses((status = 200, description = "The slots.", body = BookingAvailability))
)]
#[get("/booking/{token}/availability")]
pub(crate) async fn booking_availability(
    request: HttpRequest,
    state: State,
    cx: Cx,
    Token(token): Token,
    Query(range): Query<SlotRange>,
) -> Answer {
    let open = state.app.open_link(&token).await?;
    let question = Question::of(&request, None, open.stamp());
    let answer = async {
        let slots = state.app.open_slots(&cx, &open, range.window()).await?;
        let until = open.stays_until(cx.now(), &slots);
        let link = open.link;
        let answer = BookingAvailability {
            questions: asked(&link.settings.questions),
            token: link.token,
            title: link.settings.title,
            description: link.settings.description,
            timezone: link.settings.zone.name().to_owned(),
            duration_minutes: link.settings.duration,
            slots: slots.into_iter().map(TimeSlot::from).collect(),
        };
        Ok((ok(answer), until))
    };
    held(&state, question, cx.now(), answer).await
}
