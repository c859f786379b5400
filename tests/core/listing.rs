//! `GET /events`: windows, filters, order and pages.

use kalends_harness::{Server, User, both_stores, event};
use serde_json::json;

const MARCH: &str = "/events?start=2026-03-01T00:00:00Z&end=2026-04-01T00:00:00Z";

fn titles(ana: &User, path: &str) -> Vec<String> {
    let list = ana.get(path).send().expect(200);
    list.each("title").into_iter().map(str::to_owned).collect()
}

both_stores![
    a_window_holds_what_overlaps_it,
    a_window_has_two_ends_in_order_and_at_most_a_year,
    events_come_in_order_of_time,
    filters_narrow_together,
    an_unknown_calendar_is_not_found_or_empty,
    pages_hold_everything_once_although_others_write,
    a_cursor_belongs_to_its_query,
    a_page_has_at_most_200_and_50_unless_asked,
];

fn a_window_holds_what_overlaps_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for (title, start) in [
        ("ends as it starts", "08:00"),
        ("reaches in", "08:30"),
        ("within", "09:30"),
        ("reaches out", "10:30"),
        ("starts as it ends", "11:00"),
    ] {
        ana.event(event(&calendar, title, &format!("2026-03-02T{start}:00Z")));
    }
    let list = ana.between("2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z");
    assert_eq!(list.each("title"), ["reaches in", "within", "reaches out"]);
    let long = json!({"calendar_id": calendar, "title": "spans it", "start_time": "2026-01-01T00:00:00Z", "end_time": "2026-12-01T00:00:00Z", "timezone": "UTC"});
    ana.event(long);
    assert_eq!(ana.between("2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z").each("title"), ["spans it"]);
}

fn a_window_has_two_ends_in_order_and_at_most_a_year(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let list = |query: &str| ana.get(&format!("/events{query}")).send();
    list("").invalid(&["start", "end"]);
    list("?start=2026-01-01T00:00:00Z").invalid(&["end"]);
    list("?start=yesterday&end=2026-13-01T00:00:00Z").invalid(&["start", "end"]);
    list("?start=2026-02-01T00:00:00Z&end=2026-01-01T00:00:00Z").error(400, "VALIDATION_ERROR");
    list("?start=2026-01-01T00:00:00Z&end=2027-01-01T00:00:00Z").expect(200);
    list("?start=2024-01-01T00:00:00Z&end=2025-01-01T00:00:00Z").expect(200);
    list("?start=2026-01-01T00:00:00Z&end=2027-01-03T00:00:00Z").error(400, "VALIDATION_ERROR");
    list("?start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z&limit=0&cursor=x&calendar_id=y").invalid(&[
        "limit",
        "cursor",
        "calendar_id",
    ]);
    list("?start=2026-01-01T00:00:00%2B02:00&end=2026-02-01T00:00:00-05:00").expect(200);
}

fn events_come_in_order_of_time(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let (one, two) = (ana.calendar("One"), ana.calendar("Two"));
    ana.event(event(&one, "third", "2026-03-09T09:00:00Z"));
    ana.event(event(&two, "first", "2026-03-02T09:00:00Z"));
    let mut series = event(&one, "weekly", "2026-03-04T09:00:00Z");
    series["recurrence_rule"] = json!("FREQ=WEEKLY;COUNT=2");
    ana.event(series);
    ana.event(event(&two, "fourth", "2026-03-10T09:00:00Z"));
    assert_eq!(titles(&ana, MARCH), ["first", "weekly", "third", "fourth", "weekly"]);
}

fn filters_narrow_together(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let (one, two) = (ana.calendar("One"), ana.calendar("Two"));
    let make = |calendar: &str, title: &str, description: &str, location: &str, tags: &[&str]| {
        let mut body = event(calendar, title, "2026-03-02T09:00:00Z");
        body["description"] = json!(description);
        body["location"] = json!(location);
        body["tags"] = json!(tags);
        ana.event(body);
    };
    make(&one, "Budget review", "numbers", "Berlin", &["finance"]);
    make(&two, "Lunch", "with the budget people", "Paris", &["food", "finance"]);
    make(&two, "Walk", "100% pure_air", "Park", &[]);

    let with = |name: &str, value: &str| {
        let mut found: Vec<_> =
            ana.get(MARCH).query(name, value).send().expect(200).each("title").into_iter().map(str::to_owned).collect();
        found.sort();
        found
    };
    assert_eq!(with("calendar_id", &two), ["Lunch", "Walk"]);
    assert_eq!(with("search", "BUDGET"), ["Budget review", "Lunch"]);
    assert_eq!(with("search", "paris"), ["Lunch"]);
    assert_eq!(with("search", "100%"), ["Walk"]);
    assert_eq!(with("search", "pure_air"), ["Walk"]);
    assert!(
        with("search", "pureXair").is_empty()
            && with("search", "'; DROP TABLE events; --").is_empty()
            && with("search", "\\").is_empty()
    );
    assert_eq!(with("tag", "finance"), ["Budget review", "Lunch"]);
    assert!(with("tag", "fin").is_empty(), "a tag is whole");
    let both = ana.get(MARCH).query("tag", "finance").query("search", "lunch").query("calendar_id", &two).send();
    assert_eq!(both.expect(200).each("title"), ["Lunch"]);
}

fn an_unknown_calendar_is_not_found_or_empty(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let answer = ana.get(MARCH).query("calendar_id", "01900000-0000-7000-8000-000000000000").send();
    assert!(answer.status == 404 || answer.items().is_empty(), "{answer}");
}

fn pages_hold_everything_once_although_others_write(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for day in 1..=9 {
        ana.event(event(&calendar, &format!("single {day}"), &format!("2026-03-0{day}T09:00:00Z")));
    }
    let mut series = event(&calendar, "daily", "2026-03-01T09:00:00Z");
    series["recurrence_rule"] = json!("FREQ=DAILY;COUNT=9");
    ana.event(series);

    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    for number in 0.. {
        assert!(number < 20, "the pages do not end");
        let mut request = ana.get(&format!("{MARCH}&limit=4"));
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor);
        }
        let page = request.send().expect(200);
        assert!(page.items().len() <= 4 && page["page"]["limit"] == 4);
        seen.extend(page.items().iter().map(|item| format!("{} {}", item["title"], item["start_time"])));
        cursor = page.next_cursor();
        if cursor.is_none() {
            break;
        }
        // Earlier than where we are: it must move nothing that is still to come.
        ana.event(event(&calendar, "new", "2026-02-28T22:00:00Z"));
    }
    seen.retain(|item| !item.contains("new"));
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!((seen.len(), distinct.len()), (18, 18), "{seen:?}");
}

fn a_cursor_belongs_to_its_query(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let ben = server.register("ben@example.com");
    let calendar = ana.calendar("Work");
    for day in 1..=5 {
        ana.event(event(&calendar, "Talk", &format!("2026-03-0{day}T09:00:00Z")));
    }
    let cursor = ana.get(&format!("{MARCH}&limit=2")).send().expect(200).next_cursor().expect("a second page");
    ana.get(&format!("{MARCH}&limit=2")).query("cursor", &cursor).send().expect(200);
    ana.get(&format!("{MARCH}&limit=2&search=Talk")).query("cursor", &cursor).send().invalid(&["cursor"]);
    ana.get("/events?start=2026-03-02T00:00:00Z&end=2026-04-01T00:00:00Z&limit=2")
        .query("cursor", &cursor)
        .send()
        .invalid(&["cursor"]);
    ana.get("/calendars").query("cursor", &cursor).send().invalid(&["cursor"]);
    let others = ben.get(&format!("{MARCH}&limit=2")).query("cursor", &cursor).send();
    assert!(others.status == 400 || others.items().is_empty(), "{others}");
    let tampered: String = cursor.chars().rev().collect();
    ana.get(&format!("{MARCH}&limit=2")).query("cursor", &tampered).send().invalid(&["cursor"]);
}

fn a_page_has_at_most_200_and_50_unless_asked(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let mut series = event(&ana.calendar("Work"), "daily", "2026-01-01T09:00:00Z");
    series["recurrence_rule"] = json!("FREQ=DAILY;COUNT=300");
    ana.event(series);
    let year = "/events?start=2026-01-01T00:00:00Z&end=2027-01-01T00:00:00Z";
    let page = ana.get(year).send().expect(200);
    assert_eq!((page.items().len(), &page["page"]["limit"]), (50, &json!(50)));
    assert_eq!(ana.get(&format!("{year}&limit=200")).send().expect(200).items().len(), 200);
    ana.get(&format!("{year}&limit=201")).send().invalid(&["limit"]);
}
