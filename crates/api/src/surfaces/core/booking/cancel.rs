//! `/booking/cancel/{token}`: what a booker's cancel link leads to.

use actix_web::{get, post};

use super::wire::BookingAnswer;
use crate::answer::{Answer, Done, done, ok};
use crate::extract::{Cx, Token};
use crate::state::State;

/// Show the booking of a cancel link (public).
///
/// Changes nothing. No credential needed: whoever has the address is the booker.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The token in the `cancel_url`.")),
    responses((status = 200, description = "The booking.", body = BookingAnswer))
)]
#[get("/booking/cancel/{token}")]
pub(crate) async fn show_cancellation(state: State, Token(token): Token) -> Answer {
    let booking = state.app.booking_to_cancel(&token).await?;
    Ok(ok(BookingAnswer { booking: booking.into() }))
}

/// Cancel a booking (public).
///
/// The slot is free again at once, and both sides are told by mail.
/// An address that was used, or never given, leads nowhere (404).
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The token in the `cancel_url`.")),
    responses((status = 200, description = "It is cancelled.", body = Done))
)]
#[post("/booking/cancel/{token}")]
pub(crate) async fn cancel_booking(state: State, cx: Cx, Token(token): Token) -> Answer {
    state.app.cancel_booking(&cx, &token).await?;
    Ok(done())
}
