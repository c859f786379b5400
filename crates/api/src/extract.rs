//! What handlers take from a request. Each fails with a [`Failure`], never with actix's own errors.
//!
//! | extractor | gives |
//! |---|---|
//! | [`Authenticated`] | the caller, by access token or API key |
//! | [`SignedIn`] | the caller, by access token only: 403 for a key, before the body is looked at |
//! | [`Json<T>`] | a body, read by `T`'s [`Read`] |
//! | [`Query<T>`] | a query, read likewise |
//! | [`Id<T>`], [`Ids<A, B>`] | the ids in the path, in their order |
//! | [`Token`] | the token in the path |
//! | [`IfMatch`](crate::etag::IfMatch) | the version that the caller expects |
//! | [`Cx`] | the request's time and source of ids |
//! | [`State`] | the use cases and settings |
//!
//! The first argument that fails decides the answer, so `Authenticated` goes before the rest.

use std::fmt::Display;
use std::future::{Ready, ready};
use std::ops::Deref;
use std::str::FromStr;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;
use kalends_app::{Caller, Context};
use kalends_domain::problem::Problems;
use serde_json::{Map, Value};

use crate::body;
use crate::cursor::Binding;
use crate::error::{Failure, Kind};
use crate::fields::{Fields, Read};
use crate::identity::Identity;
use crate::json;
use crate::state::State;

/// The caller, who has proved who they are.
pub(crate) struct Authenticated(pub(crate) Caller);

impl FromRequest for Authenticated {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Identity::of(request).caller().map(Self))
    }
}

/// The caller, who holds an access token: account and key management is not for API keys.
pub(crate) struct SignedIn(pub(crate) Caller);

impl FromRequest for SignedIn {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = Identity::of(request).caller();
        ready(caller.and_then(|caller| {
            if caller.actor.holds_token() { Ok(Self(caller)) } else { Err(kalends_app::Error::TokenOnly.into()) }
        }))
    }
}

/// A JSON body, read strictly.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Read + 'static> FromRequest for Json<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let declared = require_json(request);
        let body = body::read(request, payload.take());
        Box::pin(async move {
            declared?;
            let (value, problems) = json::parse(&body.await?)?;
            let Value::Object(object) = value else {
                return Err(Failure::invalid("body", "must be a JSON object"));
            };
            Fields::of_body(object, problems).finish().map(Self)
        })
    }
}

/// The content type is JSON, or not told.
pub(crate) fn require_json(request: &HttpRequest) -> Result<(), Failure> {
    let Some(declared) = request.headers().get(CONTENT_TYPE) else { return Ok(()) };
    let kind = declared.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"));
    if is_json {
        return Ok(());
    }
    let problems = Problems::one("Content-Type", "must be application/json");
    Err(Failure { kind: Kind::UnsupportedType, ..problems.into() })
}

/// The query, read strictly.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: Read> FromRequest for Query<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let caller = Identity::of(request).user();
        let (parameters, problems) = parameters(request.query_string());
        let texts = parameters.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)));
        let binding = Binding::new(request.path(), caller, texts);
        ready(Fields::of_query(parameters, problems, binding).finish().map(Self))
    }
}

/// The parameters of a query or of a form, and what is wrong with it as a whole.
pub(crate) fn parameters(query: &str) -> (Map<String, Value>, Problems) {
    let mut parameters = Map::new();
    let mut problems = Problems::default();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let Some(name) = decoded(name) else {
            problems.add("query", "is not percent-encoded UTF-8");
            continue;
        };
        match decoded(value) {
            _ if parameters.contains_key(&name) => problems.add(name, "is given more than once"),
            Some(value) => {
                parameters.insert(name, value.into());
            }
            None => {
                problems.add(name.clone(), "is not percent-encoded UTF-8");
                parameters.insert(name, Value::String(String::new()));
            }
        }
    }
    (parameters, problems)
}

/// Percent-decoded, `+` as a space.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The only id in the path.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr<Err: Display>> FromRequest for Id<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut problems = Problems::default();
        let first = path_id(request, 0, &mut problems);
        ready(match first {
            Some(first) => Ok(Self(first)),
            None => Err(problems.into()),
        })
    }
}

/// Both ids in the path.
pub(crate) struct Ids<A, B>(pub(crate) A, pub(crate) B);

impl<A: FromStr<Err: Display>, B: FromStr<Err: Display>> FromRequest for Ids<A, B> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut problems = Problems::default();
        let (first, second) = (path_id(request, 0, &mut problems), path_id(request, 1, &mut problems));
        ready(match (first, second) {
            (Some(first), Some(second)) => Ok(Self(first, second)),
            _ => Err(problems.into()),
        })
    }
}

fn path_id<T: FromStr<Err: Display>>(request: &HttpRequest, index: usize, problems: &mut Problems) -> Option<T> {
    let (name, text) = request.match_info().iter().nth(index)?;
    problems.check(name, text.parse())
}

/// The `token` in the path, as it was sent.
pub(crate) struct Token(pub(crate) String);

impl FromRequest for Token {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let token = request.match_info().get("token");
        ready(token.map(|token| Self(token.to_owned())).ok_or_else(|| Failure::internal("the path has no token")))
    }
}

/// The request's time and source of ids; the idempotency key's, when there is one.
pub(crate) struct Cx(Arc<Context>);

impl Deref for Cx {
    type Target = Context;

    fn deref(&self) -> &Context {
        &self.0
    }
}

impl FromRequest for Cx {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let kept = request.extensions().get::<Arc<Context>>().cloned();
        ready(match kept {
            Some(context) => Ok(Self(context)),
            None => State::of(request).map(|state| Self(Arc::new(state.app.context()))),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn queries() {
        let (found, problems) = parameters("start=2026-03-01T00%3A00:00+01:00&&tag=%C3%A4&tag=b&x=%zz&%ff=1&flag");
        let expected = serde_json::json!({"start": "2026-03-01T00:00:00 01:00", "tag": "ä", "x": "", "flag": ""});
        assert_eq!(Value::Object(found), expected);
        let fields: Vec<_> = problems.0.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["tag", "x", "query"]);
    }

    #[test]
    fn content_types() {
        for (declared, good) in [
            ("application/json", true),
            ("Application/JSON; charset=utf-8", true),
            ("application/merge-patch+json", true),
            ("text/plain", false),
            ("application/x-www-form-urlencoded", false),
        ] {
            let request = TestRequest::post().insert_header((CONTENT_TYPE, declared)).to_http_request();
            assert_eq!(require_json(&request).is_ok(), good, "{declared}");
        }
        assert!(require_json(&TestRequest::post().to_http_request()).is_ok());
    }
}
