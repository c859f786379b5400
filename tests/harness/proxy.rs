//! What stands between a caller and servers: TCP on loopback, that can fall silent, and that asks who is ready.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often each server is asked whether it is ready.
const ASKED: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(2);

/// A proxy that is there as long as this value.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    servers: Mutex<Vec<Target>>,
    turn: AtomicUsize,
    silent: AtomicBool,
    closed: AtomicBool,
}

#[derive(Debug, Clone)]
struct Target {
    address: String,
    ready: bool,
}

impl Proxy {
    /// In front of one server, of whatever kind.
    pub fn of(address: &str) -> Self {
        Self::start(vec![Target { address: address.to_owned(), ready: true }])
    }

    /// In front of these of ours (`http://127.0.0.1:…`), in turn; new connections go to those that say that they are ready.
    pub fn balancing(bases: &[&str]) -> Self {
        let target = |base: &&str| Target { address: address_of(base), ready: true };
        let proxy = Self::start(bases.iter().map(target).collect());
        let state = Arc::clone(&proxy.state);
        std::thread::spawn(move || {
            while !state.closed.load(Ordering::SeqCst) {
                for (place, target) in state.targets().into_iter().enumerate() {
                    let ready = is_ready(&target.address);
                    let mut servers = state.servers.lock().unwrap_or_else(PoisonError::into_inner);
                    // Another one may have come to its place meanwhile.
                    if servers[place].address == target.address {
                        servers[place].ready = ready;
                    }
                }
                std::thread::sleep(ASKED);
            }
        });
        proxy
    }

    fn start(targets: Vec<Target>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(State { servers: Mutex::new(targets), ..State::default() });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.closed.load(Ordering::SeqCst) {
                    return;
                }
                let state = Arc::clone(&shared);
                std::thread::spawn(move || stream.and_then(|stream| connect(stream, &state)).ok());
            }
        });
        Self { port, state }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Another server in the place of one that is gone.
    pub fn replace(&self, place: usize, base: &str) {
        let target = Target { address: address_of(base), ready: false };
        self.state.servers.lock().unwrap_or_else(PoisonError::into_inner)[place] = target;
    }

    /// Whether the server in this place gets new connections.
    pub fn sends_to(&self, place: usize) -> bool {
        self.state.targets()[place].ready
    }

    /// Lets no byte through, in either direction, until it is told otherwise: as a network that has parted does.
    pub fn be_silent(&self, silent: bool) {
        self.state.silent.store(silent, Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.state.closed.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for a connection.
        TcpStream::connect(("127.0.0.1", self.port)).ok();
    }
}

impl State {
    fn targets(&self) -> Vec<Target> {
        self.servers.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The one whose turn it is, of those that are ready and can be connected to.
    fn next(&self) -> Option<TcpStream> {
        let ready: Vec<Target> = self.targets().into_iter().filter(|target| target.ready).collect();
        let turn = self.turn.fetch_add(1, Ordering::SeqCst);
        (0..ready.len()).find_map(|step| TcpStream::connect(&ready[(turn + step) % ready.len()].address).ok())
    }
}

fn address_of(base: &str) -> String {
    base.strip_prefix("http://").expect("an http address").to_owned()
}

fn is_ready(address: &str) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(answer.starts_with(b"HTTP/1.1 200"))
    };
    ask().unwrap_or(false)
}

fn connect(client: TcpStream, state: &Arc<State>) -> std::io::Result<()> {
    wait_for_words(state);
    let Some(server) = state.next() else { return client.shutdown(Shutdown::Both) };
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (from_client, to_server, there) = (client.try_clone()?, server.try_clone()?, Arc::clone(state));
    std::thread::spawn(move || pass(from_client, to_server, &there));
    pass(server, client, state);
    Ok(())
}

/// Passes on what comes, until one side ends.
fn pass(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut buffer = [0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        wait_for_words(state);
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // The other direction may still have something to say, unless it is over too.
    to.shutdown(Shutdown::Write).ok();
}

fn wait_for_words(state: &State) {
    while state.silent.load(Ordering::SeqCst) && !state.closed.load(Ordering::SeqCst) {
        std::thread::sleep(Duration::from_millis(10));
    }
}
