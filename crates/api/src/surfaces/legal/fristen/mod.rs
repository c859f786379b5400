//! Fristen: legal deadlines.

mod compute;
mod steps;
mod terms;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use terms::RegionName;

/// The routes.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(compute::compute_frist);
}
