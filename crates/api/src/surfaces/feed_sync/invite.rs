//! `POST /invite`

use actix_web::post;
use kalends_domain::account::Email;
use utoipa::ToSchema;

use super::Done;
use super::body::{Body, Fields, FromBody};
use super::errors::failed;
use super::register::id;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Cx};
use crate::state::State;

/// Somebody to show a feed to.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InviteToFeed {
    /// What you call the feed.
    #[schema(max_length = 255, example = "your-calendar-id")]
    id: String,
    /// The address of a Google account; of a feed that is shown here alone, of an account here.
    #[schema(value_type = String, format = Email, example = "user@gmail.com")]
    email: Email,
}

impl FromBody for InviteToFeed {
    const FIELDS: &'static [&'static str] = &["id", "email"];

    fn read(fields: &Fields<'_>) -> Result<Self, String> {
        let id = id(&fields.at("id"))?;
        let at = fields.at("email");
        let email = at.text()?.parse().map_err(|_| at.wrong("email address"))?;
        Ok(Self { id, email })
    }
}

/// Share a calendar.
///
/// Lets another Google account read the feed's Google calendar, and has Google tell it by mail. A feed that is shown here
/// alone is shared with an account here. Needs the scope `feeds:write`.
#[utoipa::path(
    tag = "Feeds",
    security(("bearer" = []), ("api_key" = ["feeds:write"])),
    request_body = InviteToFeed,
    responses(
        (status = 200, description = "They may read it.", body = Done),
        (status = 421, description = "No Google account is linked, or Google refuses."),
    )
)]
#[post("/invite")]
pub(crate) async fn invite_to_feed(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Body(InviteToFeed { id, email }): Body<InviteToFeed>,
) -> Answer {
    state.app.invite_to_feed(&cx, &caller.actor, &id, &email).await.map_err(failed)?;
    Ok(ok(Done {}))
}
