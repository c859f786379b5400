//! iCalendar feeds.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use kalends_domain::feed::Format;
use kalends_domain::time::Zone;
use kalends_feed::{ReadFeed, place, read};

fn of(text: &str) -> Result<ReadFeed, String> {
    read(Format::Ics, text.as_bytes(), &Zone::named("Europe/Berlin").unwrap()).map_err(|bad| bad.0)
}

#[test]
fn every_property_of_the_document() {
    let feed = of("BEGIN:VCALENDAR\r\nX-WR-CALNAME:Sample\r\nBEGIN:VEVENT\r\nUID:u1\r\nSUMMARY:Talk\r\n\
        DTSTART:20260302T090000\r\nDURATION:PT90M\r\nDESCRIPTION:Bring <b>books</b>\\, please\r\nTRANSP:TRANSPARENT\r\n\
        LOCATION:Hall 1\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\nRDATE:20260303T090000\r\nEXDATE:20260309T090000\r\nEND:VEVENT\r\n\
        BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")
    .unwrap();
    assert_eq!(feed.title.as_deref(), Some("Sample"));
    let [event] = &feed.events[..] else { panic!("{feed:?}") };
    let series = event.series.as_ref().unwrap();
    assert_eq!((event.uid.as_str(), series.details.title.as_str()), ("u1", "Talk"));
    assert_eq!(series.details.description.as_deref(), Some("Bring <b>books</b>, please"));
    assert_eq!(series.details.location.as_deref(), Some("Hall 1"));
    assert_eq!(series.details.span.ends_at().to_string(), "2026-03-02T09:30:00Z", "the end follows from DURATION");
    let recurrence = series.recurrence.as_ref().unwrap();
    assert_eq!((recurrence.rules().len(), recurrence.rdates().len(), recurrence.exdates().len()), (1, 1, 1));
    assert_eq!(place(Format::Ics, event), "line 3");
}

#[test]
fn what_is_wrong_is_told_by_its_line() {
    let bad = of("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nSUMMARY:A\nEND:VEVENT\nEND:VCALENDAR\n").unwrap_err();
    assert!(bad.starts_with("line 2: VEVENT: ") && bad.contains("DTSTART"), "{bad}");
    assert!(of("").unwrap_err().starts_with("line 1: "));
    assert!(of("<html>").unwrap_err().starts_with("line 1: "));
    assert_eq!(of("BEGIN:VCALENDAR\nEND:VCALENDAR\n").unwrap(), ReadFeed::default(), "an empty one is one");
}
