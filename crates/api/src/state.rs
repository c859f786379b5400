//! What every request can reach.

use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use kalends_app::{App, Ended, Error};
use kalends_ports::SecretsError;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use crate::error::{Failure, Kind};
use crate::guard::Guard;
use crate::held::Held;
use crate::house::Documents;
use crate::metrics::Metrics;
use crate::proxies::Network;
use crate::routes::RouteTable;

/// Imports that may run at once.
const IMPORTS: usize = 4;
/// Sign-ins that may be under way at once for each core. One hashes while the other asks the store.
const SIGN_INS_PER_CORE: usize = 2;
/// How long a sign-in waits for its turn before it is told to come back.
const SIGN_IN_PATIENCE: Duration = Duration::from_secs(5);

/// How often one caller may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many requests
    pub requests: NonZeroU32,
    /// in every such period.
    pub period: Duration,
}

/// What an operator decides about the HTTP side.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The base of every URL handed out, without a slash at its end.
    pub public_url: String,
    /// Origins that browsers may call from, as browsers send them.
    pub cors_origins: Vec<String>,
    /// Origins whose pages may show the booking page in a frame, as browsers send them.
    pub embed_origins: Vec<String>,
    /// The limit per caller; `None` for no limit, not even of guesses.
    pub rate_limit: Option<Rate>,
    /// The proxies that are believed whom they speak for.
    pub trusted_proxies: Vec<Network>,
    /// Which time zone data is used and where it comes from, as `/readyz` shows it.
    pub tzdata: String,
    /// The server's version.
    pub version: String,
}

/// The use cases, the settings, and what all workers share. Cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Shared>);

/// What a [`State`] holds.
pub struct Shared {
    /// The use cases.
    pub app: App,
    /// The settings.
    pub settings: Settings,
    pub(crate) metrics: Metrics,
    pub(crate) guard: Option<Guard>,
    pub(crate) documents: Documents,
    pub(crate) routes: RouteTable,
    imports: Semaphore,
    sign_ins: Semaphore,
    leaving: AtomicBool,
    pub(crate) held: Held,
}

impl State {
    /// Makes it once, for all workers.
    pub fn new(app: App, settings: Settings) -> Self {
        let openapi = crate::openapi::document();
        Self(Arc::new(Shared {
            metrics: Metrics::new(&settings.version, app.context().now()),
            guard: settings.rate_limit.map(Guard::new),
            documents: Documents::new(&openapi, &settings.public_url),
            routes: RouteTable::new(&openapi),
            imports: Semaphore::new(IMPORTS),
            sign_ins: Semaphore::new(SIGN_INS_PER_CORE * available_parallelism().map_or(2, usize::from)),
            leaving: AtomicBool::new(false),
            held: Held::new(),
            app,
            settings,
        }))
    }

    /// Sends callers elsewhere from now on: `/readyz` says so, and every connection is closed after its next answer.
    pub fn leave(&self) {
        self.0.leaving.store(true, Ordering::Relaxed);
    }

    /// Counts a job of this kind that this process began.
    pub fn job_ended(&self, kind: &'static str, ended: Ended) {
        self.metrics.job_ended(kind, ended);
    }
}

impl Deref for State {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl FromRequest for State {
    type Error = actix_web::Error; // `Failure` is of this crate alone
    type Future = std::future::Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(State::of(request).map_err(Into::into))
    }
}

impl State {
    pub(crate) fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// The right to run one more import. Each may hold a large file's contents in memory, so only a few run at once.
    pub(crate) fn import_permit(&self) -> Result<SemaphorePermit<'_>, Failure> {
        self.imports.try_acquire().map_err(|_| {
            let failure = Failure::new(Kind::Limited, "too many imports are running; try again in 5 s");
            Failure { retry_after: Some(5), ..failure }
        })
    }

    /// A sign-in's turn. Those that wait for one have asked the store for nothing yet, so that however many come, others
    /// find it free.
    pub(crate) async fn sign_in_turn(&self) -> Result<SemaphorePermit<'_>, Failure> {
        let turn = timeout(SIGN_IN_PATIENCE, self.sign_ins.acquire()).await;
        // The semaphore is never closed, so a refusal is a timeout.
        turn.ok().and_then(Result::ok).ok_or_else(|| Error::Secrets(SecretsError::Busy).into())
    }

    /// The state of the service that got this request.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Failure> {
        request.app_data::<Self>().cloned().ok_or_else(|| Failure::internal("the service was built without its state"))
    }
}
