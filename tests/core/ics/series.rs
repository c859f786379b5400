//! Series in files: rules, dates, exceptions and changed occurrences.

use kalends_harness::{Server, User, both_stores};
use serde_json::{Value, json};

use super::{YEAR, counts, each, file, occurrences, only_event, take, vevent};

both_stores![
    a_series_comes_with_its_exceptions,
    a_changed_occurrence_may_stand_before_its_series,
    an_all_day_series_is_one_of_dates,
    a_date_takes_the_whole_day_out,
    an_exception_may_be_told_in_another_zone,
    a_series_may_be_dates_alone,
    a_series_may_have_two_rules,
    a_cancelled_occurrence_is_shown_as_such,
    a_change_of_all_later_occurrences_is_taken,
];

/// Four Mondays at nine in New York.
const MONDAYS: &str = "DTSTART;TZID=America/New_York:20260302T090000
    DTEND;TZID=America/New_York:20260302T100000
    SUMMARY:Lecture
    RRULE:FREQ=WEEKLY;COUNT=4";

#[track_caller]
fn taken(ana: &User, vevents: &[String]) -> Vec<Value> {
    let calendar = ana.calendar("Series");
    let answer = take(ana, &calendar, file(vevents));
    let [events, created, _, _, skipped] = counts(&answer);
    assert_eq!((events, created, skipped), (vevents.len() as u64, vevents.len() as u64, 0), "{answer}");
    occurrences(ana, &calendar, YEAR)
}

#[track_caller]
fn check(ana: &User, vevents: &[String], starts: &[&str]) {
    assert_eq!(each(&taken(ana, vevents), "start_time"), starts, "{vevents:?}");
}

fn a_series_comes_with_its_exceptions(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Series");
    let series = format!(
        "{MONDAYS}
        EXDATE;TZID=America/New_York:20260316T090000
        RDATE;TZID=America/New_York:20260311T090000
        RDATE;TZID=America/New_York;VALUE=PERIOD:20260312T090000/PT3H,20260313T090000/20260313T093000"
    );
    let moved = "RECURRENCE-ID;TZID=America/New_York:20260323T090000
        DTSTART;TZID=America/New_York:20260324T110000
        DTEND;TZID=America/New_York:20260324T130000
        SUMMARY:Guest lecture
        LOCATION:Hall 4";
    let events = [vevent("lecture@example.com", &series), vevent("lecture@example.com", moved)];
    let answer = take(&ana, &calendar, file(&events));
    assert_eq!(counts(&answer), [2, 2, 0, 0, 0]);

    let found = occurrences(&ana, &calendar, YEAR);
    let fields = ["start_time", "end_time", "recurrence_id", "title"];
    let shown: Vec<_> = found.iter().map(|item| fields.map(|name| item[name].as_str().unwrap_or_default())).collect();
    assert_eq!(
        shown,
        [
            ["2026-03-02T14:00:00Z", "2026-03-02T15:00:00Z", "2026-03-02T14:00:00Z", "Lecture"],
            ["2026-03-09T13:00:00Z", "2026-03-09T14:00:00Z", "2026-03-09T13:00:00Z", "Lecture"],
            ["2026-03-11T13:00:00Z", "2026-03-11T14:00:00Z", "2026-03-11T13:00:00Z", "Lecture"],
            ["2026-03-12T13:00:00Z", "2026-03-12T16:00:00Z", "2026-03-12T13:00:00Z", "Lecture"],
            ["2026-03-13T13:00:00Z", "2026-03-13T13:30:00Z", "2026-03-13T13:00:00Z", "Lecture"],
            ["2026-03-24T15:00:00Z", "2026-03-24T17:00:00Z", "2026-03-23T13:00:00Z", "Guest lecture"],
        ]
    );
    assert_eq!((&found[5]["location"], &found[0]["location"]), (&json!("Hall 4"), &Value::Null));
    let whole = only_event(&ana, &calendar);
    assert_eq!(whole["recurrence_rule"], "FREQ=WEEKLY;COUNT=4");
    assert_eq!(whole["exception_dates"], json!(["2026-03-16T13:00:00Z"]));
    assert_eq!(
        whole["recurrence_dates"],
        json!(["2026-03-11T13:00:00Z", "2026-03-12T13:00:00Z", "2026-03-13T13:00:00Z"])
    );
}

fn a_changed_occurrence_may_stand_before_its_series(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let moved = "RECURRENCE-ID:20260309T130000Z\nDTSTART:20260310T080000Z\nDTEND:20260310T090000Z\nSUMMARY:Moved";
    let events = [vevent("lecture@example.com", moved), vevent("lecture@example.com", MONDAYS)];
    let starts = ["2026-03-02T14:00:00Z", "2026-03-10T08:00:00Z", "2026-03-16T13:00:00Z", "2026-03-23T13:00:00Z"];
    check(&ana, &events, &starts);
}

fn an_all_day_series_is_one_of_dates(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let days = "DTSTART;VALUE=DATE:20260327
        SUMMARY:Day
        RRULE:FREQ=DAILY;UNTIL=20260331
        EXDATE;VALUE=DATE:20260328";
    let moved = "RECURRENCE-ID;VALUE=DATE:20260330\nDTSTART;VALUE=DATE:20260402\nSUMMARY:Moved";
    let found = taken(&ana, &[vevent("days@example.com", days), vevent("days@example.com", moved)]);
    let starts = ["2026-03-26T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z", "2026-04-01T22:00:00Z"];
    assert_eq!(each(&found, "start_time"), starts, "midnights of Berlin");
    assert_eq!(each(&found, "title"), ["Day", "Day", "Day", "Moved"]);
    assert!(found.iter().all(|item| item["all_day"] == true));
}

fn a_date_takes_the_whole_day_out(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let lines = format!("{MONDAYS}\nEXDATE;VALUE=DATE:20260309,20260323");
    let starts = ["2026-03-02T14:00:00Z", "2026-03-16T13:00:00Z"];
    check(&ana, &[vevent("lecture@example.com", &lines)], &starts);
}

fn an_exception_may_be_told_in_another_zone(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let lines = format!("{MONDAYS}\nEXDATE:20260309T130000Z\nEXDATE;TZID=Asia/Tokyo:20260316T220000");
    let starts = ["2026-03-02T14:00:00Z", "2026-03-23T13:00:00Z"];
    check(&ana, &[vevent("lecture@example.com", &lines)], &starts);
}

fn a_series_may_be_dates_alone(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let lines =
        "DTSTART:20260302T090000Z\nDURATION:PT1H\nSUMMARY:Now and then\nRDATE:20260305T090000Z,20260401T120000Z";
    let starts = ["2026-03-02T09:00:00Z", "2026-03-05T09:00:00Z", "2026-04-01T12:00:00Z"];
    check(&ana, &[vevent("dates@example.com", lines)], &starts);
}

fn a_series_may_have_two_rules(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let lines = "DTSTART:20260302T090000Z\nSUMMARY:Both\nRRULE:FREQ=WEEKLY;COUNT=2\nRRULE:FREQ=DAILY;COUNT=2";
    let found = taken(&ana, &[vevent("both@example.com", lines)]);
    let starts = ["2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z", "2026-03-09T09:00:00Z"];
    assert_eq!(each(&found, "start_time"), starts);
    assert_eq!(found[0]["recurrence_rules"], json!(["FREQ=WEEKLY;COUNT=2", "FREQ=DAILY;COUNT=2"]));
}

fn a_cancelled_occurrence_is_shown_as_such(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let cancelled = "RECURRENCE-ID;TZID=America/New_York:20260309T090000
        DTSTART;TZID=America/New_York:20260309T090000
        DTEND;TZID=America/New_York:20260309T100000
        SUMMARY:Lecture
        STATUS:CANCELLED";
    let found = taken(&ana, &[vevent("lecture@example.com", MONDAYS), vevent("lecture@example.com", cancelled)]);
    assert_eq!(each(&found, "status"), ["confirmed", "cancelled", "confirmed", "confirmed"]);
}

fn a_change_of_all_later_occurrences_is_taken(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Series");
    let later = "RECURRENCE-ID;TZID=America/New_York;RANGE=THISANDFUTURE:20260316T090000
        DTSTART;TZID=America/New_York:20260316T140000
        DTEND;TZID=America/New_York:20260316T153000
        SUMMARY:Afternoon lecture";
    let text = file(&[vevent("lecture@example.com", MONDAYS), vevent("lecture@example.com", later)]);
    assert_eq!(counts(&take(&ana, &calendar, text.clone()))[0], 2);
    let found = occurrences(&ana, &calendar, YEAR);
    assert_eq!(
        each(&found, "start_time"),
        ["2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z", "2026-03-16T18:00:00Z", "2026-03-23T18:00:00Z"]
    );
    assert_eq!(each(&found, "title"), ["Lecture", "Lecture", "Afternoon lecture", "Afternoon lecture"]);
    assert_eq!(found[3]["end_time"], "2026-03-23T19:30:00Z");

    let again = take(&ana, &calendar, text);
    assert_eq!(counts(&again), [2, 0, 0, 2, 0], "{again}");
    assert_eq!(occurrences(&ana, &calendar, YEAR), found);
}
