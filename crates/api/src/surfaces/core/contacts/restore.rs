//! `POST /contacts/{id}/restore`

use actix_web::post;
use kalends_domain::id::ContactId;

use super::{ContactAnswer, shown};
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Cx, Id};
use crate::state::State;

/// Restore.
///
/// Brings a deleted contact back, within 30 days. One that is not deleted is answered as it is. Needs the scope
/// `contacts:write`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:write"])),
    params(("id" = Uuid, Path, description = "The contact's id.")),
    responses(
        (status = 200, description = "The contact.", body = ContactAnswer, headers(("ETag" = String, description = "The version, for `If-Match`."))),
        (status = 409, description = "There is a newer contact with the same UID."),
    )
)]
#[post("/contacts/{id}/restore")]
pub(crate) async fn restore_contact(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<ContactId>,
) -> Answer {
    Ok(shown(state.app.restore_contact(&cx, &caller.actor, id).await?, ok))
}
