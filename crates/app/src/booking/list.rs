//! Looking at what is booked.

use std::collections::HashMap;

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::booking::Booking;
use kalends_domain::event::Window;
use kalends_domain::id::{BookingId, CalendarId};
use kalends_ports::{Page, PageRequest};

use crate::free_busy::check_year;
use crate::{App, Result, require_scope};

impl App {
    /// What is booked in a calendar that the caller owns and lies in a window of at most a year, at
    /// least partly; ordered by start, then id. What was cancelled is not among it.
    pub async fn list_bookings(
        &self,
        actor: &Actor,
        calendar: CalendarId,
        window: Window,
        page: PageRequest<(Timestamp, BookingId)>,
    ) -> Result<Page<Booking>> {
        require_scope(actor, Resource::Booking, Verb::Read)?;
        check_year(window)?;
        self.calendar_for(calendar, actor.user, Action::Own).await?;
        let events = self.events_in(vec![calendar], window, "end").await?;
        if events.is_empty() {
            return Ok(Page { items: Vec::new(), more: false });
        }
        let spans: HashMap<_, _> = events.iter().map(|event| (event.id, &event.details.span)).collect();
        let mut bookings = self.ports.bookings.list_bookings_of(spans.keys().copied().collect()).await?;
        bookings.retain(|booking| booking.cancelled_at.is_none());
        for booking in &mut bookings {
            if let Some(span) = spans.get(&booking.event) {
                (booking.start, booking.end) = (span.starts_at(), span.ends_at());
            }
        }
        bookings.retain(|booking| page.after.is_none_or(|after| place(booking) > after));
        bookings.sort_by_key(place);
        let more = bookings.len() > page.limit;
        bookings.truncate(page.limit);
        Ok(Page { items: bookings, more })
    }
}

/// Its place in the list.
fn place(booking: &Booking) -> (Timestamp, BookingId) {
    (booking.start, booking.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::booking::testing::{booking, owned, slot};
    use crate::testing::{Mocks, actor, event, now, view};
    use kalends_domain::access::Role;
    use uuid::Uuid;

    fn all() -> PageRequest<(Timestamp, BookingId)> {
        PageRequest { after: None, limit: 50 }
    }

    #[tokio::test]
    async fn a_booking_is_told_at_the_time_of_its_event() {
        let mut mocks = owned();
        mocks
            .events
            .expect_list_events()
            .returning(|filter| Ok(if filter.recurring { vec![] } else { vec![event(false)] }));
        mocks.bookings.expect_list_bookings_of().returning(|_| {
            let elsewhere = Booking { start: slot(20).start, end: slot(20).end, ..booking() };
            let cancelled = Booking { id: BookingId(Uuid::nil()), cancelled_at: Some(now()), ..booking() };
            Ok(vec![elsewhere, cancelled])
        });
        let window = Window { from: slot(0).start, to: slot(23).end };
        let found = mocks.app().list_bookings(&actor(), event(false).calendar, window, all()).await.unwrap();
        assert_eq!(found, Page { items: vec![booking()], more: false });
    }

    #[tokio::test]
    async fn members_who_do_not_own_the_calendar_do_not_see_who_booked() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
        let window = Window { from: slot(0).start, to: slot(23).end };
        let refused = mocks.app().list_bookings(&actor(), event(false).calendar, window, all()).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}
