//! One fetch: the redirects by hand, and a bound to everything.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use kalends_http::{ClientError, USER_AGENT, build, retry_after};
use kalends_ports::{Document, FetchError, FetchRequest, Fetched, Fetcher};
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
    LOCATION,
};
use reqwest::{Response, StatusCode, redirect};
use tokio::time::timeout;

use crate::address::{NotPublic, PublicOnly};
use crate::allowed::AllowedHosts;
use crate::target::Target;

const REDIRECTS_MAX: usize = 5;
/// An etag or date that is longer is not kept.
const VALIDATOR_MAX: usize = 1024;
/// How much of a media type that is not taken is told.
const TOLD_MAX: usize = 100;

/// How long to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// For a name to be resolved and a connection to stand.
    pub(crate) connection: Duration,
    /// For everything, redirects and body included.
    pub(crate) whole: Duration,
}

const PATIENCE: Patience = Patience { connection: Duration::from_secs(5), whole: Duration::from_secs(20) };

/// Fetches over HTTP. Keeps no connection, cookie or cache: what is fetched again is so after hours.
#[derive(Debug)]
pub struct Client {
    allowed: AllowedHosts,
    /// For all hosts but those: connects to public addresses alone.
    public: reqwest::Client,
    /// For the hosts that are exempt. It is another client because a resolver does not see the port, which may be what
    /// makes a host exempt.
    exempt: reqwest::Client,
    patience: Patience,
}

impl Client {
    /// A client that, of hosts in private networks, fetches from these alone. Reads the system's certificates.
    pub fn new(allowed: AllowedHosts) -> Result<Self, ClientError> {
        Self::patient(allowed, PATIENCE)
    }

    pub(crate) fn patient(allowed: AllowedHosts, patience: Patience) -> Result<Self, ClientError> {
        let public = build(|| builder(patience).dns_resolver(PublicOnly))?;
        let exempt = build(|| builder(patience))?;
        Ok(Self { allowed, public, exempt, patience })
    }

    async fn follow(&self, request: &FetchRequest) -> Result<Fetched, FetchError> {
        let mut target = Target::parse(&request.url, &self.allowed).map_err(FetchError::Refused)?;
        for _ in 0..=REDIRECTS_MAX {
            let response = self.ask(&target, request).await?;
            let Some(location) = location(&response) else {
                return read(response, request).await;
            };
            target = target.redirected(location, &self.allowed).map_err(FetchError::Refused)?;
        }
        Err(FetchError::TooManyRedirects(REDIRECTS_MAX))
    }

    async fn ask(&self, target: &Target, request: &FetchRequest) -> Result<Response, FetchError> {
        let client = if target.exempt { &self.exempt } else { &self.public };
        let asking = client.get(target.url.clone()).header(ACCEPT, request.accept.join(", "));
        asking.headers(conditions(request)).send().await.map_err(failure)
    }
}

#[async_trait]
impl Fetcher for Client {
    async fn fetch(&self, request: FetchRequest) -> Result<Fetched, FetchError> {
        timeout(self.patience.whole, self.follow(&request)).await.unwrap_or(Err(FetchError::TimedOut))
    }
}

fn builder(patience: Patience) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .connect_timeout(patience.connection)
        .pool_max_idle_per_host(0)
        .redirect(redirect::Policy::none()) // each is checked first, by hand
        .no_proxy() // a proxy would resolve the name itself
}

/// What was fetched last. It came from outside, so what cannot stand in a header is left out.
fn conditions(request: &FetchRequest) -> HeaderMap {
    let told = [(IF_NONE_MATCH, &request.etag), (IF_MODIFIED_SINCE, &request.last_modified)];
    told.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value.as_deref()?).ok()?))).collect()
}

/// Where a redirect leads. One that does not say is a status like another.
fn location(response: &Response) -> Option<&str> {
    let redirects = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    let location = response.headers().get(LOCATION).filter(|_| redirects)?;
    std::str::from_utf8(location.as_bytes()).ok()
}

async fn read(mut response: Response, request: &FetchRequest) -> Result<Fetched, FetchError> {
    let status = response.status();
    if status == StatusCode::NOT_MODIFIED && !conditions(request).is_empty() {
        return Ok(Fetched::NotModified);
    }
    if status != StatusCode::OK {
        let retry_after = retry_after(response.headers());
        return Err(FetchError::Status { status: status.as_u16(), retry_after });
    }
    let media_type = media_type(response.headers());
    if let Some(found) = media_type.as_deref().filter(|found| !request.accept.contains(found)) {
        let found = found.chars().take(TOLD_MAX).collect();
        return Err(FetchError::MediaType { found, accept: request.accept });
    }
    let too_large = FetchError::TooLarge(request.max_bytes);
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |it| it > request.max_bytes))
    {
        return Err(too_large);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if chunk.len() > request.max_bytes.saturating_sub(body.len()) {
            return Err(too_large);
        }
        body.extend_from_slice(&chunk);
    }
    let validator = |name| text(response.headers(), &name).filter(|value| value.len() <= VALIDATOR_MAX);
    Ok(Fetched::Document(Document { body, media_type, etag: validator(ETAG), last_modified: validator(LAST_MODIFIED) }))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The type without its parameters, in lower case.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = String::from_utf8_lossy(headers.get(CONTENT_TYPE)?.as_bytes()).to_ascii_lowercase();
    value.split(';').next().map(str::trim).filter(|essence| !essence.is_empty()).map(str::to_owned)
}

/// Tells the first cause alone: reqwest's own words hold the URL.
fn failure(error: reqwest::Error) -> FetchError {
    let timed_out = error.is_timeout();
    let unreachable = error.is_connect();
    let mut cause: &(dyn Error + 'static) = &error.without_url();
    loop {
        if let Some(refusal) = cause.downcast_ref::<NotPublic>() {
            return FetchError::Refused(refusal.to_string());
        }
        let Some(source) = cause.source() else { break };
        cause = source;
    }
    match cause.to_string() {
        _ if timed_out => FetchError::TimedOut,
        cause if unreachable => FetchError::Unreachable(cause),
        cause => FetchError::Broken(cause),
    }
}
