//! `DELETE /api/calendar/courses/{id}`

use actix_web::delete;

use super::PathId;
use crate::answer::{Answer, ok};
use crate::etag::IfMatch;
use crate::extract::{Authenticated, Cx};
use crate::state::State;
use crate::surfaces::academic::Done;
use crate::surfaces::academic::errors::{Code, example, of_course};

/// Delete course.
///
/// Forgets what a course id stands for, at once and for good; events keep the id. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Academic courses",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    params(("id" = String, Path, description = "The course's id, percent-encoded."), crate::openapi::IfMatchParam),
    responses(
        (status = 200, description = "It is deleted.", body = Done),
        (
            status = 404,
            description = "The caller has no such course.",
            body = crate::surfaces::academic::ErrorBody,
            example = json!(example(Code::CourseNotFound, "course not found")),
        ),
        (status = 409, description = "Someone else changed it at the same moment: read it again and retry."),
    )
)]
#[delete("/api/calendar/courses/{id}")]
pub(crate) async fn delete_course(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    PathId(id): PathId,
    IfMatch(expected): IfMatch,
) -> Answer {
    state.app.delete_course(&cx, &caller.actor, &id, expected).await.map_err(of_course)?;
    Ok(ok(Done::new("Course deleted successfully")))
}
