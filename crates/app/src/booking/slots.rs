//! The slots of a link: for anyone those that it offers, for its owner also why not the others.

use kalends_domain::access::{Actor, Verb};
use kalends_domain::booking::{BookingLink, Explained, Slot, check_range, explain, offers};
use kalends_domain::event::Window;
use kalends_domain::id::{CalendarId, EventId};

use super::OpenLink;
use crate::{App, Context, Result};

impl App {
    /// The active link that this token names, as it stands with its calendars.
    pub async fn open_link(&self, token: &str) -> Result<OpenLink> {
        self.open(self.active_link(token).await?).await
    }

    /// The slots that the link offers now and that lie in the window as a whole. Anyone may ask.
    pub async fn open_slots(&self, cx: &Context, open: &OpenLink, window: Window) -> Result<Vec<Slot>> {
        check_range(window)?;
        self.offered(cx, open, window, None).await
    }

    /// What a link offers; the event of a booking that is to be moved counts for nothing.
    pub(super) async fn offered(
        &self,
        cx: &Context,
        open: &OpenLink,
        window: Window,
        moved: Option<EventId>,
    ) -> Result<Vec<Slot>> {
        let mut filled = self.filled(open, window).await?;
        filled.busy.retain(|block| Some(block.event) != moved);
        Ok(offers(&open.link, cx.now(), window, &filled.busy, &filled.bookings))
    }

    /// Every slot of a link, active or not, of a calendar that the caller owns, and why it is not
    /// offered; also the days without any.
    pub async fn explain_slots(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        token: &str,
        window: Window,
    ) -> Result<(BookingLink, Vec<Explained>)> {
        check_range(window)?;
        let open = self.open(self.link_for(actor, calendar, token, Verb::Read).await?).await?;
        let filled = self.filled(&open, window).await?;
        let slots = explain(&open.link, cx.now(), window, &filled.busy, &filled.bookings);
        Ok((open.link, slots))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::booking::testing::{link, other_calendar, owned, seen_link};
    use crate::testing::{Mocks, actor, event, view};
    use jiff::{SignedDuration, Timestamp};
    use kalends_domain::access::Role;
    use kalends_domain::booking::Refusal;

    fn monday(days: i64) -> Window {
        let from = "2026-03-02T00:00:00Z".parse().unwrap();
        Window { from, to: from + SignedDuration::from_hours(24 * days) }
    }

    async fn offered(app: &App, window: Window) -> Result<Vec<Slot>> {
        let open = app.open_link("token").await?;
        app.open_slots(&app.context(), &open, window).await
    }

    #[tokio::test]
    async fn offers_what_the_calendar_and_those_that_block_leave() {
        let mut mocks = owned();
        mocks
            .bookings
            .expect_find_booking_link_by_token()
            .returning(|_| Ok(Some(seen_link(|link| link.settings.blocking = vec![other_calendar()]))));
        mocks.bookings.expect_list_bookings_of().returning(|_| Ok(vec![]));
        mocks.events.expect_list_events().returning(|filter| {
            assert_eq!(filter.calendars, [view(Role::Owner).calendar.id, other_calendar()]);
            Ok(if filter.recurring { vec![] } else { vec![event(false)] })
        });
        let app = mocks.app();
        let slots = offered(&app, monday(1)).await.unwrap();
        let starts: Vec<String> = slots.iter().map(|slot| slot.start.to_string()).collect();
        assert_eq!(starts, ["2026-03-02T14:00:00Z", "2026-03-02T16:00:00Z"]);
    }

    #[tokio::test]
    async fn what_is_offered_stays_until_the_first_is_too_soon_or_another_day_comes_into_sight() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (now, noon) = (at("2026-03-02T12:00:00Z"), at("2026-03-04T17:00:00Z"));
        let first = Slot { start: noon, end: noon + SignedDuration::from_hours(1) };
        for (ahead, slots, until) in [
            (None, vec![first], at("2026-03-04T15:30:00Z")),
            (None, vec![], Timestamp::MAX),
            // Midnight in New York.
            (Some(7), vec![first], at("2026-03-03T05:00:00Z")),
        ] {
            let mut mocks = owned();
            let set = move |link: &mut BookingLink| {
                (link.settings.minimum_notice, link.settings.maximum_days_ahead) = (90, ahead);
            };
            mocks.bookings.expect_find_booking_link_by_token().returning(move |_| Ok(Some(seen_link(set))));
            let open = mocks.app().open_link("token").await.unwrap();
            assert_eq!(open.stays_until(now, &slots), until, "{ahead:?}");
        }
    }

    #[tokio::test]
    async fn a_link_that_is_inactive_or_gone_is_not_found() {
        for seen in [None, Some(seen_link(|link| link.active = false))] {
            let mut mocks = Mocks::default();
            mocks.bookings.expect_find_booking_link_by_token().return_once(|_| Ok(seen));
            let app = mocks.app();
            let gone = offered(&app, monday(1)).await;
            assert!(matches!(gone, Err(Error::NotFound("booking link"))));
        }
    }

    #[tokio::test]
    async fn a_range_has_an_end() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_link_by_token().returning(|_| Ok(Some(seen_link(|_| {}))));
        let app = mocks.app();
        for days in [-1, 0, 63] {
            let refused = offered(&app, monday(days)).await;
            assert!(matches!(refused, Err(Error::Invalid(p)) if p.0[0].field == "end"), "{days}");
        }
    }

    #[tokio::test]
    async fn the_owner_alone_is_told_why_not() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_link_by_token().returning(|_| Ok(Some(seen_link(|_| {}))));
        mocks.bookings.expect_list_bookings_of().returning(|_| Ok(vec![]));
        mocks
            .events
            .expect_list_events()
            .returning(|filter| Ok(if filter.recurring { vec![] } else { vec![event(false)] }));
        let app = mocks.app();
        let (_, all) = app.explain_slots(&app.context(), &actor(), link().calendar, "token", monday(1)).await.unwrap();
        let reasons: Vec<_> = all.iter().map(|explained| explained.refusal).collect();
        assert_eq!(reasons, [None, Some(Refusal::Busy(event(false).id)), None]);

        let mut mocks = Mocks::default();
        mocks.bookings.expect_find_booking_link_by_token().returning(|_| Ok(Some(seen_link(|_| {}))));
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
        let app = mocks.app();
        let refused = app.explain_slots(&app.context(), &actor(), link().calendar, "token", monday(1)).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}
