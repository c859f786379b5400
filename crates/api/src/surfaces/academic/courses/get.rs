//! `GET /api/calendar/courses/{id}`

use actix_web::get;

use super::{CourseAnswer, PathId, shown};
use crate::answer::{Answer, ok};
use crate::extract::Authenticated;
use crate::state::State;
use crate::surfaces::academic::errors::{Code, example, of_course};

/// Get course by ID.
///
/// One of the caller's courses. Needs the scope `events:read`.
#[utoipa::path(
    tag = "Academic courses",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(("id" = String, Path, description = "The course's id, percent-encoded.")),
    responses(
        (status = 200, description = "The course.", body = CourseAnswer),
        (
            status = 404,
            description = "The caller has no such course.",
            body = crate::surfaces::academic::ErrorBody,
            example = json!(example(Code::CourseNotFound, "course not found")),
        ),
    )
)]
#[get("/api/calendar/courses/{id}")]
pub(crate) async fn get_course(state: State, Authenticated(caller): Authenticated, PathId(id): PathId) -> Answer {
    let found = state.app.course(&caller.actor, &id).await.map_err(of_course)?;
    Ok(shown(found, "Course retrieved successfully", ok))
}
