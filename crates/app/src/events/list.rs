//! The occurrences of many events in a window, in the order of their starts.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_domain::access::{Action, Actor, Resource, Verb};
use kalends_domain::event::{Details, Event, Kind, Window};
use kalends_domain::id::{CalendarId, EventId};
use kalends_domain::problem::Problems;
use kalends_domain::recurrence::Budget;
use kalends_domain::text::fold;
use kalends_ports::EventFilter;
use uuid::Uuid;

use super::{EventView, READ_BUDGET, too_expensive};
use crate::{App, Result, require_scope};

/// Most series that one list looks at.
pub(crate) const SERIES_MAX: usize = 5_000;

/// Which occurrences are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListEvents {
    /// In this calendar; in all of the caller's when `None`.
    pub calendar: Option<CalendarId>,
    /// Lying in this window, at least partly.
    pub window: Window,
    /// With this text in title, description or location, whatever its case.
    pub search: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Of one of these kinds.
    pub kinds: Option<Vec<Kind>>,
    /// Belonging to this case.
    pub case: Option<Uuid>,
    /// Whether a series is its occurrences; else it is one item, at its first.
    pub expanded: bool,
    /// Behind this one.
    pub after: Option<OccurrenceKey>,
    /// Most to answer with.
    pub limit: usize,
    /// What the surface calls the end of the window.
    pub end: &'static str,
}

/// An occurrence's place in the order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OccurrenceKey {
    /// When it begins.
    pub start: Timestamp,
    /// Its event.
    pub event: EventId,
    /// Where the rule put it.
    pub original_start: Timestamp,
}

/// A part of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventList {
    /// Single events as themselves, series as their occurrences.
    pub items: Vec<EventView>,
    /// The last one's place, when there are more behind it.
    pub next: Option<OccurrenceKey>,
}

impl App {
    /// Lists what lies in a window.
    pub async fn list_events(&self, actor: &Actor, query: ListEvents) -> Result<EventList> {
        require_scope(actor, Resource::Events, Verb::Read)?;
        let calendars = match query.calendar {
            Some(id) => vec![self.calendar_for(id, actor.user, Action::Read).await?.calendar.id],
            None => self.ports.calendars.list_roles(actor.user).await?.into_iter().map(|(id, _)| id).collect(),
        };
        if calendars.is_empty() {
            return Ok(EventList { items: Vec::new(), next: None });
        }
        let text = query.search.as_deref().map(fold);
        let series = EventFilter {
            calendars,
            window: query.window,
            recurring: true,
            text: text.clone(),
            tag: query.tag.clone(),
            // An occurrence can be of another kind than its series.
            kinds: query.kinds.clone().filter(|_| !query.expanded),
            case: query.case,
            after: None,
            limit: SERIES_MAX + 1,
        };
        let single = EventFilter {
            recurring: false,
            kinds: query.kinds.clone(),
            after: query.after.map(|key| (key.start, key.event)),
            limit: query.limit + 1,
            ..series.clone()
        };
        if !query.expanded {
            return self.list_stored(single, query.limit).await;
        }
        let mut events = self.ports.events.list_events(series).await?;
        if events.len() > SERIES_MAX {
            let message = format!("lists more than {SERIES_MAX} series: ask for one calendar or a shorter range");
            return Err(Problems::one(query.end, message).into());
        }
        events.extend(self.ports.events.list_events(single).await?);
        page(events, query.window, query.end, query.after, query.limit, |details| {
            text.as_deref().is_none_or(|text| details.mentions(text))
                && query.tag.as_ref().is_none_or(|tag| details.tags.contains(tag))
                && query.kinds.as_ref().is_none_or(|kinds| kinds.contains(&details.kind))
        })
    }
}

impl App {
    /// Single events and series as they are stored, in the order of their first starts; `filter` asks for one more than
    /// `limit`.
    async fn list_stored(&self, filter: EventFilter, limit: usize) -> Result<EventList> {
        let series = EventFilter { recurring: true, ..filter.clone() };
        let mut found: Vec<(OccurrenceKey, EventView)> = Vec::new();
        for filter in [filter, series] {
            for event in self.ports.events.list_events(filter).await? {
                let start = event.extent().map_err(too_expensive)?.first_start;
                found.push((OccurrenceKey { start, event: event.id, original_start: start }, EventView::whole(event)));
            }
        }
        Ok(first_of(found, limit))
    }
}

/// The first `limit` of these, in order, and where the next page begins.
fn first_of(mut found: Vec<(OccurrenceKey, EventView)>, limit: usize) -> EventList {
    found.sort_unstable_by_key(|(key, _)| *key);
    let next = (found.len() > limit).then(|| found[limit - 1].0);
    found.truncate(limit);
    EventList { items: found.into_iter().map(|(_, view)| view).collect(), next }
}

/// The first `limit` occurrences behind `after`.
pub(super) fn page(
    events: Vec<Event>,
    window: Window,
    end: &'static str,
    after: Option<OccurrenceKey>,
    limit: usize,
    matches: impl Fn(&Details) -> bool,
) -> Result<EventList> {
    let budget = &mut Budget::new(READ_BUDGET);
    let mut found: Vec<(OccurrenceKey, EventView)> = Vec::new();
    for event in events {
        let event = Arc::new(event);
        // One more than asked for tells whether there are more; those that begin together with the
        // last one seen may have been seen.
        let most = limit + 2 + event.overrides.len();
        let occurrences = event
            .occurrences(window, after.map(|key| key.start), most, &matches, budget)
            .map_err(|_| Problems::one(end, "spans too many occurrences: ask for a shorter range"))?;
        for occurrence in &occurrences {
            let key =
                OccurrenceKey { start: occurrence.start, event: event.id, original_start: occurrence.original_start };
            if after.is_none_or(|after| key > after) {
                found.push((key, EventView::occurrence(&event, occurrence)));
            }
        }
    }
    Ok(first_of(found, limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Mocks, actor, event, view};
    use kalends_domain::access::Role;

    fn query(limit: usize) -> ListEvents {
        ListEvents {
            calendar: None,
            window: Window {
                from: "2026-03-01T00:00:00Z".parse().unwrap(),
                to: "2026-04-01T00:00:00Z".parse().unwrap(),
            },
            search: None,
            tag: None,
            kinds: None,
            case: None,
            expanded: true,
            end: "end",
            after: None,
            limit,
        }
    }

    fn mocks() -> Mocks {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_list_roles().returning(|_| Ok(vec![(view(Role::Owner).calendar.id, Role::Owner)]));
        mocks
            .events
            .expect_list_events()
            .returning(|filter| Ok(if filter.recurring { vec![event(true)] } else { vec![] }));
        mocks
    }

    #[tokio::test]
    async fn pages_join_without_gap_or_repeat() {
        let app = mocks().app();
        let all = app.list_events(&actor(), query(10)).await.unwrap();
        assert_eq!((all.items.len(), all.next), (5, None));
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let page = app.list_events(&actor(), ListEvents { after, ..query(2) }).await.unwrap();
            paged.extend(page.items);
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(paged, all.items);
    }

    #[tokio::test]
    async fn the_lecture_keeps_its_wall_time_over_the_change_of_clocks() {
        let all = mocks().app().list_events(&actor(), query(10)).await.unwrap();
        let starts: Vec<String> = all.items.iter().map(|item| item.start().to_string()).collect();
        assert_eq!(starts[..2], ["2026-03-02T15:00:00Z", "2026-03-09T14:00:00Z"]);
    }

    #[tokio::test]
    async fn without_a_calendar_there_is_nothing_and_no_query() {
        let mut mocks = Mocks::default();
        mocks.calendars.expect_list_roles().returning(|_| Ok(vec![]));
        assert!(mocks.app().list_events(&actor(), query(10)).await.unwrap().items.is_empty());
    }
}
