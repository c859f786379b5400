//! `GET /availability`

use actix_web::{HttpRequest, get};
use jiff::Timestamp;
use kalends_domain::free_busy::Busy;
use kalends_domain::id::CalendarId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::events::Range;
use super::wire::Time;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Cx, Query};
use crate::fields::{Fields, Read};
use crate::held::{Question, held};
use crate::read::parsed;
use crate::state::State;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_availability);
}

/// Whose busy time is wanted, and when.
pub(crate) struct AskAvailability {
    calendar: CalendarId,
    range: Range,
}

/// Which calendar is meant.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation
pub(crate) struct WhichCalendar {
    /// The calendar.
    #[param(example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    calendar_id: Uuid,
}

impl Read for AskAvailability {
    fn read(f: &mut Fields) -> Option<Self> {
        let calendar = f.required("calendar_id", parsed::<CalendarId>);
        let range = Range::read(f);
        Some(Self { calendar: calendar?, range: range? })
    }
}

/// When a calendar's events make its people busy.
#[derive(Serialize, ToSchema)]
pub(crate) struct Availability {
    /// The calendar.
    #[schema(example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    calendar_id: Uuid,
    /// The beginning of the range.
    #[schema(inline)]
    range_start: Time,
    /// The end of the range.
    #[schema(inline)]
    range_end: Time,
    /// What lies in the range at least partly, in the order of its start.
    busy: Vec<BusyBlock>,
}

/// Time that an event, or one occurrence of a series, takes.
#[derive(Serialize, ToSchema)]
pub(crate) struct BusyBlock {
    #[schema(inline)]
    start: Time,
    #[schema(inline)]
    end: Time,
    /// The event; an occurrence shows that of its series.
    event_id: Uuid,
}

impl From<Busy> for BusyBlock {
    fn from(busy: Busy) -> Self {
        Self { start: Time(busy.start), end: Time(busy.end), event_id: busy.event.0 }
    }
}

/// Get busy blocks.
///
/// Recurring events are expanded. Transparent and cancelled ones take no time. A block that begins before
/// the range, or ends after it, is shown whole. Needs the scope `availability:read`.
#[utoipa::path(
    tag = "Availability",
    security(("bearer" = []), ("api_key" = ["availability:read"])),
    params(WhichCalendar, Range),
    responses(
        (status = 200, description = "The busy blocks.", body = Availability),
        (status = 404, description = "There is no such calendar for the caller."),
    )
)]
#[get("/availability")]
pub(crate) async fn get_availability(
    request: HttpRequest,
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Query(AskAvailability { calendar, range }): Query<AskAvailability>,
) -> Answer {
    let window = range.window();
    let readable = state.app.askable(&caller.actor, calendar).await?;
    let question = Question::of(&request, Some(caller.actor.user), readable.stamp());
    let answer = async {
        let busy = state.app.availability(&readable, window).await?;
        let answer = Availability {
            calendar_id: calendar.0,
            range_start: Time(window.from),
            range_end: Time(window.to),
            busy: busy.into_iter().map(BusyBlock::from).collect(),
        };
        Ok((ok(answer), Timestamp::MAX))
    };
    held(&state, question, cx.now(), answer).await
}
