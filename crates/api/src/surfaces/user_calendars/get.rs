//! `GET /api/v1/users/{user_id}/calendars/{id}`

use actix_web::get;
use kalends_domain::id::{CalendarId, UserId};

use super::{UserCalendarAnswer, shown};
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Ids};
use crate::state::State;

/// Get.
///
/// One of the caller's calendars, or, as its owner, one's own calendar as another member sees it. Needs the scope
/// `calendars:read`.
#[utoipa::path(
    tag = "User calendars",
    security(("bearer" = []), ("api_key" = ["calendars:read"])),
    params(
        ("user_id" = Uuid, Path, description = "The caller's id; an owner may name another user."),
        ("id" = Uuid, Path, description = "The calendar's id."),
    ),
    responses((status = 200, description = "The calendar.", body = UserCalendarAnswer))
)]
#[get("/api/v1/users/{user_id}/calendars/{id}")]
pub(crate) async fn get_user_calendar(
    state: State,
    Authenticated(caller): Authenticated,
    Ids(user, id): Ids<UserId, CalendarId>,
) -> Answer {
    let attached = state.app.attached(&caller.actor, user, id).await?;
    Ok(shown(attached, ok))
}
