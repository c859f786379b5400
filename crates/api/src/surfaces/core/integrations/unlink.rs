//! `DELETE /integrations/{provider}`

use actix_web::delete;

use super::Provider;
use super::wire::ProviderName;
use crate::answer::{Answer, Done, done};
use crate::extract::{Cx, SignedIn};
use crate::state::State;

/// Unlink an account.
///
/// Gives the permission back to the provider and forgets its tokens. Events stay on both sides; linking the account
/// again finds them.
#[utoipa::path(
    tag = "Integrations",
    security(("bearer" = [])),
    params(("provider" = inline(ProviderName), Path, description = "With whom the account is.")),
    responses(
        (status = 200, description = "It is unlinked.", body = Done),
        (status = 503, description = "The provider cannot be reached; the account stays linked.")
    )
)]
#[delete("/integrations/{provider}")]
pub(crate) async fn unlink_provider(
    state: State,
    cx: Cx,
    SignedIn(caller): SignedIn,
    Provider(kind): Provider,
) -> Answer {
    state.app.unlink(&cx, &caller.actor, kind).await?;
    Ok(done())
}
