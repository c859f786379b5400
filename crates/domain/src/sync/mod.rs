//! Keeping a calendar here and one at a provider the same.
//!
//! A sync takes what the provider says has changed ([`remote`]), what changed here, and what both sides held when they
//! last were the same ([`Pair`]), and [`decide`]s: what to make, change and delete on either side, and why. It is a
//! function of these values alone, so a sync can be shown before it is done, and done again after a crash.
//!
//! - **Nothing echoes.** Each side is compared with what was last seen on that side. A write of ours comes back as
//!   an item that says what was sent, which is no change.
//! - **Nothing is made twice.** A copy carries its event's id, and takes its own id from it where the provider lets us
//!   ([`copy_id`]): a write whose answer was lost is found again.
//! - **Nobody's change is lost silently.** What both sides changed goes to the later change, field by field; the
//!   value that gives way is kept ([`Lost`]). A deletion against a change goes by time as well; where the provider does
//!   not say when it deleted, the change stays.
//! - **Most of a calendar does not vanish by accident.** A sync that would delete more than half of more than ten
//!   copies keeps these deletions back ([`Held`]) until it is asked for again.

mod copy;
mod decide;
mod groups;
mod integration;
mod merge;
mod pair;
pub mod remote;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::str::FromStr;

use crate::access::UnknownName;
use crate::id::EventId;

pub use copy::{Copy, original};
pub use decide::{Decision, Held, Here, Input, Plan, Remember, There, decide};
pub use integration::{
    ATTEMPT_LIFETIME, Deed, Health, HistoryEntry, Integration, LINKS_MAX, LOG_MAX, Link, LinkAttempt, Sealed,
    SyncLogEntry,
};
pub use merge::{Base, Lost, Side};
pub use pair::{Pair, PartRef, Seen};

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
