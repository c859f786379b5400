//! Describing a course.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::course::{Course, CourseId};
use kalends_domain::problem::Problems;
use kalends_ports::{Change, Changes, StoreError, Unique};

use crate::{App, Context, Error, Result, require_scope};

/// A course to describe.
#[derive(Debug, Clone)]
pub struct NewCourse {
    /// The id that events carry; one is made when `None`.
    pub id: Option<CourseId>,
    /// What people call it.
    pub name: String,
    /// What its school calls it for short.
    pub code: Option<String>,
}

impl App {
    /// Describes a course. An id stands for one course of the caller.
    pub async fn create_course(&self, cx: &Context, actor: &Actor, input: NewCourse) -> Result<Course> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        let NewCourse { id, name, code } = input;
        let id = match id {
            Some(id) => id,
            None => cx.id().to_string().parse().map_err(|error| Problems::one("id", format!("{error}")))?,
        };
        let course =
            Course { owner: actor.user, id, name, code, created_at: cx.now(), updated_at: cx.now(), version: 1 };
        match self.commit(cx, Changes::new().and(Change::InsertCourse(course.clone()))).await {
            Err(Error::Store(StoreError::Duplicate(Unique::Course))) => {
                // A request that is run again meets what it wrote itself.
                let there = self.ports.courses.find_course(actor.user, &course.id).await?;
                let own = cx.is_repeated() && there.is_some_and(|there| there.created_at == course.created_at);
                if own { Ok(course) } else { Err(Error::Conflict("you have a course with this id already".to_owned())) }
            }
            other => other.map(|()| course),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, key_actor};

    fn biology() -> NewCourse {
        NewCourse { id: "BIO".parse().ok(), name: "Biology".into(), code: None }
    }

    #[tokio::test]
    async fn an_id_stands_for_one_course() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().returning(|_| Err(StoreError::Duplicate(Unique::Course)));
        mocks.courses.expect_find_course().returning(|_, _| Ok(None));
        let app = mocks.app();
        assert!(matches!(app.create_course(&app.context(), &actor(), biology()).await, Err(Error::Conflict(_))));
    }

    #[tokio::test]
    async fn a_request_run_again_meets_its_own_course() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().returning(|_| Err(StoreError::Duplicate(Unique::Course)));
        mocks.courses.expect_find_course().returning(|owner, id| {
            let (name, at) = ("Biology".into(), crate::testing::now());
            Ok(Some(Course { owner, id: id.clone(), name, code: None, created_at: at, updated_at: at, version: 1 }))
        });
        let app = mocks.app();
        let again = Context::seeded(crate::testing::now(), app.ports.secrets.clone(), b"seed".to_vec(), true);
        assert_eq!(app.create_course(&again, &actor(), biology()).await.unwrap().name, "Biology");
    }

    #[tokio::test]
    async fn an_id_is_made_where_none_is_chosen() {
        let mut mocks = Mocks::default();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::InsertCourse(course)] if course.id.as_str().len() == 36));
            Ok(())
        });
        let app = mocks.app();
        app.create_course(&app.context(), &actor(), NewCourse { id: None, ..biology() }).await.unwrap();
        let reader = key_actor(&[(Resource::Events, Verb::Read)]);
        let refused = app.create_course(&app.context(), &reader, biology()).await;
        assert!(matches!(refused, Err(Error::MissingScope { .. })));
    }
}
