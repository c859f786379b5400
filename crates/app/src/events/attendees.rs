//! Who is asked to an event, and what they answer.

use kalends_domain::access::{Action, Actor, Decision, Resource, Verb, decide};
use kalends_domain::event::{Attendee, Rsvp};
use kalends_domain::id::{AttendeeId, EventId};

use super::input::{check_sizes, new_attendee};
use super::{AttendeeInput, EventView};
use crate::{App, Context, Error, Result, require_scope, settled};

impl App {
    /// Asks people to an event; who is asked already is left as they are.
    pub async fn add_attendees(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        people: &[AttendeeInput],
        expected: Option<i64>,
    ) -> Result<EventView> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let seen = self.event_for(id, actor, Action::Write).await?;
            self.check_accounts(people).await?;
            let new: Vec<Attendee> = people.iter().map(|person| new_attendee(cx, person)).collect();
            self.edit_details(cx, actor, seen, expected, |details| {
                for person in &new {
                    if details.attendees.iter().all(|old| !old.same_person(person.user, person.email.as_ref())) {
                        details.attendees.push(person.clone());
                    }
                }
                check_sizes(details)
            })
            .await
        })
        .await
    }

    /// Keeps what an attendee answered: their own answer, or any as an editor.
    pub async fn answer_invitation(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        attendee: AttendeeId,
        status: Rsvp,
        expected: Option<i64>,
    ) -> Result<EventView> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let seen = self.event_for(id, actor, Action::Read).await?;
            let person = seen.event.all_details().flat_map(|d| &d.attendees).find(|a| a.id == attendee);
            let person = person.ok_or(Error::NotFound("attendee"))?;
            if decide(seen.role, Action::Write) != Decision::Allowed {
                let user = self.ports.users.find_user(actor.user).await?;
                if !user.is_some_and(|user| person.same_person(Some(user.id), Some(&user.email))) {
                    return Err(Error::Forbidden("only editors answer for somebody else"));
                }
                if self.ports.feeds.find_feed_of(seen.calendar.id).await?.is_some() {
                    return Err(Error::Forbidden("the event comes from a feed: whoever made it takes answers"));
                }
            }
            self.edit_details(cx, actor, seen, expected, |details| {
                for person in details.attendees.iter_mut().filter(|a| a.id == attendee) {
                    person.status = status;
                }
                Ok(())
            })
            .await
        })
        .await
    }

    /// Takes an attendee off an event.
    pub async fn remove_attendee(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        attendee: AttendeeId,
        expected: Option<i64>,
    ) -> Result<()> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let seen = self.event_for(id, actor, Action::Write).await?;
            if !seen.event.all_details().any(|details| details.attendees.iter().any(|a| a.id == attendee)) {
                return Err(Error::NotFound("attendee"));
            }
            self.edit_details(cx, actor, seen, expected, |details| {
                details.attendees.retain(|a| a.id != attendee);
                Ok(())
            })
            .await?;
            Ok(())
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, seen, user};
    use kalends_domain::access::Role;
    use kalends_domain::event::Event;
    use kalends_domain::id::uuid_v7;
    use kalends_ports::Change;

    fn invited(email: &str) -> Event {
        let mut event = event(false);
        let id = AttendeeId(uuid_v7(event.created_at, [8; 10]));
        event.details.attendees = vec![Attendee {
            id,
            user: None,
            email: email.parse().ok(),
            name: None,
            status: Rsvp::NeedsAction,
            kept: vec![],
        }];
        event
    }

    async fn answer(email: &'static str, role: Option<Role>, commits: usize) -> Result<EventView> {
        let mut mocks = Mocks::default();
        mocks.feeds.expect_find_feed_of().returning(|_| Ok(None));
        mocks.users.expect_find_user().returning(|_| Ok(Some(user())));
        mocks.events.expect_find_event().returning(move |_, _| Ok(Some(seen(invited(email), role))));
        mocks.commit.expect_commit().times(commits).returning(|changes| {
            assert!(matches!(&changes.0[0], Change::UpdateEvent { event, .. } if event.details.attendees[0].status == Rsvp::Accepted));
            Ok(())
        });
        let app = mocks.app();
        let event = invited(email);
        app.answer_invitation(&app.context(), &actor(), event.id, event.details.attendees[0].id, Rsvp::Accepted, None)
            .await
    }

    #[tokio::test]
    async fn one_answers_for_oneself_even_as_a_stranger_to_the_calendar() {
        answer("ann@example.com", None, 1).await.unwrap();
        answer("ann@example.com", Some(Role::Viewer), 1).await.unwrap();
    }

    #[tokio::test]
    async fn only_editors_answer_for_others() {
        answer("bob@example.com", Some(Role::Editor), 1).await.unwrap();
        assert!(matches!(answer("bob@example.com", Some(Role::Viewer), 0).await, Err(Error::Forbidden(_))));
        assert!(matches!(answer("bob@example.com", None, 0).await, Err(Error::NotFound("event"))));
    }
}
