//! `GET /calendars/{id}/booking-links`

use actix_web::get;
use kalends_domain::id::{BookingLinkId, CalendarId};

use super::LinkAnswer;
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Id, Query};
use crate::state::State;

/// List a calendar's booking links (owner only).
///
/// In the order in which they were made. Needs the scope `booking:read`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:read"])),
    params(("id" = Uuid, Path, description = "The calendar's id."), PageParams),
    responses((status = 200, description = "The links.", body = List<LinkAnswer>))
)]
#[get("/calendars/{id}/booking-links")]
pub(crate) async fn list_booking_links(
    state: State,
    Authenticated(caller): Authenticated,
    Id(calendar): Id<CalendarId>,
    Query(paging): Query<Paging<BookingLinkId>>,
) -> Answer {
    let found = state.app.list_booking_links(&caller.actor, calendar, paging.request()).await?;
    Ok(ok(paging.answer(found, |link| link.id, |link| LinkAnswer::new(&link, &state))))
}
