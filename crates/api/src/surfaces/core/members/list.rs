//! `GET /calendars/{id}/members`

use actix_web::get;
use kalends_domain::id::{CalendarId, UserId};

use super::CalendarMember;
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Id, Query};
use crate::state::State;

/// List members.
///
/// Everyone who shares the calendar, its owner included. Needs the scope `calendars:read`.
#[utoipa::path(
    tag = "Members",
    security(("bearer" = []), ("api_key" = ["calendars:read"])),
    params(("id" = Uuid, Path, description = "The calendar's id."), PageParams),
    responses((status = 200, description = "The members.", body = List<CalendarMember>))
)]
#[get("/calendars/{id}/members")]
pub(crate) async fn list_members(
    state: State,
    Authenticated(caller): Authenticated,
    Id(id): Id<CalendarId>,
    Query(paging): Query<Paging<UserId>>,
) -> Answer {
    let found = state.app.list_members(&caller.actor, id, paging.request()).await?;
    Ok(ok(paging.answer(found, |member| member.membership.user, CalendarMember::from)))
}
