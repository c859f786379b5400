//! Other people: who may know of whom, when they are busy, and when a group is free.

mod free_busy;
mod group;

use std::collections::{BTreeSet, HashSet};

use kalends_domain::account::User;
use kalends_domain::calendar::CalendarView;
use kalends_domain::id::{CalendarId, UserId};
use kalends_ports::PageRequest;

pub use free_busy::{BusyPerson, PeopleBusy};
pub use group::GroupSlots;

use crate::{App, Result};

/// What is said of an account that is not there, or that the caller may not know of.
pub(crate) const NO_ACCOUNT: &str = "names no account";
/// Most people that one question is about.
pub(crate) const PEOPLE_MAX: usize = 50;
/// Calendars that are read at once.
const PAGE: usize = 200;

/// A person, and the calendars that they see.
struct Person {
    user: User,
    calendars: Vec<CalendarView>,
}

impl Person {
    /// Whether somebody shares a calendar with them. Anyone may join a public one, so that says nothing.
    fn shares_with(&self, theirs: &BTreeSet<CalendarId>) -> bool {
        self.calendars.iter().any(|view| !view.calendar.is_public && theirs.contains(&view.calendar.id))
    }
}

impl App {
    /// The person, unless the account is gone.
    async fn person(&self, id: UserId) -> Result<Option<Person>> {
        let Some(user) = self.ports.users.find_user(id).await? else { return Ok(None) };
        let mut calendars: Vec<CalendarView> = Vec::new();
        loop {
            let request = PageRequest { after: calendars.last().map(|view| view.calendar.id), limit: PAGE };
            let page = self.ports.calendars.list_calendars(id, request).await?;
            calendars.extend(page.items);
            if !page.more {
                return Ok(Some(Person { user, calendars }));
            }
        }
    }

    /// The calendars that somebody sees.
    async fn calendars_of(&self, id: UserId) -> Result<BTreeSet<CalendarId>> {
        Ok(self.ports.calendars.list_roles(id).await?.into_iter().map(|(calendar, _)| calendar).collect())
    }

    /// Those of these accounts that the viewer may know of: their own, those with whom they share a calendar, and those
    /// that let everyone know when they are busy.
    pub(crate) async fn known_people(&self, viewer: UserId, people: &[UserId]) -> Result<HashSet<UserId>> {
        let mut known = HashSet::new();
        if people.is_empty() {
            return Ok(known);
        }
        let theirs = self.calendars_of(viewer).await?;
        for id in people.iter().copied().collect::<BTreeSet<_>>() {
            if let Some(person) = self.person(id).await?
                && person.user.is_known_to(viewer, person.shares_with(&theirs))
            {
                known.insert(id);
            }
        }
        Ok(known)
    }
}
