//! `GET /contacts/export.vcf`

use actix_web::http::header::{CONTENT_DISPOSITION, ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, get};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use kalends_domain::access::Actor;
use kalends_domain::id::ContactId;

use crate::answer::Answer;
use crate::error::Failure;
use crate::extract::Authenticated;
use crate::state::State;

/// Export.
///
/// All of the caller's contacts as vCards (RFC 6350, version 4.0). What an import brought that a contact has no field for
/// is in it too. Needs the scope `contacts:read`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:read"])),
    responses((
        status = 200,
        description = "The file.",
        content_type = "text/vcard",
        body = String,
        example = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70\r\nREV:20260302T150000Z\r\nFN:Ann Lee\r\nN:Lee;Ann;;;\r\nEND:VCARD\r\n",
    ))
)]
#[get("/contacts/export.vcf")]
pub(crate) async fn export_contacts(state: State, Authenticated(caller): Authenticated) -> Answer {
    // The first piece is made before the answer begins, so that what is refused is refused with its status.
    let first = state.app.export_contacts(&caller.actor, None).await?;
    let rest = stream::try_unfold(first.next, move |after| next(state.clone(), caller.actor.clone(), after));
    let text = stream::iter([Ok(first.text)]).chain(rest).map_ok(Bytes::from);
    let parameters = vec![DispositionParam::Filename("contacts.vcf".to_owned())];
    let file = ContentDisposition { disposition: DispositionType::Attachment, parameters };
    let mut response = HttpResponse::Ok();
    response.content_type("text/vcard; charset=utf-8").insert_header((CONTENT_DISPOSITION, file));
    Ok(response.streaming(text))
}

/// The piece behind `after`, if there is one, and where it goes on.
async fn next(
    state: State,
    actor: Actor,
    after: Option<ContactId>,
) -> Result<Option<(String, Option<ContactId>)>, Failure> {
    let Some(after) = after else { return Ok(None) };
    let piece = state.app.export_contacts(&actor, Some(after)).await?;
    Ok(Some((piece.text, piece.next)))
}
