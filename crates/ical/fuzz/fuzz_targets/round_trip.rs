//! What was read is written and read again as the same values.
#![no_main]

use jiff::Timestamp;
use kalends_domain::event::Event;
use kalends_domain::id::{CalendarId, EventId, UserId};
use kalends_domain::time::Zone;
use kalends_ical::{Header, Limits, ReadCalendar, ReadEvent, Writer, read};
use libfuzzer_sys::fuzz_target;
use uuid::Uuid;

fuzz_target!(|bytes: &[u8]| {
    let Ok(first) = read(bytes, Zone::utc(), Limits::default()) else { return };
    let events: Vec<Event> = first.events.iter().filter_map(event).collect();
    // Writing settles what can be said in two ways, such as an instant in UTC or in a zone; from then on nothing moves.
    let second = written(&events);
    assert_eq!(second.skipped, []);
    assert_eq!(second.events.len(), events.len());
    let again: Vec<Event> = second.events.iter().filter_map(event).collect();
    assert_eq!(written(&again), second);
});

fn written(events: &[Event]) -> ReadCalendar {
    let mut text = String::new();
    let starts = events.iter().flat_map(Event::all_details).map(|details| details.span.starts_at());
    let mut writer = Writer::new(starts.min().unwrap_or(Timestamp::UNIX_EPOCH));
    writer.begin(&Header { name: "Fuzz", color: None, method: None }, &mut text);
    for event in events {
        writer.event(event, &mut text);
    }
    writer.end(&mut text);
    read(text.as_bytes(), Zone::utc(), Limits::default()).expect("what is written can be read")
}

/// The event that was read; none where the file has only overrides of it.
fn event(read: &ReadEvent) -> Option<Event> {
    let series = read.series.clone()?;
    let span = &series.details.span;
    let overrides = if series.recurrence.is_some() { read.overrides.as_slice() } else { &[] };
    let overrides = overrides.iter().map(|it| (it.occurrence.wall(span), it.details.clone())).collect();
    Some(Event {
        id: EventId(Uuid::nil()),
        calendar: CalendarId(Uuid::nil()),
        uid: read.uid.clone(),
        overrides,
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
