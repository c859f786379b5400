//! Versions as entity tags: `"7"`.

use actix_web::HttpResponse;
use actix_web::http::header::{ETAG, HeaderValue, IF_MATCH};
use actix_web::{FromRequest, HttpRequest, dev::Payload};

use crate::error::Failure;

/// A version that nothing has.
const NEVER: i64 = i64::MIN;

/// The version that `If-Match` wants: `None` when there is no such header, or it is `*`.
///
/// A weak tag, or one that we never gave, is a version that nothing has, so that the use case
/// answers 412.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl FromRequest for IfMatch {
    type Error = Failure;
    type Future = std::future::Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let mut sent = request.headers().get_all(IF_MATCH);
        let read = match (sent.next(), sent.next()) {
            (None, _) => Ok(Self(None)),
            (Some(one), None) => wanted(one.to_str().unwrap_or_default()),
            (Some(_), Some(_)) => Err(several()),
        };
        std::future::ready(read)
    }
}

fn several() -> Failure {
    Failure::invalid("If-Match", "must be one entity tag, or *")
}

fn wanted(text: &str) -> Result<IfMatch, Failure> {
    let text = text.trim();
    if text == "*" {
        return Ok(IfMatch(None));
    }
    if text.contains(',') {
        return Err(several());
    }
    let tag = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let version = tag.filter(|tag| tag.bytes().all(|b| b.is_ascii_digit())).and_then(|tag| tag.parse().ok());
    Ok(IfMatch(Some(version.unwrap_or(NEVER))))
}

/// Adds the version's tag to an answer about a single resource.
pub(crate) fn tagged(mut response: HttpResponse, version: i64) -> HttpResponse {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(ETAG, tag);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags() {
        for (text, expected) in [
            ("\"7\"", Some(7)),
            (" * ", None),
            ("W/\"7\"", Some(NEVER)),
            ("7", Some(NEVER)),
            ("\"abc\"", Some(NEVER)),
            ("\"+7\"", Some(NEVER)),
            ("\"\"", Some(NEVER)),
            ("\"99999999999999999999\"", Some(NEVER)),
        ] {
            assert_eq!(wanted(text).unwrap(), IfMatch(expected), "{text}");
        }
        assert!(wanted("\"1\", \"2\"").is_err());
    }
}
