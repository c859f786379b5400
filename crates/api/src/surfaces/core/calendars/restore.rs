//! `POST /calendars/{id}/restore`

use actix_web::post;
use kalends_domain::id::CalendarId;

use super::CalendarAnswer;
use crate::answer::{Answer, ok};
use crate::etag::tagged;
use crate::extract::{Authenticated, Cx, Id};
use crate::state::State;

/// Restore (owner only).
///
/// Brings a calendar back, with its events and members, within 30 days of its deletion. One that is
/// not deleted is answered as it is. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "Calendars",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(("id" = Uuid, Path, description = "The calendar's id.")),
    responses(
        (status = 200, description = "The calendar.", body = CalendarAnswer, headers(("ETag" = String, description = "The version, for `If-Match`."))),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[post("/calendars/{id}/restore")]
pub(crate) async fn restore_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<CalendarId>,
) -> Answer {
    let shown = state.app.restore_calendar(&cx, &caller.actor, id).await?;
    let version = shown.calendar.version;
    Ok(tagged(ok(CalendarAnswer::new(shown, &state)), version))
}
