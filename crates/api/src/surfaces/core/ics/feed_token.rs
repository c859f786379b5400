//! `POST /calendars/{id}/feed-token`

use actix_web::post;
use kalends_domain::id::CalendarId;

use crate::answer::{Answer, ok};
use crate::etag::tagged;
use crate::extract::{Authenticated, Cx, Id};
use crate::state::State;
use crate::surfaces::core::calendars::CalendarAnswer;

/// Renew the feed's address.
///
/// Makes a new `ical_url`; the old one is gone at once. For when an address got into wrong hands. Owner only; needs the
/// scope `calendars:write`.
#[utoipa::path(
    tag = "iCalendar",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(("id" = Uuid, Path, description = "The calendar's id.")),
    responses((status = 200, description = "The calendar with its new address.", body = CalendarAnswer))
)]
#[post("/calendars/{id}/feed-token")]
pub(crate) async fn renew_feed_token(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<CalendarId>,
) -> Answer {
    let shown = state.app.renew_feed_token(&cx, &caller.actor, id).await?;
    let version = shown.calendar.version;
    Ok(tagged(ok(CalendarAnswer::new(shown, &state)), version))
}
