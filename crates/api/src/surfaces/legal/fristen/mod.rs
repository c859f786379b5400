//! Fristen: legal deadlines, typed or computed, that a second person verifies.

mod chain;
mod compute;
mod create;
mod delete;
mod get;
mod history;
mod input;
mod list;
mod restore;
mod steps;
mod summary;
mod terms;
mod update;
mod verify;
mod wire;

use actix_web::HttpResponse;
use jiff::Timestamp;
use kalends_app::FristView;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::ok;
use crate::etag::tagged;
use wire::FristJson;

pub(super) use terms::RegionName;

/// The routes. Those whose last part is a word stand before the one whose last part is an id.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(compute::compute_frist)
        .service(summary::frist_summary)
        .service(list::list_fristen)
        .service(create::create_frist)
        .service(get::get_frist)
        .service(update::update_frist)
        .service(delete::delete_frist)
        .service(restore::restore_frist)
        .service(verify::verify_frist)
        .service(chain::frist_chain)
        .service(history::frist_history);
}

/// The answer about a single Frist, with its version.
fn shown(view: &FristView, now: Timestamp) -> HttpResponse {
    tagged(ok(FristJson::alone(view, now)), view.frist.version)
}
