//! Looking at courses.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::course::{Course, CourseId};
use kalends_ports::Counted;

use crate::{App, Result, require_scope};

impl App {
    /// One of the caller's courses.
    pub async fn course(&self, actor: &Actor, id: &CourseId) -> Result<Course> {
        require_scope(actor, Resource::Events, Verb::Read)?;
        self.course_of(id, actor.user).await
    }

    /// The caller's courses, in the order in which they were made.
    pub async fn list_courses(&self, actor: &Actor, offset: usize, limit: usize) -> Result<Counted<Course>> {
        require_scope(actor, Resource::Events, Verb::Read)?;
        Ok(self.ports.courses.list_courses(actor.user, offset, limit).await?)
    }
}
