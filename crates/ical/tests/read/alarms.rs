//! VALARM.

use crate::harness::{event, vevent};

fn valarm(lines: &str) -> String {
    format!("BEGIN:VALARM\n{lines}\nEND:VALARM")
}

/// The reminder that a VALARM of these lines is, of an event from nine to ten named Lunch.
fn check(lines: &str, minutes: u32, kept: &[&str]) {
    let (series, _) = event(&format!("SUMMARY:Lunch\n{}", valarm(lines)));
    assert_eq!(series.details.kept, [""; 0], "{lines}");
    let reminder = series.details.reminders.into_iter().next().unwrap();
    assert_eq!(
        (reminder.minutes_before, reminder.kept),
        (minutes, kept.iter().map(|it| (*it).to_owned()).collect()),
        "{lines}"
    );
}

/// A VALARM that is no reminder, and kept.
fn check_kept(more: &str, lines: &str) {
    let valarm = valarm(lines);
    let (series, _) = event(&format!("{valarm}\n{more}"));
    assert_eq!(series.details.reminders, [], "{lines}");
    assert_eq!(series.details.kept, valarm.split('\n').collect::<Vec<_>>());
}

#[test]
fn reminders() {
    check("ACTION:DISPLAY\nDESCRIPTION:Lunch\nTRIGGER:-PT15M", 15, &[]);
    check("TRIGGER:PT0S", 0, &[]);
    check("TRIGGER:-P1W", 10_080, &[]);
    check("trigger;related=start:-p1dt2h", 1_560, &[]);
    check("TRIGGER;RELATED=END:-PT90M", 30, &[]);
    check("TRIGGER;RELATED=END:-PT1H", 0, &[]);
    check("TRIGGER;VALUE=DATE-TIME:20260102T083000Z", 30, &[]);
    check(
        "UID:7\nTRIGGER:-PT5M\nACTION:EMAIL\nDESCRIPTION:other\nX-B:a,b\nBEGIN:VLOCATION\nTRIGGER:x\nEND:VLOCATION",
        5,
        &["UID:7", "ACTION:EMAIL", "DESCRIPTION:other", "X-B:a,b", "BEGIN:VLOCATION", "TRIGGER:x", "END:VLOCATION"],
    );
}

#[test]
fn alarms_that_are_no_reminders() {
    check_kept("", "ACTION:DISPLAY");
    check_kept("", "TRIGGER:PT15M\nACTION:DISPLAY");
    check_kept("", "TRIGGER:-PT30S");
    check_kept("", "TRIGGER:-P1WT1M");
    check_kept("", "TRIGGER;RELATED=END:PT0S");
    check_kept("", "TRIGGER:soon");
    check_kept("", "TRIGGER:-PT1M\nTRIGGER:-PT2M");
    check_kept("", "TRIGGER;VALUE=DATE-TIME:19760401T005545Z\nACTION:NONE");
    check_kept("RRULE:FREQ=DAILY;COUNT=2", "TRIGGER;VALUE=DATE-TIME:20260102T083000Z");
}

#[test]
fn the_end_of_days_is_a_midnight() {
    let read = vevent("DTSTART:20260102\nDTEND:20260104\nBEGIN:VALARM\nTRIGGER;RELATED=END:-P3D\nEND:VALARM");
    let series = read.events[0].series.as_ref().unwrap();
    assert_eq!(series.details.reminders[0].minutes_before, 1_440);
}

#[test]
fn one_reminder_at_a_time() {
    let two = format!("{}\n{}", valarm("TRIGGER:-PT5M"), valarm("TRIGGER:-PT300S\nACTION:AUDIO"));
    let (series, warnings) = event(&two);
    assert_eq!(series.details.reminders.len(), 1);
    assert_eq!(series.details.kept, ["BEGIN:VALARM", "TRIGGER:-PT300S", "ACTION:AUDIO", "END:VALARM"]);
    assert_eq!(warnings, [""; 0]);
}

#[test]
fn not_every_minute_is_a_reminder() {
    let many: Vec<String> = (0..51).map(|minutes| valarm(&format!("TRIGGER:-PT{minutes}M"))).collect();
    let (series, warnings) = event(&many.join("\n"));
    assert_eq!(series.details.reminders.len(), 50);
    assert_eq!(warnings, ["line 156: VALARM: more than 50, and is left out"]);
}
