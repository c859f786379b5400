//! What is exported and imported again is the same.

use kalends_harness::{Server, User, both_stores, path_of};
use serde_json::{Value, json};

use super::text::Component;
use super::{component, counts, each, export, file, occurrences, raw, take, vevent};

both_stores![
    a_calendar_comes_through_an_export_unchanged,
    a_moved_calendar_moves_again_without_loss,
    a_time_that_comes_twice_keeps_its_instant,
];

const YEARS: [(&str, &str); 2] =
    [("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"), ("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z")];

/// A calendar with events of every sort, some made here and some imported.
fn rich(ana: &User) -> String {
    let calendar = ana.calendar("Rich");
    let made = |zone: &str, start: &str, end: &str, rule: &str| {
        let mut body = json!({"calendar_id": calendar, "title": format!("{zone} {rule}"), "timezone": zone, "start_time": start, "end_time": end});
        if !rule.is_empty() {
            body["recurrence_rule"] = json!(rule);
        }
        path_of(&ana.event(body))
    };
    let weekly =
        made("America/New_York", "2026-01-05T09:00:00-05:00", "2026-01-05T10:30:00-05:00", "FREQ=WEEKLY;BYDAY=MO,WE");
    ana.change(&format!("{weekly}?occurrence=2026-03-09T13:00:00Z&scope=this"), json!({"title": "Moved; once, 🗓", "start_time": "2026-03-10T18:00:00Z", "end_time": "2026-03-10T19:00:00Z", "timezone": "Asia/Tokyo"}));
    ana.change(
        &format!("{weekly}?occurrence=2026-04-06T13:00:00Z&scope=this"),
        json!({"status": "cancelled", "reminders": [1]}),
    );
    ana.delete(&format!("{weekly}?occurrence=2026-03-16T13:00:00Z&scope=this")).send().expect(200);
    ana.change(&format!("{weekly}?occurrence=2027-03-01T14:00:00Z&scope=following"), json!({"title": "Later on"}));
    made(
        "Europe/Berlin",
        "2026-01-30T18:00:00+01:00",
        "2026-01-30T20:00:00+01:00",
        "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270630T220000Z",
    );
    made("Africa/Casablanca", "2026-01-05T08:00:00+01:00", "2026-01-05T09:00:00+01:00", "FREQ=DAILY;INTERVAL=10");
    made("Asia/Kathmandu", "2026-05-01T06:15:00+05:45", "2026-05-02T06:15:00+05:45", "");
    let days = json!({
        "calendar_id": calendar, "title": "Birthday", "all_day": true, "timezone": "Europe/Berlin",
        "start_time": "2026-02-28", "end_time": "2026-03-01", "recurrence_rule": "FREQ=YEARLY", "exception_dates": ["2028-02-28"],
    });
    ana.event(days);
    ana.event(json!({
        "calendar_id": calendar, "title": "Everything", "description": "a\nb\\n;,\t\"c\"", "location": "Zürich, Hall; 2",
        "start_time": "2026-06-01T09:00:00Z", "end_time": "2026-06-01T09:45:00Z", "timezone": "UTC",
        "kind": "deadline", "priority": "medium", "status": "tentative", "transparency": "transparent", "class": "confidential",
        "color": "#112233", "url": "https://example.com/x?y=1,2;z", "tags": ["EXAM", "a,b;c", "ü"], "reminders": [0, 15, 10080],
        "attendees": [{"email": "guest@example.com"}, {"email": "other@example.com"}],
        "attachments": [{"url": "https://example.com/a.pdf", "name": "A \"b\"; c", "type": "application/pdf"}, {"url": "https://example.com/b"}],
    }));
    let full = "DTSTART;TZID=W. Europe Standard Time:20260901T090000
        DURATION:PT1H
        SUMMARY:From elsewhere
        RRULE:FREQ=WEEKLY;COUNT=5
        RDATE;TZID=Europe/Berlin;VALUE=PERIOD:20260903T090000/PT30M
        RDATE;TZID=Europe/Berlin:20260904T100000
        EXDATE;VALUE=DATE:20260915
        ORGANIZER;CN=Boss:mailto:boss@example.com
        ATTENDEE;CN=\"B, c\";ROLE=CHAIR;PARTSTAT=DELEGATED:mailto:b@example.com
        X-Own;P=\"x:y\":Value\\, kept
        SEQUENCE:7
        CREATED:20250101T000000Z
        LAST-MODIFIED:20250102T000000Z
        BEGIN:VALARM
        ACTION:EMAIL
        TRIGGER:-PT30M
        SUMMARY:Soon
        DESCRIPTION:Very soon
        ATTENDEE:mailto:b@example.com
        END:VALARM
        BEGIN:VALARM
        ACTION:AUDIO
        TRIGGER;VALUE=DATE-TIME:20260901T000000Z
        END:VALARM";
    let changed = "RECURRENCE-ID;TZID=Europe/Berlin:20260908T090000\nDTSTART;VALUE=DATE:20260908\nSUMMARY:All day, once\nX-ONCE:1";
    let nothing = component("VEVENT", "UID:moment@example.com\nDTSTART:20260707T070707Z");
    take(ana, &calendar, file(&[vevent("full@example.com", full), vevent("full@example.com", changed), nothing]));
    calendar
}

/// Its VEVENTs and VTIMEZONEs, in an order that does not depend on ids.
fn blocks(calendar: &Component) -> Vec<String> {
    let mut blocks: Vec<_> = calendar.parts.iter().map(ToString::to_string).collect();
    blocks.sort();
    blocks
}

fn shown(ana: &User, calendar: &str) -> Vec<Value> {
    let fields = [
        "uid",
        "title",
        "description",
        "location",
        "start_time",
        "end_time",
        "timezone",
        "all_day",
        "recurrence_rule",
        "recurrence_id",
        "kind",
        "priority",
        "status",
        "transparency",
        "class",
        "color",
        "url",
        "tags",
    ];
    let mut all = Vec::new();
    for year in YEARS {
        for item in occurrences(ana, calendar, year) {
            let mut kept: Vec<Value> = fields.iter().map(|name| item[*name].clone()).collect();
            // iCalendar counts in whole seconds.
            kept.extend(["created_at", "updated_at"].map(|name| json!(item[name].as_str().map(|time| &time[..19]))));
            for (list, names) in [
                ("reminders", &["minutes_before"][..]),
                ("attendees", &["email", "name", "status"]),
                ("attachments", &["url", "name", "type"]),
            ] {
                let items = item[list].as_array().expect("a list");
                kept.extend(items.iter().flat_map(|it| names.iter().map(|name| it[*name].clone())));
            }
            all.push(Value::Array(kept));
        }
    }
    // Those that begin at one time are listed in the order of their ids.
    all.sort_by_key(ToString::to_string);
    all
}

fn a_calendar_comes_through_an_export_unchanged(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let original = rich(&ana);
    let first = export(&ana, &original);
    assert!(first.all("VEVENT").len() > 10 && first.all("VTIMEZONE").len() >= 4, "{first}");
    let before = shown(&ana, &original);
    assert!(before.len() > 250, "{} occurrences", before.len());

    let copy = ana.calendar("Copy");
    let answer = take(&ana, &copy, raw(&ana, &original));
    assert_eq!(counts(&answer)[1], first.all("VEVENT").len() as u64, "{answer}");
    assert_eq!((&answer["skipped"], &answer["warnings"]), (&json!([]), &json!([])));
    for (copied, block) in blocks(&export(&ana, &copy)).into_iter().zip(blocks(&first)) {
        assert_eq!(copied, block);
    }
    assert_eq!(blocks(&export(&ana, &copy)).len(), blocks(&first).len());
    for (copied, occurrence) in shown(&ana, &copy).into_iter().zip(before) {
        assert_eq!(copied, occurrence);
    }
    assert_eq!(shown(&ana, &copy).len(), shown(&ana, &original).len());
}

fn a_moved_calendar_moves_again_without_loss(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let tokyo = server.register("tokyo@example.com");
    tokyo.put("/users/me").json(json!({"timezone": "Asia/Tokyo"})).send().expect(200);
    let original = rich(&ana);
    let first = export(&ana, &original);
    let (there, back) = (tokyo.calendar("There"), ana.calendar("Back"));
    take(&tokyo, &there, raw(&ana, &original));
    take(&ana, &back, raw(&tokyo, &there));
    assert_eq!(blocks(&export(&ana, &back)), blocks(&first), "dates are dates, wherever they were in between");
    let starts = |calendar: &str| -> Vec<String> {
        let mut all: Vec<_> = YEARS
            .iter()
            .flat_map(|year| {
                each(&occurrences(&ana, calendar, *year), "start_time")
                    .into_iter()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        all.sort();
        all
    };
    assert_eq!(starts(&back), starts(&original));
}

fn a_time_that_comes_twice_keeps_its_instant(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let (original, copy) = (ana.calendar("Original"), ana.calendar("Copy"));
    // Half past one in the night on which New York's clocks are set back: before it and after it.
    let times = ["2026-11-01T05:30:00Z", "2026-11-01T05:45:00Z", "2026-11-01T06:30:00Z", "2026-11-01T06:45:00Z"];
    for start_and_end in times.chunks(2) {
        let [start, end] = [0, 1].map(|which| start_and_end[which]);
        ana.event(json!({"calendar_id": original, "title": start, "timezone": "America/New_York", "start_time": start, "end_time": end}));
    }
    take(&ana, &copy, raw(&ana, &original));
    let found = occurrences(&ana, &copy, YEARS[0]);
    let shown: Vec<_> =
        found.iter().flat_map(|item| ["start_time", "end_time"].map(|name| item[name].clone())).collect();
    assert_eq!(json!(shown), json!(times));
}
