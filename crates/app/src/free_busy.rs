//! When calendars make their people busy.

use jiff::SignedDuration;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::{Event, Window};
use kalends_domain::free_busy::{Busy, busy};
use kalends_domain::id::CalendarId;
use kalends_domain::problem::Problems;
use kalends_domain::recurrence::Budget;
use kalends_ports::EventFilter;

use crate::events::READ_BUDGET;
use crate::events::list::SERIES_MAX;
use crate::{App, Error, Result, require_scope};

/// Longest range of one question: a leap year of local days.
const RANGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 366 + 1);
/// Most single events that one question looks at, and most stretches that it answers with.
const BUSY_MAX: usize = 20_000;

impl App {
    /// What of a calendar that the caller sees makes people busy in a window of at most a year,
    /// ordered by start. What reaches over the window's ends is told whole.
    pub async fn availability(&self, actor: &Actor, calendar: CalendarId, window: Window) -> Result<Vec<Busy>> {
        require_scope(actor, Resource::Availability, Verb::Read)?;
        check_year(window)?;
        self.calendar_for(calendar, actor.user, Action::Read).await?;
        self.busy_in(vec![calendar], window).await
    }

    /// What of these calendars makes people busy in the window, ordered by start.
    pub(crate) async fn busy_in(&self, calendars: Vec<CalendarId>, window: Window) -> Result<Vec<Busy>> {
        let events = self.events_in(calendars, window, "end").await?;
        let found = busy(&events, window, &mut Budget::new(READ_BUDGET)).map_err(|_| too_many("end"))?;
        if found.len() > BUSY_MAX { Err(too_many("end")) } else { Ok(found) }
    }

    /// The events of these calendars, series included, that lie in the window, whose end is called so.
    pub(crate) async fn events_in(
        &self,
        calendars: Vec<CalendarId>,
        window: Window,
        end: &'static str,
    ) -> Result<Vec<Event>> {
        let mut events = Vec::new();
        for (recurring, most) in [(true, SERIES_MAX), (false, BUSY_MAX)] {
            let calendars = calendars.clone();
            let filter = EventFilter {
                calendars,
                window,
                recurring,
                text: None,
                tag: None,
                kinds: None,
                case: None,
                after: None,
                limit: most + 1,
            };
            let found = self.ports.events.list_events(filter).await?;
            if found.len() > most {
                return Err(too_many(end));
            }
            events.extend(found);
        }
        Ok(events)
    }
}

pub(crate) fn too_many(end: &'static str) -> Error {
    Problems::one(end, "spans too many events: ask for a shorter range").into()
}

/// The range is not empty, and no longer than a year.
pub(crate) fn check_year(range: Window) -> Result<()> {
    if range.from >= range.to {
        return Err(Problems::one("end", "must be after start").into());
    }
    if range.to.duration_since(range.from) > RANGE_MAX {
        return Err(Problems::one("end", "must be at most a year after start").into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, key_actor, view};
    use kalends_domain::access::Role;

    fn window(from: &str, to: &str) -> Window {
        Window { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[tokio::test]
    async fn a_viewer_sees_every_occurrence() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(Some(view(Role::Viewer))));
        mocks
            .events
            .expect_list_events()
            .returning(|filter| Ok(if filter.recurring { vec![event(true)] } else { vec![] }));
        let march = window("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        let reader = key_actor(&[(Resource::Availability, Verb::Read)]);
        let found = mocks.app().availability(&reader, event(true).calendar, march).await.unwrap();
        let starts: Vec<String> = found.iter().map(|block| block.start.to_string()).collect();
        assert_eq!(starts[..2], ["2026-03-02T15:00:00Z", "2026-03-09T14:00:00Z"]);
        assert!(found.iter().all(|block| block.event == event(true).id));
    }

    #[tokio::test]
    async fn a_stranger_sees_no_calendar_and_a_key_needs_the_scope() {
        let march = window("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
        let id = event(true).calendar;
        let mut mocks = Mocks::default();
        mocks.calendars.expect_find_calendar().returning(|_, _| Ok(None));
        assert!(matches!(mocks.app().availability(&actor(), id, march).await, Err(Error::NotFound("calendar"))));
        let other = key_actor(&[(Resource::Events, Verb::Read)]);
        let refused = Mocks::default().app().availability(&other, id, march).await;
        assert!(matches!(refused, Err(Error::MissingScope { .. })));
    }

    #[tokio::test]
    async fn a_range_is_a_year_at_most() {
        for (from, to) in
            [("2026-01-01T00:00:00Z", "2027-01-03T00:00:00Z"), ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]
        {
            let refused = Mocks::default().app().availability(&actor(), event(true).calendar, window(from, to)).await;
            assert!(matches!(refused, Err(Error::Invalid(problems)) if problems.0[0].field == "end"));
        }
    }
}
