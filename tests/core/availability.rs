//! `GET /availability`: when a calendar is busy.

use kalends_harness::{Answer, Server, both_stores, event, path_of};
use serde_json::{Value, json};

both_stores![
    what_is_busy_is_told_with_its_event,
    what_takes_no_time_is_left_out,
    members_see_it_and_others_do_not,
    a_range_is_at_most_a_year,
];

/// The busy blocks as `start event`.
fn busy(answer: &Answer) -> Vec<(String, String)> {
    let blocks = answer["busy"].as_array().expect("busy blocks");
    let text = |block: &Value, field: &str| block[field].as_str().expect("a text").to_owned();
    blocks.iter().map(|block| (text(block, "start"), text(block, "event_id"))).collect()
}

fn what_is_busy_is_told_with_its_event(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let id = |made: Value| made["id"].as_str().expect("an id").to_owned();
    let mut body = event(&work, "Weekly", "2058-03-04T14:00:00Z");
    body["timezone"] = json!("America/New_York");
    body["recurrence_rule"] = json!("FREQ=WEEKLY;COUNT=3");
    let weekly = id(ana.event(body));
    let mut body = event(&work, "Fair", "2058-03-01T22:00:00Z");
    body["end_time"] = json!("2058-03-04T06:00:00Z");
    let fair = id(ana.event(body));
    let day_off = json!({
        "calendar_id": work, "title": "Day off", "start_time": "2058-03-12", "end_time": "2058-03-13",
        "timezone": "America/New_York", "all_day": true,
    });
    let day_off = id(ana.event(day_off));
    ana.event(event(&work, "Before", "2058-03-03T22:00:00Z"));
    ana.event(event(&ana.calendar("Home"), "Elsewhere", "2058-03-05T09:00:00Z"));

    let range = [("start", "2058-03-03T23:00:00Z"), ("end", "2058-03-18T13:30:00Z")];
    let ask = |calendar: &str| {
        let request = ana.get("/availability").query("calendar_id", calendar);
        range.iter().fold(request, |request, (name, value)| request.query(name, value)).send()
    };
    let answer = ask(&work).expect(200);
    assert_eq!(answer["calendar_id"], json!(work));
    assert_eq!((answer["range_start"].as_str(), answer["range_end"].as_str()), (Some(range[0].1), Some(range[1].1)));
    let expected = [
        ("2058-03-01T22:00:00Z", &fair),
        ("2058-03-04T14:00:00Z", &weekly),
        // The clocks went forward on the 10th.
        ("2058-03-11T13:00:00Z", &weekly),
        ("2058-03-12T04:00:00Z", &day_off),
        ("2058-03-18T13:00:00Z", &weekly),
    ];
    let expected = expected.map(|(start, id)| (start.to_owned(), id.clone()));
    assert_eq!(busy(&answer), expected);
    assert_eq!(answer["busy"][0]["end"], "2058-03-04T06:00:00Z");

    ana.delete(&format!("/events/{day_off}")).send().expect(200);
    ana.delete(&format!("/events/{weekly}?occurrence=2058-03-11T13:00:00Z&scope=this")).send().expect(200);
    let left = ask(&work).expect(200);
    assert_eq!(busy(&left), [expected[0].clone(), expected[1].clone(), expected[4].clone()]);
}

fn what_takes_no_time_is_left_out(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    for (field, value) in [("transparency", "transparent"), ("status", "cancelled"), ("status", "tentative")] {
        let mut body = event(&work, value, "2058-03-04T14:00:00Z");
        body[field] = json!(value);
        ana.event(body);
    }
    let path = format!("/availability?calendar_id={work}&start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
    assert_eq!(busy(&ana.get(&path).send().expect(200)).len(), 1, "who may come is busy");
}

fn members_see_it_and_others_do_not(server: &mut Server) {
    let [ana, bob, eve] = ["ana", "bob", "eve"].map(|name| server.register(&format!("{name}@example.com")));
    let work = ana.calendar("Work");
    let made = ana.event(event(&work, "Talk", "2058-03-04T14:00:00Z"));
    ana.share(&work, &bob, "viewer");
    let path = format!("/availability?calendar_id={work}&start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
    assert_eq!(busy(&bob.get(&path).send().expect(200)).len(), 1);
    eve.get(&path).send().error(404, "NOT_FOUND");
    server.anyone().get(&path).send().error(401, "AUTH_REQUIRED");
    ana.key(json!({"availability": ["read"]})).get(&path).send().expect(200);
    ana.key(json!({"events": ["read"], "calendars": ["read"]})).get(&path).send().error(403, "FORBIDDEN");
    ana.delete(&path_of(&made)).send().expect(200);
    assert!(busy(&bob.get(&path).send().expect(200)).is_empty());
    ana.delete(&format!("/calendars/{work}")).send().expect(200);
    ana.get(&path).send().error(404, "NOT_FOUND");
}

fn a_range_is_at_most_a_year(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = format!("/availability?calendar_id={}", ana.calendar("Work"));
    let ask = |more: &str| ana.get(&format!("{path}{more}")).send();
    ask("").invalid(&["start", "end"]);
    ask("&start=2058-01-01T00:00:00Z&end=2059-01-01T00:00:00Z").expect(200);
    ask("&start=2058-01-01T00:00:00Z&end=2059-01-03T00:00:00Z").invalid(&["end"]);
    ask("&start=2058-01-01T00:00:00Z&end=2058-01-01T00:00:00Z").invalid(&["end"]);
    ask("&start=yesterday&end=2058-01-01T00:00:00Z&from=1").invalid(&["start", "from"]);
    ana.get("/availability?calendar_id=work&start=2058-01-01T00:00:00Z&end=2058-01-02T00:00:00Z")
        .send()
        .invalid(&["calendar_id"]);
}
