//! Reads of feeds.

use async_trait::async_trait;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kalends_domain::feed::Feed;
use kalends_domain::id::{CalendarId, FeedId, UserId};
use kalends_ports::{Feeds, Page, PageRequest, SyncHealth};
use uuid::Uuid;

use super::super::backend::Conn;
use super::store::{DieselStore, Result, one, page};
use super::{Found, limit_of};
use crate::rows::FeedRow;
use crate::schema::feeds;
use crate::types::{DbId, DbTs};

async fn find(conn: &mut Conn, id: DbId) -> Found<Option<FeedRow>> {
    let query = feeds::table.filter(feeds::id.eq(id)).select(FeedRow::as_select());
    Ok(query.first::<FeedRow>(conn).await.optional()?)
}

async fn find_by_name(conn: &mut Conn, owner: DbId, name: String) -> Found<Option<FeedRow>> {
    let named = feeds::owner_id.eq(owner).and(feeds::name.eq(name));
    Ok(feeds::table.filter(named).select(FeedRow::as_select()).first::<FeedRow>(conn).await.optional()?)
}

async fn find_of(conn: &mut Conn, calendar: DbId) -> Found<Option<FeedRow>> {
    let query = feeds::table.filter(feeds::calendar_id.eq(calendar)).select(FeedRow::as_select());
    Ok(query.first::<FeedRow>(conn).await.optional()?)
}

async fn list(conn: &mut Conn, owner: DbId, after: DbId, limit: usize) -> Found<Vec<FeedRow>> {
    let theirs = feeds::owner_id.eq(owner).and(feeds::id.gt(after));
    let query = feeds::table.filter(theirs).order(feeds::id).limit(limit_of(limit));
    Ok(query.select(FeedRow::as_select()).load::<FeedRow>(conn).await?)
}

async fn count(conn: &mut Conn, owner: DbId) -> Found<i64> {
    Ok(feeds::table.filter(feeds::owner_id.eq(owner)).count().get_result::<i64>(conn).await?)
}

/// How many feeds there are, and of them failing, and when the one that waits longest was last synced, or made.
async fn count_syncs(conn: &mut Conn) -> Found<(i64, i64, Option<DbTs>)> {
    let all = feeds::table.count().get_result::<i64>(conn).await?;
    let failing = feeds::table.filter(feeds::failures.gt(0)).count().get_result::<i64>(conn).await?;
    let never = feeds::table.filter(feeds::last_synced_at.is_null()).order(feeds::created_at);
    let never = never.select(feeds::created_at).first::<DbTs>(conn).await.optional()?;
    let once = feeds::table.filter(feeds::last_synced_at.is_not_null()).order(feeds::last_synced_at);
    let once = once.select(feeds::last_synced_at.assume_not_null()).first::<DbTs>(conn).await.optional()?;
    Ok((all, failing, never.into_iter().chain(once).min_by_key(|at| at.get())))
}

#[async_trait]
impl Feeds for DieselStore {
    async fn find_feed(&self, id: FeedId) -> Result<Option<Feed>> {
        one(self.exec.read(move |conn| Box::pin(find(conn, DbId(id.0)))).await?)
    }

    async fn find_feed_by_name(&self, owner: UserId, name: &str) -> Result<Option<Feed>> {
        if name.contains('\0') {
            return Ok(None);
        }
        let name = name.to_owned();
        one(self.exec.read(move |conn| Box::pin(find_by_name(conn, DbId(owner.0), name.clone()))).await?)
    }

    async fn find_feed_of(&self, calendar: CalendarId) -> Result<Option<Feed>> {
        one(self.exec.read(move |conn| Box::pin(find_of(conn, DbId(calendar.0)))).await?)
    }

    async fn list_feeds(&self, owner: UserId, request: PageRequest<FeedId>) -> Result<Page<Feed>> {
        let after = DbId(request.after.map_or(Uuid::nil(), |id| id.0));
        let (owner, limit) = (DbId(owner.0), request.limit);
        let rows = self.exec.read(move |conn| Box::pin(list(conn, owner, after, limit))).await?;
        page(rows, limit, Feed::try_from)
    }

    async fn count_feeds(&self, owner: UserId) -> Result<usize> {
        let count = self.exec.read(move |conn| Box::pin(count(conn, DbId(owner.0)))).await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    async fn count_feed_syncs(&self) -> Result<SyncHealth> {
        let (all, failing, oldest) = self.exec.read(|conn| Box::pin(count_syncs(conn))).await?;
        let [good, failing] = [all - failing, failing].map(|count| u64::try_from(count).unwrap_or_default());
        Ok(SyncHealth { good, failing, stopped: 0, oldest: oldest.map(DbTs::get) })
    }
}
