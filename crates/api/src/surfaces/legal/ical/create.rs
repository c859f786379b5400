//! `POST /api/v1/calendar/ical-tokens`

use actix_web::post;
use kalends_domain::id::IcalTokenId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer::{Answer, created};
use crate::extract::Cx;
use crate::state::State;
use crate::surfaces::legal::id::Typed;
use crate::surfaces::legal::{Time, Writes};

/// A token just made.
#[derive(Serialize, ToSchema)]
pub(crate) struct IcalTokenMade {
    #[schema(value_type = String, example = "ical_tok_019cb3a4000070008000000000000001")]
    id: Typed<IcalTokenId>,
    /// The feed's address. Whoever has it may read the feed; it is shown this once.
    #[schema(
        format = "uri",
        example = "http://localhost:3019/api/v1/calendar/ical/feed?token=qvYc0fKJ9y2mXb8nVtE3sWl7uZr5aDhG1oPiTkUjSgM"
    )]
    url: String,
    #[schema(inline)]
    created_at: Time,
}

/// Create iCal token.
///
/// Makes a secret address at which calendar programs subscribe to all calendars that the caller sees, deadlines included.
/// Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal iCal",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    responses(
        (status = 201, description = "The token, with its address.", body = IcalTokenMade),
        (status = 409, description = "The caller has too many tokens; one must be revoked first."),
    )
)]
#[post("/api/v1/calendar/ical-tokens")]
pub(crate) async fn create_ical_token(state: State, cx: Cx, Writes(caller): Writes) -> Answer {
    let made = state.app.create_ical_token(&cx, &caller.actor).await?;
    Ok(created(IcalTokenMade {
        id: Typed(made.token.id),
        url: format!("{}/api/v1/calendar/ical/feed?token={}", state.settings.public_url, made.secret),
        created_at: Time::utc(made.token.created_at),
    }))
}
