//! Courses: what the course ids of events stand for, for the one who describes them.

mod create;
mod delete;
mod read;
mod update;

use kalends_domain::course::{Course, CourseId};
use kalends_domain::id::UserId;

pub use create::NewCourse;
pub use update::CourseChange;

use crate::{App, Error, Result};

impl App {
    async fn course_of(&self, id: &CourseId, owner: UserId) -> Result<Course> {
        self.ports.courses.find_course(owner, id).await?.ok_or(Error::NotFound("course"))
    }
}
