//! The history of all Fristen of a server: one chain of entries, each tied to the one before by its hash.
//!
//! What a check ([`Audit`]) notices: an entry that was changed, taken out, put in or moved, for the hashes after it no
//! longer fit; the last entries taken away, for then the end is not where it was noted to be; a Frist or its event changed
//! without an entry, for it must say what its last entry says; a Frist taken away, for its entries tell of it.
//!
//! What it cannot notice: that somebody who may write to the store as they please wrote the history anew from some
//! entry on, with all its hashes, its end and the Fristen. Only an end that was noted elsewhere tells: so the check
//! shows it, and takes one that it showed before.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Frist, State};
use crate::id::{EventId, UserId};

/// SHA-256 of an entry and all before it.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct EntryHash(pub [u8; 32]);

impl EntryHash {
    /// The hash of the entry with this text behind the entry with this hash: SHA-256 of the 32 bytes of the one before
    /// (zeroes for the first) and of the text in UTF-8.
    #[must_use]
    pub fn then(self, text: &str) -> Self {
        Self(Sha256::new().chain_update(self.0).chain_update(text).finalize().into())
    }
}

/// In hexadecimal digits.
impl fmt::Display for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EntryHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What was done to a Frist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// It was made.
    Created,
    /// Somebody changed it.
    Changed,
    /// What it was computed from moved, and it with that.
    Recomputed,
    /// A second person verified it.
    Verified,
    /// It was deleted.
    Deleted,
    /// It was brought back.
    Restored,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Created, Self::Changed, Self::Recomputed, Self::Verified, Self::Deleted, Self::Restored];

    /// The name used in every API and store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Recomputed => "recomputed",
            Self::Verified => "verified",
            Self::Deleted => "deleted",
            Self::Restored => "restored",
        }
    }

    /// What turned the one into the other.
    pub fn between(before: Option<&State>, after: &State) -> Self {
        let Some(before) = before else { return Self::Created };
        match (before.deleted, after.deleted) {
            (false, true) => return Self::Deleted,
            (true, false) => return Self::Restored,
            _ => {}
        }
        if after.verification.is_some() && after.verification != before.verification {
            return Self::Verified;
        }
        let moved = match (&before.basis, &after.basis) {
            (Some(old), Some(new)) => old != new && old.on(new.terms.trigger.date) == *new,
            _ => false,
        };
        if moved { Self::Recomputed } else { Self::Changed }
    }
}

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The Frist.
    pub frist: EventId,
    /// The number of the entry among those of its Frist, from 1; the version that it made.
    pub number: i64,
    /// When.
    pub at: Timestamp,
    /// Whose doing it was. The account may be gone since; the entry stays.
    pub actor: UserId,
    /// What was done.
    pub deed: Deed,
    /// What the Frist said before; none when it is new.
    pub before: Option<State>,
    /// What it said then.
    pub after: State,
}

/// An entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRecord {
    /// Its number among all entries of the server, from 1.
    pub seq: i64,
    /// The Frist under which it is kept.
    pub frist: EventId,
    /// Its text, over which its hash goes.
    pub text: String,
    /// Its hash.
    pub hash: EntryHash,
    /// What the text says; or why it cannot be read.
    pub record: Result<Record, String>,
}

/// The end of the history: how many entries there are, and the hash of the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Head {
    /// How many entries there are.
    pub seq: i64,
    /// The hash of the last; zeroes where there is none.
    pub hash: EntryHash,
}

/// As it is noted: `17:9f86…`, the number and the hash.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

/// Text that notes no end of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the number of an entry, a colon, and the 64 hexadecimal digits of its hash")]
pub struct InvalidHead;

impl FromStr for Head {
    type Err = InvalidHead;

    fn from_str(text: &str) -> Result<Self, InvalidHead> {
        let (seq, digits) = text.split_once(':').ok_or(InvalidHead)?;
        let seq = seq.parse().ok().filter(|seq| *seq >= 0).ok_or(InvalidHead)?;
        if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(InvalidHead);
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| InvalidHead)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| InvalidHead)?;
        }
        Ok(Self { seq, hash: EntryHash(hash) })
    }
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which entry, by its number among all; none where it is not one entry's.
    pub seq: Option<i64>,
    /// Which Frist.
    pub frist: Option<EventId>,
    /// What does not fit.
    pub what: String,
}

/// Most findings that are told of one history.
const FINDINGS_MAX: usize = 100;

/// A check of a whole history: give it [all entries](Self::entry) in order, then [all Fristen](Self::frist), and it
/// [tells](Self::finish) what does not fit.
#[derive(Debug, Default)]
pub struct Audit {
    head: Head,
    known: Option<Head>,
    last: BTreeMap<EventId, (i64, State)>,
    findings: Vec<Finding>,
}

impl Audit {
    /// A check that begins, against an end that was noted before, if one was.
    pub fn new(known: Option<Head>) -> Self {
        Self { known, ..Self::default() }
    }

    /// The next entry.
    pub fn entry(&mut self, entry: KeptRecord) {
        let (seq, id) = (entry.seq, entry.frist);
        let mut odd = |what: String| self.findings.push(Finding { seq: Some(seq), frist: Some(id), what });
        if seq != self.head.seq + 1 {
            odd(format!("the entry before it has the number {}: some are missing", self.head.seq));
        }
        if self.head.hash.then(&entry.text) != entry.hash {
            odd("its hash does not fit its text and the entry before it".to_owned());
        }
        if self.known.is_some_and(|known| known.seq == seq && known.hash != entry.hash) {
            odd("its hash is not the one that was noted".to_owned());
        }
        match entry.record {
            Err(reason) => odd(format!("its text cannot be read: {reason}")),
            Ok(record) => {
                let before = self.last.remove(&id);
                let number = before.as_ref().map_or(0, |(number, _)| *number);
                if record.frist != id {
                    odd(format!("it is kept under this Frist, and tells of {}", record.frist));
                }
                if record.number != number + 1 {
                    odd(format!("it is number {} of its Frist, behind number {number}", record.number));
                }
                if record.before != before.map(|(_, state)| state) {
                    odd("it does not begin with what its Frist said in the entry before".to_owned());
                }
                self.last.insert(id, (record.number, record.after));
            }
        }
        self.head = Head { seq, hash: entry.hash };
        self.findings.truncate(FINDINGS_MAX);
    }

    /// The next Frist, as it is, with what its event makes of it.
    pub fn frist(&mut self, frist: &Frist, following: &State) {
        let mut odd = |what: &str| {
            self.findings.push(Finding { seq: None, frist: Some(frist.id), what: what.to_owned() });
        };
        match self.last.remove(&frist.id) {
            None => odd("it has no history"),
            Some((number, state)) if number != frist.version || state != frist.state => {
                odd("it does not say what its last entry says");
            }
            Some(_) if *following != frist.state => odd("its event was changed without an entry"),
            Some(_) => {}
        }
        self.findings.truncate(FINDINGS_MAX);
    }

    /// What does not fit, at most so many, given where the history is noted to end.
    pub fn finish(mut self, head: Head) -> Vec<Finding> {
        let mut odd = |seq, frist, what: String| self.findings.push(Finding { seq, frist, what });
        if head != self.head {
            odd(None, None, format!("the history ends with entry {}, and must with {}", self.head.seq, head.seq));
        }
        if self.known.is_some_and(|known| known.seq > self.head.seq) {
            odd(None, None, "the history ends before the entry that was noted".to_owned());
        }
        for id in self.last.into_keys() {
            odd(None, Some(id), "it has a history, and is gone".to_owned());
        }
        self.findings.truncate(FINDINGS_MAX);
        self.findings
    }
}
