//! `PUT /calendars/{id}/booking-links/{token}`

use actix_web::put;
use kalends_domain::booking::BookingLink;
use kalends_domain::id::CalendarId;

use super::LinkAnswer;
use super::settings::{SettingsChange, duration, settings_body, week};
use crate::answer::{Answer, ok};
use crate::etag::{IfMatch, tagged};
use crate::extract::{Authenticated, Cx, Id, Json, Token};
use crate::fields::{Fields, Read};
use crate::read::zone;
use crate::state::State;

/// What changes, documented as [`UpdateLinkBody`].
pub(crate) struct UpdateLink(SettingsChange);

settings_body! {
    /// What changes. What is absent stays; lists, working hours and date overrides are replaced as a whole.
    #[schema(as = UpdateBookingLink)]
    UpdateLinkBody {
        /// Another duration, in minutes.
        #[schema(value_type = u32, required = false, minimum = 5, maximum = 1440, example = 45)]
        duration_minutes: Option<u32>,
        /// Another zone of the working hours.
        #[schema(value_type = String, required = false, example = "Europe/Berlin")]
        timezone: Option<String>,
        /// Other working hours.
        #[schema(value_type = super::settings::Week, required = false)]
        working_hours: Option<super::settings::Week>,
    }
}

impl Read for UpdateLink {
    fn read(f: &mut Fields) -> Option<Self> {
        let required =
            (f.change("duration_minutes", duration), f.change("timezone", zone), f.change("working_hours", week));
        let mut change = SettingsChange::read_optional(f);
        (change.duration, change.zone, change.working_hours) = required;
        change.check(f);
        Some(Self(change))
    }
}

/// Update a booking link (owner only).
///
/// What is booked already stays as it is. Needs the scope `booking:write`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:write"])),
    params(
        ("id" = Uuid, Path, description = "The calendar's id."),
        ("token" = String, Path, description = "The link's token."),
        crate::openapi::IfMatchParam,
    ),
    request_body(content = UpdateLinkBody),
    responses(
        (status = 200, description = "The changed link.", body = LinkAnswer),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[put("/calendars/{id}/booking-links/{token}")]
pub(crate) async fn update_booking_link(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(calendar): Id<CalendarId>,
    Token(token): Token,
    IfMatch(expected): IfMatch,
    Json(UpdateLink(change)): Json<UpdateLink>,
) -> Answer {
    let apply = |link: &mut BookingLink| change.apply_to(link);
    let link = state.app.update_booking_link(&cx, &caller.actor, calendar, &token, apply, expected).await?;
    Ok(tagged(ok(LinkAnswer::new(&link, &state)), link.version))
}
