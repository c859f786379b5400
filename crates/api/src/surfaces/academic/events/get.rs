//! `GET /api/calendar/events/{id}`

use actix_web::get;
use kalends_domain::id::EventId;

use super::{EventAnswer, shown};
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Id};
use crate::state::State;
use crate::surfaces::academic::errors::{Code, example, of_event};

/// Get event by ID.
///
/// A series is shown as a whole, at its first occurrence. Needs the scope `events:read`.
#[utoipa::path(
    tag = "Academic events",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(("id" = Uuid, Path, description = "The event's id.")),
    responses(
        (status = 200, description = "The event.", body = EventAnswer),
        (
            status = 404,
            description = "There is no such event for the caller.",
            body = crate::surfaces::academic::ErrorBody,
            example = json!(example(Code::CalendarEventNotFound, "event not found")),
        ),
    )
)]
#[get("/api/calendar/events/{id}")]
pub(crate) async fn get_academic_event(
    state: State,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
) -> Answer {
    let found = state.app.event(&caller.actor, id, None).await.map_err(of_event(Code::CalendarServiceError))?;
    shown(&state, &caller.actor, found, "Calendar event retrieved successfully", |body| ok(body)).await
}
