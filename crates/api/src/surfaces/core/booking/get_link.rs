//! `GET /calendars/{id}/booking-links/{token}`

use actix_web::get;
use kalends_domain::id::CalendarId;

use super::LinkAnswer;
use crate::answer::{Answer, ok};
use crate::etag::tagged;
use crate::extract::{Authenticated, Id, Token};
use crate::state::State;

/// Get a booking link (owner only).
///
/// Needs the scope `booking:read`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:read"])),
    params(
        ("id" = Uuid, Path, description = "The calendar's id."),
        ("token" = String, Path, description = "The link's token."),
    ),
    responses((status = 200, description = "The link.", body = LinkAnswer))
)]
#[get("/calendars/{id}/booking-links/{token}")]
pub(crate) async fn get_booking_link(
    state: State,
    Authenticated(caller): Authenticated,
    Id(calendar): Id<CalendarId>,
    Token(token): Token,
) -> Answer {
    let link = state.app.booking_link(&caller.actor, calendar, &token).await?;
    Ok(tagged(ok(LinkAnswer::new(&link, &state)), link.version))
}
