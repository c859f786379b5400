//! Moving a booking to another slot.

use kalends_domain::booking::{Booking, Slot, check_range, reschedule};
use kalends_domain::event::Window;
use kalends_domain::problem::Problems;
use kalends_ports::{Change, Changes, SeenLink};

use super::mail::{News, tell};
use super::{Held, KeptBooking, Reserved, require_ahead, unmoved};
use crate::{App, Context, Error, Result, settled, touch};

impl App {
    /// The booking whose reschedule link has this token, as it stands.
    pub async fn booking_to_reschedule(&self, token: &str) -> Result<KeptBooking> {
        self.kept(self.to_reschedule(token).await?.booking).await
    }

    /// The slots that [`reschedule_booking`](Self::reschedule_booking) would take now and that lie in the window as
    /// a whole, the booking's own among them.
    pub async fn slots_to_reschedule(&self, cx: &Context, token: &str, window: Window) -> Result<Vec<Slot>> {
        check_range(window)?;
        let held = self.to_reschedule(token).await?;
        let open = self.open(self.link_to_move(&held.booking).await?).await?;
        self.offered(cx, &open, window, Some(held.event.id)).await
    }

    /// The active link under which a booking can be moved.
    async fn link_to_move(&self, booking: &Booking) -> Result<SeenLink> {
        let seen = self.ports.bookings.find_booking_link(booking.link).await?;
        seen.filter(|seen| seen.link.active).ok_or(Error::NotFound("booking link"))
    }

    async fn to_reschedule(&self, token: &str) -> Result<Held> {
        let hash = self.ports.secrets.hash_token(token);
        self.held(self.ports.bookings.find_booking_by_reschedule_token(hash).await?).await
    }

    /// Moves the booking whose reschedule link has this token to a slot that its link offers, its own
    /// time counting as free. It gets new links, and the old ones lead nowhere any more.
    pub async fn reschedule_booking(&self, cx: &Context, token: &str, slot: Slot) -> Result<Reserved> {
        settled(async || {
            let Held { mut booking, mut event, .. } = self.to_reschedule(token).await?;
            require_ahead(&booking, cx.now())?;
            if event.recurrence.is_some() {
                return Err(Error::Conflict("the booking was made a series: only its owner can move it".to_owned()));
            }
            let open = self.open(self.link_to_move(&booking).await?).await?;
            self.require_offered(cx, &open, slot, Some(event.id)).await?;
            let replaced = (booking.version, event.version);
            reschedule(&open.link, &mut booking, &mut event, slot, cx.now())
                .map_err(|error| Problems::one("slot_end", error.to_string()))?;
            booking.version += 1;
            [booking.cancel_token, booking.reschedule_token] =
                self.booking_tokens(booking.id, booking.version).map(|token| self.ports.secrets.hash_token(&token));
            event.version += 1;
            event.updated_at = cx.now();
            // Its owner may have moved the event to another calendar, where it stays.
            let elsewhere = open.revisions.iter().all(|(id, _)| *id != event.calendar);
            let changes = Changes::new()
                .and_all(unmoved(cx, &open))
                .and_all(elsewhere.then(|| touch(cx, event.calendar)))
                .and(Change::UpdateEvent { event: event.clone(), expected: replaced.1 })
                .and(Change::UpdateBooking { booking: booking.clone(), expected: replaced.0 })
                .and_all(tell(cx, &booking, News::Moved));
            self.commit(cx, changes).await?;
            Ok(self.reserved(booking, event))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::booking::testing::{booking, link, owned, seen_link, slot};
    use crate::testing::{Mocks, event, now, seen};
    use jiff::SignedDuration;

    /// The booking stands in a calendar with nothing else, and its slots are two hours long, one every hour.
    fn mocks(change: fn(&mut Booking)) -> Mocks {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_by_reschedule_token().returning(move |_| {
            let mut found = booking();
            change(&mut found);
            Ok(Some(found))
        });
        mocks.bookings.expect_find_booking_link().returning(|_| {
            Ok(Some(seen_link(|link| {
                link.settings.duration = 120;
                link.settings.interval = Some(60);
            })))
        });
        mocks.bookings.expect_list_bookings_of().returning(|_| Ok(vec![booking()]));
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(false), None))));
        mocks
            .events
            .expect_list_events()
            .returning(|filter| Ok(if filter.recurring { vec![] } else { vec![event(false)] }));
        mocks
    }

    fn two_hours(hour: u8) -> Slot {
        Slot { end: slot(hour).end + SignedDuration::from_hours(1), ..slot(hour) }
    }

    #[tokio::test]
    async fn its_own_time_is_free_for_it() {
        let mut mocks = mocks(|_| {});
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [
                Change::TouchCalendar { id, expected: Some(1), .. },
                Change::UpdateEvent { event, expected: 1 },
                Change::UpdateBooking { booking, expected: 1 },
                Change::InsertJob(to_booker),
                Change::InsertJob(_),
            ] if to_booker.payload == format!("{} 2 moved booker", booking.id) && *id == link().calendar
                && event.details.span.starts_at() == slot(14).start
                && booking.end == two_hours(14).end && booking.version == 2));
            Ok(())
        });
        let app = mocks.app();
        let moved = app.reschedule_booking(&app.context(), "token", two_hours(14)).await.unwrap();
        assert_eq!(moved.event.start(), slot(14).start);
    }

    #[tokio::test]
    async fn what_is_cancelled_stays_so() {
        let app = mocks(|booking| booking.cancelled_at = Some(now())).app();
        let refused = app.reschedule_booking(&app.context(), "token", two_hours(14)).await;
        assert!(matches!(refused, Err(Error::NotFound("booking"))));
    }

    #[tokio::test]
    async fn it_moves_only_to_what_is_offered() {
        let app = mocks(|_| {}).app();
        let refused = app.reschedule_booking(&app.context(), "token", two_hours(16)).await;
        assert!(matches!(refused, Err(Error::Invalid(p)) if p.0[0].field == "slot_start"));
    }

    #[tokio::test]
    async fn an_unknown_token_is_not_found() {
        let mut mocks = Mocks::default();
        mocks.bookings.expect_find_booking_by_reschedule_token().returning(|_| Ok(None));
        let app = mocks.app();
        let gone = app.reschedule_booking(&app.context(), "token", slot(14)).await;
        assert!(matches!(gone, Err(Error::NotFound("booking"))));
    }
}
