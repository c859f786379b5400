//! What is counted, for Prometheus. Labels are routes, states and kinds, of which there are few, and never an id.

mod process;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use kalends_app::{App, Ended, Vitals};
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, LabelSetEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use tokio::sync::Mutex;

/// What [`Metrics::text`] is written in.
pub(crate) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];
/// How long what the store told is good: however often metrics are asked for, the store is not.
const GOOD_FOR: Duration = Duration::from_secs(1);

type Count = Counter<u64, AtomicU64>;

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

/// Names with values of ours.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Labels<const N: usize>([(&'static str, &'static str); N]);

impl<const N: usize> EncodeLabelSet for Labels<N> {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> std::fmt::Result {
        self.0.encode(encoder)
    }
}

/// The counters of one server, and the gauges of what it works with.
pub(crate) struct Metrics {
    registry: Registry,
    looked: Mutex<Option<Instant>>,
    job_runs: Family<Labels<2>, Count>,
    jobs: Family<Labels<1>, Gauge>,
    job_age: Family<Labels<1>, Gauge>,
    syncs: Family<Labels<2>, Gauge>,
    sync_lag: Family<Labels<1>, Gauge>,
    connections: Family<Labels<1>, Gauge>,
    connections_max: Gauge,
    passwords: Family<Labels<1>, Gauge>,
    passwords_made: Count,
    passwords_refused: Count,
    requests: Family<Request, Count>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
}

impl Metrics {
    pub(crate) fn new(version: &str, started: Timestamp) -> Self {
        let mut all = Registry::default();
        all.register_collector(Box::new(process::Process { started }));
        let registry = all.sub_registry_with_prefix("kalends");
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
        let (syncs, sync_lag) = (Family::default(), Family::default());
        registry.register("syncs", "What is kept the same as elsewhere, by how its last sync went", syncs.clone());
        registry.register("sync_lag_seconds", "Since the sync that is longest ago", sync_lag.clone());
        let (connections, connections_max) = (Family::default(), Gauge::default());
        let calls = "Connections to the store that work, and calls that wait for one";
        registry.register("store_connections", calls, connections.clone());
        registry.register(
            "store_connections_max",
            "Connections to the store that there may be",
            connections_max.clone(),
        );
        let (passwords, passwords_made, passwords_refused) = (Family::default(), Count::default(), Count::default());
        registry.register("password_hashing", "Passwords that are hashed, or wait to be", passwords.clone());
        registry.register("password_hashes", "Passwords that were hashed", passwords_made.clone());
        let refused = "Callers who were told to come back, for too many passwords were hashed";
        registry.register("password_hashes_refused", refused, passwords_refused.clone());
        registry.register("build", "The running version", Info::new(vec![("version", version.to_owned())]));
        Self {
            registry: all,
            looked: Mutex::default(),
            job_runs,
            jobs,
            job_age,
            syncs,
            sync_lag,
            connections,
            connections_max,
            passwords,
            passwords_made,
            passwords_refused,
            requests,
            durations,
            in_flight,
        }
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
        self.job_runs.get_or_create(&Labels([("kind", kind), ("ended", ended.as_str())])).inc();
    }

    /// Everything, as OpenMetrics text.
    pub(crate) async fn text(&self, app: &App) -> Result<String, std::fmt::Error> {
        let mut looked = self.looked.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= GOOD_FOR) {
            self.show(&app.vitals().await);
            *looked = Some(Instant::now());
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    /// What the store does not tell is left out, rather than shown as it once was.
    fn show(&self, vitals: &Vitals) {
        let age = |since: Timestamp| vitals.at.duration_since(since).as_secs().max(0);
        self.jobs.clear();
        self.job_age.clear();
        if let Some(queue) = told("its queue", &vitals.queue) {
            for (state, count) in [("waiting", queue.waiting), ("running", queue.running), ("dead", queue.dead)] {
                self.jobs.get_or_create(&Labels([("state", state)])).set(number(count));
            }
            self.job_age.get_or_create(&Labels([("state", "waiting")])).set(queue.next.map_or(0, age));
        }
        self.syncs.clear();
        self.sync_lag.clear();
        for (source, syncs) in &vitals.syncs {
            let Some(syncs) = told("its syncs", syncs) else { continue };
            for (state, count) in [("good", syncs.good), ("failing", syncs.failing), ("stopped", syncs.stopped)] {
                self.syncs.get_or_create(&Labels([("source", source), ("state", state)])).set(number(count));
            }
            self.sync_lag.get_or_create(&Labels([("source", source)])).set(syncs.oldest.map_or(0, age));
        }
        let pool = vitals.pool;
        for (state, count) in [("in_use", pool.in_use), ("waiting", pool.waiting)] {
            self.connections.get_or_create(&Labels([("state", state)])).set(number(count));
        }
        self.connections_max.set(number(pool.size));
        let passwords = vitals.passwords;
        for (state, count) in [("running", passwords.running), ("waiting", passwords.waiting)] {
            self.passwords.get_or_create(&Labels([("state", state)])).set(number(count));
        }
        self.passwords_made.inner().store(passwords.made, Ordering::Relaxed);
        self.passwords_refused.inner().store(passwords.refused, Ordering::Relaxed);
    }
}

fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

fn told<'v, T>(what: &str, told: &'v kalends_app::Result<T>) -> Option<&'v T> {
    told.as_ref().inspect_err(|error| tracing::warn!(%error, "the store does not tell of {what}")).ok()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use kalends_app::Error;
    use kalends_ports::{PasswordLoad, PoolState, QueueState, StoreError, SyncHealth};

    use super::*;

    fn text(metrics: &Metrics) -> String {
        let mut text = String::new();
        encode(&mut text, &metrics.registry).unwrap();
        text
    }

    #[test]
    fn the_text() {
        let now = Timestamp::from_second(1_000).unwrap();
        let ago = |seconds| Some(now - SignedDuration::from_secs(seconds));
        let metrics = Metrics::new("1.2.3", now);
        metrics.begin();
        metrics.end(&Request { method: "GET", route: "/events/{id}".into(), status: 200 }, Duration::from_millis(3));
        metrics.job_ended("housekeeping", Ended::PutOff);
        let mut vitals = Vitals {
            at: now,
            pool: PoolState { size: 16, in_use: 3, waiting: 2 },
            passwords: PasswordLoad { running: 1, waiting: 4, made: 9, refused: 5 },
            queue: Ok(QueueState { waiting: 3, running: 0, dead: 1, next: ago(90) }),
            syncs: vec![("provider", Ok(SyncHealth { good: 7, failing: 1, stopped: 0, oldest: ago(60) }))],
        };
        metrics.show(&vitals);
        let shown = text(&metrics);
        for line in [
            "kalends_http_requests_total{method=\"GET\",route=\"/events/{id}\",status=\"200\"} 1",
            "kalends_http_request_duration_seconds_bucket{le=\"0.005\",method=\"GET\",route=\"/events/{id}\"} 1",
            "kalends_http_requests_in_flight 0",
            "kalends_job_runs_total{kind=\"housekeeping\",ended=\"put_off\"} 1",
            "kalends_jobs{state=\"waiting\"} 3",
            "kalends_jobs{state=\"dead\"} 1",
            "kalends_job_age_seconds{state=\"waiting\"} 90",
            "kalends_syncs{source=\"provider\",state=\"failing\"} 1",
            "kalends_sync_lag_seconds{source=\"provider\"} 60",
            "kalends_store_connections{state=\"waiting\"} 2",
            "kalends_store_connections_max 16",
            "kalends_password_hashing{state=\"waiting\"} 4",
            "kalends_password_hashes_total 9",
            "kalends_password_hashes_refused_total 5",
            "kalends_build_info{version=\"1.2.3\"} 1",
            "process_start_time_seconds 1000",
        ] {
            assert!(shown.lines().any(|shown| shown == line), "{line} in\n{shown}");
        }
        let gone = || Error::Store(StoreError::Unavailable("gone".into()));
        vitals.queue = Err(gone());
        vitals.syncs = vec![("provider", Err(gone()))];
        metrics.show(&vitals);
        let shown = text(&metrics);
        assert!(
            !shown.contains("kalends_jobs{") && !shown.contains("provider"),
            "what is not known is not told\n{shown}"
        );
        assert!(shown.contains("kalends_store_connections{state=\"in_use\"} 3"), "{shown}");
    }

    #[test]
    fn what_the_process_uses() {
        let shown = text(&Metrics::new("1", Timestamp::UNIX_EPOCH));
        for name in
            ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total", "process_max_fds"]
        {
            let line =
                shown.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("{name}\n{shown}"));
            assert!(line.trim().parse::<f64>().unwrap() >= 0.0, "{name}{line}");
        }
    }
}
