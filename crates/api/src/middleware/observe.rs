//! The outermost layer: every request has an id, one line in the log, and its place in the metrics.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{ConnectionType, Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, ResponseError};
use kalends_domain::access::Credential;
use tracing::{Instrument, Span};

use super::recover::failure_of;
use super::trace;
use crate::booking_page::Reader;
use crate::identity::Identity;
use crate::metrics::Request;
use crate::state::State;
use crate::surfaces::{self, Cause};

/// The header that carries a request's id, in and out.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// Longest id that is taken from outside.
const ID_MAX: usize = 128;

/// Answers HEAD like GET, and watches.
pub(crate) async fn observe(
    state: State,
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let id = request_id(&request);
    let id_header = HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("invalid"));
    let mut watch = Watch::new(state, &request, id.clone());
    let traced = watch.traced.clone();
    let reader = Reader::of(request.request());
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let span = tracing::info_span!("request", id);
    match next.call(request).instrument(span).instrument(traced).await {
        Ok(mut response) => {
            response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), id_header);
            if watch.state.is_leaving() {
                response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
            }
            watch.caller = caller(&Identity::of(response.request()));
            watch.cause = response.response().extensions().get::<Cause>().map(|cause| cause.0.clone());
            watch.status = response.status();
            Ok(response)
        }
        // The request is lost (a panic), so there is only an error to give on.
        Err(error) => {
            let failure = failure_of(&error, error.as_response_error().status_code());
            watch.cause = failure.cause.as_deref().map(str::to_owned);
            watch.status = failure.kind.status();
            Err(Lost { reader, failure, id: id_header }.into())
        }
    }
}

/// The caller's id, when it is short and harmless; else a new one.
fn request_id(request: &ServiceRequest) -> String {
    let sent = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let harmless = |id: &&str| (1..=ID_MAX).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    sent.filter(harmless).map_or_else(new_id, str::to_owned)
}

/// Random since the start of the process, then counted: an id need only be findable in a log.
fn new_id() -> String {
    static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{:016x}-{:x}", *START, COUNT.fetch_add(1, Ordering::Relaxed))
}

fn caller(identity: &Identity) -> Option<String> {
    let Identity::Known(caller) = identity else { return None };
    let user = caller.user.id;
    Some(match &caller.actor.credential {
        Credential::Token => format!("user:{user}"),
        Credential::Key(key, _) => format!("user:{user} key:{key}"),
    })
}

/// An answer without its request.
#[derive(Debug)]
struct Lost {
    reader: Reader,
    failure: crate::error::Failure,
    id: HeaderValue,
}

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.failure.fmt(f)
    }
}

impl ResponseError for Lost {
    fn status_code(&self) -> StatusCode {
        self.failure.kind.status()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = surfaces::respond(&self.reader, &self.failure);
        response.headers_mut().insert(HeaderName::from_static(REQUEST_ID), self.id.clone());
        response
    }
}

/// Tells of a request when it is over, also when the client hung up in its middle.
struct Watch {
    state: State,
    began: Instant,
    id: String,
    method: &'static str,
    route: String,
    status: StatusCode,
    caller: Option<String>,
    cause: Option<String>,
    traced: Span,
}

/// What a request is logged as that nobody waits for any more, as nginx has it.
const HUNG_UP: u16 = 499;

impl Watch {
    fn new(state: State, request: &ServiceRequest, id: String) -> Self {
        state.metrics.begin();
        let method = method(request.method());
        // The pattern, never the path: some paths hold a token.
        let route = state.routes.pattern(request.path()).unwrap_or("none").to_owned();
        Self {
            traced: trace::span(request, method, &route, &id),
            state,
            began: Instant::now(),
            id,
            method,
            route,
            status: StatusCode::from_u16(HUNG_UP).unwrap_or(StatusCode::REQUEST_TIMEOUT),
            caller: None,
            cause: None,
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        trace::end(&self.traced, self.status);
        let (status, method) = (self.status.as_u16(), self.method);
        let (id, route, caller, cause) = (&self.id, &self.route, self.caller.as_deref(), self.cause.as_deref());
        let ms = (took.as_secs_f64() * 1e6).round() / 1e3;
        if self.status.is_server_error() {
            tracing::error!(method, route, status, ms, request_id = id, caller, cause, "request");
        } else {
            tracing::info!(method, route, status, ms, request_id = id, caller, cause, "request");
        }
        self.state.metrics.end(&Request { method, route: self.route.clone(), status }, took);
    }
}

/// Few names, whatever is sent.
fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}
