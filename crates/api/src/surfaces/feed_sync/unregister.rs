//! `POST /unregister`

use actix_web::post;
use kalends_app::Error;
use kalends_ports::ProviderError;
use utoipa::ToSchema;

use super::Done;
use super::body::{Body, Fields, FromBody};
use super::errors::failed;
use super::register::id;
use crate::answer::{Answer, ok};
use crate::error::Failure;
use crate::extract::{Authenticated, Cx};
use crate::state::State;

/// A feed to end.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UnregisterFeed {
    /// What you call it.
    #[schema(max_length = 255, example = "your-calendar-id")]
    id: String,
    /// Whether its Google calendar stays there, and it is forgotten here alone: for who has given up that account.
    #[schema(default = false, example = false)]
    keep_google_calendar: Option<bool>,
}

impl FromBody for UnregisterFeed {
    const FIELDS: &'static [&'static str] = &["id", "keep_google_calendar"];

    fn read(fields: &Fields<'_>) -> Result<Self, String> {
        let keep_google_calendar = fields.at("keep_google_calendar").if_any().map(|at| at.flag()).transpose()?;
        Ok(Self { id: id(&fields.at("id"))?, keep_google_calendar })
    }
}

/// Stop syncing a calendar feed.
///
/// Removes its calendars, on Google and here. Where Google does not, all stays as it is, unless `keep_google_calendar` is
/// true. Needs the scope `feeds:write`.
#[utoipa::path(
    tag = "Feeds",
    security(("bearer" = []), ("api_key" = ["feeds:write"])),
    request_body = UnregisterFeed,
    responses(
        (status = 200, description = "It is gone.", body = Done),
        (status = 421, description = "No Google account is linked, or Google refuses."),
    )
)]
#[post("/unregister")]
pub(crate) async fn unregister_feed(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Body(UnregisterFeed { id, keep_google_calendar }): Body<UnregisterFeed>,
) -> Answer {
    let leave_google = keep_google_calendar.unwrap_or(false);
    state.app.unregister_feed(&cx, &caller.actor, &id, leave_google).await.map_err(still_there)?;
    Ok(ok(Done {}))
}

/// Whoever has lost the account is told what is left to do.
fn still_there(error: Error) -> Failure {
    let lost = matches!(error, Error::NotLinked | Error::Provider { error: ProviderError::Unauthorized, .. });
    let mut failure = failed(error);
    if lost {
        failure
            .message
            .push_str("; with \"keep_google_calendar\": true the feed is forgotten here, and its calendar stays there");
    }
    failure
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalends_domain::sync::ProviderKind;

    #[test]
    fn who_has_lost_the_account_is_told_the_way_out() {
        let google = |error| Error::Provider { provider: ProviderKind::Google, error };
        for (error, told) in [
            (Error::NotLinked, true),
            (google(ProviderError::Unauthorized), true),
            (google(ProviderError::RateLimited { retry_after: None }), false),
        ] {
            let hint = still_there(error).message;
            assert_eq!(hint.contains("keep_google_calendar"), told, "{hint}");
        }
    }
}
