//! One call of a fake, taken apart.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use url::form_urlencoded;

use crate::listener::Incoming;

/// A call that somebody made.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// The method.
    pub method: String,
    /// The path, without the query, as it was sent.
    pub path: String,
    /// The query, decoded, in order.
    pub query: Vec<(String, String)>,
    /// The body, where it was JSON.
    pub body: Option<Value>,
    /// The form, where the body was one.
    pub form: Vec<(String, String)>,
    /// What was asked for with `If-Match`.
    pub if_match: Option<String>,
    /// What was asked for with `Prefer`.
    pub prefer: Option<String>,
    /// Of which trace it is part, as `traceparent` says.
    pub traceparent: Option<String>,
    /// Who called, as `Authorization` says.
    pub(super) authorization: Option<String>,
    /// What was answered; 0 where the answer was lost.
    pub status: u16,
}

impl Call {
    /// Whether it is one of this method whose path ends so. An empty method is any.
    pub fn is(&self, method: &str, end: &str) -> bool {
        (method.is_empty() || self.method == method) && self.path.ends_with(end)
    }

    /// The value of a parameter of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }

    /// The segments of the path after `prefix`, decoded.
    pub(super) fn segments(&self, prefix: &str) -> Option<Vec<String>> {
        let rest = self.path.strip_prefix(prefix)?.strip_prefix('/')?;
        Some(rest.split('/').map(decoded).collect())
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        value(&self.form, name)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.parameter(name) == Some("true")
    }
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

impl From<&Incoming> for Call {
    fn from(incoming: &Incoming) -> Self {
        let (path, query) = incoming.target.split_once('?').unwrap_or((&incoming.target, ""));
        let pairs = |text: &[u8]| form_urlencoded::parse(text).into_owned().collect::<Vec<_>>();
        let header = |name| incoming.header(name).map(str::to_owned);
        let is_form = incoming.header("content-type").is_some_and(|kind| kind.contains("form-urlencoded"));
        Self {
            method: incoming.method.clone(),
            path: path.to_owned(),
            query: pairs(query.as_bytes()),
            body: serde_json::from_slice(&incoming.body).ok(),
            form: if is_form { pairs(&incoming.body) } else { Vec::new() },
            if_match: header("if-match"),
            prefer: header("prefer"),
            traceparent: header("traceparent"),
            authorization: header("authorization"),
            status: 0,
        }
    }
}
