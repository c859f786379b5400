//! Looking at what is booked.

use std::collections::HashMap;

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::booking::Booking;
use kalends_domain::event::Window;
use kalends_domain::id::{BookingId, CalendarId};

use super::Held;
use crate::free_busy::check_year;
use crate::{App, Error, Result, require_scope};

impl App {
    /// What is booked in a calendar that the caller owns and lies in a window of at most a year, at
    /// least partly; ordered by start. What was cancelled is not among it.
    pub async fn list_bookings(&self, actor: &Actor, calendar: CalendarId, window: Window) -> Result<Vec<Booking>> {
        require_scope(actor, Resource::Booking, Verb::Read)?;
        check_year(window)?;
        self.calendar_for(calendar, actor.user, Action::Own).await?;
        let events = self.events_in(vec![calendar], window).await?;
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let spans: HashMap<_, _> = events.iter().map(|event| (event.id, &event.details.span)).collect();
        let mut bookings = self.ports.bookings.list_bookings_of(spans.keys().copied().collect()).await?;
        bookings.retain(|booking| booking.cancelled_at.is_none());
        for booking in &mut bookings {
            if let Some(span) = spans.get(&booking.event) {
                (booking.start, booking.end) = (span.starts_at(), span.ends_at());
            }
        }
        bookings.sort_by_key(|booking| (booking.start, booking.id));
        Ok(bookings)
    }

    /// A booking in a calendar that the caller owns, as it stands.
    pub async fn booking(&self, actor: &Actor, id: BookingId) -> Result<Held> {
        require_scope(actor, Resource::Booking, Verb::Read)?;
        self.booking_for(actor, id).await
    }

    pub(super) async fn booking_for(&self, actor: &Actor, id: BookingId) -> Result<Held> {
        let booking = self.ports.bookings.find_booking(id).await?.ok_or(Error::NotFound("booking"))?;
        let held = self.held(booking).await?;
        self.require_owner(held.calendar.id, actor, "booking").await?;
        Ok(held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::testing::{booking, owned, slot};
    use crate::testing::{Mocks, actor, event, now, seen, view};
    use kalends_domain::access::Role;
    use uuid::Uuid;

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
        let found = mocks.app().list_bookings(&actor(), event(false).calendar, window).await.unwrap();
        assert_eq!(found, [booking()]);
    }

    #[tokio::test]
    async fn without_its_event_it_is_cancelled() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking().returning(|_| Ok(Some(booking())));
        mocks.events.expect_find_event().returning(|_, _| Ok(None));
        mocks.events.expect_find_deleted_event().returning(|_, _| {
            let mut deleted = event(false);
            deleted.deleted_at = Some(now());
            Ok(Some(seen(deleted, None)))
        });
        let held = mocks.app().booking(&actor(), booking().id).await.unwrap();
        assert_eq!((held.booking.cancelled_at, held.event), (Some(now()), None));
    }

    #[tokio::test]
    async fn members_who_do_not_own_the_calendar_do_not_see_who_booked() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
        mocks.bookings.expect_find_booking().returning(|_| Ok(Some(booking())));
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(false), Some(Role::Editor)))));
        assert!(matches!(mocks.app().booking(&actor(), booking().id).await, Err(Error::Forbidden(_))));
    }
}
