//! What every request can reach.

use std::num::NonZeroU32;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use kalends_app::{App, Ended};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::error::{Failure, Kind};
use crate::house::Documents;
use crate::metrics::Metrics;
use crate::middleware::Limiter;
use crate::routes::RouteTable;

/// Imports that may run at once.
const IMPORTS: usize = 4;

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
    /// The limit per caller; `None` for no limit.
    pub rate_limit: Option<Rate>,
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
    pub(crate) limiter: Option<Limiter>,
    pub(crate) documents: Documents,
    pub(crate) routes: RouteTable,
    imports: Semaphore,
}

impl State {
    /// Makes it once, for all workers.
    pub fn new(app: App, settings: Settings) -> Self {
        let openapi = crate::openapi::document();
        Self(Arc::new(Shared {
            metrics: Metrics::new(&settings.version, app.context().now()),
            limiter: settings.rate_limit.map(Limiter::new),
            documents: Documents::new(&openapi, &settings.public_url),
            routes: RouteTable::new(&openapi),
            imports: Semaphore::new(IMPORTS),
            app,
            settings,
        }))
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
    /// The right to run one more import. Each may hold a large file's contents in memory, so only a few run at once.
    pub(crate) fn import_permit(&self) -> Result<SemaphorePermit<'_>, Failure> {
        self.imports.try_acquire().map_err(|_| {
            let failure = Failure::new(Kind::Limited, "too many imports are running; try again in 5 s");
            Failure { retry_after: Some(5), ..failure }
        })
    }

    /// The state of the service that got this request.
    pub(crate) fn of(request: &HttpRequest) -> Result<Self, Failure> {
        request.app_data::<Self>().cloned().ok_or_else(|| Failure::internal("the service was built without its state"))
    }
}
