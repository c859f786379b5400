//! `kalends serve`: opens the house, listens, and stops when it is asked to.

use std::io;
use std::net::SocketAddr;
use std::thread::available_parallelism;
use std::time::Duration;

use actix_web::HttpServer;
use kalends_api::State;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::failure::Failure;
use crate::settings::Settings;
use crate::signals::Signals;
use crate::worker::Worker;
use crate::{house, say};

/// Longer than proxies keep theirs, so that none sends a request on a connection that is being closed.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// For the head of a request to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// For requests under way to finish once the server is asked to stop.
const STOP_TIMEOUT_SECONDS: u64 = 30;

/// More open files than this are not asked for.
const FILES_MAX: u64 = 65_536;
/// Files that are not connections: the store's, the log's, the runtime's.
const OTHER_FILES: usize = 160;

/// Runs until a signal asks it to stop; the jobs of the queue, too, where `works`.
pub(crate) async fn run(settings: &Settings, works: bool) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    let house = tokio::select! {
        house = house::open(settings) => house?,
        (name, _) = signals.next() => {
            tracing::info!("{name}: stopped before the store was ready");
            return Ok(());
        }
    };
    let state = State::new(house.app.clone(), house::api_settings(settings));
    let files = raise_open_files();
    let shared = state.clone();
    let workers = available_parallelism().map_or(1, usize::from);
    let server = HttpServer::new(move || kalends_api::service(&shared))
        .workers(workers)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .max_connections(connections_per_worker(files, workers))
        .shutdown_timeout(STOP_TIMEOUT_SECONDS)
        .shutdown_signal(asked_to_stop(signals, state.clone(), settings.shutdown_delay))
        .bind((settings.host.as_str(), settings.port))
        .map_err(|error| cannot_listen(&settings.host, settings.port, &error))?;
    let addresses = server.addrs();
    let running = tokio::spawn(server.run());
    announce(settings, &addresses)?;
    let worker = works.then(|| Worker::start(&house, move |kind, ended| state.job_ended(kind, ended)));
    let ended = running.await.map_err(|error| Failure::new(format!("the server broke down: {error}")))?;
    ended.map_err(|error| Failure::new(format!("the server failed: {error}")))?;
    // What the last requests caused may still be begun.
    if let Some(worker) = worker {
        worker.stop().await;
    }
    // Nobody writes any more; whoever holds the store last closes it.
    drop(house);
    tracing::info!("stopped");
    Ok(())
}

/// Comes to its end when no request is to be taken any more: some time after the signal, in which whoever sends requests
/// here learns that this server goes.
async fn asked_to_stop(signals: Signals, state: State, delay: Duration) {
    signals.stop().await;
    state.leave();
    tokio::time::sleep(delay).await;
}

fn announce(settings: &Settings, addresses: &[SocketAddr]) -> Result<(), Failure> {
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        store = %settings.database,
        tzdata = kalends_domain::time::database_description(),
        "started"
    );
    addresses.iter().try_for_each(|address| say(format!("listening on http://{address}")))
}

fn cannot_listen(host: &str, port: u16, error: &io::Error) -> Failure {
    let mend = match error.kind() {
        io::ErrorKind::AddrInUse => "; stop what listens there, or set PORT to another (0 takes a free one)",
        io::ErrorKind::PermissionDenied => "; set PORT to one above 1023, or allow this program to use low ones",
        io::ErrorKind::AddrNotAvailable => "; set HOST to an address of this machine (0.0.0.0 is all of them)",
        _ => "; check HOST and PORT",
    };
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
    Failure::new(format!("cannot listen on {host}:{port}: {error}{mend}"))
}

/// How many connections a worker takes. Others wait to be accepted: one too many must not cost the store its files.
fn connections_per_worker(files: Option<usize>, workers: usize) -> usize {
    (files.unwrap_or(1024).saturating_sub(OTHER_FILES) / workers).clamp(64, 16_384)
}

/// Asks for as many open files as the system allows, as each connection is one, and few are allowed until somebody asks;
/// answers how many there may be.
fn raise_open_files() -> Option<usize> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let most = maximum.map_or(FILES_MAX, |maximum| maximum.min(FILES_MAX));
    let wanted = current.map(|current| current.max(most));
    match setrlimit(Resource::Nofile, Rlimit { current: wanted, maximum }) {
        Ok(()) => wanted,
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays as it is");
            current
        }
    }
    .and_then(|files| usize::try_from(files).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_may_be_open_as_many_as_the_system_allows() {
        let allowed = getrlimit(Resource::Nofile).maximum.map_or(FILES_MAX, |most| most.min(FILES_MAX));
        assert!(raise_open_files().is_none_or(|files| files as u64 >= allowed));
    }

    #[test]
    fn connections_leave_room_for_the_store() {
        assert_eq!(connections_per_worker(Some(1024), 2), 432);
        assert_eq!(connections_per_worker(None, 2), 432);
        assert_eq!(connections_per_worker(Some(10), 2), 64);
        assert_eq!(connections_per_worker(Some(1 << 30), 2), 16_384);
    }

    #[test]
    fn a_taken_port_is_told_with_a_way_out() {
        let said = format!("{:?}", cannot_listen("::1", 80, &io::ErrorKind::AddrInUse.into()));
        assert!(said.contains("[::1]:80") && said.contains("PORT"), "{said}");
    }
}
