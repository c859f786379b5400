//! An OpenTelemetry collector on loopback: it takes traces over OTLP as HTTP and protobuf, and remembers them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value::Value};
use prost::Message;

use crate::listener::{Incoming, Listener, Outgoing};

/// A span as it arrived.
#[derive(Debug, Clone)]
pub struct Span {
    /// Of which service.
    pub service: String,
    /// Its name.
    pub name: String,
    /// The trace that it is part of, in hexadecimal.
    pub trace: String,
    /// Its own number, in hexadecimal.
    pub id: String,
    /// The span that it is part of, in hexadecimal; empty for the first of a trace.
    pub parent: String,
    /// OpenTelemetry's number for the kind: 2 for who is asked, 3 for who asks.
    pub kind: i32,
    /// OpenTelemetry's number for how it ended: 2 for an error.
    pub status: i32,
    /// What else is told of it, as text.
    pub attributes: BTreeMap<String, String>,
}

/// A collector that listens as long as this value is.
#[derive(Debug)]
pub struct Collector {
    listener: Listener,
    spans: Arc<Mutex<Vec<Span>>>,
}

impl Collector {
    /// Starts one. It refuses what is not a trace in protobuf, sent as the protocol says.
    pub fn start() -> Self {
        let spans = Arc::<Mutex<Vec<Span>>>::default();
        let kept = Arc::clone(&spans);
        let listener = Listener::start(move |incoming| match read(&incoming) {
            Some(told) => {
                kept.lock().expect("nobody panics while keeping spans").extend(told);
                let taken = ExportTraceServiceResponse::default().encode_to_vec();
                Outgoing { body: taken, ..Outgoing::status(200).header("Content-Type", "application/x-protobuf") }
            }
            None => Outgoing::status(400),
        });
        Self { listener, spans }
    }

    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be.
    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.listener.port())
    }

    /// What has arrived so far.
    pub fn spans(&self) -> Vec<Span> {
        self.spans.lock().expect("nobody panics while keeping spans").clone()
    }
}

fn read(incoming: &Incoming) -> Option<Vec<Span>> {
    let sent = (incoming.method.as_str(), incoming.target.as_str(), incoming.header("content-type"));
    if sent != ("POST", "/v1/traces", Some("application/x-protobuf")) {
        return None;
    }
    let request = ExportTraceServiceRequest::decode(incoming.body.as_slice()).ok()?;
    let mut spans = Vec::new();
    for resource in request.resource_spans {
        let told = attributes(resource.resource.map(|resource| resource.attributes).unwrap_or_default());
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            spans.push(Span {
                service: told.get("service.name").cloned().unwrap_or_default(),
                name: span.name,
                trace: hexadecimal(&span.trace_id),
                id: hexadecimal(&span.span_id),
                parent: hexadecimal(&span.parent_span_id),
                kind: span.kind,
                status: span.status.map(|status| status.code).unwrap_or_default(),
                attributes: attributes(span.attributes),
            });
        }
    }
    Some(spans)
}

fn attributes(told: Vec<KeyValue>) -> BTreeMap<String, String> {
    told.into_iter().map(|pair| (pair.key, text(pair.value))).collect()
}

fn text(value: Option<AnyValue>) -> String {
    match value.and_then(|value| value.value) {
        Some(Value::StringValue(text)) => text,
        Some(Value::IntValue(number)) => number.to_string(),
        Some(Value::BoolValue(truth)) => truth.to_string(),
        other => format!("{other:?}"),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}
