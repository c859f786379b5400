//! Showing a feed to somebody else.

use kalends_domain::access::{Actor, Resource, Role, Verb};
use kalends_domain::account::Email;
use kalends_domain::calendar::Membership;
use kalends_domain::feed::Destination;
use kalends_ports::{Change, Changes, Place};

use super::google::KIND;
use crate::{App, Context, Error, Result, require_scope};

impl App {
    /// Lets somebody read one of the caller's feeds: its Google calendar, of which Google tells them by mail; or, of a
    /// feed that is shown here alone, its calendar here, if they have an account.
    pub async fn invite_to_feed(&self, cx: &Context, actor: &Actor, name: &str, email: &Email) -> Result<()> {
        require_scope(actor, Resource::Feeds, Verb::Write)?;
        let feed = self.feed_of(actor, name).await?;
        if feed.destination == Destination::Google {
            let (mut integration, calendar) = self.google_mirror(&feed).await?;
            let (provider, calendar) = (self.provider(KIND)?, calendar.as_str());
            let share = |access| async move {
                provider.share_calendar(&Place { access, calendar: calendar.to_owned() }, email).await
            };
            return self.asked(&mut integration, share).await;
        }
        let user = self.ports.users.find_user_by_email(email).await?.ok_or(Error::NotFound("user"))?;
        if self.ports.calendars.find_membership(feed.calendar, user.id).await?.is_some() {
            return Ok(());
        }
        let reader = Membership {
            calendar: feed.calendar,
            user: user.id,
            role: Role::Viewer,
            color_theme: None,
            created_at: cx.now(),
            updated_at: cx.now(),
        };
        self.commit(cx, Changes::new().and(Change::PutMembership(reader))).await
    }
}
