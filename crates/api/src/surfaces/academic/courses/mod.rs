//! Courses.

mod create;
mod delete;
mod get;
mod list;
mod update;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use kalends_domain::course::{self, CODE_MAX, CourseId, NAME_MAX};
use kalends_domain::problem::Problems;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::Time;
use crate::error::Failure;
use crate::etag::tagged;
use crate::extract::decoded;
use crate::fields::Spot;
use crate::read::line;

/// The routes.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list::list_courses)
        .service(create::create_course)
        .service(get::get_course)
        .service(update::update_course)
        .service(delete::delete_course);
}

/// A course.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Course {
    /// The id that events carry.
    #[schema(min_length = 1, max_length = 255, example = "course_abc123")]
    id: String,
    /// What people call it.
    #[schema(min_length = 1, max_length = 255, example = "Biology 101")]
    name: String,
    /// What its school calls it for short.
    #[schema(required = true, min_length = 1, max_length = 50, example = "BIO101")]
    code: Option<String>,
    /// When it was made.
    #[schema(inline)]
    created_at: Time,
    /// When it last changed.
    #[schema(inline)]
    updated_at: Time,
}

impl From<course::Course> for Course {
    fn from(course: course::Course) -> Self {
        Self {
            id: course.id.to_string(),
            name: course.name,
            code: course.code,
            created_at: Time(course.created_at),
            updated_at: Time(course.updated_at),
        }
    }
}

/// A single course.
#[derive(Serialize, ToSchema)]
struct CourseAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: Course,
    /// For people.
    #[schema(example = "Course created successfully")]
    message: &'static str,
}

/// The answer about a single course, with its version.
fn shown(
    course: course::Course,
    message: &'static str,
    respond: impl FnOnce(CourseAnswer) -> HttpResponse,
) -> HttpResponse {
    let version = course.version;
    tagged(respond(CourseAnswer { success: true, data: course.into(), message }), version)
}

fn name(value: Value, spot: &Spot) -> Option<String> {
    line(NAME_MAX)(value, spot)
}

fn code(value: Value, spot: &Spot) -> Option<String> {
    line(CODE_MAX)(value, spot)
}

/// The course's id in the path: any text, percent-encoded where a path needs it.
struct PathId(CourseId);

impl FromRequest for PathId {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // The framework has decoded what does not change the path, and left `%` and what does as they came.
        let text = request.match_info().get("id").unwrap_or_default().replace('+', "%2B");
        let mut problems = Problems::default();
        let text = problems.check("id", decoded(&text).ok_or("is not percent-encoded UTF-8"));
        let id = text.and_then(|text| problems.check("id", text.parse()));
        ready(id.map(Self).ok_or_else(|| problems.into()))
    }
}
