//! Links, blocks and bookings in few words.

use kalends_domain::{
    account::TokenHash,
    booking::{Booking, BookingLink, BookingSettings, Interval, WorkingHours},
    event::{Details, Event, Span, Window, recurrence},
    free_busy::Busy,
    id::{BookingId, BookingLinkId, CalendarId, EventId, UserId},
    time::{Timestamp, Zone},
};
use uuid::Uuid;

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn window(from: &str, to: &str) -> Window {
    Window { from: at(from), to: at(to) }
}

/// `09:00-12:00 13:00-17:00` on each of these days, Monday 0.
pub(crate) fn hours(text: &str, days: &[usize]) -> WorkingHours {
    let mut week: [Vec<Interval>; 7] = Default::default();
    for day in days {
        week[*day] = intervals(text);
    }
    WorkingHours::new(week).unwrap()
}

pub(crate) fn intervals(text: &str) -> Vec<Interval> {
    text.split_whitespace()
        .map(|part| part.split_once('-').unwrap())
        .map(|(a, b)| Interval::parse(a, b).unwrap())
        .collect()
}

/// A link with these hours every day.
pub(crate) fn link(minutes: u32, zone: &str, text: &str) -> BookingLink {
    let zone = Zone::named(zone).unwrap();
    BookingLink {
        id: BookingLinkId(Uuid::from_u128(1)),
        calendar: CalendarId(Uuid::from_u128(2)),
        token: "token".into(),
        active: true,
        settings: BookingSettings::new(minutes, zone, hours(text, &[0, 1, 2, 3, 4, 5, 6])),
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        deleted_at: None,
        version: 1,
    }
}

pub(crate) fn event_id(n: u128) -> EventId {
    EventId(Uuid::from_u128(n))
}

pub(crate) fn block(n: u128, start: &str, end: &str) -> Busy {
    Busy { start: at(start), end: at(end), event: event_id(n) }
}

/// A booking of the link with the event of this block.
pub(crate) fn booking(link: &BookingLink, block: &Busy, buffer_before: u32, buffer_after: u32) -> Booking {
    Booking {
        id: BookingId(block.event.0),
        link: link.id,
        calendar: link.calendar,
        event: block.event,
        start: block.start,
        end: block.end,
        buffer_before,
        buffer_after,
        name: "Bo".into(),
        email: "bo@example.com".parse().unwrap(),
        notes: None,
        answers: Vec::new(),
        zone: Zone::utc(),
        cancel_token: TokenHash([1; 32]),
        reschedule_token: TokenHash([2; 32]),
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        cancelled_at: None,
        version: 1,
    }
}

/// An event with this span, recurring by `rule` unless that is empty.
pub(crate) fn event(n: u128, span: Span, rule: &str) -> Event {
    let pattern = (!rule.is_empty()).then(|| recurrence(&span, vec![rule.parse().unwrap()], vec![], vec![]).unwrap());
    Event {
        id: event_id(n),
        calendar: CalendarId(Uuid::from_u128(2)),
        uid: n.to_string(),
        details: Details::new("Event", span),
        recurrence: pattern,
        overrides: std::collections::BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: UserId(Uuid::from_u128(3)),
        updated_by: UserId(Uuid::from_u128(3)),
        created_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        deleted_at: None,
        version: 1,
    }
}
