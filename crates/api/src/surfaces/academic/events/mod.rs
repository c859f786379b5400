//! Academic events.

mod create;
mod delete;
mod get;
mod input;
mod list;
mod update;
mod wire;

use actix_web::HttpResponse;
use kalends_app::EventView;
use kalends_domain::access::Actor;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::errors::{self, Code};
use crate::error::Failure;
use crate::etag::tagged;
use crate::state::State;
use wire::EventJson;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_academic_events)
        .service(create::create_academic_event)
        .service(get::get_academic_event)
        .service(update::update_academic_event)
        .service(delete::delete_academic_event);
}

/// A single event.
#[derive(Serialize, ToSchema)]
#[schema(as = AcademicEventAnswer)]
pub(crate) struct EventAnswer<'v> {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: EventJson<'v>,
    /// For people.
    #[schema(example = "Calendar event created successfully")]
    message: &'static str,
}

/// The answer about a single event, with its version.
async fn shown(
    state: &State,
    actor: &Actor,
    view: EventView,
    message: &'static str,
    respond: fn(EventAnswer<'_>) -> HttpResponse,
) -> Result<HttpResponse, Failure> {
    let version = view.event.version;
    let described = state.app.describe_events(actor, vec![view]).await;
    let described = described.map_err(errors::of_event(Code::CalendarServiceError))?;
    let one = described.first().ok_or_else(|| Failure::internal("a described event is missing"))?;
    Ok(tagged(respond(EventAnswer { success: true, data: EventJson::new(one), message }), version))
}
