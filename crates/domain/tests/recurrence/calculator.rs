//! The calculator behind `kalends expand`.

use kalends_domain::recurrence::{
    Budget,
    calculator::{Answer, DEFAULT_LIMIT, Question, answer},
};

fn ask(question: &Question<'_>) -> Result<Answer, String> {
    answer(question, &mut Budget::default())
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|&line| line.to_owned()).collect()
}

#[test]
fn answers_take_the_form_of_dtstart() {
    let rrule = lines(&["FREQ=DAILY;COUNT=1"]);
    for (dtstart, tzid, expected) in [
        ("20240101T090000", None, "20240101T090000"),
        ("20240101T090000", Some("Asia/Tokyo"), "20240101T090000"),
        ("20240101T090000Z", None, "20240101T090000Z"),
        ("20240101T090000Z", Some("Asia/Tokyo"), "20240101T090000Z"),
        ("20240101", None, "20240101"),
        ("20240101", Some("Asia/Tokyo"), "20240101"),
        ("DTSTART;TZID=Asia/Tokyo:20240101T090000", None, "20240101T090000"),
        (";VALUE=DATE:20240101", None, "20240101"),
    ] {
        let question = Question { dtstart, tzid, rrule: &rrule, ..Question::default() };
        assert_eq!(ask(&question).unwrap().instances, [expected]);
    }
}

#[test]
fn an_answer_shows_what_clocks_show() {
    let question = Question {
        dtstart: "20260307T023000",
        tzid: Some("America/New_York"),
        rrule: &lines(&["FREQ=DAILY;COUNT=3"]),
        ..Question::default()
    };
    let expected = ["20260307T023000", "20260308T033000", "20260309T023000"];
    assert_eq!(ask(&question).unwrap().instances, expected);
}

#[test]
fn from_is_inclusive_and_to_exclusive() {
    let question = Question {
        dtstart: "20240101T090000",
        tzid: Some("Asia/Tokyo"),
        rrule: &lines(&["FREQ=DAILY"]),
        from: Some("20240103T090000"),
        to: Some("20240105T000000Z"),
        ..Question::default()
    };
    let answer = ask(&question).unwrap();
    assert_eq!(answer.instances, ["20240103T090000", "20240104T090000"]);
    assert!(!answer.truncated);
}

#[test]
fn sets_and_the_policy_for_dtstart() {
    let question = Question {
        dtstart: "20240102",
        rrule: &lines(&["FREQ=WEEKLY;BYDAY=MO;COUNT=2"]),
        rdate: &lines(&[";VALUE=DATE:20240110,20240111"]),
        exdate: &lines(&["20240110"]),
        ..Question::default()
    };
    assert_eq!(ask(&question).unwrap().instances, ["20240102", "20240108", "20240111"]);
    let strict = Question { dtstart_always: Some(false), ..question };
    assert_eq!(ask(&strict).unwrap().instances, ["20240108", "20240111", "20240115"]);
}

#[test]
fn endless_answers_end() {
    let rrule = lines(&["FREQ=SECONDLY"]);
    let question = Question { dtstart: "20240102T000000", rrule: &rrule, ..Question::default() };
    let answer = ask(&question).unwrap();
    assert_eq!((answer.instances.len(), answer.truncated), (DEFAULT_LIMIT, true));
}

#[test]
fn errors_are_sentences() {
    let error = |dtstart, tzid, rule: &str| {
        let rrule = lines(&[rule]);
        ask(&Question { dtstart, tzid, rrule: &rrule, ..Question::default() }).unwrap_err()
    };
    assert!(error("soon", None, "FREQ=DAILY").starts_with("dtstart: \"soon\" is not a date"));
    assert_eq!(error("20240101", Some("Mars"), "FREQ=DAILY"), "tzid: unknown time zone \"Mars\"");
    assert_eq!(error("20240101", None, "FREQ=DAILY;BYDAY=X"), "RRULE: BYDAY: X is not a weekday");
    let far = error("20240101", None, "FREQ=DAILY;COUNT=1000000000");
    assert_eq!(far, "the recurrence needs more work than is allowed");
}
