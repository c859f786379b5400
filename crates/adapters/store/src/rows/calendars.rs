//! Calendars and memberships.

use diesel::prelude::*;
use kalends_domain::access::Role;
use kalends_domain::account::TokenHash;
use kalends_domain::calendar::{Calendar, Membership};
use kalends_domain::id::{CalendarId, UserId};

use super::{hash, parse, text, text_opt};
use crate::error::Fail;
use crate::schema::{calendars, memberships};
use crate::types::{DbId, DbTs};

/// Only a write to one of the calendar's events moves its `revision` and `touched_at`; an update of its own fields leaves
/// both alone.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = calendars, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct CalendarRow {
    pub(crate) id: DbId,
    owner_id: DbId,
    name: String,
    color: String,
    is_public: bool,
    feed_generation: i32,
    feed_token: Vec<u8>,
    created_at: DbTs,
    updated_at: DbTs,
    deleted_at: Option<DbTs>,
    version: i64,
    #[diesel(skip_update)]
    revision: i64,
    #[diesel(skip_update)]
    touched_at: DbTs,
}

impl TryFrom<Calendar> for CalendarRow {
    type Error = Fail;

    fn try_from(calendar: Calendar) -> Result<Self, Fail> {
        Ok(Self {
            id: DbId(calendar.id.0),
            owner_id: DbId(calendar.owner.0),
            name: text(calendar.name)?,
            color: calendar.color.as_str().to_owned(),
            is_public: calendar.is_public,
            feed_generation: calendar.feed_generation,
            feed_token: calendar.feed_token.0.to_vec(),
            created_at: calendar.created_at.into(),
            updated_at: calendar.updated_at.into(),
            deleted_at: calendar.deleted_at.map(DbTs::new),
            version: calendar.version,
            revision: calendar.revision,
            touched_at: calendar.touched_at.into(),
        })
    }
}

impl TryFrom<CalendarRow> for Calendar {
    type Error = Fail;

    fn try_from(row: CalendarRow) -> Result<Self, Fail> {
        let named = format!("calendar {}", row.id.0);
        Ok(Self {
            id: CalendarId(row.id.0),
            owner: UserId(row.owner_id.0),
            color: parse(&named, "color", &row.color)?,
            feed_token: TokenHash(hash(&named, &row.feed_token)?),
            name: row.name,
            is_public: row.is_public,
            feed_generation: row.feed_generation,
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            deleted_at: row.deleted_at.map(DbTs::get),
            version: row.version,
            revision: row.revision,
            touched_at: row.touched_at.get(),
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = memberships, treat_none_as_default_value = false)]
pub(crate) struct MembershipRow {
    calendar_id: DbId,
    user_id: DbId,
    role: String,
    color_theme: Option<String>,
    created_at: DbTs,
    updated_at: DbTs,
}

impl TryFrom<Membership> for MembershipRow {
    type Error = Fail;

    fn try_from(membership: Membership) -> Result<Self, Fail> {
        Ok(Self {
            calendar_id: DbId(membership.calendar.0),
            user_id: DbId(membership.user.0),
            role: membership.role.as_str().to_owned(),
            color_theme: text_opt(membership.color_theme)?,
            created_at: membership.created_at.into(),
            updated_at: membership.updated_at.into(),
        })
    }
}

impl TryFrom<MembershipRow> for Membership {
    type Error = Fail;

    fn try_from(row: MembershipRow) -> Result<Self, Fail> {
        Ok(Self {
            calendar: CalendarId(row.calendar_id.0),
            user: UserId(row.user_id.0),
            role: role(row.calendar_id, &row.role)?,
            color_theme: row.color_theme,
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
        })
    }
}

/// The role in a membership of this calendar.
pub(crate) fn role(calendar: DbId, text: &str) -> Result<Role, Fail> {
    parse(format_args!("a membership of calendar {}", calendar.0), "role", text)
}
