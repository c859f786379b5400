//! `POST /api/v1/calendar/fristen/{frist_id}/verify`

use actix_web::post;

use super::shown;
use super::wire::FristJson;
use crate::answer::Answer;
use crate::etag::IfMatch;
use crate::extract::{Cx, Id};
use crate::state::State;
use crate::surfaces::legal::Writes;
use crate::surfaces::legal::errors::{Code, example};
use crate::surfaces::legal::id::{FristId, Typed};

/// Verify a Frist.
///
/// Notes that the caller checked the deadline and found it right (Vier-Augen-Prinzip). Neither whoever made the Frist nor
/// whoever last set its deadline can do so. What the caller verified already is answered as it is; what somebody else
/// did, or whose time is over unverified, is a conflict. `If-Match` sees to it that nothing else is verified than what was
/// looked at. Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("frist_id" = String, Path, description = "The Frist's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "The Frist, verified.", body = FristJson),
        (
            status = 403,
            description = "A second person must.",
            body = crate::surfaces::legal::ErrorBody,
            example = json!(example(
                Code::FourEyesRequired,
                "whoever made a Frist cannot verify it: a second person must",
            )),
        ),
        (status = 404, description = "There is no such Frist for the caller."),
        (status = 409, description = "Somebody else has verified it, its time is over, or its deadline was just moved."),
    )
)]
#[post("/api/v1/calendar/fristen/{frist_id}/verify")]
pub(crate) async fn verify_frist(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(FristId(id))): Id<Typed<FristId>>,
    IfMatch(expected): IfMatch,
) -> Answer {
    Ok(shown(&state.app.verify_frist(&cx, &caller.actor, id, expected).await?, cx.now()))
}
