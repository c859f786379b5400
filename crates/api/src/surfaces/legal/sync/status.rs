//! `GET /api/v1/calendar/sync/status`

use actix_web::get;
use kalends_app::SyncState;
use kalends_domain::sync::Health;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::state::State;
use crate::surfaces::core::integrations::wire::ProviderName;
use crate::surfaces::legal::{Reads, Time};

/// The caller's external calendars.
#[derive(Serialize, ToSchema)]
pub(crate) struct SyncStatus {
    /// One account for each provider that is connected.
    accounts: Vec<SyncAccount>,
}

/// An account at a provider of calendars.
#[derive(Serialize, ToSchema)]
pub(crate) struct SyncAccount {
    /// With whom it is.
    #[schema(value_type = ProviderName)]
    provider: &'static str,
    /// `connected`, or `error` where the last sync failed or the account must be linked again.
    #[schema(pattern = "^(connected|error)$", example = "connected")]
    status: &'static str,
    /// Its address there.
    #[schema(format = Email, example = "ann@example.com")]
    email: String,
    /// When one of its calendars was last synced to the end.
    #[schema(value_type = Option<String>, format = DateTime, required = true, example = "2026-03-02T15:00:00Z")]
    last_synced_at: Option<Time>,
    /// Why the last sync failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Google cannot be reached")]
    last_error: Option<String>,
    /// How many events wait to be sent there; at most a thousand of each calendar are counted of new and of changed ones.
    #[schema(example = 0)]
    pending: usize,
}

impl From<SyncState> for SyncAccount {
    fn from(SyncState { integration, pending }: SyncState) -> Self {
        Self {
            provider: integration.provider.as_str(),
            status: if integration.health == Health::Connected { "connected" } else { "error" },
            email: integration.email,
            last_synced_at: integration.last_synced_at.map(Time::utc),
            last_error: integration.last_error,
            pending,
        }
    }
}

/// Sync status.
///
/// How the sync with the caller's Google and Outlook calendars is doing. Accounts are linked under `/integrations`. Needs the
/// scope `calendar:read`.
#[utoipa::path(
    tag = "Legal sync",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    responses((status = 200, description = "The accounts.", body = SyncStatus))
)]
#[get("/api/v1/calendar/sync/status")]
pub(crate) async fn sync_status(state: State, Reads(caller): Reads) -> Answer {
    let accounts = state.app.sync_states(&caller.actor).await?;
    Ok(ok(SyncStatus { accounts: accounts.into_iter().map(SyncAccount::from).collect() }))
}
