//! Cancelling a booking.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::booking::Booking;
use kalends_domain::id::{BookingId, UserId};
use kalends_ports::{Change, Changes};

use super::{Held, require_ahead};
use crate::{App, Context, Error, Result, require_scope, settled, touch};

impl App {
    /// The booking whose cancel link has this token, as it stands.
    pub async fn booking_to_cancel(&self, token: &str) -> Result<Held> {
        let hash = self.ports.secrets.hash_token(token);
        let booking = self.ports.bookings.find_booking_by_cancel_token(hash).await?;
        self.held(booking.ok_or(Error::NotFound("booking"))?).await
    }

    /// Cancels the booking whose cancel link has this token, unless it is over. The slot is free at
    /// once; the event lies in its owner's trash. One that is cancelled already is answered as it is.
    pub async fn cancel_booking(&self, cx: &Context, token: &str) -> Result<Booking> {
        settled(async || {
            let held = self.booking_to_cancel(token).await?;
            if held.event.is_some() && held.booking.cancelled_at.is_none() {
                require_ahead(&held.booking, cx.now())?;
            }
            let owner = held.calendar.owner;
            self.withdraw(cx, held, owner).await
        })
        .await
    }

    /// Cancels a booking in a calendar that the caller owns.
    pub async fn delete_booking(&self, cx: &Context, actor: &Actor, id: BookingId) -> Result<Booking> {
        require_scope(actor, Resource::Booking, Verb::Write)?;
        settled(async || {
            let held = self.booking_for(actor, id).await?;
            self.withdraw(cx, held, actor.user).await
        })
        .await
    }

    async fn withdraw(&self, cx: &Context, held: Held, by: UserId) -> Result<Booking> {
        let Held { mut booking, event, .. } = held;
        let expected = booking.version;
        let Some(mut event) = event.filter(|_| booking.cancelled_at.is_none()) else {
            return Ok(booking);
        };
        booking.cancelled_at = Some(cx.now());
        booking.updated_at = cx.now();
        booking.version += 1;
        let replaced = event.version;
        event.deleted_at = Some(cx.now());
        event.updated_at = cx.now();
        event.updated_by = by;
        event.version += 1;
        let changes = Changes::new()
            .and(touch(cx, event.calendar))
            .and(Change::UpdateEvent { event, expected: replaced })
            .and(Change::UpdateBooking { booking: booking.clone(), expected });
        self.commit(cx, changes).await?;
        Ok(booking)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::testing::{booking, owned};
    use crate::testing::{Mocks, actor, event, now, seen};

    /// The booking with its event.
    fn mocks(change: fn(&mut Booking)) -> Mocks {
        let mut mocks = owned();
        let found = move || {
            let mut found = booking();
            change(&mut found);
            Ok(Some(found))
        };
        mocks.bookings.expect_find_booking().returning(move |_| found());
        mocks.bookings.expect_find_booking_by_cancel_token().returning(move |_| found());
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(false), None))));
        mocks
    }

    fn withdrawn(mocks: &mut Mocks) {
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [
                Change::TouchCalendar { expected: None, .. },
                Change::UpdateEvent { event, expected: 1 },
                Change::UpdateBooking { booking, expected: 1 },
            ] if event.deleted_at == Some(now()) && booking.cancelled_at == Some(now()) && booking.version == 2));
            Ok(())
        });
    }

    #[tokio::test]
    async fn the_event_is_deleted_with_the_booking() {
        let mut by_token = mocks(|_| {});
        withdrawn(&mut by_token);
        let app = by_token.app();
        assert_eq!(app.cancel_booking(&app.context(), "token").await.unwrap().cancelled_at, Some(now()));
        let mut by_owner = mocks(|_| {});
        withdrawn(&mut by_owner);
        let app = by_owner.app();
        app.delete_booking(&app.context(), &actor(), booking().id).await.unwrap();
    }

    #[tokio::test]
    async fn cancelling_again_changes_nothing() {
        let app = mocks(|booking| booking.cancelled_at = Some(now())).app();
        assert_eq!(app.cancel_booking(&app.context(), "token").await.unwrap().version, 1);
    }

    #[tokio::test]
    async fn what_is_over_is_not_cancelled_by_who_booked() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_by_cancel_token().returning(|_| Ok(Some(booking())));
        mocks.events.expect_find_event().returning(|_, _| {
            let mut past = event(false);
            past.details.span.start = "2026-02-01T10:00:00".parse().unwrap();
            Ok(Some(seen(past, None)))
        });
        let app = mocks.app();
        let refused = app.cancel_booking(&app.context(), "token").await;
        assert!(matches!(refused, Err(Error::Conflict(message)) if message == "the booking is over"));
    }
}
