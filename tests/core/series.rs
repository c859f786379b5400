//! Series in lists: every occurrence at its wall time, whatever the clocks do.

use kalends_harness::{Answer, Server, User, both_stores, path_of};
use serde_json::{Value, json};

fn series(ana: &User, zone: &str, start: &str, end: &str, rule: &str) -> Value {
    let calendar = ana.calendar("Series");
    ana.event(json!({"calendar_id": calendar, "title": "Lecture", "start_time": start, "end_time": end, "timezone": zone, "recurrence_rule": rule}))
}

fn starts(list: &Answer) -> Vec<&str> {
    list.each("start_time")
}

both_stores![
    a_weekly_lecture_keeps_its_hour_over_both_changes_of_clock,
    an_occurrence_says_what_it_is,
    a_time_that_the_clock_skips_is_taken_an_hour_later,
    of_a_time_that_comes_twice_the_first_is_taken,
    all_day_occurrences_are_days,
    an_occurrence_that_reaches_into_the_window_is_in_it,
    rules_of_each_kind_expand,
    occurrences_of_one_series_can_be_listed,
    a_series_from_long_ago_is_still_there,
    a_rule_can_be_put_on_and_taken_off,
    a_rule_that_is_none_is_refused_with_a_reason,
];

fn a_weekly_lecture_keeps_its_hour_over_both_changes_of_clock(server: &mut Server) {
    let ana = server.register("ana@example.com");
    series(&ana, "America/New_York", "2026-03-02T09:00:00-05:00", "2026-03-02T10:30:00-05:00", "FREQ=WEEKLY;BYDAY=MO");
    let spring = ana.between("2026-03-01T00:00:00Z", "2026-03-17T00:00:00Z");
    assert_eq!(starts(&spring), ["2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z", "2026-03-16T13:00:00Z"]);
    let autumn = ana.between("2026-10-25T00:00:00Z", "2026-11-10T00:00:00Z");
    assert_eq!(starts(&autumn), ["2026-10-26T13:00:00Z", "2026-11-02T14:00:00Z", "2026-11-09T14:00:00Z"]);
    assert_eq!(autumn.each("end_time"), ["2026-10-26T14:30:00Z", "2026-11-02T15:30:00Z", "2026-11-09T15:30:00Z"]);
}

fn an_occurrence_says_what_it_is(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = series(&ana, "UTC", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "FREQ=DAILY;COUNT=3");
    assert_eq!((&made["is_occurrence"], &made["recurrence_rule"]), (&json!(false), &json!("FREQ=DAILY;COUNT=3")));
    let list = ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
    for item in list.items() {
        assert_eq!((&item["id"], &item["is_occurrence"]), (&made["id"], &json!(true)), "the first included");
        assert_eq!(
            (&item["occurrence_start_time"], &item["occurrence_end_time"]),
            (&item["start_time"], &item["end_time"])
        );
        assert_eq!(item["recurrence_id"], item["start_time"]);
    }
    assert_eq!(starts(&list), ["2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z", "2026-03-04T09:00:00Z"]);
    let path = path_of(&made);
    assert_eq!(ana.get(&path).send().expect(200)["event"], made);
}

fn a_time_that_the_clock_skips_is_taken_an_hour_later(server: &mut Server) {
    let ana = server.register("ana@example.com");
    series(&ana, "America/New_York", "2026-03-07T02:30:00-05:00", "2026-03-07T03:00:00-05:00", "FREQ=DAILY;COUNT=3");
    let list = ana.between("2026-03-07T00:00:00Z", "2026-03-10T00:00:00Z");
    assert_eq!(starts(&list), ["2026-03-07T07:30:00Z", "2026-03-08T07:30:00Z", "2026-03-09T06:30:00Z"]);
}

fn of_a_time_that_comes_twice_the_first_is_taken(server: &mut Server) {
    let ana = server.register("ana@example.com");
    series(&ana, "America/New_York", "2026-10-31T01:30:00-04:00", "2026-10-31T02:00:00-04:00", "FREQ=DAILY;COUNT=3");
    let list = ana.between("2026-10-31T00:00:00Z", "2026-11-03T00:00:00Z");
    assert_eq!(starts(&list), ["2026-10-31T05:30:00Z", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"]);
}

fn all_day_occurrences_are_days(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Days");
    ana.event(json!({
        "calendar_id": calendar, "title": "Day", "all_day": true, "timezone": "Europe/Berlin", "recurrence_rule": "FREQ=DAILY;COUNT=3",
        "start_time": "2026-03-28T00:00:00+01:00", "end_time": "2026-03-29T00:00:00+01:00",
    }));
    let list = ana.between("2026-03-20T00:00:00Z", "2026-04-10T00:00:00Z");
    assert_eq!(starts(&list), ["2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"]);
    assert_eq!(list.each("end_time"), ["2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"]);
}

fn an_occurrence_that_reaches_into_the_window_is_in_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    series(&ana, "UTC", "2026-03-02T22:00:00Z", "2026-03-03T04:00:00Z", "FREQ=WEEKLY");
    assert_eq!(starts(&ana.between("2026-03-10T03:00:00Z", "2026-03-10T05:00:00Z")), ["2026-03-09T22:00:00Z"]);
    assert!(ana.between("2026-03-10T04:00:00Z", "2026-03-10T05:00:00Z").items().is_empty());
}

fn rules_of_each_kind_expand(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Rules");
    for (rule, expected) in [
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR;UNTIL=20260309T090000Z", vec!["02", "04", "06", "09"]),
        ("FREQ=MONTHLY;BYDAY=-1TU;COUNT=2", vec!["02", "31"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", vec!["02", "31"]),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", vec!["02", "12", "22"]),
        ("FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=2,15;COUNT=2", vec!["02", "15"]),
    ] {
        let mut body = kalends_harness::event(&calendar, rule, "2026-03-02T09:00:00Z");
        body["recurrence_rule"] = json!(rule);
        let path = path_of(&ana.event(body));
        let list = ana
            .get(&format!("{path}/occurrences?start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z"))
            .send()
            .expect(200);
        let days: Vec<_> = starts(&list).into_iter().map(|start| &start[8..10]).collect();
        assert_eq!(days, expected, "{rule}");
        ana.delete(&path).send().expect(200);
    }
}

fn occurrences_of_one_series_can_be_listed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = series(&ana, "UTC", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z", "FREQ=DAILY");
    let path = format!("{}/occurrences", path_of(&made));
    let list = ana.get(&format!("{path}?start=2026-03-05T00:00:00Z&end=2026-03-07T00:00:00Z")).send().expect(200);
    assert_eq!(starts(&list), ["2026-03-05T09:00:00Z", "2026-03-06T09:00:00Z"]);
    ana.get(&path).send().invalid(&["start", "end"]);
    ana.get(
        "/events/01900000-0000-7000-8000-000000000000/occurrences?start=2026-03-05T00:00:00Z&end=2026-03-07T00:00:00Z",
    )
    .send()
    .error(404, "NOT_FOUND");
}

fn a_series_from_long_ago_is_still_there(server: &mut Server) {
    let ana = server.register("ana@example.com");
    series(&ana, "Europe/Berlin", "1970-01-01T09:00:00+01:00", "1970-01-01T10:00:00+01:00", "FREQ=DAILY");
    assert_eq!(starts(&ana.between("2026-07-01T00:00:00Z", "2026-07-02T00:00:00Z")), ["2026-07-01T07:00:00Z"]);
}

fn a_rule_can_be_put_on_and_taken_off(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let made = ana.event(kalends_harness::event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = path_of(&made);
    ana.change(&path, json!({"recurrence_rule": "FREQ=DAILY;COUNT=4"}));
    assert_eq!(ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").items().len(), 4);
    let plain = ana.change(&path, json!({"recurrence_rule": null}));
    assert!(plain["recurrence_rule"].is_null());
    let list = ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
    assert_eq!((list.items().len(), &list.items()[0]["is_occurrence"]), (1, &json!(false)));
}

fn a_rule_that_is_none_is_refused_with_a_reason(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for rule in [
        "",
        "DAILY",
        "FREQ=HOURLYISH",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20260401T000000Z",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "BYDAY=MO",
    ] {
        let mut body = kalends_harness::event(&calendar, "x", "2026-03-02T09:00:00Z");
        body["recurrence_rule"] = json!(rule);
        ana.post("/events").json(body).send().invalid(&["recurrence_rule"]);
    }
}
