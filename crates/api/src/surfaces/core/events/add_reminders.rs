//! `POST /events/{id}/reminders`

use actix_web::post;
use kalends_domain::event::{REMINDER_MINUTES_MAX, REMINDERS_MAX};
use kalends_domain::id::EventId;
use utoipa::ToSchema;

use super::input::filled;
use super::{EventAnswer, shown};
use crate::answer::Answer;
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::{integer, list};
use crate::state::State;

/// Reminders to add.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AddReminders {
    /// How long before the start each of them stands, in minutes, 0 to 10080. A time that has a
    /// reminder already keeps that one.
    #[schema(min_items = 1, max_items = 50, example = json!([5, 15, 60]))]
    minutes_before: Vec<u32>,
}

impl Read for AddReminders {
    fn read(f: &mut Fields) -> Option<Self> {
        let minutes = integer(0..=REMINDER_MINUTES_MAX);
        let minutes_before = f.required("minutes_before", filled(list(REMINDERS_MAX, minutes)));
        Some(Self { minutes_before: minutes_before? })
    }
}

/// Add reminders.
///
/// To every occurrence of a series. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Reminders",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = Uuid, Path, description = "The event's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "The changed event.", body = EventAnswer, headers(("ETag" = String, description = "The version, for `If-Match`."))),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[post("/events/{id}/reminders")]
pub(crate) async fn add_reminders(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<EventId>,
    IfMatch(expected): IfMatch,
    Json(AddReminders { minutes_before }): Json<AddReminders>,
) -> Answer {
    Ok(shown(&state.app.add_reminders(&cx, &caller.actor, id, &minutes_before, expected).await?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check(body: &str, expected: &[&str]) {
        assert_eq!(read::<AddReminders>(body).err().unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn bodies() {
        check(r#"{"minutes_before": [0, 10080]}"#, &[]);
        check(r#"{"minutes_before": []}"#, &["minutes_before must not be empty"]);
        check(
            r#"{"minutes_before": [-1, 5, 10081]}"#,
            &[
                "minutes_before[0] must be a whole number from 0 to 10080",
                "minutes_before[2] must be a whole number from 0 to 10080",
            ],
        );
        check("{}", &["minutes_before is required"]);
    }
}
