//! iCalendar in and out: files, addresses and feeds.

mod again;
mod bad;
mod bounds;
mod export;
mod feed;
mod hostile;
mod import;
mod round_trip;
mod series;
mod url;

use kalends_harness::{Answer, Caller, User, ics as text};
use serde_json::Value;

/// The year in which most of these events are.
const YEAR: (&str, &str) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");

/// A VEVENT of this UID. Its further lines may be indented.
fn vevent(uid: &str, lines: &str) -> String {
    component("VEVENT", &format!("UID:{uid}\nDTSTAMP:20260101T000000Z\n{lines}"))
}

/// A component with these lines.
fn component(name: &str, lines: &str) -> String {
    let lines: String = lines.lines().flat_map(|line| [line.trim_start(), "\r\n"]).collect();
    format!("BEGIN:{name}\r\n{lines}END:{name}\r\n")
}

/// A file with these components.
fn file(components: &[String]) -> String {
    let head = "VERSION:2.0\r\nPRODID:-//Elsewhere//EN\r\n";
    format!("BEGIN:VCALENDAR\r\n{head}{}END:VCALENDAR\r\n", components.concat())
}

/// The lines of a meeting from nine to ten UTC on 2 March 2026.
const NINE: &str = "DTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nSUMMARY:Meeting";

/// Imports what must be taken.
#[track_caller]
fn take(who: &User, calendar: &str, text: impl Into<Vec<u8>>) -> Answer {
    who.import(calendar, text).send().expect(200)
}

/// Events, created, updated, unchanged and skipped, as an import counted them.
#[track_caller]
fn counts(answer: &Answer) -> [u64; 5] {
    ["events", "created", "updated", "unchanged", "skipped"].map(|name| {
        let count = answer["imported"][name].as_u64();
        count.unwrap_or_else(|| panic!("{answer}does not count {name}"))
    })
}

/// All occurrences that a calendar has in a window, page by page.
#[track_caller]
fn occurrences(who: &User, calendar: &str, (start, end): (&str, &str)) -> Vec<Value> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut page = who.get("/events").query("start", start).query("end", end).query("limit", "200");
        page = page.query("calendar_id", calendar);
        if let Some(cursor) = &cursor {
            page = page.query("cursor", cursor);
        }
        let page = page.send().expect(200);
        found.extend_from_slice(page.items());
        cursor = page.next_cursor();
        if cursor.is_none() {
            return found;
        }
    }
}

/// The only event that a calendar has in the year, as `GET /events/{id}` shows it.
#[track_caller]
fn only_event(who: &User, calendar: &str) -> Value {
    let found = occurrences(who, calendar, YEAR);
    let first = found.first().unwrap_or_else(|| panic!("the calendar has no event"));
    assert!(found.iter().all(|item| item["id"] == first["id"]), "the calendar has more than one event: {found:?}");
    let id = first["id"].as_str().expect("an id");
    who.get(&format!("/events/{id}")).send().expect(200)["event"].clone()
}

/// One field of each, as text.
#[track_caller]
fn each<'v>(items: &'v [Value], field: &str) -> Vec<&'v str> {
    items.iter().map(|item| item[field].as_str().unwrap_or_else(|| panic!("no {field} in {item}"))).collect()
}

/// A calendar as the bytes that its export is.
#[track_caller]
fn raw(who: &User, calendar: &str) -> Vec<u8> {
    who.get(&format!("/calendars/{calendar}/export.ics")).send().expect(200).body
}

/// A calendar as it is exported.
#[track_caller]
fn export(who: &User, calendar: &str) -> text::Component {
    text::calendar(&raw(who, calendar))
}

/// The `Last-Modified` of a calendar's text.
#[track_caller]
fn last_modified(who: &Caller, path: &str) -> String {
    let answer = who.get(path).send().expect(200);
    answer.header("last-modified").unwrap_or_else(|| panic!("{answer}has no Last-Modified")).to_owned()
}
