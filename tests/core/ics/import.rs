//! What the events of a file are once they are in a calendar.

use kalends_harness::{Server, User, both_stores};
use serde_json::{Value, json};

use super::{NINE, component, counts, each, export, file, occurrences, only_event, take, vevent};

both_stores![
    a_full_event_is_taken_field_by_field,
    times_of_every_form_mean_what_they_say,
    a_zone_may_have_any_name_that_programs_give_it,
    a_zone_that_only_its_file_defines_is_recognised,
    a_calendar_may_say_where_its_floating_times_are,
    words_become_the_models_own,
    alarms_before_the_start_are_reminders,
    attendees_come_with_names_and_answers,
    what_the_model_does_not_hold_is_written_back,
    a_title_is_one_line_and_always_there,
    text_as_careless_programs_write_it_is_read,
    what_is_no_event_is_named_and_left_out,
    the_answer_counts_what_was_taken,
];

/// The event that a file with only this VEVENT makes, for someone in Berlin.
#[track_caller]
fn made_of(ana: &User, lines: &str) -> Value {
    let calendar = ana.calendar("Imported");
    let answer = take(ana, &calendar, file(&[vevent("one@example.com", lines)]));
    assert_eq!(counts(&answer), [1, 1, 0, 0, 0], "{lines}: {answer}");
    only_event(ana, &calendar)
}

fn a_full_event_is_taken_field_by_field(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Imported");
    let lines = r#"DTSTART;TZID=America/New_York:20260302T090000
        DTEND;TZID=America/New_York:20260302T103000
        CREATED:20250601T080000Z
        LAST-MODIFIED:20250602T080000Z
        SUMMARY:Réunion\, part 1 🗓
        DESCRIPTION:Line one\nline two\; and\\or three
        LOCATION:Room 5\, left
        STATUS:TENTATIVE
        TRANSP:TRANSPARENT
        CLASS:CONFIDENTIAL
        PRIORITY:2
        CATEGORIES:Work,EXAM
        CATEGORIES:Two words
        COLOR:tomato
        URL:https://example.com/talk?a=1;b=2,3
        ATTACH;FMTTYPE=application/pdf;FILENAME="Agenda: v1":https://example.com/a.pdf
        ATTENDEE;CN="Guest, A.";PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:guest@example.com
        BEGIN:VALARM
        ACTION:DISPLAY
        DESCRIPTION:Réunion
        TRIGGER:-PT15M
        END:VALARM"#;
    take(&ana, &calendar, file(&[vevent("full@example.com", lines)]));

    let shown = only_event(&ana, &calendar);
    let expected = json!({
        "calendar_id": calendar, "uid": "full@example.com", "title": "Réunion, part 1 🗓",
        "description": "Line one\nline two; and\\or three", "location": "Room 5, left",
        "start_time": "2026-03-02T14:00:00Z", "end_time": "2026-03-02T15:30:00Z", "timezone": "America/New_York",
        "all_day": false, "is_occurrence": false, "status": "tentative", "transparency": "transparent",
        "class": "confidential", "priority": "high", "kind": "exam", "color": "tomato",
        "url": "https://example.com/talk?a=1;b=2,3", "tags": ["Work", "Two words"],
        "created_by": ana.id, "updated_by": ana.id,
        "created_at": "2025-06-01T08:00:00Z", "updated_at": "2025-06-02T08:00:00Z",
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&shown[name], value, "{name}");
    }
    assert_eq!((&shown["recurrence_rule"], &shown["recurrence_id"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["reminders"][0]["minutes_before"], 15);
    let guest = &shown["attendees"][0];
    assert_eq!(
        (&guest["email"], &guest["name"], &guest["status"]),
        (&json!("guest@example.com"), &json!("Guest, A."), &json!("accepted"))
    );
    let attached = &shown["attachments"][0];
    assert_eq!(
        (&attached["url"], &attached["name"], &attached["type"]),
        (&json!("https://example.com/a.pdf"), &json!("Agenda: v1"), &json!("application/pdf"))
    );
    for list in ["reminders", "attendees", "attachments"] {
        assert_eq!(shown[list].as_array().map(Vec::len), Some(1), "{list}");
        assert!(shown[list][0]["id"].is_string(), "{list}");
    }
    let listed = &occurrences(&ana, &calendar, ("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"))[0];
    assert_eq!(listed, &shown, "the list shows the same");
}

#[track_caller]
fn check_times(ana: &User, lines: &str, start: &str, end: &str, zone: &str, all_day: bool) {
    let shown = made_of(ana, &format!("{lines}\nSUMMARY:Times"));
    let fields = ["start_time", "end_time", "timezone", "all_day"].map(|name| shown[name].clone());
    assert_eq!(fields, [json!(start), json!(end), json!(zone), json!(all_day)], "{lines}");
}

fn times_of_every_form_mean_what_they_say(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let days = |lines, start, end| check_times(&ana, lines, start, end, "Europe/Berlin", true);
    days("DTSTART;VALUE=DATE:20260302", "2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z");
    days("DTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260303", "2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z");
    days("DTSTART;VALUE=DATE:20260327\nDTEND;VALUE=DATE:20260330", "2026-03-26T23:00:00Z", "2026-03-29T22:00:00Z");
    days("DTSTART;VALUE=DATE:20260302\nDURATION:P1W", "2026-03-01T23:00:00Z", "2026-03-08T23:00:00Z");
    let times = |lines, start, end, zone| check_times(&ana, lines, start, end, zone, false);
    let (nine, ten) = ("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z");
    times("DTSTART:20260302T100000\nDTEND:20260302T110000", nine, ten, "Europe/Berlin");
    times("DTSTART:20260302T090000Z\nDTEND:20260302T100000Z", nine, ten, "UTC");
    times("DTSTART;TZID=Asia/Tokyo:20260302T180000\nDTEND;TZID=Asia/Tokyo:20260302T190000", nine, ten, "Asia/Tokyo");
    times("DTSTART;TZID=Asia/Tokyo:20260302T180000\nDTEND;TZID=Europe/London:20260302T100000", nine, ten, "Asia/Tokyo");
    times("DTSTART:20260302T090000Z\nDURATION:PT1H", nine, ten, "UTC");
    times("DTSTART:20260302T090000Z\nDURATION:PT0H60M", nine, ten, "UTC");
    times("DTSTART:20260302T090000Z\nDURATION:P1DT1H30M", nine, "2026-03-03T10:30:00Z", "UTC");
    times("DTSTART:20260302T090000Z", nine, nine, "UTC");
    // A day is until the same time of the next one, although the clocks are changed in between.
    let (noon, next) = ("2026-03-07T17:00:00Z", "2026-03-08T16:00:00Z");
    times("DTSTART;TZID=America/New_York:20260307T120000\nDURATION:P1D", noon, next, "America/New_York");
    let hours = "DTSTART;TZID=America/New_York:20260307T120000\nDURATION:PT24H";
    times(hours, noon, "2026-03-08T17:00:00Z", "America/New_York");
}

fn a_zone_may_have_any_name_that_programs_give_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let check = |tzid: &str, start: &str, zone: &str| {
        let lines = format!("DTSTART;TZID={tzid}:20260702T090000\nDURATION:PT1H\nSUMMARY:Zone");
        let shown = made_of(&ana, &lines);
        assert_eq!((&shown["start_time"], &shown["timezone"]), (&json!(start), &json!(zone)), "{tzid}");
    };
    check("Europe/Berlin", "2026-07-02T07:00:00Z", "Europe/Berlin");
    check("europe/berlin", "2026-07-02T07:00:00Z", "Europe/Berlin");
    check("W. Europe Standard Time", "2026-07-02T07:00:00Z", "Europe/Berlin");
    check("\"Pacific Standard Time\"", "2026-07-02T16:00:00Z", "America/Los_Angeles");
    check("India Standard Time", "2026-07-02T03:30:00Z", "Asia/Kolkata");
    let outlook = "\"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna\"";
    check(outlook, "2026-07-02T07:00:00Z", "Europe/Berlin");
    check("/freeassociation.sourceforge.net/Tzfile/Europe/Paris", "2026-07-02T07:00:00Z", "Europe/Paris");
    let mozilla = "/mozilla.org/20050126_1/America/Argentina/Buenos_Aires";
    check(mozilla, "2026-07-02T12:00:00Z", "America/Argentina/Buenos_Aires");
    check("UTC", "2026-07-02T09:00:00Z", "UTC");
}

fn a_zone_that_only_its_file_defines_is_recognised(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let eastern = component(
        "VTIMEZONE",
        "TZID:Headquarters
        BEGIN:STANDARD
        DTSTART:20071104T020000
        RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
        TZOFFSETFROM:-0400
        TZOFFSETTO:-0500
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:20070311T020000
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
        TZOFFSETFROM:-0500
        TZOFFSETTO:-0400
        END:DAYLIGHT",
    );
    let lines = "DTSTART;TZID=Headquarters:20260302T090000\nDURATION:PT1H\nSUMMARY:Weekly\nRRULE:FREQ=WEEKLY;COUNT=2";
    let event = vevent("weekly@example.com", lines);
    for components in [[eastern.clone(), event.clone()], [event, eastern]] {
        let calendar = ana.calendar("Imported");
        take(&ana, &calendar, file(&components));
        let found = occurrences(&ana, &calendar, super::YEAR);
        assert_eq!(each(&found, "start_time"), ["2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z"]);
        assert_eq!(found[0]["timezone"], "America/New_York");
    }
}

fn a_calendar_may_say_where_its_floating_times_are(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Imported");
    let floating = vevent("floating@example.com", "DTSTART:20260302T090000\nDURATION:PT1H\nSUMMARY:Floating");
    take(&ana, &calendar, file(&["X-WR-TIMEZONE:Asia/Tokyo\r\n".to_owned(), floating]));
    let shown = only_event(&ana, &calendar);
    assert_eq!((&shown["start_time"], &shown["timezone"]), (&json!("2026-03-02T00:00:00Z"), &json!("Asia/Tokyo")));
}

fn words_become_the_models_own(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let check = |line: &str, field: &str, expected: Value| {
        assert_eq!(made_of(&ana, &format!("{NINE}\n{line}"))[field], expected, "{line}");
    };
    check("X-NONE:1", "status", json!("confirmed"));
    check("STATUS:CONFIRMED", "status", json!("confirmed"));
    check("STATUS:cancelled", "status", json!("cancelled"));
    check("X-NONE:1", "transparency", json!("opaque"));
    check("TRANSP:OPAQUE", "transparency", json!("opaque"));
    check("X-NONE:1", "class", json!("public"));
    check("CLASS:PRIVATE", "class", json!("private"));
    check("CLASS:X-BOARD-ONLY", "class", json!("private"));
    check("PRIORITY:0", "priority", Value::Null);
    check("PRIORITY:1", "priority", json!("high"));
    check("PRIORITY:5", "priority", json!("medium"));
    check("PRIORITY:9", "priority", json!("low"));
    check("PRIORITY:high", "priority", Value::Null);
    check("CATEGORIES:Study Session", "kind", json!("study_session"));
    check("CATEGORIES:Party", "kind", json!("event"));
    check("CATEGORIES:a\\,b,c,a\\,b,", "tags", json!(["a,b", "c"]));
    check("COLOR:not a colour", "color", Value::Null);
    check("URL:ftp://example.com/x", "url", Value::Null);
}

fn alarms_before_the_start_are_reminders(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let check = |trigger: &str, expected: &[u64]| {
        let alarm = format!("BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Soon\nTRIGGER{trigger}\nEND:VALARM");
        let shown = made_of(&ana, &format!("{NINE}\n{alarm}"));
        let reminders = shown["reminders"].as_array().expect("a list");
        let minutes: Vec<_> = reminders.iter().filter_map(|it| it["minutes_before"].as_u64()).collect();
        assert_eq!(minutes, expected, "{trigger}");
    };
    check(":-PT15M", &[15]);
    check(":PT0S", &[0]);
    check(":-P1D", &[1440]);
    check(":-P1W", &[10080]);
    check(";RELATED=START:-PT5M", &[5]);
    check(";RELATED=END:-PT1H", &[0]);
    check(";RELATED=END:-PT1H15M", &[15]);
    check(";VALUE=DATE-TIME:20260302T084500Z", &[15]);
    // None of these is a time that a reminder can stand at.
    check(":PT5M", &[]);
    check(":-P8D", &[]);
    check(":-PT90S", &[]);
    check(";RELATED=END:-PT10M", &[]);
    check(":soon", &[]);
}

fn attendees_come_with_names_and_answers(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let check = |line: &str, expected: Value| {
        let shown = made_of(&ana, &format!("{NINE}\n{line}"));
        let people = shown["attendees"].as_array().expect("a list");
        let fields = |it: &Value| json!([it["email"], it["name"], it["status"]]);
        assert_eq!(Value::Array(people.iter().map(fields).collect()), expected, "{line}");
    };
    check("ATTENDEE:mailto:a@example.com", json!([["a@example.com", null, "needs_action"]]));
    check("ATTENDEE;PARTSTAT=ACCEPTED:MAILTO:A@Example.com", json!([["a@example.com", null, "accepted"]]));
    check("ATTENDEE;PARTSTAT=declined;CN=A:mailto:a@example.com", json!([["a@example.com", "A", "declined"]]));
    check(
        "ATTENDEE;CN=\"B: b; c, d\";PARTSTAT=TENTATIVE:mailto:b@example.com",
        json!([["b@example.com", "B: b; c, d", "tentative"]]),
    );
    check("ATTENDEE;CN=O^'Hara^^:mailto:o@example.com", json!([["o@example.com", "O\"Hara^", "needs_action"]]));
    check("ATTENDEE;PARTSTAT=DELEGATED:mailto:a@example.com", json!([["a@example.com", null, "needs_action"]]));
    let twice = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@example.com\nATTENDEE:mailto:a@example.com";
    check(twice, json!([["a@example.com", null, "accepted"]]));
    check("ATTENDEE:urn:uuid:019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e", json!([]));
    check("ATTENDEE:mailto:nobody", json!([]));
}

fn what_the_model_does_not_hold_is_written_back(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Imported");
    let kept = [
        "ORGANIZER;CN=\"Boss, The\":mailto:boss@example.com",
        "ATTENDEE;CUTYPE=ROOM:urn:uuid:019cb3a0-1111-7b2c-9d3e-4f5a6b7c8d9e",
        "GEO:52.52;13.405",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "X-Own;X-P=\"a:b;c\":Mixed Case, commas; and\\nescapes as they came",
        "RELATED-TO:other@example.com",
        "URL:ftp://example.com/x",
        "ATTACH:CID:part1@example.com",
    ];
    let alarm = "BEGIN:VALARM\nACTION:AUDIO\nTRIGGER;RELATED=END:PT5M\nATTACH:Basso\nEND:VALARM";
    let guest =
        "ATTENDEE;ROLE=CHAIR;RSVP=TRUE;PARTSTAT=DELEGATED;DELEGATED-TO=\"mailto:b@example.com\":mailto:a@example.com";
    let lines = format!("{NINE}\n{}\n{guest}\n{alarm}", kept.join("\n"));
    take(&ana, &calendar, file(&[vevent("kept@example.com", &lines)]));

    let calendar = export(&ana, &calendar);
    let event = calendar.event("kept@example.com");
    for line in kept {
        assert!(event.lines.iter().any(|found| found == line), "{line} is missing in\n{event}");
    }
    let [guest] = event
        .lines_of("ATTENDEE")
        .into_iter()
        .filter(|line| line.ends_with(":mailto:a@example.com"))
        .collect::<Vec<_>>()[..]
    else {
        panic!("the guest is not there once in\n{event}")
    };
    for parameter in [";ROLE=CHAIR", ";RSVP=TRUE", ";PARTSTAT=DELEGATED", ";DELEGATED-TO=\"mailto:b@example.com\""] {
        assert!(guest.contains(parameter), "{guest}");
    }
    assert_eq!(event.one("VALARM").lines, ["ACTION:AUDIO", "TRIGGER;RELATED=END:PT5M", "ATTACH:Basso"]);
}

fn a_title_is_one_line_and_always_there(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let check = |line: &str, expected: &str| {
        let shown = made_of(&ana, &format!("DTSTART:20260302T090000Z\nDTEND:20260302T100000Z\n{line}"));
        assert_eq!(shown["title"], expected, "{line}");
    };
    check("SUMMARY: Talk ", "Talk");
    check("SUMMARY;LANGUAGE=en:Talk", "Talk");
    check("SUMMARY:a\\nb", "a b");
    check("SUMMARY:", "(No title)");
    check("X-NONE:1", "(No title)");
    let long = "é".repeat(500);
    check(&format!("SUMMARY:{long}"), &long);
}

fn text_as_careless_programs_write_it_is_read(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let good = file(&[vevent("careless@example.com", &format!("{NINE}\nLOCATION:Zürich 🗓 Hall"))]);
    // Folded after each octet, as some programs count them: in the middle of characters.
    let folded = |text: &str| {
        let mut bytes = Vec::new();
        for line in text.split_terminator("\r\n") {
            let octets: Vec<_> = line.bytes().map(|byte| vec![byte]).collect();
            bytes.extend(octets.join(&b"\r\n "[..]));
            bytes.extend(b"\r\n");
        }
        bytes
    };
    let forms: [(&str, Vec<u8>); 7] = [
        ("a BOM", format!("\u{feff}{good}").into()),
        ("bare line feeds", good.replace("\r\n", "\n").into()),
        ("bare carriage returns", good.replace("\r\n", "\r").into()),
        ("blank lines", good.replace("\r\n", "\r\n\r\n").into()),
        ("lower case", good.replace("BEGIN:VEVENT", "begin:vevent").replace("DTSTART", "dtstart").into()),
        ("no end of the last line", good.trim_end().into()),
        ("folds everywhere", folded(&good)),
    ];
    for (form, bytes) in forms {
        let calendar = ana.calendar("Imported");
        let answer = take(&ana, &calendar, bytes);
        assert_eq!(counts(&answer), [1, 1, 0, 0, 0], "{form}: {answer}");
        let shown = only_event(&ana, &calendar);
        assert_eq!(
            (&shown["title"], &shown["location"], &shown["start_time"]),
            (&json!("Meeting"), &json!("Zürich 🗓 Hall"), &json!("2026-03-02T09:00:00Z")),
            "{form}"
        );
    }
    let calendar = ana.calendar("Imported");
    let mut latin = good.into_bytes();
    let at = latin.windows(2).position(|pair| pair == "ü".as_bytes()).expect("an umlaut");
    latin.splice(at..at + 2, [0xfc]);
    let answer = take(&ana, &calendar, latin);
    assert_eq!(answer["warnings"][0]["uid"], "careless@example.com", "{answer}");
    assert_eq!(only_event(&ana, &calendar)["location"], "Z\u{fffd}rich 🗓 Hall");
}

fn what_is_no_event_is_named_and_left_out(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Imported");
    let todo = component("VTODO", "UID:todo@example.com\nSUMMARY:Buy milk");
    let answer = take(&ana, &calendar, file(&[todo, vevent("meeting@example.com", NINE)]));
    assert_eq!(counts(&answer), [1, 1, 0, 0, 1], "{answer}");
    let skipped = &answer["skipped"][0];
    assert_eq!((&skipped["uid"], &skipped["line"]), (&json!("todo@example.com"), &json!(4)));
    assert!(skipped["reason"].as_str().is_some_and(|reason| reason.contains("VTODO")), "{skipped}");
    assert_eq!(only_event(&ana, &calendar)["uid"], "meeting@example.com");
}

fn the_answer_counts_what_was_taken(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Imported");
    let events =
        [vevent("a@example.com", NINE), vevent("b@example.com", NINE), vevent("bad@example.com", "SUMMARY:No start")];
    let answer = take(&ana, &calendar, file(&events));
    let mut rest = answer.json.clone();
    let skipped = rest["skipped"].take();
    let counted = json!({"events": 2, "created": 2, "updated": 0, "unchanged": 0, "skipped": 1});
    assert_eq!(rest, json!({"ok": true, "imported": counted, "skipped": null, "warnings": []}));
    let [skipped] = &skipped.as_array().expect("a list")[..] else { panic!("{answer}has not one skipped") };
    assert_eq!(
        (&skipped["uid"], &skipped["component"], skipped["line"].is_u64(), skipped["reason"].is_string()),
        (&json!("bad@example.com"), &json!("VEVENT"), true, true)
    );
    assert_eq!(occurrences(&ana, &calendar, super::YEAR).len(), 2);
}
