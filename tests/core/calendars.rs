//! Calendars: making, reading, changing and deleting one's own.

use kalends_harness::{Server, both_stores, event, path_of};
use serde_json::json;

both_stores![
    a_calendar_is_made_read_changed_and_deleted,
    registration_makes_no_calendar,
    a_calendar_without_a_color_has_one_all_the_same,
    a_name_has_1_to_80_characters,
    all_that_is_wrong_is_said_at_once,
    a_deleted_calendar_takes_its_events_along,
    calendars_are_listed_in_pages_that_lose_nothing,
    a_limit_is_1_to_200,
];

fn a_calendar_is_made_read_changed_and_deleted(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.post("/calendars").json(json!({"name": "Work", "color": "#3366CC"})).send().expect(201);
    assert_eq!(made["calendar"]["name"], "Work");
    assert!(made.at("/calendar/color").eq_ignore_ascii_case("#3366cc"));
    assert_eq!(made["calendar"]["is_public"], false);
    assert_eq!(made["calendar"]["role"], "owner");
    assert!(made.at("/calendar/created_at").ends_with('Z'));
    let path = format!("/calendars/{}", made.at("/calendar/id"));
    assert_eq!(ana.get(&path).send().expect(200)["calendar"], made["calendar"]);

    let changed = ana.put(&path).json(json!({"name": "Office"})).send().expect(200);
    assert_eq!(changed["calendar"]["name"], "Office");
    assert_eq!(changed["calendar"]["color"], made["calendar"]["color"], "what is not sent stays");
    let public = ana.put(&path).json(json!({"is_public": true})).send().expect(200);
    assert_eq!(public["calendar"]["is_public"], true);

    assert_eq!(ana.delete(&path).send().expect(200).json, json!({"ok": true}));
    ana.get(&path).send().error(404, "NOT_FOUND");
    ana.delete(&path).send().error(404, "NOT_FOUND");
    ana.put(&path).json(json!({"name": "x"})).send().error(404, "NOT_FOUND");
    assert!(ana.get("/calendars").send().expect(200).items().is_empty());
}

fn registration_makes_no_calendar(server: &mut Server) {
    let ana = server.register("ana@example.com");
    assert!(ana.get("/calendars").send().expect(200).items().is_empty());
}

fn a_calendar_without_a_color_has_one_all_the_same(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = ana.post("/calendars").json(json!({"name": "Work"})).send().expect(201);
    let color = made.at("/calendar/color");
    assert!(color.len() == 7 && color.starts_with('#'), "{color}");
}

fn a_name_has_1_to_80_characters(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let make = |name: &str| ana.post("/calendars").json(json!({"name": name})).send();
    make("").invalid(&["name"]);
    make(&"é".repeat(81)).invalid(&["name"]);
    make("   ").invalid(&["name"]);
    make(&"é".repeat(80)).expect(201);
    assert_eq!(make("📅 Ümläut <b>&\"'").expect(201)["calendar"]["name"], "📅 Ümläut <b>&\"'");
}

fn all_that_is_wrong_is_said_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let make = |body| ana.post("/calendars").json(body).send();
    make(json!({})).invalid(&["name"]);
    make(json!({"name": "x", "color": "red"})).invalid(&["color"]);
    make(json!({"name": "x", "color": "#12345"})).invalid(&["color"]);
    make(json!({"name": 5, "color": "#GGGGGG", "colour": "#000000"})).invalid(&["name", "color", "colour"]);
    let path = format!("/calendars/{}", ana.calendar("Work"));
    ana.put(&path).json(json!({"name": "", "color": "x", "is_public": "yes"})).send().invalid(&[
        "name",
        "color",
        "is_public",
    ]);
    ana.put(&path).json(json!({"role": "viewer"})).send().invalid(&["role"]);
    ana.put(&path).json(json!({"name": null})).send().invalid(&["name"]);
}

fn a_deleted_calendar_takes_its_events_along(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let (kept, gone) = (ana.calendar("Kept"), ana.calendar("Gone"));
    ana.event(event(&kept, "Stays", "2026-03-02T09:00:00Z"));
    let made = ana.event(event(&gone, "Goes", "2026-03-02T09:00:00Z"));
    ana.delete(&format!("/calendars/{gone}")).send().expect(200);
    assert_eq!(ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").each("title"), ["Stays"]);
    ana.get(&path_of(&made)).send().error(404, "NOT_FOUND");
    ana.post("/events").json(event(&gone, "No", "2026-03-02T09:00:00Z")).send().error(404, "NOT_FOUND");
}

fn calendars_are_listed_in_pages_that_lose_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for number in 0..7 {
        ana.calendar(&format!("Calendar {number}"));
    }
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    for _ in 0..4 {
        let mut request = ana.get("/calendars?limit=3");
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor);
        }
        let page = request.send().expect(200);
        assert_eq!(page["page"]["limit"], 3);
        seen.extend(page.each("id").into_iter().map(str::to_owned));
        cursor = page.next_cursor();
        if cursor.is_none() {
            break;
        }
        ana.calendar("Made while paging");
    }
    let mut distinct = seen.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), seen.len(), "no calendar comes twice");
    assert!(seen.len() >= 7);
}

fn a_limit_is_1_to_200(server: &mut Server) {
    let ana = server.register("ana@example.com");
    assert_eq!(ana.get("/calendars").send().expect(200)["page"]["limit"], 50);
    for limit in ["0", "201", "-1", "x", ""] {
        ana.get("/calendars").query("limit", limit).send().invalid(&["limit"]);
    }
    ana.get("/calendars?limit=200").send().expect(200);
    ana.get("/calendars?cursor=garbage").send().invalid(&["cursor"]);
}
