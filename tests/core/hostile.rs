//! Rules made to hurt: refused, or answered within moments.

use std::time::{Duration, Instant};

use kalends_harness::{Server, User, both_stores, event};
use serde_json::json;

/// Tells an answer from a hang. How fast the answer is, the benchmarks tell.
const LIMIT: Duration = Duration::from_secs(20);

/// Makes the event if it is taken, lists a year of it, and tells whether it was taken.
fn attempt(ana: &User, calendar: &str, rule: &str) -> bool {
    let mut body = event(calendar, "Hostile", "2026-03-02T09:00:00Z");
    body["recurrence_rule"] = json!(rule);
    let shown: String = rule.chars().take(80).collect();
    let since = Instant::now();
    let answer = ana.post("/events").json(body).send();
    assert!(since.elapsed() < LIMIT, "{shown}: making took {:?}", since.elapsed());
    assert!([201, 400].contains(&answer.status), "{shown}: {answer}");
    if answer.status == 400 {
        answer.invalid(&["recurrence_rule"]);
        return false;
    }
    for window in
        ["start=2026-03-01T00:00:00Z&end=2027-02-28T00:00:00Z", "start=2090-03-01T00:00:00Z&end=2091-02-28T00:00:00Z"]
    {
        let since = Instant::now();
        let list = ana.get(&format!("/events?{window}&limit=200")).send();
        assert!(since.elapsed() < LIMIT, "{shown}: listing took {:?}", since.elapsed());
        assert!(list.status == 200 && list.items().len() <= 200 || list.status == 400, "{shown}: {}", list.status);
    }
    ana.delete(&format!("/events/{}", answer.at("/event/id"))).send().expect(200);
    true
}

fn numbers(of: std::ops::RangeInclusive<i32>) -> String {
    of.filter(|number| *number != 0).map(|number| number.to_string()).collect::<Vec<_>>().join(",")
}

both_stores![
    rules_that_never_match_end,
    rules_with_very_many_occurrences_end,
    rules_with_very_many_parts_end,
    a_plain_rule_is_taken_beside_them,
    many_heavy_series_in_one_calendar_do_not_stop_the_list,
];

fn rules_that_never_match_end(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Hostile");
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=SECONDLY;INTERVAL=2;BYSECOND=1",
        "FREQ=MINUTELY;INTERVAL=60;BYMINUTE=1",
        "FREQ=YEARLY;BYDAY=MO;BYSETPOS=366",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;BYDAY=MO",
        "FREQ=YEARLY;BYYEARDAY=366;BYMONTH=1",
        "FREQ=YEARLY;INTERVAL=3;BYMONTH=2;BYMONTHDAY=29;BYYEARDAY=61",
    ] {
        attempt(&ana, &calendar, rule);
    }
}

fn rules_with_very_many_occurrences_end(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Hostile");
    for rule in [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;COUNT=1000000000",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=DAILY;COUNT=99999999999999999999",
        "FREQ=MINUTELY;UNTIL=99991231T235959Z",
        "FREQ=YEARLY;COUNT=2147483647",
        "FREQ=DAILY;INTERVAL=2147483647",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=YEARLY;BYHOUR=0,1,2,3,4,5;BYMINUTE=0,15,30,45;BYSECOND=0,30;BYDAY=MO,TU,WE,TH,FR,SA,SU",
    ] {
        attempt(&ana, &calendar, rule);
    }
}

fn rules_with_very_many_parts_end(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Hostile");
    let (seconds, days, positions) = (numbers(1..=59), numbers(-366..=366), numbers(-366..=366));
    let hours = numbers(1..=23);
    let by_days = (-53..=53)
        .filter(|week| *week != 0)
        .flat_map(|week| ["MO", "TU", "WE", "TH", "FR", "SA", "SU"].map(|day| format!("{week}{day}")))
        .collect::<Vec<_>>()
        .join(",");
    for rule in [
        format!("FREQ=YEARLY;BYYEARDAY={days};BYHOUR={hours};BYMINUTE={seconds};BYSECOND={seconds}"),
        format!(
            "FREQ=YEARLY;BYYEARDAY={days};BYHOUR={hours};BYMINUTE={seconds};BYSECOND={seconds};BYSETPOS={positions}"
        ),
        format!("FREQ=YEARLY;BYDAY={by_days};BYSETPOS=-1"),
        format!("FREQ=DAILY;BYSECOND={}", vec!["0"; 20_000].join(",")),
        format!("FREQ=DAILY;{}", "X-A=B;".repeat(5_000)),
        format!("FREQ=DAILY;BYDAY={}", vec!["MO"; 20_000].join(",")),
        "FREQ=DAILY;".repeat(1000),
        "A".repeat(60_000),
        ";".repeat(60_000),
    ] {
        attempt(&ana, &calendar, &rule);
    }
}

fn a_plain_rule_is_taken_beside_them(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    assert!(attempt(&ana, &calendar, "FREQ=WEEKLY;BYDAY=MO,WE,FR"));
    assert!(attempt(&ana, &calendar, "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"));
}

fn many_heavy_series_in_one_calendar_do_not_stop_the_list(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Busy");
    for _ in 0..10 {
        let mut body = event(&calendar, "Every minute", "2026-03-02T09:00:00Z");
        body["end_time"] = json!("2026-03-02T09:00:30Z");
        body["recurrence_rule"] = json!("FREQ=MINUTELY");
        ana.post("/events").json(body).send();
    }
    let since = Instant::now();
    let list = ana.get("/events?start=2026-03-01T00:00:00Z&end=2027-02-28T00:00:00Z&limit=50").send();
    assert!(since.elapsed() < 2 * LIMIT, "{:?}", since.elapsed());
    assert!([200, 400].contains(&list.status), "{}", list.status);
}
