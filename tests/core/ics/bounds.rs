//! Files that are too much: cut or left out, with a reason, and never more than a server can bear.

use kalends_harness::{Form, Server, both_stores};
use serde_json::Value;

use super::{NINE, YEAR, component, counts, export, file, occurrences, only_event, take, vevent};

both_stores![
    a_very_long_title_is_cut,
    a_very_long_line_is_left_out,
    very_many_parts_of_an_event_are_cut,
    attachments_beyond_those_shown_are_written_back,
    a_series_has_at_most_a_thousand_changed_occurrences,
    a_series_without_measure_is_skipped,
    an_event_that_cannot_be_is_skipped,
    a_very_deep_file_is_refused,
    a_list_of_problems_is_cut,
    a_very_large_file_is_refused,
    text_within_all_bounds_is_taken_whole,
];

fn warned(answer: &kalends_harness::Answer, word: &str) -> bool {
    let warnings = answer["warnings"].as_array().expect("a list");
    warnings.iter().any(|it| it["message"].as_str().is_some_and(|message| message.contains(word)))
}

fn a_very_long_title_is_cut(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let long = "é".repeat(50_000);
    let lines = format!("DTSTART:20260302T090000Z\nSUMMARY:{long}\nDESCRIPTION:{long}\nLOCATION:{long}");
    let text = file(&[vevent("long@example.com", &lines)]);
    let answer = take(&ana, &calendar, text.clone());
    assert_eq!(counts(&answer), [1, 1, 0, 0, 0]);
    for name in ["SUMMARY", "DESCRIPTION", "LOCATION"] {
        assert!(warned(&answer, name), "{name}: {answer}");
    }
    assert_eq!(answer["warnings"][0]["uid"], "long@example.com");
    let shown = only_event(&ana, &calendar);
    for (name, most) in [("title", 20_000), ("description", 20_000), ("location", 1_000)] {
        let text = shown[name].as_str().expect("text");
        assert!(text.chars().count() == most && long.starts_with(text), "{name}");
    }
    assert_eq!(counts(&take(&ana, &calendar, text)), [1, 0, 0, 1, 0], "what is left out makes no difference");
    assert_eq!(export(&ana, &calendar).one("VEVENT").text("SUMMARY").chars().count(), 20_000);
}

fn a_very_long_line_is_left_out(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let inline = format!("ATTACH;ENCODING=BASE64;VALUE=BINARY:{}", "QUJD".repeat(2_500_000));
    let folded = format!("X-LARGE:{}", "and so on\r\n ".repeat(100_000));
    let lines = format!("{NINE}\n{inline}");
    let event = vevent("large@example.com", &lines).replace("END:VEVENT", &format!("{folded}end\r\nEND:VEVENT"));
    let answer = take(&ana, &calendar, file(&[event]));
    assert_eq!(counts(&answer), [1, 1, 0, 0, 0], "{answer}");
    assert!(warned(&answer, "ATTACH") && warned(&answer, "X-LARGE"), "{answer}");
    assert_eq!(only_event(&ana, &calendar)["title"], "Meeting");
}

/// So many times the same, each with its number for `#`.
fn numbered(count: usize, part: &str) -> String {
    (0..count).map(|number| part.replace('#', &number.to_string())).collect::<Vec<_>>().join("\n")
}

fn very_many_parts_of_an_event_are_cut(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let mut all = NINE.to_owned();
    let long = format!("X-OWN-#:{}", "x".repeat(200));
    for (name, part) in [
        ("ATTENDEE", "ATTENDEE:mailto:#@example.com"),
        ("CATEGORIES", "CATEGORIES:tag #"),
        ("VALARM", "BEGIN:VALARM\nTRIGGER:-PT#M\nEND:VALARM"),
        ("X-OWN", &long),
    ] {
        let lines = format!("\n{}", numbered(600, part));
        let answer = take(&ana, &ana.calendar("Parts"), file(&[vevent("many@example.com", &format!("{NINE}{lines}"))]));
        assert!(warned(&answer, name), "{name} is not in {}", answer["warnings"]);
        all += &lines;
    }
    let answer = take(&ana, &calendar, file(&[vevent("many@example.com", &all)]));
    assert_eq!(counts(&answer), [1, 1, 0, 0, 0]);
    assert!(answer["warnings"].as_array().is_some_and(|warnings| warnings.len() < 1000));
    let shown = only_event(&ana, &calendar);
    let count = |name: &str| shown[name].as_array().map_or(0, Vec::len);
    assert_eq!(["attendees", "tags", "reminders"].map(count), [500, 50, 50]);
    assert!(export(&ana, &calendar).to_string().len() < 200_000);
}

fn attachments_beyond_those_shown_are_written_back(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let lines = format!("{NINE}\n{}", numbered(60, "ATTACH:https://example.com/#"));
    let answer = take(&ana, &calendar, file(&[vevent("attached@example.com", &lines)]));
    assert_eq!(answer["warnings"], Value::Array(vec![]));
    assert_eq!(only_event(&ana, &calendar)["attachments"].as_array().map(Vec::len), Some(50));
    assert_eq!(export(&ana, &calendar).one("VEVENT").lines_of("ATTACH").len(), 60);
}

fn a_series_has_at_most_a_thousand_changed_occurrences(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let mut events = vec![vevent(
        "hourly@example.com",
        "DTSTART:20260101T000000Z\nDURATION:PT1M\nSUMMARY:Hourly\nRRULE:FREQ=HOURLY;COUNT=1001",
    )];
    for number in 0..1001 {
        let (day, hour) = (1 + number / 24, number % 24);
        let (month, day) = if day > 31 { (2, day - 31) } else { (1, day) };
        let at = format!("2026{month:02}{day:02}T{hour:02}0000Z");
        events.push(vevent(
            "hourly@example.com",
            &format!("RECURRENCE-ID:{at}\nDTSTART:{at}\nDURATION:PT2M\nSUMMARY:Once"),
        ));
    }
    let answer = take(&ana, &calendar, file(&events));
    assert_eq!(counts(&answer), [1001, 1001, 0, 0, 1]);
    let skipped = &answer["skipped"][0];
    assert!(skipped["reason"].as_str().is_some_and(|reason| reason.contains("1000")), "{skipped}");
    let found = occurrences(&ana, &calendar, YEAR);
    assert_eq!(found.len(), 1001);
    assert_eq!(found.iter().filter(|item| item["title"] == "Once").count(), 1000);
    assert_eq!(export(&ana, &calendar).all("VEVENT").len(), 1001);
}

/// Imports an event with these lines beside a good one, and answers with the reason for which it was skipped.
#[track_caller]
fn reason(ana: &kalends_harness::User, lines: &str) -> String {
    let calendar = ana.calendar("Large");
    let answer = take(ana, &calendar, file(&[vevent("large@example.com", lines), vevent("good@example.com", NINE)]));
    let shown: String = lines.chars().take(80).collect();
    assert_eq!(counts(&answer), [1, 1, 0, 0, 1], "{shown}: {answer}");
    assert_eq!(only_event(ana, &calendar)["uid"], "good@example.com");
    answer.at("/skipped/0/reason")
}

fn a_series_without_measure_is_skipped(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let dates = (0..3000)
        .map(|number| format!("2026{:02}{:02}T{:02}0000Z", 1 + number / 672, 1 + number / 24 % 28, number % 24));
    let dates = dates.collect::<Vec<_>>().join(",");
    for (line, name) in [
        ("RRULE:FREQ=SECONDLY".to_owned(), "RRULE"),
        ("RRULE:FREQ=MINUTELY".to_owned(), "RRULE"),
        ("RRULE:FREQ=DAILY;COUNT=1000000".to_owned(), "RRULE"),
        ("RRULE:FREQ=DAILY;COUNT=99999999999999999999".to_owned(), "RRULE"),
        ("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30".to_owned(), "RRULE"),
        (format!("RRULE:FREQ=DAILY;BYSECOND={}", vec!["0"; 100_000].join(",")), "RRULE"),
        (format!("RDATE:{dates}"), "RDATE"),
    ] {
        let calendar = ana.calendar("Large");
        let event = vevent("large@example.com", &format!("{NINE}\n{line}"));
        let answer = take(&ana, &calendar, file(&[event, vevent("good@example.com", NINE)]));
        let shown: String = line.chars().take(60).collect();
        let skipped = answer["skipped"].as_array().expect("a list");
        if skipped.is_empty() {
            // A rule that never matches leaves the start alone, and that is one occurrence.
            assert_eq!(occurrences(&ana, &calendar, YEAR).len(), 2, "{shown}");
        } else {
            assert!(skipped[0]["reason"].as_str().is_some_and(|reason| reason.contains(name)), "{shown}: {answer}");
        }
    }
}

fn an_event_that_cannot_be_is_skipped(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let check = |lines: &str, word: &str| {
        let reason = reason(&ana, lines);
        assert!(reason.contains(word), "{reason}");
    };
    check("DTSTART:99991231T235959Z", "DTSTART");
    check("DTSTART:00000101T000000Z", "DTSTART");
    check("DTSTART;VALUE=DATE:20260302\nDURATION:P99999999999W", "DURATION");
    check("DTSTART:20260302T090000Z\nDURATION:PT99999999999999999999S", "DURATION");
    check(&format!("DTSTART;TZID={}:20260302T090000", "A/".repeat(50_000)), "time zone");
    let calendar = ana.calendar("Large");
    let long = vevent(&"u".repeat(1001), NINE);
    let answer = take(&ana, &calendar, file(&[long, vevent("good@example.com", NINE)]));
    assert!(answer.at("/skipped/0/reason").contains("UID"), "{answer}");
    assert_eq!(counts(&take(&ana, &calendar, file(&[vevent(&"u".repeat(1000), NINE)]))), [1, 1, 0, 0, 0]);
}

fn a_very_deep_file_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let nested = (0..2_000).fold(component("X-A", "X-B:1"), |inner, _| format!("BEGIN:X-A\r\n{inner}END:X-A\r\n"));
    ana.import(&calendar, file(&[vevent("good@example.com", NINE), nested])).send().invalid(&["file"]);
    let within = vevent("deep@example.com", NINE)
        .replace("END:VEVENT", &format!("{}END:VEVENT", component("X-A", &component("X-B", "X-C:1"))));
    take(&ana, &calendar, file(&[within]));
    let kept = export(&ana, &calendar);
    assert_eq!(kept.one("VEVENT").one("X-A").one("X-B").lines, ["X-C:1"]);
}

fn a_list_of_problems_is_cut(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let mut events: Vec<_> =
        (0..2000).map(|number| vevent(&format!("{number}@example.com"), "SUMMARY:No start")).collect();
    events.push(vevent("good@example.com", NINE));
    let answer = take(&ana, &calendar, file(&events));
    assert_eq!(counts(&answer), [1, 1, 0, 0, 2000]);
    let listed = answer["skipped"].as_array().map_or(0, Vec::len);
    assert!((1..=500).contains(&listed), "{listed}");
}

fn a_very_large_file_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let text = file(&[format!("X-FILLER:{}\r\n", "x".repeat(65 << 20)), vevent("good@example.com", NINE)]);
    for key in [None, Some("once")] {
        let form = Form::new().field("calendar_id", &calendar).file(text.clone());
        let mut request = ana.post("/calendars/import").form(&form);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        // It may be refused before all of it was read, which ends the connection.
        if let Ok(answer) = request.try_send() {
            answer.error(413, "VALIDATION_ERROR");
        }
    }
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
    take(&ana, &calendar, file(&[vevent("good@example.com", NINE)]));
}

fn text_within_all_bounds_is_taken_whole(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Large");
    let kept = "x".repeat(50_000);
    let lines = format!("{NINE}\nDESCRIPTION:{}\nX-OWN:{kept}", "🗓".repeat(20_000));
    let answer = take(&ana, &calendar, file(&[vevent("whole@example.com", &lines)]));
    assert_eq!(answer["warnings"], Value::Array(vec![]), "{answer}");
    assert_eq!(only_event(&ana, &calendar)["description"].as_str().map(|text| text.chars().count()), Some(20_000));
    assert_eq!(export(&ana, &calendar).one("VEVENT").text("X-OWN"), kept);
}
