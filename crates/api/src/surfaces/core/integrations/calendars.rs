//! `/integrations/{provider}/calendars`: which calendars are synced.

use actix_web::{get, put};
use kalends_app::ChosenCalendar;
use kalends_domain::id::CalendarId;
use kalends_domain::sync::LINKS_MAX;
use serde::Serialize;
use utoipa::ToSchema;

use super::Provider;
use super::wire::{ProviderName, RemoteCalendar};
use crate::answer::{Answer, ok};
use crate::extract::{Cx, Json, SignedIn};
use crate::fields::{Fields, Read};
use crate::read::{line, list, object, parsed};
use crate::state::State;

/// Most characters in a provider's id of a calendar.
const ID_MAX: usize = 1_024;

/// The calendars of an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RemoteCalendars {
    items: Vec<RemoteCalendar>,
}

/// Which calendars to sync.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChooseCalendars {
    /// These, and no others. An empty list ends all syncing.
    #[schema(value_type = Vec<ChooseCalendar>, max_items = 50)]
    calendars: Vec<ChosenCalendar>,
}

/// A calendar to sync.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)] // documentation
pub(crate) struct ChooseCalendar {
    /// The provider's id of the calendar there.
    #[schema(example = "ann@gmail.com")]
    id: String,
    /// The calendar here. Without one it is the one with which it is synced already; else the caller's default calendar for
    /// the account's own, and a new one for any other.
    #[schema(nullable = false, example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    calendar_id: Option<uuid::Uuid>,
}

impl Read for ChooseCalendars {
    fn read(f: &mut Fields) -> Option<Self> {
        let calendar = object(|f| {
            let remote = f.required("id", line(ID_MAX));
            let calendar = f.optional("calendar_id", parsed::<CalendarId>);
            Some(ChosenCalendar { remote: remote?, calendar })
        });
        let calendars = f.required("calendars", list(LINKS_MAX, calendar));
        Some(Self { calendars: calendars? })
    }
}

/// List an account's calendars.
///
/// Those of the linked account, as the provider tells them now, and whether each is synced.
#[utoipa::path(
    tag = "Integrations",
    security(("bearer" = [])),
    params(("provider" = inline(ProviderName), Path, description = "With whom the account is.")),
    responses(
        (status = 200, description = "The calendars.", body = RemoteCalendars),
        (status = 503, description = "The provider cannot be reached.")
    )
)]
#[get("/integrations/{provider}/calendars")]
pub(crate) async fn list_remote_calendars(
    state: State,
    SignedIn(caller): SignedIn,
    Provider(kind): Provider,
) -> Answer {
    let items = state.app.list_remote_calendars(&caller.actor, kind).await?;
    Ok(ok(RemoteCalendars { items: items.into_iter().map(RemoteCalendar::from).collect() }))
}

/// Choose which calendars are synced.
///
/// Events stay on both sides of a calendar that is not synced any more.
#[utoipa::path(
    tag = "Integrations",
    security(("bearer" = [])),
    params(("provider" = inline(ProviderName), Path, description = "With whom the account is.")),
    responses(
        (status = 200, description = "The calendars, as they are synced now.", body = RemoteCalendars),
        (status = 503, description = "The provider cannot be reached.")
    )
)]
#[put("/integrations/{provider}/calendars")]
pub(crate) async fn choose_calendars(
    state: State,
    cx: Cx,
    SignedIn(caller): SignedIn,
    Provider(kind): Provider,
    Json(ChooseCalendars { calendars }): Json<ChooseCalendars>,
) -> Answer {
    let items = state.app.choose_calendars(&cx, &caller.actor, kind, calendars).await?;
    Ok(ok(RemoteCalendars { items: items.into_iter().map(RemoteCalendar::from).collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn what_is_chosen_is_read_strictly() {
        let check = |body: &str, expected: &[&str]| {
            assert_eq!(read::<ChooseCalendars>(body).err().unwrap_or_default(), expected, "{body}");
        };
        check(r#"{"calendars": []}"#, &[]);
        check(r#"{"calendars": [{"id": "work"}]}"#, &[]);
        check("{}", &["calendars is required"]);
        check(
            r#"{"calendars": [{"calendar_id": "x"}]}"#,
            &["calendars[0].id is required", "calendars[0].calendar_id is not a UUID"],
        );
    }
}
