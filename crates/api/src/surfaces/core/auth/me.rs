//! `GET /auth/me`

use actix_web::get;

use crate::answer::{Answer, ok};
use crate::etag::tagged;
use crate::extract::SignedIn;
use crate::surfaces::core::wire::UserAnswer;

/// Get current user.
///
/// The same as `GET /users/me`.
#[utoipa::path(
    tag = "Auth",
    security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = UserAnswer))
)]
#[get("/auth/me")]
pub(crate) async fn me(SignedIn(caller): SignedIn) -> Answer {
    let version = caller.user.version;
    Ok(tagged(ok(UserAnswer { user: caller.user.into() }), version))
}
