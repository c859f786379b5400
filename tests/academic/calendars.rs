//! The calendar of a write that names none.

use kalends_harness::{Server, both_stores};
use serde_json::json;

use crate::{EVENTS, least, lecture, make};

both_stores![
    the_first_event_makes_a_calendar_named_personal,
    many_first_events_at_once_make_one_calendar,
    a_home_is_made_beside_other_calendars_and_kept_when_renamed,
    a_shared_calendar_is_no_home,
    a_deleted_home_is_replaced,
    an_event_without_a_colour_shows_its_calendars,
];

fn the_first_event_makes_a_calendar_named_personal(server: &mut Server) {
    let ana = server.register("ana@example.com");
    assert!(ana.get("/calendars").send().expect(200).items().is_empty());
    // Whatever is refused leaves nothing behind.
    crate::invalid(ana.post(EVENTS).json(json!({})).send(), &["title", "startDate", "eventType", "color"]);
    assert!(ana.get("/calendars").send().expect(200).items().is_empty());
    // The key of a program that may write events is enough.
    let agent = ana.key(json!({"events": ["write"]}));
    let [first, second] = [make(&agent, lecture()), make(&ana, lecture())];
    let calendars = ana.get("/calendars").send().expect(200);
    assert_eq!((calendars.each("name"), calendars.each("role")), (vec!["Personal"], vec!["owner"]));
    for event in [first, second] {
        let shown = ana.get(&format!("/events/{}", event["id"].as_str().expect("an id"))).send().expect(200);
        assert_eq!(shown["event"]["calendar_id"], calendars.items()[0]["id"]);
    }
}

fn many_first_events_at_once_make_one_calendar(server: &mut Server) {
    let ana = server.register("ana@example.com");
    std::thread::scope(|scope| {
        let make = |number: usize| make(&ana, least(&format!("Event {number}"), "2024-01-15T10:00:00Z"));
        let all: Vec<_> = (0..20).map(|number| scope.spawn(move || make(number))).collect();
        for each in all {
            each.join().expect("each is made");
        }
    });
    assert_eq!(ana.get("/calendars").send().expect(200).each("name"), ["Personal"]);
    assert_eq!(crate::listed(&ana, "").1["total"], 20);
}

fn a_home_is_made_beside_other_calendars_and_kept_when_renamed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.calendar("Work");
    make(&ana, lecture());
    let calendars = ana.get("/calendars").send().expect(200);
    assert_eq!(calendars.each("name"), ["Personal", "Work"]);
    let home = crate::home(&ana);
    ana.put(&format!("/calendars/{home}")).json(json!({"name": "Studies"})).send().expect(200);
    let made = make(&ana, lecture());
    let shown = ana.get(&format!("/events/{}", made["id"].as_str().expect("an id"))).send().expect(200);
    assert_eq!(shown["event"]["calendar_id"], home.as_str());
}

fn a_shared_calendar_is_no_home(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    ana.share(&ana.calendar("Work"), &ben, "editor");
    make(&ben, lecture());
    assert_eq!(ben.get("/calendars").send().expect(200).each("name"), ["Personal", "Work"]);
    assert!(crate::listed(&ana, "").0.is_empty());
}

fn a_deleted_home_is_replaced(server: &mut Server) {
    let ana = server.register("ana@example.com");
    make(&ana, lecture());
    let home = ana.get("/calendars").send().expect(200).items()[0]["id"].as_str().expect("an id").to_owned();
    ana.delete(&format!("/calendars/{home}")).send().expect(200);
    make(&ana, lecture());
    let calendars = ana.get("/calendars").send().expect(200);
    assert_eq!(calendars.each("name"), ["Personal"]);
    assert_ne!(calendars.items()[0]["id"], home.as_str());
}

fn an_event_without_a_colour_shows_its_calendars(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.post("/calendars").json(json!({"name": "Work", "color": "#10b981"})).send().expect(201);
    let event = ana.event(kalends_harness::event(&work.at("/calendar/id"), "Talk", "2024-01-15T10:00:00Z"));
    let shown = ana.get(&crate::one(&event)).send().expect(200);
    assert_eq!((&shown["data"]["color"], &shown["data"]["eventType"]), (&json!("#10b981"), &json!("MEETING")));
}
