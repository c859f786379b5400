//! iCal tokens, and the feed that each opens.

mod create;
mod feed;
mod list;
mod revoke;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create::create_ical_token)
        .service(list::list_ical_tokens)
        .service(revoke::revoke_ical_token)
        .service(feed::ical_feed);
}
