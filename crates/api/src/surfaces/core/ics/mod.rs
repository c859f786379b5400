//! iCalendar in and out: files, addresses and feeds.

mod export;
mod feed;
mod feed_token;
mod import;
mod import_url;
pub(crate) mod text;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

pub(super) use text::MEDIA_TYPE;

/// The routes of whoever has a calendar.
pub(super) fn of_calendars(config: &mut ServiceConfig<'_>) {
    config
        .service(import::import_calendar)
        .service(import_url::import_url)
        .service(export::export_calendar)
        .service(feed_token::renew_feed_token);
}

/// The route of whoever subscribes to one.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(feed::feed);
}
