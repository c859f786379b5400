//! The list: filters, ranges, pages.

use kalends_harness::{Server, User, both_stores, event, path_of};
use serde_json::json;

use crate::{EVENTS, done, home, invalid, least, lecture, listed, make, with};

both_stores![
    what_is_made_is_listed_as_it_is_shown,
    events_are_filtered_by_type_and_course,
    bounds_hold_the_whole_event,
    pages_are_counted,
    a_series_is_one_item_or_its_occurrences,
    series_and_single_events_share_their_pages,
    changed_occurrences_are_listed_as_they_are,
    all_calendars_that_one_sees_are_listed,
    bad_queries_are_told_all_at_once,
];

fn what_is_made_is_listed_as_it_is_shown(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let empty = done(ana.get(EVENTS).send(), 200);
    assert_eq!(
        empty.json,
        json!({
            "success": true, "message": "Calendar events retrieved successfully",
            "data": {"events": [], "pagination": {"total": 0, "limit": 50, "offset": 0, "hasMore": false}},
        })
    );
    let made = make(&ana, lecture());
    let list = done(ana.get(EVENTS).send(), 200);
    assert_eq!(list["data"]["events"], json!([made]));
}

fn events_are_filtered_by_type_and_course(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for (title, kind, course) in
        [("A", "CLASS", "bio"), ("B", "EXAM", "bio"), ("C", "MEETING", "chem"), ("D", "STUDY_SESSION", "a/b ü")]
    {
        make(&ana, with(least(title, "2024-01-15T10:00:00Z"), json!({"eventType": kind, "courseId": course})));
    }
    let home = ana.get("/calendars").send().expect(200).items()[0]["id"].as_str().expect("an id").to_owned();
    ana.event(event(&home, "E", "2024-01-15T11:00:00Z"));
    for (query, titles) in [
        ("eventType=CLASS", &["A"][..]),
        ("eventType=MEETING", &["C", "E"]),
        ("eventType=DEADLINE", &[]),
        ("courseId=bio", &["A", "B"]),
        ("courseId=bio&eventType=EXAM", &["B"]),
        ("courseId=BIO", &[]),
        ("courseId=a%2Fb%20%C3%BC", &["D"]),
    ] {
        let (found, pagination) = listed(&ana, query);
        assert_eq!(
            (found.as_slice(), &pagination["total"]),
            (&titles.iter().map(ToString::to_string).collect::<Vec<_>>()[..], &json!(titles.len())),
            "{query}"
        );
    }
}

fn bounds_hold_the_whole_event(server: &mut Server) {
    let ana = server.register("ana@example.com");
    make(&ana, with(lecture(), json!({"title": "January"})));
    make(&ana, with(least("Moment", "2024-01-20T10:00:00Z"), json!({})));
    let times = json!({"title": "Over", "startDate": "2024-01-31T22:00:00Z", "endDate": "2024-02-01T02:00:00Z"});
    make(&ana, with(lecture(), times));
    for (query, titles) in [
        ("startDate=2024-01-01T00:00:00.000Z&endDate=2024-01-31T23:59:59.999Z", &["January", "Moment"][..]),
        ("startDate=2024-01-15T10:00:00Z&endDate=2024-01-15T11:30:00Z", &["January"]),
        ("startDate=2024-01-15T10:00:00.001Z&endDate=2024-01-15T11:30:00Z", &[]),
        ("startDate=2024-01-15T10:00:00Z&endDate=2024-01-15T11:29:59Z", &[]),
        ("startDate=2024-01-31T22:00:00Z&endDate=2024-02-01T02:00:00Z", &["Over"]),
        ("startDate=2024-01-16T00:00:00Z", &["Moment", "Over"]),
        ("endDate=2024-02-01T00:00:00Z", &["January", "Moment"]),
        ("startDate=2024-01-15T11:00:00%2B01:00&endDate=2024-01-15T12:30:00%2B01:00", &["January"]),
        ("startDate=2030-01-01T00:00:00Z", &[]),
    ] {
        assert_eq!(listed(&ana, query).0, titles, "{query}");
    }
}

fn pages_are_counted(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let titles: Vec<String> = (10..40).map(|minute| format!("Event {minute}")).collect();
    for (title, minute) in titles.iter().zip(10..40).rev() {
        make(&ana, least(title, &format!("2024-01-15T10:{minute}:00Z")));
    }
    let page = |query: &str| listed(&ana, query);
    assert_eq!(page("").0, titles);
    let (found, pagination) = page("limit=25&offset=0");
    assert_eq!(found, titles[..25]);
    assert_eq!(pagination, json!({"total": 30, "limit": 25, "offset": 0, "hasMore": true}));
    let (found, pagination) = page("limit=25&offset=25");
    assert_eq!(found, titles[25..]);
    assert_eq!(pagination, json!({"total": 30, "limit": 25, "offset": 25, "hasMore": false}));
    assert_eq!(page("limit=10&offset=20").1["hasMore"], false);
    let beyond = page("limit=1&offset=1000000000");
    assert_eq!((beyond.0.len(), &beyond.1["total"], &beyond.1["hasMore"]), (0, &json!(30), &json!(false)));
    let filtered = page("limit=2&startDate=2024-01-15T10:20:00Z&endDate=2024-01-15T10:25:30Z");
    assert_eq!((filtered.0.as_slice(), &filtered.1["total"]), (&titles[10..12], &json!(6)));
}

/// A weekly class of four, and what it is called in other words.
fn weekly(ana: &User) -> serde_json::Value {
    let mut body = event(&ana.calendar("Work"), "Weekly", "2024-01-01T09:00:00Z");
    body["recurrence_rule"] = json!("FREQ=WEEKLY;COUNT=4");
    body["kind"] = json!("class");
    body["course_id"] = json!("bio");
    ana.event(body)
}

const JANUARY: &str = "startDate=2024-01-01T00:00:00Z&endDate=2024-02-01T00:00:00Z";

fn a_series_is_one_item_or_its_occurrences(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = weekly(&ana);
    let all = done(ana.get(EVENTS).send(), 200);
    let items = all["data"]["events"].as_array().expect("events");
    assert_eq!((items.len(), &items[0]["id"]), (1, &made["id"]));
    assert_eq!(items[0]["startDate"], "2024-01-01T09:00:00.000Z");
    assert_eq!(listed(&ana, "startDate=2024-01-01T00:00:00Z").1["total"], 1);
    assert_eq!(listed(&ana, "endDate=2024-01-02T00:00:00Z").1["total"], 1);
    assert_eq!(listed(&ana, "startDate=2024-01-02T00:00:00Z").1["total"], 0);

    let range = done(ana.get(&format!("{EVENTS}?{JANUARY}&limit=3")).send(), 200);
    let starts: Vec<_> =
        range["data"]["events"].as_array().expect("events").iter().map(|e| e["startDate"].clone()).collect();
    assert_eq!(starts, ["01", "08", "15"].map(|day| json!(format!("2024-01-{day}T09:00:00.000Z"))));
    assert_eq!(range["data"]["events"][1]["recurrenceId"], "2024-01-08T09:00:00.000Z");
    assert_eq!(range["data"]["pagination"], json!({"total": 4, "limit": 3, "offset": 0, "hasMore": true}));
    assert_eq!(listed(&ana, &format!("{JANUARY}&eventType=CLASS&courseId=bio")).1["total"], 4);
    assert_eq!(listed(&ana, &format!("{JANUARY}&eventType=EXAM")).1["total"], 0);
    assert_eq!(listed(&ana, &format!("{JANUARY}&courseId=chem")).1["total"], 0);
}

fn series_and_single_events_share_their_pages(server: &mut Server) {
    let ana = server.register("ana@example.com");
    weekly(&ana);
    for day in ["03", "10", "17", "24", "31"] {
        make(&ana, least(day, &format!("2024-01-{day}T09:00:00Z")));
    }
    let expected = ["Weekly", "03", "Weekly", "10", "Weekly", "17", "Weekly", "24", "31"];
    for offset in 0..=expected.len() {
        let (found, pagination) = listed(&ana, &format!("{JANUARY}&limit=2&offset={offset}"));
        assert_eq!(found, expected[offset..(offset + 2).min(expected.len())], "{offset}");
        assert_eq!((&pagination["total"], &pagination["hasMore"]), (&json!(9), &json!(offset + 2 < 9)));
    }
    assert_eq!(listed(&ana, "").0, ["Weekly", "03", "10", "17", "24", "31"]);
}

fn changed_occurrences_are_listed_as_they_are(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = path_of(&weekly(&ana));
    let moved = json!({"title": "Exam", "kind": "exam", "start_time": "2024-01-09T12:00:00Z", "end_time": "2024-01-09T13:00:00Z"});
    ana.change(&format!("{path}?occurrence=2024-01-08T09:00:00Z&scope=this"), moved);
    ana.delete(&format!("{path}?occurrence=2024-01-15T09:00:00Z&scope=this")).send().expect(200);
    assert_eq!(listed(&ana, JANUARY).0, ["Weekly", "Exam", "Weekly"]);
    assert_eq!(listed(&ana, &format!("{JANUARY}&eventType=EXAM")).0, ["Exam"]);
    assert_eq!(listed(&ana, &format!("{JANUARY}&eventType=CLASS")).1["total"], 2);
    let exam = done(ana.get(&format!("{EVENTS}?{JANUARY}&eventType=EXAM")).send(), 200)["data"]["events"][0].clone();
    assert_eq!(
        (&exam["startDate"], &exam["recurrenceId"]),
        (&json!("2024-01-09T12:00:00.000Z"), &json!("2024-01-08T09:00:00.000Z"))
    );
}

fn all_calendars_that_one_sees_are_listed(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    ana.put("/users/me").json(json!({"name": "Ana"})).send().expect(200);
    make(&ana, lecture());
    let home = home(&ana);
    make(&ben, least("Ben's", "2024-01-14T10:00:00Z"));
    assert_eq!(listed(&ben, "").0, ["Ben's"]);
    ana.share(&home, &ben, "viewer");
    let list = done(ben.get(EVENTS).send(), 200);
    let seen = &list["data"]["events"][1];
    assert_eq!((&seen["userId"], &seen["user"]), (&json!(ana.id), &json!({"id": ana.id, "name": "Ana"})));
    ana.delete(&format!("/calendars/{home}")).send().expect(200);
    assert_eq!(listed(&ben, "").0, ["Ben's"]);
}

fn bad_queries_are_told_all_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let refused = |query: &str, fields: &[&str]| invalid(ana.get(&format!("{EVENTS}?{query}")).send(), fields);
    refused("limit=0", &["limit"]);
    refused("limit=101", &["limit"]);
    refused(
        "limit=x&offset=-1&startDate=soon&endDate=2024-01-15&eventType=PARTY&courseId=&page=2",
        &["limit", "offset", "startDate", "endDate", "eventType", "courseId", "page"],
    );
    refused("eventType=class", &["eventType"]);
    refused("startDate=2024-01-15T10:00:00Z&endDate=2024-01-15T10:00:00Z", &["endDate"]);
    refused("startDate=2024-01-15T10:00:00Z&endDate=2025-01-16T10:00:00Z", &["endDate"]);
    refused("startDate=2024-01-15T10:00:00", &["startDate"]);
    refused("limit=1&limit=2", &["limit"]);
}
