//! The errors that every endpoint shares.

use actix_web::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::error::{Failure, Kind};
use crate::surfaces::Surface;

/// The errors that follow from what an endpoint takes: status, name of the shared answer, when.
pub(super) const ERRORS: [(u16, &str, &str); 15] = [
    (400, "Invalid", "Fields or parameters are bad; `details` lists them all."),
    (401, "Unauthorized", "No credential came, or it is not good."),
    (403, "Forbidden", "The caller may not do this, or the credential does not reach it."),
    (404, "NotFound", "There is no such thing, or none that the caller may see."),
    (408, "TooSlow", "The body did not arrive in time."),
    (409, "Running", "The first request with this `Idempotency-Key` is still running."),
    (412, "Stale", "`If-Match` names a version that is not the current one."),
    (413, "TooLarge", "The body is larger than 1 MiB."),
    (414, "AddressTooLong", "Path and query are longer than 16 KiB."),
    (415, "UnsupportedType", "The body is not JSON."),
    (422, "Mismatch", "The `Idempotency-Key` came with another request before."),
    (429, "Limited", "Too many requests."),
    (431, "HeadersTooLarge", "The headers are larger than 32 KiB."),
    (500, "Internal", "Our fault. The log has it under the answer's `X-Request-Id`."),
    (503, "Unavailable", "The store does not answer, or the server is too busy."),
];

/// What each of them looks like.
fn samples(status: u16) -> Vec<(&'static str, Failure)> {
    let one = |kind, message: &str| vec![("example", Failure::new(kind, message))];
    let http = |status, part: &str, message: &str| vec![("example", Failure::of_http(status, part, message))];
    match status {
        400 => vec![("example", Failure::invalid("title", "must not be empty"))],
        401 => vec![
            ("missing", Failure::new(Kind::NoCredential, "sign in: send an access token or an API key")),
            ("invalid", Failure::new(Kind::BadCredential, "the token or key is not valid")),
        ],
        403 => vec![
            ("forbidden", Failure::new(Kind::Forbidden, "your role on this calendar is read-only")),
            ("scope", Failure::new(Kind::NoScope, "the API key lacks the scope events:write")),
        ],
        404 => one(Kind::NotFound, "calendar not found"),
        408 => http(StatusCode::REQUEST_TIMEOUT, "body", "did not arrive in time"),
        409 => one(Kind::Conflict, "the first request with this Idempotency-Key is still running"),
        412 => one(Kind::Stale, "it has been changed since you read it"),
        413 => one(Kind::TooLarge, "body is larger than 1048576 bytes"),
        414 => http(StatusCode::URI_TOO_LONG, "address", "is longer than 16384 bytes"),
        415 => one(Kind::UnsupportedType, "Content-Type must be application/json"),
        422 => one(Kind::Mismatch, "this Idempotency-Key was used with another request"),
        429 => one(Kind::Limited, "too many requests; try again in 3 s"),
        431 => http(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers", "are longer than 32768 bytes together"),
        503 => one(Kind::Unavailable, "the server is too busy or its store does not answer; try again shortly"),
        _ => vec![("example", Failure::internal(""))],
    }
}

/// The sort of failure behind a status that an endpoint tells itself.
pub(super) fn kind_of(status: &str) -> Kind {
    match status {
        "401" => Kind::BadCredential,
        "403" => Kind::Forbidden,
        "404" => Kind::NotFound,
        "409" => Kind::Conflict,
        "412" => Kind::Stale,
        "422" => Kind::Mismatch,
        "503" => Kind::Unavailable,
        _ => Kind::Invalid,
    }
}

/// What programs call a status that only the feed-sync surface has.
pub(super) fn code_of(status: &str) -> Option<&'static str> {
    match status {
        "402" => Some("account_limit"),
        "421" => Some("downstream_fetch"),
        _ => None,
    }
}

/// The name of a shared answer, apart for each surface that has its own envelope.
pub(super) fn shared_name(surface: Surface, name: &str) -> String {
    format!("{}{name}", surface.prefix())
}

/// The shared answer of a surface, and its name. A surface that tells what is invalid by another status has one for
/// both sorts of that status.
pub(super) fn shared(surface: Surface, (status, name, when): &(u16, &str, &str)) -> Option<(String, Value)> {
    let invalid = surface.status(Kind::Invalid).as_u16();
    let mut told = samples(*status);
    let mut when = (*when).to_owned();
    if invalid != 400 {
        match *status {
            400 => return None,
            status if status == invalid => {
                told.splice(0..0, samples(400).into_iter().map(|(_, failure)| ("invalid", failure)));
                when = format!("Fields or parameters are bad, and all are told. Or: {when}");
            }
            _ => {}
        }
    }
    let examples = told.into_iter().map(|(name, failure)| {
        let (shown, body) = surface.envelope(&failure);
        debug_assert_eq!(shown.as_u16(), *status);
        (name.to_owned(), json!({"value": body}))
    });
    let mut headers = json!({"X-Request-Id": {"$ref": "#/components/headers/RequestId"}});
    match status {
        401 => headers["WWW-Authenticate"] = json!({"$ref": "#/components/headers/Challenge"}),
        429 | 503 => headers["Retry-After"] = json!({"$ref": "#/components/headers/RetryAfter"}),
        _ => {}
    }
    let answer = json!({
        "description": when,
        "headers": headers,
        "content": {"application/json": {"schema": surface.error_schema(), "examples": examples.collect::<Map<_, _>>()}},
    });
    Some((shared_name(surface, name), answer))
}

/// The name of a shared answer of an operation that answers people with a page.
pub(super) fn page_name(name: &str) -> String {
    format!("Page{name}")
}

/// The shared answer of such an operation, and its name.
pub(super) fn page(error: &(u16, &str, &str)) -> Option<(String, Value)> {
    let (_, mut answer) = shared(Surface::Core, error)?;
    with_page(&mut answer);
    Some((page_name(error.1), answer))
}

/// An answer that is a page for people.
pub(super) fn with_page(answer: &mut Value) {
    answer["content"]["text/html"] = json!({"schema": {"type": "string"}, "example": "<!DOCTYPE html>…"});
}
