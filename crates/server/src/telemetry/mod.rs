//! Logs: to standard error, one line per event, for people or for machines. Traces: to a collector, where one is named.

mod traces;

use std::io::{self, IsTerminal};

use tracing_subscriber::filter::{EnvFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Registry, fmt};
use url::Url;

use self::traces::Traces;
use crate::failure::Failure;
use crate::settings::Log;

/// What is to be in a trace says so, under this target. So nothing gets into one by accident, and the log does not show it.
pub(crate) const TRACE: &str = "kalends::trace";

/// What must be handed over before the process ends.
#[must_use]
pub(crate) struct Telemetry {
    traces: Option<Traces>,
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Some(traces) = self.traces.take() {
            traces.end();
        }
    }
}

/// Starts logging, and tracing where there is a collector. Standard output stays free for what a command answers.
pub(crate) fn start(log: &Log, collector: Option<&Url>) -> Result<Telemetry, Failure> {
    let traces = collector.map(Traces::start).transpose()?;
    let said = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let said = if log.json { said.json().flatten_event(true).boxed() } else { said.boxed() };
    let spans = traces.as_ref().map(|traces| {
        let only = Targets::new().with_target(TRACE, tracing::Level::DEBUG);
        tracing_opentelemetry::layer()
            .with_tracer(traces.tracer())
            .with_location(false)
            .with_threads(false)
            .with_level(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(only)
    });
    // Fails only when logging has been started before, and then it goes on as it is.
    let _ = Registry::default().with(spans).with(said.with_filter(log.filter.clone())).try_init();
    Ok(Telemetry { traces })
}

/// For commands that answer on standard output and need no settings: warnings only.
pub(crate) fn start_quietly() -> Result<(), Failure> {
    start(&Log { json: false, filter: EnvFilter::new("warn") }, None).map(drop)
}
