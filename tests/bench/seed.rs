//! Calendars of a given size and month, written through the store.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::event::{Details, Event, Span, recurrence};
use kalends_domain::id::{CalendarId, EventId, UserId, uuid_v7};
use kalends_domain::time::Zone;
use kalends_ports::{Change, Changes, Commit};

/// Events of one calendar, made one after the other.
pub(crate) struct Maker {
    pub(crate) calendar: CalendarId,
    pub(crate) user: UserId,
    made: u64,
}

impl Maker {
    pub(crate) fn new(calendar: CalendarId, user: UserId) -> Self {
        Self { calendar, user, made: 0 }
    }

    /// An event of so many minutes, in UTC, recurring where a rule is given.
    pub(crate) fn event(&mut self, start: Timestamp, minutes: i64, rule: Option<&str>) -> Event {
        self.made += 1;
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.made.to_be_bytes());
        random[8..].copy_from_slice(&self.calendar.0.as_bytes()[14..]);
        let id = EventId(uuid_v7(start, random));
        let span = Span::timed(start, start + SignedDuration::from_mins(minutes), Zone::utc()).expect("a good span");
        let pattern = rule
            .map(|rule| recurrence(&span, vec![rule.parse().expect("a rule")], vec![], vec![]).expect("a good rule"));
        Event {
            id,
            calendar: self.calendar,
            uid: id.to_string(),
            details: Details {
                description: Some("Bring the paper that we talked about last time.".into()),
                location: Some("Hall 1".into()),
                tags: vec!["work".into()],
                ..Details::new(format!("Event {}", self.made), span)
            },
            recurrence: pattern,
            overrides: BTreeMap::new(),
            course_id: None,
            case_id: None,
            sequence: 0,
            created_by: self.user,
            updated_by: self.user,
            created_at: start,
            updated_at: start,
            deleted_at: None,
            version: 1,
        }
    }
}

/// Writes them, many to a commit.
pub(crate) async fn write(store: &dyn Commit, events: impl IntoIterator<Item = Event>) {
    let mut batch = Changes::new();
    for event in events {
        batch = batch.and(Change::InsertEvent(event));
        if batch.0.len() == 2_000 {
            store.commit(std::mem::take(&mut batch)).await.expect("the store takes them");
        }
    }
    store.commit(batch).await.expect("the store takes them");
}
