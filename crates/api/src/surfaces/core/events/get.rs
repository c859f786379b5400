//! `GET /events/{id}`

use actix_web::get;
use kalends_domain::id::EventId;

use super::query::Which;
use super::{EventAnswer, examples, shown};
use crate::answer::Answer;
use crate::extract::{Authenticated, Id, Query};
use crate::state::State;

/// Get with reminders, attendees, tags, attachments.
///
/// A series is shown as a whole, at its first occurrence; with `occurrence`, one occurrence of it.
/// People who are asked to an event may read it without being members of its calendar. Needs the
/// scope `events:read`.
#[utoipa::path(
    tag = "Events",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(("id" = Uuid, Path, description = "The event's id."), Which),
    responses((
        status = 200,
        description = "The event.",
        body = EventAnswer,
        examples(
            ("event" = (summary = "The whole event", value = json!(examples::lecture_answer()))),
            ("occurrence" = (summary = "One occurrence", value = json!(examples::occurrence_answer()))),
        ),
    ))
)]
#[get("/events/{id}")]
pub(crate) async fn get_event(
    state: State,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    Query(Which { occurrence }): Query<Which>,
) -> Answer {
    Ok(shown(&state.app.event(&caller.actor, id, occurrence).await?))
}
