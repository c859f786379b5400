//! What a hostile file costs is bounded.

use crate::harness::{calendar, vevent};

#[test]
fn the_rules_of_one_file_share_one_allowance() {
    // Each of them alone would be counted out; all of them would take minutes.
    let one = |number: usize| {
        format!("BEGIN:VEVENT\nUID:{number}\nDTSTART:20260102\nRRULE:FREQ=DAILY;COUNT=100000\nEND:VEVENT\n")
    };
    let read = calendar(&(0..500).map(one).collect::<String>());
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
