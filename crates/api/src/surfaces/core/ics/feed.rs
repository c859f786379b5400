//! `GET /cal/{token}/feed.ics`

use actix_web::http::header::DispositionType;
use actix_web::{HttpRequest, get, web};

use super::text::{Validators, stream};
use crate::answer::Answer;
use crate::state::State;

/// Subscribe.
///
/// The calendar as calendar programs subscribe to it, at the `ical_url` that the calendar shows. Whoever knows the
/// address may read it: no other credential is needed. In a public calendar's feed, events of class `private` or
/// `confidential` show only when they are. Answers 304 at next to no cost while nothing has changed.
#[utoipa::path(
    tag = "iCalendar",
    security(()),
    params(("token" = String, Path, description = "The token in the calendar's `ical_url`.", example = "5kZr0rYxw3b0cQmD1vTtXg")),
    responses(
        (status = 200, description = "The calendar.", content_type = "text/calendar", body = String, example = "BEGIN:VCALENDAR\r\n…"),
        (status = 304, description = "The caller has it already (`If-None-Match`, `If-Modified-Since`)."),
    )
)]
#[get("/cal/{token}/feed.ics")]
pub(crate) async fn feed(state: State, token: web::Path<String>, request: HttpRequest) -> Answer {
    let calendar = state.app.find_feed(&token).await?;
    let validators = Validators::of(std::slice::from_ref(&calendar), &state);
    if validators.hold_for(&request) {
        return Ok(validators.unchanged());
    }
    Ok(stream(state.app.export_feed(calendar).await?, &validators, DispositionType::Inline))
}
