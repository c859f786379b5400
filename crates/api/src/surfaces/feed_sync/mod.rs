//! The feed-sync surface: calendars that stand elsewhere, shown in Google and here.

mod body;
mod errors;
mod invite;
mod list;
mod ping;
mod register;
mod sync;
mod unregister;

use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use errors::{ErrorBody, envelope, status};

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(ping::ping)
        .service(register::register_feed)
        .service(unregister::unregister_feed)
        .service(invite::invite_to_feed)
        .service(list::list_feeds)
        .service(sync::sync_feed);
}

/// `{}`
#[derive(Serialize, ToSchema)]
pub(crate) struct Done {}
