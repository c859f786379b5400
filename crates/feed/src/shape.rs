//! What JSON should look like, and how it is said that it does not: `Expected String at $.id: Received 123`.

use serde_json::{Map, Value};

/// Most characters of a value that are told.
const TOLD_MAX: usize = 60;
/// Most characters of a token that are told.
const TOKEN_MAX: usize = 20;

/// A value in a document, and its place there.
#[derive(Debug, Clone)]
pub struct At<'v> {
    path: String,
    value: Option<&'v Value>,
}

impl<'v> At<'v> {
    /// The whole document, or a part of it that stands at this path.
    pub fn path(path: impl Into<String>, value: &'v Value) -> Self {
        Self { path: path.into(), value: Some(value) }
    }

    /// A field of an object that may not be there.
    #[must_use]
    pub fn of(&self, object: &'v Map<String, Value>, name: &str) -> Self {
        Self { path: within(&self.path, name), value: object.get(name) }
    }

    /// An item of a list.
    #[must_use]
    pub fn item(&self, index: usize, value: &'v Value) -> Self {
        Self { path: format!("{}[{index}]", self.path), value: Some(value) }
    }

    /// The same, unless it is absent or `null`.
    pub fn if_any(self) -> Option<Self> {
        self.value.is_some_and(|value| !value.is_null()).then_some(self)
    }

    /// That something else was expected here.
    pub fn wrong(&self, expected: &str) -> String {
        let received = self.value.map_or_else(|| "nothing".to_owned(), told);
        format!("Expected {expected} at {}: Received {received}", self.path)
    }

    /// The text that stands here.
    ///
    /// # Errors
    ///
    /// That it is none.
    pub fn text(&self) -> Result<&'v str, String> {
        self.value.and_then(Value::as_str).ok_or_else(|| self.wrong("String"))
    }

    /// Whether it is `true` or `false` that stands here.
    ///
    /// # Errors
    ///
    /// That it is neither.
    pub fn flag(&self) -> Result<bool, String> {
        self.value.and_then(Value::as_bool).ok_or_else(|| self.wrong("Boolean"))
    }

    /// The object that stands here.
    ///
    /// # Errors
    ///
    /// That it is none.
    pub fn object(&self) -> Result<&'v Map<String, Value>, String> {
        self.value.and_then(Value::as_object).ok_or_else(|| self.wrong("Object"))
    }

    /// The list that stands here, of items that are called so.
    ///
    /// # Errors
    ///
    /// That it is none.
    pub fn list(&self, of: &str) -> Result<&'v [Value], String> {
        self.value.and_then(Value::as_array).map(Vec::as_slice).ok_or_else(|| self.wrong(&format!("[{of}]")))
    }

    /// Which of these words stands here.
    ///
    /// # Errors
    ///
    /// That it is none of them.
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, String> {
        let text = self.value.and_then(Value::as_str);
        let found = words.iter().find(|(word, _)| Some(*word) == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.wrong(&words.join(" | "))
        })
    }
}

/// The path of a field.
fn within(path: &str, name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if plain { format!("{path}.{name}") } else { format!("{path}[{}]", told(&Value::from(name))) }
}

/// A value, shortened.
pub(crate) fn told(value: &Value) -> String {
    match value {
        // Never the whole of what may be large.
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::String(text) => {
            let short: String = text.chars().take(TOLD_MAX).collect();
            let dots = if short.len() < text.len() { "…" } else { "" };
            format!("{}{dots}", Value::from(short))
        }
        other => other.to_string(),
    }
}

/// Why a text is not JSON: how many bytes stand before the token that does not fit, and the token.
///
/// ```
/// let text = r#"{"id": cal}"#;
/// let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
/// assert_eq!(kalends_feed::shape::syntax(text, &error), "7: unexpected token at 'cal}'");
/// ```
pub fn syntax(text: &str, error: &serde_json::Error) -> String {
    let mut at = if error.is_eof() { text.len() } else { offset(text, error.line(), error.column()) };
    if error.is_eof() {
        // What it ends with is what does not fit.
        at = text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at);
    } else {
        // A word is told from its beginning, of which serde_json may have read a part.
        let word = |c: char| c.is_alphanumeric();
        if text[at..].starts_with(word) || error.to_string().starts_with("expected ident") {
            at = text[..at].trim_end_matches(word).len();
        }
    }
    let token: String = text[at..].chars().take_while(|c| !c.is_control()).take(TOKEN_MAX).collect();
    format!("{at}: unexpected token at '{}'", token.trim_end())
}

/// How many bytes stand before a line and column as serde_json tells them: the column is that of the last byte it read.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start = match line.checked_sub(2) {
        None => 0,
        Some(before) => text.match_indices('\n').nth(before).map_or(text.len(), |(at, _)| at + 1),
    };
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let error = serde_json::from_str::<Value>(text).unwrap_err();
        assert_eq!(syntax(text, &error), expected, "{error}");
    }

    #[test]
    fn what_is_no_json_is_told_by_its_place_and_token() {
        check("", "0: unexpected token at ''");
        check("{", "0: unexpected token at '{'");
        check("{\"id\": ", "5: unexpected token at ':'");
        check("{\"id\": tru}", "7: unexpected token at 'tru}'");
        check("{\"id\": {{}}", "8: unexpected token at '{}}'");
        check("{'id': 1}", "1: unexpected token at ''id': 1}'");
        check("{\n  \"id\": 1,\n}", "13: unexpected token at '}'");
        check("{} {", "3: unexpected token at '{'");
        check("{\"ü\": ü}", "7: unexpected token at 'ü}'");
        check("nonsense", "0: unexpected token at 'nonsense'");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_path() {
        let value = serde_json::json!({"id": 123, "a b": [], "long": "x".repeat(99)});
        let root = At::path("$", &value);
        let object = root.object().unwrap();
        assert_eq!(root.of(object, "id").text().unwrap_err(), "Expected String at $.id: Received 123");
        assert_eq!(root.of(object, "a b").text().unwrap_err(), "Expected String at $[\"a b\"]: Received a list");
        assert_eq!(root.of(object, "no").object().unwrap_err(), "Expected Object at $.no: Received nothing");
        let words = [("json", 1), ("ics", 2)];
        let long = format!("Expected \"json\" | \"ics\" at $.long: Received \"{}\"…", "x".repeat(60));
        assert_eq!(root.of(object, "long").word(&words).unwrap_err(), long);
        assert!(root.of(object, "no").if_any().is_none());
    }
}
