//! A request as a span of a trace, where traces go anywhere. It names the route, never the path or the query: both may hold
//! what only their sender should know.

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use opentelemetry::propagation::Extractor;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// What is traced says so by this target.
const TRACE: &str = "kalends::trace";

/// The span of a request: part of the caller's trace if it told of one (W3C Trace Context), else the first of a new one.
/// Where nothing is traced it is nothing.
pub(super) fn span(request: &ServiceRequest, method: &'static str, route: &str, id: &str) -> Span {
    let span = tracing::debug_span!(
        target: TRACE,
        "request",
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        request.id = id,
    );
    if span.is_disabled() {
        return span;
    }
    span.record("otel.name", format!("{method} {route}"));
    let told = Headers(request.headers());
    let caller = opentelemetry::global::get_text_map_propagator(|propagator| propagator.extract(&told));
    // Refused only where nothing is traced.
    drop(span.set_parent(caller));
    span
}

/// How the request ended.
pub(super) fn end(span: &Span, status: StatusCode) {
    span.record("http.response.status_code", status.as_u16());
    if status.is_server_error() {
        span.record("otel.status_code", "ERROR");
    }
}

struct Headers<'r>(&'r HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(actix_web::http::header::HeaderName::as_str).collect()
    }
}
