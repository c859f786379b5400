//! Making an event.

use std::collections::BTreeMap;

use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::{Details, Event, Pattern};
use kalends_domain::id::{CalendarId, EventId};
use kalends_ports::{Change, Changes};

use super::input::check_sizes;
use super::{EventChange, EventView};
use crate::calendars::Home;
use crate::{App, Context, Result, require_scope, settled};

/// An event to make.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Where it goes; the caller's default calendar when `None`, which is made when there is none.
    pub calendar: Option<CalendarId>,
    /// What it is called.
    pub title: String,
    /// All else; start, end and zone must be said.
    pub rest: EventChange,
}

impl App {
    /// Makes an event in a calendar that the caller may write, or in the caller's own.
    pub async fn create_event(&self, cx: &Context, actor: &Actor, input: NewEvent) -> Result<EventView> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        // Before anything that another attempt, or a repeated request, may find done and not do again.
        let id = EventId(cx.id());
        settled(async || {
            let Home { calendar, revision, made } = match input.calendar {
                Some(named) => {
                    let seen = self.calendar_for(named, actor.user, Action::Write).await?;
                    Home { calendar: named, revision: Some(seen.calendar.revision), made: Changes::new() }
                }
                None => self.default_calendar(cx, actor.user).await?,
            };
            let span = input.rest.span(None)?;
            let recurrence = match input.rest.pattern(&span, None)? {
                Pattern::Replace(recurrence) => recurrence,
                Pattern::Follow => None,
            };
            self.check_attendees(actor, &input.rest, None).await?;
            let mut details = Details::new(input.title.clone(), span);
            input.rest.write_details(cx, &mut details);
            check_sizes(&details)?;
            let mut event = Event {
                id,
                calendar,
                uid: id.to_string(),
                details,
                recurrence,
                overrides: BTreeMap::new(),
                course_id: None,
                case_id: None,
                sequence: 0,
                created_by: actor.user,
                updated_by: actor.user,
                created_at: cx.now(),
                updated_at: cx.now(),
                deleted_at: None,
                version: 1,
            };
            input.rest.write_event(&mut event);
            // A calendar that is made with the event is empty.
            let expected = revision.filter(|_| input.rest.demands.free);
            if expected.is_some() {
                self.require_free(&event).await?;
            }
            let changes = made.and(Change::InsertEvent(event.clone())).and(Change::TouchCalendar {
                id: calendar,
                expected,
                at: cx.now(),
            });
            self.commit(cx, changes).await?;
            Ok(EventView::whole(event))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::testing::{Mocks, actor, event, view};
    use kalends_domain::access::Role;
    use kalends_domain::event::{TimeInput, Timing};
    use kalends_ports::StoreError;

    fn lecture() -> NewEvent {
        let at = |text: &str| TimeInput::Instant {
            at: text.parse().unwrap(),
            written: "2026-03-02T10:00:00".parse().unwrap(),
        };
        let timing = Timing {
            start: Some(at("2026-03-02T15:00:00Z")),
            end: Some(at("2026-03-02T16:00:00Z")),
            zone: Some(event(false).details.span.zone),
            ..Timing::default()
        };
        let rest = EventChange { timing, reminders: Some(vec![10, 10, 5]), ..Default::default() };
        NewEvent { calendar: Some(view(Role::Owner).calendar.id), title: "Lecture".into(), rest }
    }

    #[tokio::test]
    async fn commits_the_event_and_bumps_its_calendar() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Editor))));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(
                matches!(&changes.0[..], [Change::InsertEvent(made), Change::TouchCalendar { id, expected: None, .. }]
                if made.calendar == *id && made.version == 1 && made.details.reminders.len() == 2)
            );
            Ok(())
        });
        let app = mocks.app();
        app.create_event(&app.context(), &actor(), lecture()).await.unwrap();
    }

    #[tokio::test]
    async fn a_viewer_is_refused_and_a_stranger_sees_nothing() {
        for role in [Some(Role::Viewer), None] {
            let mut mocks = Mocks::default();
            mocks.calendars.expect_find_calendar().returning(move |_, _| Ok(role.map(view)));
            let app = mocks.app();
            match (role, app.create_event(&app.context(), &actor(), lecture()).await) {
                (Some(_), Err(Error::Forbidden(_))) | (None, Err(Error::NotFound("calendar"))) => {}
                (role, other) => panic!("{role:?}: {other:?}"),
            }
        }
    }

    #[tokio::test]
    async fn a_calendar_deleted_meanwhile_is_read_again_and_gone() {
        let mut mocks = Mocks::default();
        let mut looks = 0;
        mocks.calendars.expect_find_calendar().times(2).returning(move |_, _| {
            looks += 1;
            Ok((looks == 1).then(|| view(Role::Owner)))
        });
        mocks.commit.expect_commit().times(1).returning(|_| Err(StoreError::Stale));
        let app = mocks.app();
        assert!(matches!(
            app.create_event(&app.context(), &actor(), lecture()).await,
            Err(Error::NotFound("calendar"))
        ));
    }

    fn homeless() -> NewEvent {
        NewEvent { calendar: None, ..lecture() }
    }

    #[tokio::test]
    async fn the_first_event_makes_the_default_calendar_in_the_same_commit() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(None));
        mocks.calendars.expect_find_deleted_calendar().returning(|_, _| Ok(None));
        mocks.users.expect_find_user().returning(|_| Ok(Some(crate::testing::user())));
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [
                Change::UpdateUser { user, expected: 1 },
                Change::InsertCalendar(home),
                Change::PutMembership(owner),
                Change::InsertEvent(event),
                Change::TouchCalendar { id, .. },
            ] if user.version == 2 && home.name == "Personal" && owner.role == Role::Owner
                && [owner.calendar, event.calendar, *id] == [home.id; 3]));
            Ok(())
        });
        let app = mocks.app();
        app.create_event(&app.context(), &actor(), homeless()).await.unwrap();
    }

    #[tokio::test]
    async fn whoever_loses_the_race_for_the_default_calendar_takes_the_winners() {
        let mut mocks = Mocks::default();
        let mut looks = 0;
        mocks.calendars.expect_find_calendar().times(2).returning(move |_, _| {
            looks += 1;
            Ok((looks > 1).then(|| view(Role::Owner)))
        });
        mocks.calendars.expect_find_deleted_calendar().returning(|_, _| Ok(None));
        mocks.users.expect_find_user().returning(|_| Ok(Some(crate::testing::user())));
        let mut tries = 0;
        mocks.commit.expect_commit().times(2).returning(move |changes| {
            tries += 1;
            if tries == 1 {
                return Err(StoreError::Stale);
            }
            assert!(matches!(&changes.0[..], [Change::InsertEvent(event), Change::TouchCalendar { id, .. }]
                if event.calendar == *id));
            Ok(())
        });
        let app = mocks.app();
        app.create_event(&app.context(), &actor(), homeless()).await.unwrap();
    }
}
