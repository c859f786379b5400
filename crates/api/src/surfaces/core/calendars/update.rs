//! `PUT /calendars/{id}`

use actix_web::put;
use kalends_app::CalendarChange;
use kalends_domain::calendar::Color;
use kalends_domain::id::CalendarId;
use utoipa::ToSchema;

use super::{CalendarAnswer, color, name};
use crate::answer::{Answer, ok};
use crate::etag::{IfMatch, tagged};
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::boolean;
use crate::state::State;

/// What changes. What is absent stays.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateCalendar {
    /// Another name.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 80, example = "Team")]
    name: Option<String>,
    /// Another colour, `#RRGGBB`; null for the default.
    #[schema(value_type = Option<String>, pattern = "^#[0-9A-Fa-f]{6}$", example = "#10b981")]
    color: Option<Color>,
    /// Public or private; the owner decides. Each change gives the calendar another feed address, and
    /// the old one ends.
    #[schema(value_type = bool, required = false, example = true)]
    is_public: Option<bool>,
}

impl Read for UpdateCalendar {
    fn read(f: &mut Fields) -> Option<Self> {
        let name = f.change("name", name);
        let color = f.nullable("color", color).map(Option::unwrap_or_default);
        let is_public = f.change("is_public", boolean);
        Some(Self { name, color, is_public })
    }
}

/// Update.
///
/// Changes name and colour as an editor, publicity as the owner. A public calendar has a short feed
/// address, and any account may attach it. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "Calendars",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(("id" = Uuid, Path, description = "The calendar's id."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "The changed calendar.", body = CalendarAnswer),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[put("/calendars/{id}")]
pub(crate) async fn update_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(id): Id<CalendarId>,
    IfMatch(expected): IfMatch,
    Json(change): Json<UpdateCalendar>,
) -> Answer {
    let UpdateCalendar { name, color, is_public } = change;
    let change = CalendarChange { name, color, is_public };
    let shown = state.app.update_calendar(&cx, &caller.actor, id, change, expected).await?;
    let version = shown.calendar.version;
    Ok(tagged(ok(CalendarAnswer::new(shown, &state)), version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn null_clears_the_colour_alone() {
        let change: UpdateCalendar = read(r#"{"color": null}"#).unwrap();
        assert_eq!((change.name, change.color, change.is_public), (None, Some(Color::default()), None));
        let refused = read::<UpdateCalendar>(r#"{"name": null, "is_public": null}"#).err().unwrap();
        assert_eq!(refused, ["name must not be null", "is_public must not be null"]);
    }
}
