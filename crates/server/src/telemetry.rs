//! Logs: to standard error, one line per event, for people or for machines.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::settings::Log;

/// Starts logging. Standard output stays free for what a command answers.
pub(crate) fn start(log: &Log) {
    let builder =
        fmt().with_env_filter(log.filter.clone()).with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    // Fails only when logging has been started before, and then it goes on as it is.
    let _ = if log.json { builder.json().flatten_event(true).try_init() } else { builder.try_init() };
}

/// For commands that answer on standard output and need no settings: warnings only.
pub(crate) fn start_quietly() {
    start(&Log { json: false, filter: EnvFilter::new("warn") });
}
