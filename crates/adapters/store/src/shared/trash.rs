//! Reads of what was deleted.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kalends_domain::contact::Details;
use kalends_ports::TrashedKind;

use super::super::backend::Conn;
use super::{Found, limit_of};
use crate::schema::{calendars, contacts, events, memberships};
use crate::types::{DbId, DbTs};

/// Something deleted.
#[derive(Debug)]
pub(super) struct TrashRow {
    pub(super) kind: TrashedKind,
    pub(super) deleted_at: Option<DbTs>,
    pub(super) id: DbId,
    pub(super) name: String,
    /// The calendar of an event.
    pub(super) calendar: Option<DbId>,
}

/// A part of the trash. One row more than `limit` is read of each kind, if there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct TrashQuery {
    pub(super) user: DbId,
    pub(super) calendars: bool,
    pub(super) events: bool,
    pub(super) contacts: bool,
    pub(super) since: DbTs,
    /// The last one that the reader has; what follows was deleted before it.
    pub(super) before: (DbTs, DbId),
    pub(super) limit: usize,
}

pub(super) async fn list(conn: &mut Conn, query: TrashQuery) -> Found<Vec<TrashRow>> {
    let mut found = Vec::new();
    if query.calendars {
        found.extend(deleted_calendars(conn, query).await?);
    }
    if query.events {
        found.extend(deleted_events(conn, query).await?);
    }
    if query.contacts {
        found.extend(deleted_contacts(conn, query).await?);
    }
    found.sort_by_key(|row| std::cmp::Reverse((row.deleted_at, row.id)));
    Ok(found)
}

async fn deleted_calendars(conn: &mut Conn, query: TrashQuery) -> Found<Vec<TrashRow>> {
    let (at, id) = query.before;
    // What a feed wrote is its owner's to read alone, and comes back by no restoring.
    let reads = memberships::user_id.eq(query.user).and(memberships::role.eq("viewer"));
    let feed = memberships::table.filter(memberships::calendar_id.eq(calendars::id).and(reads));
    let rows = calendars::table
        .filter(calendars::owner_id.eq(query.user).and(calendars::deleted_at.is_not_null()))
        .filter(diesel::dsl::not(diesel::dsl::exists(feed)))
        .filter(calendars::deleted_at.ge(query.since).and(calendars::deleted_at.le(at)))
        .filter(calendars::deleted_at.lt(at).or(calendars::id.lt(id)))
        .order((calendars::deleted_at.desc(), calendars::id.desc()))
        .limit(limit_of(query.limit))
        .select((calendars::deleted_at, calendars::id, calendars::name))
        .load::<(Option<DbTs>, DbId, String)>(conn)
        .await?;
    let row = |(deleted_at, id, name)| TrashRow { kind: TrashedKind::Calendar, deleted_at, id, name, calendar: None };
    Ok(rows.into_iter().map(row).collect())
}

async fn deleted_events(conn: &mut Conn, query: TrashQuery) -> Found<Vec<TrashRow>> {
    let (at, id) = query.before;
    let may_restore = memberships::role.eq("owner").or(memberships::role.eq("editor"));
    let rows = memberships::table
        .inner_join(calendars::table.inner_join(events::table))
        .filter(memberships::user_id.eq(query.user).and(may_restore).and(calendars::deleted_at.is_null()))
        .filter(events::deleted_at.is_not_null())
        .filter(events::deleted_at.ge(query.since).and(events::deleted_at.le(at)))
        .filter(events::deleted_at.lt(at).or(events::id.lt(id)))
        .order((events::deleted_at.desc(), events::id.desc()))
        .limit(limit_of(query.limit))
        .select((events::deleted_at, events::id, events::title, events::calendar_id.nullable()))
        .load::<(Option<DbTs>, DbId, String, Option<DbId>)>(conn)
        .await?;
    let row = |(deleted_at, id, name, calendar)| TrashRow { kind: TrashedKind::Event, deleted_at, id, name, calendar };
    Ok(rows.into_iter().map(row).collect())
}

/// What a contact is called by: first and last name, email, phone.
type Names = (Option<String>, Option<String>, Option<String>, Option<String>);

async fn deleted_contacts(conn: &mut Conn, query: TrashQuery) -> Found<Vec<TrashRow>> {
    let (at, id) = query.before;
    let names = (contacts::first_name, contacts::last_name, contacts::email, contacts::phone);
    let rows = contacts::table
        .filter(contacts::owner_id.eq(query.user).and(contacts::deleted_at.is_not_null()))
        .filter(contacts::deleted_at.ge(query.since).and(contacts::deleted_at.le(at)))
        .filter(contacts::deleted_at.lt(at).or(contacts::id.lt(id)))
        .order((contacts::deleted_at.desc(), contacts::id.desc()))
        .limit(limit_of(query.limit))
        .select((contacts::deleted_at, contacts::id, names))
        .load::<(Option<DbTs>, DbId, Names)>(conn)
        .await?;
    let row = |(deleted_at, id, (first_name, last_name, email, phone))| {
        let name = Details { first_name, last_name, email, phone, ..Details::default() }.display_name();
        TrashRow { kind: TrashedKind::Contact, deleted_at, id, name, calendar: None }
    };
    Ok(rows.into_iter().map(row).collect())
}
