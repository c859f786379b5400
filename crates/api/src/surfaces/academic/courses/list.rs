//! `GET /api/calendar/courses`

use actix_web::get;
use serde::Serialize;
use utoipa::ToSchema;

use super::Course;
use crate::answer::{Answer, ok};
use crate::extract::{Authenticated, Query};
use crate::fields::{Fields, Read};
use crate::read::Part;
use crate::state::State;
use crate::surfaces::academic::errors::of_course;
use crate::surfaces::academic::{LIMIT, Pagination, PartParams};

/// Which courses are wanted.
pub(crate) struct ListCourses(Part);

impl Read for ListCourses {
    fn read(f: &mut Fields) -> Option<Self> {
        Part::read(f, LIMIT).map(Self)
    }
}

/// A part of the courses.
#[derive(Serialize, ToSchema)]
struct Courses {
    courses: Vec<Course>,
    pagination: Pagination,
}

/// Courses that were found.
#[derive(Serialize, ToSchema)]
struct CoursesAnswer {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    data: Courses,
    /// For people.
    #[schema(example = "Courses retrieved successfully")]
    message: &'static str,
}

/// Get courses.
///
/// The caller's courses, in the order in which they were made. Needs the scope `events:read`.
#[utoipa::path(
    tag = "Academic courses",
    security(("bearer" = []), ("api_key" = ["events:read"])),
    params(PartParams),
    responses((status = 200, description = "The courses.", body = CoursesAnswer))
)]
#[get("/api/calendar/courses")]
pub(crate) async fn list_courses(
    state: State,
    Authenticated(caller): Authenticated,
    Query(ListCourses(part)): Query<ListCourses>,
) -> Answer {
    let found = state.app.list_courses(&caller.actor, part.offset, part.limit).await.map_err(of_course)?;
    let pagination = Pagination::new(&found, part);
    let data = Courses { courses: found.items.into_iter().map(Course::from).collect(), pagination };
    Ok(ok(CoursesAnswer { success: true, data, message: "Courses retrieved successfully" }))
}
