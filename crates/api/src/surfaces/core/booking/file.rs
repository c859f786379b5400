//! `GET /booking/cancel/{token}/event.ics`

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, get};

use crate::answer::Answer;
use crate::extract::Token;
use crate::state::State;
use crate::surfaces::core::ics::MEDIA_TYPE;

/// Get a booking as a file (public).
///
/// For the booker's own calendar: an iCalendar file (RFC 5545) with what they may see. No credential needed: whoever
/// has the address is the booker.
#[utoipa::path(
    tag = "Booking",
    security(()),
    params(("token" = String, Path, description = "The token in the `cancel_url`.")),
    responses((status = 200, description = "The file.", content_type = "text/calendar", body = String, example = "BEGIN:VCALENDAR\r\n…"))
)]
#[get("/booking/cancel/{token}/event.ics")]
pub(crate) async fn booking_file(state: State, Token(token): Token) -> Answer {
    let text = state.app.booking_file(&token).await?;
    Ok(HttpResponse::Ok()
        .content_type(MEDIA_TYPE)
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"booking.ics\""))
        .body(text))
}
