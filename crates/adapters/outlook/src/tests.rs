//! Both directions: what Graph tells in our words, and our words as Graph takes them.

use jiff::Timestamp;
use kalends_domain::event::{Class, Rsvp, Span, Status, Transparency, recurrence};
use kalends_domain::id::{EventId, uuid_v7};
use kalends_domain::recurrence::{ExDate, RDate, Recurrence};
use kalends_domain::sync::remote::{Content, Facts, Field, Fields, Guest, Item, Original, Part, Whole};
use kalends_domain::time::Zone;
use kalends_ports::ProviderError;
use serde_json::{Value, json};

use crate::read::{MARK, items};
use crate::shown::rounded;
use crate::write;

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn origin() -> EventId {
    EventId(uuid_v7(Timestamp::UNIX_EPOCH, [7; 10]))
}

fn read(event: Value) -> Item {
    items(event).remove(0)
}

fn whole(event: Value) -> Whole {
    match read(event).content {
        Content::Whole(whole) => whole,
        other => panic!("no event: {other:?}"),
    }
}

/// An hour of 2 March, a Monday, as Graph tells it in UTC, with these fields besides.
#[expect(clippy::needless_pass_by_value, reason = "reads best in tests")]
fn event(more: Value) -> Value {
    let mut event = json!({
        "id": "A=", "@odata.etag": "W/\"1\"", "iCalUId": "04", "type": "singleInstance", "subject": "Lecture",
        "lastModifiedDateTime": "2026-03-01T08:00:00.1234567Z", "originalStartTimeZone": "W. Europe Standard Time",
        "start": {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": "2026-03-02T10:00:00.0000000", "timeZone": "UTC"},
        "showAs": "busy", "sensitivity": "normal", "isReminderOn": false, "reminderMinutesBeforeStart": 15,
        "isAllDay": false, "recurrence": null,
    });
    let more = more.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(more);
    event
}

fn full() -> Facts {
    Facts {
        title: "Lecture".into(),
        description: Some("Bring books\nand pens".into()),
        location: Some("Hall 1".into()),
        span: Span::timed(at("2026-03-02T09:00:00Z"), at("2026-03-02T10:00:00Z"), zone("Europe/Berlin")).unwrap(),
        status: Status::Tentative,
        transparency: Transparency::Opaque,
        class: Class::Private,
        color: None,
        reminders: vec![5],
        guests: Vec::new(),
    }
}

/// What is written comes back as `rounded` has it.
fn round_trip(facts: Facts) {
    let mut told = Value::Object(write::body(&facts, &Fields::from(Field::ALL), origin()));
    told["id"] = json!("A=");
    told["originalStartTimeZone"] = told["start"]["timeZone"].clone();
    let item = read(told);
    assert_eq!(item.origin, Some(origin()));
    let Content::Whole(whole) = item.content else { panic!("no event") };
    assert_eq!(whole.facts, rounded(facts));
}

#[test]
fn an_event_is_read_with_all_that_it_says() {
    let item = read(event(json!({
        "body": {"contentType": "text", "content": "Bring books\r\n"}, "location": {"displayName": "Hall 1"},
        "showAs": "free", "sensitivity": "personal", "isReminderOn": true,
        "attendees": [
            {"type": "required", "status": {"response": "tentativelyAccepted"}, "emailAddress": {"name": "Cy", "address": "Cy@Example.com"}},
            {"type": "optional", "status": {"response": "none"}, "emailAddress": {"address": "bo@example.com"}},
            {"type": "resource", "emailAddress": {"address": "room@example.com"}},
        ],
        "singleValueExtendedProperties": [{"id": MARK, "value": origin().0.to_string()}],
        "somethingNew": [1],
    })));
    assert_eq!((item.id.as_str(), item.etag.as_deref(), item.origin), ("A=", Some("W/\"1\""), Some(origin())));
    assert!(item.updated.is_some() && item.uid.as_deref() == Some("04"));
    let Content::Whole(Whole { facts, recurrence: None }) = item.content else { panic!("no single event") };
    assert_eq!(facts.description.as_deref(), Some("Bring books"));
    assert_eq!((facts.span.starts_at(), facts.span.zone.name()), (at("2026-03-02T09:00:00Z"), "Europe/Berlin"));
    assert_eq!(
        (facts.transparency, facts.class, facts.reminders),
        (Transparency::Transparent, Class::Private, vec![15])
    );
    let guests: Vec<_> = facts.guests.iter().map(|it| (it.email.as_str(), it.status)).collect();
    assert_eq!(guests, [("bo@example.com", Rsvp::NeedsAction), ("cy@example.com", Rsvp::Tentative)]);
}

#[test]
fn what_is_written_comes_back() {
    round_trip(full());
    let days = Span::all_day("2026-03-02".parse().unwrap(), "2026-03-05".parse().unwrap(), zone("Asia/Tokyo")).unwrap();
    round_trip(Facts { span: days, ..full() });
    round_trip(Facts { description: None, location: None, reminders: vec![], title: String::new(), ..full() });
    let guest = Guest { email: "bo@example.com".parse().unwrap(), name: None, status: Rsvp::Accepted };
    round_trip(Facts { color: Some("red".into()), reminders: vec![1, 2], guests: vec![guest], ..full() });
    for status in [Status::Confirmed, Status::Tentative, Status::Cancelled] {
        for transparency in [Transparency::Opaque, Transparency::Transparent] {
            round_trip(Facts { status, transparency, class: Class::Confidential, ..full() });
        }
    }
    for (start, name) in [
        ("2026-11-01T05:30:00Z", "America/New_York"),
        ("2026-11-01T06:30:00Z", "America/New_York"),
        ("2026-03-29T00:59:59.5Z", "Europe/Vienna"),
        ("2026-03-29T12:00:00Z", "Asia/Kathmandu"),
    ] {
        let span = Span::timed(at(start), at("2026-11-01T07:30:00Z"), zone(name)).unwrap();
        round_trip(Facts { span, ..full() });
    }
    let own = Zone::posix("<+0130>-1:30<+0230>,M3.5.0,M10.5.0/3").unwrap();
    round_trip(Facts { span: full().span.in_zone(own), ..full() });
}

#[test]
fn only_what_changed_is_written_and_nobody_is_invited() {
    let fields = Fields::from([Field::Title, Field::Recurrence, Field::Guests, Field::Color]);
    let told = write::body(&full(), &fields, origin());
    let names: Vec<_> = told.keys().map(String::as_str).collect();
    assert_eq!(names, ["singleValueExtendedProperties", "subject"]);
}

fn series(rule: &str, span: &Span) -> Recurrence {
    recurrence(span, vec![rule.parse().unwrap()], vec![], vec![]).unwrap()
}

/// What is written for a rule, and that it is read as one with the same occurrences.
fn pattern(rule: &str, start: &str) -> Value {
    let start = at(start);
    let span = Span::timed(start, start + jiff::SignedDuration::from_hours(1), zone("Europe/Berlin")).unwrap();
    let wanted = series(rule, &span);
    let told = write::recurrence(Some(&wanted), &span).unwrap();
    let again = whole(event(json!({
        "recurrence": told, "type": "seriesMaster",
        "start": {"dateTime": start.strftime("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC"},
        "end": {"dateTime": span.ends_at().strftime("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC"},
    })));
    let starts = |series: &Recurrence| {
        let all = kalends_domain::recurrence::Window::ALL;
        let found = series.expand(&span.anchor(), all, 50, &mut kalends_domain::recurrence::Budget::default()).unwrap();
        found.items.iter().map(|it| it.start).collect::<Vec<_>>()
    };
    assert_eq!(starts(&again.recurrence.unwrap()), starts(&wanted), "{rule}: {told}");
    told
}

#[test]
fn rules_that_outlook_has_go_there_and_back() {
    const MONDAY: &str = "2026-03-02T09:00:00Z";
    for (rule, kind) in [
        ("FREQ=DAILY;INTERVAL=3;COUNT=5", "daily"),
        ("FREQ=WEEKLY;UNTIL=20260501", "weekly"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;WKST=SU", "weekly"),
        ("FREQ=MONTHLY", "absoluteMonthly"),
        ("FREQ=MONTHLY;BYMONTHDAY=2;UNTIL=20261002T080000Z", "absoluteMonthly"),
        ("FREQ=MONTHLY;BYDAY=1MO", "relativeMonthly"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "relativeMonthly"),
        ("FREQ=YEARLY", "absoluteYearly"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=1MO", "relativeYearly"),
    ] {
        assert_eq!(pattern(rule, MONDAY)["pattern"]["type"], kind, "{rule}");
    }
    assert_eq!(pattern("FREQ=MONTHLY;BYDAY=-1TU", "2026-03-31T08:00:00Z")["pattern"]["index"], "last");
    assert_eq!(pattern("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-03-31T08:00:00Z")["pattern"]["dayOfMonth"], 31);
    // An end before the time of day of the start leaves that day out.
    let ends = pattern("FREQ=DAILY;UNTIL=20260305T075959Z", MONDAY);
    assert_eq!(ends["range"]["endDate"], "2026-03-04");
    assert_eq!(ends["range"]["recurrenceTimeZone"], "W. Europe Standard Time");
}

#[test]
fn what_outlook_cannot_repeat_is_refused_with_the_reason() {
    let span = full().span;
    let refused = |series: &Recurrence, span: &Span| match write::recurrence(Some(series), span) {
        Err(ProviderError::Rejected(why)) => why,
        other => panic!("{other:?}"),
    };
    for rule in [
        "FREQ=HOURLY;COUNT=3",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=DAILY;BYMONTH=3",
        "FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1",
        "FREQ=MONTHLY;BYMONTHDAY=2,16",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=YEARLY;BYDAY=9MO",
        "FREQ=YEARLY;BYYEARDAY=61",
    ] {
        let why = refused(&series(rule, &span), &span);
        assert!(why.starts_with("Outlook cannot "), "{rule}: {why}");
    }
    // In a month without that day Outlook takes its last one.
    let last = Span::timed(at("2026-03-31T08:00:00Z"), at("2026-03-31T09:00:00Z"), zone("Europe/Berlin")).unwrap();
    assert!(refused(&series("FREQ=MONTHLY", &last), &last).contains("FREQ=MONTHLY"));
    assert!(refused(&series("FREQ=WEEKLY;BYDAY=TU", &span), &span).contains("has no occurrence"));
    let added = series("FREQ=WEEKLY", &span).with_rdate(RDate { start: span.start, length: None });
    assert!(refused(&added, &span).contains("single dates"));
    let own = span.in_zone(Zone::posix("<+0130>-1:30").unwrap());
    assert!(refused(&series("FREQ=DAILY", &own), &own).contains("time zone"));
    assert_eq!(write::recurrence(None, &span), Ok(Value::Null));
}

#[test]
fn a_series_comes_with_its_cancelled_and_changed_occurrences() {
    let told = event(json!({
        "type": "seriesMaster",
        "recurrence": {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday", "month": 0, "dayOfMonth": 0, "index": "first"},
            "range": {"type": "noEnd", "startDate": "2026-03-02", "endDate": "0001-01-01", "numberOfOccurrences": 0},
        },
        "cancelledOccurrences": ["OID.A=.2026-03-09", "odd"],
        "exceptionOccurrences": [event(json!({
            "id": "B=", "type": "exception", "seriesMasterId": "A=", "subject": "Guest",
            "originalStart": "2026-03-30T08:00:00Z",
        }))],
    }));
    let found = items(told);
    let Content::Whole(Whole { recurrence: Some(series), .. }) = &found[0].content else { panic!("no series") };
    assert_eq!(series.exdates(), [ExDate::At("2026-03-09T10:00:00".parse().unwrap())]);
    let days: Vec<_> = write::cancelled(series).map(|day| day.to_string()).collect();
    assert_eq!(days, ["2026-03-09"]);
    let Content::Part(Part { series, original, facts: Some(facts) }) = &found[1].content else { panic!("no part") };
    assert_eq!((series.as_str(), *original), ("A=", Original::At(at("2026-03-30T08:00:00Z"))));
    assert_eq!((found[1].id.as_str(), facts.title.as_str()), ("B=", "Guest"));
}

#[test]
fn days_are_days_in_whatever_zone_they_are_told() {
    let days = |start: &str, end: &str| {
        whole(event(json!({
            "isAllDay": true, "start": {"dateTime": start, "timeZone": "UTC"}, "end": {"dateTime": end, "timeZone": "UTC"},
        })))
        .facts
        .span
    };
    let told = days("2026-03-02T00:00:00.0000000", "2026-03-04T00:00:00.0000000");
    assert_eq!(
        told,
        Span::all_day("2026-03-02".parse().unwrap(), "2026-03-04".parse().unwrap(), zone("Europe/Berlin")).unwrap()
    );
    assert_eq!(days("2026-03-01T23:00:00", "2026-03-03T23:00:00"), told);
}

#[test]
fn what_cannot_be_read_says_why_and_spoils_nothing() {
    let repeated =
        |kind: &str| json!({"recurrence": {"pattern": {"type": kind, "interval": 1}, "range": {"type": "noEnd"}}});
    for (odd, why) in [
        (json!({"subject": 1}), "is not of the form"),
        (json!({"start": null}), "has no start"),
        (json!({"start": {"timeZone": "UTC"}}), "has no time"),
        (json!({"start": {"dateTime": "soon", "timeZone": "UTC"}}), "has a time that is none"),
        (json!({"end": {"dateTime": "2026-03-01T10:00:00", "timeZone": "UTC"}}), "has an end that must not"),
        (repeated("sometimes"), "recurs in a way that is not understood"),
        (repeated("weekly"), "recurs in a way that is not understood"),
    ] {
        let item = read(event(odd.clone()));
        let Content::Unreadable(reason) = item.content else { panic!("{odd} can be read") };
        assert!(reason.starts_with(why), "{odd}: {reason}");
        assert_eq!(item.id, "A=");
    }
    assert_eq!(items(json!({"subject": "no id"})), []);
}
