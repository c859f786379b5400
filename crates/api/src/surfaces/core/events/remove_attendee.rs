//! `DELETE /events/{id}/attendees/{attendeeID}`

use actix_web::delete;
use kalends_domain::id::{AttendeeId, EventId};

use crate::answer::{Answer, Done, done};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Ids};
use crate::state::State;

/// Remove an attendee.
///
/// From every occurrence of a series. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Attendees",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(
        ("id" = Uuid, Path, description = "The event's id."),
        ("attendeeID" = Uuid, Path, description = "The attendee's id within the event."),
        crate::openapi::IfMatchParam,
    ),
    responses(
        (status = 200, description = "The person is not asked any more.", body = Done),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/events/{id}/attendees/{attendeeID}")]
pub(crate) async fn remove_attendee(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Ids(id, attendee): Ids<EventId, AttendeeId>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.remove_attendee(&cx, &caller.actor, id, attendee, expected).await?;
    Ok(done())
}
