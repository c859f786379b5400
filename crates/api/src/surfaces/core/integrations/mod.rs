//! Accounts at Google and Outlook: linking them, choosing what is synced, syncing, and what that did.

mod calendars;
mod callback;
mod connect;
mod list;
mod log;
mod sync;
#[cfg(test)]
mod tests;
mod unlink;
pub(crate) mod wire;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use kalends_domain::sync::ProviderKind;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use sync::in_turn;

use crate::error::{Failure, Kind};
use crate::state::State;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_integrations)
        .service(connect::connect_provider)
        .service(callback::finish_linking)
        .service(unlink::unlink_provider)
        .service(calendars::list_remote_calendars)
        .service(calendars::choose_calendars)
        .service(sync::sync_provider)
        .service(log::list_sync_log);
}

/// The provider in the path.
struct Provider(ProviderKind);

impl FromRequest for Provider {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let named = request.match_info().get("provider").and_then(|name| name.parse().ok());
        ready(named.map(Self).ok_or_else(|| Failure::new(Kind::NotFound, "provider not found")))
    }
}

/// Where a provider sends a person's browser back to.
fn redirect_uri(state: &State, kind: ProviderKind) -> String {
    format!("{}/integrations/{}/callback", state.settings.public_url, kind.as_str())
}
