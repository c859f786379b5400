//! `DELETE /calendars/{id}/booking-links/{token}`

use actix_web::delete;
use kalends_domain::id::CalendarId;

use crate::answer::{Answer, Done, done};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id, Token};
use crate::state::State;

/// Delete a booking link (owner only).
///
/// Nobody can book under it any more; what is booked stays. Needs the scope `booking:write`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:write"])),
    params(
        ("id" = Uuid, Path, description = "The calendar's id."),
        ("token" = String, Path, description = "The link's token."),
        crate::openapi::IfMatchParam,
    ),
    responses(
        (status = 200, description = "It is deleted.", body = Done),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/calendars/{id}/booking-links/{token}")]
pub(crate) async fn delete_booking_link(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(calendar): Id<CalendarId>,
    Token(token): Token,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_booking_link(&cx, &caller.actor, calendar, &token, expected).await?;
    Ok(done())
}
