//! What the server answered.

use std::ops::Index;

use serde_json::Value;

/// An answer, whole.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body as JSON; null if it is none.
    pub json: Value,
    /// The body as it came.
    pub body: Vec<u8>,
    headers: Vec<(String, String)>,
    asked: String,
}

impl Answer {
    #[track_caller]
    pub(crate) fn read<B>(asked: String, response: &ureq::http::Response<B>, body: Vec<u8>, in_trouble: bool) -> Self {
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        let answer = Self { status: response.status().as_u16(), json, body, headers, asked };
        assert!(answer.header("x-request-id").is_some_and(|id| !id.is_empty()), "{answer}has no X-Request-Id");
        // What others do for it may fail, and be told as theirs: the store, and who keeps a linked calendar.
        let of_others = answer.status == 503
            && ["/readyz", "/integrations/", "/sync/google", "/sync/events/"]
                .iter()
                .any(|part| answer.asked.contains(part));
        let told = in_trouble && answer.status == 503 && answer.header("retry-after").is_some();
        assert!(answer.status < 500 || of_others || told, "{answer}is a failure of the server");
        answer
    }

    /// A header, by its name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The `ETag`, which must be there.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("{self}has no ETag")).to_owned()
    }

    /// The body as text.
    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or_else(|cause| panic!("{self}is no text: {cause}"))
    }

    /// Panics unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}expected {status}");
        self
    }

    /// Panics unless this is the core surface's error of this status and code, and nothing but that.
    #[track_caller]
    pub fn error(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{self}expected {status} {code}");
        let fields = self.json.as_object().unwrap_or_else(|| panic!("{self}is no object"));
        let known = fields.keys().all(|name| ["error", "code", "details"].contains(&name.as_str()));
        assert!(known, "{self}has more than error, code and details");
        assert!(self.json["error"].as_str().is_some_and(|message| !message.is_empty()), "{self}has no message");
        self
    }

    /// Panics unless the request was refused, by a 403, 404 or 409 in the core surface's envelope.
    #[track_caller]
    pub fn expect_refusal(self) -> Self {
        let code = match self.status {
            403 => "FORBIDDEN",
            404 => "NOT_FOUND",
            409 => "CONFLICT",
            _ => panic!("{self}is no refusal"),
        };
        let status = self.status;
        self.error(status, code)
    }

    /// Panics unless this is a validation error about exactly these fields, in any order.
    #[track_caller]
    pub fn invalid(self, fields: &[&str]) -> Self {
        let answer = self.error(400, "VALIDATION_ERROR");
        let mut said = answer.fields();
        said.sort();
        said.dedup();
        let mut expected = fields.to_vec();
        expected.sort_unstable();
        assert_eq!(said, expected, "{answer}names other fields");
        answer
    }

    /// The fields that a validation error names in its details.
    #[track_caller]
    pub fn fields(&self) -> Vec<String> {
        let details = self.json["details"].as_array().unwrap_or_else(|| panic!("{self}has no details"));
        let field = |detail: &Value| {
            assert!(
                detail["message"].as_str().is_some_and(|message| !message.is_empty()),
                "{self}has a detail without message"
            );
            detail["field"].as_str().unwrap_or_else(|| panic!("{self}has a detail without field")).to_owned()
        };
        details.iter().map(field).collect()
    }

    /// The `items` of a list, which must have a `page` too.
    #[track_caller]
    pub fn items(&self) -> &[Value] {
        let page = &self.json["page"];
        assert!(page["limit"].is_u64() && page.get("next_cursor").is_some(), "{self}has no page");
        self.json["items"].as_array().unwrap_or_else(|| panic!("{self}has no items"))
    }

    /// One field of every item of a list, as text.
    #[track_caller]
    pub fn each(&self, field: &str) -> Vec<&str> {
        let text = |item: &'_ Value| -> &str { panic!("{self}has an item without text in {field}: {item}") };
        self.items().iter().map(|item| item[field].as_str().unwrap_or_else(|| text(item))).collect()
    }

    /// The cursor of the next page, if there is one.
    #[track_caller]
    pub fn next_cursor(&self) -> Option<String> {
        self.items();
        self.json["page"]["next_cursor"].as_str().map(str::to_owned)
    }

    /// The text at a JSON pointer, which must be there.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> String {
        let found = self.json.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{self}has no text at {pointer}")).to_owned()
    }
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.json[field]
    }
}

/// For the messages of failures: what was asked and what came of it.
impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(2000).collect();
        write!(f, "{} answered {}: {body}\n  which ", self.asked, self.status)
    }
}
