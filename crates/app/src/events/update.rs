//! Changing an event: one occurrence, that one and the rest, or all.

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::{Event, Span, Split, TimeInput};
use kalends_domain::id::EventId;
use kalends_domain::problem::Problems;
use kalends_domain::recurrence::Budget;
use kalends_ports::{Change, Changes, StoreError, Unique};

use super::free::claims_anew;
use super::input::check_sizes;
use super::{EventChange, EventView, READ_BUDGET, cannot_edit, original_start, too_expensive};
use crate::{App, Context, Error, Result, require_scope, require_version, settled, touch};

/// How much of a series an edit is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// One occurrence.
    This,
    /// One occurrence and all that come after it.
    Following,
    /// The whole series.
    #[default]
    All,
}

/// The occurrence that an edit starts from.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) recurrence_id: jiff::civil::DateTime,
    pub(super) original_start: Timestamp,
    pub(super) span: Span,
}

impl App {
    /// Changes an event. `occurrence` is the original start of an occurrence; a scope other than
    /// [`Scope::All`] needs one. Answers with the occurrence, the new series, or the event.
    #[expect(clippy::too_many_arguments, reason = "what, where, how much, against which version")]
    pub async fn update_event(
        &self,
        cx: &Context,
        actor: &Actor,
        id: EventId,
        occurrence: Option<TimeInput>,
        scope: Scope,
        change: EventChange,
        expected: Option<i64>,
    ) -> Result<EventView> {
        require_scope(actor, Resource::Events, Verb::Write)?;
        settled(async || {
            let seen = self.event_for(id, actor, Action::Write).await?;
            let (event, mut revision) = (seen.event, seen.calendar.revision);
            require_version(expected, event.version)?;
            if let Some(calendar) = change.calendar.filter(|calendar| *calendar != event.calendar) {
                revision = self.calendar_for(calendar, actor.user, Action::Write).await?.calendar.revision;
            }
            self.check_attendees(actor, &change, Some(&event)).await?;
            let target = target(&event, occurrence, scope)?;
            match (scope, target) {
                (Scope::This, Some(target)) => self.change_one(cx, actor, event, &target, &change).await,
                (Scope::Following, Some(target)) => {
                    self.change_following(cx, actor, event, &target, &change, revision).await
                }
                (_, target) => self.change_whole(cx, actor, event, target.as_ref(), &change, revision).await,
            }
        })
        .await
    }

    async fn change_one(
        &self,
        cx: &Context,
        actor: &Actor,
        mut event: Event,
        target: &Target,
        change: &EventChange,
    ) -> Result<EventView> {
        change.whole_series_fields().finish()?;
        let mut details = event.overrides.get(&target.recurrence_id).unwrap_or(&event.details).clone();
        details.span = target.span.clone();
        if !change.timing.is_silent() {
            details.span = change.span(Some(&target.span))?;
        }
        change.write_details(cx, &mut details);
        check_sizes(&details)?;
        event.override_occurrence(target.recurrence_id, details).map_err(cannot_edit)?;
        let event = std::sync::Arc::new(self.save_event(cx, actor, event, Vec::new()).await?);
        let found = event.occurrence_at(target.original_start, &mut Budget::new(READ_BUDGET)).map_err(too_expensive)?;
        found.map(|found| EventView::occurrence(&event, &found)).ok_or(Error::NotFound("occurrence"))
    }

    async fn change_whole(
        &self,
        cx: &Context,
        actor: &Actor,
        mut event: Event,
        target: Option<&Target>,
        change: &EventChange,
        revision: i64,
    ) -> Result<EventView> {
        let before = event.clone();
        apply(cx, &mut event, target.map(|target| &target.span), change)?;
        let moved = (event.calendar != before.calendar).then(|| touch(cx, before.calendar));
        let guarded = change.demands.free && claims_anew(&before, &event);
        if guarded {
            self.require_free(&event).await?;
        }
        let revision = guarded.then_some(revision);
        match self.save_event_at(cx, actor, event, revision, moved.into_iter().collect()).await {
            Err(Error::Store(StoreError::Duplicate(Unique::EventUid))) => {
                Err(Error::Conflict("the calendar has an event with the same UID already".to_owned()))
            }
            other => Ok(EventView::whole(other?)),
        }
    }

    async fn change_following(
        &self,
        cx: &Context,
        actor: &Actor,
        event: Event,
        target: &Target,
        change: &EventChange,
        revision: i64,
    ) -> Result<EventView> {
        let new_id = EventId(cx.id());
        let Split { before, after } =
            event.split_at(target.recurrence_id, new_id, new_id.to_string()).map_err(cannot_edit)?;
        let Some(mut before) = before else {
            return self.change_whole(cx, actor, event, Some(target), change, revision).await;
        };
        let mut after = Event {
            created_by: actor.user,
            updated_by: actor.user,
            created_at: cx.now(),
            updated_at: cx.now(),
            version: 1,
            sequence: 0,
            ..after
        };
        apply(cx, &mut after, Some(&target.span), change)?;
        let expected = before.version;
        before.version += 1;
        before.sequence = before.sequence.saturating_add(1);
        before.updated_at = cx.now();
        before.updated_by = actor.user;
        let mut changes = Changes::new().and(touch(cx, before.calendar));
        if after.calendar != before.calendar {
            changes = changes.and(touch(cx, after.calendar));
        }
        let changes =
            changes.and(Change::UpdateEvent { event: before, expected }).and(Change::InsertEvent(after.clone()));
        self.commit(cx, changes).await?;
        Ok(EventView::whole(after))
    }
}

/// The occurrence that is named, and that the scope needs.
pub(super) fn target(event: &Event, occurrence: Option<TimeInput>, scope: Scope) -> Result<Option<Target>> {
    let Some(named) = occurrence else {
        return match scope {
            Scope::All => Ok(None),
            Scope::This | Scope::Following => {
                Err(Problems::one("occurrence", "is required unless scope is all").into())
            }
        };
    };
    let found =
        event.occurrence_at(original_start(event, named)?, &mut Budget::new(READ_BUDGET)).map_err(too_expensive)?;
    let target = found.and_then(|found| {
        Some(Target { recurrence_id: found.recurrence_id?, original_start: found.original_start, span: found.span() })
    });
    target.map(Some).ok_or(Error::NotFound("occurrence"))
}

/// Writes a change into the whole event. Times are meant for the occurrence with the span `named`,
/// where one is named; the series moves as far as it does.
fn apply(cx: &Context, event: &mut Event, named: Option<&Span>, change: &EventChange) -> Result<()> {
    let mut details = event.details.clone();
    if !change.timing.is_silent() {
        details.span = match named {
            Some(span) => event.span_moved_like(span, &change.span(Some(span))?),
            None => change.span(Some(&event.details.span))?,
        };
    }
    if event.recurrence.is_some() || !change.recurrence.is_silent() {
        details.span = details.span.in_whole_seconds();
    }
    change.write_details(cx, &mut details);
    check_sizes(&details)?;
    let pattern = change.pattern(&details.span, event.recurrence.as_ref())?;
    event.change_all(details, pattern).map_err(cannot_edit)?;
    change.write_event(event);
    event.calendar = change.calendar.unwrap_or(event.calendar);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, seen};
    use kalends_domain::access::Role;
    use kalends_domain::event::Timing;

    fn weekly() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(event(true), Some(Role::Editor)))));
        mocks
    }

    fn start_at(text: &str) -> EventChange {
        let start = TimeInput::Instant { at: text.parse().unwrap(), written: "2026-01-01T01:00:00".parse().unwrap() };
        EventChange { timing: Timing { start: Some(start), ..Default::default() }, ..Default::default() }
    }

    fn titled(title: &str) -> EventChange {
        EventChange { title: Some(title.into()), ..Default::default() }
    }

    fn instant(text: &str) -> TimeInput {
        TimeInput::Instant { at: text.parse().unwrap(), written: "2026-01-01T01:00:00".parse().unwrap() }
    }

    #[tokio::test]
    async fn this_commits_one_override_and_keeps_the_series() {
        let mut mocks = weekly();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(
                matches!(&changes.0[..], [Change::UpdateEvent { event, expected: 1 }, Change::TouchCalendar { .. }]
                if event.overrides.len() == 1 && event.details.title == "Lecture")
            );
            Ok(())
        });
        let app = mocks.app();
        let at = Some(instant("2026-03-09T14:00:00Z"));
        let view = app
            .update_event(
                &app.context(),
                &actor(),
                event(true).id,
                at,
                Scope::This,
                start_at("2026-03-09T13:30:00Z"),
                None,
            )
            .await
            .unwrap();
        assert_eq!(view.start().to_string(), "2026-03-09T13:30:00Z");
        assert_eq!(view.place.unwrap().original_start.to_string(), "2026-03-09T14:00:00Z");
    }

    #[tokio::test]
    async fn following_splits_in_one_commit() {
        let mut mocks = weekly();
        mocks.commit.expect_commit().times(1).returning(|changes| {
            assert!(matches!(&changes.0[..], [Change::TouchCalendar { .. }, Change::UpdateEvent { event: before, .. }, Change::InsertEvent(after)]
                if before.details.title == "Lecture" && after.details.title == "Seminar" && before.id != after.id));
            Ok(())
        });
        let app = mocks.app();
        let at = Some(instant("2026-03-09T14:00:00Z"));
        let view = app
            .update_event(&app.context(), &actor(), event(true).id, at, Scope::Following, titled("Seminar"), None)
            .await
            .unwrap();
        assert_eq!(view.start().to_string(), "2026-03-09T14:00:00Z");
    }

    #[tokio::test]
    async fn an_occurrence_that_is_none_is_not_found() {
        let app = weekly().app();
        let at = Some(instant("2026-03-10T14:00:00Z"));
        let gone = app.update_event(&app.context(), &actor(), event(true).id, at, Scope::This, titled("X"), None).await;
        assert!(matches!(gone, Err(Error::NotFound("occurrence"))));
    }

    #[tokio::test]
    async fn a_day_alone_names_no_occurrence_of_a_timed_series() {
        let app = weekly().app();
        let day = Some(TimeInput::Date("2026-03-09".parse().unwrap()));
        let refused =
            app.update_event(&app.context(), &actor(), event(true).id, day, Scope::This, titled("X"), None).await;
        assert!(matches!(refused, Err(Error::Invalid(_))));
    }

    #[tokio::test]
    async fn what_takes_no_time_stays_so_until_it_is_given_an_end() {
        fn moment() -> Event {
            let mut moment = event(false);
            moment.details.span =
                Span::timed(moment.details.span.starts_at(), moment.details.span.starts_at(), moment.details.span.zone)
                    .unwrap();
            moment
        }
        let mut mocks = Mocks::default();
        mocks.events.expect_find_event().returning(|_, _| Ok(Some(seen(moment(), Some(Role::Editor)))));
        mocks.commit.expect_commit().times(2).returning(|_| Ok(()));
        let app = mocks.app();
        app.update_event(&app.context(), &actor(), moment().id, None, Scope::All, titled("X"), None).await.unwrap();
        let later = start_at("2026-03-02T16:00:00Z");
        let moved = app.update_event(&app.context(), &actor(), moment().id, None, Scope::All, later, None).await;
        assert!(moved.unwrap().details().span.is_moment());
        let mut ended = titled("X");
        ended.timing.end = Some(instant("2026-03-02T15:00:00Z"));
        let refused = app.update_event(&app.context(), &actor(), moment().id, None, Scope::All, ended, None).await;
        assert!(matches!(refused, Err(Error::Invalid(problems)) if problems.0[0].field == "end_time"));
    }

    #[tokio::test]
    async fn one_occurrence_has_no_rule_of_its_own() {
        let app = weekly().app();
        let mut change = titled("X");
        change.recurrence.rules = Some(vec![]);
        let at = Some(instant("2026-03-09T14:00:00Z"));
        let refused = app.update_event(&app.context(), &actor(), event(true).id, at, Scope::This, change, None).await;
        assert!(matches!(refused, Err(Error::Invalid(_))));
    }
}
