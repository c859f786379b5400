//! Accounts at providers, links, pairs, and what syncs did.

use std::sync::Arc;

use async_trait::async_trait;
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jiff::Timestamp;
use kalends_domain::account::TokenHash;
use kalends_domain::event::Event;
use kalends_domain::id::{CalendarId, EventId, HistoryId, IntegrationId, LinkId, SyncLogId, UserId};
use kalends_domain::sync::{Health, HistoryEntry, Integration, Link, LinkAttempt, Pair, ProviderKind, SyncLogEntry};
use kalends_ports::{Integrations, Page, PageRequest, SyncHealth};
use uuid::Uuid;

use super::super::backend::Conn;
use super::store::{AT_ONCE, DieselStore, Result, one, page};
use super::{Found, limit_of};
use crate::rows::{AttemptRow, EventRow, HistoryRow, IntegrationRow, LinkRow, LogRow, PairRow};
use crate::schema::{calendar_links, event_history, events, integrations, link_attempts, sync_log, sync_pairs};
use crate::types::{DbId, DbTs};

async fn list(conn: &mut Conn, user: DbId) -> Found<Vec<IntegrationRow>> {
    let query = integrations::table.filter(integrations::user_id.eq(user)).order(integrations::provider);
    Ok(query.select(IntegrationRow::as_select()).load::<IntegrationRow>(conn).await?)
}

async fn find(conn: &mut Conn, user: DbId, provider: &'static str) -> Found<Option<IntegrationRow>> {
    let theirs = integrations::user_id.eq(user).and(integrations::provider.eq(provider));
    let query = integrations::table.filter(theirs).select(IntegrationRow::as_select());
    Ok(query.first::<IntegrationRow>(conn).await.optional()?)
}

async fn find_attempt(conn: &mut Conn, state: Vec<u8>) -> Found<Option<AttemptRow>> {
    let query = link_attempts::table.filter(link_attempts::state.eq(state)).select(AttemptRow::as_select());
    Ok(query.first::<AttemptRow>(conn).await.optional()?)
}

async fn find_link(conn: &mut Conn, id: DbId) -> Found<Option<(LinkRow, IntegrationRow)>> {
    // In two steps: a join of rows this wide takes the compiler minutes.
    let link = calendar_links::table.filter(calendar_links::id.eq(id)).select(LinkRow::as_select());
    let Some(link) = link.first::<LinkRow>(conn).await.optional()? else { return Ok(None) };
    let theirs = integrations::table.filter(integrations::id.eq(link.integration_id));
    let integration = theirs.select(IntegrationRow::as_select()).first::<IntegrationRow>(conn).await.optional()?;
    Ok(integration.map(|integration| (link, integration)))
}

async fn list_links(conn: &mut Conn, integration: DbId) -> Found<Vec<LinkRow>> {
    let theirs = calendar_links::table.filter(calendar_links::integration_id.eq(integration));
    Ok(theirs.order(calendar_links::id).select(LinkRow::as_select()).load::<LinkRow>(conn).await?)
}

async fn list_links_of(conn: &mut Conn, calendar: DbId) -> Found<Vec<LinkRow>> {
    let theirs = calendar_links::table.filter(calendar_links::calendar_id.eq(calendar));
    Ok(theirs.order(calendar_links::id).select(LinkRow::as_select()).load::<LinkRow>(conn).await?)
}

async fn list_due(conn: &mut Conn, before: DbTs, limit: i64) -> Found<Vec<DbId>> {
    let due = calendar_links::synced_at.is_null().or(calendar_links::synced_at.lt(Some(before)));
    let query = calendar_links::table
        .inner_join(integrations::table)
        .filter(integrations::health.ne("unauthorized").and(due.assume_not_null()))
        .order((calendar_links::synced_at.is_null().desc(), calendar_links::synced_at, calendar_links::id))
        .limit(limit);
    Ok(query.select(calendar_links::id).load::<DbId>(conn).await?)
}

/// How many accounts there are by health, and when the link that waits longest was last synced, or made.
async fn count_syncs(conn: &mut Conn) -> Found<(Vec<(String, i64)>, Option<DbTs>)> {
    let counts = integrations::table.group_by(integrations::health).select((integrations::health, count_star()));
    let counts = counts.load::<(String, i64)>(conn).await?;
    let tried = calendar_links::table.inner_join(integrations::table).filter(integrations::health.ne("unauthorized"));
    let never = tried.filter(calendar_links::synced_at.is_null()).order(calendar_links::created_at);
    let never = never.select(calendar_links::created_at).first::<DbTs>(conn).await.optional()?;
    let once = tried.filter(calendar_links::synced_at.is_not_null()).order(calendar_links::synced_at);
    let once = once.select(calendar_links::synced_at.assume_not_null()).first::<DbTs>(conn).await.optional()?;
    Ok((counts, never.into_iter().chain(once).min_by_key(|at| at.get())))
}

async fn count_pairs(conn: &mut Conn, link: DbId) -> Found<i64> {
    Ok(sync_pairs::table.filter(sync_pairs::link_id.eq(link)).count().get_result::<i64>(conn).await?)
}

async fn list_pairs(conn: &mut Conn, link: DbId, after: DbId, limit: usize) -> Found<Vec<PairRow>> {
    let behind = sync_pairs::link_id.eq(link).and(sync_pairs::event_id.gt(after));
    let query = sync_pairs::table.filter(behind).order(sync_pairs::event_id).limit(limit_of(limit));
    Ok(query.select(PairRow::as_select()).load::<PairRow>(conn).await?)
}

async fn pairs_by_remote(conn: &mut Conn, link: DbId, remotes: &[String]) -> Found<Vec<PairRow>> {
    let named = sync_pairs::link_id.eq(link).and(sync_pairs::remote_id.eq_any(remotes));
    Ok(sync_pairs::table.filter(named).select(PairRow::as_select()).load::<PairRow>(conn).await?)
}

async fn pairs_by_event(conn: &mut Conn, link: DbId, ids: &[DbId]) -> Found<Vec<PairRow>> {
    let named = sync_pairs::link_id.eq(link).and(sync_pairs::event_id.eq_any(ids));
    Ok(sync_pairs::table.filter(named).select(PairRow::as_select()).load::<PairRow>(conn).await?)
}

async fn pairs_changed(conn: &mut Conn, link: DbId, calendar: DbId, after: DbId, limit: usize) -> Found<Vec<PairRow>> {
    let gone = events::id.nullable().is_null();
    let moved = events::calendar_id.nullable().ne(calendar);
    let changed = events::version.nullable().ne(sync_pairs::version.nullable());
    let behind = sync_pairs::link_id.eq(link).and(sync_pairs::event_id.gt(after));
    let query = sync_pairs::table
        .left_join(events::table.on(events::id.eq(sync_pairs::event_id)))
        .filter(behind)
        .filter(gone.or(moved.assume_not_null()).or(changed.assume_not_null()))
        .order(sync_pairs::event_id)
        .limit(limit_of(limit));
    Ok(query.select(PairRow::as_select()).load::<PairRow>(conn).await?)
}

async fn events_unpaired(
    conn: &mut Conn,
    link: DbId,
    calendar: DbId,
    after: DbId,
    limit: usize,
) -> Found<Vec<EventRow>> {
    let paired = sync_pairs::link_id.eq(link).and(sync_pairs::event_id.eq(events::id));
    let behind = events::calendar_id.eq(calendar).and(events::id.gt(after)).and(events::deleted_at.is_null());
    let query = events::table
        .left_join(sync_pairs::table.on(paired))
        .filter(behind)
        .filter(sync_pairs::event_id.nullable().is_null())
        .order(events::id)
        .limit(limit_of(limit));
    Ok(query.select(EventRow::as_select()).load::<EventRow>(conn).await?)
}

async fn list_log(conn: &mut Conn, integration: DbId, before: DbId, limit: usize) -> Found<Vec<LogRow>> {
    let theirs = sync_log::integration_id.eq(integration).and(sync_log::id.lt(before));
    let query = sync_log::table.filter(theirs).order(sync_log::id.desc()).limit(limit_of(limit));
    Ok(query.select(LogRow::as_select()).load::<LogRow>(conn).await?)
}

async fn list_history(conn: &mut Conn, event: DbId, before: DbId, limit: usize) -> Found<Vec<HistoryRow>> {
    let theirs = event_history::event_id.eq(event).and(event_history::id.lt(before));
    let query = event_history::table.filter(theirs).order(event_history::id.desc()).limit(limit_of(limit));
    Ok(query.select(HistoryRow::as_select()).load::<HistoryRow>(conn).await?)
}

/// Forgets accounts with all that hangs on them.
pub(super) async fn remove(conn: &mut Conn, ids: Vec<DbId>) -> Found<()> {
    let links = calendar_links::table.filter(calendar_links::integration_id.eq_any(&ids));
    let links = links.select(calendar_links::id).load::<DbId>(conn).await?;
    remove_links(conn, links).await?;
    diesel::delete(sync_log::table.filter(sync_log::integration_id.eq_any(&ids))).execute(conn).await?;
    diesel::delete(integrations::table.filter(integrations::id.eq_any(&ids))).execute(conn).await?;
    Ok(())
}

pub(super) async fn remove_of(conn: &mut Conn, user: DbId) -> Found<()> {
    let theirs = integrations::table.filter(integrations::user_id.eq(user));
    let ids = theirs.select(integrations::id).load::<DbId>(conn).await?;
    remove(conn, ids).await?;
    diesel::delete(link_attempts::table.filter(link_attempts::user_id.eq(user))).execute(conn).await?;
    Ok(())
}

pub(super) async fn remove_links(conn: &mut Conn, ids: Vec<DbId>) -> Found<()> {
    diesel::delete(sync_pairs::table.filter(sync_pairs::link_id.eq_any(&ids))).execute(conn).await?;
    diesel::delete(calendar_links::table.filter(calendar_links::id.eq_any(&ids))).execute(conn).await?;
    Ok(())
}

pub(super) async fn put_pair(conn: &mut Conn, pair: &PairRow) -> Found<()> {
    diesel::insert_into(sync_pairs::table)
        .values(pair)
        .on_conflict((sync_pairs::link_id, sync_pairs::event_id))
        .do_update()
        .set(pair)
        .execute(conn)
        .await?;
    Ok(())
}

pub(super) async fn trim(conn: &mut Conn, integration: DbId, keep: i64) -> Found<()> {
    let theirs = sync_log::table.filter(sync_log::integration_id.eq(integration));
    let newest_gone = theirs.order(sync_log::id.desc()).offset(keep).limit(1).select(sync_log::id);
    if let Some(last) = newest_gone.first::<DbId>(conn).await.optional()? {
        let old = sync_log::integration_id.eq(integration).and(sync_log::id.le(last));
        diesel::delete(sync_log::table.filter(old)).execute(conn).await?;
    }
    Ok(())
}

fn from(after: Option<EventId>) -> DbId {
    DbId(after.map_or(Uuid::nil(), |id| id.0))
}

#[async_trait]
impl Integrations for DieselStore {
    async fn list_integrations(&self, user: UserId) -> Result<Vec<Integration>> {
        let rows = self.exec.read(move |conn| Box::pin(list(conn, DbId(user.0)))).await?;
        rows.into_iter().map(|row| Ok(row.try_into()?)).collect()
    }

    async fn find_integration(&self, user: UserId, provider: ProviderKind) -> Result<Option<Integration>> {
        one(self.exec.read(move |conn| Box::pin(find(conn, DbId(user.0), provider.as_str()))).await?)
    }

    async fn find_link_attempt(&self, state: TokenHash) -> Result<Option<LinkAttempt>> {
        one(self.exec.read(move |conn| Box::pin(find_attempt(conn, state.0.to_vec()))).await?)
    }

    async fn find_link(&self, id: LinkId) -> Result<Option<(Link, Integration)>> {
        let row = self.exec.read(move |conn| Box::pin(find_link(conn, DbId(id.0)))).await?;
        let Some((link, integration)) = row else { return Ok(None) };
        Ok(Some((link.into(), integration.try_into()?)))
    }

    async fn list_links(&self, integration: IntegrationId) -> Result<Vec<Link>> {
        let rows = self.exec.read(move |conn| Box::pin(list_links(conn, DbId(integration.0)))).await?;
        Ok(rows.into_iter().map(Link::from).collect())
    }

    async fn list_links_of(&self, calendar: CalendarId) -> Result<Vec<Link>> {
        let rows = self.exec.read(move |conn| Box::pin(list_links_of(conn, DbId(calendar.0)))).await?;
        Ok(rows.into_iter().map(Link::from).collect())
    }

    async fn list_links_due(&self, before: Timestamp, limit: usize) -> Result<Vec<LinkId>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self.exec.read(move |conn| Box::pin(list_due(conn, before.into(), limit))).await?;
        Ok(rows.into_iter().map(|id| LinkId(id.0)).collect())
    }

    async fn count_syncs(&self) -> Result<SyncHealth> {
        let (counts, oldest) = self.exec.read(|conn| Box::pin(count_syncs(conn))).await?;
        let of = |health: Health| {
            let found = counts.iter().find(|(name, _)| name == health.as_str());
            found.map_or(0, |(_, count)| u64::try_from(*count).unwrap_or(0))
        };
        let [good, failing, stopped] = [Health::Connected, Health::Failing, Health::Unauthorized].map(of);
        Ok(SyncHealth { good, failing, stopped, oldest: oldest.map(DbTs::get) })
    }

    async fn count_pairs(&self, link: LinkId) -> Result<usize> {
        let count = self.exec.read(move |conn| Box::pin(count_pairs(conn, DbId(link.0)))).await?;
        Ok(usize::try_from(count).unwrap_or(0))
    }

    async fn list_pairs(&self, link: LinkId, request: PageRequest<EventId>) -> Result<Page<Pair>> {
        let (link, after, limit) = (DbId(link.0), from(request.after), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(list_pairs(conn, link, after, limit))).await?;
        page(rows, limit, Pair::try_from)
    }

    async fn list_pairs_by_remote(&self, link: LinkId, remotes: Vec<String>) -> Result<Vec<Pair>> {
        let mut found = Vec::new();
        for remotes in remotes.chunks(AT_ONCE) {
            let remotes: Arc<[String]> = remotes.iter().filter(|id| !id.contains('\0')).cloned().collect();
            let rows = self.exec.read(move |conn| {
                let remotes = remotes.clone();
                Box::pin(async move { pairs_by_remote(conn, DbId(link.0), &remotes).await })
            });
            for row in rows.await? {
                found.push(Pair::try_from(row)?);
            }
        }
        Ok(found)
    }

    async fn list_pairs_by_event(&self, link: LinkId, events: Vec<EventId>) -> Result<Vec<Pair>> {
        let mut found = Vec::new();
        for ids in events.chunks(AT_ONCE) {
            let ids: Arc<[DbId]> = ids.iter().map(|id| DbId(id.0)).collect();
            let rows = self.exec.read(move |conn| {
                let ids = ids.clone();
                Box::pin(async move { pairs_by_event(conn, DbId(link.0), &ids).await })
            });
            for row in rows.await? {
                found.push(Pair::try_from(row)?);
            }
        }
        Ok(found)
    }

    async fn list_pairs_changed(
        &self,
        link: LinkId,
        calendar: CalendarId,
        request: PageRequest<EventId>,
    ) -> Result<Page<Pair>> {
        let (link, calendar, after, limit) = (DbId(link.0), DbId(calendar.0), from(request.after), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(pairs_changed(conn, link, calendar, after, limit))).await?;
        page(rows, limit, Pair::try_from)
    }

    async fn list_events_unpaired(
        &self,
        link: LinkId,
        calendar: CalendarId,
        request: PageRequest<EventId>,
    ) -> Result<Page<Event>> {
        let (link, calendar, after, limit) = (DbId(link.0), DbId(calendar.0), from(request.after), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(events_unpaired(conn, link, calendar, after, limit))).await?;
        page(rows, limit, Event::try_from)
    }

    async fn list_sync_log(
        &self,
        integration: IntegrationId,
        request: PageRequest<SyncLogId>,
    ) -> Result<Page<SyncLogEntry>> {
        let before = DbId(request.after.map_or(Uuid::max(), |id| id.0));
        let (integration, limit) = (DbId(integration.0), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(list_log(conn, integration, before, limit))).await?;
        page(rows, limit, SyncLogEntry::try_from)
    }

    async fn list_history(&self, event: EventId, request: PageRequest<HistoryId>) -> Result<Page<HistoryEntry>> {
        let before = DbId(request.after.map_or(Uuid::max(), |id| id.0));
        let (event, limit) = (DbId(event.0), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(list_history(conn, event, before, limit))).await?;
        page(rows, limit, |row| Ok(HistoryEntry::from(row)))
    }
}
