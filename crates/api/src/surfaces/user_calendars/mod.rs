//! The surface of a user's calendars: memberships, each a calendar as one person sees it.
//!
//! `{user_id}` is the caller. An owner may also name somebody else, to attach a calendar of their own to that
//! person, look at that, and detach it again.

mod attach;
mod detach;
mod get;
mod list;

use actix_web::HttpResponse;
use jiff::Timestamp;
use kalends_app::AttachedCalendar;
use kalends_domain::calendar::THEMES;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::error::{Failure, Kind};
use crate::etag::tagged;
use crate::surfaces::core::Code;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_user_calendars)
        .service(attach::attach_user_calendar)
        .service(get::get_user_calendar)
        .service(detach::detach_user_calendar);
}

/// A calendar as one of its members sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct UserCalendar {
    /// The calendar's id.
    id: Uuid,
    /// What people call it.
    #[schema(example = "Work")]
    name: String,
    /// The colour in which this person sees it: the person's own choice, or the named colour nearest to the calendar's.
    #[schema(value_type = ColorTheme)]
    color_theme: String,
    /// Who sees it.
    #[schema(value_type = CalendarVisibility)]
    visibility: &'static str,
    /// When it was attached.
    #[serde(serialize_with = "seconds")]
    #[schema(value_type = String, format = DateTime, example = "2025-08-18T09:20:00Z")]
    inserted_at: Timestamp,
    /// When the calendar or its place here last changed.
    #[serde(serialize_with = "seconds")]
    #[schema(value_type = String, format = DateTime, example = "2025-08-19T10:15:00Z")]
    updated_at: Timestamp,
}

/// A named colour.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase", example = "red")]
#[allow(dead_code)] // documentation
pub(crate) enum ColorTheme {
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
    Pink,
    Gray,
    Black,
    White,
}

/// `public`: any account may attach it. `shared`: it has another member. `private`: it has none.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase", example = "shared")]
#[allow(dead_code)] // documentation
pub(crate) enum CalendarVisibility {
    Public,
    Shared,
    Private,
}

impl From<AttachedCalendar> for UserCalendar {
    fn from(attached: AttachedCalendar) -> Self {
        let (color_theme, updated_at) = (attached.theme().to_owned(), attached.updated_at());
        Self {
            id: attached.view.calendar.id.0,
            name: attached.view.calendar.name,
            color_theme,
            visibility: attached.visibility.as_str(),
            inserted_at: attached.view.membership.created_at,
            updated_at,
        }
    }
}

fn seconds<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{at:.0}"))
}

/// `{"status": "ok", "calendar": …}`
#[derive(Serialize, ToSchema)]
pub(crate) struct UserCalendarAnswer {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
    calendar: UserCalendar,
}

/// The answer about a single one, with its version.
fn shown(attached: AttachedCalendar, respond: impl FnOnce(UserCalendarAnswer) -> HttpResponse) -> HttpResponse {
    let version = attached.version();
    tagged(respond(UserCalendarAnswer { status: "ok", calendar: attached.into() }), version)
}

/// Every error of this surface.
#[derive(ToSchema)]
#[schema(as = UserCalendarsError)]
#[allow(dead_code)] // documentation: what `envelope` writes
pub(crate) struct ErrorBody {
    /// Always `error`.
    #[schema(example = "error")]
    status: String,
    /// What went wrong, for people.
    #[schema(example = "not found")]
    message: String,
    /// What went wrong, for programs.
    error_code: Code,
    /// What is wrong with each bad field or parameter, when there are any.
    #[schema(value_type = Option<std::collections::HashMap<String, Vec<String>>>, nullable = false, example = json!({"calendar_id": ["is invalid"]}))]
    fields: Option<Value>,
}

/// A failure in this surface's words.
pub(crate) fn envelope(failure: &Failure) -> Value {
    let message = match failure.kind {
        Kind::Invalid => "invalid input",
        Kind::NotFound => "not found",
        _ => &failure.message,
    };
    let mut body = json!({"status": "error", "message": message, "error_code": Code::of(failure.kind)});
    if !failure.details.is_empty() {
        let mut fields = Map::new();
        for bad in &failure.details {
            let told = fields.entry(bad.field.clone()).or_insert_with(|| json!([]));
            told.as_array_mut().into_iter().for_each(|told| told.push(json!(bad.message)));
        }
        body["fields"] = fields.into();
    }
    body
}

/// A named colour.
fn theme(text: &str) -> Result<String, String> {
    THEMES.contains(&text).then(|| text.to_owned()).ok_or_else(|| format!("must be one of {}", THEMES.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kalends_domain::problem::Problems;

    #[test]
    fn the_documented_errors() {
        let mut problems = Problems::one("calendar_id", "is invalid");
        problems.add("x", "is not known here");
        problems.add("calendar_id", "is given more than once");
        assert_eq!(
            envelope(&problems.into()),
            json!({
                "status": "error",
                "message": "invalid input",
                "error_code": "VALIDATION_ERROR",
                "fields": {"calendar_id": ["is invalid", "is given more than once"], "x": ["is not known here"]},
            })
        );
        assert_eq!(
            envelope(&Failure::new(Kind::NotFound, "calendar not found")),
            json!({"status": "error", "message": "not found", "error_code": "NOT_FOUND"})
        );
    }
}
