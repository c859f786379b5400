//! Calls of a provider as parts of a trace.

use kalends_harness::{Collector, Span, Store, wait};

use crate::linked_with;

#[test]
fn a_call_is_part_of_its_jobs_trace_and_says_so() {
    let collector = Collector::start();
    let linked = linked_with(Store::Sqlite, |settings| {
        settings.set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.base()).set("OTEL_BSP_SCHEDULE_DELAY", "50")
    });
    let told = || collector.spans().into_iter().filter(|span| span.name == "call").collect::<Vec<_>>();
    wait("calls to be told", || !told().is_empty());
    let said: Vec<String> = linked.google.calls().into_iter().filter_map(|call| call.traceparent).collect();
    for call in told() {
        assert_eq!((call.kind, call.attributes["server.address"].as_str()), (3, "127.0.0.1"), "{call:?}");
        assert!(call.attributes.contains_key("http.response.status_code"), "{call:?}");
        let expected = format!("00-{}-{}-01", call.trace, call.id);
        assert!(said.contains(&expected), "{expected} was not said, but {said:?}");
    }
    // A cause ends after its calls, so it is told later.
    let is_cause = |span: &Span| span.name == "provider.sync" || span.name.starts_with("POST ");
    wait("a call's cause to be told", || {
        let spans = collector.spans();
        let mut causes = spans.iter().filter(|span| is_cause(span));
        causes.any(|cause| told().iter().any(|call| call.trace == cause.trace))
    });
    let all = format!("{:?}", collector.spans());
    for secret in ["primary", "ana@example.com", "access_token", "Bearer", "code="] {
        assert!(!all.contains(secret), "{secret} is told in {all}");
    }
}

#[test]
fn without_a_collector_nobody_is_told_of_a_trace() {
    let linked = linked_with(Store::Sqlite, |settings| settings);
    let calls = linked.google.calls();
    assert!(!calls.is_empty() && calls.iter().all(|call| call.traceparent.is_none()), "{calls:?}");
}
