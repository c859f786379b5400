//! Calls of an API that an administrator named.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use jiff::SignedDuration;
use kalends_ports::{ProviderError, ProviderSecret};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tracing::Instrument;
use url::Url;

use crate::client::{ClientError, USER_AGENT, build, retry_after};
use crate::trace;

const CONNECTION: Duration = Duration::from_secs(5);
/// For one call with its whole answer. No use of a port makes more than three, and each has a minute.
const WHOLE: Duration = Duration::from_secs(20);
/// A page of a thousand events with long descriptions.
const ANSWER_MAX: usize = 32 << 20;
/// How much of a provider's own words is told.
const TOLD_MAX: usize = 200;

/// Makes calls. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Api {
    client: reqwest::Client,
}

/// One call. It may hold a secret anywhere, so `Debug` shows none of it.
pub struct Call {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Call {
    /// Of this address, without a body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: None }
    }

    /// With an access token.
    #[must_use]
    pub fn access(mut self, token: &ProviderSecret) -> Self {
        if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.0)) {
            value.set_sensitive(true);
            self.headers.insert(AUTHORIZATION, value);
        }
        self
    }

    /// With a header. A value that cannot stand in one, which only the provider itself can have made, is left out.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.append(HeaderName::from_static(name), value);
        }
        self
    }

    /// With a body of JSON.
    #[must_use]
    pub fn json(self, body: &impl Serialize) -> Self {
        // What we serialize are our own types and values, none of which fails.
        let text = serde_json::to_vec(body).unwrap_or_default();
        Self { body: Some(text), ..self.header("content-type", "application/json") }
    }

    /// With a form.
    #[must_use]
    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        Self { body: Some(text.into_bytes()), ..self.header("content-type", "application/x-www-form-urlencoded") }
    }
}

impl Call {
    pub(crate) fn any_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    pub(crate) fn body(self, body: Vec<u8>) -> Self {
        Self { body: Some(body), ..self }
    }
}

/// What was answered, whatever it was. It may hold a secret, so `Debug` shows the status alone.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// How long it asks to be left alone, if it said so.
    pub retry_after: Option<SignedDuration>,
    /// The body, whole.
    pub body: Vec<u8>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Answer {
    /// Whether what was asked is done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body as JSON of this type.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // The error's own words may hold what somebody wrote into a calendar.
            let reason = format!("its answer cannot be read, at line {} column {}", error.line(), error.column());
            ProviderError::Unavailable { reason, retry_after: None }
        })
    }

    /// What a status means that means the same everywhere; `told` are the provider's own words, if it had any.
    pub fn failure(&self, told: Option<&str>) -> ProviderError {
        let told = || match told {
            Some(told) => told.chars().take(TOLD_MAX).collect(),
            None => format!("status {}", self.status),
        };
        match self.status {
            401 => ProviderError::Unauthorized,
            403 => ProviderError::Forbidden(told()),
            404 | 410 => ProviderError::NotFound,
            409 => ProviderError::Exists,
            412 => ProviderError::Moved,
            429 => ProviderError::RateLimited { retry_after: self.retry_after },
            // A redirect is no answer to an API's call; neither is a request that took too long.
            0..=399 | 408 | 500.. => ProviderError::Unavailable {
                reason: format!("it answered with status {}", self.status),
                retry_after: self.retry_after,
            },
            _ => ProviderError::Rejected(told()),
        }
    }
}

impl Api {
    /// Reads the system's certificates. No proxy is used, and no redirect followed.
    pub fn new() -> Result<Self, ClientError> {
        Self::patient(WHOLE)
    }

    pub(crate) fn patient(whole: Duration) -> Result<Self, ClientError> {
        let builder = || {
            let builder = reqwest::Client::builder().user_agent(USER_AGENT).connect_timeout(CONNECTION).timeout(whole);
            builder.redirect(redirect::Policy::none()).no_proxy()
        };
        Ok(Self { client: build(builder)? })
    }

    /// Makes one call, and reads the whole answer of whatever status.
    pub async fn call(&self, mut call: Call) -> Result<Answer, ProviderError> {
        let span = trace::span(&call.method, &call.url, &mut call.headers);
        let answer = self.make(call).instrument(span.clone()).await;
        trace::end(&span, answer.as_ref().ok().map(|answer| answer.status));
        answer
    }

    async fn make(&self, call: Call) -> Result<Answer, ProviderError> {
        let mut request = self.client.request(call.method, call.url).headers(call.headers);
        if let Some(body) = call.body {
            request = request.body(body);
        }
        let mut response = request.send().await.map_err(failure)?;
        let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers()));
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failure)? {
            if chunk.len() > ANSWER_MAX - body.len() {
                let reason = format!("its answer is larger than {} MB", ANSWER_MAX >> 20);
                return Err(ProviderError::Unavailable { reason, retry_after: None });
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, retry_after, body })
    }
}

/// Tells the first cause alone: reqwest's own words hold the URL, and URLs hold ids and codes.
fn failure(error: reqwest::Error) -> ProviderError {
    let timed_out = error.is_timeout();
    let error = error.without_url();
    let mut cause: &(dyn Error + 'static) = &error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let reason = if timed_out { "no answer in time".to_owned() } else { cause.to_string() };
    ProviderError::Unavailable { reason, retry_after: None }
}
