//! RRULE, RDATE and EXDATE.

use kalends_domain::recurrence::{Budget, Window};

use crate::harness::{event, reason, vevent};

/// The first instants of a VEVENT of these lines.
fn check(lines: &str, expected: &[&str]) {
    let read = vevent(lines);
    assert_eq!(read.skipped, [], "{lines}");
    let series = read.events.into_iter().next().unwrap().series.unwrap();
    let recurrence = series.recurrence.unwrap();
    let found = recurrence.expand(&series.details.span.anchor(), Window::ALL, 10, &mut Budget::default()).unwrap();
    assert_eq!(found.items.iter().map(|it| it.start.to_string()).collect::<Vec<_>>(), expected, "{lines}");
}

fn refused(lines: &str, expected: &str) {
    let read = vevent(&format!("DTSTART:20260102T090000Z\n{lines}"));
    assert_eq!(reason(&read), expected, "{lines}");
}

#[test]
fn series() {
    check("DTSTART:20260102T090000Z\nRRULE:FREQ=DAILY;COUNT=2", &["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"]);
    check(
        "DTSTART;TZID=America/New_York:20260307T090000\nrrule:freq=daily;until=20260308T130000Z",
        &["2026-03-07T14:00:00Z", "2026-03-08T13:00:00Z"],
    );
    check(
        "DTSTART:20260102T090000Z\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2",
        &["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z", "2026-01-09T09:00:00Z"],
    );
    check(
        "DTSTART:20260102T090000Z\nRDATE;TZID=Asia/Tokyo:20260103T090000,20260104T090000\nRDATE:",
        &["2026-01-02T09:00:00Z", "2026-01-03T00:00:00Z", "2026-01-04T00:00:00Z"],
    );
    check(
        "DTSTART:20260102T090000Z\nRDATE;VALUE=PERIOD:20260103T090000Z/PT2H",
        &["2026-01-02T09:00:00Z", "2026-01-03T09:00:00Z"],
    );
}

#[test]
fn exceptions() {
    let start = "DTSTART:20260102T090000Z\nRRULE:FREQ=DAILY;COUNT=3\n";
    let check = |lines: &str| check(&format!("{start}{lines}"), &["2026-01-02T09:00:00Z", "2026-01-04T09:00:00Z"]);
    check("EXDATE:20260103T090000Z");
    check("EXDATE;VALUE=DATE:20260103");
    check("EXDATE;VALUE=DATE:20260103Z");
    check("EXDATE;TZID=Asia/Tokyo:20260103T180000,,");
    check("EXDATE:20270103T090000Z\nEXDATE:20260103T090000Z");
}

#[test]
fn exceptions_of_a_series_of_days() {
    for exdate in ["EXDATE;VALUE=DATE:20260103", "EXDATE:20260103T000000", "EXDATE:20260103T000000Z"] {
        let lines = format!("DTSTART;VALUE=DATE:20260102\nRRULE:FREQ=DAILY;COUNT=3\n{exdate}");
        check(&lines, &["2026-01-01T23:00:00Z", "2026-01-03T23:00:00Z"]);
    }
}

#[test]
fn rules_that_cannot_be() {
    refused("RRULE:FREQ=SOMETIMES", "line 5: RRULE: FREQ: SOMETIMES is not a frequency");
    refused("RRULE:", "line 5: RRULE: \"\" is not NAME=value");
    refused("RRULE:FREQ=SECONDLY", "line 5: RRULE: makes more than 10000 occurrences a year");
    refused("RRULE:FREQ=DAILY;COUNT=100001", "line 5: RRULE: may have a COUNT of at most 100000");
    refused("RDATE;TZID=No/Where:20260103T090000", "line 5: RDATE: unknown time zone \"No/Where\"");
    let many = "20260103T090000Z,".repeat(2_001);
    refused(&format!("RDATE:{many}"), "line 5: RDATE: may name at most 2000 dates");
}

#[test]
fn a_date_that_cannot_be_read_is_left_out() {
    let (series, warnings) = event("RRULE:FREQ=DAILY\nEXDATE:20260103T090000Z,never\nRDATE:20269999");
    assert_eq!(series.recurrence.unwrap().exdates().len(), 1);
    let what = "is not a date or date-time such as 19970902 or 19970902T090000Z; the value is left out";
    assert_eq!(warnings, [format!("line 8: RDATE: \"20269999\" {what}"), format!("line 7: EXDATE: \"never\" {what}")]);
}

#[test]
fn without_rule_or_date_it_is_a_single_event() {
    let (series, _) = event("EXDATE:20260102T090000Z\nRDATE:");
    assert_eq!(series.recurrence, None);
}
