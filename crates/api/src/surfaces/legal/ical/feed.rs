//! `GET /api/v1/calendar/ical/feed`

use actix_web::http::header::DispositionType;
use actix_web::{HttpRequest, get};
use utoipa::IntoParams;

use crate::answer::Answer;
use crate::extract::Query;
use crate::fields::{Fields, Read};
use crate::read::string;
use crate::state::State;
use crate::surfaces::core::ics::text::{Validators, stream};

/// Which feed.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhichFeed {
    /// The secret in the address that `POST …/ical-tokens` gave.
    #[param(example = "qvYc0fKJ9y2mXb8nVtE3sWl7uZr5aDhG1oPiTkUjSgM")]
    token: String,
}

impl Read for WhichFeed {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self { token: f.required("token", string)? })
    }
}

/// iCal feed.
///
/// All calendars that the token's owner sees as one, deadlines included, as calendar programs subscribe to it. Whoever
/// knows the address may read it: no other credential is needed. Answers 304 at next to no cost while nothing has changed.
#[utoipa::path(
    tag = "Legal iCal",
    security(()),
    params(WhichFeed),
    responses(
        (status = 200, description = "The calendars.", content_type = "text/calendar", body = String, example = "BEGIN:VCALENDAR\r\n…"),
        (status = 304, description = "The caller has it already (`If-None-Match`)."),
        (status = 404, description = "The token opens nothing, or nothing any more."),
    )
)]
#[get("/api/v1/calendar/ical/feed")]
pub(crate) async fn ical_feed(
    state: State,
    Query(WhichFeed { token }): Query<WhichFeed>,
    request: HttpRequest,
) -> Answer {
    let feed = state.app.find_ical_feed(&token).await?;
    let validators = Validators::of(&feed.calendars, &state);
    if validators.hold_for(&request) {
        return Ok(validators.unchanged());
    }
    Ok(stream(state.app.export_ical_feed(feed).await?, &validators, DispositionType::Inline))
}
