//! Puts the rooms together: the store, the keys, and the use cases over both.

use std::sync::Arc;

use jiff::SignedDuration;
use kalends_app::{App, Policy, Ports};
use kalends_mail::{LogMailer, SmtpMailer};
use kalends_ports::{Clock, Mailer, Secrets};
use kalends_secrets::LocalSecrets;
use kalends_store::ConnectError;
use tokio::sync::Notify;

use crate::clock::SystemClock;
use crate::database::Database;
use crate::failure::Failure;
use crate::keys;
use crate::settings::Settings;
use crate::worker::Waking;

/// How much of what calendars hold is kept in memory.
const WINDOWS_BYTES: usize = 4 << 20;

/// What works on a store that is open.
pub(crate) struct House {
    pub(crate) app: App,
    /// Told of each job that is committed here.
    pub(crate) wake: Arc<Notify>,
}

/// Opens the store, brings its schema up to date, and reads or makes the keys.
pub(crate) async fn open(settings: &Settings) -> Result<House, Failure> {
    let database = &settings.database;
    let connected = kalends_store::connect(database.url(), &settings.store).await;
    let store = connected.map_err(|error| unusable(database, &error))?;
    let keys = keys::load(settings, store.as_ref(), store.as_ref()).await.map_err(Failure::new)?;
    let secrets: Arc<dyn Secrets> = Arc::new(LocalSecrets::new(&keys).map_err(Failure::new)?);
    keys::check_seal(secrets.as_ref(), store.as_ref()).await.map_err(Failure::new)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let policy = Policy {
        open_registration: settings.open_registration,
        public_url: settings.public_url.clone(),
        // A key that follows from the store protects nothing of what stands in the store.
        keeps_tokens: settings.encryption_key.is_some() || database.key_file().is_some(),
        sync_interval: SignedDuration::try_from(settings.providers.sync_interval).map_err(Failure::new)?,
        feed_interval: SignedDuration::try_from(settings.feeds.interval).map_err(Failure::new)?,
        feed_limit: settings.feeds.limit,
        windows_bytes: WINDOWS_BYTES,
    };
    let fetcher = kalends_fetch::Client::new(settings.fetch_allow_hosts.clone()).map_err(Failure::new)?;
    let wake = Arc::new(Notify::new());
    let providers = settings.providers.providers(clock.clone()).map_err(Failure::new)?;
    let mut ports = Ports::new(store, secrets, clock, Arc::new(fetcher), mailer(settings));
    ports.providers = providers;
    ports.commit = Arc::new(Waking { commit: ports.commit, wake: wake.clone() });
    Ok(House { app: App::new(ports, policy), wake })
}

/// Through the mail server that was named, or into the log.
fn mailer(settings: &Settings) -> Arc<dyn Mailer> {
    match &settings.mail {
        Some(mail) => Arc::new(SmtpMailer::new(&mail.server, mail.from.clone())),
        None => Arc::new(LogMailer),
    }
}

/// What the HTTP side needs to know.
pub(crate) fn api_settings(settings: &Settings) -> kalends_api::Settings {
    kalends_api::Settings {
        public_url: settings.public_url.clone(),
        cors_origins: settings.cors_origins.clone(),
        embed_origins: settings.embed_origins.clone(),
        rate_limit: settings.rate_limit,
        trusted_proxies: settings.trusted_proxies.clone(),
        tzdata: kalends_domain::time::database_description().to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Which store it is, why it cannot be used, and what to check.
pub(crate) fn unusable(database: &Database, error: &ConnectError) -> Failure {
    Failure::new(format!("the store cannot be used: {error}\n  {}", database.what_to_check()))
}
