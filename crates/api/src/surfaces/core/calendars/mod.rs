//! Calendars, the caller's own and those shared with the caller.

mod create;
mod delete;
mod get;
mod list;
mod restore;
mod update;

use kalends_app::ShownCalendar;
use kalends_domain::calendar::{Color, NAME_MAX};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::wire::Time;
use crate::fields::Spot;
use crate::read::{line, parsed};
use crate::state::State;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_calendars)
        .service(create::create_calendar)
        .service(get::get_calendar)
        .service(update::update_calendar)
        .service(delete::delete_calendar)
        .service(restore::restore_calendar);
}

/// A calendar, as one of its members sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Calendar {
    /// The calendar's id.
    #[schema(example = "019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10")]
    id: Uuid,
    /// What people call it.
    #[schema(min_length = 1, max_length = 80, example = "Work")]
    name: String,
    /// Its colour, `#RRGGBB`.
    #[schema(pattern = "^#[0-9A-Fa-f]{6}$", example = "#3b82f6")]
    color: String,
    /// Whether any account may attach it, and its feed has the short address.
    #[schema(example = false)]
    is_public: bool,
    /// Its iCalendar feed. Whoever knows the address can read the calendar; publishing it, or making
    /// it private again, gives it another one.
    #[schema(
        format = "uri",
        example = "http://localhost:3019/cal/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08/feed.ics"
    )]
    ical_url: String,
    /// What the caller may do there.
    #[schema(value_type = CalendarRole)]
    role: &'static str,
    /// When it was made.
    #[schema(inline)]
    created_at: Time,
    /// When its own fields last changed.
    #[schema(inline)]
    updated_at: Time,
}

/// `viewer` reads; `editor` also writes events and the calendar's name and colour; `owner` also
/// shares, publishes and deletes it.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code)] // documentation
pub(crate) enum CalendarRole {
    Viewer,
    Editor,
    Owner,
}

impl Calendar {
    /// `public_url` is the base of its feed's address.
    pub(crate) fn new(shown: ShownCalendar, public_url: &str) -> Self {
        let ShownCalendar { calendar, role, feed_token } = shown;
        Self {
            id: calendar.id.0,
            name: calendar.name,
            color: calendar.color.as_str().to_owned(),
            is_public: calendar.is_public,
            ical_url: format!("{public_url}/cal/{feed_token}/feed.ics"),
            role: role.as_str(),
            created_at: Time(calendar.created_at),
            updated_at: Time(calendar.updated_at),
        }
    }
}

/// `{"calendar": …}`
#[derive(Serialize, ToSchema)]
pub(crate) struct CalendarAnswer {
    calendar: Calendar,
}

impl CalendarAnswer {
    pub(crate) fn new(shown: ShownCalendar, state: &State) -> Self {
        Self { calendar: Calendar::new(shown, &state.settings.public_url) }
    }
}

fn name(value: Value, spot: &Spot) -> Option<String> {
    line(NAME_MAX)(value, spot)
}

fn color(value: Value, spot: &Spot) -> Option<Color> {
    parsed(value, spot)
}
