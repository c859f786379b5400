//! Writes: each change is a statement or two, and a statement that touches fewer rows than it should is an answer.

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use kalends_ports::{StoreError, Unique};

use super::super::backend::{Conn, lock_calendars};
use super::{Found, fristen as history, jobs};
use crate::error::Fail;
use crate::rows::{CourseRow, EntryText, FristRow, MembershipRow};
use crate::schema::{
    answers, api_keys, booking_links, bookings, calendar_links, calendars, contacts, courses, event_history, events,
    feeds, fristen, ical_tokens, integrations, link_attempts, memberships, sessions, settings, sync_log, sync_pairs,
    users,
};
use crate::statements::{TouchCalendar, UpdateEvent};
use crate::types::{DbId, DbTs};
use crate::write::Write;

/// Inserts a row whose id may be there already: that is told before any other uniqueness, so that a commit
/// that is sent again is recognised.
macro_rules! insert {
    ($conn:expr, $table:ident, $row:expr) => {
        new(diesel::insert_into($table::table).values($row).on_conflict($table::id).do_nothing().execute($conn).await?)
    };
}

/// Applies all writes in their order, inside the caller's transaction.
#[allow(clippy::too_many_lines)] // one arm for each write
pub(in super::super) async fn apply(conn: &mut Conn, writes: &[Write]) -> Found<()> {
    let calendars = calendars_of(writes);
    if calendars.len() > 1 {
        // Who writes to several takes them in one order, so that no two wait for each other.
        lock_calendars(conn, calendars).await?;
    }
    let mut entries: Vec<&EntryText> = Vec::new();
    for write in writes {
        match write {
            Write::InsertUser(user) => insert!(conn, users, user.as_ref())?,
            Write::UpdateUser { user, expected } => {
                let at = users::table.filter(users::id.eq(user.id).and(users::version.eq(expected)));
                hit(diesel::update(at).set(user.as_ref()).execute(conn).await?)?;
            }
            Write::InsertSession(session) => insert!(conn, sessions, session)?,
            Write::UseSession { id, at } => {
                let unused = sessions::used_at.is_null().and(sessions::revoked_at.is_null());
                let fresh = sessions::table.filter(sessions::id.eq(id).and(unused));
                hit(diesel::update(fresh).set(sessions::used_at.eq(Some(*at))).execute(conn).await?)?;
            }
            Write::RevokeFamily { family, at } => {
                let live = sessions::table.filter(sessions::family.eq(family).and(sessions::revoked_at.is_null()));
                diesel::update(live).set(sessions::revoked_at.eq(Some(*at))).execute(conn).await?;
            }
            Write::RevokeCredentialsOf { user, at } => revoke_credentials(conn, *user, *at).await?,
            Write::RemoveSessionsBefore(at) => {
                diesel::delete(sessions::table.filter(sessions::expires_at.lt(*at))).execute(conn).await?;
            }
            Write::InsertApiKey(key) => insert!(conn, api_keys, key.as_ref())?,
            Write::RevokeApiKey { id, user, at } => {
                let theirs = api_keys::id.eq(id).and(api_keys::user_id.eq(user));
                let live = api_keys::table.filter(theirs.and(api_keys::revoked_at.is_null()));
                hit(diesel::update(live).set(api_keys::revoked_at.eq(Some(*at))).execute(conn).await?)?;
            }
            Write::InsertIcalToken(token) => insert!(conn, ical_tokens, token.as_ref())?,
            Write::RevokeIcalToken { id, user, at } => {
                let theirs = ical_tokens::id.eq(id).and(ical_tokens::user_id.eq(user));
                let live = ical_tokens::table.filter(theirs.and(ical_tokens::revoked_at.is_null()));
                hit(diesel::update(live).set(ical_tokens::revoked_at.eq(Some(*at))).execute(conn).await?)?;
            }
            Write::InsertCalendar(calendar) => insert!(conn, calendars, calendar.as_ref())?,
            Write::UpdateCalendar { calendar, expected } => {
                let at = calendars::id.eq(calendar.id).and(calendars::version.eq(expected));
                hit(diesel::update(calendars::table.filter(at)).set(calendar.as_ref()).execute(conn).await?)?;
            }
            Write::TouchCalendar { id, expected, at } => {
                hit(TouchCalendar { id: *id, expected: *expected, at: *at }.execute(conn).await?)?;
            }
            Write::DeleteCalendarsOf { owner, at } => delete_calendars(conn, *owner, *at).await?,
            Write::PutMembership(membership) => put_membership(conn, membership).await?,
            Write::RemoveMembership { calendar, user } => {
                let one = memberships::calendar_id.eq(calendar).and(memberships::user_id.eq(user));
                hit(diesel::delete(memberships::table.filter(one)).execute(conn).await?)?;
            }
            Write::RemoveMembershipsOf(user) => {
                diesel::delete(memberships::table.filter(memberships::user_id.eq(user))).execute(conn).await?;
            }
            Write::InsertEvent(event) => insert!(conn, events, event.as_ref())?,
            Write::UpdateEvent { event, expected } => {
                hit(UpdateEvent { event: event.as_ref().clone(), expected: *expected }.execute(conn).await?)?;
            }
            Write::PutFrist { frist, entry } => {
                write_frist(conn, frist).await?;
                entries.push(entry);
            }
            Write::InsertContact(contact) => insert!(conn, contacts, contact.as_ref())?,
            Write::UpdateContact { contact, expected } => {
                let at = contacts::id.eq(contact.id).and(contacts::version.eq(expected));
                hit(diesel::update(contacts::table.filter(at)).set(contact.as_ref()).execute(conn).await?)?;
            }
            Write::DeleteContactsOf { owner, at } => delete_contacts(conn, *owner, *at).await?,
            Write::InsertCourse(course) => {
                diesel::insert_into(courses::table).values(course).execute(conn).await?;
            }
            Write::UpdateCourse { course, expected } => update_course(conn, course, *expected).await?,
            Write::RemoveCourse { owner, id, expected } => remove_course(conn, *owner, id, *expected).await?,
            Write::RemoveCoursesOf(owner) => {
                diesel::delete(courses::table.filter(courses::owner_id.eq(owner))).execute(conn).await?;
            }
            Write::InsertBookingLink(link) => insert!(conn, booking_links, link.as_ref())?,
            Write::UpdateBookingLink { link, expected } => {
                let at = booking_links::id.eq(link.id).and(booking_links::version.eq(expected));
                hit(diesel::update(booking_links::table.filter(at)).set(link.as_ref()).execute(conn).await?)?;
            }
            Write::InsertBooking(booking) => insert!(conn, bookings, booking.as_ref())?,
            Write::UpdateBooking { booking, expected } => {
                let at = bookings::id.eq(booking.id).and(bookings::version.eq(expected));
                hit(diesel::update(bookings::table.filter(at)).set(booking.as_ref()).execute(conn).await?)?;
            }
            Write::InsertIntegration(integration) => insert!(conn, integrations, integration.as_ref())?,
            Write::UpdateIntegration { integration, expected } => {
                let at = integrations::id.eq(integration.id).and(integrations::version.eq(expected));
                let row = integration.as_ref();
                hit(diesel::update(integrations::table.filter(at)).set(row).execute(conn).await?)?;
            }
            Write::RemoveIntegration(id) => super::integrations::remove(conn, vec![*id]).await?,
            Write::RemoveIntegrationsOf(user) => super::integrations::remove_of(conn, *user).await?,
            Write::InsertLinkAttempt(attempt) => {
                let insert = diesel::insert_into(link_attempts::table).values(attempt);
                new(insert.on_conflict(link_attempts::state).do_nothing().execute(conn).await?)?;
            }
            Write::RemoveLinkAttempt(state) => {
                let one = link_attempts::table.filter(link_attempts::state.eq(state));
                hit(diesel::delete(one).execute(conn).await?)?;
            }
            Write::RemoveLinkAttemptsBefore(at) => {
                let old = link_attempts::table.filter(link_attempts::expires_at.lt(*at));
                diesel::delete(old).execute(conn).await?;
            }
            Write::InsertLink(link) => insert!(conn, calendar_links, link.as_ref())?,
            Write::UpdateLink { link, expected } => {
                let at = calendar_links::id.eq(link.id).and(calendar_links::version.eq(expected));
                hit(diesel::update(calendar_links::table.filter(at)).set(link.as_ref()).execute(conn).await?)?;
            }
            Write::RemoveLink(id) => super::integrations::remove_links(conn, vec![*id]).await?,
            Write::PutPair(pair) => super::integrations::put_pair(conn, pair).await?,
            Write::RemovePair { link, event } => {
                let one = sync_pairs::link_id.eq(link).and(sync_pairs::event_id.eq(event));
                diesel::delete(sync_pairs::table.filter(one)).execute(conn).await?;
            }
            Write::InsertFeed(feed) => insert!(conn, feeds, feed.as_ref())?,
            Write::UpdateFeed { feed, expected } => {
                let at = feeds::table.filter(feeds::id.eq(feed.id).and(feeds::version.eq(expected)));
                hit(diesel::update(at).set(feed.as_ref()).execute(conn).await?)?;
            }
            Write::RemoveFeed { id, expected } => {
                let one = feeds::table.filter(feeds::id.eq(id).and(feeds::version.eq(expected)));
                hit(diesel::delete(one).execute(conn).await?)?;
            }
            Write::RemoveFeedsOf(owner) => {
                diesel::delete(feeds::table.filter(feeds::owner_id.eq(owner))).execute(conn).await?;
            }
            Write::InsertSyncLog(entry) => insert!(conn, sync_log, entry.as_ref())?,
            Write::TrimSyncLog { integration, keep } => super::integrations::trim(conn, *integration, *keep).await?,
            Write::InsertHistory(entry) => insert!(conn, event_history, entry.as_ref())?,
            Write::InsertAnswer(answer) => {
                diesel::insert_into(answers::table).values(answer.as_ref()).execute(conn).await?;
            }
            Write::UpdateAnswer { answer, expected } => {
                let at = answers::caller.eq(&answer.caller).and(answers::key.eq(&answer.key));
                let leased = answers::table.filter(at.and(answers::lease.eq(*expected)));
                hit(diesel::update(leased).set(answer.as_ref()).execute(conn).await?)?;
            }
            Write::RemoveAnswer { caller, key } => {
                let one = answers::caller.eq(caller).and(answers::key.eq(key));
                diesel::delete(answers::table.filter(one)).execute(conn).await?;
            }
            Write::RemoveAnswersBefore(at) => {
                diesel::delete(answers::table.filter(answers::created_at.lt(*at))).execute(conn).await?;
            }
            Write::InsertJob(job) => jobs::insert(conn, job).await?,
            Write::ClaimJobs(claim) => {
                claim.execute(conn).await?;
            }
            Write::UpdateJob { job, expected } => hit(jobs::update(conn, job, *expected).await?)?,
            Write::RemoveJob { id, expected } => hit(jobs::remove(conn, *id, *expected).await?)?,
            Write::InsertSetting(setting) => {
                diesel::insert_into(settings::table).values(setting).execute(conn).await?;
            }
        }
    }
    // Last: of those who append, one waits for the other, and should hold it up for nothing else.
    history::append(conn, &entries).await
}

/// The calendars whose rows change, in order.
fn calendars_of(writes: &[Write]) -> Vec<DbId> {
    let calendar = |write: &Write| match write {
        Write::TouchCalendar { id, .. } => Some(*id),
        Write::UpdateCalendar { calendar, .. } => Some(calendar.id),
        _ => None,
    };
    let mut calendars: Vec<DbId> = writes.iter().filter_map(calendar).collect();
    calendars.sort_unstable();
    calendars.dedup();
    calendars
}

/// An insert that gives way to a row of the same id wrote nothing: the row was there.
fn new(rows: usize) -> Found<()> {
    if rows == 1 { Ok(()) } else { Err(Fail::Store(StoreError::Duplicate(Unique::Id))) }
}

/// A change that expects a row as it was read found none: the row has moved.
fn hit(rows: usize) -> Found<()> {
    if rows == 1 { Ok(()) } else { Err(Fail::Store(StoreError::Stale)) }
}

async fn revoke_credentials(conn: &mut Conn, user: DbId, at: DbTs) -> Found<()> {
    let tokens = sessions::table.filter(sessions::user_id.eq(user).and(sessions::revoked_at.is_null()));
    diesel::update(tokens).set(sessions::revoked_at.eq(Some(at))).execute(conn).await?;
    let keys = api_keys::table.filter(api_keys::user_id.eq(user).and(api_keys::revoked_at.is_null()));
    diesel::update(keys).set(api_keys::revoked_at.eq(Some(at))).execute(conn).await?;
    let feeds = ical_tokens::table.filter(ical_tokens::user_id.eq(user).and(ical_tokens::revoked_at.is_null()));
    diesel::update(feeds).set(ical_tokens::revoked_at.eq(Some(at))).execute(conn).await?;
    Ok(())
}

async fn delete_calendars(conn: &mut Conn, owner: DbId, at: DbTs) -> Found<()> {
    let theirs = calendars::table.filter(calendars::owner_id.eq(owner).and(calendars::deleted_at.is_null()));
    let deleted = (
        calendars::deleted_at.eq(Some(at)),
        calendars::updated_at.eq(at),
        calendars::version.eq(calendars::version + 1),
    );
    diesel::update(theirs).set(deleted).execute(conn).await?;
    Ok(())
}

async fn delete_contacts(conn: &mut Conn, owner: DbId, at: DbTs) -> Found<()> {
    let theirs = contacts::table.filter(contacts::owner_id.eq(owner).and(contacts::deleted_at.is_null()));
    let deleted =
        (contacts::deleted_at.eq(Some(at)), contacts::updated_at.eq(at), contacts::version.eq(contacts::version + 1));
    diesel::update(theirs).set(deleted).execute(conn).await?;
    Ok(())
}

/// The first version is new; a later one replaces the one before.
async fn write_frist(conn: &mut Conn, frist: &FristRow) -> Found<()> {
    if frist.version == 1 {
        return insert!(conn, fristen, frist);
    }
    let before = fristen::id.eq(frist.id).and(fristen::version.eq(frist.version - 1));
    hit(diesel::update(fristen::table.filter(before)).set(frist).execute(conn).await?)
}

async fn update_course(conn: &mut Conn, course: &CourseRow, expected: i64) -> Found<()> {
    let one = courses::owner_id.eq(course.owner_id).and(courses::id.eq(&course.id));
    let at = courses::table.filter(one.and(courses::version.eq(expected)));
    hit(diesel::update(at).set(course).execute(conn).await?)
}

async fn remove_course(conn: &mut Conn, owner: DbId, id: &str, expected: i64) -> Found<()> {
    let one = courses::owner_id.eq(owner).and(courses::id.eq(id)).and(courses::version.eq(expected));
    hit(diesel::delete(courses::table.filter(one)).execute(conn).await?)
}

/// Whoever is a member already has been one since then: only role and colour change.
async fn put_membership(conn: &mut Conn, membership: &MembershipRow) -> Found<()> {
    let changed = (
        memberships::role.eq(excluded(memberships::role)),
        memberships::color_theme.eq(excluded(memberships::color_theme)),
        memberships::updated_at.eq(excluded(memberships::updated_at)),
    );
    diesel::insert_into(memberships::table)
        .values(membership)
        .on_conflict((memberships::calendar_id, memberships::user_id))
        .do_update()
        .set(changed)
        .execute(conn)
        .await?;
    Ok(())
}
