//! The text of each property.

use kalends_domain::account::Email;
use kalends_domain::event::{
    Attachment, Attendee, Class, DATES_MAX, Details, Event, Kind, Priority, Reminder, Rsvp, Span, Status, Transparency,
};
use kalends_domain::id::{AttachmentId, AttendeeId, ReminderId, UserId};
use kalends_domain::time::{SignedDuration, Timestamp, Zone};
use kalends_ical::Header;
use uuid::Uuid;

use crate::harness::{HEADER, calendar, days, event, lines, recurring, timed};

/// The lines from BEGIN:VEVENT to END:VEVENT, of all VEVENTs.
fn vevents(event: &Event) -> Vec<String> {
    let all = lines(&calendar(&HEADER, std::slice::from_ref(event)));
    all.into_iter().skip_while(|line| line != "BEGIN:VEVENT").take_while(|line| line != "END:VCALENDAR").collect()
}

/// The lines that a plain event does not have.
fn check(change: impl FnOnce(&mut Details), expected: &[&str]) {
    let plain = timed("2026-07-01T09:00:00", 60, "UTC");
    let mut changed = plain.clone();
    change(&mut changed.details);
    let known = vevents(&plain);
    let new: Vec<String> = vevents(&changed).into_iter().filter(|line| !known.contains(line)).collect();
    assert_eq!(new, expected);
}

/// The lines that say when.
fn check_times(event: &Event, expected: &[&str]) {
    let names = ["DTSTART", "DTEND", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"];
    let is_time = |line: &String| names.contains(&line.split([';', ':']).next().unwrap());
    let found: Vec<String> = vevents(event).into_iter().filter(is_time).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_whole_calendar() {
    let header = Header { name: "Maths; 1st, \"a\"", color: Some("#3B82F6"), method: None };
    let mut event = timed("2026-07-01T09:00:00", 60, "UTC");
    event.sequence = 3;
    event.updated_at = "2026-05-01T12:00:00.75Z".parse().unwrap();
    let expected = "BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Kalends//Kalends//EN
CALSCALE:GREGORIAN
X-WR-CALNAME:Maths\\; 1st\\, \"a\"
NAME:Maths\\; 1st\\, \"a\"
COLOR:#3B82F6
X-APPLE-CALENDAR-COLOR:#3B82F6
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
BEGIN:VEVENT
UID:uid-1
DTSTAMP:20260501T120000Z
DTSTART:20260701T090000Z
DTEND:20260701T100000Z
SEQUENCE:3
CREATED:20260101T000000Z
LAST-MODIFIED:20260501T120000Z
SUMMARY:Lecture
STATUS:CONFIRMED
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
";
    assert_eq!(calendar(&header, &[event]), expected.replace('\n', "\r\n"));
}

#[test]
fn a_mail_says_its_method_and_nothing_about_refreshing() {
    let text = calendar(&Header { method: Some("REQUEST"), ..HEADER }, &[]);
    assert!(text.contains("\r\nMETHOD:REQUEST\r\n"));
    assert!(!text.contains("REFRESH-INTERVAL") && !text.contains("PUBLISHED-TTL"));
}

#[test]
fn texts_are_escaped() {
    check(|it| it.title = "a;b,c\\d:e\"f".into(), &["SUMMARY:a\\;b\\,c\\\\d:e\"f"]);
    check(|it| it.description = Some("1\r\n2\n3\r4\n\n5".into()), &["DESCRIPTION:1\\n2\\n3\\n4\\n\\n5"]);
    check(|it| it.location = Some("a\tb\u{0}c\u{b}d\u{85}e\u{7f}".into()), &["LOCATION:a\tbcde"]);
    check(|it| it.url = Some("https://a/?b,c;d\r\nX:1".into()), &["URL:https://a/?b,c;dX:1"]);
    check(|it| it.color = Some("tomato".into()), &["COLOR:tomato"]);
}

#[test]
fn words_are_those_of_the_rfc() {
    check(|it| it.status = Status::Cancelled, &["STATUS:CANCELLED"]);
    check(|it| it.status = Status::Tentative, &["STATUS:TENTATIVE"]);
    check(|it| it.transparency = Transparency::Transparent, &["TRANSP:TRANSPARENT"]);
    check(|it| it.class = Class::Confidential, &["CLASS:CONFIDENTIAL"]);
    check(|it| it.class = Class::Private, &["CLASS:PRIVATE"]);
    check(|it| it.priority = Some(Priority::High), &["PRIORITY:1"]);
    check(|it| it.priority = Some(Priority::Medium), &["PRIORITY:5"]);
    check(|it| it.priority = Some(Priority::Low), &["PRIORITY:9"]);
}

#[test]
fn categories_are_the_kind_and_the_tags() {
    let check = |kind: Kind, tags: &[&str], expected: &[&str]| {
        check(
            |it| {
                it.kind = kind;
                it.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
            },
            expected,
        );
    };
    check(Kind::Event, &[], &[]);
    check(Kind::Event, &["a, b", "c"], &["CATEGORIES:a\\, b,c"]);
    check(Kind::StudySession, &["exam"], &["CATEGORIES:STUDY_SESSION,exam"]);
    check(Kind::Event, &["a", "Exam"], &["CATEGORIES:EVENT,a,Exam"]);
    check(Kind::Event, &["study session"], &["CATEGORIES:EVENT,study session"]);
}

fn attendee(email: Option<&str>, name: Option<&str>, status: Rsvp, kept: &[&str]) -> Attendee {
    Attendee {
        id: AttendeeId(Uuid::nil()),
        user: email.is_none().then_some(UserId(Uuid::from_u128(1))),
        email: email.map(|email| email.parse::<Email>().unwrap()),
        name: name.map(str::to_owned),
        status,
        kept: kept.iter().map(|&param| param.to_owned()).collect(),
    }
}

#[test]
fn attendees() {
    let check = |email: Option<&str>, name: Option<&str>, status: Rsvp, kept: &[&str], expected: &str| {
        check(|it| it.attendees = vec![attendee(email, name, status, kept)], &[expected]);
    };
    let ann = Some("ann@example.com");
    check(ann, Some("Ann"), Rsvp::Accepted, &[], "ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@example.com");
    check(
        None,
        None,
        Rsvp::NeedsAction,
        &[],
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:urn:uuid:00000000-0000-0000-0000-000000000001",
    );
    let name = Some("Doe, \"Jo\": a^b\nc");
    check(
        ann,
        name,
        Rsvp::Declined,
        &[],
        "ATTENDEE;CN=\"Doe, ^'Jo^': a^^b^nc\";PARTSTAT=DECLINED:mailto:ann@example.com",
    );
    check(
        ann,
        None,
        Rsvp::Tentative,
        &["ROLE=CHAIR", "MEMBER=\"mailto:a@b\",\"mailto:c@d\""],
        "ATTENDEE;PARTSTAT=TENTATIVE;ROLE=CHAIR;MEMBER=\"mailto:a@b\",\"mailto:c@d\":mailto:ann@example.com",
    );
    // A parameter that would end the parameters is no parameter.
    let bad = ["X=1:mailto:eve@example.com", "X=\"", "X", "=1", "X=1;CN=Eve", "X Y=1"];
    check(ann, None, Rsvp::Accepted, &bad, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@example.com");
}

#[test]
fn an_answer_that_the_model_does_not_have_stands_for_none() {
    let check = |status: Rsvp, expected: &str| {
        let person = attendee(Some("ann@example.com"), None, status, &["partstat=DELEGATED", "ROLE=CHAIR"]);
        check(|it| it.attendees = vec![person], &[expected]);
    };
    check(Rsvp::NeedsAction, "ATTENDEE;partstat=DELEGATED;ROLE=CHAIR:mailto:ann@example.com");
    check(Rsvp::Accepted, "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:ann@example.com");
}

#[test]
fn attachments() {
    let attachment = |name: Option<&str>, media_type: Option<&str>| Attachment {
        id: AttachmentId(Uuid::nil()),
        url: "https://example.com/a,b;c".into(),
        name: name.map(str::to_owned),
        media_type: media_type.map(str::to_owned),
    };
    check(|it| it.attachments = vec![attachment(None, None)], &["ATTACH:https://example.com/a,b;c"]);
    check(
        |it| it.attachments = vec![attachment(Some("a;b.pdf"), Some("application/pdf"))],
        &["ATTACH;FMTTYPE=application/pdf;FILENAME=\"a;b.pdf\":https://example.com/a,b;c"],
    );
}

#[test]
fn reminders() {
    let check = |minutes_before: u32, kept: &[&str], expected: &[&str]| {
        let kept = kept.iter().map(|&line| line.to_owned()).collect();
        let reminder = Reminder { id: ReminderId(Uuid::nil()), minutes_before, kept };
        check(|it| it.reminders = vec![reminder], &[&["BEGIN:VALARM"], expected, &["END:VALARM"]].concat());
    };
    check(15, &[], &["ACTION:DISPLAY", "DESCRIPTION:Lecture", "TRIGGER:-PT15M"]);
    check(0, &[], &["ACTION:DISPLAY", "DESCRIPTION:Lecture", "TRIGGER:PT0S"]);
    check(1440, &["X-A:1"], &["ACTION:DISPLAY", "DESCRIPTION:Lecture", "TRIGGER:-PT1440M", "X-A:1"]);
    check(5, &["action;X-A=1:AUDIO", "DESCRIPTION:Go"], &["TRIGGER:-PT5M", "action;X-A=1:AUDIO", "DESCRIPTION:Go"]);
}

#[test]
fn kept_lines_are_written_as_they_came() {
    let check = |kept: &[&str], expected: &[&str]| {
        check(|it| it.kept = kept.iter().map(|&line| line.to_owned()).collect(), expected);
    };
    check(&["X-A;B=\"c:d\":e\\,f;g,h", "geo:1.5,2.5"], &["X-A;B=\"c:d\":e\\,f;g,h", "geo:1.5,2.5"]);
    check(
        &["X-A:1", "BEGIN:VALARM", "BEGIN:X-IN", "end:x-in", "TRIGGER:PT1H", "END:VALARM"],
        &["X-A:1", "BEGIN:VALARM", "BEGIN:X-IN", "end:x-in", "TRIGGER:PT1H", "END:VALARM"],
    );
    // What is no line of its own, or would be two, is none or one.
    check(&["X-A:1\r\nX-B:2", "X-\nC:3\u{7f}", " X-D:4", "no line", "", ":5"], &["X-A:1X-B:2", "X-C:3"]);
    // A component that does not end where it began is not written, nor what may be a part of it.
    check(&["X-A:1", "END:VEVENT", "BEGIN:VEVENT", "X-B:2"], &["X-A:1"]);
    check(&["X-A:1", "BEGIN:VALARM", "TRIGGER:PT1H"], &["X-A:1"]);
    check(&["BEGIN:A", "BEGIN:B", "END:A", "END:B"], &[]);
    check(&["\u{1}e\rnd :VEVENT", "E\nND;X=1:VEVENT"], &[]);
}

#[test]
fn lines_are_folded_between_characters() {
    for text in ["x".repeat(400), "é".repeat(200), "a😀".repeat(80), "日本".repeat(60), "\\".repeat(200)] {
        let mut event = timed("2026-07-01T09:00:00", 60, "UTC");
        event.details.title.clone_from(&text);
        let written = calendar(&HEADER, &[event]);
        for line in written.split_terminator("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
        let summary = format!("SUMMARY:{}", text.replace('\\', "\\\\"));
        assert!(lines(&written).contains(&summary), "{written}");
    }
}

#[test]
fn times_stand_in_their_zone() {
    check_times(&timed("2026-07-01T09:00:00", 60, "UTC"), &["DTSTART:20260701T090000Z", "DTEND:20260701T100000Z"]);
    check_times(
        &timed("2026-07-01T09:00:00", 60, "Europe/Berlin"),
        &["DTSTART;TZID=Europe/Berlin:20260701T090000", "DTEND;TZID=Europe/Berlin:20260701T100000"],
    );
    check_times(
        &timed("2026-07-01T09:00:00", 60, "<+0130>-1:30<+0230>,M3.5.0,M10.5.0"),
        &[
            "DTSTART;TZID=\"<+0130>-1:30<+0230>,M3.5.0,M10.5.0\":20260701T090000",
            "DTEND;TZID=\"<+0130>-1:30<+0230>,M3.5.0,M10.5.0\":20260701T100000",
        ],
    );
    check_times(&days("2026-07-01", "2026-07-03"), &["DTSTART;VALUE=DATE:20260701", "DTEND;VALUE=DATE:20260703"]);
}

#[test]
fn what_takes_no_time_has_no_end() {
    check_times(&timed("2026-07-01T09:00:00", 0, "UTC"), &["DTSTART:20260701T090000Z"]);
    let at = |text: &str| -> Timestamp { text.parse().unwrap() };
    let (start, end) = (at("2026-07-01T09:00:00.2Z"), at("2026-07-01T09:00:00.9Z"));
    let span = Span::timed(start, end, Zone::utc()).unwrap();
    check_times(&event(Details::new("", span)), &["DTSTART:20260701T090000Z"]);
}

#[test]
fn the_second_pass_of_an_hour_is_told_in_utc() {
    let check = |start: &str, minutes: i64, expected: &[&str]| {
        let start: Timestamp = start.parse().unwrap();
        let end = start + SignedDuration::from_mins(minutes);
        let zone = Zone::named("America/New_York").unwrap();
        check_times(&event(Details::new("", Span::timed(start, end, zone).unwrap())), expected);
    };
    let local = "DTSTART;TZID=America/New_York:20261101T013000";
    check("2026-11-01T05:30:00Z", 15, &[local, "DTEND;TZID=America/New_York:20261101T014500"]);
    check("2026-11-01T05:30:00Z", 60, &[local, "DTEND:20261101T063000Z"]);
    check("2026-11-01T06:30:00Z", 60, &["DTSTART:20261101T063000Z", "DTEND;TZID=America/New_York:20261101T023000"]);
    check("2026-11-01T06:30:00Z", 0, &["DTSTART:20261101T063000Z"]);
}

#[test]
fn until_is_of_the_type_of_dtstart() {
    let check = |event: Event, rule: &str, expected: &str| {
        let lines = vevents(&recurring(event, &[rule]));
        assert!(lines.contains(&expected.to_owned()), "{lines:#?}");
    };
    let timed = || timed("2026-03-02T22:00:00", 60, "America/New_York");
    check(timed(), "RRULE:freq=daily;until=20260320", "RRULE:FREQ=DAILY;UNTIL=20260321T035959Z");
    check(timed(), "RRULE:FREQ=DAILY;UNTIL=20260320T220000", "RRULE:FREQ=DAILY;UNTIL=20260321T020000Z");
    check(
        timed(),
        "RRULE:WKST=SU;UNTIL=20260321T020000Z;FREQ=DAILY",
        "RRULE:WKST=SU;UNTIL=20260321T020000Z;FREQ=DAILY",
    );
    check(timed(), "RRULE:COUNT=3;FREQ=DAILY", "RRULE:COUNT=3;FREQ=DAILY");
    let fair = || days("2026-03-02", "2026-03-03");
    check(fair(), "RRULE:FREQ=DAILY;UNTIL=20260320T235959Z", "RRULE:FREQ=DAILY;UNTIL=20260320");
    check(fair(), "RRULE:FREQ=DAILY;UNTIL=20260320T100000", "RRULE:FREQ=DAILY;UNTIL=20260320");
    check(fair(), "RRULE:FREQ=DAILY;UNTIL=20260320", "RRULE:FREQ=DAILY;UNTIL=20260320");
}

#[test]
fn dates_added_and_taken_out() {
    let check = |event: Event, lines: &[&str], expected: &[&str]| {
        let all = vevents(&recurring(event, lines));
        let is_date = |line: &&String| line.starts_with("RDATE") || line.starts_with("EXDATE");
        assert_eq!(all.iter().filter(is_date).collect::<Vec<_>>(), expected);
    };
    let lecture = || timed("2026-03-02T10:00:00", 60, "America/New_York");
    check(
        lecture(),
        &["RRULE:FREQ=DAILY", "RDATE:20260304T120000,20260303T120000", "EXDATE:20260306T150000Z"],
        &[
            "RDATE;TZID=America/New_York:20260303T120000,20260304T120000",
            "EXDATE;TZID=America/New_York:20260306T100000",
        ],
    );
    check(
        lecture(),
        &["RDATE:20260303T120000,20260303T120000/PT30M,20260304T120000/PT45S"],
        &["RDATE;TZID=America/New_York;VALUE=PERIOD:20260303T120000/PT30M,20260304T120000/PT45S"],
    );
    check(
        timed("2026-03-02T10:00:00", 60, "UTC"),
        &["RDATE:20260303T120000Z", "EXDATE:20260303T120000Z"],
        &["RDATE:20260303T120000Z", "EXDATE:20260303T120000Z"],
    );
    check(
        days("2026-03-02", "2026-03-03"),
        &["RDATE:20260309,20260310T100000/PT1H", "EXDATE:20260309,20260308"],
        &["RDATE;VALUE=DATE:20260309,20260310", "EXDATE;VALUE=DATE:20260308,20260309"],
    );
    // A day of a timed series is each of its starts.
    check(
        lecture(),
        &["RRULE:FREQ=HOURLY;INTERVAL=8", "EXDATE:20260308,20260304T020000"],
        &["EXDATE;TZID=America/New_York:20260304T020000,20260308T020000,20260308T100000,20260308T180000"],
    );
    check(lecture(), &["RRULE:FREQ=WEEKLY", "EXDATE:20260303"], &[]);
    // Too many to tell one by one.
    let busy = "RRULE:FREQ=YEARLY;BYMONTH=4;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,10,20,30,40,50;BYDAY=MO,TU";
    let april: Vec<String> = (2026..2032).flat_map(|y| (1..31).map(move |d| format!("{y}04{d:02}"))).collect();
    let recurring = recurring(lecture(), &[busy, &format!("EXDATE:{}", april.join(","))]);
    let lines = vevents(&recurring);
    let exdates: Vec<&String> = lines.iter().filter(|line| line.starts_with("EXDATE")).collect();
    assert!(exdates[0].matches(',').count() < DATES_MAX);
    assert!(exdates[1].starts_with("EXDATE;VALUE=DATE:20"), "{}", exdates[1]);
}

#[test]
fn overrides_follow_their_series() {
    let mut event = recurring(timed("2026-03-02T10:00:00", 60, "America/New_York"), &["RRULE:FREQ=WEEKLY;COUNT=3"]);
    let mut moved = timed("2026-03-09T18:00:00", 30, "Europe/Berlin").details;
    moved.title = "Guest".into();
    event.overrides.insert("2026-03-09T10:00:00".parse().unwrap(), moved);
    check_times(
        &event,
        &[
            "DTSTART;TZID=America/New_York:20260302T100000",
            "DTEND;TZID=America/New_York:20260302T110000",
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "RECURRENCE-ID;TZID=America/New_York:20260309T100000",
            "DTSTART;TZID=Europe/Berlin:20260309T180000",
            "DTEND;TZID=Europe/Berlin:20260309T183000",
        ],
    );
    assert_eq!(vevents(&event).iter().filter(|line| *line == "UID:uid-1").count(), 2);
    let mut fair = recurring(days("2026-03-02", "2026-03-03"), &["RRULE:FREQ=WEEKLY;COUNT=3"]);
    fair.overrides.insert("2026-03-09T00:00:00".parse().unwrap(), days("2026-03-10", "2026-03-12").details);
    check_times(
        &fair,
        &[
            "DTSTART;VALUE=DATE:20260302",
            "DTEND;VALUE=DATE:20260303",
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "RECURRENCE-ID;VALUE=DATE:20260309",
            "DTSTART;VALUE=DATE:20260310",
            "DTEND;VALUE=DATE:20260312",
        ],
    );
}
