//! What a hostile file costs is bounded.

use crate::harness::{calendar, try_text, vevent};

#[test]
fn the_rules_of_one_file_share_one_allowance() {
    // Each of them alone would be counted out; all of them would take minutes.
    let one = |number: usize| {
        format!("BEGIN:VEVENT\nUID:{number}\nDTSTART:20260102\nRRULE:FREQ=DAILY;COUNT=20000\nEND:VEVENT")
    };
    let read = calendar(&(0..500).map(one).collect::<Vec<_>>().join("\n"));
    assert!(!read.events.is_empty());
    assert!(read.skipped.len() > 400);
    assert_eq!(read.skipped[0].reason.split(": ").last(), Some("is too expensive to expand"));
}

#[test]
fn a_component_holds_so_much() {
    let line = format!("X-LONG:{}\n", "a".repeat(200_000));
    let read = vevent(&format!("DTSTART:20260102\n{}SUMMARY:b", line.repeat(6)));
    assert_eq!(read.events.len(), 1);
    let told = read.warnings.iter().filter(|it| it.message.ends_with("left out: its VEVENT is too long"));
    assert_eq!(told.count(), 1);
}

#[test]
fn a_file_has_room_for_many_series() {
    let one = |number: usize| {
        format!(
            "BEGIN:VEVENT\nUID:{number}\nDTSTART:20260102\nRRULE:FREQ=DAILY\nSUMMARY:{}\nEND:VEVENT",
            "a".repeat(230)
        )
    };
    let read = calendar(&(0..2_000).map(one).collect::<Vec<_>>().join("\n"));
    assert_eq!((read.events.len(), read.skipped.len()), (2_000, 0));
}

#[test]
fn definitions_of_zones_that_differ_are_few() {
    let one = |number: usize, minutes: usize| {
        format!(
            "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Mine\nBEGIN:STANDARD\nDTSTART:19700101T000000\n\
             TZOFFSETFROM:+0000\nTZOFFSETTO:+01{minutes:02}\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nUID:{number}\nDTSTART;TZID=Mine:20260102T090000\nEND:VEVENT\nEND:VCALENDAR\n"
        )
    };
    let check = |minutes: usize, expected: usize| {
        let all: Vec<String> = (0..50).map(|number| one(number, number % minutes)).collect();
        assert_eq!(try_text(&all.concat()).unwrap().events.len(), expected);
    };
    check(1, 50);
    check(30, 50);
    check(50, 30);
}
