//! HTTP on loopback, as little as tests need: reads each request whole and answers what a function says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

const HEAD_MAX: u64 = 64 << 10;
const BODY_MAX: u64 = 8 << 20;
const PATIENCE: Duration = Duration::from_secs(5);

/// What was asked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// Path and query, as they came.
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Incoming {
    /// A `GET` without headers.
    pub(crate) fn get(target: &str) -> Self {
        Self { method: "GET".to_owned(), target: target.to_owned(), ..Self::default() }
    }

    /// The value of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// How long whoever asked is kept waiting.
    pub(crate) delay: Duration,
    /// Whether the connection ends without an answer.
    pub(crate) lost: bool,
}

impl Outgoing {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), delay: Duration::ZERO, lost: false }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

#[derive(Debug, Default)]
struct Doors {
    connections: AtomicUsize,
    closed: AtomicBool,
}

/// A port that is listened on as long as this value is.
#[derive(Debug)]
pub(crate) struct Listener {
    port: u16,
    doors: Arc<Doors>,
    threads: Vec<JoinHandle<()>>,
}

impl Listener {
    /// Listens on any free port, on the loopback of IPv6 too where there is one.
    pub(crate) fn start(answer: impl Fn(Incoming) -> Outgoing + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let doors = Arc::new(Doors::default());
        let answer = Arc::new(answer);
        let listeners = std::iter::once(listener).chain(TcpListener::bind(("::1", port)));
        let threads = listeners.map(|listener| {
            let (answer, doors) = (Arc::clone(&answer), Arc::clone(&doors));
            std::thread::spawn(move || listen(&listener, &answer, &doors))
        });
        let threads = threads.collect();
        Self { port, doors, threads }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// How often somebody connected.
    pub(crate) fn connections(&self) -> usize {
        self.doors.connections.load(Ordering::SeqCst)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.doors.closed.store(true, Ordering::SeqCst);
        for host in ["127.0.0.1", "::1"] {
            // Wakes the thread that waits for a connection; where none does, nobody answers.
            TcpStream::connect((host, self.port)).ok();
        }
        for thread in self.threads.drain(..) {
            thread.join().ok();
        }
    }
}

fn listen<F>(listener: &TcpListener, answer: &Arc<F>, doors: &Doors)
where
    F: Fn(Incoming) -> Outgoing + Send + Sync + 'static,
{
    for stream in listener.incoming() {
        if doors.closed.load(Ordering::SeqCst) {
            return;
        }
        doors.connections.fetch_add(1, Ordering::SeqCst);
        let answer = Arc::clone(answer);
        // A thread for each, so that one that is kept waiting keeps nobody else waiting. Whoever asks may hang up, on a
        // body that is too large for example.
        std::thread::spawn(move || stream.and_then(|stream| converse(stream, &*answer)).ok());
    }
}

fn converse(mut stream: TcpStream, answer: impl Fn(Incoming) -> Outgoing) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let outgoing = answer(read(&stream)?);
    std::thread::sleep(outgoing.delay);
    if outgoing.lost {
        return stream.shutdown(Shutdown::Both);
    }
    let mut text = Vec::new();
    write!(text, "HTTP/1.1 {} Here\r\nConnection: close\r\n", outgoing.status)?;
    let told = |name: &str| outgoing.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    if !told("content-length") {
        write!(text, "Content-Length: {}\r\n", outgoing.body.len())?;
    }
    for (name, value) in &outgoing.headers {
        write!(text, "{name}: {value}\r\n")?;
    }
    text.extend(b"\r\n");
    text.extend(outgoing.body);
    stream.write_all(&text)
}

fn read(stream: &TcpStream) -> std::io::Result<Incoming> {
    let mut reader = BufReader::new(stream);
    let mut incoming = Incoming::default();
    let mut head = (&mut reader).take(HEAD_MAX);
    let mut line = String::new();
    head.read_line(&mut line)?;
    let mut words = line.split_ascii_whitespace();
    words.next().unwrap_or_default().clone_into(&mut incoming.method);
    words.next().unwrap_or_default().clone_into(&mut incoming.target);
    loop {
        line.clear();
        head.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        incoming.headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    let length = incoming.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.take(BODY_MAX.min(length)).read_to_end(&mut incoming.body)?;
    Ok(incoming)
}
