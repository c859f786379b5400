//! Looking at booking links.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::booking::BookingLink;
use kalends_domain::id::{BookingLinkId, CalendarId};
use kalends_ports::{Page, PageRequest};

use crate::{App, Result, require_scope};

impl App {
    /// The link of this token, active or not, of a calendar that the caller owns.
    pub async fn booking_link(&self, actor: &Actor, calendar: CalendarId, token: &str) -> Result<BookingLink> {
        Ok(self.link_for(actor, calendar, token, Verb::Read).await?.link)
    }

    /// The links of a calendar that the caller owns, in the order in which they were made.
    pub async fn list_booking_links(
        &self,
        actor: &Actor,
        calendar: CalendarId,
        page: PageRequest<BookingLinkId>,
    ) -> Result<Page<BookingLink>> {
        require_scope(actor, Resource::Booking, Verb::Read)?;
        self.calendar_for(calendar, actor.user, Action::Own).await?;
        Ok(self.ports.bookings.list_booking_links(calendar, page).await?)
    }

    /// The active link that this token names, for anyone.
    pub async fn public_booking_link(&self, token: &str) -> Result<BookingLink> {
        Ok(self.active_link(token).await?.link)
    }
}
