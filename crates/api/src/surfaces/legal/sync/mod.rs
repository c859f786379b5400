//! External calendars: how their sync is doing, and one event sent at once.

mod push;
mod status;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(status::sync_status).service(push::push_event);
}
