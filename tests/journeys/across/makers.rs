//! Who makes events: each makes one, in the calendars of the stage's Ana, and tells what it says.

use kalends_harness::wait;
use serde_json::{Value, json};

use super::Stage;
use super::facts::{Facts, Made, TEN, TEN_IN_SUMMER, Times, WEEKS};

/// Makes an event.
type Maker = fn(&Stage) -> Made;

/// Their names, and what they do.
pub(super) const ALL: &[(&str, Maker)] = &[
    ("core", core),
    ("core series", series),
    ("core day", day),
    ("academic", academic),
    ("legal", legal),
    ("Frist", frist),
    ("import", import),
    ("booking", booking),
    ("feed", feed),
    ("attached", attached),
];

/// The case of the legal document.
const CASE: &str = "550e8400-e29b-41d4-a716-446655440000";

/// An event with all that the core surface knows of one.
fn core(stage: &Stage) -> Made {
    let calendar = stage.ana.calendar("Work");
    let event = stage.ana.event(json!({
        "calendar_id": calendar, "title": "Oral exam", "description": "Two questions;\none answer", "location": "Hall 2",
        "start_time": TEN.local[0], "end_time": TEN.local[1], "timezone": "Europe/Berlin", "kind": "exam",
        "priority": "high", "color": "tomato", "course_id": "bio-101", "case_id": CASE, "status": "tentative",
        "reminders": [15], "tags": ["biology"], "attendees": [{"email": "guest@example.com"}],
    }));
    let facts = Facts {
        title: "Oral exam",
        description: Some("Two questions;\none answer"),
        location: Some("Hall 2"),
        core: json!({
            "kind": "exam", "priority": "high", "color": "tomato", "course_id": "bio-101", "case_id": CASE,
            "status": "tentative", "reminders": [{"minutes_before": 15}], "tags": ["biology"],
            "attendees": [{"email": "guest@example.com", "status": "needs_action"}],
        }),
        academic: json!({"eventType": "EXAM", "priority": "HIGH", "color": "tomato", "courseId": "bio-101"}),
        legal: json!({
            "case_id": CASE, "status": "tentative", "reminders": [15], "attendees": ["guest@example.com"],
        }),
        lines: &[
            "ACTION:DISPLAY",
            "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:guest@example.com",
            "CATEGORIES:EXAM,biology",
            "COLOR:tomato",
            "DESCRIPTION:Oral exam",
            "DESCRIPTION:Two questions\\;\\none answer",
            "DTEND;TZID=Europe/Berlin:20580325T110000",
            "DTSTART;TZID=Europe/Berlin:20580325T100000",
            "LOCATION:Hall 2",
            "PRIORITY:1",
            "STATUS:TENTATIVE",
            "SUMMARY:Oral exam",
            "TRANSP:OPAQUE",
            "TRIGGER:-PT15M",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &event, "Work", facts)
}

/// A weekly series, over a change of clocks.
fn series(stage: &Stage) -> Made {
    let calendar = stage.ana.calendar("Work");
    let event = stage.ana.event(json!({
        "calendar_id": calendar, "title": "Standup", "start_time": TEN.local[0], "end_time": TEN.local[1],
        "timezone": "Europe/Berlin", "recurrence_rule": "FREQ=WEEKLY;COUNT=2", "kind": "meeting",
    }));
    let facts = Facts {
        title: "Standup",
        times: &[TEN, TEN_IN_SUMMER],
        rule: Some("FREQ=WEEKLY;COUNT=2"),
        core: json!({"kind": "meeting"}),
        academic: json!({"eventType": "MEETING"}),
        legal: json!({"type": "meeting"}),
        lines: &[
            "CATEGORIES:MEETING",
            "DTEND;TZID=Europe/Berlin:20580325T110000",
            "DTSTART;TZID=Europe/Berlin:20580325T100000",
            "RRULE:FREQ=WEEKLY;COUNT=2",
            "STATUS:CONFIRMED",
            "SUMMARY:Standup",
            "TRANSP:OPAQUE",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &event, "Work", facts)
}

/// A whole day.
fn day(stage: &Stage) -> Made {
    let calendar = stage.ana.calendar("Work");
    let event = stage.ana.event(json!({
        "calendar_id": calendar, "title": "Closed", "all_day": true, "timezone": "Europe/Berlin",
        "start_time": "2058-03-25", "end_time": "2058-03-26",
    }));
    let facts = Facts {
        title: "Closed",
        times: &[Times {
            utc: ["2058-03-24T23:00:00Z", "2058-03-25T23:00:00Z"],
            local: ["2058-03-25T00:00:00+01:00", "2058-03-26T00:00:00+01:00"],
        }],
        all_day: true,
        lines: &[
            "DTEND;VALUE=DATE:20580326",
            "DTSTART;VALUE=DATE:20580325",
            "STATUS:CONFIRMED",
            "SUMMARY:Closed",
            "TRANSP:OPAQUE",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &event, "Work", facts)
}

fn academic(stage: &Stage) -> Made {
    let body = json!({
        "title": "Biology Lecture", "description": "Cell structure and function", "eventType": "CLASS",
        "startDate": "2058-03-25T09:00:00.000Z", "endDate": "2058-03-25T10:00:00.000Z",
        "location": "Science Building Room 101", "priority": "MEDIUM", "color": "blue", "courseId": "course_abc123",
    });
    let made = stage.ana.post("/api/calendar/events").json(body).send().expect(201);
    let facts = Facts {
        title: "Biology Lecture",
        description: Some("Cell structure and function"),
        location: Some("Science Building Room 101"),
        core: json!({"kind": "class", "priority": "medium", "color": "blue", "course_id": "course_abc123"}),
        academic: json!({"eventType": "CLASS", "color": "blue", "courseId": "course_abc123"}),
        lines: &[
            "CATEGORIES:CLASS",
            "COLOR:blue",
            "DESCRIPTION:Cell structure and function",
            "DTEND;TZID=Europe/Berlin:20580325T110000",
            "DTSTART;TZID=Europe/Berlin:20580325T100000",
            "LOCATION:Science Building Room 101",
            "PRIORITY:5",
            "STATUS:CONFIRMED",
            "SUMMARY:Biology Lecture",
            "TRANSP:OPAQUE",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &found(stage, &made["data"]), "Personal", facts)
}

fn legal(stage: &Stage) -> Made {
    let body = json!({
        "title": "Client Meeting", "type": "meeting", "start": TEN.local[0], "end": TEN.local[1], "case_id": CASE,
        "location": "Office Room 3", "description": "Discuss settlement offer", "attendees": ["guest@example.com"],
        "reminders": [60],
    });
    let made = stage.ana.post("/api/v1/calendar/events").json(body).send().expect(201);
    let facts = Facts {
        title: "Client Meeting",
        description: Some("Discuss settlement offer"),
        location: Some("Office Room 3"),
        core: json!({
            "kind": "meeting", "case_id": CASE, "reminders": [{"minutes_before": 60}],
            "attendees": [{"email": "guest@example.com", "status": "needs_action"}],
        }),
        academic: json!({"eventType": "MEETING"}),
        legal: json!({"type": "meeting", "case_id": CASE, "attendees": ["guest@example.com"], "reminders": [60]}),
        lines: &[
            "ACTION:DISPLAY",
            "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:guest@example.com",
            "CATEGORIES:MEETING",
            "DESCRIPTION:Client Meeting",
            "DESCRIPTION:Discuss settlement offer",
            "DTEND;TZID=Europe/Berlin:20580325T110000",
            "DTSTART;TZID=Europe/Berlin:20580325T100000",
            "LOCATION:Office Room 3",
            "STATUS:CONFIRMED",
            "SUMMARY:Client Meeting",
            "TRANSP:OPAQUE",
            "TRIGGER:-PT60M",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &found(stage, &made.json), "Personal", facts)
}

/// A Frist: an instant by which something must be done, in the midst of a slot.
fn frist(stage: &Stage) -> Made {
    let deadline = "2058-03-25T10:30:00+01:00";
    let body = json!({"title": "Statement of Defense", "deadline": deadline, "case_id": CASE});
    let made = stage.ana.post("/api/v1/calendar/fristen").json(body).send().expect(201);
    let facts = Facts {
        title: "Statement of Defense",
        times: &[Times {
            utc: ["2058-03-25T09:30:00Z", "2058-03-25T09:30:00Z"],
            local: ["2058-03-25T10:30:00+01:00", "2058-03-25T10:30:00+01:00"],
        }],
        core: json!({"kind": "deadline", "case_id": CASE, "transparency": "transparent"}),
        academic: json!({"eventType": "DEADLINE", "endDate": null}),
        legal: json!({"type": "deadline", "case_id": CASE, "transparency": "transparent"}),
        lines: &[
            "CATEGORIES:DEADLINE",
            "DTSTART;TZID=Europe/Berlin:20580325T103000",
            "STATUS:CONFIRMED",
            "SUMMARY:Statement of Defense",
            "TRANSP:TRANSPARENT",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &found(stage, &json!({"id": made["event_id"]})), "Personal", facts)
}

/// A series of a file, which says when it is in New York.
fn import(stage: &Stage) -> Made {
    let calendar = stage.ana.calendar("Work");
    let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:call\r\nDTSTAMP:20580101T000000Z\r\n\
                DTSTART;TZID=America/New_York:20580325T050000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n\
                EXDATE;TZID=America/New_York:20580326T050000\r\nSUMMARY:Call\\, early\r\nCATEGORIES:Study_Session\r\n\
                PRIORITY:9\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:x\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n\
                END:VEVENT\r\nEND:VCALENDAR\r\n";
    stage.ana.import(&calendar, file).send().expect(200);
    let facts = Facts {
        title: "Call, early",
        times: &[
            Times {
                utc: ["2058-03-25T09:00:00Z", "2058-03-25T10:00:00Z"],
                local: ["2058-03-25T05:00:00-04:00", "2058-03-25T06:00:00-04:00"],
            },
            Times {
                utc: ["2058-03-27T09:00:00Z", "2058-03-27T10:00:00Z"],
                local: ["2058-03-27T05:00:00-04:00", "2058-03-27T06:00:00-04:00"],
            },
        ],
        zone: "America/New_York",
        rule: Some("FREQ=DAILY;COUNT=3"),
        core: json!({
            "kind": "study_session", "priority": "low", "reminders": [{"minutes_before": 5}],
            "exception_dates": ["2058-03-26T09:00:00Z"],
        }),
        academic: json!({"eventType": "STUDY_SESSION", "priority": "LOW"}),
        legal: json!({"reminders": [5]}),
        lines: &[
            "ACTION:DISPLAY",
            "CATEGORIES:STUDY_SESSION",
            "DESCRIPTION:x",
            "DTEND;TZID=America/New_York:20580325T060000",
            "DTSTART;TZID=America/New_York:20580325T050000",
            "EXDATE;TZID=America/New_York:20580326T050000",
            "PRIORITY:9",
            "RRULE:FREQ=DAILY;COUNT=3",
            "STATUS:CONFIRMED",
            "SUMMARY:Call\\, early",
            "TRANSP:OPAQUE",
            "TRIGGER:-PT5M",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &only(stage), "Work", facts)
}

/// A slot that somebody without an account books.
fn booking(stage: &Stage) -> Made {
    let calendar = stage.ana.calendar("Work");
    let settings = json!({
        "title": "Office hour", "duration_minutes": 60, "timezone": "Europe/Berlin",
        "working_hours": {"mon": [{"start": "09:00", "end": "12:00"}]},
    });
    let link = stage.ana.post(&format!("/calendars/{calendar}/booking-link")).json(settings).send().expect(201);
    let body = json!({
        "name": "Bob Ray", "email": "bob@example.com", "notes": "About exercise 3",
        "slot_start": TEN.utc[0], "slot_end": TEN.utc[1],
    });
    let reserve = stage.server.anyone().post(&format!("/booking/{}/reserve", link.at("/token")));
    let made = reserve.json(body).send().expect(201);
    let facts = Facts {
        title: "Office hour: Bob Ray",
        description: Some("About exercise 3"),
        core: json!({
            "kind": "meeting",
            "attendees": [{"email": "bob@example.com", "name": "Bob Ray", "status": "accepted"}],
        }),
        academic: json!({"eventType": "MEETING"}),
        legal: json!({"type": "meeting", "attendees": ["bob@example.com"]}),
        lines: &[
            "ATTENDEE;CN=Bob Ray;PARTSTAT=ACCEPTED:mailto:bob@example.com",
            "CATEGORIES:MEETING",
            "DESCRIPTION:About exercise 3",
            "DTEND;TZID=Europe/Berlin:20580325T110000",
            "DTSTART;TZID=Europe/Berlin:20580325T100000",
            "STATUS:CONFIRMED",
            "SUMMARY:Office hour: Bob Ray",
            "TRANSP:OPAQUE",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &made["event"], "Work", facts)
}

/// The event of the feed document, in a feed that is shown here.
fn feed(stage: &Stage) -> Made {
    let path = format!("/{}", stage.ana.id);
    stage.web.serve(
        &path,
        kalends_harness::Page::json(&json!({"title": "Holidays", "events": [{
            "summary": "Sample event", "id": "internal-event-id", "start": TEN.local[0], "end": TEN.local[1],
            "description": "Markup <b>allowed</b>!", "conference_id": "stable-conference-id", "location": "Online",
            "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"],
            "attendees": [{"email": "invite-recipient@example.com", "response": "tentative"}],
        }]})),
    );
    let body = json!({"id": "cal", "url": stage.web.url(&path), "format": "json", "destination": "local"});
    stage.ana.post("/register").json(body).send().expect(200);
    wait("the first sync", || stage.ana.get("/feeds").send().expect(200).items()[0]["last_synced_at"].is_string());
    let facts = Facts {
        title: "Sample event",
        description: Some("Markup <b>allowed</b>!"),
        location: Some("Online"),
        times: &[TEN, TEN_IN_SUMMER],
        rule: Some("FREQ=WEEKLY;COUNT=2"),
        core: json!({"attendees": [{"email": "invite-recipient@example.com", "status": "tentative"}]}),
        legal: json!({"attendees": ["invite-recipient@example.com"]}),
        lines: &[
            "ATTENDEE;PARTSTAT=TENTATIVE:mailto:invite-recipient@example.com",
            "DESCRIPTION:Markup <b>allowed</b>!",
            "DTEND;TZID=Europe/Berlin:20580325T110000",
            "DTSTART;TZID=Europe/Berlin:20580325T100000",
            "LOCATION:Online",
            "RRULE:FREQ=WEEKLY;COUNT=2",
            "STATUS:CONFIRMED",
            "SUMMARY:Sample event",
            "TRANSP:OPAQUE",
            "X-CONFERENCE-ID:stable-conference-id",
        ],
        ..Facts::default()
    };
    Made::hers(stage, &only(stage), "Holidays", facts)
}

/// An event of somebody's public calendar, which she attaches on the user-calendars surface.
fn attached(stage: &Stage) -> Made {
    let calendar = stage.ben.calendar("Town");
    stage.ben.put(&format!("/calendars/{calendar}")).json(json!({"is_public": true})).send().expect(200);
    let event = stage.ben.event(json!({
        "calendar_id": calendar, "title": "Market", "location": "Town hall", "timezone": "Europe/Berlin",
        "start_time": TEN.local[0], "end_time": TEN.local[1],
    }));
    let attach = stage.ana.post(&format!("/api/v1/users/{}/calendars", stage.ana.id));
    attach.json(json!({"calendar_id": calendar})).send().expect(201);
    let facts = Facts {
        title: "Market",
        location: Some("Town hall"),
        lines: &[
            "DTEND;TZID=Europe/Berlin:20580325T110000",
            "DTSTART;TZID=Europe/Berlin:20580325T100000",
            "LOCATION:Town hall",
            "STATUS:CONFIRMED",
            "SUMMARY:Market",
            "TRANSP:OPAQUE",
        ],
        ..Facts::default()
    };
    Made { visibility: "public", maker: stage.ben.id.clone(), ..Made::hers(stage, &event, "Town", facts) }
}

impl Made {
    /// What she made herself, as the core surface shows it.
    fn hers(stage: &Stage, event: &Value, calendar_name: &'static str, facts: Facts) -> Self {
        let text = |name: &str| event[name].as_str().unwrap_or_else(|| panic!("{event} has no {name}")).to_owned();
        let (id, calendar, maker) = (text("id"), text("calendar_id"), stage.ana.id.clone());
        Self { id, calendar, calendar_name, visibility: "private", maker, facts }
    }
}

/// The event that another surface answered with, on the core surface, which takes an id without its prefix.
fn found(stage: &Stage, made: &Value) -> Value {
    let event = only(stage);
    let [told, known] = [made, &event].map(|event| event["id"].as_str().expect("an id").replace('-', ""));
    assert_eq!(told.trim_start_matches("evt_"), known);
    event
}

/// The one event that she sees.
fn only(stage: &Stage) -> Value {
    let list = stage.ana.between(WEEKS.utc[0], WEEKS.utc[1]);
    list.items().first().expect("an event").clone()
}
