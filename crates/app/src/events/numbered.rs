//! Events as a list that is read by number: all of them at once, or what lies in a range.
//!
//! Single events can be many, so the store filters, counts and sorts them. Series are few, and each must be expanded to
//! be counted, so that is done here. A page is where both meet.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_domain::access::{Actor, Resource, Verb};
use kalends_domain::event::{Event, Kind, TimingFields, Window};
use kalends_domain::id::EventId;
use kalends_domain::problem::Problems;
use kalends_domain::recurrence::Budget;
use kalends_ports::{Counted, EventFilter, SingleFilter};

use super::list::SERIES_MAX;
use super::{EventView, READ_BUDGET};
use crate::{App, Result, require_scope};

/// Most occurrences of series that one range may hold.
const OCCURRENCES_MAX: usize = 10_000;

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberedEvents {
    /// Of one of these kinds.
    pub kinds: Vec<Kind>,
    /// Belonging to the course of this id.
    pub course: Option<String>,
    /// Beginning at this instant or later.
    pub from: Option<Timestamp>,
    /// Over by this instant.
    pub to: Option<Timestamp>,
    /// How many to pass over.
    pub offset: usize,
    /// Most to answer with.
    pub limit: usize,
    /// What the surface calls the two instants.
    pub fields: TimingFields,
}

/// What a list is sorted by.
type Key = (Timestamp, EventId);

impl App {
    /// Lists the events of all calendars that the caller sees, and counts them. Between two instants a series
    /// is its occurrences; else it is one item, at its first.
    pub async fn list_numbered_events(&self, actor: &Actor, query: NumberedEvents) -> Result<Counted<EventView>> {
        require_scope(actor, Resource::Events, Verb::Read)?;
        let calendars: Vec<_> =
            self.ports.calendars.list_roles(actor.user).await?.into_iter().map(|(id, _)| id).collect();
        if calendars.is_empty() {
            return Ok(Counted { items: Vec::new(), total: 0 });
        }
        let stored = EventFilter {
            calendars: calendars.clone(),
            window: Window { from: query.from.unwrap_or(Timestamp::MIN), to: query.to.unwrap_or(Timestamp::MAX) },
            recurring: true,
            text: None,
            tag: None,
            kinds: None,
            case: None,
            after: None,
            limit: SERIES_MAX + 1,
        };
        let stored = self.ports.events.list_events(stored).await?;
        if stored.len() > SERIES_MAX {
            return Err(Problems::one(query.fields.end, format!("leaves more than {SERIES_MAX} series to list")).into());
        }
        let series = expanded(stored, &query)?;
        // Each single event on the page has at most all of the series' items before it.
        let passed = query.offset.saturating_sub(series.len());
        let singles = SingleFilter {
            calendars,
            kinds: query.kinds,
            course: query.course,
            from: query.from,
            to: query.to,
            offset: passed,
            limit: query.limit + (query.offset - passed),
        };
        let singles = self.ports.events.list_single_events(singles).await?;
        let total = singles.total + series.len();
        let singles = singles.items.into_iter().map(EventView::whole).map(|view| (key(&view), view));
        let mut all: Vec<(Key, EventView)> = series.into_iter().chain(singles).collect();
        all.sort_by_key(|(key, _)| *key);
        let items = all.into_iter().skip(query.offset - passed).take(query.limit).map(|(_, view)| view).collect();
        Ok(Counted { items, total })
    }
}

fn key(view: &EventView) -> Key {
    (view.start(), view.event.id)
}

/// The items of the series that match.
fn expanded(stored: Vec<Event>, query: &NumberedEvents) -> Result<Vec<(Key, EventView)>> {
    let budget = &mut Budget::new(READ_BUDGET);
    let mut found = Vec::new();
    let of_course = |event: &Event| query.course.is_none() || event.course_id == query.course;
    for event in stored.into_iter().filter(of_course) {
        let event = Arc::new(event);
        let (Some(from), Some(to)) = (query.from, query.to) else {
            found.push(EventView { event, place: None });
            continue;
        };
        let too_many = || Problems::one(query.fields.end, "spans too many occurrences: ask for a shorter range");
        let kinds = |details: &kalends_domain::event::Details| query.kinds.contains(&details.kind);
        let occurrences = event
            .occurrences(Window { from, to }, Some(from), OCCURRENCES_MAX + 1, kinds, budget)
            .map_err(|_| too_many())?;
        found.extend(occurrences.iter().map(|occurrence| EventView::occurrence(&event, occurrence)));
        if found.len() > OCCURRENCES_MAX {
            return Err(too_many().into());
        }
    }
    found.retain(|view| {
        query.kinds.contains(&view.details().kind)
            && query.from.is_none_or(|from| view.start() >= from)
            && query.to.is_none_or(|to| view.end() <= to)
    });
    Ok(found.into_iter().map(|view| (key(&view), view)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, view};
    use kalends_domain::access::Role;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// Weekly from March 2nd, and ten single events: one an hour after each of its first ten occurrences.
    fn app() -> App {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_list_roles().returning(|_| Ok(vec![(view(Role::Owner).calendar.id, Role::Viewer)]));
        mocks.events.expect_list_events().returning(|_| Ok(vec![event(true)]));
        mocks.events.expect_list_single_events().returning(|filter| {
            let all = (0..10).map(|week| {
                let mut single = event(false);
                let later = jiff::SignedDuration::from_hours(24 * 7 * week + 1);
                single.details.span.start = single.details.span.start.saturating_add(later);
                single
            });
            Ok(Counted { items: all.skip(filter.offset).take(filter.limit).collect(), total: 10 })
        });
        mocks.app()
    }

    async fn listed(from: Option<&str>, to: Option<&str>, offset: usize, limit: usize) -> (Vec<bool>, usize) {
        let query = NumberedEvents {
            kinds: Kind::ALL.to_vec(),
            course: None,
            from: from.map(at),
            to: to.map(at),
            offset,
            limit,
            fields: TimingFields { start: "startDate", end: "endDate" },
        };
        let found = app().list_numbered_events(&actor(), query).await.unwrap();
        assert!(found.items.is_sorted_by_key(key));
        (found.items.iter().map(|view| view.event.recurrence.is_some()).collect(), found.total)
    }

    #[tokio::test]
    async fn a_series_is_one_item_or_its_occurrences() {
        assert_eq!(listed(None, None, 0, 3).await, (vec![true, false, false], 11));
        assert_eq!(listed(None, None, 1, 2).await, (vec![false, false], 11));
        assert_eq!(listed(None, None, 10, 5).await, (vec![false], 11));
        assert_eq!(listed(None, None, 11, 5).await, (vec![], 11));
        let (from, to) = (Some("2026-03-01T00:00:00Z"), Some("2026-05-10T00:00:00Z"));
        let all = listed(from, to, 0, 100).await;
        assert_eq!((all.0.len(), all.1), (20, 20));
        for offset in 0..20 {
            assert_eq!(listed(from, to, offset, 4).await.0, all.0[offset..(offset + 4).min(20)], "{offset}");
        }
    }

    #[tokio::test]
    async fn an_occurrence_lies_in_the_range_as_a_whole() {
        let series = |found: (Vec<bool>, usize)| found.0.into_iter().filter(|series| *series).count();
        for (from, to, expected) in [
            ("2026-03-02T15:00:00Z", "2026-03-02T16:00:00Z", 1),
            ("2026-03-02T15:00:01Z", "2026-03-02T16:00:00Z", 0),
            ("2026-03-02T15:00:00Z", "2026-03-02T15:59:59Z", 0),
        ] {
            assert_eq!(series(listed(Some(from), Some(to), 0, 100).await), expected, "{from} {to}");
        }
    }
}
