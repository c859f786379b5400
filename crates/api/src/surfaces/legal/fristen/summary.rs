//! `GET /api/v1/calendar/fristen/summary`

use actix_web::get;
use kalends_app::{FristSummary, SummaryOf};
use kalends_domain::id::UserId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::wire::FristJson;
use crate::answer::{Answer, ok};
use crate::extract::{Cx, Query};
use crate::fields::{Fields, Read};
use crate::read::{integer, own_uuid};
use crate::state::State;
use crate::surfaces::legal::Reads;
use crate::surfaces::legal::id::typed;

/// How many days are soon, unless it is said.
const SOON: u16 = 7;

/// Of which Fristen.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation: `Of` is read
pub(crate) struct SummaryParams {
    /// Only those of this case.
    #[param(value_type = uuid::Uuid, required = false)]
    case_id: Option<uuid::Uuid>,
    /// Only those given to this person.
    #[param(value_type = String, required = false, example = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e")]
    assigned_to: Option<String>,
    /// How many days from now on are soon.
    #[param(value_type = u16, required = false, minimum = 1, maximum = 366, default = 7, example = 7)]
    days: Option<u16>,
}

/// The same, read.
pub(crate) struct Of(SummaryOf);

impl Read for Of {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self(SummaryOf {
            case: f.optional("case_id", own_uuid),
            assignee: f.optional("assigned_to", typed::<UserId>),
            days: f.optional("days", integer(1..=366_u16)).unwrap_or(SOON),
        }))
    }
}

/// What there is to do.
#[derive(Serialize, ToSchema)]
#[schema(as = FristSummary)]
struct SummaryJson {
    /// How many are past their time, and nobody had verified them.
    #[schema(example = 0)]
    overdue: usize,
    /// How many end before midnight in the caller's zone, verified or not.
    #[schema(example = 1)]
    due_today: usize,
    /// How many end within the next days, today's included.
    #[schema(example = 4)]
    due_soon: usize,
    /// How many are to come that nobody has verified.
    #[schema(example = 2)]
    unverified: usize,
    /// The next ones to come, ten at most, by deadline.
    next: Vec<FristJson>,
}

/// Sum up the Fristen.
///
/// What is overdue, due today and due soon, of all calendars that the caller sees. Needs the scope `calendar:read`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:read"])),
    params(SummaryParams),
    responses((status = 200, description = "What there is to do.", body = SummaryJson))
)]
#[get("/api/v1/calendar/fristen/summary")]
pub(crate) async fn frist_summary(state: State, cx: Cx, Reads(caller): Reads, Query(Of(of)): Query<Of>) -> Answer {
    let FristSummary { overdue, due_today, due_soon, unverified, next } =
        state.app.frist_summary(&cx, &caller, of).await?;
    let next = next.iter().map(|view| FristJson::listed(view, cx.now())).collect();
    Ok(ok(SummaryJson { overdue, due_today, due_soon, unverified, next }))
}
