//! Access tokens made by hand, with the key that the tests' server signs with or with another.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// What the server is given as `JWT_SECRET`.
pub(crate) const KEY: &str = "a key of the tests, longer than 32 bytes";
const OTHER_KEY: &str = "another key of the tests, just as long..";

/// What a token says.
#[derive(Debug, Clone)]
pub(crate) struct Claims(pub(crate) Value);

impl Claims {
    /// All that a good token says.
    pub(crate) fn good(user: &str) -> Self {
        let now = now();
        Self(json!({"iss": "kalends", "sub": user, "iat": now, "exp": now + 600, "jti": "by-hand", "use": "access"}))
    }

    /// The same, but its time is over.
    pub(crate) fn expired(user: &str) -> Self {
        Self::good(user).with("exp", json!(now() - 1))
    }

    /// The same with another value of one of them.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.0[name] = value;
        self
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    #[allow(clippy::disallowed_methods, reason = "the server's clock is this machine's")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.expect("it is after 1970").as_secs()
}

/// Signed as the server does.
pub(crate) fn token(claims: &Claims) -> String {
    signed("HS256", hmac::HMAC_SHA256, KEY, claims)
}

/// Signed with another key.
pub(crate) fn of_another_key(claims: &Claims) -> String {
    signed("HS256", hmac::HMAC_SHA256, OTHER_KEY, claims)
}

/// Says that it is signed with `alg`, and is signed with another algorithm under the server's key.
pub(crate) fn signed(alg: &str, with: hmac::Algorithm, key: &str, claims: &Claims) -> String {
    let text = unsigned(alg, claims);
    let tag = hmac::sign(&hmac::Key::new(with, key.as_bytes()), text.as_bytes());
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// Header and claims, without a signature.
pub(crate) fn unsigned(alg: &str, claims: &Claims) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(&json!({"alg": alg, "typ": "JWT"})), part(&claims.0))
}
