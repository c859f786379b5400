//! Reads of courses.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::Conn;
use super::{Found, number_of};
use crate::rows::CourseRow;
use crate::schema::courses;
use crate::types::DbId;

pub(super) async fn find(conn: &mut Conn, owner: DbId, id: String) -> Found<Option<CourseRow>> {
    let one = courses::table.filter(courses::owner_id.eq(owner).and(courses::id.eq(id)));
    Ok(one.select(CourseRow::as_select()).first::<CourseRow>(conn).await.optional()?)
}

/// A part of an owner's courses, and how many there are.
pub(super) async fn list(conn: &mut Conn, owner: DbId, offset: usize, limit: usize) -> Found<(Vec<CourseRow>, i64)> {
    let all = courses::table.filter(courses::owner_id.eq(owner));
    let total = all.count().get_result::<i64>(conn).await?;
    let part = all.order((courses::created_at, courses::id)).offset(number_of(offset)).limit(number_of(limit));
    Ok((part.select(CourseRow::as_select()).load::<CourseRow>(conn).await?, total))
}

pub(super) async fn list_by_id(conn: &mut Conn, owner: DbId, ids: &[String]) -> Found<Vec<CourseRow>> {
    let named = courses::table.filter(courses::owner_id.eq(owner).and(courses::id.eq_any(ids)));
    Ok(named.select(CourseRow::as_select()).load::<CourseRow>(conn).await?)
}
