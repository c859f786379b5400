//! Forgetting a course.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::course::CourseId;
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, require_scope, require_version, settled};

impl App {
    /// Forgets one of the caller's courses. Events keep its id.
    pub async fn delete_course(&self, cx: &Context, actor: &Actor, id: &CourseId, expected: Option<i64>) -> Result<()> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let course = self.course_of(id, actor.user).await?;
            require_version(expected, course.version)?;
            let gone = Change::RemoveCourse { owner: course.owner, id: course.id, expected: course.version };
            self.commit(cx, Changes::new().and(gone)).await
        })
        .await
    }
}
