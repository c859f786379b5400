//! Other people: who may know of whom, when they are busy, and when a group is free.

mod free_busy;
mod group;

use std::collections::{BTreeSet, HashSet};

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::account::User;
use kalends_domain::calendar::Seat;
use kalends_domain::id::{CalendarId, UserId};
use uuid::Uuid;

pub use free_busy::{BusyPerson, PeopleBusy};
pub use group::GroupSlots;

use crate::windows::Stamp;
use crate::{App, Result, require_scope};

/// What is said of an account that is not there, or that the caller may not know of.
pub(crate) const NO_ACCOUNT: &str = "names no account";
/// Most people that one question is about.
pub(crate) const PEOPLE_MAX: usize = 50;

/// Some people, of whom the viewer wants to know when they are busy.
pub struct People {
    /// In the order in which they were named, each once; `None` of those whom the viewer may not ask about.
    named: Vec<(UserId, Option<Person>)>,
}

impl People {
    /// How they stand, and their calendars.
    pub fn stamp(&self) -> Stamp {
        self.named.iter().fold(Stamp::default(), |stamp, (id, person)| {
            let Some(Person { user, seats }) = person else { return stamp.and(id.0, 0) };
            // Whether a calendar is their own decides what takes their time.
            let seat = |stamp: Stamp, seat: &Seat| {
                stamp.and(seat.calendar.0, seat.revision).and(Uuid::nil(), i64::from(seat.owner == user.id))
            };
            seats.iter().fold(stamp.and(user.id.0, user.version), seat)
        })
    }
}

/// A person, and the calendars that they see.
struct Person {
    user: User,
    seats: Vec<Seat>,
}

impl Person {
    /// Whether somebody shares a calendar with them. Anyone may join a public one, so that says nothing.
    fn shares_with(&self, theirs: &BTreeSet<CalendarId>) -> bool {
        self.seats.iter().any(|seat| !seat.is_public && theirs.contains(&seat.calendar))
    }
}

impl App {
    /// The person, unless the account is gone.
    async fn person(&self, id: UserId) -> Result<Option<Person>> {
        let Some(user) = self.ports.users.find_user(id).await? else { return Ok(None) };
        Ok(Some(Person { user, seats: self.ports.calendars.list_seats(id).await? }))
    }

    /// The calendars that the viewer sees, where they decide what is known of one of these people.
    async fn calendars_of(&self, viewer: UserId, people: &[UserId]) -> Result<BTreeSet<CalendarId>> {
        if people.iter().all(|person| *person == viewer) {
            return Ok(BTreeSet::new());
        }
        Ok(self.ports.calendars.list_seats(viewer).await?.into_iter().map(|seat| seat.calendar).collect())
    }

    /// Some people as the caller may ask about them.
    pub async fn people(&self, actor: &Actor, people: &[UserId]) -> Result<People> {
        require_scope(actor, Resource::Availability, Verb::Read)?;
        let (viewer, theirs) = (actor.user, self.calendars_of(actor.user, people).await?);
        let mut named: Vec<(UserId, Option<Person>)> = Vec::new();
        for &id in people {
            if named.iter().all(|(known, _)| *known != id) {
                let person = self.person(id).await?;
                let shown = person.filter(|one| one.user.shows_free_busy_to(viewer, one.shares_with(&theirs)));
                named.push((id, shown));
            }
        }
        Ok(People { named })
    }

    /// Those of these accounts that the viewer may know of: their own, those with whom they share a calendar, and those
    /// that let everyone know when they are busy.
    pub(crate) async fn known_people(&self, viewer: UserId, people: &[UserId]) -> Result<HashSet<UserId>> {
        let mut known = HashSet::new();
        let theirs = self.calendars_of(viewer, people).await?;
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
