//! `POST /calendars`

use actix_web::post;
use kalends_app::NewCalendar;
use kalends_domain::calendar::Color;
use utoipa::ToSchema;

use super::{CalendarAnswer, color, name};
use crate::answer::{Answer, created};
use crate::etag::tagged;
use crate::extract::{Authenticated, Cx, Json};
use crate::fields::{Fields, Read};
use crate::state::State;

/// A calendar to make.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateCalendar {
    /// What people call it.
    #[schema(min_length = 1, max_length = 80, example = "Work")]
    name: String,
    /// Its colour, `#RRGGBB`.
    #[schema(value_type = Option<String>, pattern = "^#[0-9A-Fa-f]{6}$", default = "#3b82f6", example = "#10b981")]
    color: Option<Color>,
}

impl Read for CreateCalendar {
    fn read(f: &mut Fields) -> Option<Self> {
        let name = f.required("name", name);
        let color = f.optional("color", color);
        Some(Self { name: name?, color })
    }
}

/// Create.
///
/// Makes a calendar that the caller owns. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "Calendars",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    responses((status = 201, description = "The calendar.", body = CalendarAnswer))
)]
#[post("/calendars")]
pub(crate) async fn create_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Json(CreateCalendar { name, color }): Json<CreateCalendar>,
) -> Answer {
    let shown = state.app.create_calendar(&cx, &caller.actor, NewCalendar { name, color }).await?;
    let version = shown.calendar.version;
    Ok(tagged(created(CalendarAnswer::new(shown, &state)), version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check(body: &str, expected: &[&str]) {
        assert_eq!(read::<CreateCalendar>(body).err().unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn bodies() {
        check(r#"{"name": "Work", "color": null}"#, &[]);
        check(
            r#"{"name": " ", "color": "red"}"#,
            &["name must not be empty", "color is not a colour of the form #RRGGBB"],
        );
        check(&format!(r#"{{"name": "{}"}}"#, "é".repeat(80)), &[]);
        check(&format!(r#"{{"name": "{}"}}"#, "é".repeat(81)), &["name must be at most 80 characters long"]);
    }
}
