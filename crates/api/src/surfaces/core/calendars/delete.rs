//! `DELETE /calendars/{id}`

use actix_web::delete;
use kalends_domain::id::CalendarId;

use crate::answer::{Answer, Done, done};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id};
use crate::state::State;

/// Soft-delete (owner only).
///
/// What is in it disappears with it, and comes back when it is restored within 30 days. Needs the
/// scope `calendars:write`.
#[utoipa::path(
    tag = "Calendars",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(("id" = Uuid, Path, description = "The calendar's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "It is deleted.", body = Done),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/calendars/{id}")]
pub(crate) async fn delete_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<CalendarId>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_calendar(&cx, &caller.actor, id, expected).await?;
    Ok(done())
}
