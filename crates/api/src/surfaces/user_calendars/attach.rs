//! `POST /api/v1/users/{user_id}/calendars`

use actix_web::post;
use kalends_domain::id::{CalendarId, UserId};
use utoipa::ToSchema;

use super::{ColorTheme, UserCalendarAnswer, shown, theme};
use crate::answer::{Answer, created};
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::checked;
use crate::state::State;

/// A calendar to attach.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttachCalendar {
    /// The calendar.
    #[schema(value_type = Uuid)]
    calendar_id: CalendarId,
    /// The colour in which the user is to see it.
    #[schema(value_type = Option<ColorTheme>)]
    color_theme: Option<String>,
}

impl Read for AttachCalendar {
    fn read(f: &mut Fields) -> Option<Self> {
        // Whatever is no id is told in the one documented way.
        let calendar_id = f.required("calendar_id", |value, spot| {
            spot.check(value.as_str().and_then(|text| text.parse().ok()).ok_or("is invalid"))
        });
        let color_theme = f.optional("color_theme", checked(theme));
        Some(Self { calendar_id: calendar_id?, color_theme })
    }
}

/// Attach.
///
/// Attaches a public calendar to the caller, or, as its owner, one's own calendar to anyone; as a viewer. Whoever is a
/// member already keeps the role: attaching again changes nothing but the `color_theme` that it names, and is answered
/// in the same way. Needs the scope `calendars:write`.
#[utoipa::path(
    tag = "User calendars",
    security(("bearer" = []), ("api_key" = ["calendars:write"])),
    params(("user_id" = Uuid, Path, description = "The caller's id; an owner may name another user.")),
    responses((status = 201, description = "The attached calendar.", body = UserCalendarAnswer))
)]
#[post("/api/v1/users/{user_id}/calendars")]
pub(crate) async fn attach_user_calendar(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(user): Id<UserId>,
    Json(AttachCalendar { calendar_id, color_theme }): Json<AttachCalendar>,
) -> Answer {
    let attached = state.app.attach_calendar(&cx, &caller.actor, user, calendar_id, color_theme).await?;
    Ok(shown(attached, created))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    fn check(body: &str, expected: &[&str]) {
        assert_eq!(read::<AttachCalendar>(body).err().unwrap_or_default(), expected, "{body}");
    }

    #[test]
    fn bodies() {
        check(r#"{"calendar_id": "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10", "color_theme": null}"#, &[]);
        check(r#"{"calendar_id": 7}"#, &["calendar_id is invalid"]);
        check(
            r#"{"color_theme": "Red"}"#,
            &[
                "calendar_id is required",
                "color_theme must be one of red, orange, yellow, green, teal, blue, purple, pink, gray, black, white",
            ],
        );
    }
}
