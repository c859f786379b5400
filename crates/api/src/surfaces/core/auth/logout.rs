//! `POST /auth/logout`

use actix_web::post;

use super::refresh::RefreshToken;
use crate::answer::{Answer, Done, done};
use crate::extract::{Cx, Json, SignedIn};
use crate::state::State;

/// Revoke refresh token.
///
/// Ends the sign-in that the refresh token belongs to. A token that is unknown is revoked already.
#[utoipa::path(
    tag = "Auth",
    security(("bearer" = [])),
    responses((status = 200, description = "It is revoked.", body = Done))
)]
#[post("/auth/logout")]
pub(crate) async fn logout(state: State, cx: Cx, SignedIn(caller): SignedIn, Json(sent): Json<RefreshToken>) -> Answer {
    state.app.logout(&cx, &caller.actor, &sent.refresh_token).await?;
    Ok(done())
}
