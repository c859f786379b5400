//! What is a file, and what its components are.

use kalends_ical::{Limits, ReadError, read};

use crate::harness::{calendar, home, reason, try_text};

fn refused(text: &str, expected: &str) {
    assert_eq!(try_text(text).unwrap_err().to_string(), expected, "{text}");
}

/// The titles of the events, then the reasons why others were skipped.
fn check(text: &str, titles: &[&str], reasons: &[&str]) {
    let read = try_text(text).unwrap();
    let title = |event: &kalends_ical::ReadEvent| event.series.as_ref().unwrap().details.title.clone();
    assert_eq!(read.events.iter().map(title).collect::<Vec<_>>(), titles, "{text}");
    assert_eq!(read.skipped.iter().map(|it| it.reason.as_str()).collect::<Vec<_>>(), reasons, "{text}");
}

fn event(title: &str) -> String {
    format!("BEGIN:VEVENT\nUID:{title}\nDTSTART:20260102\nSUMMARY:{title}\nEND:VEVENT")
}

#[test]
fn what_is_no_file() {
    refused("", "line 1: the file is empty");
    refused("\u{feff}\r\n \r\n", "line 1: the file is empty");
    refused(
        "\n<!DOCTYPE html>\n<html>\n",
        "line 2: BEGIN:VCALENDAR is missing: \"<!DOCTYPE html>\" begins no iCalendar file",
    );
    refused("BEGIN:VTODO\nEND:VTODO", "line 1: BEGIN:VCALENDAR is missing: \"BEGIN:VTODO\" begins no iCalendar file");
    refused(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:2026",
        "line 4: the file breaks off: END:VEVENT is missing for the BEGIN on line 2",
    );
    refused(
        "BEGIN:VCALENDAR\nVERSION:2.0\n",
        "line 3: the file breaks off: END:VCALENDAR is missing for the BEGIN on line 1",
    );
}

#[test]
fn files_of_all_sorts() {
    let (a, b) = (&event("a"), &event("b"));
    check("BEGIN:VCALENDAR\nEND:VCALENDAR", &[], &[]);
    check(&format!("\u{feff}begin:vcalendar\n{a}\n\n{b}\nend:vcalendar"), &["a", "b"], &[]);
    check(&format!("BEGIN:VCALENDAR\n{a}\nEND:VCALENDAR\nBEGIN:VCALENDAR\n{b}\nEND:VCALENDAR"), &["a", "b"], &[]);
    check(a, &["a"], &[]);
    check(&format!("hello\nBEGIN:VCALENDAR\nhello\n{a}\nEND:VCALENDAR\nbye"), &["a"], &[]);
    check(&format!("BEGIN:X-BOX\n{a}\nEND:X-BOX"), &["a"], &["X-BOX is not imported: only events are"]);
}

#[test]
fn other_components_are_named() {
    let a = &event("a");
    let text = format!(
        "BEGIN:VCALENDAR\nBEGIN:VTODO\nUID:t\nBEGIN:VALARM\nUID:x\nEND:VALARM\nEND:VTODO\n{a}\nBEGIN:VJOURNAL\nEND:VJOURNAL\n\
         END:VCALENDAR"
    );
    check(&text, &["a"], &["VTODO is not imported: only events are", "VJOURNAL is not imported: only events are"]);
    let read = try_text(&text).unwrap();
    assert_eq!((read.vevents, read.skipped[0].line, read.skipped[0].uid.as_deref()), (1, 2, Some("t")));
    assert_eq!(read.skipped[0].component, "VTODO");
}

#[test]
fn an_end_that_does_not_fit_costs_one_event() {
    let (a, b) = (&event("a"), &event("b"));
    let open = "BEGIN:VEVENT\nUID:o\nDTSTART:20260102";
    let calendar = |lines: &str| format!("BEGIN:VCALENDAR\n{lines}\nEND:VCALENDAR");
    check(&calendar(&format!("{open}\n{a}")), &["a"], &["line 5: BEGIN:VEVENT comes before END:VEVENT"]);
    check(&calendar(&format!("{a}\n{open}")), &["a"], &["line 10: END:VCALENDAR comes before END:VEVENT"]);
    check(
        &format!("BEGIN:VCALENDAR\n{open}\n{}", calendar(a)),
        &["a"],
        &["line 5: BEGIN:VCALENDAR comes before END:VEVENT"],
    );
    check(
        &calendar(&format!("{open}\nBEGIN:VALARM\nEND:VEVENT\n{b}")),
        &["b"],
        &["line 6: END:VEVENT comes before the END of the VALARM on line 5"],
    );
    check(&calendar(&format!("{a}\nEND:VEVENT\nEND:VTODO\n{b}")), &["a", "b"], &[]);
    check(&calendar(&format!("BEGIN:VTIMEZONE\nTZID:x\n{a}")), &["a"], &[]);
}

#[test]
fn lines_that_say_nothing_are_left_out_with_a_warning() {
    fn check(line: &[u8], expected: &str) {
        let text = [b"BEGIN:VEVENT\nUID:1\nDTSTART:20260102\n", line, b"\nSUMMARY:a\nEND:VEVENT"].concat();
        let limits = Limits { line: 100, ..Limits::default() };
        let read = read(&text, home(), limits).unwrap();
        assert_eq!(read.events[0].series.as_ref().unwrap().details.title, "a");
        let found: Vec<&str> = read.warnings.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(found, [expected]);
        assert_eq!(read.warnings[0].uid, "1");
    }
    check(b"and then we go", "line 4: \"and then we go\" is left out: it is not NAME:value");
    check(b"END:VALARM", "line 4: END:VALARM ends nothing");
    check(b"LOCATION:\xFF", "line 4: LOCATION: what is no UTF-8 is replaced");
    check(&[b"ATTACH:".as_slice(), &[b'A'; 100]].concat(), "line 4: ATTACH is left out: it is longer than 100 bytes");
}

#[test]
fn the_name_of_the_calendar() {
    fn check(lines: &str, expected: Option<&str>) {
        assert_eq!(calendar(lines).name.as_deref(), expected, "{lines}");
    }
    check("", None);
    check("X-WR-CALNAME:Work\\, home", Some("Work, home"));
    check("X-WR-CALNAME:a\nNAME:b", Some("b"));
    check("NAME:b\nX-WR-CALNAME:a", Some("b"));
    check("NAME: \nX-WR-CALNAME:a\nX-WR-CALNAME:c", Some("a"));
    check("BEGIN:VTODO\nNAME:x\nEND:VTODO", None);
}

#[test]
fn limits() {
    fn check(text: &str, limits: Limits, expected: ReadError) {
        assert_eq!(read(text.as_bytes(), home(), limits), Err(expected));
    }
    let all = Limits::default();
    let text = format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR\n", event("a"));
    check(&text, Limits { bytes: text.len() - 1, ..all }, ReadError::TooLarge(text.len() - 1));
    check(&text, Limits { components: 1, ..all }, ReadError::TooManyComponents { line: 2, most: 1 });
    check(&text, Limits { depth: 1, ..all }, ReadError::TooDeep { line: 2, most: 1 });
    check(&"BEGIN:A\n".repeat(9), all, ReadError::TooDeep { line: 9, most: 8 });
    let exact = Limits { bytes: text.len(), components: 2, depth: 2, ..all };
    assert_eq!(read(text.as_bytes(), home(), exact).unwrap().events.len(), 1);
}

#[test]
fn an_event_without_a_uid_has_the_same_at_each_reading() {
    let uid = |lines: &str| calendar(&format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT")).events[0].uid.clone();
    let first = uid("DTSTART:20260102\nDTSTAMP:20260101T000000Z");
    assert_eq!(first, uid("DTSTART:20260102\nDTSTAMP:20260102T000000Z"));
    assert_ne!(first, uid("DTSTART:20260103"));
    assert_eq!(uid("DTSTART:20260102\nUID: a\\, b "), "a, b");
}

#[test]
fn a_uid_that_no_store_takes() {
    let event = format!("BEGIN:VEVENT\nUID:{}\nDTSTART:20260102\nEND:VEVENT", "u".repeat(1_001));
    assert_eq!(reason(&calendar(&event)), "line 3: UID: must be at most 1000 bytes long");
}
