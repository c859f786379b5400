//! When people are busy, never with what.

use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::event::Window;
use kalends_domain::free_busy::{Busy, merge, occupies, taking};
use kalends_domain::id::{CalendarId, UserId};
use kalends_domain::recurrence::Budget;

use super::Person;
use crate::events::READ_BUDGET;
use crate::free_busy::{check_year, too_many};
use crate::{App, Result, require_scope};

/// What the surface calls the end of the window.
const END: &str = "to";

/// When somebody is busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusyPerson {
    /// Who.
    pub user: UserId,
    /// The stretches, in order; none touches another, and none reaches out of the window.
    pub busy: Vec<Window>,
}

/// When some people are busy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleBusy {
    /// Those whom the caller may ask about, in the order in which they were named.
    pub people: Vec<BusyPerson>,
    /// Those of whom the caller may not know, or who do not exist, likewise.
    pub unknown: Vec<UserId>,
}

impl App {
    /// When these people are busy in a window of at most a year. What counts is what stands in their own calendars, and
    /// what asks them to come in calendars that are shared with them, unless they declined.
    pub async fn people_busy(&self, actor: &Actor, people: &[UserId], window: Window) -> Result<PeopleBusy> {
        require_scope(actor, Resource::Availability, Verb::Read)?;
        check_year(window)?;
        self.busy_people(actor.user, people, window).await
    }

    /// The same for a viewer, in a window of any length.
    pub(super) async fn busy_people(&self, viewer: UserId, people: &[UserId], window: Window) -> Result<PeopleBusy> {
        let theirs = self.calendars_of(viewer).await?;
        let mut answer = PeopleBusy { people: Vec::new(), unknown: Vec::new() };
        for (i, &user) in people.iter().enumerate() {
            if people[..i].contains(&user) {
                continue;
            }
            let person = self.person(user).await?;
            let shown = person.filter(|one| one.user.shows_free_busy_to(viewer, one.shares_with(&theirs)));
            match shown {
                Some(person) => answer.people.push(BusyPerson { user, busy: self.busy_time(&person, window).await? }),
                None => answer.unknown.push(user),
            }
        }
        Ok(answer)
    }

    async fn busy_time(&self, person: &Person, window: Window) -> Result<Vec<Window>> {
        let budget = &mut Budget::new(READ_BUDGET);
        let mut blocks: Vec<Busy> = Vec::new();
        for own in [true, false] {
            // Asked of the calendar, not of the role: who has a feed owns its calendar, and only reads it.
            let owned = person.calendars.iter().filter(|view| (view.calendar.owner == person.user.id) == own);
            let calendars: Vec<CalendarId> = owned.map(|view| view.calendar.id).collect();
            if calendars.is_empty() {
                continue;
            }
            let events = self.events_in(calendars, window, END).await?;
            let (id, email) = (person.user.id, &person.user.email);
            let found = taking(&events, window, |details| occupies(details, id, email, own), budget);
            blocks.extend(found.map_err(|_| too_many(END))?);
        }
        blocks.sort_unstable();
        let within = |block: Window| Window { from: block.from.max(window.from), to: block.to.min(window.to) };
        Ok(merge(&blocks).into_iter().map(within).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, user, view};
    use kalends_domain::access::Role;
    use kalends_domain::account::{FreeBusyVisibility, User};
    use kalends_domain::event::{Attendee, Rsvp};
    use kalends_domain::id::{AttendeeId, uuid_v7};
    use kalends_ports::Page;

    fn bob(visibility: FreeBusyVisibility) -> User {
        let id = UserId(uuid_v7(user().created_at, [77; 10]));
        User { id, email: "bob@example.com".parse().unwrap(), free_busy_visibility: visibility, ..user() }
    }

    /// What Ann is told about Bob, who has one calendar that may be his `own`, and that may be shared with her.
    async fn told(visibility: FreeBusyVisibility, own: bool, shared: bool, answer: Option<Rsvp>) -> PeopleBusy {
        let mut mocks = Mocks::default();
        mocks.users.expect_find_user().returning(move |id| Ok(Some(bob(visibility)).filter(|bob| bob.id == id)));
        mocks
            .calendars
            .expect_list_roles()
            .returning(move |_| Ok(if shared { vec![(view(Role::Owner).calendar.id, Role::Viewer)] } else { vec![] }));
        mocks.calendars.expect_list_calendars().returning(move |_, _| {
            // Even of his own he may be but a reader.
            let mut seen = view(Role::Viewer);
            if own {
                seen.calendar.owner = bob(visibility).id;
            }
            Ok(Page { items: vec![seen], more: false })
        });
        mocks.events.expect_list_events().returning(move |filter| {
            let mut lecture = event(false);
            let attendee = |status| Attendee {
                id: AttendeeId(lecture.id.0),
                user: Some(bob(visibility).id),
                email: None,
                name: None,
                status,
                kept: vec![],
            };
            lecture.details.attendees = answer.map(attendee).into_iter().collect();
            Ok(if filter.recurring { vec![] } else { vec![lecture] })
        });
        let window =
            Window { from: "2026-03-02T00:00:00Z".parse().unwrap(), to: "2026-03-02T15:30:00Z".parse().unwrap() };
        mocks.app().people_busy(&actor(), &[bob(visibility).id], window).await.unwrap()
    }

    #[tokio::test]
    async fn who_may_not_be_seen_is_answered_like_one_who_is_not_there() {
        use FreeBusyVisibility::{Everyone, Nobody, Shared};
        for (visibility, shared, seen) in
            [(Everyone, false, true), (Shared, true, true), (Shared, false, false), (Nobody, true, false)]
        {
            let told = told(visibility, true, shared, None).await;
            assert_eq!(
                (told.people.len(), told.unknown.len()),
                (usize::from(seen), usize::from(!seen)),
                "{visibility:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_stretch_ends_with_the_window_and_says_nothing_more() {
        let told = told(FreeBusyVisibility::Everyone, true, false, None).await;
        let block = told.people[0].busy[0];
        assert_eq!(
            (block.from.to_string().as_str(), block.to.to_string().as_str()),
            ("2026-03-02T15:00:00Z", "2026-03-02T15:30:00Z")
        );
    }

    #[tokio::test]
    async fn elsewhere_only_what_asks_a_person_to_come_takes_their_time() {
        for (own, answer, busy) in [
            (false, None, 0),
            (false, Some(Rsvp::NeedsAction), 1),
            (false, Some(Rsvp::Declined), 0),
            (true, None, 1),
            (true, Some(Rsvp::Declined), 0),
        ] {
            let told = told(FreeBusyVisibility::Everyone, own, true, answer).await;
            assert_eq!(told.people[0].busy.len(), busy, "{own} {answer:?}");
        }
    }
}
