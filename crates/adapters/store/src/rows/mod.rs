//! Rows, once for both engines, and what they are in the domain.
//!
//! Writing is checked here, before a transaction begins: a value that a row cannot hold never reaches the
//! engine. What is read was checked when it was written, but a file can be edited and a disk can fail, so
//! reading answers with an error that names the row, and never panics.

mod answers;
mod bookings;
mod calendars;
mod contacts;
mod courses;
mod events;
mod feeds;
mod fristen;
mod integrations;
mod jobs;
mod users;

use kalends_domain::time::Zone;
use serde::Serialize;

use crate::error::Fail;
use crate::types::DbDoc;

pub(crate) use answers::{AnswerRow, SettingRow};
pub(crate) use bookings::{BookingLinkRow, BookingRow};
pub(crate) use calendars::{CalendarRow, MembershipRow, role};
pub(crate) use contacts::ContactRow;
pub(crate) use courses::CourseRow;
pub(crate) use events::{EventRow, NewEventRow};
pub(crate) use feeds::FeedRow;
pub(crate) use fristen::{EntryText, FristRow, RecordRow, entry_hash};
pub(crate) use integrations::{AttemptRow, HistoryRow, IntegrationRow, LinkRow, LogRow, PairRow};
pub(crate) use jobs::JobRow;
pub(crate) use users::{ApiKeyRow, IcalTokenRow, SessionRow, UserRow};

/// Text that both engines can keep: Postgres has no NUL in text, and what one refuses, both do.
pub(crate) fn text(text: impl Into<String>) -> Result<String, Fail> {
    let text = text.into();
    if text.contains('\0') { Err(Fail::broken("a text holds a NUL character")) } else { Ok(text) }
}

/// The same for text that may be absent.
fn text_opt(optional: Option<String>) -> Result<Option<String>, Fail> {
    optional.map(text).transpose()
}

/// A document that both engines can keep.
fn document(row: impl std::fmt::Display, doc: &impl Serialize) -> Result<DbDoc, Fail> {
    let mut doc = serde_json::to_string(doc).map_err(|error| Fail::broken(format!("{row}: {error}")))?;
    // Of a large import all rows wait together.
    doc.shrink_to_fit();
    if doc.contains("\\u0000") {
        return Err(Fail::broken(format!("{row}: a text holds a NUL character")));
    }
    Ok(DbDoc(doc))
}

/// What a stored word, address or name stands for.
fn parse<T: std::str::FromStr>(row: impl std::fmt::Display, column: &str, text: &str) -> Result<T, Fail> {
    text.parse().map_err(|_| Fail::broken(format!("{row}: its {column} cannot be read")))
}

/// The zone of this stored name.
fn zone(row: impl std::fmt::Display, name: &str) -> Result<Zone, Fail> {
    Zone::named(name)
        .map_err(|error| Fail::broken(format!("{row}: {error}: is the time zone data older than the store?")))
}

/// A stored SHA-256.
fn hash(row: impl std::fmt::Display, bytes: &[u8]) -> Result<[u8; 32], Fail> {
    bytes.try_into().map_err(|_| Fail::broken(format!("{row}: a hash has not 32 bytes")))
}
