//! `/booking/cancel/{token}`: what a booker's cancel link leads to.

use actix_web::{get, post};

use super::wire::BookingAnswer;
use crate::answer::{Answer, Done, done, ok};
use crate::booking_page::{self, Visit, Wanted, varied};
use crate::extract::{Cx, Token};
use crate::state::State;

/// Show the booking of a cancel link (public).
///
/// Changes nothing. No credential needed: whoever has the address is the booker. A browser (`Accept: text/html`) gets
/// a page that asks whether to cancel.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The token in the `cancel_url`.")),
    responses((status = 200, description = "The booking.", content(
        (BookingAnswer = "application/json"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )))
)]
#[get("/booking/cancel/{token}")]
pub(crate) async fn show_cancellation(
    state: State,
    cx: Cx,
    Token(token): Token,
    wanted: Wanted,
    visit: Visit,
) -> Answer {
    let kept = state.app.booking_to_cancel(&token).await?;
    if wanted == Wanted::Page {
        return Ok(booking_page::cancel::ask(&cx, &visit, &token, &kept));
    }
    Ok(varied(ok(BookingAnswer { booking: kept.booking.into() })))
}

/// Cancel a booking (public).
///
/// The slot is free again at once, and both sides are told by mail. An address that was used, or never given, leads
/// nowhere (404). A form is answered with a page.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The token in the `cancel_url`.")),
    responses((status = 200, description = "It is cancelled.", content(
        (Done = "application/json"),
        (String = "text/html", example = "<!DOCTYPE html>…"),
    )))
)]
#[post("/booking/cancel/{token}")]
pub(crate) async fn cancel_booking(state: State, cx: Cx, Token(token): Token, wanted: Wanted, visit: Visit) -> Answer {
    let cancelled = state.app.cancel_booking(&cx, &token).await?;
    Ok(if wanted == Wanted::Page { booking_page::cancel::done(&visit, &cancelled) } else { done() })
}
