//! `GET /api/v1/users/{user_id}/calendars`

use actix_web::get;
use kalends_domain::id::UserId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::UserCalendar;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Id, Query};
use crate::fields::{Fields, Read};
use crate::read::Part;
use crate::state::State;

/// How many calendars are shown where nobody says.
const LIMIT: usize = 25;

/// Which calendars are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code)] // documentation: `Wanted` is read
pub(crate) struct PartParams {
    /// Most calendars to answer with.
    #[param(minimum = 1, maximum = 100, default = 25, example = 25)]
    limit: Option<u32>,
    /// How many calendars to pass over.
    #[param(minimum = 0, maximum = 1_000_000_000, default = 0, example = 0)]
    offset: Option<u32>,
}

/// The same, read.
pub(crate) struct Wanted(Part);

impl Read for Wanted {
    fn read(f: &mut Fields) -> Option<Self> {
        Part::read(f, LIMIT).map(Self)
    }
}

/// `{"status": "ok", "calendars": …}`
#[derive(Serialize, ToSchema)]
pub(crate) struct UserCalendarsAnswer {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    calendars: Vec<UserCalendar>,
}

/// List calendars.
///
/// The caller's own and those attached to the caller, in the order in which they were made. Needs the scope
/// `calendars:read`.
#[utoipa::path(
    tag = "User calendars",
    security(("bearer" = []), ("api_key" = ["calendars:read"])),
    params(("user_id" = Uuid, Path, description = "The caller's id."), PartParams),
    responses((status = 200, description = "The calendars.", body = UserCalendarsAnswer))
)]
#[get("/api/v1/users/{user_id}/calendars")]
pub(crate) async fn list_user_calendars(
    state: State,
    Authenticated(caller): Authenticated,
    Id(user): Id<UserId>,
    Query(Wanted(part)): Query<Wanted>,
) -> Answer {
    let found = state.app.list_attached(&caller.actor, user, part.offset, part.limit).await?;
    Ok(ok(UserCalendarsAnswer { status: "ok", calendars: found.into_iter().map(UserCalendar::from).collect() }))
}
