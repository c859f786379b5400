//! `POST /api/v1/calendar/sync/events/{id}/push`

use actix_web::post;
use kalends_domain::id::EventId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::extract::Id;
use crate::state::State;
use crate::surfaces::core::integrations::in_turn;
use crate::surfaces::core::integrations::wire::ProviderName;
use crate::surfaces::legal::errors::{Code, example};
use crate::surfaces::legal::id::Typed;
use crate::surfaces::legal::{Time, Writes};

/// An event that an external calendar has.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventPushed {
    /// With whom the calendar is.
    #[schema(value_type = ProviderName)]
    provider: &'static str,
    /// What the event is called there.
    #[schema(example = "kal019cb3a20d007a3f8c1e2b9d4e5f6a70")]
    external_id: String,
    /// When it was there.
    #[schema(inline)]
    pushed_at: Time,
}

/// Push event to external calendar.
///
/// Syncs the calendar of the event with the account that it is linked to, and answers once the event is there. Needs the
/// scope `calendar:write`.
#[utoipa::path(
    tag = "Legal sync",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("id" = String, Path, description = "The event's id.")),
    responses(
        (status = 200, description = "The event is there.", body = EventPushed),
        (
            status = 404,
            description = "There is no such event for the caller.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(example(Code::EventNotFound, "event not found")),
        ),
        (
            status = 409,
            description = "No account is linked, or not with this event's calendar, or the provider does not take the event.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(example(Code::SyncNotConnected, "no account is linked")),
        ),
        (status = 503, description = "The provider cannot be reached."),
    )
)]
#[post("/api/v1/calendar/sync/events/{id}/push")]
pub(crate) async fn push_event(state: State, Writes(caller): Writes, Id(Typed(id)): Id<Typed<EventId>>) -> Answer {
    let pushed = in_turn(async || state.app.push_event(&caller.actor, id).await).await?;
    Ok(ok(EventPushed {
        provider: pushed.provider.as_str(),
        external_id: pushed.external_id,
        pushed_at: Time::utc(pushed.pushed_at),
    }))
}
