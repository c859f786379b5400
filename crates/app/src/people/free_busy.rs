//! When people are busy, never with what.

use kalends_domain::event::{Details, Window};
use kalends_domain::free_busy::{Busy, merge, occupies};
use kalends_domain::id::UserId;

use super::{People, Person};
use crate::free_busy::check_year;
use crate::windows::Standing;
use crate::{App, Result};

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
    pub async fn people_busy(&self, people: &People, window: Window) -> Result<PeopleBusy> {
        check_year(window)?;
        self.busy_people(people, window).await
    }

    /// The same in a window of any length.
    pub(super) async fn busy_people(&self, people: &People, window: Window) -> Result<PeopleBusy> {
        let mut answer = PeopleBusy { people: Vec::new(), unknown: Vec::new() };
        for (user, shown) in &people.named {
            match shown {
                Some(one) => {
                    answer.people.push(BusyPerson { user: *user, busy: self.busy_time(one, window).await? });
                }
                None => answer.unknown.push(*user),
            }
        }
        Ok(answer)
    }

    async fn busy_time(&self, person: &Person, window: Window) -> Result<Vec<Window>> {
        let mut blocks: Vec<Busy> = Vec::new();
        for own in [true, false] {
            // Asked of the calendar, not of the role: who has a feed owns its calendar, and only reads it.
            let owned = person.seats.iter().filter(|seat| (seat.owner == person.user.id) == own);
            let calendars: Vec<Standing> = owned.map(|seat| (seat.calendar, seat.revision)).collect();
            if calendars.is_empty() {
                continue;
            }
            let (id, email) = (person.user.id, &person.user.email);
            let occupies = |details: &Details| occupies(details, id, email, own);
            blocks.extend(self.taken_in(&calendars, window, END, occupies).await?);
        }
        blocks.sort_unstable();
        let within = |block: Window| Window { from: block.from.max(window.from), to: block.to.min(window.to) };
        Ok(merge(&blocks).into_iter().map(within).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, seat, user};
    use kalends_domain::access::Role;
    use kalends_domain::account::{FreeBusyVisibility, User};
    use kalends_domain::calendar::Seat;
    use kalends_domain::event::{Attendee, Rsvp};
    use kalends_domain::id::{AttendeeId, uuid_v7};

    fn bob(visibility: FreeBusyVisibility) -> User {
        let id = UserId(uuid_v7(user().created_at, [77; 10]));
        User { id, email: "bob@example.com".parse().unwrap(), free_busy_visibility: visibility, ..user() }
    }

    /// What Ann is told about Bob, who has one calendar that may be his `own`, and that may be shared with her.
    async fn told(visibility: FreeBusyVisibility, own: bool, shared: bool, answer: Option<Rsvp>) -> PeopleBusy {
        let mut mocks = Mocks::default();
        mocks.users.expect_find_user().returning(move |id| Ok(Some(bob(visibility)).filter(|bob| bob.id == id)));
        mocks.calendars.expect_list_seats().returning(move |id| {
            let ann = id == user().id;
            let owner = if own { bob(visibility).id } else { user().id };
            // Even of his own he may be but a reader.
            Ok(if !ann || shared { vec![Seat { owner, ..seat(Role::Viewer, 1) }] } else { vec![] })
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
        let app = mocks.app();
        let people = app.people(&actor(), &[bob(visibility).id]).await.unwrap();
        app.people_busy(&people, window).await.unwrap()
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
