//! `POST /ping`

use actix_web::post;
use utoipa::ToSchema;

use super::Done;
use super::body::{Body, Fields, FromBody};
use super::errors::failed;
use crate::answer::{Answer, ok};
use crate::extract::Authenticated;
use crate::state::State;

/// Nothing.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ping {}

impl FromBody for Ping {
    const FIELDS: &'static [&'static str] = &[];

    fn read(_: &Fields<'_>) -> Result<Self, String> {
        Ok(Self {})
    }
}

/// Test the key and the Google account.
///
/// Needs the scope `feeds:read`.
#[utoipa::path(
    tag = "Feeds",
    security(("bearer" = []), ("api_key" = ["feeds:read"])),
    request_body = Ping,
    responses(
        (status = 200, description = "Both can be used.", body = Done),
        (status = 421, description = "No Google account is linked, or Google refuses."),
    )
)]
#[post("/ping")]
pub(crate) async fn ping(state: State, Authenticated(caller): Authenticated, Body(Ping {}): Body<Ping>) -> Answer {
    state.app.ping_feeds(&caller.actor).await.map_err(failed)?;
    Ok(ok(Done {}))
}
