//! Access tokens: JWTs signed with HS256, and nothing else that calls itself one.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use kalends_domain::id::UserId;
use kalends_ports::{AccessToken, InvalidToken, SecretsError};
use serde::{Deserialize, Serialize};

use crate::{JWT_KEY_MIN, derive, random};

const ISSUER: &str = "kalends";
const USE: &str = "access";

/// Longer than any token that was made here.
const LONGEST: usize = 1024;

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    iat: i64,
    exp: i64,
    /// Before this it is not good yet (RFC 7519 4.1.5). None is made with it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    jti: String,
    /// So that no other token signed with this key can ever stand in for an access token.
    #[serde(rename = "use")]
    purpose: String,
}

/// Signs access tokens and reads them back.
pub(crate) struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl Signer {
    pub(crate) fn new(key: &[u8]) -> Result<Self, SecretsError> {
        if key.len() < JWT_KEY_MIN {
            let message = format!("the key of access tokens must be {JWT_KEY_MIN} bytes or more");
            return Err(SecretsError::Failed(message));
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.required_spec_claims = HashSet::from(["exp", "iss", "sub"].map(str::to_owned));
        validation.set_issuer(&[ISSUER]);
        // Compared below with the caller's clock; the library would read its own.
        validation.validate_exp = false;
        validation.leeway = 0;
        Ok(Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), validation })
    }

    pub(crate) fn sign(
        &self,
        user: UserId,
        now: Timestamp,
        lifetime: SignedDuration,
    ) -> Result<AccessToken, SecretsError> {
        let failed = |error: &dyn std::fmt::Display| SecretsError::Failed(format!("no token was made: {error}"));
        let exp = now.checked_add(lifetime).map_err(|error| failed(&error))?.as_second();
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: user.to_string(),
            iat: now.as_second(),
            exp,
            nbf: None,
            jti: derive::text(&random::<16>()),
            purpose: USE.to_owned(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map(AccessToken)
            .map_err(|error| failed(&error))
    }

    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Result<UserId, InvalidToken> {
        if token.len() > LONGEST {
            return Err(InvalidToken);
        }
        let claims =
            jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(|_| InvalidToken)?.claims;
        let now = now.as_second();
        let in_time = claims.nbf.is_none_or(|begins| begins <= now) && now < claims.exp;
        let good = claims.purpose == USE && claims.iss == ISSUER && in_time;
        if good { claims.sub.parse().map_err(|_| InvalidToken) } else { Err(InvalidToken) }
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_780_000_000, 0);
    const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";

    fn user() -> UserId {
        UserId(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
    }

    fn signer() -> Signer {
        Signer::new(KEY).unwrap()
    }

    fn claims() -> Value {
        let second = NOW.as_second();
        json!({"iss": "kalends", "sub": user().to_string(), "iat": second, "exp": second + 60, "jti": "j", "use": "access"})
    }

    fn signed(header: &Header, claims: &Value, key: &[u8]) -> String {
        jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(key)).unwrap()
    }

    fn hs256(claims: &Value) -> String {
        signed(&Header::new(Algorithm::HS256), claims, KEY)
    }

    fn refused(token: &str) {
        assert_eq!(signer().read(token, NOW), Err(InvalidToken), "{token}");
    }

    #[test]
    fn a_token_names_its_user_until_it_expires() {
        let token = signer().sign(user(), NOW, SignedDuration::from_secs(900)).unwrap().0;
        let at = |seconds| signer().read(&token, NOW + SignedDuration::from_secs(seconds));
        assert_eq!(at(0), Ok(user()));
        assert_eq!(at(899), Ok(user()));
        assert_eq!(at(900), Err(InvalidToken));
        assert_eq!(at(1_000_000), Err(InvalidToken));
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let make = || signer().sign(user(), NOW, SignedDuration::from_secs(900)).unwrap().0;
        assert_ne!(make(), make());
    }

    #[test]
    fn the_claims_by_hand_are_good() {
        assert_eq!(signer().read(&hs256(&claims()), NOW), Ok(user()));
    }

    #[test]
    fn what_is_not_a_token_is_refused() {
        for text in ["", ".", "..", "a.b.c", "é.é.é", &"a".repeat(LONGEST + 1)] {
            refused(text);
        }
    }

    #[test]
    fn a_changed_token_is_refused() {
        let token = hs256(&claims());
        let parts: Vec<&str> = token.split('.').collect();
        let mut other = claims();
        other["sub"] = json!(uuid::Uuid::from_u128(9));
        let payload = URL_SAFE_NO_PAD.encode(other.to_string());
        refused(&format!("{}.{payload}.{}", parts[0], parts[2]));
        refused(&format!("{}.{}.", parts[0], parts[1]));
        refused(&format!("{}.{}", parts[0], parts[1]));
        refused(&format!("{token}A"));
    }

    #[test]
    fn an_unsigned_token_is_refused() {
        for alg in ["none", "None", "NONE", ""] {
            let header = URL_SAFE_NO_PAD.encode(json!({"alg": alg, "typ": "JWT"}).to_string());
            let payload = URL_SAFE_NO_PAD.encode(claims().to_string());
            refused(&format!("{header}.{payload}."));
        }
    }

    #[test]
    fn another_algorithm_is_refused_even_with_the_same_key() {
        for algorithm in [Algorithm::HS384, Algorithm::HS512] {
            refused(&signed(&Header::new(algorithm), &claims(), KEY));
        }
    }

    #[test]
    fn another_key_is_refused() {
        refused(&signed(&Header::new(Algorithm::HS256), &claims(), b"fedcba9876543210fedcba9876543210"));
    }

    #[test]
    fn every_claim_is_needed_and_must_be_right() {
        let wrong = [
            ("iss", json!("elsewhere")),
            ("iss", json!(["kalends", "elsewhere"])),
            ("use", json!("refresh")),
            ("sub", json!("root")),
            ("sub", json!(7)),
            ("exp", json!("tomorrow")),
            ("exp", json!(NOW.as_second())),
            ("exp", json!(NOW.as_second() - 60)),
            ("nbf", json!(NOW.as_second() + 1)),
            ("nbf", json!("yesterday")),
        ];
        for (claim, value) in wrong {
            let mut changed = claims();
            changed[claim] = value;
            refused(&hs256(&changed));
        }
        for claim in ["iss", "use", "sub", "exp", "iat", "jti"] {
            let mut lacking = claims();
            lacking.as_object_mut().unwrap().remove(claim);
            refused(&hs256(&lacking));
        }
    }
}
