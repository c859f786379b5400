//! `kalends expand`: a line in, a line out, whatever the line is.

use std::time::Duration;

use kalends_harness::run;
use serde_json::{Value, json};

fn expand(input: &str) -> Vec<Value> {
    let run = run(&["expand"], &[], input).expect_success();
    let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|cause| panic!("{line}: {cause}"));
    run.stdout.lines().map(line).collect()
}

#[track_caller]
fn check(line: &Value, instances: &[&str], truncated: bool) {
    let answer = expand(&line.to_string());
    assert_eq!(answer, [json!({"id": line["id"], "instances": instances, "truncated": truncated})], "{line}");
}

#[test]
fn instances_have_the_form_of_their_start() {
    check(
        &json!({"id": "floating", "dtstart": "19970902T090000", "rrule": ["FREQ=DAILY;COUNT=3"]}),
        &["19970902T090000", "19970903T090000", "19970904T090000"],
        false,
    );
    check(
        &json!({"id": "utc", "dtstart": "19970902T090000Z", "rrule": ["FREQ=WEEKLY;COUNT=2"]}),
        &["19970902T090000Z", "19970909T090000Z"],
        false,
    );
    check(
        &json!({"id": "date", "dtstart": "19970902", "rrule": ["FREQ=MONTHLY;COUNT=2"]}),
        &["19970902", "19971002"],
        false,
    );
    check(
        &json!({"id": "zone", "dtstart": "20260301T090000", "tzid": "America/New_York", "rrule": ["FREQ=WEEKLY;COUNT=3"]}),
        &["20260301T090000", "20260308T090000", "20260315T090000"],
        false,
    );
}

#[test]
fn a_window_holds_its_start_and_not_its_end() {
    check(
        &json!({"id": 1, "dtstart": "20260101T090000", "rrule": ["FREQ=DAILY"], "from": "20260103T090000", "to": "20260105T090000"}),
        &["20260103T090000", "20260104T090000"],
        false,
    );
}

#[test]
fn a_limit_truncates_and_says_so() {
    check(
        &json!({"id": 1, "dtstart": "20260101", "rrule": ["FREQ=DAILY"], "limit": 2}),
        &["20260101", "20260102"],
        true,
    );
    check(
        &json!({"id": 1, "dtstart": "20260101", "rrule": ["FREQ=DAILY;COUNT=2"], "limit": 2}),
        &["20260101", "20260102"],
        false,
    );
}

#[test]
fn dates_are_added_and_left_out() {
    check(
        &json!({"id": 1, "dtstart": "20260101T090000", "rrule": ["FREQ=DAILY;COUNT=3"], "rdate": ["20260110T120000"], "exdate": ["20260102T090000"]}),
        &["20260101T090000", "20260103T090000", "20260110T120000"],
        false,
    );
}

#[test]
fn a_start_outside_the_rule_is_an_instance_unless_said_otherwise() {
    let line = json!({"id": 1, "dtstart": "20260106", "rrule": ["FREQ=WEEKLY;BYDAY=MO;COUNT=2"]});
    assert_eq!(expand(&line.to_string())[0]["instances"][0], "20260106");
    let mut without = line.clone();
    without["dtstart_always"] = json!(false);
    check(&without, &["20260112", "20260119"], false);
}

#[test]
fn a_bad_line_stops_nothing() {
    let good = json!({"id": "good", "dtstart": "20260101", "rrule": ["FREQ=DAILY;COUNT=1"]});
    let bad = [
        "this is no JSON".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        json!({"id": "b", "dtstart": "yesterday", "rrule": []}).to_string(),
        json!({"id": "b", "dtstart": "20260101", "rrule": ["FREQ=NEVER"]}).to_string(),
        json!({"id": "b", "dtstart": "20260101T090000", "tzid": "Mars/Olympus", "rrule": ["FREQ=DAILY"]}).to_string(),
        json!({"id": "b", "dtstart": 5, "rrule": "FREQ=DAILY"}).to_string(),
        "[".repeat(100_000),
    ];
    for bad in bad {
        let shown: String = bad.chars().take(60).collect();
        let answers = expand(&format!("{good}\n{bad}\n{good}\n"));
        assert_eq!(answers.len(), 3, "{shown}");
        assert!(answers[1]["error"].as_str().is_some_and(|error| !error.is_empty()), "{shown}: {}", answers[1]);
        assert_eq!((&answers[0]["id"], &answers[2]["instances"]), (&json!("good"), &json!(["20260101"])), "{shown}");
    }
}

#[test]
fn hostile_lines_end_within_moments() {
    let days: Vec<String> = (0..10_000)
        .map(|number| format!("{}{:02}{:02}", 2026 + number / 336, number / 28 % 12 + 1, number % 28 + 1))
        .collect();
    let many: Vec<String> = (1..60).map(|second| second.to_string()).collect();
    let many = many.join(",");
    let lines = [
        json!({"dtstart": "20260101", "rrule": ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]}),
        json!({"dtstart": "20260101T000000", "rrule": ["FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"]}),
        json!({"dtstart": "20260101T000000", "rrule": ["FREQ=SECONDLY;COUNT=1000000000"], "limit": 10}),
        json!({"dtstart": "20260101T000000", "rrule": [format!("FREQ=YEARLY;BYSECOND={many};BYMINUTE={many}")], "limit": 10}),
        json!({"dtstart": "20260101", "rrule": ["FREQ=DAILY"], "exdate": days, "limit": 10}),
    ];
    for line in lines {
        let input = line.to_string();
        let run = run(&["expand"], &[], &input).expect_success();
        let shown: String = input.chars().take(100).collect();
        assert!(run.took < Duration::from_secs(3), "{shown} took {:?}", run.took);
        let answer: Value = serde_json::from_str(run.stdout.trim()).expect("one line of JSON");
        assert!(answer["instances"].is_array() || answer["error"].is_string(), "{shown}: {answer}");
    }
}
