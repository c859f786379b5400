//! What was read is written, and read again as the same values.

use jiff::Timestamp;
use kalends_domain::event::Event;
use kalends_domain::id::{CalendarId, EventId, UserId};
use kalends_ical::{Header, Limits, ReadCalendar, ReadEvent, Writer, read};
use proptest::prelude::*;
use uuid::Uuid;

use crate::harness::home;
use crate::properties::file;

fn written(events: &[Event]) -> ReadCalendar {
    let starts = events.iter().flat_map(Event::all_details).map(|details| details.span.starts_at());
    let mut writer = Writer::new(starts.min().unwrap_or(Timestamp::UNIX_EPOCH));
    let mut text = String::new();
    writer.begin(&Header { name: "Trip", color: None, method: None }, &mut text);
    for event in events {
        writer.event(event, &mut text);
    }
    writer.end(&mut text);
    read(text.as_bytes(), home(), Limits::default()).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// The event that was read; none where the file has only overrides of it.
fn event(read: &ReadEvent) -> Option<Event> {
    let series = read.series.clone()?;
    let span = &series.details.span;
    let overrides = if series.recurrence.is_some() { read.overrides.as_slice() } else { &[] };
    Some(Event {
        id: EventId(Uuid::nil()),
        calendar: CalendarId(Uuid::nil()),
        uid: read.uid.clone(),
        overrides: overrides.iter().map(|it| (it.occurrence.wall(span), it.details.clone())).collect(),
        details: series.details,
        recurrence: series.recurrence,
        course_id: None,
        case_id: None,
        sequence: series.sequence,
        created_by: UserId(Uuid::nil()),
        updated_by: UserId(Uuid::nil()),
        created_at: read.created.unwrap_or(Timestamp::UNIX_EPOCH),
        updated_at: read.last_modified.unwrap_or(Timestamp::UNIX_EPOCH),
        deleted_at: None,
        version: 1,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(3), ..ProptestConfig::default() })]

    /// Writing settles what can be said in two ways, such as an instant in UTC or in a zone; from then on nothing moves.
    #[test]
    fn nothing_moves(bytes in file()) {
        let Ok(first) = read(&bytes, home(), Limits::default()) else { return Ok(()) };
        let events: Vec<Event> = first.events.iter().filter_map(event).collect();
        let second = written(&events);
        prop_assert_eq!(&second.skipped, &[]);
        prop_assert_eq!(second.events.len(), events.len());
        let again: Vec<Event> = second.events.iter().filter_map(event).collect();
        prop_assert_eq!(written(&again), second);
    }
}
