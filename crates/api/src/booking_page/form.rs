//! What a page's form sends.
//!
//! There is no token against forged requests, and nothing to forge: no cookie and no other credential travels with a
//! form, so a foreign page could send no more than anyone can who knows the address.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;
use kalends_domain::problem::Problems;
use serde_json::{Map, Value};

use super::wanted::is_form;
use crate::body;
use crate::error::{Failure, Kind};
use crate::extract::{Json, parameters};
use crate::fields::{Fields, Read};

/// The field that makes sending a form twice book once. It is made anew for every page.
pub(super) const KEY: &str = "key";
/// What the names of the fields of questions begin with; the question follows.
pub(super) const ANSWERS: &str = "answers.";

/// The fields of a form, as they were sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Input {
    fields: Map<String, Value>,
    problems: Problems,
}

impl Input {
    fn parse(body: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(body) else {
            let problems = Problems::one("body", "is not percent-encoded UTF-8");
            return Self { problems, ..Self::default() };
        };
        let (fields, problems) = parameters(text);
        Self { fields, problems }
    }

    /// What was typed into a field.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// Reads it like the JSON body of the same meaning, with what the page itself adds. An empty field is none.
    pub(super) fn read<T: Read>(&self, added: impl IntoIterator<Item = (&'static str, String)>) -> Result<T, Failure> {
        let (mut body, mut answers) = (Map::new(), Map::new());
        for (name, value) in self.fields.iter().filter(|(name, value)| *name != KEY && *value != "") {
            match name.strip_prefix(ANSWERS) {
                Some(question) => answers.insert(question.to_owned(), value.clone()),
                None => body.insert(name.clone(), value.clone()),
            };
        }
        if !answers.is_empty() {
            body.insert("answers".to_owned(), answers.into());
        }
        body.extend(added.into_iter().map(|(name, value)| (name.to_owned(), value.into())));
        Fields::of_body(body, self.problems.clone()).finish()
    }
}

/// Whether this form is to be done once, however often it is sent.
pub(crate) fn key(body: &[u8]) -> bool {
    !Input::parse(body).text(KEY).is_empty()
}

/// A body that is a form.
pub(super) struct Form(pub(super) Input);

impl FromRequest for Form {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_form = is_form(request);
        let body = body::read(request, payload.take());
        Box::pin(async move {
            if !is_form {
                let problems = Problems::one("Content-Type", "must be application/x-www-form-urlencoded");
                return Err(Failure { kind: Kind::UnsupportedType, ..problems.into() });
            }
            Ok(Self(Input::parse(&body.await?)))
        })
    }
}

/// A body that is a form, or JSON.
pub(crate) enum Sent<T> {
    /// From a program.
    Json(T),
    /// From a page.
    Form(Input),
}

impl<T: Read + 'static> FromRequest for Sent<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if is_form(request) {
            let form = Form::from_request(request, payload);
            return Box::pin(async move { form.await.map(|Form(input)| Self::Form(input)) });
        }
        let json = Json::<T>::from_request(request, payload);
        Box::pin(async move { json.await.map(|Json(value)| Self::Json(value)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::surfaces::core::booking::Reserve;

    fn wrong(body: &str) -> Vec<String> {
        let added = [("slot_end", "2026-03-02T14:30:00Z".to_owned())];
        let read = Input::parse(body.as_bytes()).read::<Reserve>(added);
        read.err().map(|failure| failure.details.into_iter().map(|bad| bad.field).collect()).unwrap_or_default()
    }

    #[test]
    fn a_form_is_read_like_the_json_of_the_api() {
        let slot = "slot_start=2026-03-02T14%3A00%3A00Z";
        assert!(
            wrong(&format!("key=k&{slot}&name=Bob+Ray&email=bob%40example.com&notes=&answers.Why%3F=So")).is_empty()
        );
        assert_eq!(wrong(&format!("{slot}&name=&email=bob")), ["name", "email"]);
        assert_eq!(wrong(&format!("{slot}&name=a&name=b&email=b%40example.com&seat=1")), ["name", "seat"]);
        let long = "x".repeat(501);
        assert_eq!(wrong(&format!("{slot}&name=a&email=b%40example.com&answers.Why%3F={long}")), ["answers.Why?"]);
    }

    #[test]
    fn what_is_no_text_is_told() {
        let input = Input::parse(b"name=\xff");
        assert!(input.read::<Reserve>([]).is_err_and(|failure| failure.details[0].field == "body"));
        assert!(key(b"key=k&name=") && !key(b"key=&name=k") && !key(b"\xff"));
    }
}
