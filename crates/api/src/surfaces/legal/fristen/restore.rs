//! `POST /api/v1/calendar/fristen/{frist_id}/restore`

use actix_web::post;

use super::shown;
use super::wire::FristJson;
use crate::answer::Answer;
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::Writes;
use crate::surfaces::legal::id::{FristId, Typed};

/// Restore a Frist.
///
/// Brings a deleted Frist back as it was, within 30 days; one that is not deleted is answered as it is. Needs the scope
/// `calendar:write`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("frist_id" = String, Path, description = "The Frist's id.")),
    responses(
        (status = 200, description = "The Frist.", body = FristJson),
        (status = 404, description = "There is no such Frist for the caller, or it was deleted too long ago."),
        (status = 409, description = "The calendar has a newer event with the same UID."),
    )
)]
#[post("/api/v1/calendar/fristen/{frist_id}/restore")]
pub(crate) async fn restore_frist(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(FristId(id))): Id<Typed<FristId>>,
) -> Answer {
    Ok(shown(&state.app.restore_frist(&cx, &caller.actor, id).await?, cx.now()))
}
