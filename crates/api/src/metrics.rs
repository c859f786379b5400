//! What is counted, for Prometheus.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use jiff::Timestamp;
use kalends_app::Ended;
use kalends_ports::QueueState;
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

/// A job that was begun, and how that ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct JobRun {
    kind: &'static str,
    ended: &'static str,
}

impl EncodeLabelSet for JobRun {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> std::fmt::Result {
        [("kind", self.kind), ("ended", self.ended)].encode(encoder)
    }
}

/// The jobs of one state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Jobs(&'static str);

impl EncodeLabelSet for Jobs {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> std::fmt::Result {
        [("state", self.0)].encode(encoder)
    }
}

/// The counters of one server, and the gauges of its queue.
pub(crate) struct Metrics {
    registry: Registry,
    job_runs: Family<JobRun, Counter<u64, AtomicU64>>,
    jobs: Family<Jobs, Gauge>,
    job_age: Family<Jobs, Gauge>,
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
        let (job_runs, jobs, job_age) = (Family::default(), Family::default(), Family::default());
        registry.register("job_runs", "Jobs that this process began, by how that ended", job_runs.clone());
        registry.register("jobs", "Jobs of the queue, by state", jobs.clone());
        registry.register("job_age_seconds", "For how long the first job has been due", job_age.clone());
        registry.register("build", "The running version", Info::new(vec![("version", version.to_owned())]));
        Self { registry, job_runs, jobs, job_age, requests, durations, in_flight }
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

    /// A job that was begun has ended.
    pub(crate) fn job_ended(&self, kind: &'static str, ended: Ended) {
        self.job_runs.get_or_create(&JobRun { kind, ended: ended.as_str() }).inc();
    }

    /// How it is with the queue; nothing where the store does not tell, rather than what was once true.
    pub(crate) fn show_queue(&self, queue: Option<(QueueState, Timestamp)>) {
        self.jobs.clear();
        self.job_age.clear();
        let Some((queue, now)) = queue else { return };
        for (state, count) in [("waiting", queue.waiting), ("running", queue.running), ("dead", queue.dead)] {
            self.jobs.get_or_create(&Jobs(state)).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        let age = queue.next.map_or(0, |next| now.duration_since(next).as_secs().max(0));
        self.job_age.get_or_create(&Jobs("waiting")).set(age);
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
        metrics.job_ended("housekeeping", Ended::PutOff);
        let now = Timestamp::UNIX_EPOCH;
        let queue =
            QueueState { waiting: 3, running: 0, dead: 1, next: Some(now - jiff::SignedDuration::from_secs(90)) };
        metrics.show_queue(Some((queue, now)));
        let text = metrics.text().unwrap();
        for line in [
            "kalends_http_requests_total{method=\"GET\",route=\"/events/{id}\",status=\"200\"} 1",
            "kalends_http_request_duration_seconds_bucket{le=\"0.005\",method=\"GET\",route=\"/events/{id}\"} 1",
            "kalends_http_requests_in_flight 0",
            "kalends_job_runs_total{kind=\"housekeeping\",ended=\"put_off\"} 1",
            "kalends_jobs{state=\"waiting\"} 3",
            "kalends_jobs{state=\"dead\"} 1",
            "kalends_job_age_seconds{state=\"waiting\"} 90",
            "kalends_build_info{version=\"1.2.3\"} 1",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        metrics.show_queue(None);
        assert!(!metrics.text().unwrap().contains("waiting"), "what is not known is not told");
    }
}
