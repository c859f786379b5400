//! Legal events.

mod create;
mod delete;
mod get;
mod input;
mod list;
mod restore;
mod update;
mod wire;

use actix_web::HttpResponse;
use kalends_app::EventView;
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

use super::errors::{Code, example};
use crate::etag::tagged;
use wire::EventJson;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_legal_events)
        .service(create::create_legal_event)
        .service(get::get_legal_event)
        .service(update::update_legal_event)
        .service(delete::delete_legal_event)
        .service(restore::restore_legal_event);
}

/// The answer about a single event, with its version.
fn shown(view: &EventView, respond: fn(EventJson<'_>) -> HttpResponse) -> HttpResponse {
    tagged(respond(EventJson::new(view)), view.event.version)
}

/// The error about an event that is not there, for the documentation.
fn missing() -> Value {
    example(Code::EventNotFound, "event not found")
}

/// The error about two events that overlap, for the documentation.
fn overlap() -> Value {
    let mut body = example(
        Code::SlotConflict,
        "it overlaps another event of the calendar, from 2026-04-01T12:00:00Z to 2026-04-01T13:00:00Z",
    );
    body["details"] = json!([{"field": "start", "message": "overlaps evt_019cb3a20d007a3f8c1e2b9d4e5f6a70"}]);
    body
}
