//! Fristen and their history: reads, and how an entry is appended.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jiff::Timestamp;
use kalends_domain::event::Event;
use kalends_domain::frist::record::{EntryHash, Head, KeptRecord};
use kalends_domain::frist::{Frist, Status};
use kalends_domain::id::{CalendarId, EventId, UserId};
use kalends_ports::{FristFilter, Fristen, KeptFrist, Page, PageRequest, SeenFrist};
use uuid::Uuid;

use super::super::backend::Conn;
use super::store::{AT_ONCE, DieselStore, Result, page};
use super::{Found, limit_of};
use crate::error::Fail;
use crate::rows::{EntryText, EventRow, FristRow, RecordRow, entry_hash, role};
use crate::schema::{calendars, events, frist_history, frist_history_end, fristen, memberships};
use crate::types::{DbId, DbTs};

type Both = (FristRow, EventRow);

/// The number of the one row that says where the history ends.
const END: i32 = 1;

async fn find(conn: &mut Conn, id: DbId, viewer: DbId) -> Found<Option<(FristRow, EventRow, Option<String>)>> {
    let frist = fristen::table.filter(fristen::id.eq(id)).select(FristRow::as_select());
    let Some(frist) = frist.first::<FristRow>(conn).await.optional()? else { return Ok(None) };
    let live = events::id.eq(id).and(calendars::deleted_at.is_null());
    let event = events::table.inner_join(calendars::table).filter(live).select(EventRow::as_select());
    let Some(event) = event.first::<EventRow>(conn).await.optional()? else { return Ok(None) };
    let place = memberships::calendar_id.eq(event.calendar_id).and(memberships::user_id.eq(viewer));
    let role = memberships::table.filter(place).select(memberships::role).first::<String>(conn).await.optional()?;
    Ok(Some((frist, event, role)))
}

/// Each with its event, in their order. In two steps: a join of rows this wide takes the compiler minutes.
async fn with_events(conn: &mut Conn, rows: Vec<FristRow>) -> Found<Vec<Both>> {
    let ids: Vec<DbId> = rows.iter().map(|row| row.id).collect();
    let query = events::table.filter(events::id.eq_any(ids)).select(EventRow::as_select());
    let found = query.load::<EventRow>(conn).await?;
    let mut events: HashMap<Uuid, EventRow> = found.into_iter().map(|event| (event.id.0, event)).collect();
    Ok(rows.into_iter().filter_map(|row| events.remove(&row.id.0).map(|event| (row, event))).collect())
}

/// Which Fristen are wanted, in the values of columns. An id of zeroes asks for any.
#[derive(Debug, Clone)]
struct FristQuery {
    calendars: Vec<DbId>,
    verified: Option<bool>,
    case: DbId,
    assignee: DbId,
    chain: DbId,
    from: DbTs,
    before: DbTs,
}

impl From<FristFilter> for FristQuery {
    fn from(filter: FristFilter) -> Self {
        let id = |id: Option<Uuid>| DbId(id.unwrap_or(Uuid::nil()));
        let (mut from, mut before) = (filter.from.unwrap_or(Timestamp::MIN), filter.before.unwrap_or(Timestamp::MAX));
        match filter.status {
            Some(Status::Open) => from = from.max(filter.now),
            Some(Status::Expired) => before = before.min(filter.now),
            Some(Status::Verified) | None => {}
        }
        Self {
            calendars: filter.calendars.into_iter().map(|id| DbId(id.0)).collect(),
            verified: filter.status.map(|status| status == Status::Verified),
            case: id(filter.case),
            assignee: id(filter.assignee.map(|user| user.0)),
            chain: id(filter.chain.map(|chain| chain.0)),
            from: from.into(),
            before: before.into(),
        }
    }
}

/// The condition that a query of [`FristQuery`] sets. One statement serves whatever is asked for.
macro_rules! wanted {
    ($query:expr) => {{
        let q = $query;
        let any = |id: DbId| (id.0.is_nil()).into_sql::<diesel::sql_types::Bool>();
        let any_case = any(q.case).or(fristen::case_id.eq(q.case));
        let any_assignee = any(q.assignee).or(fristen::assignee_id.eq(q.assignee));
        let any_chain = any(q.chain).or(fristen::chain_id.eq(q.chain));
        let any_status = q.verified.is_none().into_sql::<diesel::sql_types::Bool>();
        fristen::calendar_id
            .eq_any(&q.calendars)
            .and(fristen::deleted.eq(false))
            .and(fristen::due_at.ge(q.from).and(fristen::due_at.lt(q.before)))
            .and(any_status.or(fristen::verified.eq(q.verified.unwrap_or_default())))
            .and(any_case)
            .and(any_assignee)
            .and(any_chain)
    }};
}

/// One row more than asked for, if there is one.
async fn list(conn: &mut Conn, query: &FristQuery, after: Option<(DbTs, DbId)>, limit: usize) -> Found<Vec<Both>> {
    let (at, id) = after.unwrap_or((DbTs::new(Timestamp::MIN), DbId(Uuid::nil())));
    let behind = fristen::due_at.gt(at).or(fristen::due_at.eq(at).and(fristen::id.gt(id)));
    let rows = fristen::table
        .filter(wanted!(query).and(behind))
        .order((fristen::due_at, fristen::id))
        .limit(limit_of(limit))
        .select(FristRow::as_select());
    let rows = rows.load::<FristRow>(conn).await?;
    with_events(conn, rows).await
}

async fn count(conn: &mut Conn, query: &FristQuery) -> Found<i64> {
    Ok(fristen::table.filter(wanted!(query)).count().get_result::<i64>(conn).await?)
}

async fn list_about(conn: &mut Conn, ids: &[DbId]) -> Found<Vec<Both>> {
    let about = fristen::id.eq_any(ids).or(fristen::trigger_id.eq_any(ids));
    let rows = fristen::table.filter(about).select(FristRow::as_select()).load::<FristRow>(conn).await?;
    with_events(conn, rows).await
}

async fn list_in(conn: &mut Conn, calendars: &[DbId], deleted: bool, after: DbId) -> Found<Vec<Both>> {
    let there = fristen::calendar_id.eq_any(calendars).and(fristen::deleted.eq(deleted));
    let rows = fristen::table
        .filter(there.and(fristen::id.gt(after)))
        .order(fristen::id)
        .limit(limit_of(AT_ONCE))
        .select(FristRow::as_select());
    let rows = rows.load::<FristRow>(conn).await?;
    with_events(conn, rows).await
}

/// One row more than asked for, if there is one; each tells whether its calendar is deleted.
async fn list_all(conn: &mut Conn, after: DbId, limit: usize) -> Found<Vec<(Both, bool)>> {
    let rows = fristen::table
        .filter(fristen::id.gt(after))
        .order(fristen::id)
        .limit(limit_of(limit))
        .select(FristRow::as_select());
    let rows = rows.load::<FristRow>(conn).await?;
    let found = with_events(conn, rows).await?;
    let theirs: Vec<DbId> = found.iter().map(|(_, event)| event.calendar_id).collect();
    let gone = calendars::table.filter(calendars::id.eq_any(theirs).and(calendars::deleted_at.is_not_null()));
    let gone = gone.select(calendars::id).load::<DbId>(conn).await?;
    let told = |both: Both| {
        let gone = gone.contains(&both.1.calendar_id);
        (both, gone)
    };
    Ok(found.into_iter().map(told).collect())
}

/// One row more than asked for, if there is one.
async fn list_records(conn: &mut Conn, frist: Option<DbId>, after: i64, limit: usize) -> Found<Vec<RecordRow>> {
    let behind = frist_history::table
        .filter(frist_history::seq.gt(after))
        .order(frist_history::seq)
        .limit(limit_of(limit))
        .select(RecordRow::as_select());
    Ok(match frist {
        Some(frist) => behind.filter(frist_history::frist_id.eq(frist)).load::<RecordRow>(conn).await?,
        None => behind.load::<RecordRow>(conn).await?,
    })
}

async fn head(conn: &mut Conn) -> Found<Head> {
    let end = frist_history_end::table.filter(frist_history_end::id.eq(END));
    let columns = (frist_history_end::seq, frist_history_end::hash);
    let (seq, hash) = end.select(columns).first::<(i64, Vec<u8>)>(conn).await.optional()?.ok_or_else(no_end)?;
    Ok(Head { seq, hash: entry_hash("the end of the history", &hash)? })
}

/// Appends entries, in their order. Taking the row of the end first lets one commit after the other in here.
pub(super) async fn append(conn: &mut Conn, entries: &[&EntryText]) -> Found<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let end = || frist_history_end::table.filter(frist_history_end::id.eq(END));
    let taken = diesel::update(end()).set(frist_history_end::seq.eq(frist_history_end::seq + count));
    if taken.execute(conn).await? != 1 {
        return Err(no_end());
    }
    let Head { seq, mut hash } = head(conn).await?;
    for (seq, entry) in (seq - count + 1..).zip(entries) {
        hash = hash.then(&entry.text);
        let row = RecordRow::new(seq, entry, hash);
        diesel::insert_into(frist_history::table).values(&row).execute(conn).await?;
    }
    let EntryHash(bytes) = hash;
    diesel::update(end()).set(frist_history_end::hash.eq(bytes.to_vec())).execute(conn).await?;
    Ok(())
}

fn no_end() -> Fail {
    Fail::broken("the end of the history of Fristen is not noted any more")
}

fn read((frist, event): Both) -> std::result::Result<(Frist, Event), Fail> {
    Ok((frist.try_into()?, event.try_into()?))
}

#[async_trait]
impl Fristen for DieselStore {
    async fn find_frist(&self, id: EventId, viewer: UserId) -> Result<Option<SeenFrist>> {
        let row = self.exec.read(move |conn| Box::pin(find(conn, DbId(id.0), DbId(viewer.0)))).await?;
        let Some((frist, event, place)) = row else { return Ok(None) };
        let (frist, event) = read((frist, event))?;
        let role = place.map(|word| role(DbId(event.calendar.0), &word)).transpose()?;
        Ok(Some(SeenFrist { frist, event, role }))
    }

    async fn list_fristen(
        &self,
        filter: FristFilter,
        request: PageRequest<(Timestamp, EventId)>,
    ) -> Result<Page<(Frist, Event)>> {
        let after = request.after.map(|(at, id)| (DbTs::new(at), DbId(id.0)));
        let (query, limit) = (Arc::new(FristQuery::from(filter)), request.limit);
        let rows = self.exec.read(move |conn| {
            let query = query.clone();
            Box::pin(async move { list(conn, &query, after, limit).await })
        });
        page(rows.await?, limit, read)
    }

    async fn count_fristen(&self, filter: FristFilter) -> Result<usize> {
        let query = Arc::new(FristQuery::from(filter));
        let count = self.exec.read(move |conn| {
            let query = query.clone();
            Box::pin(async move { count(conn, &query).await })
        });
        Ok(usize::try_from(count.await?).unwrap_or(0))
    }

    async fn list_fristen_about(&self, events: Vec<EventId>) -> Result<Vec<(Frist, Event)>> {
        let mut found = Vec::new();
        for ids in events.chunks(AT_ONCE) {
            let ids: Arc<[DbId]> = ids.iter().map(|id| DbId(id.0)).collect();
            let rows = self.exec.read(move |conn| {
                let ids = ids.clone();
                Box::pin(async move { list_about(conn, &ids).await })
            });
            for row in rows.await? {
                found.push(read(row)?);
            }
        }
        // One whose event is in one part, and what it is computed from in another.
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|(frist, _)| seen.insert(frist.id));
        Ok(found)
    }

    async fn list_fristen_in(&self, calendars: Vec<CalendarId>, deleted: bool) -> Result<Vec<(Frist, Event)>> {
        let calendars: Arc<[DbId]> = calendars.into_iter().map(|id| DbId(id.0)).collect();
        let (mut found, mut after): (Vec<(Frist, Event)>, _) = (Vec::new(), DbId(Uuid::nil()));
        loop {
            let calendars = calendars.clone();
            let rows = self.exec.read(move |conn| {
                let calendars = calendars.clone();
                Box::pin(async move { list_in(conn, &calendars, deleted, after).await })
            });
            let page = page(rows.await?, AT_ONCE, read)?;
            found.extend(page.items);
            match found.last() {
                Some((last, _)) if page.more => after = DbId(last.id.0),
                _ => return Ok(found),
            }
        }
    }

    async fn list_all_fristen(&self, request: PageRequest<EventId>) -> Result<Page<KeptFrist>> {
        let (after, limit) = (DbId(request.after.map_or(Uuid::nil(), |id| id.0)), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(list_all(conn, after, limit)));
        page(rows.await?, limit, |(both, calendar_deleted)| {
            let (frist, event) = read(both)?;
            Ok(KeptFrist { frist, event, calendar_deleted })
        })
    }

    async fn list_frist_records(&self, frist: Option<EventId>, request: PageRequest<i64>) -> Result<Page<KeptRecord>> {
        let (frist, after, limit) = (frist.map(|id| DbId(id.0)), request.after.unwrap_or(i64::MIN), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(list_records(conn, frist, after, limit))).await?;
        page(rows, limit, KeptRecord::try_from)
    }

    async fn find_frist_head(&self) -> Result<Head> {
        self.exec.read(|conn| Box::pin(head(conn))).await
    }
}
