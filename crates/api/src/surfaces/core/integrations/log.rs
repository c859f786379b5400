//! `GET /integrations/{provider}/log`

use actix_web::get;
use kalends_domain::id::SyncLogId;

use super::Provider;
use super::wire::{ProviderName, SyncAction};
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Query, SignedIn};
use crate::state::State;

/// List what syncs did.
///
/// What they did to each event, on which side, and why, the latest first. The last 5,000 lines are kept.
#[utoipa::path(
    tag = "Integrations",
    security(("bearer" = [])),
    params(("provider" = inline(ProviderName), Path, description = "With whom the account is."), PageParams),
    responses((status = 200, description = "What was done.", body = List<SyncAction>))
)]
#[get("/integrations/{provider}/log")]
pub(crate) async fn list_sync_log(
    state: State,
    SignedIn(caller): SignedIn,
    Provider(kind): Provider,
    Query(paging): Query<Paging<SyncLogId>>,
) -> Answer {
    let found = state.app.list_sync_log(&caller.actor, kind, paging.request()).await?;
    Ok(ok(paging.answer(found, |entry| entry.id, SyncAction::from)))
}
