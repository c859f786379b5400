//! Changing a course.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::course::{Course, CourseId};
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, require_scope, require_version, settled};

/// What changes in a course. What is `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CourseChange {
    /// Another name.
    pub name: Option<String>,
    /// Another code, or none.
    pub code: Option<Option<String>>,
}

impl App {
    /// Changes one of the caller's courses. Its id stays: events carry it.
    pub async fn update_course(
        &self,
        cx: &Context,
        actor: &Actor,
        id: &CourseId,
        change: CourseChange,
        expected: Option<i64>,
    ) -> Result<Course> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let mut course = self.course_of(id, actor.user).await?;
            require_version(expected, course.version)?;
            if let Some(name) = &change.name {
                course.name.clone_from(name);
            }
            if let Some(code) = &change.code {
                course.code.clone_from(code);
            }
            let expected = course.version;
            course.version += 1;
            course.updated_at = cx.now();
            self.commit(cx, Changes::new().and(Change::UpdateCourse { course: course.clone(), expected })).await?;
            Ok(course)
        })
        .await
    }
}
