//! Traces: what arrives at a collector, and what does not.

use std::time::Duration;

use kalends_harness::{Collector, PASSWORD, Server, Settings, Store, wait};

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

fn traced(collector: &str) -> Settings {
    Settings::new().set("OTEL_EXPORTER_OTLP_ENDPOINT", collector).set("OTEL_BSP_SCHEDULE_DELAY", "50")
}

#[test]
fn a_request_is_part_of_its_callers_trace_and_tells_no_secret() {
    let collector = Collector::start();
    let mut server = Server::start_with(Store::Sqlite, traced(&collector.base()));
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Secret plans");
    let path = format!("/calendars/{calendar}");
    let asked = ana.get(&path).query("whatever", "hush-hush").header("X-Request-Id", "asked-once");
    // Unknown parameters are refused; what matters is that they are not told.
    asked.header("traceparent", &format!("00-{TRACE}-{PARENT}-01")).send();
    assert!(server.stop().success(), "what is left is handed over at the end");

    let spans = collector.spans();
    let request =
        spans.iter().find(|span| span.trace == TRACE && span.kind == 2).expect("a span of the caller's trace");
    assert_eq!((request.service.as_str(), request.parent.as_str(), request.kind), ("kalends", PARENT, 2));
    assert_eq!(request.name, "GET /calendars/{id}");
    let told = |name: &str| request.attributes.get(name).map(String::as_str);
    assert_eq!(told("http.request.method"), Some("GET"));
    assert_eq!(told("http.route"), Some("/calendars/{id}"));
    assert_eq!(told("request.id"), Some("asked-once"));
    assert!(told("http.response.status_code").is_some(), "{request:?}");

    // A write's commit is part of its request, in a trace of the request's own.
    let made = spans.iter().find(|span| span.name == "POST /calendars").expect("the request that made the calendar");
    assert_eq!(
        (made.attributes["http.response.status_code"].as_str(), made.status, made.parent.as_str()),
        ("201", 0, "")
    );
    assert!(spans.iter().any(|span| span.name == "commit" && span.trace == made.trace && span.parent == made.id));

    let all = format!("{spans:?}");
    for secret in [PASSWORD, "hush-hush", "Secret plans", "ana@example.com", &calendar] {
        assert!(!all.contains(secret), "{secret} is told in {all}");
    }
}

#[test]
fn jobs_are_traced() {
    let collector = Collector::start();
    let server = Server::start_with(Store::Sqlite, traced(&collector.base()));
    let token = crate::metrics::book(&server);
    let mails = || collector.spans().into_iter().filter(|span| span.name == "booking.mail").collect::<Vec<_>>();
    wait("both mails to be told", || mails().len() == 2);
    assert!(mails().iter().all(|mail| mail.attributes["job.ended"] == "done"), "{:?}", mails());
    let all = format!("{:?}", collector.spans());
    assert!(!all.contains(&token) && !all.contains("b@example.com"), "{all}");
}

/// Nobody waits for a collector, and that it is away is said once.
#[test]
fn a_collector_that_is_away_harms_nobody() {
    let nobody = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        format!("http://{}", listener.local_addr().expect("an address"))
    };
    let mut server = Server::start_with(Store::Sqlite, traced(&nobody));
    let ana = server.register("ana@example.com");
    wait("that to be said", || server.log().contains("the collector does not take traces"));
    for _ in 0..5 {
        ana.calendar("Work");
        std::thread::sleep(Duration::from_millis(60));
    }
    assert!(server.stop().success());
    assert_eq!(server.log().matches("the collector does not take traces").count(), 1);
}
