//! `GET /calendars/{id}/export.ics`

use actix_web::http::header::DispositionType;
use actix_web::{HttpRequest, get};
use kalends_domain::id::CalendarId;

use super::text::{Validators, stream};
use crate::answer::Answer;
use crate::extract::{Authenticated, Id};
use crate::state::State;

/// Export.
///
/// The whole calendar as an iCalendar file (RFC 5545): events with reminders, attendees, rules, exceptions, changed
/// occurrences, and the time zones they use. Needs the scope `calendars:read`.
#[utoipa::path(
    tag = "iCalendar",
    security(("bearer" = []), ("api_key" = ["calendars:read"])),
    params(("id" = Uuid, Path, description = "The calendar's id.")),
    responses(
        (status = 200, description = "The file.", content_type = "text/calendar", body = String, example = "BEGIN:VCALENDAR\r\n…"),
        (status = 304, description = "The caller has it already (`If-None-Match`, `If-Modified-Since`)."),
    )
)]
#[get("/calendars/{id}/export.ics")]
pub(crate) async fn export_calendar(
    state: State,
    Authenticated(caller): Authenticated,
    Id(id): Id<CalendarId>,
    request: HttpRequest,
) -> Answer {
    let export = state.app.export_calendar(&caller.actor, id).await?;
    let validators = Validators::of(export.calendars(), &state);
    if validators.hold_for(&request) {
        return Ok(validators.unchanged());
    }
    Ok(stream(export, &validators, DispositionType::Attachment))
}
