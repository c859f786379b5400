//! Changing what a booking link offers.

use kalends_domain::access::{Actor, Verb};
use kalends_domain::booking::BookingLink;
use kalends_domain::id::CalendarId;
use kalends_ports::{Change, Changes};

use crate::{App, Context, Result, require_version, settled};

impl App {
    /// Changes what a link offers, and whether it takes bookings, as `change` does. What is booked already
    /// stays as it is.
    pub async fn update_booking_link(
        &self,
        cx: &Context,
        actor: &Actor,
        calendar: CalendarId,
        token: &str,
        change: impl Fn(&mut BookingLink),
        expected: Option<i64>,
    ) -> Result<BookingLink> {
        settled(async || {
            let mut link = self.link_for(actor, calendar, token, Verb::Write).await?.link;
            require_version(expected, link.version)?;
            let (replaced, blocking) = (link.version, link.settings.blocking.clone());
            change(&mut link);
            if link.settings.blocking != blocking {
                self.check_blocking(actor, &link.settings.blocking).await?;
            }
            link.settings = link.settings.checked()?;
            link.updated_at = cx.now();
            link.version += 1;
            let changes = Changes::new().and(Change::UpdateBookingLink { link: link.clone(), expected: replaced });
            self.commit(cx, changes).await?;
            Ok(link)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::booking::testing::{link, owned, seen_link};
    use crate::testing::actor;
    use kalends_ports::StoreError;

    #[tokio::test]
    async fn the_change_is_made_anew_on_what_another_left() {
        let mut mocks = owned();
        let mut version = 0;
        mocks.bookings.expect_find_booking_link_by_token().times(2).returning(move |_| {
            version += 1;
            Ok(Some(seen_link(|link| link.version = version)))
        });
        let mut commits = 0;
        mocks.commit.expect_commit().times(2).returning(move |changes| {
            commits += 1;
            assert!(matches!(&changes.0[..], [Change::UpdateBookingLink { link, expected }]
                if *expected == commits && link.settings.duration == 45 && !link.active));
            if commits == 1 { Err(StoreError::Stale) } else { Ok(()) }
        });
        let app = mocks.app();
        let change = |link: &mut BookingLink| (link.settings.duration, link.active) = (45, false);
        let link =
            app.update_booking_link(&app.context(), &actor(), link().calendar, "token", change, None).await.unwrap();
        assert_eq!(link.version, 3);
    }

    #[tokio::test]
    async fn what_is_out_of_bounds_is_refused() {
        let mut mocks = owned();
        mocks.bookings.expect_find_booking_link_by_token().returning(|_| Ok(Some(seen_link(|_| {}))));
        let app = mocks.app();
        let endless = |link: &mut BookingLink| link.settings.duration = 0;
        let refused = app.update_booking_link(&app.context(), &actor(), link().calendar, "token", endless, None).await;
        assert!(matches!(refused, Err(Error::Invalid(p)) if p.0[0].field == "duration_minutes"));
        let refused =
            app.update_booking_link(&app.context(), &actor(), link().calendar, "token", |_| {}, Some(7)).await;
        assert!(matches!(refused, Err(Error::VersionMoved)));
    }
}
