//! Whether the time of an event is free, for surfaces on which no two may overlap.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::event::{Details, Event, Window};
use kalends_domain::free_busy::{Busy, overlap};
use kalends_domain::problem::Problems;
use kalends_domain::recurrence::Budget;
use kalends_ports::EventFilter;

use super::list::SERIES_MAX;
use super::{READ_BUDGET, too_expensive};
use crate::{App, Error, Result};

/// How far a series is compared with the others, from its first occurrence on.
const HORIZON: SignedDuration = SignedDuration::from_hours(24 * 3_660);
/// The stretch of it that is looked at at once.
const STRETCH: SignedDuration = SignedDuration::from_hours(24 * 366);
/// Single events that are read at once.
const PAGE: usize = 1_000;

/// Whether a change can make an event take time that it did not take before.
pub(super) fn claims_anew(before: &Event, after: &Event) -> bool {
    let claim = |details: &Details| (details.span.clone(), details.is_busy());
    before.calendar != after.calendar
        || before.recurrence != after.recurrence
        || !before.all_details().map(claim).eq(after.all_details().map(claim))
}

impl App {
    /// Refuses an event that makes people busy while another of its calendar does, with [`Error::Overlap`]. Whoever
    /// commits on the answer names the revision of the calendar that was read before.
    pub(super) async fn require_free(&self, event: &Event) -> Result<()> {
        if !event.all_details().any(Details::is_busy) {
            return Ok(());
        }
        let extent = event.extent().map_err(too_expensive)?;
        let last = extent.first_start.checked_add(HORIZON).unwrap_or(Timestamp::MAX);
        let end = extent.last_end.map_or(last, |end| end.min(last));
        let budget = &mut Budget::new(READ_BUDGET);
        let mut from = extent.first_start;
        while from < end {
            let to = from.checked_add(STRETCH).unwrap_or(end).min(end);
            if let Some(taken) = self.first_overlap(event, Window { from, to }, budget).await? {
                return Err(Error::Overlap(taken));
            }
            from = to;
        }
        Ok(())
    }

    /// The first stretch of the window that another event of the calendar takes.
    async fn first_overlap(&self, event: &Event, window: Window, budget: &mut Budget) -> Result<Option<Busy>> {
        let mut filter = EventFilter {
            calendars: vec![event.calendar],
            window,
            recurring: true,
            text: None,
            tag: None,
            kinds: None,
            case: None,
            after: None,
            limit: SERIES_MAX + 1,
        };
        let series = self.ports.events.list_events(filter.clone()).await?;
        if series.len() > SERIES_MAX {
            return Err(Problems::one("calendar_id", "has too many series to look for conflicts").into());
        }
        let among_series = overlap(event, &series, window, budget).map_err(too_expensive)?;
        (filter.recurring, filter.limit) = (false, PAGE);
        loop {
            let singles = self.ports.events.list_events(filter.clone()).await?;
            let found = overlap(event, &singles, window, budget).map_err(too_expensive)?;
            match singles.last() {
                Some(last) if found.is_none() && singles.len() == PAGE => {
                    filter.after = Some((last.details.span.starts_at(), last.id));
                }
                _ => return Ok(among_series.into_iter().chain(found).min()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, event};
    use kalends_domain::event::{Span, Transparency};
    use kalends_domain::id::{EventId, uuid_v7};

    /// The hour from that instant on.
    fn hour(n: u8, start: &str) -> Event {
        let start: Timestamp = start.parse().unwrap();
        let mut made = event(false);
        made.id = EventId(uuid_v7(crate::testing::now(), [n; 10]));
        made.details.span = Span::timed(start, start + SignedDuration::from_hours(1), made.details.span.zone).unwrap();
        made
    }

    /// Whether the weekly lecture of the tests would be allowed beside these single events.
    async fn taken(singles: Vec<Event>) -> Option<Busy> {
        let mut mocks = Mocks::default();
        mocks.events.expect_list_events().returning(move |filter| {
            let within = |e: &&Event| filter.window.overlaps(e.details.span.starts_at(), e.details.span.ends_at());
            Ok(if filter.recurring { vec![event(true)] } else { singles.iter().filter(within).cloned().collect() })
        });
        match mocks.app().require_free(&event(true)).await {
            Err(Error::Overlap(taken)) => Some(taken),
            other => other.map(|()| None).unwrap(),
        }
    }

    #[tokio::test]
    async fn any_occurrence_counts_and_the_event_itself_does_not() {
        assert_eq!(taken(vec![]).await, None);
        // Mondays at ten in New York: half an hour into one of them, three years on.
        let late = hour(1, "2029-03-05T15:30:00Z");
        assert_eq!(taken(vec![late.clone()]).await.unwrap().event, late.id);
        assert_eq!(taken(vec![hour(2, "2029-03-05T16:00:00Z"), hour(3, "2029-03-05T14:00:00Z")]).await, None);
        let mut transparent = late;
        transparent.details.transparency = Transparency::Transparent;
        assert_eq!(taken(vec![transparent]).await, None);
    }

    #[test]
    fn what_changes_no_claim_is_not_looked_at() {
        let before = event(true);
        let mut after = before.clone();
        after.details.title = "Seminar".into();
        assert!(!claims_anew(&before, &after));
        after.details.transparency = Transparency::Transparent;
        assert!(claims_anew(&before, &after));
        assert!(claims_anew(&before, &event(false)));
    }
}
