//! Calls as a program makes them.

use serde_json::Value;

/// An answer: its status, and its body where that is JSON.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) location: Option<String>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// Status and reason of Google's kind.
    pub(crate) fn refusal(&self) -> (u16, String) {
        let reason = self.body["error"]["errors"][0]["reason"].as_str().unwrap_or_default();
        (self.status, reason.to_owned())
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    config.max_redirects_will_error(false).allow_non_standard_methods(true).build().into()
}

/// Any call. Headers are pairs.
pub(crate) fn call(method: &str, url: &str, headers: &[(&str, &str)], body: Option<&str>) -> Option<Answer> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body.unwrap_or_default().to_owned()).expect("a request");
    let mut response = agent().run(request).ok()?;
    let location = response.headers().get("location").and_then(|it| it.to_str().ok()).map(str::to_owned);
    let text = response.body_mut().read_to_string().ok()?;
    let body = serde_json::from_str(&text).unwrap_or(Value::Null);
    Some(Answer { status: response.status().as_u16(), body, location })
}

/// A call with JSON and a token.
#[track_caller]
pub(crate) fn json(method: &str, url: &str, token: &str, body: Option<&Value>) -> Answer {
    json_with(method, url, token, &[], body)
}

/// A call with JSON, a token and other headers.
#[track_caller]
pub(crate) fn json_with(
    method: &str,
    url: &str,
    token: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Answer {
    let authorization = format!("Bearer {token}");
    let mut all = vec![("Authorization", authorization.as_str())];
    all.extend(headers);
    all.extend(body.map(|_| ("Content-Type", "application/json")));
    call(method, url, &all, body.map(Value::to_string).as_deref()).expect("an answer")
}

/// A form, as token servers take it.
#[track_caller]
pub(crate) fn form(url: &str, fields: &[(&str, &str)]) -> Answer {
    let text = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    call("POST", url, &[("Content-Type", "application/x-www-form-urlencoded")], Some(&text)).expect("an answer")
}
