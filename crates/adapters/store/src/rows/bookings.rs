//! Booking links and bookings.

use diesel::prelude::*;
use kalends_domain::account::TokenHash;
use kalends_domain::booking::{Booking, BookingLink};
use kalends_domain::id::{BookingId, BookingLinkId, CalendarId, EventId};

use super::{document, hash, text};
use crate::doc::{BookerDoc, SettingsDoc};
use crate::error::{Fail, short};
use crate::schema::{booking_links, bookings};
use crate::types::{DbDoc, DbId, DbTs};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = booking_links, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct BookingLinkRow {
    pub(crate) id: DbId,
    calendar_id: DbId,
    token: String,
    active: bool,
    settings: DbDoc,
    created_at: DbTs,
    updated_at: DbTs,
    deleted_at: Option<DbTs>,
    version: i64,
}

impl TryFrom<BookingLink> for BookingLinkRow {
    type Error = Fail;

    fn try_from(link: BookingLink) -> Result<Self, Fail> {
        Ok(Self {
            id: DbId(link.id.0),
            calendar_id: DbId(link.calendar.0),
            settings: document(format_args!("booking link {}", link.id), &SettingsDoc::from(link.settings))?,
            token: text(link.token)?,
            active: link.active,
            created_at: link.created_at.into(),
            updated_at: link.updated_at.into(),
            deleted_at: link.deleted_at.map(DbTs::new),
            version: link.version,
        })
    }
}

impl TryFrom<BookingLinkRow> for BookingLink {
    type Error = Fail;

    fn try_from(row: BookingLinkRow) -> Result<Self, Fail> {
        let broken = |reason: String| Fail::broken(short(&format!("booking link {}: {reason}", row.id.0)));
        let settings: SettingsDoc =
            serde_json::from_str(&row.settings.0).map_err(|error| broken(format!("its document: {error}")))?;
        Ok(Self {
            id: BookingLinkId(row.id.0),
            calendar: CalendarId(row.calendar_id.0),
            settings: settings.read().map_err(|error| broken(error.to_string()))?,
            token: row.token,
            active: row.active,
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            deleted_at: row.deleted_at.map(DbTs::get),
            version: row.version,
        })
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = bookings, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct BookingRow {
    pub(crate) id: DbId,
    link_id: DbId,
    calendar_id: DbId,
    event_id: DbId,
    starts_at: DbTs,
    ends_at: DbTs,
    buffer_before: i32,
    buffer_after: i32,
    booker: DbDoc,
    cancel_token: Vec<u8>,
    reschedule_token: Vec<u8>,
    created_at: DbTs,
    updated_at: DbTs,
    cancelled_at: Option<DbTs>,
    version: i64,
}

impl TryFrom<Booking> for BookingRow {
    type Error = Fail;

    fn try_from(booking: Booking) -> Result<Self, Fail> {
        let buffer = |minutes: u32| {
            i32::try_from(minutes).map_err(|_| Fail::broken(format!("booking {}: a buffer is too long", booking.id)))
        };
        Ok(Self {
            id: DbId(booking.id.0),
            link_id: DbId(booking.link.0),
            calendar_id: DbId(booking.calendar.0),
            event_id: DbId(booking.event.0),
            starts_at: booking.start.into(),
            ends_at: booking.end.into(),
            buffer_before: buffer(booking.buffer_before)?,
            buffer_after: buffer(booking.buffer_after)?,
            booker: document(format_args!("booking {}", booking.id), &BookerDoc::from(&booking))?,
            cancel_token: booking.cancel_token.0.to_vec(),
            reschedule_token: booking.reschedule_token.0.to_vec(),
            created_at: booking.created_at.into(),
            updated_at: booking.updated_at.into(),
            cancelled_at: booking.cancelled_at.map(DbTs::new),
            version: booking.version,
        })
    }
}

impl TryFrom<BookingRow> for Booking {
    type Error = Fail;

    fn try_from(row: BookingRow) -> Result<Self, Fail> {
        let named = format!("booking {}", row.id.0);
        let broken = |reason: String| Fail::broken(short(&format!("{named}: {reason}")));
        let buffer = |minutes| u32::try_from(minutes).map_err(|_| broken("a buffer is negative".to_owned()));
        let booker: BookerDoc =
            serde_json::from_str(&row.booker.0).map_err(|error| broken(format!("its document: {error}")))?;
        let booker = booker.read().map_err(|error| broken(error.to_string()))?;
        Ok(Self {
            id: BookingId(row.id.0),
            link: BookingLinkId(row.link_id.0),
            calendar: CalendarId(row.calendar_id.0),
            event: EventId(row.event_id.0),
            start: row.starts_at.get(),
            end: row.ends_at.get(),
            buffer_before: buffer(row.buffer_before)?,
            buffer_after: buffer(row.buffer_after)?,
            name: booker.name,
            email: booker.email,
            notes: booker.notes,
            answers: booker.answers,
            zone: booker.zone,
            cancel_token: TokenHash(hash(&named, &row.cancel_token)?),
            reschedule_token: TokenHash(hash(&named, &row.reschedule_token)?),
            created_at: row.created_at.get(),
            updated_at: row.updated_at.get(),
            cancelled_at: row.cancelled_at.map(DbTs::get),
            version: row.version,
        })
    }
}
