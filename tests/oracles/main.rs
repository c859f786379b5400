//! What other programs make of our exports: the occurrences that `GET /events` lists, those that Python's icalendar finds
//! in the file and those that ical.js finds there are the same.
//!
//! Runs where both are installed: `KALENDS_ORACLES` names a directory with a `venv` that has `requirements.txt`, and with
//! the `node_modules` of `package.json`.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kalends_harness::{Server, Store, User, path_of, skip};
use serde_json::{Value, json};

const YEARS: [&str; 3] = ["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"];

#[test]
fn other_programs_find_the_same_occurrences() {
    let Some(dir) = std::env::var_os("KALENDS_ORACLES").map(PathBuf::from) else {
        return skip("KALENDS_ORACLES names no directory with the programs that we compare with");
    };
    let server = Server::start(Store::Sqlite);
    let ana = server.register("ana@example.com");
    // So that dates are told as they are.
    ana.put("/users/me").json(json!({"timezone": "UTC"})).send().expect(200);
    let calendar = rich(&ana);
    let text = ana.get(&format!("/calendars/{calendar}/export.ics")).send().expect(200).body;
    let ours = listed(&ana, &calendar);
    assert!(ours.len() > 400, "{} occurrences", ours.len());

    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles");
    let python = dir.join("venv/bin/python");
    for (program, script) in [(python.as_path(), "expand.py"), (Path::new("node"), "expand.mjs")] {
        let theirs = expanded(program, &scripts.join(script), &dir, &text);
        let only = |these: &[String], others: &[String]| -> Vec<String> {
            these.iter().filter(|one| !others.contains(one)).cloned().collect()
        };
        let (missing, more) = (only(&ours, &theirs), only(&theirs, &ours));
        assert!(missing.is_empty() && more.is_empty(), "{script} misses {missing:#?}\nand has {more:#?}");
        assert_eq!(theirs.len(), ours.len(), "{script} has some more than once");
    }
}

/// A calendar with series of every sort.
fn rich(ana: &User) -> String {
    let calendar = ana.calendar("Rich");
    let series = |title: &str, zone: &str, start: &str, end: &str, rule: &str| {
        path_of(&ana.event(json!({
            "calendar_id": calendar, "title": title, "timezone": zone, "start_time": start, "end_time": end,
            "recurrence_rule": rule,
        })))
    };
    let weekly =
        series("Weekly", "America/New_York", "2026-01-05T09:00:00-05:00", "2026-01-05T10:30:00-05:00", "FREQ=WEEKLY");
    let part = |occurrence: &str, scope: &str| format!("{weekly}?occurrence={occurrence}&scope={scope}");
    let moved =
        json!({"start_time": "2026-03-10T18:00:00Z", "end_time": "2026-03-10T19:00:00Z", "timezone": "Asia/Tokyo"});
    ana.change(&part("2026-03-09T13:00:00Z", "this"), moved);
    let later = json!({"start_time": "2027-02-02T18:00:00Z", "end_time": "2027-02-02T19:00:00Z"});
    ana.change(&part("2026-12-28T14:00:00Z", "this"), later);
    ana.change(&part("2026-04-06T13:00:00Z", "this"), json!({"title": "Once"}));
    ana.delete(&part("2026-03-16T13:00:00Z", "this")).send().expect(200);
    let afternoon = json!({"start_time": "2027-06-07T15:00:00-04:00", "end_time": "2027-06-07T16:00:00-04:00"});
    ana.change(&part("2027-06-07T13:00:00Z", "following"), afternoon);

    series(
        "Last Friday",
        "Europe/Berlin",
        "2026-01-30T18:00:00+01:00",
        "2026-01-30T20:00:00+01:00",
        "FREQ=MONTHLY;BYDAY=-1FR",
    );
    series("Counted", "Europe/Berlin", "2026-03-27T09:00:00+01:00", "2026-03-27T10:00:00+01:00", "FREQ=DAILY;COUNT=20");
    series(
        "Until",
        "Australia/Sydney",
        "2026-03-30T09:00:00+11:00",
        "2026-03-30T10:00:00+11:00",
        "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261030T130000Z",
    );
    series("Ramadan", "Africa/Casablanca", "2026-01-05T08:00:00+01:00", "2026-01-05T09:00:00+01:00", "FREQ=WEEKLY");
    series("Winter is summer", "Europe/Dublin", "2026-03-28T23:30:00Z", "2026-03-29T00:30:00Z", "FREQ=DAILY;COUNT=3");
    series(
        "Quarter hours",
        "Asia/Kathmandu",
        "2026-01-05T06:15:00+05:45",
        "2026-01-05T06:45:00+05:45",
        "FREQ=MONTHLY;BYMONTHDAY=5,-1",
    );
    series(
        "Positions",
        "America/Sao_Paulo",
        "2026-01-01T06:00:00-03:00",
        "2026-01-01T07:00:00-03:00",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1",
    );
    ana.event(json!({
        "calendar_id": calendar, "title": "Birthday", "all_day": true, "timezone": "UTC",
        "start_time": "2020-07-04", "end_time": "2020-07-06", "recurrence_rule": "FREQ=YEARLY",
    }));
    ana.event(json!({
        "calendar_id": calendar, "title": "Clocks set back", "timezone": "America/New_York",
        "start_time": "2026-11-01T01:30:00-05:00", "end_time": "2026-11-01T01:45:00-05:00",
    }));
    import(ana, &calendar);
    calendar
}

/// What only a file can say.
fn import(ana: &User, calendar: &str) {
    let lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "BEGIN:VEVENT",
        "UID:dates@example.com",
        "DTSTART;TZID=Europe/Berlin:20260302T090000",
        "DURATION:PT1H",
        "SUMMARY:Dates",
        "RRULE:FREQ=WEEKLY;COUNT=10",
        "RDATE;TZID=Europe/Berlin:20260304T090000,20260401T120000",
        "RDATE;TZID=Europe/Berlin;VALUE=PERIOD:20260305T090000/PT3H",
        "EXDATE;VALUE=DATE:20260316",
        "EXDATE:20260330T070000Z",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:dates@example.com",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260401T120000",
        "DTSTART;TZID=Europe/Berlin:20260402T120000",
        "DURATION:PT2H",
        "SUMMARY:A date that was moved",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:days@example.com",
        "DTSTART;VALUE=DATE:20260227",
        "SUMMARY:Days",
        "RRULE:FREQ=DAILY;UNTIL=20260310",
        "EXDATE;VALUE=DATE:20260301",
        "RDATE;VALUE=DATE:20260401",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:days@example.com",
        "RECURRENCE-ID;VALUE=DATE:20260303",
        "DTSTART;VALUE=DATE:20260320",
        "DTEND;VALUE=DATE:20260322",
        "SUMMARY:Two days, later",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ];
    ana.import(calendar, lines.join("\r\n")).send().expect(200);
}

/// The occurrences that the server lists, each as a line.
fn listed(ana: &User, calendar: &str) -> Vec<String> {
    let mut found = Vec::new();
    for year in YEARS.windows(2) {
        let mut cursor: Option<String> = None;
        loop {
            let mut page = ana.get("/events").query("start", year[0]).query("end", year[1]).query("limit", "200");
            page = page.query("calendar_id", calendar);
            if let Some(cursor) = &cursor {
                page = page.query("cursor", cursor);
            }
            let page = page.send().expect(200);
            // What begins earlier is listed with the year in which it does.
            let begins = |item: &&Value| item["start_time"].as_str() >= Some(year[0]);
            found.extend(page.items().iter().filter(begins).map(|item| {
                let time = |name: &str| item[name].as_str().expect("a time").to_owned();
                let told = |time: String| if item["all_day"] == true { time[..10].to_owned() } else { time };
                line(item["uid"].as_str(), Some(&told(time("start_time"))), Some(&told(time("end_time"))))
            }));
            cursor = page.next_cursor();
            if cursor.is_none() {
                break;
            }
        }
    }
    found
}

/// The occurrences that a script finds in a file, each as a line.
fn expanded(program: &Path, script: &Path, dir: &Path, text: &[u8]) -> Vec<String> {
    let mut command = Command::new(program);
    command.arg(script).args([YEARS[0], YEARS[2]]).env("KALENDS_ORACLES", dir);
    // The zones that were installed with it: those of the system may be older than ours.
    command.env("PYTHONTZPATH", "");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|cause| panic!("{} cannot be run: {cause}", program.display()));
    // Both read everything before they print anything.
    child.stdin.take().expect("a pipe").write_all(text).expect("the script reads");
    let output = child.wait_with_output().expect("the script ends");
    assert!(output.status.success(), "{} fails", script.display());
    let lines = String::from_utf8(output.stdout).expect("text");
    let read = |text: &str| {
        let found: Value = serde_json::from_str(text).expect("a line of JSON");
        line(found["uid"].as_str(), found["start"].as_str(), found["end"].as_str())
    };
    lines.lines().map(read).collect()
}

fn line(uid: Option<&str>, start: Option<&str>, end: Option<&str>) -> String {
    [uid, start, end].map(|part| part.expect("it is told")).join(" ")
}
