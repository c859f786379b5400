//! Deleting a booking link.

use kalends_domain::access::{Actor, Verb};
use kalends_domain::id::CalendarId;
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, require_version, settled};

impl App {
    /// Deletes a link of a calendar that the caller owns. What is booked stays booked, and can still
    /// be cancelled.
    pub async fn delete_booking_link(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        token: &str,
        expected: Option<i64>,
    ) -> Result<()> {
        settled(async || {
            let mut link = self.link_for(actor, calendar, token, Verb::Write).await?.link;
            require_version(expected, link.version)?;
            let replaced = link.version;
            link.deleted_at = Some(cx.now());
            link.updated_at = cx.now();
            link.version += 1;
            self.commit(cx, Changes::new().and(Change::UpdateBookingLink { link, expected: replaced })).await
        })
        .await
    }
}
