//! Asking the server something, as someone.

use std::time::Duration;

use serde_json::Value;

use crate::answer::Answer;

/// Someone who speaks to a server: nobody in particular, a user, or a holder of a key.
#[derive(Debug, Clone)]
pub struct Caller {
    agent: ureq::Agent,
    base: String,
    headers: Vec<(String, String)>,
    in_trouble: bool,
}

impl Caller {
    /// Someone without credentials.
    pub fn new(base: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .allow_non_standard_methods(true)
            .build();
        Self { agent: config.into(), base: base.to_owned(), headers: Vec::new(), in_trouble: false }
    }

    /// The server it speaks to.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The same, with a header on every request.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut with = self.clone();
        with.headers.push((name.to_owned(), value.to_owned()));
        with
    }

    /// The same, with a bearer token.
    #[must_use]
    pub fn bearer(&self, token: &str) -> Self {
        self.with("Authorization", &format!("Bearer {token}"))
    }

    /// The same, with an API key.
    #[must_use]
    pub fn key(&self, token: &str) -> Self {
        self.with("X-API-Key", token)
    }

    /// The same, speaking to another server.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.to_owned(), ..self.clone() }
    }

    /// The same, to whom the server may say that it cannot answer now.
    #[must_use]
    pub fn in_trouble(&self) -> Self {
        Self { in_trouble: true, ..self.clone() }
    }

    /// A GET.
    pub fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> Request {
        self.request("POST", path)
    }

    /// A PUT.
    pub fn put(&self, path: &str) -> Request {
        self.request("PUT", path)
    }

    /// A PATCH.
    pub fn patch(&self, path: &str) -> Request {
        self.request("PATCH", path)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    /// Whatever method.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request {
            agent: self.agent.clone(),
            method: method.to_owned(),
            url: format!("{}{path}", self.base),
            headers: self.headers.clone(),
            body: None,
            in_trouble: self.in_trouble,
        }
    }
}

/// A request that is being made.
#[derive(Debug, Clone)]
#[must_use]
pub struct Request {
    agent: ureq::Agent,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
    in_trouble: bool,
}

impl Request {
    /// With a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a parameter in the query.
    pub fn query(mut self, name: &str, value: &str) -> Self {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        self.url = format!("{}{separator}{name}={}", self.url, percent_encoded(value));
        self
    }

    /// With a JSON body.
    pub fn json(self, body: Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With any body.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("Content-Type", content_type)
    }

    /// Sends it, and checks what holds for every answer.
    #[track_caller]
    pub fn send(self) -> Answer {
        let asked = format!("{} {}", self.method, self.url);
        match self.try_send() {
            Ok(answer) => answer,
            Err(cause) => panic!("{asked}: {cause}"),
        }
    }

    /// Sends it to a server that may go away meanwhile: an error is what the connection came to.
    #[track_caller]
    pub fn try_send(self) -> Result<Answer, ureq::Error> {
        let asked = format!("{} {}", self.method, self.url);
        let mut request = ureq::http::Request::builder().method(self.method.as_str()).uri(&self.url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = self.body.unwrap_or_default();
        let request = request.body(body).expect("the request can be made");
        let mut response = self.agent.run(request)?;
        let bytes = response.body_mut().with_config().limit(100 << 20).read_to_vec()?;
        Ok(Answer::read(asked, &response, bytes, self.in_trouble))
    }
}

/// Everything but letters, digits and `-._~` becomes `%XX`.
fn percent_encoded(value: &str) -> String {
    use std::fmt::Write as _;
    value.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
