//! What asks this program to stop.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::failure::Failure;

/// SIGTERM and SIGINT.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| Failure::new(format!("signals cannot be caught: {error}")));
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    /// The next one's name, and what a shell calls a process that it ended.
    pub(crate) async fn next(&mut self) -> (&'static str, i32) {
        tokio::select! {
            _ = self.terminate.recv() => ("SIGTERM", 143),
            _ = self.interrupt.recv() => ("SIGINT", 130),
        }
    }

    /// Comes to its end with the first signal. The second ends the process, whatever is under way.
    pub(crate) async fn stop(mut self) {
        let (name, _) = self.next().await;
        tracing::info!("{name}: finishing what is under way; a second signal ends at once");
        tokio::spawn(async move {
            let (name, code) = self.next().await;
            tracing::warn!("{name} again: ending at once");
            std::process::exit(code);
        });
    }
}
