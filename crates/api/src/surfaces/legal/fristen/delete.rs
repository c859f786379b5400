//! `DELETE /api/v1/calendar/fristen/{frist_id}`

use actix_web::delete;

use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::id::{FristId, Typed};
use crate::surfaces::legal::{Deleted, Writes};

/// Delete a Frist.
///
/// Deletes it with its event. Its history stays, and `POST …/restore` brings it back for 30 days. What is computed from
/// it stays as it is. Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("frist_id" = String, Path, description = "The Frist's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "It is deleted.", body = Deleted),
        (status = 404, description = "There is no such Frist for the caller."),
        (status = 409, description = "Others change it all the time: read it again and retry."),
    )
)]
#[delete("/api/v1/calendar/fristen/{frist_id}")]
pub(crate) async fn delete_frist(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(FristId(id))): Id<Typed<FristId>>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_frist(&cx, &caller.actor, id, expected).await?;
    Ok(ok(Deleted::new(FristId(id))))
}
