//! Where an event goes that names no calendar.

use kalends_domain::access::{Actor, Role};
use kalends_domain::id::CalendarId;
use kalends_ports::{Change, Changes};

use super::NewCalendar;
use super::create::inserted;
use crate::{App, Context, Error, Result};

/// What a default calendar is called.
const NAME: &str = "Personal";

/// The calendar of a write that names none.
pub(crate) struct Home {
    /// The calendar.
    pub(crate) calendar: CalendarId,
    /// What makes it, if it is new; goes into the commit of that write.
    pub(crate) made: Changes,
}

impl App {
    /// The caller's default calendar: the first of their own, or a new one.
    ///
    /// Making it counts as a change of the account, which is read before its calendars are: of two first writes at
    /// once, one finds the account changed, is told `Stale`, looks again, and sees the calendar of the other.
    pub(crate) async fn default_calendar(&self, cx: &Context, actor: &Actor) -> Result<Home> {
        let mut user = self.ports.users.find_user(actor.user).await?.ok_or(Error::InvalidCredential)?;
        let roles = self.ports.calendars.list_roles(actor.user).await?;
        let own = roles.into_iter().filter(|(_, role)| *role == Role::Owner).map(|(id, _)| id).min();
        if let Some(calendar) = own {
            return Ok(Home { calendar, made: Changes::new() });
        }
        let expected = user.version;
        user.version += 1;
        let calendar = self.new_calendar(cx, actor.user, NewCalendar { name: NAME.to_owned(), color: None });
        let made = Changes::new().and(Change::UpdateUser { user, expected }).and_all(inserted(&calendar));
        Ok(Home { calendar: calendar.id, made })
    }
}
