//! Keeping a calendar here and one at a provider the same.

pub mod remote;

use std::fmt::Write as _;
use std::str::FromStr;

use crate::access::UnknownName;
use crate::id::EventId;

/// Who keeps calendars that can be linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProviderKind {
    /// Google Calendar.
    Google,
    /// Outlook, through Microsoft Graph.
    Microsoft,
}

impl ProviderKind {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 2] = [Self::Google, Self::Microsoft];

    /// The name in addresses and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Google => "google",
            Self::Microsoft => "microsoft",
        }
    }

    /// What people call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Google => "Google",
            Self::Microsoft => "Outlook",
        }
    }
}

impl FromStr for ProviderKind {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownName("google, microsoft"))
    }
}

/// The id that the copy of an event takes at a provider that lets us choose it: the event's UUID in base32hex
/// (RFC 4648, section 7), lower case and without padding, 26 characters of `0-9a-v`. Known before anything is sent, so
/// that a write that was answered and lost can be repeated without a second copy.
///
/// ```
/// use kalends_domain::{id::EventId, sync::copy_id};
///
/// let event = EventId("0195d5a0-7c00-7000-8000-000000000001".parse()?);
/// assert_eq!(copy_id(event), "06atb83s01o010000000000004");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn copy_id(event: EventId) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdefghijklmnopqrstuv";
    // 128 bits and two of padding are 26 digits of five.
    let bits = event.0.as_u128();
    let mut text = String::with_capacity(26);
    for digit in 0..26_u32 {
        let shift = 123_i64 - 5 * i64::from(digit);
        let value = if shift >= 0 { bits >> shift } else { bits << -shift };
        let _ = text.write_char(char::from(DIGITS[(value & 31) as usize]));
    }
    text
}
