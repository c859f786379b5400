//! iCalendar: a large file imported and stored, against a parser that merely reads it; a large calendar exported.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use kalends_harness::{Server, Store};

use crate::memory::peak_memory;
use crate::table::Table;

/// Events in the file that is imported.
const IMPORTED: usize = 30_000;
/// Events in the calendar that is exported.
const EXPORTED: usize = 10_000;

/// Reads standard input and prints how many seconds the parsing took.
const PARSE: &str = "
import sys, time, icalendar
text = sys.stdin.buffer.read()
start = time.perf_counter()
calendar = icalendar.Calendar.from_ical(text)
print(time.perf_counter() - start, len(calendar.walk('VEVENT')))
";

pub(crate) fn run(table: &mut Table, name: &str, store: Store) {
    let server = Server::start(store);
    let ann = server.register("ann@example.com");
    let (calendar, smaller) = (ann.calendar("Imported"), ann.calendar("Exported"));
    let file = file(IMPORTED);
    let begun = Instant::now();
    let answer = ann.import(&calendar, file.as_str()).send().expect(200);
    let took = begun.elapsed();
    assert_eq!(answer["imported"]["created"], IMPORTED);
    let memory = peak_memory(&server);
    let python = python(&file);
    let what = format!(
        "{name}: {IMPORTED} events of {} MB imported and stored / parsed by Python icalendar",
        file.len() >> 20
    );
    table.note(&what, ("import", took), ("icalendar", python), "≤ 1");
    table.memory(&format!("{name}: most memory of the server until then"), memory, "≤ 150 MB");

    ann.import(&smaller, self::file(EXPORTED)).send().expect(200);
    let before = peak_memory(&server);
    let begun = Instant::now();
    let text = ann.get(&format!("/calendars/{smaller}/export.ics")).send().expect(200);
    let took = begun.elapsed();
    assert_eq!(text.text().matches("BEGIN:VEVENT").count(), EXPORTED);
    let what = format!("{name}: {EXPORTED} events exported / the same parsed by Python icalendar");
    table.note(&what, ("export", took), ("icalendar", self::python(text.text())), "");
    table.memory(&format!("{name}: more memory for it"), peak_memory(&server).saturating_sub(before), "");
}

/// What people's calendars look like: zones, reminders, attendees, a tenth of it series.
fn file(events: usize) -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\n");
    for n in 0..events {
        let (day, hour) = (n % 28 + 1, n % 9 + 8);
        let (year, month) = (2016 + n / 336 % 15, n / 28 % 12 + 1);
        let rule = if n % 10 == 0 { "RRULE:FREQ=WEEKLY;COUNT=10\r\n" } else { "" };
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{n}@bench.example\r\nDTSTAMP:20260101T000000Z\r\n\
             DTSTART;TZID=Europe/Berlin:{year}{month:02}{day:02}T{hour:02}0000\r\n\
             DTEND;TZID=Europe/Berlin:{year}{month:02}{day:02}T{hour:02}4500\r\n{rule}\
             SUMMARY:Meeting number {n}\\, weekly\r\nDESCRIPTION:Bring the paper that we talked about last time.\r\n\
             LOCATION:Hall 1\r\nCATEGORIES:WORK,PAPER\r\nATTENDEE;CN=Bea;PARTSTAT=ACCEPTED:mailto:bea{n}@example.com\r\n\
             ATTENDEE;CN=Cid;PARTSTAT=NEEDS-ACTION:mailto:cid@example.com\r\n\
             BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Reminder\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\n"
        )
        .expect("a string takes text");
    }
    text + "END:VCALENDAR\r\n"
}

/// How long Python takes to parse the text.
fn python(text: &str) -> std::time::Duration {
    let oracles = std::env::var_os("KALENDS_ORACLES").expect("`cargo xtask bench` says where the oracles are");
    let mut child = Command::new(PathBuf::from(oracles).join("venv/bin/python"))
        .args(["-c", PARSE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python runs");
    std::io::Write::write_all(&mut child.stdin.take().expect("a pipe"), text.as_bytes()).expect("Python reads");
    let output = child.wait_with_output().expect("Python ends");
    let said = String::from_utf8(output.stdout).expect("text");
    let seconds = said.split_whitespace().next().and_then(|word| word.parse().ok());
    std::time::Duration::from_secs_f64(seconds.unwrap_or_else(|| panic!("Python said {said:?}")))
}
