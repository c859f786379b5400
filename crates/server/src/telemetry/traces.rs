//! Traces go to an OpenTelemetry collector: OTLP over HTTP, as protobuf, with our own HTTP client, from a thread of their own.
//! What nobody takes is thrown away; nobody waits for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use kalends_http::Delivery;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tokio::runtime::Runtime;
use url::Url;

use crate::failure::Failure;

const SERVICE: &str = "kalends";
/// For one delivery, and for the last one when the process ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// What hands spans over.
pub(super) struct Traces(SdkTracerProvider);

impl Traces {
    /// To the collector at this address. The SDK reads the other variables of its specification by itself: headers, the
    /// sampler, resource attributes, the size of batches.
    pub(super) fn start(collector: &Url) -> Result<Self, Failure> {
        let exporter = SpanExporter::builder()
            .with_http()
            .with_http_client(Carrier::new()?)
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(PATIENCE)
            .with_endpoint(format!("{}/v1/traces", collector.as_str().trim_end_matches('/')))
            .build()
            .map_err(|error| Failure::new(format!("traces cannot be sent: {error}")))?;
        let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let mut resource = Resource::builder().with_attribute(version);
        if std::env::var_os("OTEL_SERVICE_NAME").is_none() {
            resource = resource.with_service_name(SERVICE);
        }
        // What a caller says of its trace is read, and what we call is told, as W3C Trace Context has it.
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
        Ok(Self(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build()))
    }

    pub(super) fn tracer(&self) -> SdkTracer {
        self.0.tracer(SERVICE)
    }

    /// Hands over what is left.
    pub(super) fn end(self) {
        // Whether the collector takes it was told already when it did not.
        drop(self.0.shutdown_with_timeout(PATIENCE));
    }
}

/// Takes requests to the collector. It has a runtime of its own: whoever hands over is a thread that may wait, also when
/// ours has ended.
#[derive(Debug)]
struct Carrier {
    delivery: Delivery,
    runtime: Runtime,
    /// Whether the collector did, the last time.
    answers: AtomicBool,
}

impl Carrier {
    fn new() -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self {
            delivery: Delivery::new(PATIENCE).map_err(Failure::new)?,
            runtime: runtime.map_err(Failure::new)?,
            answers: AtomicBool::new(true),
        })
    }

    async fn deliver(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let status = self.delivery.take(request).await?;
        // Its body would say what was left out, which nobody here can mend.
        Ok(Response::builder().status(status).body(Bytes::new())?)
    }

    /// Says once that nobody takes the traces, not with every batch.
    fn note(&self, answers: bool, told: &str) {
        if self.answers.swap(answers, Ordering::Relaxed) == answers {
            return;
        }
        if answers {
            tracing::info!("the collector takes traces again");
        } else {
            tracing::warn!(told, "the collector does not take traces; see OTEL_EXPORTER_OTLP_ENDPOINT");
        }
    }
}

#[async_trait]
impl HttpClient for Carrier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let outcome = self.runtime.block_on(self.deliver(request));
        match &outcome {
            Ok(answer) => self.note(answer.status().is_success(), answer.status().as_str()),
            Err(error) => self.note(false, &error.to_string()),
        }
        outcome
    }
}
