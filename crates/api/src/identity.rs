//! Who calls: found out once per request, before anything else needs to know.

use std::net::IpAddr;
use std::rc::Rc;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use kalends_app::Caller;
use kalends_domain::access::Credential;
use kalends_domain::id::UserId;

use crate::error::{Failure, Kind};
use crate::state::State;

/// What every API key begins with.
const KEY_PREFIX: &str = "kal_";

/// Who calls.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    /// No credential came.
    Anonymous,
    /// A credential that is good.
    Known(Box<Caller>),
    /// A credential that is not, or could not be checked.
    Refused(Failure),
}

impl Identity {
    /// As found out by [`identify`].
    pub(crate) fn of(request: &HttpRequest) -> Rc<Self> {
        request.extensions().get::<Rc<Self>>().map_or_else(|| Rc::new(Self::Anonymous), Rc::clone)
    }

    /// Whether a credential came that is good.
    pub(crate) fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    /// The caller, or why there is none.
    pub(crate) fn caller(&self) -> Result<Caller, Failure> {
        match self {
            Self::Known(caller) => Ok(caller.as_ref().clone()),
            Self::Refused(failure) => Err(failure.clone()),
            Self::Anonymous => Err(Failure::new(
                Kind::NoCredential,
                "sign in: send an access token as `Authorization: Bearer …` or an API key as `X-API-Key`",
            )),
        }
    }

    /// Whose account calls.
    pub(crate) fn user(&self) -> Option<UserId> {
        match self {
            Self::Known(caller) => Some(caller.user.id),
            Self::Anonymous | Self::Refused(_) => None,
        }
    }

    /// The caller's name for whoever counts or keeps by caller; an address for one who is not known.
    pub(crate) fn name(&self, address: Option<IpAddr>) -> String {
        match self {
            Self::Known(caller) => match &caller.actor.credential {
                Credential::Token => format!("user:{}", caller.user.id),
                Credential::Key(id, _) => format!("key:{id}"),
            },
            Self::Anonymous | Self::Refused(_) => match address {
                Some(address) => format!("addr:{}", network(address)),
                None => "addr:unknown".to_owned(),
            },
        }
    }
}

/// The address, or of an IPv6 address the /64 that one customer has.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => IpAddr::V6((six.to_bits() >> 64 << 64).into()),
        four @ IpAddr::V4(_) => four,
    }
}

/// Finds out who calls, and notes it in the request.
pub(crate) async fn identify(
    state: State,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let identity = match presented(request.headers()) {
        Ok(None) => Identity::Anonymous,
        Err(failure) => Identity::Refused(failure),
        Ok(Some(presented)) => {
            let found = match presented {
                Presented::Token(token) => state.app.authenticate_token(&token).await,
                Presented::Key(key) => state.app.authenticate_key(&key).await,
            };
            found.map_or_else(|error| Identity::Refused(error.into()), |caller| Identity::Known(Box::new(caller)))
        }
    };
    request.extensions_mut().insert(Rc::new(identity));
    next.call(request).await
}

/// A credential as it came.
#[derive(PartialEq, Eq)]
enum Presented {
    Token(String),
    Key(String),
}

/// `Authorization` before `X-API-Key`: when both come the latter is not looked at.
fn presented(headers: &HeaderMap) -> Result<Option<Presented>, Failure> {
    let malformed = |how: &str| Failure::new(Kind::BadCredential, how);
    if let Some(value) = headers.get(AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|text| text.trim().split_once(' '));
        let token = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        return match token {
            Some(key) if key.starts_with(KEY_PREFIX) => Ok(Some(Presented::Key(key.to_owned()))),
            Some(token) if !token.is_empty() => Ok(Some(Presented::Token(token.to_owned()))),
            _ => Err(malformed("the Authorization header is not of the form `Bearer TOKEN`")),
        };
    }
    match headers.get("x-api-key").map(|value| value.to_str().map(str::trim)) {
        None => Ok(None),
        Some(Ok(key)) if !key.is_empty() => Ok(Some(Presented::Key(key.to_owned()))),
        Some(_) => Err(malformed("the X-API-Key header holds no key")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn check(headers: &[(&str, &str)], expected: &str) {
        let request = headers.iter().fold(TestRequest::get(), |request, header| request.append_header(*header));
        let found = match presented(request.to_http_request().headers()) {
            Ok(None) => "nothing".to_owned(),
            Ok(Some(Presented::Token(token))) => format!("token {token}"),
            Ok(Some(Presented::Key(key))) => format!("key {key}"),
            Err(failure) => format!("{:?}", failure.kind),
        };
        assert_eq!(found, expected, "{headers:?}");
    }

    #[test]
    fn credentials() {
        check(&[], "nothing");
        check(&[("Authorization", "Bearer a.b.c")], "token a.b.c");
        check(&[("Authorization", "bearer  a.b.c ")], "token a.b.c");
        check(&[("Authorization", "Bearer kal_x")], "key kal_x");
        check(&[("X-API-Key", "kal_x")], "key kal_x");
        check(&[("Authorization", "Bearer a.b.c"), ("X-API-Key", "kal_x")], "token a.b.c");
        check(&[("Authorization", "Basic eDp5"), ("X-API-Key", "kal_x")], "BadCredential");
        check(&[("Authorization", "Bearer")], "BadCredential");
        check(&[("Authorization", "Bearer ")], "BadCredential");
        check(&[("X-API-Key", "")], "BadCredential");
    }

    #[test]
    fn addresses_are_networks() {
        let name = |text: &str| Identity::Anonymous.name(Some(text.parse().unwrap()));
        assert_eq!(name("192.0.2.7"), "addr:192.0.2.7");
        assert_eq!(name("::ffff:192.0.2.7"), "addr:192.0.2.7");
        assert_eq!(name("2001:db8:1:2:3:4:5:6"), "addr:2001:db8:1:2::");
    }
}
