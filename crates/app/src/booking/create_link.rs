//! Making a booking link.

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::booking::{BookingLink, BookingSettings};
use kalends_domain::id::{BookingLinkId, CalendarId};
use kalends_domain::problem::Problems;
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, require_scope};

/// A booking link to make.
#[derive(Debug, Clone)]
pub struct NewBookingLink {
    /// The calendar in which bookings will stand.
    pub calendar: CalendarId,
    /// Whether it takes bookings from the start.
    pub active: bool,
    /// What it offers.
    pub settings: BookingSettings,
}

impl App {
    /// Makes a link under which anyone may book time in a calendar that the caller owns.
    pub async fn create_booking_link(&self, cx: &Context, actor: &Actor, input: NewBookingLink) -> Result<BookingLink> {
        require_scope(actor, Resource::Booking, Verb::Write)?;
        let calendar = self.calendar_for(input.calendar, actor.user, Action::Own).await?.calendar;
        self.check_blocking(actor, &input.settings.blocking).await?;
        let link = BookingLink {
            id: BookingLinkId(cx.id()),
            calendar: calendar.id,
            token: cx.token(),
            active: input.active,
            settings: input.settings.checked()?,
            created_at: cx.now(),
            updated_at: cx.now(),
            deleted_at: None,
            version: 1,
        };
        self.commit(cx, Changes::new().and(Change::InsertBookingLink(link.clone()))).await?;
        Ok(link)
    }

    /// Whoever blocks with a calendar owns it.
    pub(super) async fn check_blocking(&self, actor: &Actor, blocking: &[CalendarId]) -> Result<()> {
        let mut problems = Problems::default();
        for (i, id) in blocking.iter().enumerate().take(kalends_domain::booking::BLOCKING_MAX) {
            let view = self.ports.calendars.find_calendar(*id, actor.user).await?;
            if view.is_none_or(|view| view.calendar.owner != actor.user) {
                problems.add(format!("blocking_calendar_ids[{i}]"), "names no calendar that you own");
            }
        }
        Ok(problems.finish()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::booking::testing::link;
    use crate::testing::{Mocks, actor, key_actor, view};
    use kalends_domain::access::Role;
    use kalends_domain::id::UserId;
    use uuid::Uuid;

    fn new(blocking: Vec<CalendarId>) -> NewBookingLink {
        let settings = BookingSettings { blocking, ..link().settings };
        NewBookingLink { calendar: view(Role::Owner).calendar.id, active: true, settings }
    }

    #[tokio::test]
    async fn commits_the_link_with_a_token_of_its_own() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Owner))));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::InsertBookingLink(link)] if link.active && link.version == 1));
            Ok(())
        });
        let app = mocks.app();
        let made = app.create_booking_link(&app.context(), &actor(), new(vec![])).await.unwrap();
        assert!(made.token.starts_with("token-"));
    }

    #[tokio::test]
    async fn only_the_owner_makes_one() {
        for (role, hidden) in [(Some(Role::Editor), false), (None, true)] {
            let mut mocks = Mocks::default();
            mocks.calendars.expect_find_calendar().returning(move |_, _| Ok(role.map(view)));
            let app = mocks.app();
            match app.create_booking_link(&app.context(), &actor(), new(vec![])).await {
                Err(Error::NotFound("calendar")) if hidden => {}
                Err(Error::Forbidden(_)) if !hidden => {}
                other => panic!("{role:?}: {other:?}"),
            }
        }
        let app = Mocks::default().app();
        let reader = key_actor(&[(Resource::Booking, Verb::Read)]);
        let refused = app.create_booking_link(&app.context(), &reader, new(vec![])).await;
        assert!(matches!(refused, Err(Error::MissingScope { .. })));
    }

    #[tokio::test]
    async fn blocking_calendars_are_the_owners() {
        let mut mocks = Mocks::default();
        let own = view(Role::Owner).calendar.id;
        mocks.calendars.expect_find_calendar().returning(move |id, _| {
            let mut view = view(if id == own { Role::Owner } else { Role::Editor });
            view.calendar.owner = if id == own { view.calendar.owner } else { UserId(Uuid::nil()) };
            Ok(Some(view))
        });
        let app = mocks.app();
        let blocking = vec![own, CalendarId(Uuid::from_u128(1))];
        let refused = app.create_booking_link(&app.context(), &actor(), new(blocking)).await;
        assert!(matches!(refused, Err(Error::Invalid(p)) if p.0[0].field == "blocking_calendar_ids[1]"));
    }
}
