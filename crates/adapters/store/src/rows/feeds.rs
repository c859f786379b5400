//! Feeds.

use diesel::prelude::*;
use kalends_domain::feed::{Feed, Mirror};
use kalends_domain::id::{CalendarId, FeedId, UserId};

use super::{hash, parse, text, text_opt};
use crate::error::Fail;
use crate::schema::feeds;
use crate::types::{DbId, DbTs};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = feeds, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct FeedRow {
    pub(crate) id: DbId,
    owner_id: DbId,
    name: String,
    url: String,
    format: String,
    destination: String,
    calendar_id: DbId,
    mirror_account: Option<String>,
    mirror_calendar: Option<String>,
    etag: Option<String>,
    last_modified: Option<String>,
    digest: Option<Vec<u8>>,
    held: bool,
    failures: i32,
    last_error: Option<String>,
    last_synced_at: Option<DbTs>,
    next_sync_at: DbTs,
    events: i64,
    created_at: DbTs,
    updated_at: DbTs,
    version: i64,
}

impl TryFrom<Feed> for FeedRow {
    type Error = Fail;

    fn try_from(feed: Feed) -> Result<Self, Fail> {
        let (account, calendar) = feed.mirror.map(|it| (it.account, it.calendar)).unzip();
        Ok(Self {
            id: DbId(feed.id.0),
            owner_id: DbId(feed.owner.0),
            name: text(feed.name)?,
            url: text(feed.url)?,
            format: feed.format.as_str().to_owned(),
            destination: feed.destination.as_str().to_owned(),
            calendar_id: DbId(feed.calendar.0),
            mirror_account: text_opt(account)?,
            mirror_calendar: text_opt(calendar)?,
            etag: text_opt(feed.etag)?,
            last_modified: text_opt(feed.last_modified)?,
            digest: feed.digest.map(|digest| digest.to_vec()),
            held: feed.held,
            failures: feed.failures,
            last_error: text_opt(feed.last_error)?,
            last_synced_at: feed.last_synced_at.map(DbTs::new),
            next_sync_at: feed.next_sync_at.into(),
            events: feed.events,
            created_at: feed.created_at.into(),
            updated_at: feed.updated_at.into(),
            version: feed.version,
        })
    }
}

impl TryFrom<FeedRow> for Feed {
    type Error = Fail;

    fn try_from(row: FeedRow) -> Result<Self, Fail> {
        let named = format!("feed {}", row.id.0);
        Ok(Self {
            id: FeedId(row.id.0),
            owner: UserId(row.owner_id.0),
            format: parse(&named, "format", &row.format)?,
            destination: parse(&named, "destination", &row.destination)?,
            digest: row.digest.map(|digest| hash(&named, &digest)).transpose()?,
            name: row.name,
            url: row.url,
            calendar: CalendarId(row.calendar_id.0),
            mirror: row.mirror_account.zip(row.mirror_calendar).map(|(account, calendar)| Mirror { account, calendar }),
            etag: row.etag,
            last_modified: row.last_modified,
            held: row.held,
            failures: row.failures,
            last_error: row.last_error,
            last_synced_at: row.last_synced_at.map(DbTs::get),
            next_sync_at: row.next_sync_at.get(),
            events: row.events,
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            version: row.version,
        })
    }
}
