//! `PATCH /api/v1/calendar/fristen/{frist_id}`

use actix_web::patch;
use kalends_app::{ChangedFrist, FristChange, FristFields, MovedFrist};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::input::{TITLE_MAX, due, fields, frist_body};
use super::wire::FristJson;
use crate::answer::{Answer, ok};
use crate::etag::{IfMatch, tagged};
use crate::extract::{Cx, Id, Json, Query};
use crate::fields::{Fields, Read};
use crate::read::{boolean, line, zone};
use crate::state::State;
use crate::surfaces::legal::id::{FristId, FristRef, Typed};
use crate::surfaces::legal::{Time, Writes};

frist_body! {
    /// What changes. What is absent stays; null clears what a Frist may lack. Of a computed deadline each part can be
    /// changed by itself; a `deadline` that is said is not computed any more.
    #[schema(as = UpdateFrist)]
    UpdateFristBody {
        /// Another calendar, which the caller must be able to write.
        #[schema(value_type = Uuid, required = false, example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
        calendar_id: Option<Uuid>,
        /// Another title.
        #[schema(value_type = String, required = false, min_length = 1, max_length = 255, example = "Statement of Defense")]
        title: Option<String>,
        /// Another deadline: RFC 3339 with an offset, in whole seconds, or a date, which ends at 23:59. It ends a
        /// verification.
        #[schema(value_type = String, required = false, example = "2026-04-15T23:59:00+02:00")]
        deadline: Option<String>,
        /// Another chain, of which the caller sees a Frist.
        #[schema(value_type = String, required = false, example = "chain_019cb3a20d017c5d8e2f3a4b5c6d7e8f")]
        chain_id: Option<String>,
    }
}

/// The same, read.
pub(crate) struct UpdateFrist(FristChange);

impl Read for UpdateFrist {
    fn read(f: &mut Fields) -> Option<Self> {
        let title = f.change("title", line(TITLE_MAX));
        let due = due(f).flatten();
        let fields = FristFields { title, ..fields(f) };
        Some(Self(FristChange { due, zone: f.change("timezone", zone), fields }))
    }
}

/// Whether it is only looked at.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DryRun {
    /// Whether nothing is written, and the answer shows what would be.
    #[param(required = false, default = false, example = false)]
    dry_run: bool,
}

impl Read for DryRun {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self { dry_run: f.optional("dry_run", boolean).unwrap_or_default() })
    }
}

/// A changed Frist, and what moved with it.
#[derive(Serialize, ToSchema)]
#[schema(as = ChangedFrist)]
struct ChangedJson {
    #[serde(flatten)]
    frist: FristJson,
    /// Every Frist whose deadline this moved, as far as the caller sees it: this one first, then what is computed from it.
    moved: Vec<MovedJson>,
}

/// A deadline that moved.
#[derive(Serialize, ToSchema)]
#[schema(as = MovedFrist)]
struct MovedJson {
    /// The Frist.
    #[schema(inline, value_type = FristRef)]
    id: Typed<FristId>,
    /// Its title.
    #[schema(example = "Statement of Defense")]
    title: String,
    /// When it was due.
    #[schema(inline)]
    from: Time,
    /// When it is due then.
    #[schema(inline)]
    to: Time,
    /// Whether a verification ended by that.
    unverified: bool,
}

impl From<MovedFrist> for MovedJson {
    fn from(moved: MovedFrist) -> Self {
        let MovedFrist { id, title, from, to, zone, unverified } = moved;
        let time = |at| Time::in_zone(at, &zone);
        Self { id: Typed(FristId(id)), title, from: time(from), to: time(to), unverified }
    }
}

/// Change a Frist.
///
/// Another deadline ends a verification, and moves in the same moment all that is computed from it and not locked; with
/// `dry_run` nothing is written, and `moved` shows what would be. Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    params(("frist_id" = String, Path, description = "The Frist's id."), DryRun, crate::openapi::IfMatchParam),
    request_body = UpdateFristBody,
    responses(
        (status = 200, description = "The Frist as it is then, and what moved.", body = ChangedJson),
        (status = 404, description = "There is no such Frist for the caller."),
        (status = 409, description = "Others change it all the time: read it again and retry."),
    )
)]
#[patch("/api/v1/calendar/fristen/{frist_id}")]
pub(crate) async fn update_frist(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Id(Typed(FristId(id))): Id<Typed<FristId>>,
    IfMatch(expected): IfMatch,
    Query(DryRun { dry_run }): Query<DryRun>,
    Json(UpdateFrist(change)): Json<UpdateFrist>,
) -> Answer {
    let changed = state.app.update_frist(&cx, &caller.actor, id, change, expected, dry_run).await?;
    let ChangedFrist { view, moved } = changed;
    let body = ChangedJson {
        frist: FristJson::alone(&view, cx.now()),
        moved: moved.into_iter().map(MovedJson::from).collect(),
    };
    // What was only looked at has no version to go on from.
    Ok(if dry_run { ok(body) } else { tagged(ok(body), view.frist.version) })
}
