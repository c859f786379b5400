//! `POST /api/v1/calendar/ical-tokens/{id}/revoke`

use actix_web::post;
use kalends_domain::id::IcalTokenId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::Writes;
use crate::surfaces::legal::id::Typed;

/// A token that opens nothing any more.
#[derive(Serialize, ToSchema)]
pub(crate) struct IcalTokenRevoked {
    #[schema(value_type = String, example = "ical_tok_019cb3a4000070008000000000000001")]
    id: Typed<IcalTokenId>,
    /// Always true.
    #[schema(example = true)]
    revoked: bool,
}

/// Revoke iCal token.
///
/// Its address opens nothing from now on. Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal iCal",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("id" = String, Path, description = "The token's id.")),
    responses((status = 200, description = "It is revoked.", body = IcalTokenRevoked))
)]
#[post("/api/v1/calendar/ical-tokens/{id}/revoke")]
pub(crate) async fn revoke_ical_token(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(id)): Id<Typed<IcalTokenId>>,
) -> Answer {
    state.app.revoke_ical_token(&cx, &caller.actor, id).await?;
    Ok(ok(IcalTokenRevoked { id: Typed(id), revoked: true }))
}
