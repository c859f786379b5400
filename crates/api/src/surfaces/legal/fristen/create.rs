//! `POST /api/v1/calendar/fristen`

use actix_web::post;
use kalends_app::NewFrist;
use uuid::Uuid;

use super::input::{TITLE_MAX, due, fields, frist_body};
use super::wire::FristJson;
use crate::answer::{Answer, created};
use crate::etag::tagged;
use crate::extract::{Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::{line, zone};
use crate::state::State;
use crate::surfaces::legal::Writes;

frist_body! {
    /// A Frist to make: with a `deadline`, or with the `trigger`, `period` and `rule` to compute it from.
    #[schema(as = CreateFrist)]
    CreateFristBody {
        /// The calendar in which it will stand, which the caller must be able to write; the caller's default calendar
        /// where none is named.
        #[schema(value_type = Uuid, required = false, example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
        calendar_id: Option<Uuid>,
        /// What it is called.
        #[schema(min_length = 1, max_length = 255, example = "Statement of Defense")]
        title: String,
        /// When its time is over: RFC 3339 with an offset, in whole seconds, or a date, which ends at 23:59.
        #[schema(value_type = String, required = false, example = "2026-04-15T23:59:00+02:00")]
        deadline: Option<String>,
        /// The chain that it joins, of which the caller sees a Frist; a chain of its own where none is named.
        #[schema(value_type = String, required = false, example = "chain_019cb3a20d017c5d8e2f3a4b5c6d7e8f")]
        chain_id: Option<String>,
    }
}

/// The same, read.
pub(crate) struct CreateFrist(NewFrist);

impl Read for CreateFrist {
    fn read(f: &mut Fields) -> Option<Self> {
        let title = f.required("title", line(TITLE_MAX));
        let due = due(f);
        if due.is_none() {
            f.problem("deadline", "is required, or else what it is to be computed from");
        }
        let fields = fields(f);
        let zone = f.change("timezone", zone);
        Some(Self(NewFrist { title: title?, due: due??, zone, fields }))
    }
}

/// Create a Frist.
///
/// Makes a deadline that a second person verifies. It stands in its calendar as an event of kind `deadline` that takes
/// nobody's time. Needs the scope `calendar:write`.
#[utoipa::path(
    tag = "Legal deadlines",
    security(("bearer" = []), ("api_key" = ["calendar:write"])),
    request_body = CreateFristBody,
    responses(
        (status = 201, description = "The Frist.", body = FristJson),
        (status = 404, description = "There is no such calendar for the caller."),
    )
)]
#[post("/api/v1/calendar/fristen")]
pub(crate) async fn create_frist(
    state: State,
    cx: Cx,
    Writes(caller): Writes,
    Json(CreateFrist(new)): Json<CreateFrist>,
) -> Answer {
    let made = state.app.create_frist(&cx, &caller.actor, new).await?;
    Ok(tagged(created(FristJson::alone(&made, cx.now())), made.frist.version))
}
