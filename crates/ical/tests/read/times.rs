//! DTSTART, DTEND, DURATION and their zones.

use crate::harness::{calendar, reason, spell, vevent};

fn check(lines: &str, expected: &str) {
    let read = vevent(lines);
    assert_eq!(read.skipped, [], "{lines}");
    let series = read.events[0].series.as_ref().unwrap();
    assert_eq!(spell(&series.details.span), expected, "{lines}");
}

fn refused(lines: &str, expected: &str) {
    assert_eq!(reason(&vevent(lines)), expected, "{lines}");
}

#[test]
fn starts() {
    check("DTSTART:20260102T090000Z", "2026-01-02T09:00:00Z/2026-01-02T09:00:00Z UTC");
    check("DTSTART:20260102T090000", "2026-01-02T08:00:00Z/2026-01-02T08:00:00Z Europe/Berlin");
    check(
        "DTSTART;TZID=America/New_York:20260102T090000",
        "2026-01-02T14:00:00Z/2026-01-02T14:00:00Z America/New_York",
    );
    check("dtstart;tzid=\"Asia/Tokyo\":20260102t090000", "2026-01-02T00:00:00Z/2026-01-02T00:00:00Z Asia/Tokyo");
    check("DTSTART;TZID=\"<+0130>-1:30\":20260102T090000", "2026-01-02T07:30:00Z/2026-01-02T07:30:00Z <+0130>-1:30");
    check("DTSTART;VALUE=DATE:20260102", "2026-01-02/2026-01-03 Europe/Berlin");
    check("DTSTART:20260102T235960Z", "2026-01-02T23:59:59Z/2026-01-02T23:59:59Z UTC");
}

#[test]
fn slips_that_leave_no_doubt() {
    check("DTSTART:20260102", "2026-01-02/2026-01-03 Europe/Berlin");
    check("DTSTART;VALUE=DATE-TIME:20260102", "2026-01-02/2026-01-03 Europe/Berlin");
    check("DTSTART;VALUE=DATE:20260102T000000", "2026-01-02/2026-01-03 Europe/Berlin");
    check("DTSTART;VALUE=DATE:20260102Z", "2026-01-02/2026-01-03 Europe/Berlin");
    check("DTSTART;;VALUE=DATE-TIME: 20260102T090000Z ", "2026-01-02T09:00:00Z/2026-01-02T09:00:00Z UTC");
    check("DTSTART:20260102T0900Z", "2026-01-02T09:00:00Z/2026-01-02T09:00:00Z UTC");
    check("DTSTART:2026-01-02", "2026-01-02/2026-01-03 Europe/Berlin");
    check("DTSTART:2026-01-02T09:00:00.5+01:00", "2026-01-02T08:00:00Z/2026-01-02T08:00:00Z UTC");
    check("DTSTART:2026-01-02T09:00:00", "2026-01-02T08:00:00Z/2026-01-02T08:00:00Z Europe/Berlin");
    check("DTSTART;TZID=No/Where:20260102T090000Z", "2026-01-02T09:00:00Z/2026-01-02T09:00:00Z UTC");
}

#[test]
fn ends_and_durations() {
    let start = "DTSTART:20260102T090000Z\n";
    let check =
        |end: &str, expected: &str| check(&format!("{start}{end}"), &format!("2026-01-02T09:00:00Z/{expected} UTC"));
    check("DTEND:20260102T100000Z", "2026-01-02T10:00:00Z");
    check("DTEND;TZID=America/New_York:20260102T090000", "2026-01-02T14:00:00Z");
    check("DTEND;VALUE=DATE:20260103", "2026-01-03T00:00:00Z");
    check("DURATION:PT1H30M", "2026-01-02T10:30:00Z");
    check("DURATION:p1w", "2026-01-09T09:00:00Z");
    check("DURATION:+P1DT2S", "2026-01-03T09:00:02Z");
    check("DURATION:PT0S", "2026-01-02T09:00:00Z");
}

#[test]
fn days() {
    let check = |end: &str, expected: &str| {
        check(&format!("DTSTART;VALUE=DATE:20260102\n{end}"), &format!("2026-01-02/{expected} Europe/Berlin"));
    };
    check("", "2026-01-03");
    check("DTEND;VALUE=DATE:20260105", "2026-01-05");
    check("DTEND;VALUE=DATE:20260102", "2026-01-03");
    check("DTEND:20260105T000000", "2026-01-05");
    check("DURATION:P3D", "2026-01-05");
    check("DURATION:PT48H", "2026-01-04");
    check("DURATION:P0D", "2026-01-03");
}

#[test]
fn a_day_on_the_clock_is_not_always_24_hours() {
    check(
        "DTSTART;TZID=Europe/Berlin:20260328T120000\nDURATION:P1D",
        "2026-03-28T11:00:00Z/2026-03-29T10:00:00Z Europe/Berlin",
    );
}

#[test]
fn times_that_make_no_event() {
    refused("SUMMARY:x", "DTSTART is missing");
    refused(
        "DTSTART:tomorrow",
        "line 4: DTSTART: \"tomorrow\" is not a date or date-time such as 19970902 or 19970902T090000Z",
    );
    refused(
        "DTSTART:20260230T090000Z",
        "line 4: DTSTART: \"20260230T090000Z\" is not a date or date-time such as 19970902 or 19970902T090000Z",
    );
    refused("DTSTART:20260102T090000Z\nDTEND:20260102T080000Z", "line 5: DTEND: must not be before the start");
    refused("DTSTART;VALUE=DATE:20260102\nDTEND;VALUE=DATE:20260101", "line 5: DTEND: must not be before the start");
    refused("DTSTART:20260102\nDTEND:20260102T100000", "line 5: DTEND: is a time, but DTSTART is a date");
    refused("DTSTART:20260102\nDURATION:PT1H", "line 5: DURATION: must be whole days, since DTSTART is a date");
    refused("DTSTART:20260102T090000Z\nDURATION:-PT1H", "line 5: DURATION: must not be negative");
    refused(
        "DTSTART:20260102T090000Z\nDURATION:1 hour",
        "line 5: DURATION: \"1 hour\" is not a duration such as PT1H30M",
    );
    refused("DTSTART:20260102T090000Z\nDURATION:P600W", "line 5: DURATION: must be within ten years of the start");
    refused("DTSTART:99991231T090000Z\nDURATION:P1W", "line 5: DURATION: must lie in the years 1 to 9998");
    refused("DTSTART;TZID=No/Where:20260102T090000", "line 4: DTSTART: unknown time zone \"No/Where\"");
    refused(
        "DTSTART:20260102T090000Z\nDTEND;TZID=No/Where:20260102T100000",
        "line 5: DTEND: unknown time zone \"No/Where\"",
    );
}

#[test]
fn the_calendar_says_where_floating_times_are() {
    let event = "BEGIN:VEVENT\nDTSTART:20260102T090000\nEND:VEVENT";
    let check = |head: &str, expected: &str| {
        let read = calendar(&format!("{head}\n{event}"));
        assert_eq!(spell(&read.events[0].series.as_ref().unwrap().details.span), expected, "{head}");
    };
    check("X-WR-TIMEZONE:Asia/Tokyo", "2026-01-02T00:00:00Z/2026-01-02T00:00:00Z Asia/Tokyo");
    check("X-WR-TIMEZONE:No/Where", "2026-01-02T08:00:00Z/2026-01-02T08:00:00Z Europe/Berlin");
    check(
        "X-WR-TIMEZONE:Asia/Tokyo\nEND:VCALENDAR\nBEGIN:VCALENDAR",
        "2026-01-02T08:00:00Z/2026-01-02T08:00:00Z Europe/Berlin",
    );
}

/// A VTIMEZONE named `Mine` with these lines.
fn timezone(lines: &str) -> String {
    format!("BEGIN:VTIMEZONE\nTZID:Mine\n{lines}\nEND:VTIMEZONE")
}

const EVENT: &str = "BEGIN:VEVENT\nDTSTART;TZID=Mine:20260702T090000\nEND:VEVENT";
const BERLIN: &str = "BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n\
     RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n\
     BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n\
     RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT";

#[test]
fn zones_that_the_calendar_defines() {
    fn check(lines: &str, starts: &str) {
        let read = calendar(lines);
        assert_eq!(read.skipped, [], "{lines}");
        let span = &read.events[0].series.as_ref().unwrap().details.span;
        assert_eq!(span.starts_at().to_string(), starts, "{lines}");
    }
    let (named, rules) = (timezone("X-LIC-LOCATION:Asia/Tokyo"), timezone(BERLIN));
    let fixed = timezone("BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:-0300\nTZOFFSETTO:-0300\nEND:STANDARD");
    check(&format!("{named}\n{EVENT}"), "2026-07-02T00:00:00Z");
    check(&format!("{rules}\n{EVENT}"), "2026-07-02T07:00:00Z");
    check(&format!("{fixed}\n{EVENT}"), "2026-07-02T12:00:00Z");
    // A zone may be defined below what needs it; the first definition counts.
    check(&format!("{EVENT}\n{rules}"), "2026-07-02T07:00:00Z");
    check(&format!("{rules}\n{fixed}\n{EVENT}"), "2026-07-02T07:00:00Z");
}

#[test]
fn a_definition_is_for_its_own_calendar() {
    let (rules, empty) = (timezone(BERLIN), timezone(""));
    let read = calendar(&format!("{rules}\n{EVENT}\nEND:VCALENDAR\nBEGIN:VCALENDAR\n{EVENT}"));
    assert_eq!(read.skipped.len(), 1);
    assert_eq!(reason(&calendar(&format!("{empty}\n{EVENT}"))), "line 7: DTSTART: unknown time zone \"Mine\"");
}

#[test]
fn clocks_that_no_zone_has() {
    let zone = timezone(
        "BEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0117\nRDATE:20260620T000000\n\
         END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20260615T000000\nTZOFFSETFROM:+0117\nTZOFFSETTO:+0231\nEND:DAYLIGHT",
    );
    let event = "BEGIN:VEVENT\nDTSTART;TZID=Mine:20260616T090000\nDTEND;TZID=Mine:20260616T100000";
    let read = calendar(&format!("{zone}\n{event}\nEND:VEVENT"));
    let span = &read.events[0].series.as_ref().unwrap().details.span;
    assert_eq!(spell(span), "2026-06-16T06:29:00Z/2026-06-16T07:29:00Z UTC");
    let read = calendar(&format!("{zone}\n{event}\nRRULE:FREQ=DAILY\nEND:VEVENT"));
    let what = "its time zone \"Mine\" has the clocks of no known one, so it cannot recur";
    assert_eq!(reason(&read), format!("line 19: RRULE: {what}"));
}
