//! `POST /calendars/{id}/booking-link`

use actix_web::post;
use kalends_app::NewBookingLink;
use kalends_domain::booking::{BookingSettings, WorkingHours};
use kalends_domain::id::CalendarId;

use super::LinkAnswer;
use super::settings::{SettingsChange, duration, settings_body, week};
use crate::answer::{Answer, created};
use crate::etag::tagged;
use crate::extract::{Authenticated, Cx, Id, Json};
use crate::fields::{Fields, Read};
use crate::read::zone;
use crate::state::State;

/// A booking link to make, documented as [`CreateLinkBody`].
pub(crate) struct CreateLink {
    settings: BookingSettings,
    active: bool,
}

settings_body! {
    /// A booking link to make.
    #[schema(as = CreateBookingLink)]
    CreateLinkBody {
        /// How long a slot is, in minutes.
        #[schema(minimum = 5, maximum = 1440, example = 30)]
        duration_minutes: u32,
        /// The IANA zone of the working hours.
        #[schema(example = "America/New_York")]
        timezone: String,
        /// When slots are offered, as wall times of each weekday.
        working_hours: super::settings::Week,
    }
}

impl Read for CreateLink {
    fn read(f: &mut Fields) -> Option<Self> {
        let duration = f.required("duration_minutes", duration);
        let zone = f.required("timezone", zone);
        let working_hours = f.required("working_hours", week);
        let mut rest = SettingsChange::read_optional(f);
        rest.working_hours = working_hours;
        rest.check(f);
        let settings = BookingSettings::new(duration?, zone?, WorkingHours::default());
        Some(Self { settings: rest.apply(settings), active: rest.active.unwrap_or(true) })
    }
}

/// Create booking link (owner only).
///
/// Anyone who has its `public_url` may book the slots that it offers: each lies within the working
/// hours, begins at the start of a working interval or a whole number of steps after it, and keeps its
/// buffers clear of everything that makes the owner busy there. Needs the scope `booking:write`.
#[utoipa::path(
    tag = "Booking",
    security(("bearer" = []), ("api_key" = ["booking:write"])),
    params(("id" = Uuid, Path, description = "The calendar's id.")),
    request_body(content = CreateLinkBody),
    responses((status = 201, description = "The booking link.", body = LinkAnswer))
)]
#[post("/calendars/{id}/booking-link")]
pub(crate) async fn create_booking_link(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Id(calendar): Id<CalendarId>,
    Json(CreateLink { settings, active }): Json<CreateLink>,
) -> Answer {
    let link = state.app.create_booking_link(&cx, &caller.actor, NewBookingLink { calendar, active, settings }).await?;
    Ok(tagged(created(LinkAnswer::new(&link, &state)), link.version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    const LEAST: &str = r#""duration_minutes": 30, "timezone": "europe/berlin", "working_hours": {"mon": [{"start": "09:00", "end": "17:00"}]}"#;

    /// What is wrong with a body, by field; after the least that makes a good one when `more` is more.
    fn check(more: &str, expected: &[&str]) {
        let body = format!("{{{LEAST}{more}}}");
        let lines = read::<CreateLink>(&body).err().unwrap_or_default();
        let fields: Vec<&str> = lines.iter().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(fields, expected, "{lines:?}");
    }

    #[test]
    fn bodies() {
        check("", &[]);
        check(r#", "title": null, "interval_minutes": null, "daily_limit": null, "active": null"#, &[]);
        check(r#", "date_overrides": {"2026-12-24": [], "2026-12-31": [{"start": "22:00", "end": "24:00"}]}"#, &[]);
        check(
            r#", "interval_minutes": 4, "daily_limit": 0, "maximum_days_ahead": 1097"#,
            &["interval_minutes", "maximum_days_ahead", "daily_limit"],
        );
        check(
            r#", "date_overrides": {"24.12.": [], "2026-12-31": [{"start": "9:00", "end": "24:01"}, 7]}"#,
            &["date_overrides.24.12.", "date_overrides.2026-12-31[0].start", "date_overrides.2026-12-31[1]"],
        );
        check(
            r#", "questions": [{"label": ""}, {"required": true}, {"label": "Why?", "must": true}]"#,
            &["questions[0].label", "questions[1].label", "questions[2].must"],
        );
        check(
            r#", "blocking_calendar_ids": ["7"], "active": "yes", "colour": 1"#,
            &["blocking_calendar_ids[0]", "active", "colour"],
        );
    }

    #[test]
    fn working_hours() {
        let lines = |hours: &str| {
            let body = format!(r#"{{"duration_minutes": 4, "timezone": "Mars", "working_hours": {hours}}}"#);
            read::<CreateLink>(&body).err().unwrap_or_default()
        };
        for (hours, field) in [
            (r#"{"mon": [{"start": "17:00", "end": "09:00"}]}"#, "working_hours.mon[0].end"),
            (r#"{"mon": [{"start": "09:00", "end": "25:00"}]}"#, "working_hours.mon[0].end"),
            (r#"{"tue": [{"start": "24:00", "end": "24:00"}]}"#, "working_hours.tue[0].start"),
            (r#"{"tue": [{"start": "09:00"}]}"#, "working_hours.tue[0].end"),
            (r#"{"wed": {"start": "09:00"}}"#, "working_hours.wed"),
            (r#"{"monday": []}"#, "working_hours.monday"),
            (
                r#"{"fri": [{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]}"#,
                "working_hours.fri[1]",
            ),
        ] {
            let lines = lines(hours);
            assert!(lines.iter().any(|line| line.starts_with(&format!("{field} "))), "{field}: {lines:?}");
            assert_eq!(lines.len(), 3, "everything at once, and each once: {lines:?}");
        }
    }

    #[test]
    fn one_buffer_is_both_unless_they_are_said_apart() {
        for (more, expected) in [
            ("", (0, 0)),
            (r#", "buffer_minutes": 10"#, (10, 10)),
            (r#", "buffer_minutes": 10, "buffer_after_minutes": 0"#, (10, 0)),
            (r#", "buffer_minutes": 10, "buffer_before_minutes": null"#, (0, 10)),
            (r#", "buffer_before_minutes": 5"#, (5, 0)),
        ] {
            let link: CreateLink = read(&format!("{{{LEAST}{more}}}")).unwrap();
            assert_eq!((link.settings.buffer_before, link.settings.buffer_after), expected, "{more}");
        }
    }
}
