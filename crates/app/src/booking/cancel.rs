//! Cancelling a booking.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::booking::Booking;
use kalends_domain::id::{BookingId, CalendarId, UserId};
use kalends_ports::{Change, Changes};

use super::mail::{News, tell};
use super::{Held, KeptBooking, require_ahead};
use crate::{App, Context, Error, Result, require_scope, settled, touch};

impl App {
    /// The booking whose cancel link has this token, as it stands.
    pub async fn booking_to_cancel(&self, token: &str) -> Result<KeptBooking> {
        let booking = self.by_cancel_token(token).await?;
        self.kept(self.held(booking).await?.booking).await
    }

    /// Cancels the booking whose cancel link has this token, unless it is over. The slot is free at
    /// once; the event lies in its owner's trash, and the links of the booking lead nowhere any more. Answers with
    /// what was cancelled.
    pub async fn cancel_booking(&self, cx: &Context, token: &str) -> Result<KeptBooking> {
        settled(async || {
            let booking = self.by_cancel_token(token).await?;
            if let Some(booking) = booking.as_ref().filter(|booking| booking.cancelled_at == Some(cx.now()))
                && cx.is_repeated()
            {
                // This very request did it, before a crash.
                return self.kept(booking.clone()).await;
            }
            let held = self.held(booking).await?;
            require_ahead(&held.booking, cx.now())?;
            let (booking, owner) = (held.booking.clone(), held.calendar.owner);
            self.withdraw(cx, held, owner, News::CancelledByBooker).await?;
            self.kept(booking).await
        })
        .await
    }

    /// Cancels a booking in a calendar that the caller owns.
    pub async fn delete_booking(&self, cx: &Context, actor: &Actor, calendar: CalendarId, id: BookingId) -> Result<()> {
        require_scope(actor, Resource::Booking, Verb::Write)?;
        self.calendar_for(calendar, actor.user, Action::Own).await?;
        settled(async || {
            let held = self.held(self.ports.bookings.find_booking(id).await?).await?;
            if held.calendar.id != calendar {
                return Err(Error::NotFound("booking"));
            }
            self.withdraw(cx, held, actor.user, News::CancelledByOwner).await
        })
        .await
    }

    pub(super) async fn by_cancel_token(&self, token: &str) -> Result<Option<Booking>> {
        let hash = self.ports.secrets.hash_token(token);
        Ok(self.ports.bookings.find_booking_by_cancel_token(hash).await?)
    }

    async fn withdraw(&self, cx: &Context, held: Held, by: UserId, news: News) -> Result<()> {
        let Held { mut booking, mut event, .. } = held;
        let expected = booking.version;
        booking.cancelled_at = Some(cx.now());
        booking.updated_at = cx.now();
        booking.version += 1;
        let replaced = event.version;
        event.deleted_at = Some(cx.now());
        event.updated_at = cx.now();
        event.updated_by = by;
        event.version += 1;
        event.sequence = event.sequence.saturating_add(1);
        let told: Vec<_> = tell(cx, &booking, news).collect();
        let changes = Changes::new()
            .and(touch(cx, event.calendar))
            .and(Change::UpdateEvent { event, expected: replaced })
            .and(Change::UpdateBooking { booking, expected })
            .and_all(told);
        self.commit(cx, changes).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::testing::{booking, other_calendar, owned, seen_link};
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
        mocks.bookings.expect_find_booking_link().returning(|_| Ok(Some(seen_link(|_| {}))));
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(false), None))));
        mocks
    }

    fn withdrawn(mocks: &mut Mocks, told: &'static [&'static str]) {
        mocks.commit.expect_commit().times(1).returning(move |changes| {
            assert!(matches!(&changes.0[..], [
                Change::TouchCalendar { expected: None, .. },
                Change::UpdateEvent { event, expected: 1 },
                Change::UpdateBooking { booking, expected: 1 },
                ..
            ] if event.deleted_at == Some(now()) && event.sequence == 1
                && booking.cancelled_at == Some(now()) && booking.version == 2));
            let jobs = changes.0[3..].iter().map(|change| match change {
                Change::InsertJob(job) => job.payload.clone(),
                other => panic!("{other:?}"),
            });
            let expected = told.iter().map(|words| format!("{} 2 {words}", booking().id));
            assert!(jobs.eq(expected), "{changes:?}");
            Ok(())
        });
    }

    #[tokio::test]
    async fn the_event_is_deleted_with_the_booking() {
        let mut by_token = mocks(|_| {});
        withdrawn(&mut by_token, &["cancelled_by_booker booker", "cancelled_by_booker owner"]);
        let app = by_token.app();
        app.cancel_booking(&app.context(), "token").await.unwrap();
        let mut by_owner = mocks(|_| {});
        withdrawn(&mut by_owner, &["cancelled_by_owner booker"]);
        let app = by_owner.app();
        app.delete_booking(&app.context(), &actor(), booking().calendar, booking().id).await.unwrap();
    }

    #[tokio::test]
    async fn what_is_cancelled_is_gone() {
        let app = mocks(|booking| booking.cancelled_at = Some(now())).app();
        let again = app.cancel_booking(&app.context(), "token").await;
        assert!(matches!(again, Err(Error::NotFound("booking"))));
        let repeated = Context::seeded(now(), app.ports.secrets.clone(), vec![1], true);
        app.cancel_booking(&repeated, "token").await.expect("the same request had done it");
    }

    #[tokio::test]
    async fn without_its_event_it_is_gone() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_by_cancel_token().returning(|_| Ok(Some(booking())));
        mocks.events.expect_find_event().returning(|_, _| Ok(None));
        assert!(matches!(mocks.app().booking_to_cancel("token").await, Err(Error::NotFound("booking"))));
    }

    #[tokio::test]
    async fn another_calendar_has_no_such_booking() {
        let app = mocks(|_| {}).app();
        let refused = app.delete_booking(&app.context(), &actor(), other_calendar(), booking().id).await;
        assert!(matches!(refused, Err(Error::NotFound("booking"))));
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
