//! `GET /calendars`

use actix_web::get;
use kalends_domain::id::CalendarId;

use super::Calendar;
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Query};
use crate::state::State;

/// List all calendars (owned + shared).
///
/// In the order in which they were made. Needs the scope `calendars:read`.
#[utoipa::path(
    tag = "Calendars",
    security(("bearer" = []), ("api_key" = ["calendars:read"])),
    params(PageParams),
    responses((status = 200, description = "The calendars.", body = List<Calendar>))
)]
#[get("/calendars")]
pub(crate) async fn list_calendars(
    state: State,
    Authenticated(caller): Authenticated,
    Query(paging): Query<Paging<CalendarId>>,
) -> Answer {
    let found = state.app.list_calendars(&caller.actor, paging.request()).await?;
    let url = &state.settings.public_url;
    Ok(ok(paging.answer(found, |shown| shown.calendar.id, |shown| Calendar::new(shown, url))))
}
