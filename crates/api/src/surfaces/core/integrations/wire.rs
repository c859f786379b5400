//! What linked accounts and their syncs look like.

use kalends_app::{LinkedAccount, OfferedCalendar, Synced, SyncedSide};
use kalends_domain::sync::{Health, Held, Link, SyncLogEntry};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::wire::Time;

/// With whom an account is.
#[derive(ToSchema)]
#[schema(as = Provider, rename_all = "lowercase")]
#[allow(dead_code)] // documentation
pub(crate) enum ProviderName {
    Google,
    Microsoft,
}

/// Whether an account can be synced.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code)] // documentation
pub(super) enum IntegrationStatus {
    /// It can.
    Connected,
    /// The last sync failed; `last_error` says why.
    Error,
}

/// A linked account.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Integration {
    id: Uuid,
    #[schema(value_type = ProviderName)]
    provider: &'static str,
    #[schema(value_type = IntegrationStatus)]
    status: &'static str,
    /// The account's address there.
    #[schema(example = "ann@gmail.com")]
    email: String,
    /// Whether it must be linked again before anything can be synced.
    needs_linking: bool,
    /// When one of its calendars was last synced.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    last_synced_at: Option<Time>,
    /// Why the last sync failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Google asks to be called less often")]
    last_error: Option<String>,
    /// The calendars that are synced.
    calendars: Vec<SyncedCalendar>,
    #[schema(inline)]
    created_at: Time,
}

/// A calendar of the account that is synced with one here.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SyncedCalendar {
    /// The provider's id of the calendar there.
    #[schema(example = "ann@gmail.com")]
    id: String,
    /// What it is called there.
    #[schema(example = "Ann")]
    name: String,
    /// The calendar here.
    calendar_id: Uuid,
    /// When both were last the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    synced_at: Option<Time>,
    /// Whether deletions of most of the calendar wait until it is synced by hand.
    held: bool,
}

impl From<Link> for SyncedCalendar {
    fn from(link: Link) -> Self {
        Self {
            id: link.remote,
            name: link.name,
            calendar_id: link.calendar.0,
            synced_at: link.synced_at.map(Time),
            held: link.held,
        }
    }
}

impl From<LinkedAccount> for Integration {
    fn from(account: LinkedAccount) -> Self {
        let LinkedAccount { integration: it, links } = account;
        Self {
            id: it.id.0,
            provider: it.provider.as_str(),
            status: if it.health == Health::Connected { "connected" } else { "error" },
            email: it.email,
            needs_linking: it.health == Health::Unauthorized,
            last_synced_at: it.last_synced_at.map(Time),
            last_error: it.last_error,
            calendars: links.into_iter().map(SyncedCalendar::from).collect(),
            created_at: Time(it.created_at),
        }
    }
}

/// A calendar of the account, whether it is synced or not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RemoteCalendar {
    /// The provider's id.
    #[schema(example = "ann@gmail.com")]
    id: String,
    #[schema(example = "Ann")]
    name: String,
    /// Whether it is the account's own.
    primary: bool,
    /// Whether events may be written to it; one that may only be read is synced from there to here.
    writable: bool,
    /// Its zone, where the provider tells one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "America/New_York")]
    timezone: Option<String>,
    /// Its colour, where the provider tells one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "#3b82f6")]
    color: Option<String>,
    /// Whether it is synced.
    synced: bool,
    /// The calendar here with which it is synced.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    calendar_id: Option<Uuid>,
}

impl From<OfferedCalendar> for RemoteCalendar {
    fn from(offered: OfferedCalendar) -> Self {
        let OfferedCalendar { remote, link } = offered;
        Self {
            id: remote.id,
            name: remote.name,
            primary: remote.primary,
            writable: remote.writable,
            timezone: remote.zone,
            color: remote.color,
            synced: link.is_some(),
            calendar_id: link.map(|link| link.calendar.0),
        }
    }
}

/// What a sync did on one side, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SideCounts {
    created: usize,
    updated: usize,
    deleted: usize,
}

impl From<SyncedSide> for SideCounts {
    fn from(side: SyncedSide) -> Self {
        Self { created: side.created, updated: side.updated, deleted: side.deleted }
    }
}

/// Deletions that wait until the sync is asked for again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HeldDeletions {
    /// Where they would be made: `here` or `there`.
    #[schema(example = "here")]
    side: &'static str,
    /// How many.
    #[schema(example = 40)]
    deletions: usize,
    /// Of how many events.
    #[schema(example = 50)]
    of: usize,
}

impl From<Held> for HeldDeletions {
    fn from(held: Held) -> Self {
        Self { side: held.side.as_str(), deletions: held.deletions, of: held.of }
    }
}

/// What a sync did, or would do.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SyncResult {
    /// Whether this only tells what would be done.
    dry_run: bool,
    /// What was done here.
    here: SideCounts,
    /// What was done at the provider.
    there: SideCounts,
    /// Values that gave way to a later change on the other side.
    conflicts: usize,
    /// Events that could not be written; the log says why.
    failed: usize,
    /// What waits until the sync is asked for again, because it would delete most of a calendar.
    held: Vec<HeldDeletions>,
    /// What would be done; only where `dry_run` is true.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    actions: Option<Vec<SyncAction>>,
}

impl SyncResult {
    pub(super) fn new(synced: Synced, dry_run: bool) -> Self {
        Self {
            dry_run,
            here: synced.here.into(),
            there: synced.there.into(),
            conflicts: synced.conflicts,
            failed: synced.failed,
            held: synced.held.into_iter().map(HeldDeletions::from).collect(),
            actions: dry_run.then(|| synced.planned.into_iter().map(SyncAction::from).collect()),
        }
    }
}

/// What a sync did to one event, or would do, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SyncAction {
    /// When it was done.
    #[schema(inline)]
    at: Time,
    /// Where: `here`, or `there`, at the provider.
    #[schema(example = "here")]
    side: &'static str,
    /// What: `created`, `updated`, `deleted`, `adopted` (a copy was found again), `held` or `failed`.
    #[schema(example = "updated")]
    action: &'static str,
    /// The event here.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    event_id: Option<Uuid>,
    /// The provider's id of its copy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "06atb83s01o010000000000004")]
    provider_event_id: Option<String>,
    /// What it is called.
    #[schema(example = "Lecture")]
    title: String,
    /// What of it changed.
    #[schema(example = json!(["title", "time"]))]
    fields: Vec<String>,
    /// Why.
    #[schema(example = "changed at Google")]
    reason: String,
}

impl From<SyncLogEntry> for SyncAction {
    fn from(entry: SyncLogEntry) -> Self {
        Self {
            at: Time(entry.at),
            side: entry.side.as_str(),
            action: entry.deed.as_str(),
            event_id: entry.event.map(|id| id.0),
            provider_event_id: entry.remote,
            title: entry.title,
            fields: entry.fields,
            reason: entry.reason,
        }
    }
}
