//! `DELETE /events/{id}/reminders/{reminderID}`

use actix_web::delete;
use kalends_domain::id::{EventId, ReminderId};

use crate::answer::{Answer, Done, done};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Ids};
use crate::state::State;

/// Remove a reminder.
///
/// From every occurrence of a series. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Reminders",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(
        ("id" = Uuid, Path, description = "The event's id."),
        ("reminderID" = Uuid, Path, description = "The reminder's id."),
        crate::openapi::IfMatchParam,
    ),
    responses(
        (status = 200, description = "It is removed.", body = Done),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/events/{id}/reminders/{reminderID}")]
pub(crate) async fn remove_reminder(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Ids(id, reminder): Ids<EventId, ReminderId>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.remove_reminder(&cx, &caller.actor, id, reminder, expected).await?;
    Ok(done())
}
