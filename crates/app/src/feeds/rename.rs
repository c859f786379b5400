//! What the calendars of a feed are called: what the feed calls itself.

use kalends_domain::calendar::{Calendar, NAME_MAX};
use kalends_domain::feed::{Destination, Feed};
use kalends_ports::{Change, Place, ProviderError};

use super::google::KIND;
use crate::integrations::require_quota;
use crate::{App, Context, Error, Result};

impl App {
    /// What calls a feed's calendar here as the feed calls itself by now, if that is another name; its Google calendar is
    /// renamed first. Nobody else can rename the one here, so its name is what the feed was called last, and a Google
    /// calendar of another name was given that by a person, and keeps it.
    pub(super) async fn renamed(&self, cx: &Context, feed: &Feed, title: Option<&str>) -> Result<Option<Change>> {
        let Some(name) = title.map(|title| title.chars().take(NAME_MAX).collect::<String>()) else { return Ok(None) };
        let Some(view) = self.ports.calendars.find_calendar(feed.calendar, feed.owner).await? else { return Ok(None) };
        let calendar = view.calendar;
        if calendar.name == name {
            return Ok(None);
        }
        if feed.destination == Destination::Google {
            self.rename_google_calendar(cx, feed, &calendar.name, &name).await?;
        }
        let expected = calendar.version;
        let calendar = Calendar { name, updated_at: cx.now(), version: expected + 1, ..calendar };
        Ok(Some(Change::UpdateCalendar { calendar, expected }))
    }

    async fn rename_google_calendar(&self, cx: &Context, feed: &Feed, from: &str, to: &str) -> Result<()> {
        let (mut integration, calendar) = match self.google_mirror(feed).await {
            // It is shown here alone, as its owner is told already.
            Err(Error::NotLinked) => return Ok(()),
            other => other?,
        };
        require_quota(&integration, cx.now())?;
        let (provider, calendar) = (self.provider(KIND)?, calendar.as_str());
        let rename = |access| async move {
            provider.rename_calendar(&Place { access, calendar: calendar.to_owned() }, from, to).await
        };
        match self.asked(&mut integration, rename).await {
            // Deleted there; that is another matter.
            Err(Error::Provider { error: ProviderError::NotFound, .. }) => Ok(()),
            other => other,
        }
    }
}
