//! The Google calendars that show feeds.

use kalends_domain::account::User;
use kalends_domain::feed::{Destination, Feed, Mirror};
use kalends_domain::id::UserId;
use kalends_domain::sync::remote::RemoteCalendar;
use kalends_domain::sync::{Integration, Link, ProviderKind};
use kalends_ports::{Change, Place};

use crate::integrations::{new_link, require_quota, sync_soon};
use crate::{App, Context, Error, Result};

/// Who keeps the calendars of feeds.
pub(super) const KIND: ProviderKind = ProviderKind::Google;

impl App {
    /// The person's Google account.
    pub(super) async fn google_of(&self, user: UserId) -> Result<Integration> {
        if self.ports.providers.get(KIND).is_none() {
            return Err(Error::NotLinked);
        }
        self.ports.integrations.find_integration(user, KIND).await?.ok_or(Error::NotLinked)
    }

    /// Makes the Google calendar of a feed.
    pub(super) async fn make_google_calendar(
        &self,
        integration: &mut Integration,
        name: &str,
        owner: &User,
    ) -> Result<RemoteCalendar> {
        let (provider, zone) = (self.provider(KIND)?, owner.timezone.name());
        self.asked(integration, |access| async move { provider.create_calendar(&access, name, zone).await }).await
    }

    /// The calendar at Google in which a feed is shown, and the account that has it.
    pub(super) async fn google_mirror(&self, feed: &Feed) -> Result<(Integration, String)> {
        let integration = self.google_of(feed.owner).await?;
        // One that another account has is out of reach.
        let mirror = feed.mirror.as_ref().filter(|mirror| mirror.account == integration.email);
        let calendar = mirror.ok_or(Error::NotLinked)?.calendar.clone();
        Ok((integration, calendar))
    }

    /// Removes a feed's calendar from Google.
    pub(super) async fn delete_google_calendar(&self, integration: &mut Integration, calendar: &str) -> Result<()> {
        let provider = self.provider(KIND)?;
        let delete =
            |access| async move { provider.delete_calendar(&Place { access, calendar: calendar.to_owned() }).await };
        self.asked(integration, delete).await
    }

    /// What links a feed to its Google calendar again after its owner linked an account again; nothing where all is well.
    /// `Err` says why it is not shown there.
    pub(super) async fn mirror_again(
        &self,
        cx: &Context,
        feed: &mut Feed,
        owner: &User,
    ) -> std::result::Result<Vec<Change>, String> {
        if feed.destination == Destination::Local {
            return Ok(Vec::new());
        }
        self.try_mirror_again(cx, feed, owner).await.map_err(|error| match error {
            Error::NotLinked => "no Google account is linked, so it is shown here alone".to_owned(),
            Error::Provider { .. } => error.to_string(),
            _ => "its Google calendar could not be looked after".to_owned(),
        })
    }

    async fn try_mirror_again(&self, cx: &Context, feed: &mut Feed, owner: &User) -> Result<Vec<Change>> {
        let mut integration = self.google_of(feed.owner).await?;
        let links = self.ports.integrations.list_links_of(feed.calendar).await?;
        if links.iter().any(|link| link.mirror && link.integration == integration.id) {
            return Ok(Vec::new());
        }
        require_quota(&integration, cx.now())?;
        // People were invited to the calendar that there was.
        let known = feed.mirror.as_ref().filter(|mirror| mirror.account == integration.email);
        let remote = match known {
            Some(mirror) => remote_named(&mirror.calendar, &feed.name),
            None => self.make_google_calendar(&mut integration, &feed.name, owner).await?,
        };
        feed.mirror = Some(Mirror { account: integration.email.clone(), calendar: remote.id.clone() });
        let link = Link { mirror: true, ..new_link(cx, &integration, &remote, feed.calendar) };
        let soon = sync_soon(cx, link.id);
        Ok(vec![Change::InsertLink(link), soon])
    }
}

/// A calendar that was made before.
fn remote_named(id: &str, name: &str) -> RemoteCalendar {
    let (id, name) = (id.to_owned(), name.to_owned());
    RemoteCalendar { id, name, primary: false, writable: true, zone: None, color: None }
}
