//! `POST /api/calendar/courses`

use actix_web::post;
use kalends_app::NewCourse;
use kalends_domain::course::CourseId;
use utoipa::ToSchema;

use super::{CourseAnswer, code, name, shown};
use crate::answer::{Answer, created};
use crate::error::{Failure, Kind};
use crate::extract::{Authenticated, Cx, Json};
use crate::fields::{Fields, Read};
use crate::read::parsed;
use crate::state::State;
use crate::surfaces::academic::errors::{Code, example, of_course};

/// A course to describe.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreateCourse {
    /// The id that events carry; one is made where none is chosen.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "course_abc123")]
    id: Option<CourseId>,
    /// What people call it.
    #[schema(min_length = 1, max_length = 255, example = "Biology 101")]
    name: String,
    /// What its school calls it for short.
    #[schema(min_length = 1, max_length = 50, example = "BIO101")]
    code: Option<String>,
}

impl Read for CreateCourse {
    fn read(f: &mut Fields) -> Option<Self> {
        let id = f.optional("id", parsed::<CourseId>);
        let name = f.required("name", name);
        let code = f.optional("code", code);
        Some(Self { id, name: name?, code })
    }
}

/// Create course.
///
/// Describes what a course id of the caller's events stands for. Needs the scope `events:write`.
#[utoipa::path(
    tag = "Academic courses",
    security(("bearer" = []), ("api_key" = ["events:write"])),
    responses(
        (status = 201, description = "The course.", body = CourseAnswer),
        (
            status = 409,
            description = "The caller has a course with this id. Or the first request with the same `Idempotency-Key` is running.",
            body = crate::surfaces::academic::ErrorBody,
            example = json!(example(Code::CourseExists, "you have a course with this id already")),
        ),
    )
)]
#[post("/api/calendar/courses")]
pub(crate) async fn create_course(
    state: State,
    cx: Cx,
    Authenticated(caller): Authenticated,
    Json(CreateCourse { id, name, code }): Json<CreateCourse>,
) -> Answer {
    let made = state.app.create_course(&cx, &caller.actor, NewCourse { id, name, code }).await;
    let made = made.map_err(|error| match of_course(error) {
        failure if failure.kind == Kind::Conflict => Failure { code: Some(Code::CourseExists.as_str()), ..failure },
        failure => failure,
    })?;
    Ok(shown(made, "Course created successfully", created))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::tests::read;

    #[test]
    fn bodies() {
        let check = |body: &str, expected: &[&str]| {
            assert_eq!(read::<CreateCourse>(body).err().unwrap_or_default(), expected, "{body}");
        };
        check(r#"{"id": null, "name": "Biology"}"#, &[]);
        check(
            r#"{"id": "..", "code": " "}"#,
            &["id must not be . or ..", "name is required", "code must not be empty"],
        );
    }
}
