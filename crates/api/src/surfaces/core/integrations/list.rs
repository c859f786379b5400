//! `GET /integrations`

use actix_web::get;
use kalends_domain::sync::ProviderKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::wire::{Integration, ProviderName};
use crate::answer::{Answer, ok};
use crate::extract::SignedIn;
use crate::state::State;

/// The caller's linked accounts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Integrations {
    items: Vec<Integration>,
    /// The providers that this server offers.
    #[schema(value_type = Vec<ProviderName>)]
    providers: Vec<&'static str>,
}

/// List linked accounts.
///
/// The caller's accounts at Google and Outlook, and what of them is synced.
#[utoipa::path(
    tag = "Integrations",
    security(("bearer" = [])),
    responses((status = 200, description = "The accounts.", body = Integrations))
)]
#[get("/integrations")]
pub(crate) async fn list_integrations(state: State, SignedIn(caller): SignedIn) -> Answer {
    let accounts = state.app.list_integrations(&caller.actor).await?;
    let items = accounts.into_iter().map(Integration::from).collect();
    let offered = ProviderKind::ALL.into_iter().filter(|kind| state.app.offers(*kind));
    Ok(ok(Integrations { items, providers: offered.map(ProviderKind::as_str).collect() }))
}
