//! Events: one row each.

use diesel::prelude::*;
use kalends_domain::event::Event;
use kalends_domain::id::{CalendarId, EventId, UserId};

use super::{document, text};
use crate::doc::EventDoc;
use crate::error::{Fail, short};
use crate::index::{self, Place};
use crate::schema::events;
use crate::types::{DbDoc, DbId, DbTs};

/// What is read of an event. `starts_at` is only for keeping the order of a list.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = events)]
pub(crate) struct EventRow {
    pub(crate) id: DbId,
    pub(crate) calendar_id: DbId,
    uid: String,
    pub(crate) starts_at: DbTs,
    doc: DbDoc,
    created_by: DbId,
    updated_by: DbId,
    created_at: DbTs,
    updated_at: DbTs,
    deleted_at: Option<DbTs>,
    version: i64,
}

impl TryFrom<EventRow> for Event {
    type Error = Fail;

    fn try_from(row: EventRow) -> Result<Self, Fail> {
        let broken = |reason: String| Fail::broken(short(&format!("event {}: {reason}", row.id.0)));
        let doc: EventDoc =
            serde_json::from_str(&row.doc.0).map_err(|error| broken(format!("its document: {error}")))?;
        let content = doc.read().map_err(|error| broken(error.to_string()))?;
        Ok(Self {
            id: EventId(row.id.0),
            calendar: CalendarId(row.calendar_id.0),
            uid: row.uid,
            details: content.details,
            recurrence: content.recurrence,
            overrides: content.overrides,
            course_id: content.course_id,
            case_id: content.case_id,
            sequence: content.sequence,
            created_by: UserId(row.created_by.0),
            updated_by: UserId(row.updated_by.0),
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            deleted_at: row.deleted_at.map(DbTs::get),
            version: row.version,
        })
    }
}

/// What is written of an event: the document, and the columns by which it is found.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = events, treat_none_as_default_value = false)]
pub(crate) struct NewEventRow {
    pub(crate) id: DbId,
    pub(crate) calendar_id: DbId,
    pub(crate) uid: String,
    pub(crate) title: String,
    pub(crate) starts_at: DbTs,
    pub(crate) ends_at: DbTs,
    pub(crate) is_series: bool,
    pub(crate) reach: i16,
    pub(crate) search_text: String,
    pub(crate) tags_text: String,
    pub(crate) kind: String,
    /// Empty where there is none.
    pub(crate) course_id: String,
    /// Empty where there is none.
    pub(crate) case_id: String,
    pub(crate) doc: DbDoc,
    pub(crate) created_by: DbId,
    pub(crate) updated_by: DbId,
    pub(crate) created_at: DbTs,
    pub(crate) updated_at: DbTs,
    pub(crate) deleted_at: Option<DbTs>,
    pub(crate) version: i64,
}

impl TryFrom<Event> for NewEventRow {
    type Error = Fail;

    fn try_from(event: Event) -> Result<Self, Fail> {
        let extent = event.extent().map_err(|error| Fail::broken(format!("event {}: {error}", event.id)))?;
        let Place { starts_at, ends_at, reach } = Place::of(extent);
        let (search_text, tags_text) = (index::search_text(&event), index::tags_text(&event));
        let doc = document(format_args!("event {}", event.id), &EventDoc::from(&event))?;
        Ok(Self {
            id: DbId(event.id.0),
            calendar_id: DbId(event.calendar.0),
            title: text(event.details.title)?,
            uid: text(event.uid)?,
            starts_at,
            ends_at,
            is_series: event.recurrence.is_some(),
            reach,
            search_text: text(search_text)?,
            tags_text: text(tags_text)?,
            kind: event.details.kind.as_str().to_owned(),
            course_id: text(event.course_id.unwrap_or_default())?,
            case_id: event.case_id.map(|case| case.to_string()).unwrap_or_default(),
            doc,
            created_by: DbId(event.created_by.0),
            updated_by: DbId(event.updated_by.0),
            created_at: event.created_at.into(),
            updated_at: event.updated_at.into(),
            deleted_at: event.deleted_at.map(DbTs::new),
            version: event.version,
        })
    }
}
