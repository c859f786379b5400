//! `GET /api/v1/calendar/fristen/{frist_id}/chain`

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::FristJson;
use crate::answer::{Answer, ok};
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::Reads;
use crate::surfaces::legal::id::{FristId, Typed};

/// The Fristen of a chain.
#[derive(Serialize, ToSchema)]
#[schema(as = FristChain)]
struct Chain {
    /// The Fristen, by deadline; at most 200.
    data: Vec<FristJson>,
}

/// Get the chain of a Frist.
///
/// All Fristen of its chain that the caller sees, itself among them, by deadline. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(("frist_id" = String, Path, description = "The Frist's id.")),
    responses(
        (status = 200, description = "The chain.", body = Chain),
        (status = 404, description = "There is no such Frist for the caller."),
    )
)]
#[get("/api/v1/calendar/fristen/{frist_id}/chain")]
pub(crate) async fn frist_chain(
    state: State,
    cx: Cx,
    Reads(caller): Reads,
    Id(Typed(FristId(id))): Id<Typed<FristId>>,
) -> Answer {
    let found = state.app.frist_chain(&cx, &caller.actor, id).await?;
    Ok(ok(Chain { data: found.iter().map(|view| FristJson::listed(view, cx.now())).collect() }))
}
