//! Courses.

use diesel::prelude::*;
use kalends_domain::course::Course;
use kalends_domain::id::UserId;

use super::{parse, text, text_opt};
use crate::error::Fail;
use crate::schema::courses;
use crate::types::{DbId, DbTs};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = courses, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct CourseRow {
    pub(crate) owner_id: DbId,
    pub(crate) id: String,
    name: String,
    code: Option<String>,
    created_at: DbTs,
    updated_at: DbTs,
    version: i64,
}

impl TryFrom<Course> for CourseRow {
    type Error = Fail;

    fn try_from(course: Course) -> Result<Self, Fail> {
        Ok(Self {
            owner_id: DbId(course.owner.0),
            id: text(course.id.as_str())?,
            name: text(course.name)?,
            code: text_opt(course.code)?,
            created_at: course.created_at.into(),
            updated_at: course.updated_at.into(),
            version: course.version,
        })
    }
}

impl TryFrom<CourseRow> for Course {
    type Error = Fail;

    fn try_from(row: CourseRow) -> Result<Self, Fail> {
        let owner = UserId(row.owner_id.0);
        Ok(Self {
            owner,
            id: parse(format_args!("a course of user {owner}"), "id", &row.id)?,
            name: row.name,
            code: row.code,
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            version: row.version,
        })
    }
}
