//! A call as a span of a trace, where traces go anywhere. It names the host, never the path or the query: both hold ids.

use opentelemetry::propagation::Injector;
use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use url::Url;

/// What is traced says so by this target.
const TRACE: &str = "kalends::trace";

/// The span of a call; whom is called is told of the trace (W3C Trace Context). Where nothing is traced it is nothing.
pub(crate) fn span(method: &Method, url: &Url, headers: &mut HeaderMap) -> Span {
    let span = tracing::debug_span!(
        target: TRACE,
        "call",
        otel.kind = "client",
        otel.status_code = Empty,
        http.request.method = method.as_str(),
        server.address = url.host_str(),
        http.response.status_code = Empty,
    );
    if !span.is_disabled() {
        let here = span.context();
        opentelemetry::global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&here, &mut Headers(headers));
        });
    }
    span
}

/// How the call ended: with a status, or without an answer.
pub(crate) fn end(span: &Span, status: Option<u16>) {
    if let Some(status) = status {
        span.record("http.response.status_code", status);
    }
    if status.is_none_or(|status| status >= 400) {
        span.record("otel.status_code", "ERROR");
    }
}

struct Headers<'h>(&'h mut HeaderMap);

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        // The propagator's own names and values can stand in a header.
        if let (Ok(name), Ok(value)) = (key.parse::<HeaderName>(), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}
