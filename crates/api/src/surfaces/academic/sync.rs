//! `POST /api/calendar/sync/google`

use actix_web::post;
use serde::Serialize;
use utoipa::ToSchema;

use super::errors::{Code, example, of_google};
use crate::answer::{Answer, ok};
use crate::extract::Authenticated;
use crate::state::State;
use crate::surfaces::core::integrations::in_turn;

/// What a sync brought.
#[derive(Serialize, ToSchema)]
struct GoogleSync {
    /// Events that were new here.
    #[schema(example = 15)]
    imported: usize,
    /// Events that had changed.
    #[schema(example = 3)]
    updated: usize,
}

/// A sync that was done.
#[derive(Serialize, ToSchema)]
struct GoogleSyncAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: GoogleSync,
    /// For people.
    #[schema(example = "Sync completed: 15 imported, 3 updated")]
    message: String,
}

/// Sync from Google Calendar.
///
/// Brings new and changed events of the linked Google calendar. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Academic sync",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    responses(
        (status = 200, description = "What the sync brought.", body = GoogleSyncAnswer),
        (
            status = 400,
            description = "No Google account is linked.",
            body = super::ErrorBody,
            example = json!(example(Code::GoogleCalendarNotLinked, "")),
        ),
        (
            status = 401,
            description = "Google does not accept the account's authorization any more; or no credential came.",
            body = super::ErrorBody,
            example = json!(example(Code::GoogleCalendarAuthError, "")),
        ),
        (
            status = 403,
            description = "Google does not let the account do this; or the key lacks the scope.",
            body = super::ErrorBody,
            example = json!(example(Code::GoogleCalendarPermissionError, "")),
        ),
        (
            status = 429,
            description = "Google, or this server, was asked too often.",
            body = super::ErrorBody,
            example = json!(example(Code::GoogleCalendarRateLimit, "")),
        ),
        (
            status = 503,
            description = "Google cannot be reached, or failed.",
            body = super::ErrorBody,
            example = json!(example(Code::GoogleCalendarSyncError, "")),
        ),
    )
)]
#[post("/api/calendar/sync/google")]
pub(crate) async fn sync_google_calendar(state: State, Authenticated(caller): Authenticated) -> Answer {
    let kalends_app::Pulled { imported, updated } =
        in_turn(async || state.app.pull_google(&caller.actor).await).await.map_err(of_google)?;
    let message = format!("Sync completed: {imported} imported, {updated} updated");
    Ok(ok(GoogleSyncAnswer { success: true, data: GoogleSync { imported, updated }, message }))
}
