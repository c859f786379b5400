//! `/booking/reschedule/{token}`: what a booker's reschedule link leads to.

use actix_web::{get, post};
use kalends_domain::booking::Slot;
use utoipa::ToSchema;

use super::reserve::slot;
use super::wire::{BookingAnswer, ReservedAnswer};
use crate::answer::{Answer, ok};
use crate::booking_page::{self, Sent, Visit, Wanted, varied};
use crate::extract::{Cx, Token};
use crate::fields::{Fields, Read};
use crate::state::State;
use crate::surfaces::core::events::Rules;

/// Another slot, documented as [`RescheduleBody`].
pub(crate) struct Reschedule(pub(crate) Slot);

/// Another slot.
#[derive(ToSchema)]
#[schema(as = Rescheduling)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documentation
pub(crate) struct RescheduleBody {
    /// The start of a slot that is offered.
    #[schema(format = DateTime, example = "2026-03-02T10:00:00-05:00")]
    slot_start: String,
    /// Its end.
    #[schema(format = DateTime, example = "2026-03-02T10:30:00-05:00")]
    slot_end: String,
}

impl Read for Reschedule {
    fn read(f: &mut Fields) -> Option<Self> {
        slot(f).map(Self)
    }
}

/// Show the booking of a reschedule link (public).
///
/// Changes nothing. No credential needed: whoever has the address is the booker. A browser (`Accept: text/html`) gets
/// a page on which to choose another slot.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The token in the `reschedule_url`.")),
    responses((status = 200, description = "The booking.", content(
        (BookingAnswer = "application/json"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )))
)]
#[get("/booking/reschedule/{token}")]
pub(crate) async fn show_rescheduling(
    state: State,
    cx: Cx,
    Token(token): Token,
    wanted: Wanted,
    visit: Visit,
) -> Answer {
    let kept = state.app.booking_to_reschedule(&token).await?;
    if wanted == Wanted::Page {
        return booking_page::reschedule::ask(&state, &cx, &visit, &token, kept).await;
    }
    Ok(varied(ok(BookingAnswer { booking: kept.booking.into() })))
}

/// Reschedule a booking (public).
///
/// Moves it to another slot that its link offers; its own time is no obstacle. Both addresses are new
/// afterwards, and the old ones lead nowhere (404). Both sides are told by mail, the booker with the new addresses.
/// A form, which needs no `slot_end`, is answered with a page.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The token in the `reschedule_url`.")),
    request_body(content(
        (RescheduleBody = "application/json"),
        (RescheduleBody = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = 200, description = "It is moved.", content(
            (ReservedAnswer = "application/json"),
            (String = "text/html", example = "<!DOCTYPE html>…"),
        )),
        (status = 409, description = "The slot is taken."),
    )
)]
#[post("/booking/reschedule/{token}")]
pub(crate) async fn reschedule_booking(
    state: State,
    cx: Cx,
    Token(token): Token,
    visit: Visit,
    sent: Sent<Reschedule>,
) -> Answer {
    let slot = match sent {
        Sent::Json(Reschedule(slot)) => slot,
        Sent::Form(input) => return booking_page::reschedule::submit(&state, &cx, &visit, &token, &input).await,
    };
    let reserved = state.app.reschedule_booking(&cx, &token, slot).await?;
    let rules = Rules::of(std::slice::from_ref(&reserved.event));
    Ok(ok(ReservedAnswer::new(&reserved, &rules, &state)))
}
