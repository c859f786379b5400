//! `POST /contacts/import`

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest, post};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use kalends_app::ImportedContacts;
use kalends_domain::problem::Problems;
use kalends_vcard::{Limits, ReadCards, ReadError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::body;
use crate::error::{Failure, Kind};
use crate::extract::{Authenticated, Cx};
use crate::state::State;

/// Most entries in a list of an answer.
const LISTED: usize = 500;

/// A file to import.
#[derive(ToSchema)]
#[allow(dead_code)] // documentation
pub(crate) struct ImportContactsForm {
    /// The vCard file (`.vcf`), of 10 MiB and 20,000 cards at most.
    #[schema(value_type = String, format = Binary, content_media_type = "text/vcard")]
    file: Vec<u8>,
}

/// What became of a file's cards.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportContactsAnswer {
    /// Always true.
    #[schema(example = true)]
    ok: bool,
    imported: ImportedContactCounts,
    /// Cards that were not taken, and why; the first 500.
    skipped: Vec<SkippedCard>,
    /// What was left out of cards that were taken; the first 500.
    warnings: Vec<CardWarning>,
}

/// Counts of contacts.
#[derive(Debug, Serialize, ToSchema)]
struct ImportedContactCounts {
    /// So many of the file are in the address book now.
    #[schema(example = 12)]
    contacts: usize,
    /// So many of them are new.
    #[schema(example = 10)]
    created: usize,
    /// So many of them were there, and changed.
    #[schema(example = 1)]
    updated: usize,
    /// So many of them were there already, just so.
    #[schema(example = 1)]
    unchanged: usize,
}

/// A card that was not taken.
#[derive(Debug, Serialize, ToSchema)]
struct SkippedCard {
    /// The line on which it begins.
    #[schema(example = 120)]
    line: usize,
    /// Why.
    #[schema(example = "has no name, e-mail or phone")]
    reason: String,
}

/// Something that was left out of a card.
#[derive(Debug, Serialize, ToSchema)]
struct CardWarning {
    /// The line on which the card begins.
    #[schema(example = 130)]
    line: usize,
    /// What, and why.
    #[schema(example = "PHOTO was left out: a contact keeps at most 131072 bytes beside its fields")]
    message: String,
}

/// Import a file.
///
/// Takes the vCards of a file (versions 2.1, 3.0 and 4.0) into the caller's address book, all in one commit. A contact is
/// known by its UID: importing a file again changes nothing, importing a newer one updates. The preferred EMAIL and TEL
/// become the contact's, all others are kept and exported again. A card that cannot be taken is skipped and reported; a
/// file without any is an error. The file may also be sent as the body itself, as `text/vcard`. Needs the scope
/// `contacts:write`.
#[utoipa::path(
    tag = "Contacts",
    security(("bearer" = []), ("api_key" = ["contacts:write"])),
    request_body(content(
        (ImportContactsForm = "multipart/form-data"),
        (String = "text/vcard"),
    )),
    responses(
        (status = 200, description = "What became of the file's cards.", body = ImportContactsAnswer),
        (status = 413, description = "The file is larger than 10 MiB."),
        (status = 415, description = "The body is neither a form nor a vCard."),
    )
)]
#[post("/contacts/import")]
pub(crate) async fn import_contacts(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    CardFile(file): CardFile,
) -> Answer {
    let _permit = state.import_permit()?;
    // Reading is work: it goes to a thread on which nobody waits for anything else.
    let read = web::block(move || kalends_vcard::read(&file, Limits::default())).await;
    let read = read.map_err(|error| Failure::internal(error.to_string()))?.map_err(|error| refused(&error))?;
    let ReadCards { cards, skipped, warnings } = read;
    let imported = state.app.import_contacts(&cx, &caller.actor, cards).await?;
    let ImportedContacts { created, updated, unchanged } = imported;
    let contacts = created + updated + unchanged;
    let skipped = skipped.into_iter().take(LISTED).map(|card| SkippedCard { line: card.line, reason: card.reason });
    let warnings = warnings.into_iter().take(LISTED).map(|card| CardWarning { line: card.line, message: card.message });
    Ok(ok(ImportContactsAnswer {
        ok: true,
        imported: ImportedContactCounts { contacts, created, updated, unchanged },
        skipped: skipped.collect(),
        warnings: warnings.collect(),
    }))
}

fn refused(error: &ReadError) -> Failure {
    let failure = Failure::invalid("file", error.to_string());
    if matches!(error, ReadError::TooLarge(_)) { Failure { kind: Kind::TooLarge, ..failure } } else { failure }
}

/// The field `file` of a form, or the body itself.
pub(crate) struct CardFile(Bytes);

impl FromRequest for CardFile {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let request = request.clone();
        let payload = payload.take();
        Box::pin(async move {
            let declared = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
            let kind = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            let file = match kind.as_str() {
                "text/vcard" | "text/x-vcard" | "text/directory" => body::read(&request, payload).await?,
                "multipart/form-data" => {
                    let body = body::read(&request, payload).await?;
                    let once = futures_util::stream::iter([Ok(body)]);
                    read_form(Multipart::new(request.headers(), once)).await?
                }
                _ => {
                    let problems = Problems::one("Content-Type", "must be multipart/form-data or text/vcard");
                    return Err(Failure { kind: Kind::UnsupportedType, ..problems.into() });
                }
            };
            Ok(Self(file))
        })
    }
}

async fn read_form(mut form: Multipart) -> Result<Bytes, Failure> {
    let mut file = None;
    while let Some(field) = form.next().await {
        let field = field.map_err(|error| broken(&error))?;
        match field.name().unwrap_or_default() {
            "file" if file.is_none() => file = Some(read_field(field).await?),
            "file" => return Err(Failure::invalid("file", "is given more than once")),
            "" => return Err(Failure::invalid("body", "has a field without a name; expected file")),
            other => return Err(Failure::invalid(other, "is not known here; expected file")),
        }
    }
    file.ok_or_else(|| Failure::invalid("file", "is required"))
}

/// The body has a bound already, so the field has it too.
async fn read_field(mut field: Field) -> Result<Bytes, Failure> {
    let mut file = BytesMut::new();
    while let Some(piece) = field.next().await {
        file.extend_from_slice(&piece.map_err(|error| broken(&error))?);
    }
    Ok(file.freeze())
}

fn broken(error: &MultipartError) -> Failure {
    Failure::invalid("body", format!("is not multipart/form-data: {error}"))
}
