//! How long the head of a request may be.
//!
//! What is longer than 128 KiB, or has more than 96 headers, or is no HTTP, is refused by actix-http before it comes
//! here, with a bare 431 or 400.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;

use crate::booking_page::Reader;
use crate::error::Failure;
use crate::surfaces;

/// Longer than any address that is handed out, with the longest code of a provider in its query.
const TARGET_MAX: usize = 16 << 10;
/// Most bytes in all headers together, as proxies have it.
const HEADERS_MAX: usize = 32 << 10;

/// Refuses what is too long.
pub(crate) async fn bounded(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(failure) = too_long(&request) else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let response = surfaces::respond(&Reader::of(request.request()), &failure);
    Ok(request.into_response(response))
}

fn too_long(request: &ServiceRequest) -> Option<Failure> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > TARGET_MAX {
        let message = format!("is longer than {TARGET_MAX} bytes");
        return Some(Failure::of_http(StatusCode::URI_TOO_LONG, "address", message));
    }
    let headers: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    (headers > HEADERS_MAX).then(|| {
        let message = format!("are longer than {HEADERS_MAX} bytes together");
        Failure::of_http(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers", message)
    })
}
