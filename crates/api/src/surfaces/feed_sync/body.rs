//! Bodies of this surface: what is wrong with one is told by its path, `Expected String at $.id: Received 123`.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use kalends_feed::shape::{At, syntax};
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::errors::{Code, refused};
use crate::error::Failure;
use crate::extract::require_json;
use crate::{body, json};

/// Everything that a body of this surface can have, with what is expected there.
pub(crate) trait FromBody: Sized + 'static {
    /// The names of its fields.
    const FIELDS: &'static [&'static str];

    /// Takes its fields; the first that is wrong is told.
    fn read(fields: &Fields<'_>) -> Result<Self, String>;
}

/// The fields of a body.
pub(crate) struct Fields<'b> {
    at: At<'b>,
    object: &'b Map<String, Value>,
}

impl<'b> Fields<'b> {
    pub(crate) fn at(&self, name: &str) -> At<'b> {
        self.at.of(self.object, name)
    }
}

/// A body, read.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: FromBody> FromRequest for Body<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = require_json(request);
        let body = body::read(request, payload.take());
        Box::pin(async move {
            declared?;
            read(&body.await?).map(Self).map_err(|hint| refused(Code::RequestBody, hint))
        })
    }
}

fn read<T: FromBody>(bytes: &[u8]) -> Result<T, String> {
    let (value, doubles) = json::parse(bytes).map_err(|problems| unreadable(bytes, &problems.0))?;
    if let Some(double) = doubles.0.first() {
        return Err(format!("Expected one value at $.{}: Received several", double.field));
    }
    let at = At::path("$", &value);
    let object = at.object()?;
    if let Some(name) = object.keys().find(|name| !T::FIELDS.contains(&name.as_str())) {
        let expected = if T::FIELDS.is_empty() { "nothing".to_owned() } else { T::FIELDS.join(", ") };
        return Err(at.of(object, name).wrong(&format!("no field but {expected}")));
    }
    T::read(&Fields { at: at.clone(), object })
}

/// Why bytes are no JSON: by position and token where it is the syntax.
fn unreadable(bytes: &[u8], problems: &[kalends_domain::problem::Problem]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Err(error) = serde_json::from_str::<IgnoredAny>(text)
    {
        return syntax(text, &error);
    }
    problems.first().map_or_else(String::new, |problem| format!("{} {}", problem.field, problem.message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct One(String);

    impl FromBody for One {
        const FIELDS: &'static [&'static str] = &["id"];

        fn read(fields: &Fields<'_>) -> Result<Self, String> {
            Ok(Self(fields.at("id").text()?.to_owned()))
        }
    }

    #[track_caller]
    fn check(body: &str, expected: &str) {
        assert_eq!(read::<One>(body.as_bytes()).unwrap_err(), expected, "{body}");
    }

    #[test]
    fn what_is_wrong_with_a_body_is_told_by_its_place() {
        assert_eq!(read::<One>(b" {\"id\": \"x\"} "), Ok(One("x".to_owned())));
        check(r#"{"id": 123}"#, "Expected String at $.id: Received 123");
        check("{}", "Expected String at $.id: Received nothing");
        check(r#"{"id": null}"#, "Expected String at $.id: Received null");
        check("[]", "Expected Object at $: Received a list");
        check(r#"{"id": "x", "url": "y"}"#, "Expected no field but id at $.url: Received \"y\"");
        check(r#"{"id": "x", "id": "y"}"#, "Expected one value at $.id: Received several");
        check("{", "0: unexpected token at '{'");
        check("", "0: unexpected token at ''");
        check(r#"{"id": x}"#, "7: unexpected token at 'x}'");
        let deep = format!("{{\"id\": {}1{}}}", "[".repeat(50), "]".repeat(50));
        assert!(read::<One>(deep.as_bytes()).unwrap_err().contains("32 levels"));
        assert!(read::<One>(b"{\"id\": \"\xff\"}").unwrap_err().contains("is not UTF-8 from byte 8"));
    }
}
