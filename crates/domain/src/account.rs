//! Accounts, the sessions and keys that speak for them, and the secrets that prove it.

use std::fmt;
use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use crate::access::Scopes;
use crate::id::{ApiKeyId, FamilyId, IcalTokenId, SessionId, UserId};
use crate::time::Zone;

/// Fewest characters in a password.
pub const PASSWORD_MIN: usize = 10;
/// Most bytes in a password: enough for any pass phrase, little enough to hash.
pub const PASSWORD_MAX: usize = 1024;
/// How long a refresh token can be used.
pub const SESSION_LIFETIME: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long an access token can be used.
pub const ACCESS_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// An e-mail address in its compared form: trimmed, lower case, at most 254 characters
/// (RFC 5321 4.5.3.1.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

/// Text that is not an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address")]
pub struct InvalidEmail;

impl Email {
    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;

    /// Accepts what a mail can be sent to without quoting: `local@domain.tld` or `local@host`.
    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let text = text.trim().to_lowercase();
        let (local, host) = text.rsplit_once('@').ok_or(InvalidEmail)?;
        let good_local = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let good_label = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        if good_local && text.len() <= 254 && host.split('.').all(good_label) {
            Ok(Self(text))
        } else {
            Err(InvalidEmail)
        }
    }
}

/// A password that may become an account's: 10 characters or more. Never shown by `Debug`.
#[derive(Clone)]
pub struct Password(String);

/// Why a password was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Fewer than [`PASSWORD_MIN`] characters.
    #[error("must be at least {PASSWORD_MIN} characters long")]
    TooShort,
    /// More than [`PASSWORD_MAX`] bytes.
    #[error("must be at most {PASSWORD_MAX} bytes long")]
    TooLong,
}

impl Password {
    /// Checks the length of a new password.
    pub fn new(text: String) -> Result<Self, WeakPassword> {
        if text.len() > PASSWORD_MAX {
            return Err(WeakPassword::TooLong);
        }
        if text.chars().count() < PASSWORD_MIN { Err(WeakPassword::TooShort) } else { Ok(Self(text)) }
    }

    /// A password that somebody claims to know, of whatever length; it is only compared.
    pub fn claimed(text: String) -> Self {
        Self(text)
    }

    /// The text, for the port that hashes it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A password as it is kept: a PHC string that tells its own algorithm and cost. Never shown by
/// `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// A token as it is kept: its SHA-256. Tokens carry 256 random bits, so one fast hash is enough.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// Who may learn when a person is busy (never with what).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum FreeBusyVisibility {
    /// Every account of this server.
    Everyone,
    /// People with whom a calendar is shared.
    #[default]
    Shared,
    /// Nobody else.
    Nobody,
}

impl FreeBusyVisibility {
    /// All values, in the order of their reach.
    pub const ALL: [Self; 3] = [Self::Everyone, Self::Shared, Self::Nobody];

    /// The name used in every API and store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Shared => "shared",
            Self::Nobody => "nobody",
        }
    }
}

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its name in every API.
    pub id: UserId,
    /// Unique among the accounts that are not deleted.
    pub email: Email,
    /// How the person is called, where known.
    pub name: Option<String>,
    /// The zone in which a date alone is read.
    pub timezone: Zone,
    /// Who may learn when this person is busy.
    pub free_busy_visibility: FreeBusyVisibility,
    /// The password, as kept.
    pub password: PasswordHash,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts the changes; the ETag.
    pub version: i64,
}

impl User {
    /// Whether a viewer may learn when this person is busy; `sharing` says that a calendar is shared between them.
    pub fn shows_free_busy_to(&self, viewer: UserId, sharing: bool) -> bool {
        self.id == viewer
            || match self.free_busy_visibility {
                FreeBusyVisibility::Everyone => true,
                FreeBusyVisibility::Shared => sharing,
                FreeBusyVisibility::Nobody => false,
            }
    }

    /// Whether a viewer may know that this account exists: whoever shares a calendar sees its members.
    pub fn is_known_to(&self, viewer: UserId, sharing: bool) -> bool {
        sharing || self.shows_free_busy_to(viewer, sharing)
    }
}

/// One refresh token. Using it makes its successor of the same family; using it twice revokes
/// the family, since one of the two users is a thief (RFC 9700 4.14.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Names this token.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// The sign-in that it descends from.
    pub family: FamilyId,
    /// What is kept of the token.
    pub token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
    /// When it was exchanged for its successor.
    pub used_at: Option<Timestamp>,
    /// When its family was revoked: by logout, by reuse, or with the account.
    pub revoked_at: Option<Timestamp>,
}

/// What presenting a refresh token leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presented {
    /// It is good: exchange it.
    Rotate,
    /// It was used before: revoke the family.
    Reused,
    /// It is expired or revoked: refuse it.
    Refused,
}

impl Session {
    /// Decides what presenting this token at `now` leads to.
    pub fn present(&self, now: Timestamp) -> Presented {
        if self.revoked_at.is_some() || now >= self.expires_at {
            Presented::Refused
        } else if self.used_at.is_some() {
            Presented::Reused
        } else {
            Presented::Rotate
        }
    }
}

/// A long-lived key that speaks for a user within its scopes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Names the key.
    pub id: ApiKeyId,
    /// For whom it speaks.
    pub user: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// What is kept of the key.
    pub token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// Opens a feed of every calendar that its owner sees, to whoever knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IcalToken {
    /// Names the token.
    pub id: IcalTokenId,
    /// Whose calendars it opens.
    pub user: UserId,
    /// What is kept of the token.
    pub token: TokenHash,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["a@b", "Ann.Lee+cal@Example.COM", "ünal@müller.example"] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b..c", "a@-b.c", ".a@b.c", "a\r\n@b.c", "a@b.c\0", "<a@b.c>"] {
            assert_eq!(bad.parse::<Email>(), Err(InvalidEmail), "{bad}");
        }
        assert_eq!(" Ann@Example.COM ".parse::<Email>().unwrap().as_str(), "ann@example.com");
    }

    #[test]
    fn secrets_are_not_printed() {
        let all = format!(
            "{:?} {:?} {:?}",
            Password::claimed("hunter2".into()),
            PasswordHash("hunter2".into()),
            TokenHash([65; 32])
        );
        assert!(!all.contains("hunter2") && !all.contains("65"));
    }
}
