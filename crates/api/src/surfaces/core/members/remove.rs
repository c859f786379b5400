//! `DELETE /calendars/{id}/members/{userID}`

use actix_web::delete;
use kalends_domain::id::{CalendarId, UserId};

use crate::answer::{Answer, Done, done};
use crate::extract::{Authenticated, Cx, Ids};
use crate::state::State;

/// Remove member (owner only).
///
/// The owner cannot be removed: that is 409. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(
        ("id" = Uuid, Path, description = "The calendar's id."),
        ("userID" = Uuid, Path, description = "The member's account."),
    ),
    responses(
        (status = 200, description = "The person is no member any more.", body = Done),
        (status = 409, description = "The owner of a calendar cannot be removed from it."),
    )
)]
#[delete("/calendars/{id}/members/{userID}")]
pub(crate) async fn remove_member(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Ids(id, user): Ids<CalendarId, UserId>,
) -> Answer {
    state.app.remove_member(&cx, &caller.actor, id, user).await?;
    Ok(done())
}
