//! `DELETE /api/v1/users/{user_id}/calendars/{id}`

use actix_web::delete;
use kalends_domain::id::{CalendarId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Ids};
use crate::state::State;

/// `{"status": "ok"}`
#[derive(Serialize, ToSchema)]
pub(crate) struct Detached {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Detach.
///
/// The calendar stays; the caller, or, where the caller owns the calendar, the user that is named, is its member no
/// more. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "User calendars",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(
        ("user_id" = Uuid, Path, description = "The caller's id; an owner may name another user."),
        ("id" = Uuid, Path, description = "The calendar's id."),
        crate::openapi::IfMatchParam,
    ),
    responses(
        (status = 200, description = "It is detached.", body = Detached),
        (status = 409, description = "The user owns the calendar: an owner cannot be detached."),
    )
)]
#[delete("/api/v1/users/{user_id}/calendars/{id}")]
pub(crate) async fn detach_user_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Ids(user, id): Ids<UserId, CalendarId>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.detach_calendar(&cx, &caller.actor, user, id, expected).await?;
    Ok(ok(Detached { status: "ok" }))
}
