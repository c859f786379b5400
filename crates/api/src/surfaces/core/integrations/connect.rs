//! `POST /integrations/{provider}/connect`

use actix_web::post;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::ProviderName;
use super::{Provider, redirect_uri};
use crate::answer::{Answer, ok};
use crate::extract::{Cx, SignedIn};
use crate::state::State;

/// Where to go.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Connect {
    /// Open it in a browser, and grant access there, within ten minutes.
    #[schema(example = "https://accounts.google.com/o/oauth2/v2/auth?client_id=…&state=…")]
    authorization_url: String,
}

/// Link an account.
///
/// Answers where the person must go to grant access. The provider then sends the browser back here, and the account is
/// linked. Linking an account again renews its authorization and keeps what is synced. 409 where the server does not offer
/// the provider.
#[utoipa::path(
    tag = "Integrations",
    security(("bearer" = [])),
    params(("provider" = inline(ProviderName), Path, description = "With whom the account is.")),
    responses(
        (status = 200, description = "Where to go.", body = Connect),
        (status = 409, description = "The provider is not set up on this server.")
    )
)]
#[post("/integrations/{provider}/connect")]
pub(crate) async fn connect_provider(
    state: State,
    cx: Cx,
    SignedIn(caller): SignedIn,
    Provider(kind): Provider,
) -> Answer {
    let back = redirect_uri(&state, kind);
    let authorization_url = state.app.connect_provider(&cx, &caller.actor, kind, &back).await?;
    Ok(ok(Connect { authorization_url }))
}
