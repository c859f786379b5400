//! Where goes what names no calendar.

use kalends_domain::id::{CalendarId, UserId, uuid_v7};
use kalends_ports::{Change, Changes};
use uuid::Uuid;

use super::NewCalendar;
use super::create::inserted;
use crate::{App, Context, Error, Result};

/// What a default calendar is called at first.
const NAME: &str = "Personal";
/// How many of them a person may have deleted.
const DELETED_MAX: u32 = 1_000;

/// The calendar of a write that names none.
pub(crate) struct Home {
    /// The calendar.
    pub(crate) calendar: CalendarId,
    /// Its revision, unless it is new.
    pub(crate) revision: Option<i64>,
    /// What makes it, if it is new; goes into the commit of that write.
    pub(crate) made: Changes,
}

impl App {
    /// A person's default calendar, or a new one. Its id follows from the person's, so that whatever it is called later
    /// it is the same.
    ///
    /// Making it counts as a change of the account, which is read first: of two first writes at once, one finds the
    /// account changed, is told `Stale`, looks again, and sees the calendar of the other.
    pub(crate) async fn default_calendar(&self, cx: &Context, user: UserId) -> Result<Home> {
        let mut account = self.ports.users.find_user(user).await?.ok_or(Error::InvalidCredential)?;
        for generation in 0..DELETED_MAX {
            let name = Uuid::new_v5(&user.0, format!("default calendar {generation}").as_bytes());
            let mut random = [0; 10];
            random.copy_from_slice(&name.as_bytes()[..10]);
            let id = CalendarId(uuid_v7(account.created_at, random));
            if let Some(seen) = self.ports.calendars.find_calendar(id, user).await? {
                return Ok(Home { calendar: id, revision: Some(seen.calendar.revision), made: Changes::new() });
            }
            // One that was deleted stays so; another takes its place.
            if self.ports.calendars.find_deleted_calendar(id, user).await?.is_some() {
                continue;
            }
            let expected = account.version;
            account.version += 1;
            let calendar = self.new_calendar(cx, id, user, NewCalendar { name: NAME.to_owned(), color: None });
            let made = Changes::new().and(Change::UpdateUser { user: account, expected }).and_all(inserted(&calendar));
            return Ok(Home { calendar: id, revision: None, made });
        }
        Err(Error::Conflict("too many default calendars were deleted".to_owned()))
    }
}
