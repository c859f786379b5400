//! `POST /calendars/import-url`

use actix_web::post;
use kalends_domain::event::URL_MAX;
use kalends_domain::id::CalendarId;
use kalends_ical::Limits;
use utoipa::ToSchema;

use super::import::off_thread;
use super::wire::ImportAnswer;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::{line, parsed};
use crate::state::State;

/// An address to import from.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportUrl {
    /// The calendar that takes the events.
    #[schema(value_type = Uuid)]
    calendar_id: CalendarId,
    /// Where the iCalendar file is: http, https, webcal or webcals.
    #[schema(format = "uri", max_length = 2048, example = "https://example.com/holidays.ics")]
    url: String,
}

impl Read for ImportUrl {
    fn read(f: &mut Fields) -> Option<Self> {
        let calendar_id = f.required("calendar_id", parsed::<CalendarId>);
        let url = f.required("url", line(URL_MAX));
        Some(Self { calendar_id: calendar_id?, url: url? })
    }
}

/// Import from an address.
///
/// Fetches an iCalendar file once and takes its events into a calendar, as `POST /calendars/import` does. Addresses in
/// private networks are refused. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "iCalendar",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    responses(
        (status = 200, description = "What became of the file's events.", body = ImportAnswer),
        (status = 404, description = "There is no such calendar for the caller."),
    )
)]
#[post("/calendars/import-url")]
pub(crate) async fn import_url(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Json(ImportUrl { calendar_id, url }): Json<ImportUrl>,
) -> Answer {
    let _permit = state.import_permit()?;
    let text = state.app.fetch_calendar(&caller.actor, calendar_id, &url).await?;
    let zone = caller.user.timezone.clone();
    let mut file = off_thread("url", move || kalends_ical::read(&text, zone, Limits::default())).await?;
    let imported = state.app.import_events(&cx, &caller.actor, calendar_id, &mut file, "url").await?;
    Ok(ok(ImportAnswer::new(file, imported).of(url)))
}
