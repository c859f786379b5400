//! Calendars and who shares them.

mod attached;
mod create;
mod default;
mod delete;
mod members;
mod read;
mod update;

use kalends_domain::access::{Action, Role};
use kalends_domain::calendar::{Calendar, CalendarView, Membership};
use kalends_domain::id::{CalendarId, UserId};

pub use attached::AttachedCalendar;
pub use create::NewCalendar;
pub(crate) use create::{inserted, inserted_as};
pub(crate) use default::Home;
pub use update::CalendarChange;

use crate::{App, Error, Result, require};

/// A calendar as one of its members sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownCalendar {
    /// The calendar.
    pub calendar: Calendar,
    /// What the reader may do there.
    pub role: Role,
    /// The token in its feed address.
    pub feed_token: String,
}

impl App {
    pub(crate) fn show(&self, calendar: Calendar, role: Role) -> ShownCalendar {
        let feed_token = self.feed_token(&calendar);
        ShownCalendar { calendar, role, feed_token }
    }

    fn feed_token(&self, calendar: &Calendar) -> String {
        self.ports.secrets.feed_token(calendar.id, calendar.feed_generation, calendar.is_public)
    }

    /// Gives the calendar another feed address; the one before ends.
    pub(crate) fn new_feed_token(&self, calendar: &mut Calendar) {
        calendar.feed_generation += 1;
        calendar.feed_token = self.ports.secrets.hash_token(&self.feed_token(calendar));
    }

    /// A calendar in which the person may do this.
    pub(crate) async fn calendar_for(&self, id: CalendarId, user: UserId, action: Action) -> Result<CalendarView> {
        let view = self.ports.calendars.find_calendar(id, user).await?.ok_or(Error::NotFound("calendar"))?;
        let allowed = require(Some(view.membership.role), action, "calendar");
        allowed.map_err(|error| of_feed(error, &view.calendar, user, view.membership.role))?;
        Ok(view)
    }
}

/// What is refused to the owner of a calendar is refused because a feed alone writes there.
pub(crate) fn of_feed(error: Error, calendar: &Calendar, user: UserId, role: Role) -> Error {
    match error {
        Error::Forbidden(_) if calendar.owner == user && role != Role::Owner => {
            Error::Forbidden("this calendar shows a feed: the feed alone changes it, and POST /unregister removes it")
        }
        other => other,
    }
}

fn membership(calendar: &Calendar, user: UserId, role: Role) -> Membership {
    Membership {
        calendar: calendar.id,
        user,
        role,
        color_theme: None,
        created_at: calendar.updated_at,
        updated_at: calendar.updated_at,
    }
}
