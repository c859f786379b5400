//! Metrics: what an operator watches is there, and the dashboard and the alerts ask for nothing else.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use kalends_harness::{Caller, PASSWORD, Server, Settings, Store, Worker, both_stores, wait};
use serde_json::{Value, json};

both_stores![what_is_watched_is_told_and_nothing_else];

/// The value of a line that begins like this.
fn value(text: &str, line: &str) -> Option<f64> {
    let rest = text.lines().find_map(|told| told.strip_prefix(line))?;
    rest.trim().parse().ok()
}

/// Something for the queue to do: two mails. Answers with the link's token.
pub(crate) fn book(server: &Server) -> String {
    let ana = server.register("ana@example.com");
    let path = format!("/calendars/{}/booking-link", ana.calendar("Work"));
    let hours = json!({"mon": [{"start": "00:00", "end": "24:00"}]});
    let link = json!({"duration_minutes": 30, "timezone": "UTC", "working_hours": hours});
    let token = ana.post(&path).json(link).send().expect(201).at("/token");
    let (start, end) = ("2058-03-04T00:00:00Z", "2058-03-04T00:30:00Z");
    let slot = json!({"name": "B", "email": "b@example.com", "slot_start": start, "slot_end": end});
    server.anyone().post(&format!("/booking/{token}/reserve")).json(slot).send().expect(201);
    token
}

fn what_is_watched_is_told_and_nothing_else(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    ana.get(&format!("/calendars/{calendar}")).send().expect(200);
    let wrong = json!({"email": "ana@example.com", "password": "another password"});
    server.anyone().post("/auth/login").json(wrong).send().error(401, "AUTH_INVALID");
    server.anyone().get(&format!("/nowhere/{calendar}")).send().error(404, "NOT_FOUND");

    let text = server.anyone().get("/metrics").send().expect(200).text().to_owned();
    let told = |line: &str| value(&text, line).unwrap_or_else(|| panic!("{line} is not told:\n{text}"));
    assert!(told("kalends_http_requests_total{method=\"GET\",route=\"/calendars/{id}\",status=\"200\"}") >= 1.0);
    assert!(told("kalends_http_requests_total{method=\"POST\",route=\"/auth/login\",status=\"401\"}") >= 1.0);
    assert!(told("kalends_http_request_duration_seconds_count{method=\"GET\",route=\"/calendars/{id}\"}") >= 1.0);
    assert!(told("kalends_password_hashes_total") >= 2.0, "one to register, one to sign in");
    assert!(told("kalends_store_connections_max") >= 2.0);
    assert!(told("kalends_store_connections{state=\"in_use\"}") >= 0.0);
    assert!(told("kalends_store_connections{state=\"waiting\"}") < 1.0);
    assert!(told("kalends_jobs{state=\"waiting\"}") >= 0.0);
    assert!(told("kalends_sync_lag_seconds{source=\"provider\"}") < 1.0, "there is none");
    assert!(told("process_resident_memory_bytes") > 1e6);
    assert!(told("process_open_fds") >= 3.0);
    for secret in [calendar.as_str(), "ana@", PASSWORD, "nowhere"] {
        assert!(!text.contains(secret), "{secret} is told:\n{text}");
    }
}

/// However often they are asked for, the store is asked about once a second.
#[test]
fn metrics_are_cheap() {
    let server = Server::start(Store::Postgres);
    let since = Instant::now();
    for _ in 0..200 {
        server.anyone().get("/metrics").send().expect(200);
    }
    assert!(since.elapsed() < Duration::from_secs(10), "200 took {:?}", since.elapsed());
}

#[test]
fn a_worker_can_be_asked_how_it_is() {
    let server = Server::start_with(Store::Postgres, Settings::new().argument("--no-worker"));
    let database = server.database();
    let mut worker = Worker::start(&[("DATABASE_URL", database.url()), ("WORKER_LISTEN", "127.0.0.1:0")]);
    let base = worker.base();
    let asked = |path: &str| Caller::new(&base).get(path).send();
    assert_eq!(asked("/healthz").expect(200)["status"], "ok");
    assert_eq!(asked("/readyz").expect(200)["store"], "ok");
    let text = asked("/metrics").expect(200).text().to_owned();
    assert!(value(&text, "kalends_store_connections_max").is_some(), "{text}");
    book(&server);
    let done = "kalends_job_runs_total{kind=\"booking.mail\",ended=\"done\"}";
    wait("the worker to do it", || value(asked("/metrics").text(), done) == Some(2.0));
    assert!(worker.stop().success());
}

/// The names of metrics in an expression, as they stand there.
fn names(expression: &str) -> BTreeSet<String> {
    let words = expression.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let ours = words.filter(|word| word.starts_with("kalends_") || word.starts_with("process_"));
    ours.map(str::to_owned).collect()
}

/// Everything that a panel or a rule asks Prometheus for.
fn expressions() -> Vec<(String, String)> {
    fn walk(value: &Value, found: &mut Vec<(String, String)>) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if name == "expr" || name == "query" => {
                            found.push(("the dashboard".to_owned(), text.clone()));
                        }
                        value => walk(value, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let read = |name: &str| {
        let path = format!("{}/../deploy/{name}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{path}: {cause}"))
    };
    let mut found = Vec::new();
    walk(&serde_json::from_str(&read("grafana/kalends.json")).expect("the dashboard is JSON"), &mut found);
    assert!(found.len() > 10, "the dashboard has hardly any panel");
    let rules = read("prometheus/alerts.yaml");
    let asked = rules.lines().filter_map(|line| line.trim().strip_prefix("expr:"));
    let alerts: Vec<_> = asked.map(|asked| ("an alert".to_owned(), asked.to_owned())).collect();
    assert!(alerts.len() > 5, "there are hardly any alerts");
    found.extend(alerts);
    found
}

/// A panel that asks for a metric that is not there shows nothing, and an alert never fires; neither says why.
#[test]
fn the_dashboard_and_the_alerts_ask_for_what_there_is() {
    let server = Server::start(Store::Sqlite);
    book(&server);
    let metrics = || server.anyone().get("/metrics").send().expect(200).text().to_owned();
    wait("a job to be counted", || metrics().contains("kalends_job_runs_total{"));
    let text = metrics();
    let there: BTreeSet<&str> =
        text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(['{', ' ']).next()).collect();
    for (place, expression) in expressions() {
        for name in names(&expression) {
            assert!(there.contains(name.as_str()), "{place} asks for {name}, which is not told: {expression}");
        }
    }
    // What the alerts say by their labels is checked too: a state that never is, never fires.
    for (place, expression) in expressions() {
        for label in expression.split("state=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(text.contains(&format!("state=\"{label}\"")), "{place} asks for the state {label}: {expression}");
        }
    }
}
