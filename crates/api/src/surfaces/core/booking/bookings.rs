//! `/calendars/{id}/bookings`: what was booked, as the owner sees it.

use actix_web::{delete, get};
use jiff::Timestamp;
use kalends_domain::id::{BookingId, CalendarId};

use super::wire::BookingJson;
use crate::answer::{Answer, Done, done, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Cx, Id, Ids, Query};
use crate::fields::{Fields, Read};
use crate::state::State;
use crate::surfaces::core::events::Range;

/// Which bookings are wanted.
pub(crate) struct ListBookings {
    range: Range,
    paging: Paging<(Timestamp, BookingId)>,
}

impl Read for ListBookings {
    fn read(f: &mut Fields) -> Option<Self> {
        let range = Range::read(f);
        let paging = f.paging();
        Some(Self { range: range?, paging: paging? })
    }
}

/// List a calendar's bookings (owner only).
///
/// Those that lie in the range at least partly and are not cancelled, in the order of their start. Needs
/// the scope `booking:read`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:read"])),
    params(("id" = Uuid, Path, description = "The calendar's id."), Range, PageParams),
    responses((status = 200, description = "The bookings.", body = List<BookingJson>))
)]
#[get("/calendars/{id}/bookings")]
pub(crate) async fn list_bookings(
    state: State,
    Authenticated(caller): Authenticated,
    Id(calendar): Id<CalendarId>,
    Query(ListBookings { range, paging }): Query<ListBookings>,
) -> Answer {
    let found = state.app.list_bookings(&caller.actor, calendar, range.window(), paging.request()).await?;
    Ok(ok(paging.answer(found, |booking| (booking.start, booking.id), BookingJson::from)))
}

/// Cancel a booking (owner only).
///
/// The slot is free again at once, the event goes to the trash, and the booker is told by mail. Needs the scope
/// `booking:write`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:write"])),
    params(
        ("id" = Uuid, Path, description = "The calendar's id."),
        ("booking_id" = Uuid, Path, description = "The booking's id."),
    ),
    responses((status = 200, description = "It is cancelled.", body = Done))
)]
#[delete("/calendars/{id}/bookings/{booking_id}")]
pub(crate) async fn delete_booking(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Ids(calendar, booking): Ids<CalendarId, BookingId>,
) -> Answer {
    state.app.delete_booking(&cx, &caller.actor, calendar, booking).await?;
    Ok(done())
}
