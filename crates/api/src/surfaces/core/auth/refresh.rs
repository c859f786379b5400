//! `POST /auth/refresh`

use actix_web::post;
use utoipa::ToSchema;

use crate::answer::{Answer, ok};
use crate::extract::{Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::string;
use crate::state::State;
use crate::surfaces::core::wire::TokensAnswer;

/// A refresh token.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshToken {
    /// As it was handed out.
    #[schema(example = "qvYc0fKJ9y2mXb8nVtE3sWl7uZr5aDhG1oPiTkUjSgM")]
    pub(crate) refresh_token: String,
}

impl Read for RefreshToken {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self { refresh_token: f.required("refresh_token", string)? })
    }
}

/// Refresh tokens.
///
/// Exchanges a refresh token for the next pair. Each can be used once; one that is used twice
/// revokes every token of its sign-in.
#[utoipa::path(
    tag = "Auth",
    security(()),
    responses(
        (status = 200, description = "The next pair of tokens.", body = TokensAnswer),
        (status = 401, description = "The refresh token is unknown, used, revoked or expired."),
    )
)]
#[post("/auth/refresh")]
pub(crate) async fn refresh(state: State, cx: Cx, Json(sent): Json<RefreshToken>) -> Answer {
    Ok(ok(TokensAnswer::from(state.app.refresh(&cx, &sent.refresh_token).await?)))
}
