//! Accounts at providers, links, pairs, and what syncs did.

use diesel::prelude::*;
use kalends_domain::account::TokenHash;
use kalends_domain::id::{CalendarId, EventId, HistoryId, IntegrationId, LinkId, SyncLogId, UserId};
use kalends_domain::sync::{HistoryEntry, Integration, Link, LinkAttempt, Pair, Sealed, SyncLogEntry};

use super::{document, hash, parse, text, text_opt};
use crate::doc::PairDoc;
use crate::error::{Fail, short};
use crate::schema::{calendar_links, event_history, integrations, link_attempts, sync_log, sync_pairs};
use crate::types::{DbDoc, DbId, DbTs};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = integrations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct IntegrationRow {
    pub(crate) id: DbId,
    user_id: DbId,
    provider: String,
    email: String,
    access: Vec<u8>,
    access_until: DbTs,
    refresh: Vec<u8>,
    health: String,
    last_synced_at: Option<DbTs>,
    last_error: Option<String>,
    created_at: DbTs,
    updated_at: DbTs,
    version: i64,
    paused_until: Option<DbTs>,
}

impl TryFrom<Integration> for IntegrationRow {
    type Error = Fail;

    fn try_from(it: Integration) -> Result<Self, Fail> {
        Ok(Self {
            id: DbId(it.id.0),
            user_id: DbId(it.user.0),
            provider: it.provider.as_str().to_owned(),
            email: text(it.email)?,
            access: it.access.0,
            access_until: it.access_until.into(),
            refresh: it.refresh.0,
            health: it.health.as_str().to_owned(),
            last_synced_at: it.last_synced_at.map(DbTs::new),
            last_error: text_opt(it.last_error)?,
            created_at: it.created_at.into(),
            updated_at: it.updated_at.into(),
            version: it.version,
            paused_until: it.paused_until.map(DbTs::new),
        })
    }
}

impl TryFrom<IntegrationRow> for Integration {
    type Error = Fail;

    fn try_from(row: IntegrationRow) -> Result<Self, Fail> {
        let name = format!("integration {}", row.id.0);
        Ok(Self {
            id: IntegrationId(row.id.0),
            user: UserId(row.user_id.0),
            provider: parse(&name, "provider", &row.provider)?,
            email: row.email,
            access: Sealed(row.access),
            access_until: row.access_until.get(),
            refresh: Sealed(row.refresh),
            health: parse(&name, "health", &row.health)?,
            last_synced_at: row.last_synced_at.map(DbTs::get),
            last_error: row.last_error,
            paused_until: row.paused_until.map(DbTs::get),
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            version: row.version,
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = link_attempts)]
pub(crate) struct AttemptRow {
    state: Vec<u8>,
    user_id: DbId,
    provider: String,
    verifier: Vec<u8>,
    expires_at: DbTs,
}

impl From<LinkAttempt> for AttemptRow {
    fn from(attempt: LinkAttempt) -> Self {
        Self {
            state: attempt.state.0.to_vec(),
            user_id: DbId(attempt.user.0),
            provider: attempt.provider.as_str().to_owned(),
            verifier: attempt.verifier.0,
            expires_at: attempt.expires_at.into(),
        }
    }
}

impl TryFrom<AttemptRow> for LinkAttempt {
    type Error = Fail;

    fn try_from(row: AttemptRow) -> Result<Self, Fail> {
        Ok(Self {
            state: TokenHash(hash("a link attempt", &row.state)?),
            user: UserId(row.user_id.0),
            provider: parse("a link attempt", "provider", &row.provider)?,
            verifier: Sealed(row.verifier),
            expires_at: row.expires_at.get(),
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calendar_links, treat_none_as_null = true, treat_none_as_default_value = false)]
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own")]
pub(crate) struct LinkRow {
    pub(crate) id: DbId,
    pub(crate) integration_id: DbId,
    remote_id: String,
    name: String,
    is_primary: bool,
    writable: bool,
    mirror: bool,
    calendar_id: DbId,
    sync_cursor: Option<String>,
    held: bool,
    busy_until: Option<DbTs>,
    synced_at: Option<DbTs>,
    created_at: DbTs,
    version: i64,
}

impl TryFrom<Link> for LinkRow {
    type Error = Fail;

    fn try_from(link: Link) -> Result<Self, Fail> {
        Ok(Self {
            id: DbId(link.id.0),
            integration_id: DbId(link.integration.0),
            remote_id: text(link.remote)?,
            name: text(link.name)?,
            is_primary: link.primary,
            writable: link.writable,
            mirror: link.mirror,
            calendar_id: DbId(link.calendar.0),
            sync_cursor: text_opt(link.cursor)?,
            held: link.held,
            busy_until: link.busy_until.map(DbTs::new),
            synced_at: link.synced_at.map(DbTs::new),
            created_at: link.created_at.into(),
            version: link.version,
        })
    }
}

impl From<LinkRow> for Link {
    fn from(row: LinkRow) -> Self {
        Self {
            id: LinkId(row.id.0),
            integration: IntegrationId(row.integration_id.0),
            remote: row.remote_id,
            name: row.name,
            primary: row.is_primary,
            writable: row.writable,
            mirror: row.mirror,
            calendar: CalendarId(row.calendar_id.0),
            cursor: row.sync_cursor,
            held: row.held,
            busy_until: row.busy_until.map(DbTs::get),
            synced_at: row.synced_at.map(DbTs::get),
            created_at: row.created_at.get(),
            version: row.version,
        }
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sync_pairs, primary_key(link_id, event_id))]
pub(crate) struct PairRow {
    link_id: DbId,
    event_id: DbId,
    remote_id: String,
    version: i64,
    doc: DbDoc,
}

impl PairRow {
    pub(crate) fn new(link: LinkId, pair: Pair) -> Result<Self, Fail> {
        Ok(Self {
            link_id: DbId(link.0),
            event_id: DbId(pair.event.0),
            doc: document(format_args!("the pair of event {}", pair.event), &PairDoc::from(&pair))?,
            remote_id: text(pair.remote)?,
            version: pair.version,
        })
    }
}

impl TryFrom<PairRow> for Pair {
    type Error = Fail;

    fn try_from(row: PairRow) -> Result<Self, Fail> {
        let broken = |reason: String| Fail::broken(short(&format!("the pair of event {}: {reason}", row.event_id.0)));
        let doc: PairDoc =
            serde_json::from_str(&row.doc.0).map_err(|error| broken(format!("its document: {error}")))?;
        doc.read(EventId(row.event_id.0), row.remote_id, row.version).map_err(|error| broken(error.to_string()))
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_log, treat_none_as_default_value = false)]
pub(crate) struct LogRow {
    id: DbId,
    integration_id: DbId,
    at: DbTs,
    side: String,
    deed: String,
    event_id: Option<DbId>,
    remote_id: Option<String>,
    title: String,
    /// Names, with spaces between them.
    fields: String,
    reason: String,
}

impl TryFrom<SyncLogEntry> for LogRow {
    type Error = Fail;

    fn try_from(entry: SyncLogEntry) -> Result<Self, Fail> {
        Ok(Self {
            id: DbId(entry.id.0),
            integration_id: DbId(entry.integration.0),
            at: entry.at.into(),
            side: entry.side.as_str().to_owned(),
            deed: entry.deed.as_str().to_owned(),
            event_id: entry.event.map(|id| DbId(id.0)),
            remote_id: text_opt(entry.remote)?,
            title: text(entry.title)?,
            fields: text(entry.fields.join(" "))?,
            reason: text(entry.reason)?,
        })
    }
}

impl TryFrom<LogRow> for SyncLogEntry {
    type Error = Fail;

    fn try_from(row: LogRow) -> Result<Self, Fail> {
        let name = format!("log line {}", row.id.0);
        Ok(Self {
            id: SyncLogId(row.id.0),
            integration: IntegrationId(row.integration_id.0),
            at: row.at.get(),
            side: parse(&name, "side", &row.side)?,
            deed: parse(&name, "deed", &row.deed)?,
            event: row.event_id.map(|id| EventId(id.0)),
            remote: row.remote_id,
            title: row.title,
            fields: row.fields.split_whitespace().map(str::to_owned).collect(),
            reason: row.reason,
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = event_history, treat_none_as_default_value = false)]
pub(crate) struct HistoryRow {
    id: DbId,
    event_id: DbId,
    at: DbTs,
    source: String,
    field: Option<String>,
    value: String,
    reason: String,
}

impl TryFrom<HistoryEntry> for HistoryRow {
    type Error = Fail;

    fn try_from(entry: HistoryEntry) -> Result<Self, Fail> {
        Ok(Self {
            id: DbId(entry.id.0),
            event_id: DbId(entry.event.0),
            at: entry.at.into(),
            source: text(entry.source)?,
            field: text_opt(entry.field)?,
            value: text(entry.value)?,
            reason: text(entry.reason)?,
        })
    }
}

impl From<HistoryRow> for HistoryEntry {
    fn from(row: HistoryRow) -> Self {
        Self {
            id: HistoryId(row.id.0),
            event: EventId(row.event_id.0),
            at: row.at.get(),
            source: row.source,
            field: row.field,
            value: row.value,
            reason: row.reason,
        }
    }
}
