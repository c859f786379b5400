//! The ports, answered: arguments become values of columns, rows become values of the domain.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use kalends_domain::account::{ApiKey, Email, IcalToken, Session, TokenHash, User};
use kalends_domain::booking::{Booking, BookingLink};
use kalends_domain::calendar::{Calendar, CalendarView, Member, Membership, Seat};
use kalends_domain::contact::Contact;
use kalends_domain::course::{Course, CourseId};
use kalends_domain::event::{Event, Kind};
use kalends_domain::id::{
    ApiKeyId, BookingId, BookingLinkId, CalendarId, ContactId, EventId, IcalTokenId, JobId, UserId,
};
use kalends_ports::{
    Answer, Answers, ApiKeys, Bookings, Calendars, Changes, Commit, ContactFilter, Contacts, Counted, Courses,
    EventFilter, Events, IcalTokens, Job, JobFilter, Jobs, Lease, Page, PageRequest, PoolState, QueueState, SeenEvent,
    SeenLink, Sessions, Settings, SingleFilter, StoreError, Trash, TrashFilter, Trashed, TrashedKind, Users,
};
use uuid::Uuid;

use super::super::backend::Exec;
use super::{answers, bookings, calendars, contacts, courses, events, jobs, trash, users};
use crate::error::Fail;
use crate::rows::{BookingLinkRow, CalendarRow, EventRow, MembershipRow, role};
use crate::types::{DbId, DbTs};
use crate::window::WindowQuery;
use crate::{index, write};

pub(super) type Result<T> = std::result::Result<T, StoreError>;

/// Most UIDs or ids in one query: engines bound the number of values.
pub(super) const AT_ONCE: usize = 500;
/// From this many changes on, a commit is made ready on a thread of its own: it is work, and nobody else should wait.
const MANY: usize = 100;

/// The store on one engine.
#[derive(Clone)]
pub(in super::super) struct DieselStore {
    pub(super) exec: Exec,
}

impl DieselStore {
    pub(in super::super) fn new(exec: Exec) -> Self {
        Self { exec }
    }
}

/// A row as what it is in the domain.
pub(super) fn one<R, T: TryFrom<R, Error = Fail>>(row: Option<R>) -> Result<Option<T>> {
    Ok(row.map(T::try_from).transpose()?)
}

/// The rows of a page: there is more when one more than asked for was found.
pub(super) fn page<R, T>(
    mut rows: Vec<R>,
    limit: usize,
    read: impl Fn(R) -> std::result::Result<T, Fail>,
) -> Result<Page<T>> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let items = rows.into_iter().map(read).collect::<std::result::Result<_, Fail>>()?;
    Ok(Page { items, more })
}

/// The rows of a list that is read by number, and how many it has.
fn counted<R, T: TryFrom<R, Error = Fail>>((rows, total): (Vec<R>, i64)) -> Result<Counted<T>> {
    let items = rows.into_iter().map(T::try_from).collect::<std::result::Result<_, Fail>>()?;
    Ok(Counted { items, total: usize::try_from(total).unwrap_or_default() })
}

#[async_trait]
impl Users for DieselStore {
    async fn find_user(&self, id: UserId) -> Result<Option<User>> {
        one(self.exec.read(move |conn| Box::pin(users::find(conn, DbId(id.0)))).await?)
    }

    async fn find_user_by_email(&self, email: &Email) -> Result<Option<User>> {
        let email = email.to_string();
        one(self.exec.read(move |conn| Box::pin(users::find_by_email(conn, email.clone()))).await?)
    }
}

#[async_trait]
impl Sessions for DieselStore {
    async fn find_session(&self, token: TokenHash) -> Result<Option<Session>> {
        one(self.exec.read(move |conn| Box::pin(users::find_session(conn, token.0.to_vec()))).await?)
    }
}

#[async_trait]
impl ApiKeys for DieselStore {
    async fn find_api_key(&self, token: TokenHash) -> Result<Option<(ApiKey, User)>> {
        let row = self.exec.read(move |conn| Box::pin(users::find_api_key(conn, token.0.to_vec()))).await?;
        let Some((key, user)) = row else { return Ok(None) };
        Ok(Some((key.try_into()?, user.try_into()?)))
    }

    async fn list_api_keys(&self, user: UserId, request: PageRequest<ApiKeyId>) -> Result<Page<ApiKey>> {
        let (user, after, limit) = (DbId(user.0), request.after.map(|id| DbId(id.0)), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(users::list_api_keys(conn, user, after, limit))).await?;
        page(rows, limit, ApiKey::try_from)
    }
}

#[async_trait]
impl IcalTokens for DieselStore {
    async fn find_ical_token(&self, token: TokenHash) -> Result<Option<(IcalToken, User)>> {
        let row = self.exec.read(move |conn| Box::pin(users::find_ical_token(conn, token.0.to_vec()))).await?;
        let Some((token, user)) = row else { return Ok(None) };
        Ok(Some((token.try_into()?, user.try_into()?)))
    }

    async fn list_ical_tokens(&self, user: UserId, request: PageRequest<IcalTokenId>) -> Result<Page<IcalToken>> {
        let (user, after, limit) = (DbId(user.0), request.after.map(|id| DbId(id.0)), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(users::list_ical_tokens(conn, user, after, limit))).await?;
        page(rows, limit, IcalToken::try_from)
    }
}

fn view((calendar, membership): (CalendarRow, MembershipRow)) -> std::result::Result<CalendarView, Fail> {
    Ok(CalendarView { calendar: calendar.try_into()?, membership: membership.try_into()? })
}

#[async_trait]
impl Calendars for DieselStore {
    async fn find_calendar(&self, id: CalendarId, viewer: UserId) -> Result<Option<CalendarView>> {
        let row = self.exec.read(move |conn| Box::pin(calendars::find(conn, DbId(id.0), DbId(viewer.0)))).await?;
        Ok(row.map(view).transpose()?)
    }

    async fn find_deleted_calendar(&self, id: CalendarId, viewer: UserId) -> Result<Option<CalendarView>> {
        let row =
            self.exec.read(move |conn| Box::pin(calendars::find_deleted(conn, DbId(id.0), DbId(viewer.0)))).await?;
        Ok(row.map(view).transpose()?)
    }

    async fn list_calendars(&self, viewer: UserId, request: PageRequest<CalendarId>) -> Result<Page<CalendarView>> {
        let (viewer, after, limit) = (DbId(viewer.0), request.after.map(|id| DbId(id.0)), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(calendars::list(conn, viewer, after, limit))).await?;
        page(rows, limit, view)
    }

    async fn find_public_calendar(&self, id: CalendarId) -> Result<Option<Calendar>> {
        one(self.exec.read(move |conn| Box::pin(calendars::find_public(conn, DbId(id.0)))).await?)
    }

    async fn list_shared(&self, calendars: Vec<CalendarId>) -> Result<Vec<CalendarId>> {
        let mut found = Vec::new();
        for calendars in calendars.chunks(AT_ONCE) {
            let calendars: Arc<[DbId]> = calendars.iter().map(|id| DbId(id.0)).collect();
            let rows = self.exec.read(move |conn| {
                let calendars = calendars.clone();
                Box::pin(async move { calendars::shared(conn, &calendars).await })
            });
            found.extend(rows.await?.into_iter().map(|id| CalendarId(id.0)));
        }
        Ok(found)
    }

    async fn find_calendar_by_feed(&self, token: TokenHash) -> Result<Option<Calendar>> {
        one(self.exec.read(move |conn| Box::pin(calendars::find_by_feed(conn, token.0.to_vec()))).await?)
    }

    async fn list_seats(&self, viewer: UserId) -> Result<Vec<Seat>> {
        let rows = self.exec.read(move |conn| Box::pin(calendars::seats(conn, DbId(viewer.0)))).await?;
        let read = |(id, owner, text, revision, is_public): calendars::SeatRow| {
            let role = role(id, &text)?;
            Ok(Seat { calendar: CalendarId(id.0), owner: UserId(owner.0), role, revision, is_public })
        };
        rows.into_iter().map(read).collect()
    }

    async fn find_membership(&self, calendar: CalendarId, user: UserId) -> Result<Option<Membership>> {
        let (calendar, user) = (DbId(calendar.0), DbId(user.0));
        one(self.exec.read(move |conn| Box::pin(calendars::find_membership(conn, calendar, user))).await?)
    }

    async fn list_members(&self, calendar: CalendarId, request: PageRequest<UserId>) -> Result<Page<Member>> {
        let (calendar, after, limit) = (DbId(calendar.0), request.after.map(|id| DbId(id.0)), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(calendars::list_members(conn, calendar, after, limit))).await?;
        page(rows, limit, |(membership, email): (MembershipRow, String)| {
            let membership = Membership::try_from(membership)?;
            let unreadable = |_| Fail::broken(format!("user {}: its email cannot be read", membership.user));
            let email = email.parse().map_err(unreadable)?;
            Ok(Member { membership, email })
        })
    }
}

fn seen((event, calendar, viewer): (EventRow, CalendarRow, Option<String>)) -> Result<SeenEvent> {
    let id = calendar.id;
    let role = viewer.map(|text| role(id, &text)).transpose()?;
    Ok(SeenEvent { event: event.try_into()?, calendar: calendar.try_into()?, role })
}

#[async_trait]
impl Events for DieselStore {
    async fn find_event(&self, id: EventId, viewer: UserId) -> Result<Option<SeenEvent>> {
        let row = self.exec.read(move |conn| Box::pin(events::find(conn, DbId(id.0), DbId(viewer.0)))).await?;
        row.map(seen).transpose()
    }

    async fn find_deleted_event(&self, id: EventId, viewer: UserId) -> Result<Option<SeenEvent>> {
        let row = self.exec.read(move |conn| Box::pin(events::find_deleted(conn, DbId(id.0), DbId(viewer.0)))).await?;
        row.map(seen).transpose()
    }

    async fn list_calendar_events(&self, calendar: CalendarId, request: PageRequest<EventId>) -> Result<Page<Event>> {
        let (calendar, after, limit) = (DbId(calendar.0), request.after.map(|id| DbId(id.0)), request.limit);
        let rows =
            self.exec.read_events(vec![calendar], move |conn| Box::pin(events::list_all(conn, calendar, after, limit)));
        let rows = rows.await?;
        page(rows, limit, Event::try_from)
    }

    async fn list_events_by_uid(&self, calendar: CalendarId, uids: Vec<String>) -> Result<Vec<Event>> {
        let mut found = Vec::new();
        for uids in uids.chunks(AT_ONCE) {
            let uids: Arc<[String]> = uids.into();
            let rows = self.exec.read(move |conn| {
                let uids = uids.clone();
                Box::pin(async move { events::list_by_uid(conn, DbId(calendar.0), &uids).await })
            });
            for row in rows.await? {
                found.push(Event::try_from(row)?);
            }
        }
        Ok(found)
    }

    async fn list_events_by_id(&self, calendar: CalendarId, ids: Vec<EventId>) -> Result<Vec<Event>> {
        let mut found = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let ids: Arc<[DbId]> = ids.iter().map(|id| DbId(id.0)).collect();
            let rows = self.exec.read(move |conn| {
                let ids = ids.clone();
                Box::pin(async move { events::list_by_id(conn, DbId(calendar.0), &ids).await })
            });
            for row in rows.await? {
                found.push(Event::try_from(row)?);
            }
        }
        Ok(found)
    }

    async fn list_events(&self, filter: EventFilter) -> Result<Vec<Event>> {
        let Some(query) = WindowQuery::new(filter).map(Arc::new) else { return Ok(Vec::new()) };
        let rows = self.exec.read_events(query.calendars.clone(), move |conn| {
            let query = query.clone();
            Box::pin(async move { events::list(conn, &query).await })
        });
        Ok(rows.await?.into_iter().map(Event::try_from).collect::<std::result::Result<_, Fail>>()?)
    }

    async fn list_single_events(&self, filter: SingleFilter) -> Result<Counted<Event>> {
        let query = Arc::new(events::SingleQuery {
            calendars: filter.calendars.into_iter().map(|id| DbId(id.0)).collect(),
            kinds: filter.kinds.into_iter().map(Kind::as_str).collect(),
            course: filter.course,
            from: filter.from.unwrap_or(Timestamp::MIN).into(),
            to: filter.to.unwrap_or(Timestamp::MAX).into(),
            offset: filter.offset,
            limit: filter.limit,
        });
        let rows = self.exec.read_events(query.calendars.clone(), move |conn| {
            let query = query.clone();
            Box::pin(async move { events::list_singles(conn, &query).await })
        });
        counted(rows.await?)
    }
}

#[async_trait]
impl Courses for DieselStore {
    async fn find_course(&self, owner: UserId, id: &CourseId) -> Result<Option<Course>> {
        let id = id.to_string();
        one(self.exec.read(move |conn| Box::pin(courses::find(conn, DbId(owner.0), id.clone()))).await?)
    }

    async fn list_courses(&self, owner: UserId, offset: usize, limit: usize) -> Result<Counted<Course>> {
        counted(self.exec.read(move |conn| Box::pin(courses::list(conn, DbId(owner.0), offset, limit))).await?)
    }

    async fn list_courses_by_id(&self, owner: UserId, ids: Vec<CourseId>) -> Result<Vec<Course>> {
        let mut found = Vec::new();
        for ids in ids.chunks(AT_ONCE) {
            let ids: Arc<[String]> = ids.iter().map(CourseId::to_string).collect();
            let rows = self.exec.read(move |conn| {
                let ids = ids.clone();
                Box::pin(async move { courses::list_by_id(conn, DbId(owner.0), &ids).await })
            });
            for row in rows.await? {
                found.push(Course::try_from(row)?);
            }
        }
        Ok(found)
    }
}

fn seen_link((link, calendar): (BookingLinkRow, CalendarRow)) -> Result<SeenLink> {
    Ok(SeenLink { link: link.try_into()?, calendar: calendar.try_into()? })
}

#[async_trait]
impl Bookings for DieselStore {
    async fn find_booking_link(&self, id: BookingLinkId) -> Result<Option<SeenLink>> {
        let row = self.exec.read(move |conn| Box::pin(bookings::find_link(conn, DbId(id.0)))).await?;
        row.map(seen_link).transpose()
    }

    async fn find_booking_link_by_token(&self, token: &str) -> Result<Option<SeenLink>> {
        if token.contains('\0') {
            return Ok(None);
        }
        let token = token.to_owned();
        let row = self.exec.read(move |conn| Box::pin(bookings::find_link_by_token(conn, token.clone()))).await?;
        row.map(seen_link).transpose()
    }

    async fn list_booking_links(
        &self,
        calendar: CalendarId,
        request: PageRequest<BookingLinkId>,
    ) -> Result<Page<BookingLink>> {
        let (calendar, after, limit) = (DbId(calendar.0), request.after.map(|id| DbId(id.0)), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(bookings::list_links(conn, calendar, after, limit))).await?;
        page(rows, limit, BookingLink::try_from)
    }

    async fn find_booking(&self, id: BookingId) -> Result<Option<Booking>> {
        one(self.exec.read(move |conn| Box::pin(bookings::find(conn, DbId(id.0)))).await?)
    }

    async fn find_booking_by_cancel_token(&self, token: TokenHash) -> Result<Option<Booking>> {
        one(self.exec.read(move |conn| Box::pin(bookings::find_by_cancel_token(conn, token.0.to_vec()))).await?)
    }

    async fn find_booking_by_reschedule_token(&self, token: TokenHash) -> Result<Option<Booking>> {
        one(self.exec.read(move |conn| Box::pin(bookings::find_by_reschedule_token(conn, token.0.to_vec()))).await?)
    }

    async fn list_bookings_of(&self, events: Vec<EventId>) -> Result<Vec<Booking>> {
        let mut found = Vec::new();
        for events in events.chunks(AT_ONCE) {
            let events: Arc<[DbId]> = events.iter().map(|id| DbId(id.0)).collect();
            let rows = self.exec.read(move |conn| {
                let events = events.clone();
                Box::pin(async move { bookings::list_of(conn, &events).await })
            });
            for row in rows.await? {
                found.push(Booking::try_from(row)?);
            }
        }
        Ok(found)
    }
}

#[async_trait]
impl Contacts for DieselStore {
    async fn find_contact(&self, id: ContactId, owner: UserId) -> Result<Option<Contact>> {
        one(self.exec.read(move |conn| Box::pin(contacts::find(conn, DbId(id.0), DbId(owner.0)))).await?)
    }

    async fn find_deleted_contact(&self, id: ContactId, owner: UserId) -> Result<Option<Contact>> {
        one(self.exec.read(move |conn| Box::pin(contacts::find_deleted(conn, DbId(id.0), DbId(owner.0)))).await?)
    }

    async fn list_contacts(&self, filter: ContactFilter, request: PageRequest<ContactId>) -> Result<Page<Contact>> {
        let (owner, after, limit) = (DbId(filter.owner.0), request.after.map(|id| DbId(id.0)), request.limit);
        let text = filter.text.unwrap_or_default();
        if index::is_nowhere(&text) {
            return Ok(Page { items: Vec::new(), more: false });
        }
        let rows =
            self.exec.read(move |conn| Box::pin(contacts::list(conn, owner, text.clone(), after, limit))).await?;
        page(rows, limit, Contact::try_from)
    }

    async fn list_contacts_by_uid(&self, owner: UserId, uids: Vec<String>) -> Result<Vec<Contact>> {
        let mut found = Vec::new();
        for uids in uids.chunks(AT_ONCE) {
            let uids: Arc<[String]> = uids.into();
            let rows = self.exec.read(move |conn| {
                let uids = uids.clone();
                Box::pin(async move { contacts::list_by_uid(conn, DbId(owner.0), &uids).await })
            });
            for row in rows.await? {
                found.push(Contact::try_from(row)?);
            }
        }
        Ok(found)
    }
}

#[async_trait]
impl Trash for DieselStore {
    async fn list_trash(&self, filter: TrashFilter, request: PageRequest<(Timestamp, Uuid)>) -> Result<Page<Trashed>> {
        let (at, id) = request.after.unwrap_or((Timestamp::MAX, Uuid::max()));
        let query = trash::TrashQuery {
            user: DbId(filter.user.0),
            calendars: filter.kinds.contains(&TrashedKind::Calendar),
            events: filter.kinds.contains(&TrashedKind::Event),
            contacts: filter.kinds.contains(&TrashedKind::Contact),
            since: filter.since.into(),
            before: (at.into(), DbId(id)),
            limit: request.limit,
        };
        let rows = self.exec.read(move |conn| Box::pin(trash::list(conn, query))).await?;
        page(rows, request.limit, |row: trash::TrashRow| {
            let missing = || Fail::broken(format!("{}: deleted, but not when", row.id.0));
            let deleted_at = row.deleted_at.map(DbTs::get).ok_or_else(missing)?;
            let calendar = row.calendar.map(|id| CalendarId(id.0));
            Ok(Trashed { kind: row.kind, id: row.id.0, name: row.name, calendar, deleted_at })
        })
    }
}

#[async_trait]
impl Answers for DieselStore {
    async fn find_answer(&self, caller: &str, key: &str) -> Result<Option<Answer>> {
        let (caller, key) = (caller.to_owned(), key.to_owned());
        one(self.exec.read(move |conn| Box::pin(answers::find(conn, caller.clone(), key.clone()))).await?)
    }
}

#[async_trait]
impl Settings for DieselStore {
    async fn find_setting(&self, key: &str) -> Result<Option<Vec<u8>>> {
        let key = key.to_owned();
        self.exec.read(move |conn| Box::pin(answers::find_setting(conn, key.clone()))).await
    }
}

#[async_trait]
impl Jobs for DieselStore {
    async fn find_job(&self, id: JobId) -> Result<Option<Job>> {
        one(self.exec.read(move |conn| Box::pin(jobs::find(conn, DbId(id.0)))).await?)
    }

    async fn list_jobs(&self, filter: JobFilter, request: PageRequest<JobId>) -> Result<Page<Job>> {
        let (dead, after, limit) = (filter.dead, request.after.map(|id| DbId(id.0)), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(jobs::list(conn, dead, after, limit))).await?;
        page(rows, limit, Job::try_from)
    }

    async fn list_claimed_jobs(&self, lease: Lease) -> Result<Vec<Job>> {
        let rows = self.exec.read(move |conn| Box::pin(jobs::list_claimed(conn, DbId(lease.0)))).await?;
        Ok(rows.into_iter().map(Job::try_from).collect::<std::result::Result<_, Fail>>()?)
    }

    async fn find_next_due(&self) -> Result<Option<Timestamp>> {
        Ok(self.exec.read(|conn| Box::pin(jobs::next_due(conn))).await?.map(DbTs::get))
    }

    async fn count_jobs(&self) -> Result<QueueState> {
        self.exec.read(|conn| Box::pin(jobs::count(conn))).await
    }
}

#[async_trait]
impl Commit for DieselStore {
    async fn commit(&self, changes: Changes) -> Result<()> {
        let writes = if changes.0.len() < MANY {
            write::prepare(changes)?
        } else {
            let prepared = tokio::task::spawn_blocking(move || write::prepare(changes)).await;
            prepared.map_err(|error| StoreError::Broken(error.to_string()))??
        };
        self.exec.commit(writes).await
    }

    async fn ping(&self) -> Result<()> {
        self.exec.ping().await
    }

    fn pool(&self) -> PoolState {
        self.exec.pool()
    }
}
