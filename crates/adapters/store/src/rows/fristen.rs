//! Fristen, and the entries of their history.

use diesel::prelude::*;
use kalends_domain::frist::record::{EntryHash, KeptRecord, Record};
use kalends_domain::frist::{Frist, FristWrite};
use kalends_domain::id::{EventId, UserId};
use uuid::Uuid;

use super::{document, hash, text};
use crate::doc::{RecordDoc, StateDoc};
use crate::error::{Fail, short};
use crate::schema::{frist_history, fristen};
use crate::types::{DbDoc, DbId, DbTs};

/// A Frist. Ids of zeroes stand where there is none.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = fristen)]
pub(crate) struct FristRow {
    pub(crate) id: DbId,
    calendar_id: DbId,
    due_at: DbTs,
    case_id: DbId,
    chain_id: DbId,
    assignee_id: DbId,
    trigger_id: DbId,
    verified: bool,
    deleted: bool,
    doc: DbDoc,
    created_by: DbId,
    created_at: DbTs,
    updated_at: DbTs,
    pub(crate) version: i64,
}

impl TryFrom<Frist> for FristRow {
    type Error = Fail;

    fn try_from(frist: Frist) -> Result<Self, Fail> {
        let state = &frist.state;
        let or_nil = |id: Option<Uuid>| DbId(id.unwrap_or(Uuid::nil()));
        let trigger = state.basis.as_ref().and_then(|basis| basis.event);
        Ok(Self {
            id: DbId(frist.id.0),
            calendar_id: DbId(state.calendar.0),
            due_at: state.deadline().into(),
            case_id: or_nil(state.case),
            chain_id: DbId(state.chain.0),
            assignee_id: or_nil(state.assignee.map(|user| user.0)),
            trigger_id: or_nil(trigger.map(|event| event.0)),
            verified: state.verification.is_some(),
            deleted: state.deleted,
            doc: document(format_args!("frist {}", frist.id), &StateDoc::from(state))?,
            created_by: DbId(frist.created_by.0),
            created_at: frist.created_at.into(),
            updated_at: frist.updated_at.into(),
            version: frist.version,
        })
    }
}

impl TryFrom<FristRow> for Frist {
    type Error = Fail;

    fn try_from(row: FristRow) -> Result<Self, Fail> {
        let broken = |reason: String| Fail::broken(short(&format!("frist {}: {reason}", row.id.0)));
        let doc: StateDoc =
            serde_json::from_str(&row.doc.0).map_err(|error| broken(format!("its document: {error}")))?;
        Ok(Self {
            id: EventId(row.id.0),
            state: doc.read().map_err(|error| broken(error.to_string()))?,
            created_by: UserId(row.created_by.0),
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            version: row.version,
        })
    }
}

/// The text of an entry that is to be appended.
#[derive(Debug, Clone)]
pub(crate) struct EntryText {
    frist: DbId,
    pub(crate) text: String,
}

impl TryFrom<&FristWrite> for EntryText {
    type Error = Fail;

    fn try_from(write: &FristWrite) -> Result<Self, Fail> {
        let record = write.record();
        let DbDoc(entry) = document(format_args!("an entry of frist {}", record.frist), &RecordDoc::from(&record))?;
        Ok(Self { frist: DbId(record.frist.0), text: text(entry)? })
    }
}

/// An entry as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = frist_history)]
pub(crate) struct RecordRow {
    seq: i64,
    frist_id: DbId,
    entry: String,
    hash: Vec<u8>,
}

impl RecordRow {
    pub(crate) fn new(seq: i64, entry: &EntryText, hash: EntryHash) -> Self {
        Self { seq, frist_id: entry.frist, entry: entry.text.clone(), hash: hash.0.to_vec() }
    }
}

impl TryFrom<RecordRow> for KeptRecord {
    type Error = Fail;

    /// A text that cannot be read is no failure of the store: a check of the history tells of it.
    fn try_from(row: RecordRow) -> Result<Self, Fail> {
        let doc = serde_json::from_str::<RecordDoc>(&row.entry).map_err(|error| error.to_string());
        let record = doc.and_then(|doc| Record::try_from(doc).map_err(|error| error.to_string()));
        Ok(Self {
            seq: row.seq,
            frist: EventId(row.frist_id.0),
            hash: entry_hash(format_args!("entry {}", row.seq), &row.hash)?,
            text: row.entry,
            record: record.map_err(|reason| short(&reason)),
        })
    }
}

/// The hash of an entry.
pub(crate) fn entry_hash(name: impl std::fmt::Display, bytes: &[u8]) -> Result<EntryHash, Fail> {
    hash(name, bytes).map(EntryHash)
}
