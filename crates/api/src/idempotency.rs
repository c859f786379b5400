//! `Idempotency-Key` on every POST of every surface: the same key and request write once, and are
//! answered as the first time.
//!
//! A form cannot send a header, so the pages' forms carry a field `key`: the same form with the same input is one
//! request, however often it is sent.

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use aws_lc_rs::digest::{Context as Digest, SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kalends_app::{App, Begun, IdempotencyKey, Ticket};
use memchr::memmem;

use crate::booking_page::{self, ROBOTS, Reader, Wanted};
use crate::error::Failure;
use crate::identity::Identity;
use crate::state::State;
use crate::{body, proxies, surfaces};

/// The header that carries the key.
pub(crate) const HEADER: &str = "idempotency-key";
/// The header that marks an answer given before.
pub(crate) const REPLAYED: &str = "idempotency-replayed";

/// The headers that belong to an answer as much as its body does.
static KEPT_HEADERS: [HeaderName; 5] =
    [CONTENT_TYPE, ETAG, LOCATION, CONTENT_SECURITY_POLICY, HeaderName::from_static(ROBOTS)];

/// How often and after what pause it is looked whether a form that was sent twice is done. Programs are told to ask
/// again; a person would be told so instead of that they have booked.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Runs a POST with a key once, whatever becomes of the connection that brought it.
pub(crate) async fn once(
    state: State,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() != Method::POST {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    match begin(&state, &mut request).await {
        Err(failure) => Ok(refused(request, &failure)),
        Ok(None) => Ok(next.call(request).await?.map_into_boxed_body()),
        Ok(Some(Begun::Replay(status, kept))) => match replay(status, &kept) {
            Some(response) => Ok(request.into_response(response)),
            None => Ok(refused(request, &Failure::internal("a kept answer cannot be read"))),
        },
        Ok(Some(Begun::Run(context, ticket))) => {
            request.extensions_mut().insert(Arc::new(context));
            let app = state.app.clone();
            // A task of its own, so that a client who hangs up cancels nothing.
            let run = actix_web::rt::spawn(async move { run(&app, ticket, request, next).await });
            run.await.unwrap_or_else(|error| Err(Failure::internal(format!("a request's task ended: {error}")).into()))
        }
    }
}

fn refused(request: ServiceRequest, failure: &Failure) -> ServiceResponse<BoxBody> {
    let response = surfaces::respond(&Reader::of(request.request()), failure);
    request.into_response(response)
}

/// Nothing, for a request without a key.
async fn begin(state: &State, request: &mut ServiceRequest) -> Result<Option<Begun>, Failure> {
    let sent: Vec<_> = request.headers().get_all(HEADER).cloned().collect();
    let form = sent.is_empty() && Wanted::of(request.request()) == Wanted::Page;
    let header = match &sent[..] {
        [] if form => None,
        [] => return Ok(None),
        [key] => Some(IdempotencyKey::new(key.to_str().unwrap_or_default())?),
        _ => return Err(Failure::invalid("Idempotency-Key", "is given more than once")),
    };
    let payload = request.take_payload();
    let body = body::read(request.request(), payload).await?;
    let fingerprint = fingerprint(request.request(), &body);
    let keyed = header.is_some() || booking_page::form_key(&body);
    request.set_payload(Payload::from(body));
    if !keyed {
        return Ok(None);
    }
    let key = match header {
        Some(key) => key,
        // All of the form, so that one sent again after a correction is another request.
        None => IdempotencyKey::new(&format!("form-{}", URL_SAFE_NO_PAD.encode(fingerprint)))?,
    };
    let sender = proxies::sender(request.request(), &state.settings.trusted_proxies);
    let caller = Identity::of(request.request()).name(sender);
    for _ in 1..LOOKS {
        match state.app.begin_idempotent(&caller, &key, fingerprint).await {
            Err(kalends_app::Error::IdempotencyRunning) if form => actix_web::rt::time::sleep(PAUSE).await,
            other => return Ok(Some(other?)),
        }
    }
    Ok(Some(state.app.begin_idempotent(&caller, &key, fingerprint).await?))
}

fn fingerprint(request: &HttpRequest, body: &[u8]) -> [u8; 32] {
    let mut digest = Digest::new(&SHA256);
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    for part in [request.method().as_str().as_bytes(), target.as_bytes()] {
        digest.update(part);
        digest.update(&[0]);
    }
    for part in parts(request, body) {
        digest.update(part);
        digest.update(&[0]);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.finish().as_ref());
    hash
}

/// The body; of a form its pieces without the boundary, which every client makes anew for the same form.
fn parts<'b>(request: &HttpRequest, body: &'b [u8]) -> Vec<&'b [u8]> {
    let declared = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = declared.split_once("boundary=").map(|(_, rest)| rest.split(';').next().unwrap_or_default());
    match boundary.map(|boundary| boundary.trim().trim_matches('"')).filter(|boundary| !boundary.is_empty()) {
        Some(boundary) => split(body, boundary.as_bytes()),
        None => vec![body],
    }
}

fn split<'b>(mut body: &'b [u8], boundary: &[u8]) -> Vec<&'b [u8]> {
    let mut parts = Vec::new();
    while let Some(at) = memmem::find(body, boundary) {
        parts.push(&body[..at]);
        body = &body[at + boundary.len()..];
    }
    parts.push(body);
    parts
}

async fn run<B: MessageBody + 'static>(
    app: &App,
    ticket: Ticket,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = match next.call(request).await {
        Ok(response) => buffered(response.map_into_boxed_body()).await,
        Err(error) => Err(error),
    };
    let settled = match &answer {
        Ok((response, body)) if is_final(response.status()) => {
            app.finish_idempotent(ticket, response.status().as_u16(), &packed(response.headers(), body)).await
        }
        _ => app.abandon_idempotent(ticket).await,
    };
    // What was done is done: should its answer not be kept, a retry finds its ids in the store.
    if let Err(error) = settled {
        tracing::warn!(%error, "an answer was not kept for its Idempotency-Key");
    }
    let (response, body) = answer?;
    Ok(response.map_body(|_, _| BoxBody::new(body)))
}

async fn buffered(response: ServiceResponse<BoxBody>) -> Result<(ServiceResponse<BoxBody>, Bytes), Error> {
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body = actix_web::body::to_bytes(body)
        .await
        .map_err(|error| Failure::internal(format!("an answer broke off: {error}")))?;
    Ok((ServiceResponse::new(request, head.map_into_boxed_body()), body))
}

/// Whether the same request would be answered the same for ever. What the caller or time can mend
/// (credentials, limits, our own failures) is run again.
fn is_final(status: StatusCode) -> bool {
    status.is_success() || matches!(status.as_u16(), 400 | 404 | 409 | 412 | 422)
}

/// Headers as JSON on one line, then the body.
fn packed(headers: &HeaderMap, body: &[u8]) -> Vec<u8> {
    let kept = KEPT_HEADERS.iter().filter_map(|name| Some((name.as_str(), headers.get(name)?.to_str().ok()?)));
    let head = serde_json::to_vec(&kept.collect::<Vec<_>>()).unwrap_or_else(|_| b"[]".to_vec());
    [&head, &b"\n"[..], body].concat()
}

fn replay(status: u16, kept: &[u8]) -> Option<HttpResponse> {
    let end = kept.iter().position(|byte| *byte == b'\n')?;
    let headers: Vec<(String, String)> = serde_json::from_slice(&kept[..end]).ok()?;
    let mut response = HttpResponse::build(StatusCode::from_u16(status).ok()?);
    for header in headers {
        response.insert_header(header);
    }
    Some(response.insert_header((REPLAYED, "true")).body(kept[end + 1..].to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn an_answer_is_kept_whole() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ETAG, HeaderValue::from_static("\"1\""));
        headers.insert(HeaderName::from_static("x-request-id"), HeaderValue::from_static("first"));
        let response = replay(201, &packed(&headers, b"{\n}")).unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers().get(ETAG).unwrap(), "\"1\"");
        assert_eq!(response.headers().get(REPLAYED).unwrap(), "true");
        assert!(!response.headers().contains_key("x-request-id"));
        let body = response.into_body().try_into_bytes().unwrap();
        assert_eq!(&body[..], b"{\n}");
    }

    #[test]
    fn a_form_is_the_same_with_another_boundary() {
        let hash = |boundary: &str, file: &str| {
            let kind = format!("multipart/form-data; boundary={boundary}");
            let request = actix_web::test::TestRequest::post().insert_header((CONTENT_TYPE, kind)).to_http_request();
            fingerprint(&request, format!("--{boundary}\r\n\r\n{file}\r\n--{boundary}--").as_bytes())
        };
        assert_eq!(hash("abc", "one"), hash("0123456789", "one"));
        assert_ne!(hash("abc", "one"), hash("abc", "two"));
    }

    #[test]
    fn what_time_can_mend_is_run_again() {
        let is_final = |status| super::is_final(StatusCode::from_u16(status).unwrap());
        assert!([200, 201, 400, 404, 409, 412, 422].into_iter().all(is_final));
        assert!(![401, 403, 408, 413, 429, 500, 503].into_iter().any(is_final));
    }
}
