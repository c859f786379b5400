//! Events to write, and the lines of what was written.

use kalends_domain::event::{Details, Event, Span, recurrence};
use kalends_domain::id::{CalendarId, EventId, UserId};
use kalends_domain::recurrence::{exdates, rdates, rrule};
use kalends_domain::time::{SignedDuration, Timestamp, Zone};
use kalends_ical::{Header, Writer};

/// A single event that was made and last changed at the start of 2026.
pub(crate) fn event(details: Details) -> Event {
    let at: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let id = uuid::Uuid::from_u128(7);
    Event {
        id: EventId(id),
        calendar: CalendarId(id),
        uid: "uid-1".into(),
        details,
        recurrence: None,
        overrides: std::collections::BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: UserId(id),
        updated_by: UserId(id),
        created_at: at,
        updated_at: at,
        deleted_at: None,
        version: 1,
    }
}

/// An event of so many minutes from a wall time in a zone on.
pub(crate) fn timed(start: &str, minutes: i64, zone: &str) -> Event {
    let zone = Zone::restore(zone).unwrap();
    let start = zone.resolve(start.parse().unwrap());
    let span = Span::timed(start, start + SignedDuration::from_mins(minutes), zone).unwrap();
    event(Details::new("Lecture", span))
}

/// An event of whole days, the second not in it.
pub(crate) fn days(first: &str, end: &str) -> Event {
    let zone = Zone::named("America/New_York").unwrap();
    event(Details::new("Fair", Span::all_day(first.parse().unwrap(), end.parse().unwrap(), zone).unwrap()))
}

/// The event, recurring by property lines: RRULE, RDATE and EXDATE.
pub(crate) fn recurring(mut event: Event, lines: &[&str]) -> Event {
    let span = &event.details.span;
    let (mut rules, mut added, mut removed) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        match &line[..5] {
            "RRULE" => rules.push(rrule(line).unwrap()),
            "RDATE" => added.extend(rdates(line, &span.anchor()).unwrap()),
            _ => removed.extend(exdates(line, &span.anchor()).unwrap()),
        }
    }
    event.recurrence = Some(recurrence(span, rules, added, removed).unwrap());
    event
}

/// The head of a feed.
pub(crate) const HEADER: Header<'static> = Header { name: "Course", color: None, method: None };

/// A calendar of these events.
pub(crate) fn calendar(header: &Header<'_>, events: &[Event]) -> String {
    let starts = events.iter().map(|event| event.extent().unwrap().first_start);
    let mut writer = Writer::new(starts.min().unwrap_or(Timestamp::UNIX_EPOCH));
    let mut text = String::new();
    writer.begin(header, &mut text);
    for event in events {
        writer.event(event, &mut text);
    }
    writer.end(&mut text);
    text
}

/// The content lines of a text, each whole.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}
