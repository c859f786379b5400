//! `GET /trash`

use actix_web::get;
use jiff::Timestamp;
use kalends_app::RESTORABLE;
use kalends_ports::{Trashed, TrashedKind};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::wire::Time;
use crate::answer::{Answer, ok};
use crate::cursor::{List, PageParams, Paging};
use crate::extract::{Authenticated, Cx, Query};
use crate::state::State;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_trash);
}

/// Something deleted that can be brought back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TrashItem {
    /// What it is: restore it with `POST /calendars/{id}/restore`, `POST /events/{id}/restore` or
    /// `POST /contacts/{id}/restore`.
    #[schema(value_type = TrashType)]
    r#type: &'static str,
    /// Its id.
    #[schema(example = "019cb3a2-0d00-7a3f-8c1e-2b9d4e5f6a70")]
    id: Uuid,
    /// The calendar's name, the event's title, or what the contact is called.
    #[schema(example = "Lecture")]
    name: String,
    /// The calendar in which an event stood.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    calendar_id: Option<Uuid>,
    /// When it was deleted.
    #[schema(inline)]
    deleted_at: Time,
    /// From when on it cannot be restored.
    #[schema(inline)]
    restorable_until: Time,
}

/// What sort of thing was deleted.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code)] // documentation
pub(crate) enum TrashType {
    Calendar,
    Event,
    Contact,
}

impl From<Trashed> for TrashItem {
    fn from(trashed: Trashed) -> Self {
        Self {
            r#type: match trashed.kind {
                TrashedKind::Calendar => "calendar",
                TrashedKind::Event => "event",
                TrashedKind::Contact => "contact",
            },
            id: trashed.id,
            name: trashed.name,
            calendar_id: trashed.calendar.map(|calendar| calendar.0),
            deleted_at: Time(trashed.deleted_at),
            restorable_until: Time(trashed.deleted_at.checked_add(RESTORABLE).unwrap_or(Timestamp::MAX)),
        }
    }
}

/// List what can be restored.
///
/// Calendars that the caller owned, events of calendars that the caller may write, and the caller's
/// contacts, deleted in the last 30 days, the latest first. A key sees what its scopes `calendars:read`,
/// `events:read` and `contacts:read` reach.
#[utoipa::path(
    tag = "Trash",
    security(("bearer" = []), ("api_key" = ["calendars:read"]), ("api_key" = ["events:read"]), ("api_key" = ["contacts:read"])),
    params(PageParams),
    responses((status = 200, description = "The deleted things.", body = List<TrashItem>))
)]
#[get("/trash")]
pub(crate) async fn list_trash(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Query(paging): Query<Paging<(Timestamp, Uuid)>>,
) -> Answer {
    let found = state.app.list_trash(&cx, &caller.actor, paging.request()).await?;
    Ok(ok(paging.answer(found, |trashed| (trashed.deleted_at, trashed.id), TrashItem::from)))
}
