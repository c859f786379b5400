//! Text that would be more than text: whatever an event holds, its lines are those of one event.

use kalends_harness::{Server, User, both_stores};
use serde_json::{Value, json};

use super::text::{self, Component};
use super::{NINE, export, file, only_event, raw, take, vevent};

both_stores![
    no_text_of_an_event_makes_a_line,
    no_name_of_a_calendar_makes_a_line,
    a_line_break_is_refused_where_one_line_is_meant,
    no_text_of_a_file_makes_a_line,
    long_text_of_every_script_is_folded_between_characters,
];

/// Each would end its value, its line or its event, if it were written as it is.
const LINES: [&str; 9] = [
    "plain",
    "END:VEVENT",
    ";X-A=1:b",
    ":X-A",
    "\\nEND:VEVENT\\nBEGIN:VEVENT",
    "a\\",
    "a\\\\;b\\,c;d,e",
    "\"quoted\" ^n^'^^ %0D%0A &#10;",
    "\u{2028}END:VEVENT\u{2029}\u{feff}",
];

/// The same, where more than one line may be.
const BLOCKS: [&str; 6] = [
    "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "a\nATTENDEE:mailto:evil@example.com",
    "a\rX-EVIL:1",
    "\n folded\n\tfolded too",
    "\r\n\r\n",
    "a\tb\\n",
];

/// The names of the lines that the events here have, and no others.
const NAMES: [&str; 15] = [
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SEQUENCE",
    "CREATED",
    "LAST-MODIFIED",
    "SUMMARY",
    "DESCRIPTION",
    "LOCATION",
    "STATUS",
    "TRANSP",
    "CATEGORIES",
    "ATTACH",
    "ATTENDEE",
];

/// The only VEVENT of a calendar, which has no line but those that it should.
#[track_caller]
fn sound(exported: &Component) -> &Component {
    assert_eq!(exported.parts.len(), 1, "{exported}");
    let event = exported.one("VEVENT");
    let mut names = event.names();
    assert!(names.iter().all(|name| NAMES.contains(name)), "{event}");
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "a line is there twice in\n{event}");
    assert!(event.parts.iter().all(|part| part.name == "VALARM" && part.parts.is_empty()), "{event}");
    event
}

/// What comes of each line break.
fn unix(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn no_text_of_an_event_makes_a_line(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for (line, block) in LINES.into_iter().cycle().zip(BLOCKS.into_iter().chain(LINES)) {
        let calendar = ana.calendar("Hostile");
        let made = ana.event(json!({
            "calendar_id": calendar, "title": line, "description": block, "location": block, "tags": [line], "reminders": [5],
            "start_time": "2026-03-02T09:00:00Z", "end_time": "2026-03-02T10:00:00Z", "timezone": "UTC",
            "attachments": [{"url": "https://example.com/a;b=1:2,c", "name": line, "type": "text/plain; x=\":;,\""}],
        }));
        let exported = export(&ana, &calendar);
        let event = sound(&exported);
        let title = made["title"].as_str().expect("a title");
        assert_eq!(event.text("SUMMARY"), title);
        assert_eq!(event.text("DESCRIPTION"), unix(block));
        assert_eq!(event.text("LOCATION"), unix(block));
        let tags = text::texts(event.line("CATEGORIES").strip_prefix("CATEGORIES:").expect("no parameters"));
        assert_eq!(json!(tags), made["tags"]);
        assert_eq!(event.one("VALARM").text("DESCRIPTION"), title);
        let attached = event.line("ATTACH");
        assert!(attached.ends_with(":https://example.com/a;b=1:2,c"), "{attached}");
        came_back(&ana, &made, raw(&ana, &calendar));
    }
}

/// What was exported makes the same event in another calendar.
#[track_caller]
fn came_back(ana: &User, made: &Value, exported: Vec<u8>) {
    let copy = ana.calendar("Copy");
    take(ana, &copy, exported);
    let shown = only_event(ana, &copy);
    for same in ["uid", "title", "tags", "start_time", "end_time"] {
        assert_eq!(shown[same], made[same], "{same}");
    }
    let attached = |event: &Value| ["url", "name", "type"].map(|name| event["attachments"][0][name].clone());
    assert_eq!(attached(&shown), attached(made));
    assert_eq!(shown["reminders"][0]["minutes_before"], made["reminders"][0]["minutes_before"]);
}

fn no_name_of_a_calendar_makes_a_line(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for name in LINES {
        let made = ana.post("/calendars").json(json!({"name": name})).send().expect(201);
        let answer = ana.get(&format!("/calendars/{}/export.ics", made.at("/calendar/id"))).send().expect(200);
        let exported = text::calendar(&answer.body);
        assert!(exported.parts.is_empty(), "{exported}");
        assert_eq!(exported.text("X-WR-CALNAME"), made.at("/calendar/name"));
        let disposition = answer.header("content-disposition").expect("a disposition");
        assert!(disposition.starts_with("attachment; filename=\"") && disposition.is_ascii(), "{disposition}");
        assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
    }
}

fn a_line_break_is_refused_where_one_line_is_meant(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Hostile");
    let evil = "a\r\nEND:VEVENT";
    ana.post("/calendars").json(json!({"name": evil})).send().invalid(&["name"]);
    let post = |field: &str, value: Value| {
        let mut body = kalends_harness::event(&calendar, "Talk", "2026-03-02T09:00:00Z");
        body[field] = value;
        ana.post("/events").json(body).send()
    };
    post("title", json!(evil)).invalid(&["title"]);
    post("tags", json!([evil])).invalid(&["tags[0]"]);
    post("color", json!(evil)).invalid(&["color"]);
    post("url", json!("https://example.com/\r\nEND:VEVENT")).invalid(&["url"]);
    post("attendees", json!([{"email": "a\r\n@example.com"}])).invalid(&["attendees[0].email"]);
    let attached = |name: &str, value: &str| {
        let mut one = json!({"url": "https://example.com/a", "name": "a", "type": "text/plain"});
        one[name] = json!(value);
        post("attachments", json!([one])).error(400, "VALIDATION_ERROR");
    };
    attached("url", "https://example.com/\r\nX-A:1");
    attached("name", evil);
    attached("type", "text/plain\r\nX-A:1");
    assert!(export(&ana, &calendar).all("VEVENT").is_empty());
}

fn no_text_of_a_file_makes_a_line(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for lines in [
        "SUMMARY:a\\nEND:VEVENT\\nBEGIN:VEVENT",
        "SUMMARY:a\u{2028}END:VEVENT",
        "SUMMARY:a\u{b}\u{c}\u{85}END:VEVENT",
        "CATEGORIES:a\\nEND:VEVENT,b\\;c",
        "LOCATION:a\\nX-EVIL:1",
        "DESCRIPTION:a\\nX-EVIL:1\\r\u{0}\u{7f}b",
        "ATTENDEE;CN=\"a^nEND:VEVENT^nX-EVIL:1\":mailto:a@example.com",
        "ATTENDEE;CN=\"a;X-EVIL=1:b\":mailto:a@example.com",
        "ATTENDEE;X-P=\"a:b\";X-Q=c:mailto:a@example.com",
        "ATTACH;FILENAME=\"a^nX-EVIL:1\":https://example.com/a",
        "ATTACH;FMTTYPE=\"a/b^nX-EVIL:1\":https://example.com/a",
    ] {
        let calendar = ana.calendar("Hostile");
        let extra = if lines.starts_with("SUMMARY") { "" } else { "\nSUMMARY:Meeting" };
        let start = NINE.trim_end_matches("\nSUMMARY:Meeting");
        take(&ana, &calendar, file(&[vevent("hostile@example.com", &format!("{start}\n{lines}{extra}"))]));
        let exported = export(&ana, &calendar);
        assert_eq!(sound(&exported).text("UID"), "hostile@example.com", "{lines}");
    }
    // A UID may be anything, and is written as it was understood.
    let calendar = ana.calendar("Hostile");
    take(&ana, &calendar, file(&[vevent("a\\nEND:VEVENT\\;b", NINE)]));
    let uid = only_event(&ana, &calendar)["uid"].clone();
    assert_eq!(json!(sound(&export(&ana, &calendar)).text("UID")), uid);
}

fn long_text_of_every_script_is_folded_between_characters(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for unit in ["a", "é", "字", "🗓", "a🗓", "ab🗓", "abc🗓字", "\\", ";", "\n"] {
        let calendar = ana.calendar("Long");
        let (title, description) = (unit.repeat(140 / unit.chars().count()), unit.repeat(2_000));
        let title = if unit == "\n" { "Line breaks".to_owned() } else { title };
        ana.event(json!({
            "calendar_id": calendar, "title": title, "description": description,
            "start_time": "2026-03-02T09:00:00Z", "end_time": "2026-03-02T10:00:00Z", "timezone": "UTC",
        }));
        let exported = export(&ana, &calendar);
        let event = sound(&exported);
        assert!(event.text("SUMMARY") == title && event.text("DESCRIPTION") == description, "{unit:?}");
    }
}
