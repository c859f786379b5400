//! `GET /calendars/{id}`

use actix_web::get;
use kalends_domain::id::CalendarId;

use super::CalendarAnswer;
use crate::answer::{Answer, ok};
use crate::etag::tagged;
use crate::extract::{Authenticated, Id};
use crate::state::State;

/// Get by ID.
///
/// One of the caller's calendars, own or shared. Needs the scope `calendars:read`.
#[utoipa::path(
    tag = "Calendars",
    security(("bearer" = []), ("api_key" = ["calendars:read"])),
    params(("id" = Uuid, Path, description = "The calendar's id.")),
    responses((status = 200, description = "The calendar.", body = CalendarAnswer))
)]
#[get("/calendars/{id}")]
pub(crate) async fn get_calendar(state: State, Authenticated(caller): Authenticated, Id(id): Id<CalendarId>) -> Answer {
    let shown = state.app.calendar(&caller.actor, id).await?;
    let version = shown.calendar.version;
    Ok(tagged(ok(CalendarAnswer::new(shown, &state)), version))
}
