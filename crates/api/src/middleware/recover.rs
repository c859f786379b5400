//! The innermost layer: whatever a handler did, an answer in the envelope comes out.

use std::panic::AssertUnwindSafe;

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::middleware::Next;
use futures_util::FutureExt;

use crate::booking_page::Reader;
use crate::error::{Failure, Kind};
use crate::surfaces;

/// Gives failures their envelope, and turns a panic into one.
///
/// A panic loses the request, without which there is no [`ServiceResponse`]; so it goes on as an
/// error, which [`observe`](super::observe) finishes.
pub(crate) async fn recover(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let answer = AssertUnwindSafe(async { next.call(request).await }).catch_unwind().await;
    let response = match answer {
        Ok(response) => response?,
        Err(panic) => return Err(Failure::internal(format!("a handler panicked: {}", said(panic.as_ref()))).into()),
    };
    let Some(failure) = response.response().error().map(|error| failure_of(error, response.status())) else {
        return Ok(response.map_into_boxed_body());
    };
    let (request, _) = response.into_parts();
    let response = surfaces::respond(&Reader::of(&request), &failure);
    Ok(ServiceResponse::new(request, response))
}

/// Our own failure, or the nearest to one of the framework's.
pub(crate) fn failure_of(error: &Error, status: StatusCode) -> Failure {
    if let Some(failure) = error.as_error::<Failure>() {
        return failure.clone();
    }
    match status {
        StatusCode::NOT_FOUND => Failure::new(Kind::NotFound, "there is no such route"),
        StatusCode::PAYLOAD_TOO_LARGE => Failure::new(Kind::TooLarge, "the body is too large"),
        status if status.is_client_error() => Failure::new(Kind::Invalid, error.to_string()),
        _ => Failure::internal(error.to_string()),
    }
}

fn said(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
