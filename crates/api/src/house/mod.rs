//! What the server says of itself: health, metrics, documentation. Of no surface.

mod documents;
mod health;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use documents::Documents;

/// What a process can be asked that serves nothing else.
pub(crate) fn health(config: &mut ServiceConfig<'_>) {
    config.service(health::healthz).service(health::readyz).service(health::metrics);
}

/// The documented routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    health(config);
    config.service(documents::openapi_json).service(documents::llms_txt).service(documents::docs);
}

/// Pages that no program asks for.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config.service(documents::root).service(documents::docs_file);
}
