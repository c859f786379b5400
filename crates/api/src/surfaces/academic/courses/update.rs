//! `PATCH /api/calendar/courses/{id}`

use actix_web::patch;
use kalends_app::CourseChange;
use utoipa::ToSchema;

use super::{CourseAnswer, PathId, code, name, shown};
use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx, Json};
use crate::fields::{Fields, Read};
use crate::state::State;
use crate::surfaces::academic::errors::{Code, example, of_course};

/// What changes. What is absent stays; its id always does.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UpdateCourse {
    /// Another name.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 255, example = "Biology 102")]
    name: Option<String>,
    /// Another code; null for none.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 50, example = "BIO102")]
    code: Option<Option<String>>,
}

impl Read for UpdateCourse {
    fn read(f: &mut Fields) -> Option<Self> {
        Some(Self { name: f.change("name", name), code: f.nullable("code", code) })
    }
}

/// Update course.
///
/// Changes what a course of the caller is called. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Academic courses",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = String, Path, description = "The course's id, percent-encoded."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "The changed course.", body = CourseAnswer),
        (
            status = 404,
            description = "The caller has no such course.",
            body = crate::surfaces::academic::ErrorBody,
            example = json!(example(Code::CourseNotFound, "course not found")),
        ),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[patch("/api/calendar/courses/{id}")]
pub(crate) async fn update_course(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    PathId(id): PathId,
    IfMatch(expected): IfMatch,
    Json(UpdateCourse { name, code }): Json<UpdateCourse>,
) -> Answer {
    let change = CourseChange { name, code };
    let changed = state.app.update_course(&cx, &caller.actor, &id, change, expected).await.map_err(of_course)?;
    Ok(shown(changed, "Course updated successfully", ok))
}
