//! What both fakes are made of: a port, who may call, what goes wrong, what was asked, and what broke the schema.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::call::Call;
use super::fault::{Fault, Mishap};
use super::oauth::{Agreed, OAuth};
use crate::listener::{Incoming, Listener, Outgoing};

/// What a service answers.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    /// Nothing, where there is no body.
    pub(super) body: Option<Value>,
    headers: Vec<(String, String)>,
}

impl Reply {
    pub(super) fn json(status: u16, body: Value) -> Self {
        Self { status, body: Some(body), headers: Vec::new() }
    }

    pub(super) fn nothing() -> Self {
        Self { status: 204, body: None, headers: Vec::new() }
    }

    pub(super) fn redirect(to: &str) -> Self {
        Self { status: 302, body: None, headers: Vec::new() }.header("Location", to)
    }

    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// One of the two services.
pub(super) trait Service: Send + 'static {
    /// Where its API begins.
    const API: &'static str;

    /// What in this call is not as the service's schema has it.
    fn check(&self, call: &Call) -> Vec<String>;

    /// What in this answer to the call is not.
    fn check_answer(&self, call: &Call, reply: &Reply) -> Vec<String>;

    /// Does what is asked by somebody who may.
    fn answer(&mut self, call: &Call, account: &str, base: &str) -> Reply;

    /// The service's own way to refuse.
    fn refusal(status: u16, reason: &str) -> Value;
}

/// A service that listens.
#[derive(Debug)]
pub(super) struct Emulator<S> {
    listener: Listener,
    inside: Arc<Mutex<Inside<S>>>,
}

/// What it holds.
#[derive(Debug)]
pub(super) struct Inside<S> {
    pub(super) service: S,
    pub(super) oauth: OAuth,
    pub(super) faults: Vec<Fault>,
    pub(super) calls: Vec<Call>,
    violations: Vec<String>,
}

impl<S: Service> Emulator<S> {
    pub(super) fn start(service: S, oauth: OAuth) -> Self {
        let inside = Inside { service, oauth, faults: Vec::new(), calls: Vec::new(), violations: Vec::new() };
        let inside = Arc::new(Mutex::new(inside));
        let answering = Arc::clone(&inside);
        Self { listener: Listener::start(move |incoming| lock(&answering).handle(&incoming)), inside }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.listener.port())
    }

    /// Where a browser is sent from the page that asks for agreement.
    #[track_caller]
    pub(super) fn agree(&self, authorization_url: &str) -> Option<Agreed> {
        let target = authorization_url.strip_prefix(&self.url("")).expect("it leads here");
        let call = Call::from(&Incoming::get(target));
        let reply = self.inside().oauth.authorize(&call);
        let back = reply.headers.iter().find(|(name, _)| name == "Location").map(|(_, url)| url.clone());
        Agreed::from_url(&back.unwrap_or_else(|| panic!("it is refused: {reply:?}")))
    }

    pub(super) fn inside(&self) -> MutexGuard<'_, Inside<S>> {
        lock(&self.inside)
    }
}

impl<S> Drop for Emulator<S> {
    fn drop(&mut self) {
        // Even after a panic elsewhere, which is then what is told.
        let violations = std::mem::take(&mut self.inside.lock().unwrap_or_else(PoisonError::into_inner).violations);
        let good = violations.is_empty() || std::thread::panicking();
        assert!(good, "not as the real service's schema has it:\n  {}", violations.join("\n  "));
    }
}

fn lock<S>(inside: &Mutex<Inside<S>>) -> MutexGuard<'_, Inside<S>> {
    inside.lock().expect("nobody panics while answering")
}

impl<S: Service> Inside<S> {
    pub(super) fn take_violations(&mut self) -> Vec<String> {
        std::mem::take(&mut self.violations)
    }

    fn handle(&mut self, incoming: &Incoming) -> Outgoing {
        let mut call = Call::from(incoming);
        let base = incoming.header("host").map(|host| format!("http://{host}")).unwrap_or_default();
        let mishap = Fault::take(&mut self.faults, &call);
        let mut outgoing = match &mishap {
            Some(Mishap::Refused { status, reason, retry_after }) => {
                let mut reply = Reply::json(*status, S::refusal(*status, reason));
                if !call.path.starts_with(S::API) {
                    reply.body = Some(json!({"error": reason}));
                }
                if let Some(seconds) = retry_after {
                    reply = reply.header("Retry-After", &seconds.to_string());
                }
                outgoing(&reply)
            }
            Some(Mishap::Cut) => Outgoing { lost: true, ..Outgoing::status(0) },
            Some(Mishap::Garbled) => Outgoing { body: b"<html>".to_vec(), ..Outgoing::status(200) },
            _ => outgoing(&self.answer(&call, &base)),
        };
        match mishap {
            Some(Mishap::Lost) => outgoing.lost = true,
            Some(Mishap::Slow(delay)) => outgoing.delay = delay,
            _ => {}
        }
        call.status = if outgoing.lost { 0 } else { outgoing.status };
        self.calls.push(call);
        outgoing
    }

    fn answer(&mut self, call: &Call, base: &str) -> Reply {
        match call.path.as_str() {
            "/authorize" => return self.oauth.authorize(call),
            "/token" => return self.oauth.token_request(call),
            "/revoke" => return self.oauth.revoke(call),
            _ => {}
        }
        let Some(account) = self.oauth.owner(call.authorization.as_deref()) else {
            return Reply::json(401, S::refusal(401, "authError"));
        };
        let mut broken = self.service.check(call);
        let reply = self.service.answer(call, &account, base);
        broken.extend(self.service.check_answer(call, &reply));
        let told = |it: String| format!("{} {}: {it}", call.method, call.path);
        self.violations.extend(broken.into_iter().map(told));
        reply
    }
}

fn outgoing(reply: &Reply) -> Outgoing {
    let mut outgoing = Outgoing::status(reply.status);
    outgoing.headers.clone_from(&reply.headers);
    if let Some(body) = &reply.body {
        outgoing.body = body.to_string().into_bytes();
        outgoing = outgoing.header("Content-Type", "application/json; charset=UTF-8");
    }
    outgoing
}
