//! `GET /api/v1/calendar/fristen/{frist_id}`

use actix_web::get;

use super::shown;
use super::wire::FristJson;
use crate::answer::Answer;
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::Reads;
use crate::surfaces::legal::id::{FristId, Typed};

/// Get a Frist.
///
/// One that was computed is explained, step by step. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(("frist_id" = String, Path, description = "The Frist's id.")),
    responses(
        (status = 200, description = "The Frist.", body = FristJson),
        (status = 404, description = "There is no such Frist for the caller."),
    )
)]
#[get("/api/v1/calendar/fristen/{frist_id}")]
pub(crate) async fn get_frist(
    state: State,
    cx: Cx,
    Reads(caller): Reads,
    Id(Typed(FristId(id))): Id<Typed<FristId>>,
) -> Answer {
    Ok(shown(&state.app.frist(&caller.actor, id).await?, cx.now()))
}
