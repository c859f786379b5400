//! Both directions: what Google tells in our words, and our words as Google takes them.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::event::{Class, Rsvp, Span, Status, Transparency};
use kalends_domain::id::{EventId, uuid_v7};
use kalends_domain::recurrence::ExDate;
use kalends_domain::sync::remote::{Content, Facts, Field, Fields, Guest, Item, Original, Part, Whole};
use kalends_domain::time::Zone;
use kalends_ports::ProviderError;
use serde_json::{Value, json};

use crate::read::listed;
use crate::shown::rounded;
use crate::write::{body, occurrence_id, recurrence, without_null};

fn zone(name: &str) -> Zone {
    Zone::named(name).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn origin() -> EventId {
    EventId(uuid_v7(Timestamp::UNIX_EPOCH, [7; 10]))
}

/// An item in a calendar of Berlin's.
fn read(event: Value) -> Item {
    listed(event, &zone("Europe/Berlin")).unwrap()
}

fn whole(event: Value) -> Whole {
    match read(event).content {
        Content::Whole(whole) => whole,
        other => panic!("no event: {other:?}"),
    }
}

/// An hour of 2 March with these fields besides.
#[expect(clippy::needless_pass_by_value, reason = "reads best in tests")]
fn event(more: Value) -> Value {
    let mut event = json!({
        "id": "abcde", "etag": "\"1\"", "status": "confirmed", "iCalUID": "abcde@google.com",
        "updated": "2026-03-01T08:00:00.123Z", "summary": "Lecture",
        "start": {"dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-02T11:00:00+01:00", "timeZone": "Europe/Berlin"},
    });
    let more = more.as_object().unwrap().clone();
    event.as_object_mut().unwrap().extend(more);
    event
}

/// All that can be said of an event.
fn full() -> Facts {
    let span = Span::timed(at("2026-03-02T09:00:00Z"), at("2026-03-02T10:00:00Z"), zone("Europe/Berlin")).unwrap();
    let guest = |email: &str, status| Guest { email: email.parse().unwrap(), name: Some(email[..2].into()), status };
    Facts {
        title: "Lecture".into(),
        description: Some("Bring <books> & pens".into()),
        location: Some("Hall 1".into()),
        span,
        status: Status::Tentative,
        transparency: Transparency::Transparent,
        class: Class::Private,
        color: Some("#d50000".into()),
        reminders: vec![5, 60],
        guests: vec![guest("bo@example.com", Rsvp::Accepted), guest("cy@example.com", Rsvp::NeedsAction)],
    }
}

/// What is written comes back as `rounded` has it.
fn round_trip(facts: Facts) {
    let mut told = without_null(Value::Object(body(&facts, &Fields::from(Field::ALL), origin())));
    told["id"] = json!("abcde");
    let item = listed(told, &facts.span.zone).unwrap();
    assert_eq!(item.origin, Some(origin()));
    let Content::Whole(whole) = item.content else { panic!("no event") };
    assert_eq!(whole.facts, rounded(facts));
}

#[test]
fn an_event_is_read_with_all_that_it_says() {
    let item = read(event(json!({
        "description": "Bring <b>books</b>", "location": "Hall 1", "status": "tentative",
        "transparency": "transparent", "visibility": "private", "colorId": "11",
        "reminders": {"useDefault": false, "overrides": [
            {"method": "popup", "minutes": 60}, {"method": "email", "minutes": 5}, {"method": "popup", "minutes": 5},
            {"method": "popup", "minutes": 40320},
        ]},
        "attendees": [
            {"email": "Cy@Example.com", "displayName": "Cy", "responseStatus": "declined", "self": true},
            {"email": "bo@example.com", "responseStatus": "needsAction", "optional": true},
            {"email": "room@example.com", "resource": true},
            {"displayName": "Nobody"},
        ],
        "extendedProperties": {"private": {"kalendsEvent": origin().0.to_string(), "other": "1"}},
        "conferenceData": {"some": "thing"}, "somethingNew": [1],
    })));
    assert_eq!((item.id.as_str(), item.etag.as_deref()), ("abcde", Some("\"1\"")));
    assert_eq!(item.updated, Some(at("2026-03-01T08:00:00.123Z")));
    assert_eq!((item.origin, item.uid.as_deref()), (Some(origin()), Some("abcde@google.com")));
    let Content::Whole(Whole { facts, recurrence: None }) = item.content else { panic!("no single event") };
    assert_eq!(facts.description.as_deref(), Some("Bring books"));
    assert_eq!((facts.span.starts_at(), facts.span.zone.name()), (at("2026-03-02T09:00:00Z"), "Europe/Berlin"));
    assert_eq!((facts.status, facts.transparency), (Status::Tentative, Transparency::Transparent));
    assert_eq!((facts.class, facts.color.as_deref()), (Class::Private, Some("#d50000")));
    assert_eq!(facts.reminders, [5, 60]);
    let guests: Vec<_> = facts.guests.iter().map(|it| (it.email.as_str(), it.status)).collect();
    assert_eq!(guests, [("bo@example.com", Rsvp::NeedsAction), ("cy@example.com", Rsvp::Declined)]);
}

#[test]
fn what_is_written_comes_back() {
    round_trip(full());
    let days = Span::all_day("2026-03-02".parse().unwrap(), "2026-03-05".parse().unwrap(), zone("Asia/Tokyo")).unwrap();
    round_trip(Facts { span: days, ..full() });
    round_trip(Facts { description: None, location: None, color: None, guests: vec![], reminders: vec![], ..full() });
    round_trip(Facts { color: Some("rebeccapurple".into()), reminders: vec![0, 1, 2, 3, 4, 5, 6], ..full() });
    round_trip(Facts { status: Status::Cancelled, transparency: Transparency::Opaque, title: String::new(), ..full() });
    for class in [Class::Public, Class::Confidential] {
        round_trip(Facts { class, ..full() });
    }
    // The second pass of an hour that happens twice.
    let twice =
        Span::timed(at("2026-11-01T06:30:00Z"), at("2026-11-01T07:30:00.5Z"), zone("America/New_York")).unwrap();
    round_trip(Facts { span: twice, ..full() });
    let own = Zone::posix("<+0130>-1:30").unwrap();
    let span = Span::timed(at("2026-03-02T09:00:00Z"), at("2026-03-02T10:00:00Z"), own).unwrap();
    assert_eq!(rounded(Facts { span: span.clone(), ..full() }).span.zone.name(), "UTC");
    round_trip(Facts { span, ..full() });
}

#[test]
fn only_what_changed_is_written() {
    let told = body(&full(), &Fields::from([Field::Title, Field::Recurrence]), origin());
    let names: Vec<_> = told.keys().map(String::as_str).collect();
    assert_eq!(names, ["extendedProperties", "summary"]);
    let told = body(&Facts { description: None, ..full() }, &Fields::from([Field::Description, Field::Time]), origin());
    assert_eq!(told["description"], Value::Null);
    let markup = Facts { description: Some("Markup <b>allowed</b>".into()), ..full() };
    assert_eq!(body(&markup, &Fields::from([Field::Description]), origin())["description"], "Markup <b>allowed</b>");
    // A day that becomes a time must not keep the day.
    assert_eq!(
        told["start"],
        json!({"date": null, "dateTime": "2026-03-02T10:00:00+01:00", "timeZone": "Europe/Berlin"})
    );
}

#[test]
fn days_stand_in_the_calendars_zone() {
    let facts = whole(event(json!({"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-04"}}))).facts;
    assert!(facts.span.is_all_day());
    assert_eq!(
        (facts.span.starts_at(), facts.span.ends_at()),
        (at("2026-03-01T23:00:00Z"), at("2026-03-03T23:00:00Z"))
    );
}

#[test]
fn zones_have_many_names() {
    for (named, expected) in [
        (json!("Asia/Tokyo"), "Asia/Tokyo"),
        (json!("Tokyo Standard Time"), "Asia/Tokyo"),
        (json!("GMT+03:00"), "Etc/GMT-3"),
        (json!("Customized Time Zone"), "Europe/Berlin"),
        (Value::Null, "Europe/Berlin"),
    ] {
        let start = json!({"dateTime": "2026-03-02T09:00:00Z", "timeZone": named});
        let span = whole(event(json!({"start": start}))).facts.span;
        assert_eq!((span.zone.name(), span.starts_at()), (expected, at("2026-03-02T09:00:00Z")));
    }
    // A floating time is one of its zone.
    let floating = json!({"dateTime": "2026-03-02T10:00:00", "timeZone": "America/New_York"});
    let span = whole(event(json!({"start": floating, "end": {"dateTime": "2026-03-02T11:00:00"}}))).facts.span;
    assert_eq!(span.ends_at().duration_since(span.starts_at()), SignedDuration::from_hours(1));
    assert_eq!(span.starts_at(), at("2026-03-02T15:00:00Z"));
}

#[test]
fn a_series_keeps_its_rules_and_dates() {
    let lines = [
        "RRULE:FREQ=WEEKLY;UNTIL=20260501T215959Z;BYDAY=MO",
        "RDATE;TZID=Europe/Berlin:20260304T100000",
        "EXDATE;TZID=Europe/Berlin:20260316T100000",
        "EXDATE;VALUE=DATE:20260323",
    ];
    let Whole { facts, recurrence: Some(series) } = whole(event(json!({"recurrence": lines}))) else {
        panic!("no series")
    };
    assert_eq!((series.rules().len(), series.rdates().len()), (1, 1));
    let out = ["2026-03-16T10:00:00".parse().unwrap(), "2026-03-23T00:00:00".parse::<jiff::civil::DateTime>().unwrap()];
    assert_eq!(series.exdates(), [ExDate::At(out[0]), ExDate::Day(out[1].date())]);
    let told = recurrence(Some(&series), &facts.span).unwrap();
    assert_eq!(
        told,
        json!([
            "RRULE:FREQ=WEEKLY;UNTIL=20260501T215959Z;BYDAY=MO",
            "RDATE;TZID=Europe/Berlin:20260304T100000",
            "EXDATE;TZID=Europe/Berlin:20260316T100000,20260323T100000",
        ])
    );
    let again = whole(event(json!({"recurrence": told}))).recurrence.unwrap();
    assert_eq!((again.rules(), again.rdates(), again.exdates().len()), (series.rules(), series.rdates(), 2));
    assert_eq!(recurrence(None, &facts.span), Ok(Value::Null));
}

#[test]
fn a_series_of_days_recurs_by_dates() {
    let days = json!({
        "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"},
        "recurrence": ["RRULE:FREQ=DAILY;UNTIL=20260310", "EXDATE;VALUE=DATE:20260305"],
    });
    let Whole { facts, recurrence: Some(series) } = whole(event(days.clone())) else { panic!("no series") };
    assert_eq!(recurrence(Some(&series), &facts.span).unwrap(), days["recurrence"]);
}

#[test]
fn a_series_in_a_zone_that_google_does_not_know_is_refused() {
    let Whole { facts, recurrence: Some(series) } = whole(event(json!({"recurrence": ["RRULE:FREQ=DAILY"]}))) else {
        panic!("no series")
    };
    let span = facts.span.in_zone(Zone::posix("<+0130>-1:30<+0230>,M3.5.0,M10.5.0/3").unwrap());
    assert!(matches!(recurrence(Some(&series), &span), Err(ProviderError::Rejected(_))));
}

#[test]
fn occurrences_are_parts_of_their_series() {
    let id = "abcde_20260309T090000Z";
    let original = json!({"dateTime": "2026-03-09T10:00:00+01:00", "timeZone": "Europe/Berlin"});
    let changed = event(json!({"id": id, "recurringEventId": "abcde", "originalStartTime": original}));
    let Content::Part(Part { series, original: at_, facts: Some(facts) }) = read(changed).content else {
        panic!("no occurrence")
    };
    assert_eq!(
        (series.as_str(), at_, facts.title.as_str()),
        ("abcde", Original::At(at("2026-03-09T09:00:00Z")), "Lecture")
    );
    assert_eq!(occurrence_id(&series, at_), id);

    let cancelled = json!({
        "id": "abcde_20260310", "status": "cancelled", "recurringEventId": "abcde",
        "originalStartTime": {"date": "2026-03-10"},
    });
    let day = Original::Day("2026-03-10".parse().unwrap());
    assert_eq!(read(cancelled).content, Content::Part(Part { series: "abcde".into(), original: day, facts: None }));
    assert_eq!(occurrence_id("abcde", day), "abcde_20260310");
    assert_eq!(
        read(json!({"id": "abcde_x", "status": "cancelled", "recurringEventId": "abcde"})).content,
        Content::Deleted
    );
    assert_eq!(read(json!({"id": "abcde", "status": "cancelled"})).content, Content::Deleted);
}

#[test]
fn what_cannot_be_read_says_why_and_spoils_nothing() {
    for (odd, why) in [
        (json!({"summary": 1}), "is not of the form"),
        (json!({"start": null}), "has no start"),
        (json!({"start": {"timeZone": "UTC"}}), "has neither a date nor a time"),
        (json!({"start": {"dateTime": "soon"}}), "has a time that is none"),
        (json!({"start": {"date": "2026-02-30"}}), "has a date that is none"),
        (json!({"end": {"dateTime": "2026-03-01T10:00:00Z"}}), "has an end that must not be before the start"),
        (json!({"recurrence": ["RRULE:FREQ=SOMETIMES"]}), "recurs in a way that is not understood"),
        (json!({"recurrence": ["EXRULE:FREQ=DAILY"]}), "recurs by EXRULE"),
        (json!({"recurrence": ["RRULE:FREQ=SECONDLY"]}), "recurs in a way that makes more than"),
        (json!({"recurringEventId": "abcde"}), "does not say which occurrence"),
    ] {
        let item = read(event(odd.clone()));
        let Content::Unreadable(reason) = item.content else { panic!("{odd} can be read") };
        assert!(reason.starts_with(why), "{odd}: {reason}");
        assert_eq!(item.id, "abcde");
    }
    assert_eq!(listed(json!({"summary": "no id"}), &Zone::utc()), None);
}
