//! Somebody else's web server, on loopback: it answers what a test says, and remembers who came.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::Value;

use crate::listener::{Incoming, Listener, Outgoing};

/// What it answers at a path.
#[derive(Debug, Clone)]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    delay: Duration,
}

impl Page {
    /// An answer of this status, without a body.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), delay: Duration::ZERO }
    }

    /// An iCalendar file.
    pub fn calendar(text: &str) -> Self {
        Self::status(200).header("Content-Type", "text/calendar; charset=utf-8").body(text)
    }

    /// A JSON document.
    pub fn json(value: &Value) -> Self {
        Self::status(200).header("Content-Type", "application/json").body(value.to_string())
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

    /// Whoever asks waits so long.
    pub fn slow(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// With a body.
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }
}

/// A server that is up as long as this value is.
#[derive(Debug)]
pub struct Web {
    listener: Listener,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    pages: HashMap<String, Page>,
    requests: Vec<String>,
    answers: Vec<(String, u16)>,
}

impl Web {
    /// Starts one on any free port, on the loopback of IPv6 too where there is one.
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let served = Arc::clone(&state);
        Self { listener: Listener::start(move |incoming| answer(&incoming, &served)), state }
    }

    /// The port on which it listens.
    pub fn port(&self) -> u16 {
        self.listener.port()
    }

    /// Its `host:port`.
    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port())
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
        self.listener.connections()
    }

    /// What was answered since this was last asked: paths with statuses, in order.
    pub fn take_answers(&self) -> Vec<(String, u16)> {
        std::mem::take(&mut lock(&self.state).answers)
    }

    /// What was asked, as `GET /path`, in order.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.state).requests.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("nobody panics while serving")
}

fn answer(incoming: &Incoming, state: &Mutex<State>) -> Outgoing {
    let mut state = lock(state);
    state.requests.push(format!("{} {}", incoming.method, incoming.target));
    let mut page = state.pages.get(&incoming.target).cloned().unwrap_or(Page::status(404));
    // Whoever names the version that is there has it.
    let tag = page.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("etag")).map(|(_, tag)| tag.as_str());
    if tag.is_some() && incoming.header("if-none-match") == tag {
        page = Page { status: 304, body: Vec::new(), ..page };
    }
    state.answers.push((incoming.target.clone(), page.status));
    Outgoing { headers: page.headers, body: page.body, delay: page.delay, ..Outgoing::status(page.status) }
}
