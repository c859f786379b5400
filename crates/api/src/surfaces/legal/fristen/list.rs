//! `GET /api/v1/calendar/fristen`

use actix_web::get;
use jiff::Timestamp;
use kalends_app::ListFristen;
use kalends_domain::event::TimeInput;
use kalends_domain::frist::Status;
use kalends_domain::id::{ChainId, EventId, UserId};
use kalends_domain::time::Zone;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::wire::FristJson;
use crate::answer::{Answer, ok};
use crate::cursor::{PageParams, Paging};
use crate::extract::{Cx, Query};
use crate::fields::{Fields, Read, Spot};
use crate::read::{own_uuid, time, word};
use crate::state::State;
use crate::surfaces::legal::id::typed;
use crate::surfaces::legal::{Pagination, Reads};

/// Which Fristen are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation: `Wanted` is read
pub(crate) struct FristParams {
    /// How they stand: `open`, `verified`, `expired`, or `all`.
    #[param(value_type = String, required = false, default = "all", example = "open")]
    status: Option<String>,
    /// Only those of this case.
    #[param(value_type = uuid::Uuid, required = false)]
    case_id: Option<uuid::Uuid>,
    /// Only those given to this person.
    #[param(value_type = String, required = false, example = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e")]
    assigned_to: Option<String>,
    /// Only those of this chain.
    #[param(value_type = String, required = false, example = "chain_019cb3a20d017c5d8e2f3a4b5c6d7e8f")]
    chain_id: Option<String>,
    /// Only those due at this time or later: RFC 3339 with an offset, or a date, which is a day of the caller's zone.
    #[param(value_type = String, required = false, example = "2026-04-01")]
    due_after: Option<String>,
    /// Only those due before this time, or before this day.
    #[param(value_type = String, required = false, example = "2026-05-01")]
    due_before: Option<String>,
}

/// The same, read.
pub(crate) struct Wanted {
    status: Option<Status>,
    case: Option<uuid::Uuid>,
    assignee: Option<UserId>,
    chain: Option<ChainId>,
    from: Option<TimeInput>,
    before: Option<TimeInput>,
    paging: Paging<(Timestamp, EventId)>,
}

/// What a list can be narrowed to, and `None` for all.
const STATUSES: &[Option<Status>] = &[Some(Status::Open), Some(Status::Verified), Some(Status::Expired), None];

fn status(value: Value, spot: &Spot) -> Option<Option<Status>> {
    word(STATUSES, |status: Option<Status>| status.map_or("all", Status::as_str))(value, spot)
}

impl Read for Wanted {
    fn read(f: &mut Fields) -> Option<Self> {
        let status = f.optional("status", status).flatten();
        let case = f.optional("case_id", own_uuid);
        let assignee = f.optional("assigned_to", typed::<UserId>);
        let chain = f.optional("chain_id", typed::<ChainId>);
        let from = f.optional("due_after", time);
        let before = f.optional("due_before", time);
        let paging = f.paging();
        Some(Self { status, case, assignee, chain, from, before, paging: paging? })
    }
}

/// A part of the Fristen.
#[derive(Serialize, ToSchema)]
#[schema(as = FristList)]
struct Fristen {
    /// The Fristen, by deadline.
    data: Vec<FristJson>,
    pagination: Pagination,
}

/// The instant; of a day, where it begins in the zone.
fn instant(at: TimeInput, zone: &Zone) -> Timestamp {
    match at {
        TimeInput::Instant { at, .. } => at,
        TimeInput::Date(day) => zone.start_of_day(day),
    }
}

/// List Fristen.
///
/// Those of all calendars that the caller sees, by deadline. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(FristParams, PageParams),
    responses((status = 200, description = "The Fristen.", body = Fristen))
)]
#[get("/api/v1/calendar/fristen")]
pub(crate) async fn list_fristen(state: State, cx: Cx, Reads(caller): Reads, Query(wanted): Query<Wanted>) -> Answer {
    let Wanted { status, case, assignee, chain, from, before, paging } = wanted;
    let zone = &caller.user.timezone;
    let [from, before] = [from, before].map(|at| at.map(|at| instant(at, zone)));
    let wanted = ListFristen { status, case, assignee, chain, from, before };
    let found = state.app.list_fristen(&cx, &caller.actor, wanted, paging.request()).await?;
    let last = found.items.last().filter(|_| found.more);
    let next = last.map(|view| (view.frist.state.deadline(), view.frist.id));
    let data = found.items.iter().map(|view| FristJson::listed(view, cx.now())).collect();
    Ok(ok(Fristen { data, pagination: Pagination::new(&paging, next) }))
}
