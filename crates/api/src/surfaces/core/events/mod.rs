//! Events and series.

mod add_attendees;
mod add_reminders;
mod answer_invitation;
mod create;
mod delete;
mod examples;
mod get;
mod history;
mod input;
mod list;
mod occurrences;
mod query;
mod remove_attendee;
mod remove_reminder;
mod restore;
mod update;
mod values;
mod wire;
pub(crate) mod words;

use actix_web::HttpResponse;
use kalends_app::{EventList, EventView, OccurrenceKey};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::answer::{created, ok};
use crate::cursor::{List, Paging};
use crate::etag::tagged;
pub(super) use query::Range;
pub(super) use wire::{EventJson, Rules};

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_events)
        .service(create::create_event)
        .service(get::get_event)
        .service(update::update_event)
        .service(delete::delete_event)
        .service(occurrences::list_occurrences)
        .service(history::event_history)
        .service(restore::restore_event)
        .service(add_reminders::add_reminders)
        .service(remove_reminder::remove_reminder)
        .service(add_attendees::add_attendees)
        .service(answer_invitation::answer_invitation)
        .service(remove_attendee::remove_attendee);
}

/// `{"event": …}`
#[derive(Serialize, ToSchema)]
pub(crate) struct EventAnswer<'v> {
    event: EventJson<'v>,
}

/// 200 with `{"event": …}` and its version.
fn shown(view: &EventView) -> HttpResponse {
    answer(view, |body| ok(body))
}

/// 201 likewise.
fn made(view: &EventView) -> HttpResponse {
    answer(view, |body| created(body))
}

fn answer(view: &EventView, respond: impl FnOnce(EventAnswer<'_>) -> HttpResponse) -> HttpResponse {
    let rules = Rules::of(std::slice::from_ref(view));
    tagged(respond(EventAnswer { event: EventJson::new(view, &rules) }), view.event.version)
}

/// 200 with a part of a list.
fn listed(found: &EventList, paging: &Paging<OccurrenceKey>) -> HttpResponse {
    let rules = Rules::of(&found.items);
    let items: Vec<_> = found.items.iter().map(|view| EventJson::new(view, &rules)).collect();
    ok(List { items, page: paging.page(found.next) })
}
