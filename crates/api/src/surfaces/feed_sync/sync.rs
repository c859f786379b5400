//! `POST /feeds/{id}/sync`

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, post};
use kalends_app::FeedSynced;
use serde::Serialize;
use utoipa::ToSchema;

use super::errors::{Code, failed, refused};
use crate::answer::{Answer, ok};
use crate::error::{Failure, Kind};
use crate::extract::Authenticated;
use crate::state::State;

/// The caller's name for a feed, in the path.
pub(crate) struct FeedName(String);

impl FromRequest for FeedName {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = request.match_info().get("id").unwrap_or_default();
        // What has a meaning of its own in a path stays encoded up to here.
        let plain = name.replace("%2F", "/").replace("%2f", "/").replace("%2B", "+").replace("%2b", "+");
        ready(Ok(Self(plain.replace("%25", "%"))))
    }
}

/// What a sync did to the calendar here.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeedSyncResult {
    created: usize,
    updated: usize,
    deleted: usize,
    unchanged: usize,
}

impl From<FeedSynced> for FeedSyncResult {
    fn from(synced: FeedSynced) -> Self {
        let FeedSynced { created, updated, deleted, unchanged } = synced;
        Self { created, updated, deleted, unchanged }
    }
}

/// Sync a feed now.
///
/// Asks for the feed, and takes over what changed; Google hears of it right after. An answer that lacks half of more than
/// ten events is held back once, and taken the second time. Needs the scope `feeds:write`.
#[utoipa::path(
    tag = "Feeds",
    security(("bearer" = []), ("api_key" = ["feeds:write"])),
    params(("id" = String, Path, description = "What you call the feed.")),
    responses(
        (status = 200, description = "What was done.", body = FeedSyncResult),
        (status = 421, description = "The feed cannot be fetched, or is none."),
    )
)]
#[post("/feeds/{id}/sync")]
pub(crate) async fn sync_feed(state: State, Authenticated(caller): Authenticated, FeedName(name): FeedName) -> Answer {
    let _permit = state.import_permit()?;
    let synced = state.app.sync_feed_now(&caller.actor, &name).await.map_err(|error| match error {
        // What stands in a path is not there.
        kalends_app::Error::NotFound(what) => {
            Failure { kind: Kind::NotFound, ..refused(Code::RequestId, format!("{what} not found")) }
        }
        other => failed(other),
    })?;
    Ok(ok(FeedSyncResult::from(synced)))
}
