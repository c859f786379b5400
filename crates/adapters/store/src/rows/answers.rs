//! Kept answers, and settings.

use diesel::prelude::*;
use kalends_ports::Answer;

use super::{hash, text};
use crate::error::Fail;
use crate::schema::{answers, settings};
use crate::types::DbTs;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = answers, primary_key(caller, key), treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct AnswerRow {
    pub(crate) caller: String,
    pub(crate) key: String,
    fingerprint: Vec<u8>,
    created_at: DbTs,
    lease: DbTs,
    status: Option<i32>,
    body: Option<Vec<u8>>,
}

impl TryFrom<Answer> for AnswerRow {
    type Error = Fail;

    fn try_from(answer: Answer) -> Result<Self, Fail> {
        let (status, body) = answer.response.unzip();
        Ok(Self {
            caller: text(answer.caller)?,
            key: text(answer.key)?,
            fingerprint: answer.fingerprint.to_vec(),
            created_at: answer.created_at.into(),
            lease: answer.lease.into(),
            status: status.map(i32::from),
            body,
        })
    }
}

impl TryFrom<AnswerRow> for Answer {
    type Error = Fail;

    fn try_from(row: AnswerRow) -> Result<Self, Fail> {
        let unreadable = |_| Fail::broken("a kept answer: its status cannot be read");
        Ok(Self {
            fingerprint: hash("a kept answer", &row.fingerprint)?,
            response: row.status.map(u16::try_from).transpose().map_err(unreadable)?.zip(row.body),
            caller: row.caller,
            key: row.key,
            created_at: row.created_at.get(),
            lease: row.lease.get(),
        })
    }
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = settings)]
pub(crate) struct SettingRow {
    pub(crate) key: String,
    pub(crate) value: Vec<u8>,
}
