//! VEVENTs of one UID.

use kalends_ical::{OccurrenceId, ReadCalendar};

use crate::harness::{calendar, reason, vevent};

fn events(all: &[&str]) -> ReadCalendar {
    let text: Vec<String> = all.iter().map(|lines| format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT")).collect();
    calendar(&text.join("\n"))
}

const DAILY: &str = "UID:1\nDTSTART;TZID=Europe/Berlin:20260102T090000\nRRULE:FREQ=DAILY\nSUMMARY:all";

#[test]
fn overrides_join_their_series() {
    let moved = "UID:1\nRECURRENCE-ID:20260103T080000Z\nDTSTART:20260103T120000Z\nSUMMARY:moved\nSEQUENCE:3";
    for order in [[DAILY, moved], [moved, DAILY]] {
        let read = events(&order);
        assert_eq!((read.events.len(), read.vevents, read.skipped.len()), (1, 2, 0));
        let event = &read.events[0];
        assert_eq!((event.vevents, event.overrides.len()), (2, 1));
        let (series, moved) = (event.series.as_ref().unwrap(), &event.overrides[0]);
        assert_eq!((series.details.title.as_str(), moved.details.title.as_str()), ("all", "moved"));
        assert_eq!((moved.sequence, moved.and_future), (3, false));
        assert_eq!(moved.occurrence.wall(&series.details.span).to_string(), "2026-01-03T09:00:00");
    }
}

#[test]
fn recurrence_ids() {
    fn check(line: &str, expected: &str, and_future: bool) {
        let read = vevent(&format!("DTSTART;TZID=America/New_York:20260103T120000\n{line}"));
        let event = &read.events[0];
        assert_eq!((event.series.is_none(), event.overrides.len()), (true, 1));
        let found = match event.overrides[0].occurrence {
            OccurrenceId::At(at) => at.to_string(),
            OccurrenceId::Day(day) => day.to_string(),
        };
        assert_eq!((found.as_str(), event.overrides[0].and_future), (expected, and_future), "{line}");
    }
    check("RECURRENCE-ID:20260103T080000Z", "2026-01-03T08:00:00Z", false);
    check("RECURRENCE-ID;TZID=Asia/Tokyo:20260103T090000", "2026-01-03T00:00:00Z", false);
    check("RECURRENCE-ID;VALUE=DATE:20260103", "2026-01-03", false);
    // Without a zone of its own it is in that of the event.
    check("RECURRENCE-ID:20260103T090000", "2026-01-03T14:00:00Z", false);
    check("RECURRENCE-ID;RANGE=ThisAndFuture:20260103T080000Z", "2026-01-03T08:00:00Z", true);
}

#[test]
fn an_override_does_not_recur() {
    let read = vevent("DTSTART:20260103T120000Z\nRECURRENCE-ID:20260103T080000Z\nRRULE:FREQ=DAILY");
    assert_eq!(read.warnings[0].message, "line 6: RRULE: goes not with RECURRENCE-ID, and is left out");
    let read = vevent("DTSTART:20260103T120000Z\nRECURRENCE-ID:never");
    assert!(reason(&read).starts_with("line 5: RECURRENCE-ID: \"never\" is not a date"));
}

#[test]
fn of_two_the_newer_wins() {
    fn check(first: &str, second: &str, title: &str, expected: (usize, &str)) {
        let read = events(&[&format!("UID:1\n{first}"), &format!("UID:1\n{second}")]);
        assert_eq!((read.events.len(), read.events[0].vevents, read.vevents), (1, 1, 2));
        let event = &read.events[0];
        let details = event.series.as_ref().map_or_else(|| &event.overrides[0].details, |series| &series.details);
        assert_eq!(details.title, title);
        assert_eq!((read.skipped[0].line, reason(&read)), expected);
        assert_eq!(read.skipped[0].uid.as_deref(), Some("1"));
    }
    let (a, b) = ("DTSTART:20260102\nSUMMARY:a", "DTSTART:20260102\nSUMMARY:b");
    check(a, b, "b", (2, "another VEVENT with this UID stands on line 7"));
    check(&format!("{a}\nSEQUENCE:1"), b, "a", (8, "another VEVENT with this UID stands on line 2"));
    check(a, &format!("{b}\nSEQUENCE:1"), "b", (2, "another VEVENT with this UID stands on line 7"));
    let id = "RECURRENCE-ID:20260102T080000Z";
    check(
        &format!("{a}\n{id}\nSEQUENCE:2"),
        &format!("{b}\n{id}\nSEQUENCE:1"),
        "a",
        (9, "another VEVENT with this UID and RECURRENCE-ID stands on line 2"),
    );
    check(
        &format!("{a}\n{id}"),
        &format!("{b}\n{id}"),
        "b",
        (2, "another VEVENT with this UID and RECURRENCE-ID stands on line 8"),
    );
}

#[test]
fn a_series_has_room_for_so_many_overrides() {
    let one = |second: u32| {
        let id = format!("2026{:02}{:02}T{:02}0000Z", 1 + second / 600, 1 + second / 24 % 25, second % 24);
        format!("UID:1\nDTSTART:20260102\nRECURRENCE-ID:{id}")
    };
    let all: Vec<String> = (0..1_001).map(one).collect();
    let read = events(&all.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((read.events[0].overrides.len(), read.events[0].vevents, read.vevents), (1_000, 1_000, 1_001));
    assert_eq!(reason(&read), "its series has more than 1000 changed occurrences");
}

#[test]
fn events_are_in_the_order_of_the_file() {
    let read = events(&[
        "UID:b\nDTSTART:20260102",
        "UID:a\nDTSTART:20260102",
        "UID:b\nDTSTART:20260102\nRECURRENCE-ID:20260102",
    ]);
    assert_eq!(read.events.iter().map(|it| it.uid.as_str()).collect::<Vec<_>>(), ["b", "a"]);
}
