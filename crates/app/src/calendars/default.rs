//! The calendar of whoever names none.

use kalends_domain::calendar::Calendar;
use kalends_domain::id::{CalendarId, UserId, uuid_v7};
use kalends_ports::Change;
use uuid::Uuid;

use super::NewCalendar;
use crate::{App, Context, Error, Result};

/// What it is called at first.
const NAME: &str = "Personal";
/// How many of them a person may have deleted.
const DELETED_MAX: u32 = 1_000;

impl App {
    /// A person's default calendar, with the changes that make it where it is not there yet. Its id follows from the
    /// person's, so that whatever it is called later it is the same, and two who make it at once make one.
    pub(crate) async fn default_calendar(&self, cx: &Context, user: UserId) -> Result<(CalendarId, Vec<Change>)> {
        let account = self.ports.users.find_user(user).await?.ok_or(Error::InvalidCredential)?;
        for generation in 0..DELETED_MAX {
            let name = Uuid::new_v5(&user.0, format!("default calendar {generation}").as_bytes());
            let mut random = [0; 10];
            random.copy_from_slice(&name.as_bytes()[..10]);
            let id = CalendarId(uuid_v7(account.created_at, random));
            if self.ports.calendars.find_calendar(id, user).await?.is_some() {
                return Ok((id, Vec::new()));
            }
            // One that was deleted stays so; another takes its place.
            if self.ports.calendars.find_deleted_calendar(id, user).await?.is_none() {
                let new = NewCalendar { name: NAME.to_owned(), color: None };
                let (calendar, changes) = self.calendar_with_id(cx, id, user, new);
                return Ok((calendar.id, changes));
            }
        }
        Err(Error::Conflict("too many default calendars were deleted".to_owned()))
    }

    /// A new calendar of this person, and the changes that make it.
    pub(crate) fn new_calendar(&self, cx: &Context, owner: UserId, input: NewCalendar) -> (Calendar, Vec<Change>) {
        self.calendar_with_id(cx, CalendarId(cx.id()), owner, input)
    }
}
