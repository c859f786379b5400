//! `GET /contacts/{id}`

use actix_web::get;
use kalends_domain::id::ContactId;

use super::{ContactAnswer, shown};
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Id};
use crate::state::State;

/// Get.
///
/// One of the caller's contacts. Needs the scope `contacts:read`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:read"])),
    params(("id" = Uuid, Path, description = "The contact's id.")),
    responses((status = 200, description = "The contact.", body = ContactAnswer))
)]
#[get("/contacts/{id}")]
pub(crate) async fn get_contact(state: State, Authenticated(caller): Authenticated, Id(id): Id<ContactId>) -> Answer {
    Ok(shown(state.app.contact(&caller.actor, id).await?, ok))
}
