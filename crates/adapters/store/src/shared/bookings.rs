//! Reads of booking links and bookings.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::super::backend::Conn;
use super::{Found, limit_of};
use crate::rows::{BookingLinkRow, BookingRow, CalendarRow};
use crate::schema::{booking_links, bookings, calendars};
use crate::types::DbId;

type Seen = (BookingLinkRow, CalendarRow);

pub(super) async fn find_link(conn: &mut Conn, id: DbId) -> Found<Option<Seen>> {
    let live = booking_links::deleted_at.is_null().and(calendars::deleted_at.is_null());
    let query = booking_links::table.inner_join(calendars::table).filter(booking_links::id.eq(id).and(live));
    Ok(query.select((BookingLinkRow::as_select(), CalendarRow::as_select())).first::<Seen>(conn).await.optional()?)
}

pub(super) async fn find_link_by_token(conn: &mut Conn, token: String) -> Found<Option<Seen>> {
    let live = booking_links::deleted_at.is_null().and(calendars::deleted_at.is_null());
    let query = booking_links::table.inner_join(calendars::table).filter(booking_links::token.eq(token).and(live));
    Ok(query.select((BookingLinkRow::as_select(), CalendarRow::as_select())).first::<Seen>(conn).await.optional()?)
}

/// One row more than asked for, if there is one.
pub(super) async fn list_links(
    conn: &mut Conn,
    calendar: DbId,
    after: Option<DbId>,
    limit: usize,
) -> Found<Vec<BookingLinkRow>> {
    let after = after.unwrap_or(DbId(uuid::Uuid::nil()));
    let behind = booking_links::calendar_id.eq(calendar).and(booking_links::id.gt(after));
    let query = booking_links::table
        .filter(behind.and(booking_links::deleted_at.is_null()))
        .order(booking_links::id)
        .limit(limit_of(limit));
    Ok(query.select(BookingLinkRow::as_select()).load::<BookingLinkRow>(conn).await?)
}

pub(super) async fn find(conn: &mut Conn, id: DbId) -> Found<Option<BookingRow>> {
    let query = bookings::table.filter(bookings::id.eq(id));
    Ok(query.select(BookingRow::as_select()).first::<BookingRow>(conn).await.optional()?)
}

pub(super) async fn find_by_cancel_token(conn: &mut Conn, token: Vec<u8>) -> Found<Option<BookingRow>> {
    let query = bookings::table.filter(bookings::cancel_token.eq(token));
    Ok(query.select(BookingRow::as_select()).first::<BookingRow>(conn).await.optional()?)
}

pub(super) async fn find_by_reschedule_token(conn: &mut Conn, token: Vec<u8>) -> Found<Option<BookingRow>> {
    let query = bookings::table.filter(bookings::reschedule_token.eq(token));
    Ok(query.select(BookingRow::as_select()).first::<BookingRow>(conn).await.optional()?)
}

pub(super) async fn list_of(conn: &mut Conn, events: &[DbId]) -> Found<Vec<BookingRow>> {
    let query = bookings::table.filter(bookings::event_id.eq_any(events));
    Ok(query.select(BookingRow::as_select()).load::<BookingRow>(conn).await?)
}
