//! What every request looks up by id. A query costs no round trip here, so each is asked by itself.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kalends_ports::StoreError;

use super::backend::{Conn, Exec};
use super::shared::Seen;
use crate::error::Fail;
use crate::rows::{CalendarRow, EventRow, UserRow};
use crate::schema::{calendars, events, memberships, users};
use crate::types::DbId;

/// The questions.
#[derive(Clone)]
pub(super) struct Lookups(Exec);

impl Lookups {
    pub(super) fn new(exec: &Exec) -> Self {
        Self(exec.clone())
    }

    /// The account of this id, not deleted.
    pub(super) async fn find_user(&self, id: DbId) -> Result<Option<UserRow>, StoreError> {
        self.0.read(move |conn| Box::pin(user(conn, id))).await
    }

    /// The event of this id, not deleted, as somebody sees it.
    pub(super) async fn find_event(&self, id: DbId, viewer: DbId) -> Result<Option<Seen>, StoreError> {
        self.0.read(move |conn| Box::pin(event(conn, id, viewer))).await
    }
}

async fn user(conn: &mut Conn, id: DbId) -> Result<Option<UserRow>, Fail> {
    let query = users::table.filter(users::id.eq(id).and(users::deleted_at.is_null()));
    Ok(query.select(UserRow::as_select()).first::<UserRow>(conn).await.optional()?)
}

async fn event(conn: &mut Conn, id: DbId, viewer: DbId) -> Result<Option<Seen>, Fail> {
    let place = memberships::calendar_id.eq(events::calendar_id).and(memberships::user_id.eq(viewer));
    let query = events::table
        .inner_join(calendars::table)
        .left_join(memberships::table.on(place))
        .filter(events::id.eq(id).and(events::deleted_at.is_null()).and(calendars::deleted_at.is_null()));
    let seen = (EventRow::as_select(), CalendarRow::as_select(), memberships::role.nullable());
    Ok(query.select(seen).first::<Seen>(conn).await.optional()?)
}
