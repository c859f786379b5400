//! What every request looks up by id, for many requests in one statement.

use std::sync::Arc;

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, Text};
use diesel_async::RunQueryDsl;
use kalends_ports::StoreError;

use super::backend::{Conn, Exec};
use super::shared::Seen;
use super::together::Together;
use crate::error::Fail;
use crate::rows::{CalendarRow, EventRow, UserRow};
use crate::schema::users;
use crate::types::{DbId, Doc, Id, Ts};

/// The questions.
#[derive(Clone)]
pub(super) struct Lookups(Arc<Kinds>);

struct Kinds {
    users: Together<DbId, Option<UserRow>>,
    /// An event, and who looks.
    events: Together<(DbId, DbId), Option<Seen>>,
}

impl Lookups {
    pub(super) fn new(exec: &Exec) -> Self {
        let (for_users, for_events) = (exec.clone(), exec.clone());
        let users = Together::new(exec.runtime(), move |ids| find_users(for_users.clone(), ids));
        let events = Together::new(exec.runtime(), move |asked| find_events(for_events.clone(), asked));
        Self(Arc::new(Kinds { users, events }))
    }

    /// The account of this id, not deleted.
    pub(super) async fn find_user(&self, id: DbId) -> Result<Option<UserRow>, StoreError> {
        self.0.users.ask(id).await
    }

    /// The event of this id, not deleted, as somebody sees it.
    pub(super) async fn find_event(&self, id: DbId, viewer: DbId) -> Result<Option<Seen>, StoreError> {
        self.0.events.ask((id, viewer)).await
    }
}

async fn find_users(exec: Exec, ids: Vec<DbId>) -> Result<Vec<Option<UserRow>>, StoreError> {
    let asked = ids.clone();
    let rows = exec
        .read(move |conn| {
            let ids = asked.clone();
            Box::pin(async move { users_of(conn, &ids).await })
        })
        .await?;
    Ok(ids.iter().map(|id| rows.iter().find(|row| row.id == *id).cloned()).collect())
}

async fn users_of(conn: &mut Conn, ids: &[DbId]) -> Result<Vec<UserRow>, Fail> {
    let query = users::table.filter(users::id.eq_any(ids).and(users::deleted_at.is_null()));
    Ok(query.select(UserRow::as_select()).load::<UserRow>(conn).await?)
}

async fn find_events(exec: Exec, asked: Vec<(DbId, DbId)>) -> Result<Vec<Option<Seen>>, StoreError> {
    let mut found: Vec<Option<Seen>> = asked.iter().map(|_| None).collect();
    let (ids, viewers): (Vec<DbId>, Vec<DbId>) = asked.into_iter().unzip();
    let query = SeenEvents { ids, viewers };
    let rows = exec.read(move |conn: &mut Conn| {
        let query = query.clone();
        Box::pin(async move { Ok::<_, Fail>(query.load::<(i64, EventRow, CalendarRow, Option<String>)>(conn).await?) })
    });
    for (place, event, calendar, role) in rows.await? {
        // Counted from 1.
        if let Some(found) = usize::try_from(place - 1).ok().and_then(|place| found.get_mut(place)) {
            *found = Some((event, calendar, role));
        }
    }
    Ok(found)
}

/// Events by id and viewer, each with its place among the questions. A lateral join that ends after one row is one plan for
/// any number of them, whatever the planner believes of the tables.
#[derive(Clone)]
struct SeenEvents {
    ids: Vec<DbId>,
    viewers: Vec<DbId>,
}

impl QueryId for SeenEvents {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

/// The columns of [`EventRow`] and [`CalendarRow`] in their order.
impl Query for SeenEvents {
    type SqlType = (
        BigInt,
        (Id, Id, Text, Ts, Doc, Id, Id, Ts, Ts, Nullable<Ts>, BigInt),
        (Id, Id, Text, Text, Bool, Integer, Binary, Ts, Ts, Nullable<Ts>, BigInt, BigInt, Ts),
        Nullable<Text>,
    );
}

impl QueryFragment<Pg> for SeenEvents {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("select asked.place, seen.* from unnest(");
        out.push_bind_param::<Array<Id>, _>(&self.ids)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Id>, _>(&self.viewers)?;
        out.push_sql(
            ") with ordinality as asked(event, viewer, place) cross join lateral (select e.id, e.calendar_id, e.uid, \
             e.starts_at, e.doc, e.created_by, e.updated_by, e.created_at, e.updated_at, e.deleted_at, e.version, \
             c.id, c.owner_id, c.name, c.color, c.is_public, c.feed_generation, c.feed_token, c.created_at, \
             c.updated_at, c.deleted_at, c.version, c.revision, c.touched_at, \
             (select m.role from memberships as m where m.calendar_id = e.calendar_id and m.user_id = asked.viewer) \
             from events as e join calendars as c on c.id = e.calendar_id \
             where e.id = asked.event and e.deleted_at is null and c.deleted_at is null limit 1) as seen",
        );
        Ok(())
    }
}
