//! Lists: which events, in which form, part by part.

use kalends_harness::{Server, User, both_stores};
use serde_json::{Value, json};

use crate::{EVENTS, data, invalid, make, refused};

both_stores![
    both_bounds_expand_and_one_does_not,
    days_are_those_of_the_callers_zone,
    types_and_cases_narrow_the_list,
    pages_join_without_gap_or_repeat,
    bad_ranges_and_parameters_are_told,
];

const CASE: &str = "550e8400-e29b-41d4-a716-446655440000";

fn at(title: &str, start: &str) -> Value {
    let (day, hour) = start.split_once('T').expect("a T");
    json!({"title": title, "start": format!("{day}T{hour}:00:00+00:00"), "end": format!("{day}T{hour}:30:00+00:00")})
}

/// `title start` of what a query lists.
#[track_caller]
fn listed(who: &User, query: &str) -> Vec<String> {
    let answer = who.get(&format!("{EVENTS}?{query}")).send().expect(200);
    let line = |event: &Value| {
        let text = |field: &str| event[field].as_str().expect("a text").to_owned();
        format!("{} {}", text("title"), text("start"))
    };
    data(&answer).iter().map(line).collect()
}

fn both_bounds_expand_and_one_does_not(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut weekly = json!({
        "title": "Jour fixe", "start": "2026-03-23T10:00:00+01:00", "end": "2026-03-23T11:00:00+01:00",
        "timezone": "Europe/Berlin", "recurrence_rule": "FREQ=WEEKLY",
    });
    make(&ana, weekly.clone());
    make(&ana, at("Once", "2026-03-25T09"));
    // The wall clock stays, so the offset changes.
    let march = listed(&ana, "from=2026-03-23&to=2026-03-31");
    assert_eq!(
        march,
        [
            "Jour fixe 2026-03-23T10:00:00+01:00",
            "Once 2026-03-25T10:00:00+01:00",
            "Jour fixe 2026-03-30T10:00:00+02:00",
        ]
    );
    for query in ["", "from=2026-04-01", "to=2026-03-24"] {
        let found = listed(&ana, query);
        assert_eq!(
            found.iter().filter(|line| line.starts_with("Jour fixe 2026-03-23")).count(),
            1,
            "{query}: {found:?}"
        );
    }
    assert_eq!(listed(&ana, "to=2026-03-22"), Vec::<String>::new());
    let occurrence = ana.get(&format!("{EVENTS}?from=2026-03-30&to=2026-03-30")).send().expect(200);
    let [occurrence] = data(&occurrence) else { panic!("{occurrence}is not one") };
    assert_eq!((&occurrence["is_occurrence"], &occurrence["recurrence_id"]), (&json!(true), &occurrence["start"]));
    weekly["allow_conflict"] = json!(true);
    make(&ana, weekly);
}

fn days_are_those_of_the_callers_zone(server: &mut Server) {
    // Everybody here is in Berlin.
    let ana = server.register("ana@example.com");
    make(&ana, at("Late", "2026-06-30T22"));
    make(&ana, at("Early", "2026-06-30T21"));
    assert_eq!(listed(&ana, "from=2026-06-30&to=2026-06-30"), ["Early 2026-06-30T23:00:00+02:00"]);
    assert_eq!(listed(&ana, "from=2026-07-01&to=2026-07-01"), ["Late 2026-07-01T00:00:00+02:00"]);
    assert_eq!(listed(&ana, "from=2026-06-30T21:00:00Z&to=2026-06-30T22:00:00Z").len(), 2, "both ends belong to it");
    assert_eq!(listed(&ana, "from=2026-06-30T21:30:00Z&to=2026-06-30T21:59:59Z").len(), 0);
}

fn types_and_cases_narrow_the_list(server: &mut Server) {
    let ana = server.register("ana@example.com");
    make(&ana, crate::with(at("Talk", "2026-03-02T08"), json!({"type": "meeting", "case_id": CASE})));
    make(&ana, crate::with(at("Due", "2026-03-02T09"), json!({"type": "deadline"})));
    make(&ana, crate::with(at("Any", "2026-03-02T10"), json!({"case_id": CASE})));
    let series = crate::with(at("Weekly", "2026-03-02T11"), json!({"recurrence_rule": "FREQ=WEEKLY", "case_id": CASE}));
    make(&ana, series);
    let calendar = ana.calendar("School");
    let mut class = kalends_harness::event(&calendar, "Class", "2026-03-02T12:00:00Z");
    class["kind"] = json!("class");
    ana.event(class);
    let titles = |query: &str| {
        let lines = listed(&ana, query);
        lines.iter().map(|line| line.split(' ').next().expect("a title").to_owned()).collect::<Vec<_>>()
    };
    for range in ["", "&from=2026-03-02&to=2026-03-02"] {
        assert_eq!(titles(&format!("type=meeting{range}")), ["Talk"]);
        assert_eq!(titles(&format!("type=deadline{range}")), ["Due"]);
        assert_eq!(titles(&format!("type=event{range}")), ["Any", "Weekly", "Class"]);
        assert_eq!(titles(&format!("case_id={CASE}{range}")), ["Talk", "Any", "Weekly"]);
        assert_eq!(titles(&format!("type=event&case_id={CASE}{range}")), ["Any", "Weekly"]);
        assert!(titles(&format!("case_id=650e8400-e29b-41d4-a716-446655440000{range}")).is_empty());
    }
    // A case that is taken away, by whichever surface, is no longer found.
    let answer = ana.get(&format!("{EVENTS}?type=meeting")).send().expect(200);
    let path = kalends_harness::path_of(&json!({"id": crate::bare(data(&answer)[0]["id"].as_str().expect("an id"))}));
    ana.change(&path, json!({"case_id": null}));
    assert_eq!(titles(&format!("case_id={CASE}")), ["Any", "Weekly"]);
}

fn pages_join_without_gap_or_repeat(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for day in 10..15 {
        make(&ana, at(&format!("Day{day}"), &format!("2026-03-{day}T08")));
    }
    make(&ana, crate::with(at("Daily", "2026-03-11T12"), json!({"recurrence_rule": "FREQ=DAILY;COUNT=3"})));
    for query in ["from=2026-03-01&to=2026-03-31", ""] {
        let all = listed(&ana, query);
        assert_eq!(all.len(), if query.is_empty() { 6 } else { 8 });
        let (mut joined, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = ana.get(&format!("{EVENTS}?{query}&limit=2{cursor}")).send().expect(200);
            joined.extend(
                data(&page).iter().map(|event| format!("{} {}", event["title"], event["start"]).replace('"', "")),
            );
            if page["pagination"]["has_more"] == false {
                assert!(page["pagination"].get("next_cursor").is_none());
                break;
            }
            cursor = format!("&cursor={}", page.at("/pagination/next_cursor"));
        }
        assert_eq!(joined, all);
        if !cursor.is_empty() && !query.is_empty() {
            invalid(ana.get(&format!("{EVENTS}?type=event{cursor}")).send(), &["cursor"]);
        }
    }
}

fn bad_ranges_and_parameters_are_told(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for query in [
        "from=2026-04-02&to=2026-04-01",
        "from=2026-01-01&to=2027-01-02",
        "from=2026-04-01T08:00:00Z&to=2026-04-01T08:00:00Z",
    ] {
        let answer = refused(ana.get(&format!("{EVENTS}?{query}")).send(), 400, "INVALID_DATE_RANGE");
        assert_eq!(answer.fields(), ["to"]);
    }
    data(&ana.get(&format!("{EVENTS}?from=2026-01-01&to=2026-12-31&limit=50")).send().expect(200));
    invalid(
        ana.get(&format!("{EVENTS}?from=yesterday&to=x&type=class&case_id=1&limit=0&cursor=x&page=1")).send(),
        &["from", "to", "type", "case_id", "limit", "cursor", "page"],
    );
}
