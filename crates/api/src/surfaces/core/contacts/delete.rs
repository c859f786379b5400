//! `DELETE /contacts/{id}`

use actix_web::delete;
use kalends_domain::id::ContactId;

use crate::answer::{Answer, Done, done};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id};
use crate::state::State;

/// Soft-delete.
///
/// It can be restored within 30 days. Needs the scope `contacts:write`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:write"])),
    params(("id" = Uuid, Path, description = "The contact's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "It is deleted.", body = Done),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/contacts/{id}")]
pub(crate) async fn delete_contact(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<ContactId>,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_contact(&cx, &caller.actor, id, expected).await?;
    Ok(done())
}
