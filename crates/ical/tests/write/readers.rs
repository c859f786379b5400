//! What crates that read iCalendar find in the text.

use calcard::common::timezone::Tz;
use calcard::icalendar::dates::TimeOrDelta;
use calcard::icalendar::{ICalendar, ICalendarParameterName, ICalendarProperty};
use ical::IcalParser;
use kalends_domain::event::{Attendee, Event, Rsvp, Status, Window};
use kalends_domain::id::AttendeeId;
use kalends_domain::recurrence::Budget;
use kalends_domain::time::Timestamp;

use crate::harness::{HEADER, calendar, days, recurring, timed};

/// Starts and ends in seconds, from 2010 to 2031.
type Times = Vec<(i64, i64)>;

fn ours(event: &Event) -> Times {
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    let window = Window { from: at("2010-01-01T00:00:00Z"), to: at("2031-01-01T00:00:00Z") };
    let found = event.occurrences(window, None, 10_000, |_| true, &mut Budget::new(10_000_000)).unwrap();
    found.iter().map(|it| (it.start.as_second(), it.end.as_second())).collect()
}

fn calcards(text: &str) -> Times {
    let expanded = ICalendar::parse(text).unwrap().expand_dates(Tz::UTC, 2_100);
    assert!(expanded.errors.is_empty(), "{:?}\n{text}", expanded.errors);
    let times = expanded.events.iter().map(|it| {
        let start = it.start.timestamp();
        match &it.end {
            TimeOrDelta::Time(end) => (start, end.timestamp()),
            TimeOrDelta::Delta(delta) => (start, start + delta.num_seconds()),
        }
    });
    let mut times: Times = times.filter(|(start, _)| *start < 1_924_992_000).collect();
    times.sort_unstable();
    times
}

/// Both find the same occurrences.
fn check(event: &Event) {
    let text = calendar(&HEADER, std::slice::from_ref(event));
    assert_eq!(calcards(&text), ours(event), "{text}");
    let parsed: Vec<_> =
        IcalParser::new(text.as_bytes()).map(|it| it.unwrap_or_else(|e| panic!("{e}\n{text}"))).collect();
    assert_eq!(parsed[0].events.len(), 1 + event.overrides.len());
}

#[test]
fn occurrences_are_the_same() {
    let lecture = || timed("2026-03-02T10:00:00", 60, "America/New_York");
    for rule in [
        "FREQ=WEEKLY",
        "FREQ=DAILY;COUNT=20",
        "FREQ=DAILY;UNTIL=20260320",
        "FREQ=MONTHLY;BYDAY=1MO;UNTIL=20270101T000000",
    ] {
        check(&recurring(lecture(), &[&format!("RRULE:{rule}")]));
    }
    check(&recurring(
        lecture(),
        &["RRULE:FREQ=HOURLY;INTERVAL=6;COUNT=60", "EXDATE:20260308", "EXDATE:20260310T100000"],
    ));
    check(&recurring(lecture(), &["RRULE:FREQ=WEEKLY;COUNT=5", "RDATE:20260403T120000"]));
    for zone in ["Europe/Dublin", "Asia/Kathmandu", "Antarctica/Troll", "Africa/Cairo", "UTC"] {
        check(&recurring(timed("2026-01-05T10:00:00", 60, zone), &["RRULE:FREQ=WEEKLY"]));
    }
    check(&recurring(timed("2015-01-05T23:30:00", 60, "America/Sao_Paulo"), &["RRULE:FREQ=WEEKLY"]));
    check(&recurring(timed("2011-12-01T10:00:00", 60, "Pacific/Apia"), &["RRULE:FREQ=WEEKLY;BYDAY=MO,TH"]));
}

#[test]
fn overrides_are_the_same() {
    let mut event = recurring(timed("2026-03-02T10:00:00", 60, "America/New_York"), &["RRULE:FREQ=WEEKLY;COUNT=6"]);
    let mut put = |id: &str, other: Event| event.overrides.insert(id.parse().unwrap(), other.details);
    put("2026-03-09T10:00:00", timed("2026-03-10T15:00:00", 30, "America/New_York"));
    put("2026-03-16T10:00:00", timed("2026-03-16T15:00:00", 45, "Europe/Berlin"));
    let mut cancelled = timed("2026-03-23T10:00:00", 60, "America/New_York");
    cancelled.details.status = Status::Cancelled;
    put("2026-03-23T10:00:00", cancelled);
    check(&event);
}

#[test]
fn texts_are_the_same() {
    let check = |text: &str| {
        let mut event = days("2026-03-02", "2026-03-03");
        event.details.title = text.to_owned();
        event.details.description = Some(text.to_owned());
        let written = calendar(&HEADER, &[event]);
        let parsed = ICalendar::parse(&written).unwrap();
        let vevent = parsed.components.iter().find(|it| it.component_type.is_event()).unwrap();
        for name in [ICalendarProperty::Summary, ICalendarProperty::Description] {
            assert_eq!(vevent.property(&name).and_then(|it| it.values[0].as_text()), Some(text));
        }
    };
    check("a;b,c\\d:e\"f");
    check("one\ntwo\n\n  four\\n");
    check(&"Übung 😀 日本語, ".repeat(30));
}

#[test]
fn names_of_attendees_are_the_same() {
    let check = |name: &str| {
        let mut event = days("2026-03-02", "2026-03-03");
        event.details.attendees.push(Attendee {
            id: AttendeeId(uuid::Uuid::nil()),
            user: None,
            email: Some("ann@example.com".parse().unwrap()),
            name: Some(name.to_owned()),
            status: Rsvp::Accepted,
            kept: Vec::new(),
        });
        let written = calendar(&HEADER, &[event]);
        let parsed = ICalendar::parse(&written).unwrap();
        let vevent = parsed.components.iter().find(|it| it.component_type.is_event()).unwrap();
        let attendee = vevent.property(&ICalendarProperty::Attendee).unwrap();
        assert_eq!(
            attendee.parameter(&ICalendarParameterName::Cn).and_then(|it| it.as_text()),
            Some(name),
            "{written}"
        );
        assert_eq!(attendee.calendar_address(), Some("ann@example.com"));
    };
    check("Ann");
    check("Doe, Jo; x:y (Ü)");
}
