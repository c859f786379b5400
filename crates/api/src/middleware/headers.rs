//! Headers that every answer has, and which answers are worth compressing.

use actix_web::Error;
use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;

/// Fewer bytes than this fit into one packet anyway.
const WORTH_COMPRESSING: u64 = 1200;

/// Answers are private and no pages, unless they say otherwise.
pub(crate) async fn headers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    if headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "identity") {
        headers.remove(CONTENT_ENCODING);
    }
    unless_there(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_there(headers, REFERRER_POLICY, "no-referrer");
    unless_there(headers, CACHE_CONTROL, "no-store");
    unless_there(headers, CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    Ok(response)
}

fn unless_there(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// Marks small answers as encoded already, so that the compressor leaves them; [`headers`] takes
/// the mark away.
pub(crate) async fn leave_small(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    let small = matches!(response.response().body().size(), BodySize::Sized(size) if size < WORTH_COMPRESSING);
    if small {
        unless_there(response.headers_mut(), CONTENT_ENCODING, "identity");
    }
    Ok(response)
}
