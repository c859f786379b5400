//! What is counted, for Prometheus.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// What [`Metrics::text`] is written in.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// A finished request. The route is a pattern, never a path: few values, and no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) route: String,
    pub(crate) status: u16,
}

impl EncodeLabelSet for Request {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> std::fmt::Result {
        let status = self.status.to_string();
        [("method", self.method), ("route", &self.route), ("status", &status)].encode(encoder)
    }
}

/// A route, whatever it answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Route {
    method: &'static str,
    route: String,
}

impl EncodeLabelSet for Route {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> std::fmt::Result {
        [("method", self.method), ("route", &self.route)].encode(encoder)
    }
}

/// The counters of one server.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter<u64, AtomicU64>>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
}

impl Metrics {
    pub(crate) fn new(version: &str) -> Self {
        let mut registry = Registry::with_prefix("kalends");
        let requests = Family::default();
        let durations: Family<Route, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let in_flight = Gauge::default();
        registry.register("http_requests", "Finished requests", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "From the first byte of the head to the answer",
            durations.clone(),
        );
        registry.register("http_requests_in_flight", "Requests being answered", in_flight.clone());
        registry.register("build", "The running version", Info::new(vec![("version", version.to_owned())]));
        Self { registry, requests, durations, in_flight }
    }

    /// A request begins.
    pub(crate) fn begin(&self) {
        self.in_flight.inc();
    }

    /// A request is over.
    pub(crate) fn end(&self, request: &Request, took: Duration) {
        self.in_flight.dec();
        let route = Route { method: request.method, route: request.route.clone() };
        self.durations.get_or_create(&route).observe(took.as_secs_f64());
        self.requests.get_or_create(request).inc();
    }

    /// Everything, as OpenMetrics text.
    pub(crate) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text() {
        let metrics = Metrics::new("1.2.3");
        metrics.begin();
        metrics.end(&Request { method: "GET", route: "/events/{id}".into(), status: 200 }, Duration::from_millis(3));
        let text = metrics.text().unwrap();
        for line in [
            "kalends_http_requests_total{method=\"GET\",route=\"/events/{id}\",status=\"200\"} 1",
            "kalends_http_request_duration_seconds_bucket{le=\"0.005\",method=\"GET\",route=\"/events/{id}\"} 1",
            "kalends_http_requests_in_flight 0",
            "kalends_build_info{version=\"1.2.3\"} 1",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
    }
}
