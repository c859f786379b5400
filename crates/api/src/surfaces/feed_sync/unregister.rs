//! `POST /unregister`

use actix_web::post;
use utoipa::ToSchema;

use super::Done;
use super::body::{Body, Fields, FromBody};
use super::errors::failed;
use super::register::id;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Cx};
use crate::state::State;

/// A feed to end.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnregisterFeed {
    /// What you call it.
    #[schema(max_length = 255, example = "your-calendar-id")]
    id: String,
}

impl FromBody for UnregisterFeed {
    const FIELDS: &'static [&'static str] = &["id"];

    fn read(fields: &Fields<'_>) -> Result<Self, String> {
        Ok(Self { id: id(&fields.at("id"))? })
    }
}

/// Stop syncing a calendar feed.
///
/// Removes its calendars, on Google and here. Where Google does not, all stays as it is. Needs the scope `feeds:write`.
#[utoipa::path(
    tag = "Feeds",
    security(("bearer" = []), ("api_key" = ["feeds:write"])),
    request_body = UnregisterFeed,
    responses(
        (status = 200, description = "It is gone.", body = Done),
        (status = 421, description = "No Google account is linked, or Google refuses."),
    )
)]
#[post("/unregister")]
pub(crate) async fn unregister_feed(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Body(UnregisterFeed { id }): Body<UnregisterFeed>,
) -> Answer {
    state.app.unregister_feed(&cx, &caller.actor, &id).await.map_err(failed)?;
    Ok(ok(Done {}))
}
