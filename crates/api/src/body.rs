//! Reading a body, never more than is allowed.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use actix_web::web::{Bytes, BytesMut};
use futures_util::StreamExt;
use kalends_domain::problem::Problems;

use crate::error::{Failure, Kind};

/// Most bytes in a body, but of a file to import.
const BODY_MAX: usize = 1 << 20;
/// Most bytes in a form with an iCalendar file to import.
const FILE_MAX: usize = 65 << 20;
/// Most bytes in a form with vCards to import.
const CARDS_MAX: usize = 11 << 20;

/// Most bytes that the body of this request may have.
fn most(request: &HttpRequest) -> usize {
    match request.path() {
        "/calendars/import" => FILE_MAX,
        "/contacts/import" => CARDS_MAX,
        _ => BODY_MAX,
    }
}

/// The whole body.
pub(crate) fn read(request: &HttpRequest, payload: Payload) -> impl Future<Output = Result<Bytes, Failure>> + 'static {
    let (refused, most) = (refuse(request), most(request));
    async move {
        refused?;
        collect(payload, most).await
    }
}

/// What its headers already tell.
fn refuse(request: &HttpRequest) -> Result<(), Failure> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    if header(CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        let problems = Problems::one("Content-Encoding", "is not accepted: send the body as it is");
        return Err(Failure { kind: Kind::UnsupportedType, ..problems.into() });
    }
    let length = header(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    let most = most(request);
    if length.is_some_and(|length| length > most) { Err(too_large(most)) } else { Ok(()) }
}

async fn collect(mut payload: Payload, most: usize) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| Failure::invalid("body", format!("did not arrive whole: {error}")))?;
        if body.len() + chunk.len() > most {
            return Err(too_large(most));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn too_large(most: usize) -> Failure {
    let problems = Problems::one("body", format!("is larger than {most} bytes"));
    Failure { kind: Kind::TooLarge, ..problems.into() }
}
