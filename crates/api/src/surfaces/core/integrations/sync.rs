//! `POST /integrations/{provider}/sync`

use std::time::Duration;

use actix_web::post;
use utoipa::IntoParams;

use super::Provider;
use super::wire::{ProviderName, SyncResult};
use crate::answer::{Answer, ok};
use crate::extract::{Query, SignedIn};
use crate::fields::{Fields, Read};
use crate::read::boolean;
use crate::state::State;

/// How to sync.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SyncOptions {
    /// Only tell what would be done.
    #[param(default = false)]
    #[allow(clippy::struct_field_names)]
    dry_run: Option<bool>,
}

impl Read for SyncOptions {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self { dry_run: f.optional("dry_run", boolean) })
    }
}

/// How often, and how long from one time to the next, a sync that is under way is waited for.
const LOOKS: usize = 100;
const PAUSE: Duration = Duration::from_millis(150);

/// Syncs once the sync that is under way, if there is one, has ended: what is written here is synced at once, so whoever
/// asks right after a write would else be told to ask again.
pub(crate) async fn in_turn<T>(sync: impl AsyncFn() -> kalends_app::Result<T>) -> kalends_app::Result<T> {
    for _ in 1..LOOKS {
        match sync().await {
            Err(kalends_app::Error::SyncRunning) => actix_web::rt::time::sleep(PAUSE).await,
            other => return other,
        }
    }
    sync().await
}

/// Sync now.
///
/// Takes over what changed at the provider, and tells it what changed here. What both changed goes to the later change,
/// field by field; what gives way is kept in the event's history. A sync that would delete more than half of a calendar
/// of more than ten events keeps these deletions back (`held`) until it is asked for again.
#[utoipa::path(
    tag = "Integrations",
    security(("bearer" = [])),
    params(("provider" = inline(ProviderName), Path, description = "With whom the account is."), SyncOptions),
    responses(
        (status = 200, description = "What was done.", body = SyncResult),
        (status = 409, description = "It has been synced for long already, or must be linked again."),
        (status = 503, description = "The provider cannot be reached.")
    )
)]
#[post("/integrations/{provider}/sync")]
pub(crate) async fn sync_provider(
    state: State,
    SignedIn(caller): SignedIn,
    Provider(kind): Provider,
    Query(SyncOptions { dry_run }): Query<SyncOptions>,
) -> Answer {
    let dry_run = dry_run.unwrap_or(false);
    let synced = in_turn(async || state.app.sync_now(&caller.actor, kind, dry_run).await).await?;
    Ok(ok(SyncResult::new(synced, dry_run)))
}
