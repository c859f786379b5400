//! `POST /calendars/import`

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::{self, Bytes, BytesMut};
use actix_web::{HttpRequest, post};
use futures_util::StreamExt;
use kalends_domain::id::CalendarId;
use kalends_domain::problem::Problems;
use kalends_domain::time::Zone;
use kalends_ical::{Limits, ReadCalendar, ReadError, Reader};
use utoipa::ToSchema;
use uuid::Uuid;

use super::wire::ImportAnswer;
use crate::answer::{Answer, ok};
use crate::body;
use crate::error::{Failure, Kind};
use crate::extract::{Authenticated, Cx};
use crate::state::State;

/// Bytes of a file that are read in one go: more than that at a time would keep others waiting.
const PIECE: usize = 256 << 10;
/// Most bytes in the field that names the calendar.
const ID_MAX: usize = 100;

/// A file to import.
#[derive(ToSchema)]
#[allow(dead_code)] // documentation
pub(crate) struct ImportForm {
    /// The calendar that takes the events.
    calendar_id: Uuid,
    /// The iCalendar file (`.ics`), of 64 MiB at most.
    #[schema(value_type = String, format = Binary, content_media_type = "text/calendar")]
    file: Vec<u8>,
}

/// Import a file.
///
/// Takes the events of an iCalendar file into a calendar, all in one commit. Events are known by their UID: importing a
/// file again changes nothing, importing a newer one updates. A VEVENT that cannot be read is skipped and reported; a
/// file without any is an error. Floating times are read in the file's `X-WR-TIMEZONE`, else in the caller's zone.
/// Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "iCalendar",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What became of the file's events.", body = ImportAnswer),
        (status = 404, description = "There is no such calendar for the caller."),
    )
)]
#[post("/calendars/import")]
pub(crate) async fn import_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    request: HttpRequest,
    payload: web::Payload,
) -> Answer {
    let _permit = state.import_permit()?;
    let (calendar, mut file) = read_form(form(&request, payload)?, caller.user.timezone.clone()).await?;
    let imported = state.app.import_events(&cx, &caller.actor, calendar, &mut file, "file").await?;
    Ok(ok(ImportAnswer::new(file, imported)))
}

fn form(request: &HttpRequest, payload: web::Payload) -> Result<Multipart, Failure> {
    let declared = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !declared.to_ascii_lowercase().starts_with("multipart/form-data") {
        let problems = Problems::one("Content-Type", "must be multipart/form-data");
        return Err(Failure { kind: Kind::UnsupportedType, ..problems.into() });
    }
    Ok(Multipart::new(request.headers(), body::paced(payload)))
}

/// Reads the form as it arrives; the file is never held as a whole.
async fn read_form(mut form: Multipart, zone: Zone) -> Result<(CalendarId, ReadCalendar), Failure> {
    let (mut calendar, mut file) = (None, None);
    let mut problems = Problems::default();
    while let Some(field) = form.next().await {
        let field = field.map_err(|error| broken(&error))?;
        match field.name().unwrap_or_default().to_owned().as_str() {
            "calendar_id" if calendar.is_none() => {
                let id = read_id(field).await?;
                calendar = Some(problems.check("calendar_id", id.parse::<CalendarId>()));
            }
            "file" if file.is_none() => file = Some(read_file(field, zone.clone()).await?),
            known @ ("calendar_id" | "file") => {
                problems.add(known, "is given more than once");
                return Err(problems.into());
            }
            other => {
                problems.add(if other.is_empty() { "body" } else { other }, "is not a known field");
                return Err(problems.into());
            }
        }
    }
    if calendar.is_none() {
        problems.add("calendar_id", "is required");
    }
    if file.is_none() {
        problems.add("file", "is required");
    }
    match (calendar.flatten(), file) {
        (Some(calendar), Some(file)) if problems.0.is_empty() => Ok((calendar, file)),
        _ => Err(problems.into()),
    }
}

async fn read_id(mut field: Field) -> Result<String, Failure> {
    let mut text = BytesMut::new();
    while let Some(piece) = field.next().await {
        let piece = piece.map_err(|error| broken(&error))?;
        if text.len() + piece.len() > ID_MAX {
            return Err(Failure::invalid("calendar_id", "is not a UUID"));
        }
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).trim().to_owned())
}

async fn read_file(mut field: Field, zone: Zone) -> Result<ReadCalendar, Failure> {
    let mut reader = Reader::new(zone, Limits::default());
    let mut waiting = BytesMut::new();
    while let Some(piece) = field.next().await {
        waiting.extend_from_slice(&piece.map_err(|error| broken(&error))?);
        if waiting.len() >= PIECE {
            reader = push(reader, waiting.split().freeze()).await?;
        }
    }
    off_thread("file", move || reader.push(&waiting).and_then(|()| reader.finish())).await
}

async fn push(mut reader: Reader, piece: Bytes) -> Result<Reader, Failure> {
    off_thread("file", move || reader.push(&piece).map(|()| reader)).await
}

/// Reading is work: it goes to a thread on which nobody waits for anything else. What is wrong is said of `field`.
pub(super) async fn off_thread<T: Send + 'static>(
    field: &str,
    read: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, Failure> {
    let read = web::block(read).await.map_err(|error| Failure::internal(error.to_string()))?;
    read.map_err(|error| {
        let failure = Failure::invalid(field, error.to_string());
        if matches!(error, ReadError::TooLarge(_)) { Failure { kind: Kind::TooLarge, ..failure } } else { failure }
    })
}

fn broken(error: &MultipartError) -> Failure {
    if let MultipartError::Payload(cause) = error {
        return body::broken(cause);
    }
    Failure::invalid("body", format!("is not multipart/form-data: {error}"))
}
