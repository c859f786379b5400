//! Somebody else's web server, on loopback: it answers what a test says, and remembers who came.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

/// What it answers at a path.
#[derive(Debug, Clone)]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Page {
    /// An answer of this status, without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// An iCalendar file.
    pub fn calendar(text: &str) -> Self {
        Self::status(200).header("Content-Type", "text/calendar; charset=utf-8").body(text)
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Self {
        Self::status(302).header("Location", to)
    }

    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a body.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }
}

/// A server that is up as long as this value is.
#[derive(Debug)]
pub struct Web {
    port: u16,
    state: Arc<Mutex<State>>,
    threads: Vec<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<String, Page>,
    connections: usize,
    requests: Vec<String>,
    ended: bool,
}

impl Web {
    /// Starts one on any free port, on the loopback of IPv6 too where there is one.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let state = Arc::new(Mutex::new(State::default()));
        let listeners = std::iter::once(listener).chain(TcpListener::bind(("::1", port)));
        let threads = listeners.map(|listener| serve(listener, Arc::clone(&state))).collect();
        Self { port, state, threads }
    }

    /// The port on which it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its `host:port`.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host())
    }

    /// Says what it answers at a path from now on. Elsewhere it answers 404.
    pub fn serve(&self, path: &str, page: Page) {
        lock(&self.state).pages.insert(path.to_owned(), page);
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// What was asked, as `GET /path`, in order.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.state).requests.clone()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        lock(&self.state).ended = true;
        for host in ["127.0.0.1", "::1"] {
            // Wakes the thread that waits for a connection; where none does, nobody answers.
            TcpStream::connect((host, self.port)).ok();
        }
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panics while serving")
}

fn serve(listener: TcpListener, state: Arc<Mutex<State>>) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            {
                let mut state = lock(&state);
                if state.ended {
                    return;
                }
                state.connections += 1;
            }
            // Whoever fetches may hang up, on a body that is too large for example.
            stream.and_then(|stream| answer(stream, &state)).ok();
        }
    })
}

fn answer(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream.try_clone()?.take(64 << 10)).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let asked = first.rsplit_once(' ').map_or(first.as_str(), |(asked, _)| asked).to_owned();
    let path = asked.split_once(' ').map_or("", |(_, path)| path);
    let page = {
        let mut state = lock(state);
        let page = state.pages.get(path).cloned();
        state.requests.push(asked);
        page.unwrap_or(Page::status(404))
    };
    let mut answer = Vec::new();
    write!(answer, "HTTP/1.1 {} Here\r\nConnection: close\r\n", page.status)?;
    if !page.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length")) {
        write!(answer, "Content-Length: {}\r\n", page.body.len())?;
    }
    for (name, value) in &page.headers {
        write!(answer, "{name}: {value}\r\n")?;
    }
    answer.extend(b"\r\n");
    answer.extend(page.body);
    stream.write_all(&answer)
}
