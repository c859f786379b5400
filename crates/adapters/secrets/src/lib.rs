//! Passwords, tokens and encryption at rest: the [`Secrets`] port on argon2id, HS256 and AES-256-GCM.
//!
//! Keys come in as values and never go out: nothing here reads a file, the environment or a clock, and `Debug` of
//! everything here is blind. Each key has one use: [`Keys::jwt`] signs, [`Keys::derive`] makes what must be made
//! again, [`Keys::seal`] encrypts.
#![deny(missing_docs)]

mod derive;
mod password;
mod seal;
mod token;

use std::fmt;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::account::{Password, PasswordHash, TokenHash};
use kalends_domain::id::{CalendarId, UserId};
use kalends_ports::{AccessToken, InvalidToken, PasswordLoad, Secrets, SecretsError};

/// Fewest bytes in the key of access tokens: as many as its signature has (RFC 7518 3.2).
pub const JWT_KEY_MIN: usize = 32;

/// The keys of one server, or of all nodes of one.
#[derive(Clone)]
pub struct Keys {
    /// Signs access tokens; [`JWT_KEY_MIN`] bytes or more.
    pub jwt: Vec<u8>,
    /// Makes tokens that must be the same again tomorrow.
    pub derive: [u8; 32],
    /// Encrypts what is kept.
    pub seal: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Whether this key opens what was sealed, and finds this in it.
pub fn opens(seal: &[u8; 32], sealed: &[u8], plain: &[u8]) -> bool {
    seal::Sealer::new(seal).and_then(|sealer| sealer.open(sealed)).is_ok_and(|found| found == plain)
}

/// The secrets of one server.
pub struct LocalSecrets {
    passwords: password::Passwords,
    tokens: token::Signer,
    derive: derive::Deriver,
    sealer: seal::Sealer,
}

impl LocalSecrets {
    /// Takes the keys.
    ///
    /// # Errors
    ///
    /// [`SecretsError::Failed`] when the key of access tokens is too short.
    pub fn new(keys: &Keys) -> Result<Self, SecretsError> {
        Ok(Self {
            passwords: password::Passwords::new(password::Limits::of_this_machine()),
            tokens: token::Signer::new(&keys.jwt)?,
            derive: derive::Deriver::new(&keys.derive),
            sealer: seal::Sealer::new(&keys.seal)?,
        })
    }
}

impl fmt::Debug for LocalSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalSecrets(…)")
    }
}

#[async_trait]
impl Secrets for LocalSecrets {
    async fn hash_password(&self, password: &Password) -> Result<PasswordHash, SecretsError> {
        self.passwords.hash(password).await
    }

    async fn verify_password(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, SecretsError> {
        self.passwords.verify(password, hash).await
    }

    fn password_load(&self) -> PasswordLoad {
        self.passwords.load()
    }

    fn access_token(
        &self,
        user: UserId,
        now: Timestamp,
        lifetime: SignedDuration,
    ) -> Result<AccessToken, SecretsError> {
        self.tokens.sign(user, now, lifetime)
    }

    fn read_access_token(&self, token: &str, now: Timestamp) -> Result<UserId, InvalidToken> {
        self.tokens.read(token, now)
    }

    fn random(&self) -> [u8; 32] {
        random()
    }

    fn derive(&self, label: &[u8]) -> [u8; 32] {
        self.derive.label(label)
    }

    fn token(&self, entropy: [u8; 32]) -> String {
        derive::text(&entropy)
    }

    fn hash_token(&self, token: &str) -> TokenHash {
        derive::hash(token)
    }

    fn feed_token(&self, calendar: CalendarId, generation: i32, public: bool) -> String {
        self.derive.feed(calendar, generation, public)
    }

    fn pkce_challenge(&self, verifier: &str) -> String {
        derive::text(&derive::hash(verifier).0)
    }

    fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SecretsError> {
        self.sealer.seal(plain)
    }

    fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, SecretsError> {
        self.sealer.open(sealed)
    }
}

/// Fresh bytes from the operating system, for keys too.
///
/// # Panics
///
/// When it has none to give: a machine like that must not go on.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let filled = aws_lc_rs::rand::fill(&mut bytes);
    assert!(filled.is_ok(), "the operating system gives no random bytes");
    bytes
}

/// A key for one `purpose` made from another key, from which neither that nor a third can be told.
pub fn separate_key(key: &[u8; 32], purpose: &str) -> [u8; 32] {
    derive::Deriver::new(key).key(purpose)
}

/// A key made of a text that is itself as long and as random as a key: its SHA-256.
pub fn key_of_phrase(text: &str) -> [u8; 32] {
    derive::hash(text).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Keys {
        Keys { jwt: vec![b'j'; 32], derive: [b'd'; 32], seal: [b's'; 32] }
    }

    #[test]
    fn nothing_secret_is_printed() {
        let secrets = LocalSecrets::new(&keys()).unwrap();
        assert_eq!(format!("{:?} {secrets:?}", keys()), "Keys(…) LocalSecrets(…)");
        let token =
            secrets.access_token(UserId(uuid::Uuid::nil()), Timestamp::UNIX_EPOCH, SignedDuration::from_secs(1));
        assert_eq!(format!("{token:?}"), "Ok(AccessToken(…))");
    }

    /// The example of RFC 7636, appendix B.
    #[test]
    fn a_challenge_is_the_hash_of_its_verifier() {
        let secrets = LocalSecrets::new(&keys()).unwrap();
        let challenge = secrets.pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_short_signing_key_is_refused() {
        let short = Keys { jwt: vec![1; JWT_KEY_MIN - 1], ..keys() };
        let said = LocalSecrets::new(&short).unwrap_err().to_string();
        assert!(said.contains("32 bytes"), "{said}");
    }

    #[test]
    fn random_bytes_differ_each_time() {
        assert_ne!(random::<32>(), random::<32>());
    }

    #[test]
    fn every_key_matters_for_its_own_use_only() {
        let user = UserId(uuid::Uuid::from_u128(7));
        let [one, other] = [keys(), Keys { jwt: vec![b'x'; 32], ..keys() }].map(|k| LocalSecrets::new(&k).unwrap());
        let token = one.access_token(user, Timestamp::UNIX_EPOCH, SignedDuration::from_secs(60)).unwrap();
        assert_eq!(one.read_access_token(&token.0, Timestamp::UNIX_EPOCH), Ok(user));
        assert_eq!(other.read_access_token(&token.0, Timestamp::UNIX_EPOCH), Err(InvalidToken));
        assert_eq!(one.derive(b"label"), other.derive(b"label"));
        assert_eq!(other.open(&one.seal(b"plain").unwrap()).unwrap(), b"plain");
    }
}
