//! Deadlines computed, and the holidays that they meet.

use kalends_harness::{Answer, Caller, Server, both_stores};
use serde_json::{Value, json};

use crate::{data, invalid, refused};

both_stores![
    a_deadline_is_computed_and_explained,
    the_same_period_ends_elsewhere_elsewhere,
    a_hearing_is_counted_back_from,
    a_local_holiday_counts_when_it_is_named,
    computing_writes_nothing,
    every_bad_field_is_named,
    holidays_are_listed,
    bad_questions_for_holidays_are_refused,
    only_who_may_read_may_ask,
];

const COMPUTE: &str = "/api/v1/calendar/fristen/compute";
const HOLIDAYS: &str = "/api/v1/calendar/holidays";

/// Served on this day, so long, by this rule.
fn served(date: &str, value: u32, unit: &str, rule: Value) -> Value {
    json!({
        "trigger": {"kind": "service", "date": date}, "period": {"value": value, "unit": unit}, "rule": rule,
        "pre_deadlines": [{"value": 1, "unit": "weeks"}],
    })
}

#[track_caller]
fn computed(caller: &Caller, body: Value) -> Answer {
    caller.post(COMPUTE).json(body).send().expect(200)
}

/// Each step as `date step source`.
fn steps(answer: &Answer) -> Vec<String> {
    let step = |step: &Value| {
        let text = |name: &str| step[name].as_str().unwrap_or("-").to_owned();
        assert!(step["text"].as_str().is_some_and(|text| text.ends_with('.')), "{step} says nothing");
        format!("{} {} {}", text("date"), text("step"), text("source"))
    };
    answer["steps"].as_array().expect("steps").iter().map(step).collect()
}

fn a_deadline_is_computed_and_explained(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let answer = computed(&ana, served("2026-03-06", 1, "months", json!({"region": "DE-BE"})));
    assert_eq!(answer["deadline"], "2026-04-07T23:59:00+02:00");
    assert_eq!((&answer["date"], &answer["timezone"]), (&json!("2026-04-07"), &json!("Europe/Berlin")));
    let rolled = "closed § 193 BGB, § 222 Abs. 2 ZPO";
    assert_eq!(
        steps(&answer),
        [
            "2026-03-06 trigger -".to_owned(),
            "2026-03-07 starts § 187 Abs. 1 BGB".to_owned(),
            "2026-04-06 ends § 188 Abs. 2 BGB".to_owned(),
            format!("2026-04-06 {rolled}"),
            "2026-04-07 moves -".to_owned(),
        ]
    );
    assert_eq!(answer["steps"][3]["holiday"], "Ostermontag");
    let week = json!({"value": 1, "unit": "weeks"});
    assert_eq!(answer["pre_deadlines"], json!([{"period": week, "date": "2026-03-31", "moved_from": null}]));
    let whole =
        json!({"region": "DE-BE", "start": "day_after", "direction": "after", "roll": true, "local_holidays": []});
    assert_eq!(answer["rule"], whole);
    // What is shown can be sent again.
    let mut again = json!({"timezone": answer["timezone"]});
    for field in ["trigger", "period", "rule"] {
        again[field] = answer[field].clone();
    }
    assert_eq!(computed(&ana, again)["steps"], answer["steps"]);
}

fn the_same_period_ends_elsewhere_elsewhere(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for (region, deadline) in [
        ("DE-BE", "2026-01-06T23:59:00+01:00"),
        ("DE-BY", "2026-01-07T23:59:00+01:00"),
        ("AT", "2026-01-07T23:59:00+01:00"),
        ("CH", "2026-01-06T23:59:00+01:00"),
        ("FR", "2026-01-06T23:59:00+01:00"),
    ] {
        let answer = computed(&ana, served("2025-12-23", 2, "weeks", json!({"region": region})));
        assert_eq!(answer["deadline"], deadline, "{region}");
    }
    let mut american = served("2026-06-04", 30, "days", json!({"region": "US"}));
    invalid(ana.post(COMPUTE).json(american.clone()).send(), &["timezone"]);
    american["timezone"] = json!("America/New_York");
    let answer = computed(&ana, american);
    assert_eq!(answer["deadline"], "2026-07-06T23:59:00-04:00");
    assert_eq!(answer["pre_deadlines"][0]["date"], "2026-06-29");
}

fn a_hearing_is_counted_back_from(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut hearing = served("2026-03-12", 3, "days", json!({"region": "DE-BE", "direction": "before"}));
    hearing["trigger"]["kind"] = json!("event");
    let answer = computed(&ana, hearing);
    assert_eq!(answer["date"], "2026-03-06");
    let kinds: Vec<&Value> = answer["steps"].as_array().expect("steps").iter().map(|step| &step["step"]).collect();
    assert_eq!(kinds, ["trigger", "starts", "ends", "closed", "closed", "moves"]);
}

fn a_local_holiday_counts_when_it_is_named(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let answer = computed(&ana, served("2025-07-25", 2, "weeks", json!({"region": "DE-BY"})));
    assert_eq!(answer["date"], "2025-08-08");
    let told = &answer["steps"][4];
    assert_eq!((&told["step"], &told["holiday"]), (&json!("partial"), &json!("Augsburger Friedensfest")));
    let local = json!({"region": "DE-BY", "local_holidays": ["2025-08-08", "2025-08-08"]});
    let answer = computed(&ana, served("2025-07-25", 2, "weeks", local));
    assert_eq!(answer["date"], "2025-08-11");
    assert_eq!(answer["rule"]["local_holidays"], json!(["2025-08-08"]));
}

/// And a key that may only read may ask.
fn computing_writes_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let reader = ana.key(json!({"calendar": ["read"]}));
    computed(&reader, served("2026-03-02", 1, "years", json!({"region": "DE"})));
    assert_eq!(ana.get("/calendars").send().expect(200).items().len(), 0);
}

fn every_bad_field_is_named(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let refused = |body: Value, fields: &[&str]| invalid(ana.post(COMPUTE).json(body).send(), fields);
    refused(json!({}), &["trigger", "period", "rule"]);
    refused(
        json!({
            "trigger": {"kind": "whim", "date": "2026-02-29"}, "period": {"value": 1201, "unit": "months"},
            "rule": {"region": "DE-XX", "start": "now", "direction": "up", "roll": 1, "local_holidays": ["x"], "law": 1},
            "pre_deadlines": [{"value": 1}], "timezone": "Mars", "title": "x",
        }),
        &[
            "trigger.kind",
            "trigger.date",
            "period.value",
            "rule.region",
            "rule.start",
            "rule.direction",
            "rule.roll",
            "rule.local_holidays[0]",
            "rule.law",
            "pre_deadlines[0].unit",
            "timezone",
            "title",
        ],
    );
    refused(served("1990-12-31", 1, "days", json!({"region": "DE"})), &["trigger.date"]);
    refused(served("2149-06-01", 2, "years", json!({"region": "DE"})), &["period"]);
    refused(served("2026-06-01", 2, "weeks", json!({"region": "AT", "direction": "before"})), &["rule.direction"]);
    let both = json!({"region": "DE", "direction": "before", "start": "day_itself"});
    refused(served("2026-06-01", 2, "weeks", both), &["rule.start"]);
    let many: Vec<String> = (0..51).map(|day| format!("2026-0{}-{:02}", 1 + day / 28, 1 + day % 28)).collect();
    refused(
        served("2026-06-01", 2, "weeks", json!({"region": "DE", "local_holidays": many})),
        &["rule.local_holidays"],
    );
    let answer = ana.post(COMPUTE).json(served("2026-06-01", 2, "weeks", json!({"region": "BE"}))).send();
    assert!(answer.text().contains("DE-BE") && answer.text().contains("FR"), "{answer}does not name the regions");
}

fn holidays_are_listed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let list = |region: &str, year: &str| {
        let answer = ana.get(HOLIDAYS).query("region", region).query("year", year).send().expect(200);
        assert_eq!(answer["pagination"], json!({"has_more": false}));
        let holiday =
            |holiday: &Value| format!("{} {}", holiday["date"].as_str().expect("a date"), holiday["standing"]);
        data(&answer).iter().map(holiday).collect::<Vec<_>>()
    };
    let berlin = ["01-01", "03-08", "04-03", "04-06", "05-01", "05-14", "05-25", "10-03", "12-25", "12-26"];
    assert_eq!(list("DE-BE", "2026"), berlin.map(|day| format!("2026-{day} \"public\"")));
    assert!(list("DE-BE", "2025").contains(&"2025-05-08 \"public\"".to_owned()));
    assert!(list("AT", "2026").contains(&"2026-04-03 \"court\"".to_owned()));
    assert!(list("US", "2026").contains(&"2026-07-03 \"observed\"".to_owned()));
    let bavaria = ana.get(&format!("{HOLIDAYS}?region=DE-BY&year=2026")).send().expect(200);
    let partial = data(&bavaria).iter().find(|day| day["standing"] == "partial");
    let friedensfest = json!({
        "date": "2026-08-08", "name": "Augsburger Friedensfest", "standing": "partial", "place": "in the city of Augsburg",
    });
    assert_eq!(partial, Some(&friedensfest));
}

fn bad_questions_for_holidays_are_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for (query, fields) in [
        ("", &["region", "year"][..]),
        ("?region=DE&year=1990", &["year"]),
        ("?region=DE&year=2151", &["year"]),
        ("?region=DE&year=x", &["year"]),
        ("?region=de&year=2026", &["region"]),
        ("?region=DE&year=2026&month=5", &["month"]),
    ] {
        invalid(ana.get(&format!("{HOLIDAYS}{query}")).send(), fields);
    }
}

fn only_who_may_read_may_ask(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = served("2026-03-02", 1, "weeks", json!({"region": "DE"}));
    let ask = |caller: &Caller| {
        [caller.post(COMPUTE).json(body.clone()).send(), caller.get(&format!("{HOLIDAYS}?region=DE&year=2026")).send()]
    };
    for answer in ask(&server.anyone()) {
        refused(answer, 401, "AUTH_REQUIRED");
    }
    for scopes in [json!({"calendar": ["write"]}), json!({"events": ["read", "write"]})] {
        for answer in ask(&ana.key(scopes)) {
            refused(answer, 403, "AUTH_INSUFFICIENT_SCOPE");
        }
    }
}
