//! Passwords, tokens, and encryption at rest.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use kalends_domain::account::{Password, PasswordHash, TokenHash};
use kalends_domain::id::{CalendarId, UserId};

use crate::PasswordLoad;

/// A short-lived token that proves who calls.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(pub String);

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// An access token that is malformed, forged, expired, or made for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the access token is not valid")]
pub struct InvalidToken;

/// Why a secret could not be worked on.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// Too many passwords are being hashed; try again shortly.
    #[error("too many passwords are being checked at once")]
    Busy,
    /// What was sealed cannot be opened with this key.
    #[error("the sealed value cannot be opened with this key")]
    Unsealable,
    /// The library refused.
    #[error("{0}")]
    Failed(String),
}

/// Makes and checks secrets. Nothing here is logged, and `Debug` of what it hands out is blind.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Secrets: Send + Sync {
    /// Hashes a password for keeping; off the caller's thread and bounded in number.
    async fn hash_password(&self, password: &Password) -> Result<PasswordHash, SecretsError>;

    /// Whether the password is the one that was hashed. Without a hash the answer is no, after the
    /// same work, so that an unknown account takes as long as a wrong password.
    async fn verify_password(&self, password: &Password, hash: Option<PasswordHash>) -> Result<bool, SecretsError>;

    /// How much hashing goes on.
    fn password_load(&self) -> PasswordLoad;

    /// A signed token that names the user from `now` for `lifetime`.
    fn access_token(&self, user: UserId, now: Timestamp, lifetime: SignedDuration)
    -> Result<AccessToken, SecretsError>;

    /// The user whom a token names, if it is good at `now`.
    fn read_access_token(&self, token: &str, now: Timestamp) -> Result<UserId, InvalidToken>;

    /// 32 fresh random bytes.
    fn random(&self) -> [u8; 32];

    /// 32 bytes that follow from the label and this server's key, and from neither alone.
    fn derive(&self, label: &[u8]) -> [u8; 32];

    /// The text of a token made of these random bytes.
    fn token(&self, entropy: [u8; 32]) -> String;

    /// What is kept of a token.
    fn hash_token(&self, token: &str) -> TokenHash;

    /// The token in a calendar's feed address: 64 hexadecimal characters for a private calendar, a
    /// shorter base64url text for a public one. Follows from the calendar, the generation and this
    /// server's key, so that it can be shown again although only its hash is kept.
    fn feed_token(&self, calendar: CalendarId, generation: i32, public: bool) -> String;

    /// The challenge that goes with a PKCE verifier (`S256`, RFC 7636 4.2): its SHA-256, in base64url without padding.
    fn pkce_challenge(&self, verifier: &str) -> String;

    /// Encrypts for keeping.
    fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, SecretsError>;

    /// Decrypts what [`seal`](Self::seal) made.
    fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, SecretsError>;
}
