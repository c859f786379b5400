//! What is written here arrives at Google: once, whatever goes wrong on the way, and no more of it than changed.

use std::time::{Duration, Instant};

use kalends_harness::providers::{Fault, Google};
use kalends_harness::{Store, User, each_store, path_of, wait};
use serde_json::{Value, json};

use crate::{EVENTS, each, here, linked, make, settle, sync, text, there, writes};

each_store![
    an_events_copy_has_its_id_at_once,
    what_goes_wrong_is_tried_again_and_made_once,
    google_says_when_to_come_again,
    nothing_waits_for_a_google_that_is_down,
    a_change_tells_what_changed_and_a_deletion_deletes,
    many_at_once_arrive_once_each,
    everything_about_an_event_arrives,
];

fn copy(google: &Google, id: &Value) -> Option<Value> {
    google.event(&google.account(), text(id))
}

fn is_live(google: &Google, id: &Value) -> bool {
    copy(google, id).is_some_and(|copy| copy["status"] != "cancelled")
}

fn an_events_copy_has_its_id_at_once(store: Store) {
    let linked = linked(store);
    let made = make(&linked, "Office hours", "2027-03-01T09:00:00Z");
    let id = &made["googleEventId"];
    // What Google takes as an id: base32hex, at least five characters.
    let good = |c: u8| c.is_ascii_digit() || (b'a'..=b'v').contains(&c);
    assert!(text(id).len() >= 5 && text(id).bytes().all(good), "{id}");
    assert_eq!(made["googleCalendarId"], "primary");
    wait("the copy", || copy(&linked.google, id).is_some());
    let shown = copy(&linked.google, id).expect("it is there");
    assert_eq!(shown["summary"], "Office hours");
    let start: chrono::DateTime<chrono::FixedOffset> = text(&shown["start"]["dateTime"]).parse().expect("an instant");
    assert_eq!(start.to_utc().to_rfc3339(), "2027-03-01T09:00:00+00:00");

    settle(&linked, "google");
    let path = format!("{EVENTS}/{}", text(&made["id"]));
    let again = linked.get(&path).send().expect(200)["data"].clone();
    let list = linked.get(EVENTS).send().expect(200);
    let changed = linked.patch(&path).json(json!({"location": "Room 1"})).send().expect(200)["data"].clone();
    for event in [&again, &list["data"]["events"][0], &changed] {
        assert_eq!((&event["googleEventId"], &event["googleCalendarId"]), (id, &json!("primary")));
    }
    settle(&linked, "google");
    assert_eq!(there(&linked.google).len(), 1);
    assert_eq!(copy(&linked.google, id).expect("it is there")["location"], "Room 1");

    // A colleague has no account there, so the event has no copy for her.
    let ben = linked.server.register("ben@example.com");
    let own = make(&ben, "Alone", "2027-03-01T09:00:00Z");
    assert_eq!((&own["googleEventId"], &own["googleCalendarId"]), (&Value::Null, &Value::Null));
}

fn what_goes_wrong_is_tried_again_and_made_once(store: Store) {
    let linked = linked(store);
    let post = || Fault::on("POST", "/events");
    let faults = [
        post().refused(503, "backendError").times(2),
        post().refused(403, "rateLimitExceeded"),
        post().lost(),
        post().cut(),
        post().garbled(),
        Fault::on("GET", "/events").refused(500, "backendError"),
    ];
    let mut titles = Vec::new();
    for (number, fault) in faults.into_iter().enumerate() {
        let told = format!("{fault:?}");
        let title = format!("Event {number}");
        linked.google.fail(fault);
        let made = make(&linked, &title, &format!("2027-03-0{}T09:00:00Z", number + 1));
        assert_eq!(made["googleCalendarId"], "primary", "{told}");
        wait(&format!("{title}, although {told}"), || is_live(&linked.google, &made["googleEventId"]));
        titles.push(title);
    }
    settle(&linked, "google");
    assert_eq!(each(&there(&linked.google), "summary"), titles);
    assert_eq!(each(&here(&linked), "title"), titles);
}

fn google_says_when_to_come_again(store: Store) {
    let linked = linked(store);
    linked.google.fail(Fault::on("POST", "/events").busy(429, "rateLimitExceeded", 5));
    linked.google.take_calls();
    let made = make(&linked, "Patience", "2027-03-01T09:00:00Z");
    let refused = || linked.google.calls().iter().any(|call| call.is("POST", "/events") && call.status == 429);
    wait("the refusal", refused);
    let since = Instant::now();
    wait("the copy", || is_live(&linked.google, &made["googleEventId"]));
    assert!(since.elapsed() > Duration::from_millis(4_500), "it came again after {:?}", since.elapsed());
    assert_eq!(there(&linked.google).len(), 1);
}

fn nothing_waits_for_a_google_that_is_down(store: Store) {
    let linked = linked(store);
    let (moved, gone) = (make(&linked, "Moved", "2027-03-01T09:00:00Z"), make(&linked, "Gone", "2027-03-02T09:00:00Z"));
    settle(&linked, "google");
    linked.google.fail(Fault::on("", "").cut().times(10_000));
    let since = Instant::now();
    let made = make(&linked, "New", "2027-03-03T09:00:00Z");
    let passing = make(&linked, "Passing", "2027-03-04T09:00:00Z");
    let path = |event: &Value| format!("{EVENTS}/{}", text(&event["id"]));
    let changes = json!({"startDate": "2027-03-01T11:00:00Z", "endDate": "2027-03-01T12:00:00Z"});
    linked.patch(&path(&moved)).json(changes).send().expect(200);
    linked.patch(&path(&made)).json(json!({"title": "Newer"})).send().expect(200);
    linked.delete(&path(&gone)).send().expect(200);
    linked.delete(&path(&passing)).send().expect(200);
    assert!(since.elapsed() < Duration::from_secs(10), "it waited {:?}", since.elapsed());
    assert_eq!(each(&here(&linked), "title"), ["Moved", "Newer"]);
    let failing = || linked.get("/integrations").send().expect(200)["items"][0]["status"] == "error";
    wait("it to be told that Google is down", failing);
    assert_eq!(each(&there(&linked.google), "summary"), ["Gone", "Moved"]);

    linked.google.recover();
    settle(&linked, "google");
    assert_eq!(each(&there(&linked.google), "summary"), ["Moved", "Newer"]);
    let copy = copy(&linked.google, &moved["googleEventId"]).expect("it is there");
    assert!(
        text(&copy["start"]["dateTime"]).starts_with("2027-03-01T11:00:00")
            || text(&copy["start"]["dateTime"]).starts_with("2027-03-01T12:00:00+01:00"),
        "{copy}"
    );
    assert_eq!(crate::account(&linked)["status"], "connected");
}

fn a_change_tells_what_changed_and_a_deletion_deletes(store: Store) {
    let linked = linked(store);
    let made = make(&linked, "Seminar", "2027-03-01T09:00:00Z");
    settle(&linked, "google");
    // What only Google knows of stays.
    let id = text(&made["googleEventId"]).to_owned();
    linked.google.change(&linked.google.account(), &id, json!({"guestsCanModify": true}));
    settle(&linked, "google");
    let path = format!("{EVENTS}/{}", text(&made["id"]));
    linked.google.take_calls();
    linked.patch(&path).json(json!({"title": "Reading group"})).send().expect(200);
    let summary = || copy(&linked.google, &made["googleEventId"]).expect("it is there")["summary"].clone();
    wait("the title", || summary() == "Reading group");
    settle(&linked, "google");
    let calls = linked.google.take_calls();
    let told = writes(&calls);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].is("PATCH", &id), "{told:?}");
    let body = told[0].body.as_ref().and_then(Value::as_object).expect("a body");
    assert_eq!(body["summary"], "Reading group");
    for same in ["start", "end", "description", "location", "attendees", "reminders", "recurrence", "colorId", "status"]
    {
        assert!(!body.contains_key(same), "{same} did not change: {body:?}");
    }
    assert_eq!(copy(&linked.google, &made["googleEventId"]).expect("it is there")["guestsCanModify"], true);

    linked.delete(&path).send().expect(200);
    wait("the deletion", || !is_live(&linked.google, &made["googleEventId"]));
    settle(&linked, "google");
    let calls = linked.google.take_calls();
    let told: Vec<_> = writes(&calls).iter().map(|call| (call.method.clone(), call.status)).collect();
    assert_eq!(told, [("DELETE".to_owned(), 204)]);

    linked.post(&format!("/events/{}/restore", text(&made["id"]))).send().expect(200);
    wait("it to be back", || each(&there(&linked.google), "summary") == ["Reading group"]);
    settle(&linked, "google");
    assert_eq!((there(&linked.google).len(), here(&linked).len()), (1, 1));
}

fn many_at_once_arrive_once_each(store: Store) {
    let linked = linked(store);
    linked.google.page_max(3);
    let make_some = |user: &User, who: usize| {
        (0..5).for_each(|number| {
            make(user, &format!("{who}/{number}"), &format!("2027-03-1{number}T0{who}:00:00Z"));
        });
    };
    std::thread::scope(|scope| {
        for who in 0..4 {
            let ana = &linked.ana;
            scope.spawn(move || make_some(ana, who));
        }
    });
    wait("all of them", || there(&linked.google).len() >= 20);
    settle(&linked, "google");
    assert_eq!(each(&there(&linked.google), "summary"), each(&here(&linked), "title"));
    assert_eq!(there(&linked.google).len(), 20);
}

fn everything_about_an_event_arrives(store: Store) {
    let linked = linked(store);
    let weekly = linked.event(json!({
        "calendar_id": linked.home, "title": "Lecture", "timezone": "Europe/Berlin", "recurrence_rule": "FREQ=WEEKLY;COUNT=4",
        "start_time": "2027-03-15T10:00:00+01:00", "end_time": "2027-03-15T11:00:00+01:00",
        "description": "Cells", "location": "Hall 2", "color": "#d50000", "reminders": [10, 60],
        "attendees": [{"email": "guest@example.com"}],
    }));
    let path = path_of(&weekly);
    linked.change(&format!("{path}?occurrence=2027-03-22T09:00:00Z&scope=this"), json!({
        "title": "Guest lecture", "start_time": "2027-03-23T14:00:00+01:00", "end_time": "2027-03-23T15:00:00+01:00",
    }));
    linked.delete(&format!("{path}?occurrence=2027-03-29T08:00:00Z&scope=this")).send().expect(200);
    linked.event(json!({
        "calendar_id": linked.home, "title": "Holiday", "timezone": "Europe/Berlin", "all_day": true,
        "start_time": "2027-05-01T00:00:00+02:00", "end_time": "2027-05-03T00:00:00+02:00",
    }));
    settle(&linked, "google");
    let all = linked.google.events(&linked.google.account());
    let find = |wanted: &dyn Fn(&Value) -> bool| all.iter().find(|it| wanted(it)).cloned().unwrap_or_default();
    let series = find(&|it| it["recurrence"].is_array());
    let told = |field: &str| series[field].clone();
    assert_eq!(
        (told("summary"), told("description"), told("location")),
        ("Lecture".into(), "Cells".into(), "Hall 2".into())
    );
    assert_eq!(series["start"], json!({"dateTime": "2027-03-15T10:00:00+01:00", "timeZone": "Europe/Berlin"}));
    assert!(text(&series["recurrence"][0]).contains("FREQ=WEEKLY"), "{series}");
    assert_eq!(told("colorId"), "11");
    assert_eq!(series["attendees"][0]["email"], "guest@example.com");
    let mut minutes: Vec<_> = series["reminders"]["overrides"]
        .as_array()
        .expect("reminders")
        .iter()
        .map(|it| it["minutes"].as_u64())
        .collect();
    minutes.sort_unstable();
    assert_eq!((minutes, &series["reminders"]["useDefault"]), (vec![Some(10), Some(60)], &json!(false)));

    let id = text(&series["id"]);
    let occurrence = |start: &str| linked.google.event(&linked.google.account(), &format!("{id}_{start}"));
    let moved = occurrence("20270322T090000Z").expect("it is there");
    assert_eq!(
        (&moved["summary"], &moved["start"]["dateTime"]),
        (&json!("Guest lecture"), &json!("2027-03-23T14:00:00+01:00"))
    );
    assert!(occurrence("20270329T080000Z").is_none_or(|it| it["status"] == "cancelled"));
    assert!(occurrence("20270405T080000Z").is_some_and(|it| it["status"] == "confirmed"));
    let holiday = find(&|it| it["summary"] == "Holiday");
    assert_eq!((&holiday["start"]["date"], &holiday["end"]["date"]), (&json!("2027-05-01"), &json!("2027-05-03")));

    // None of it comes back as a change.
    let before = here(&linked);
    linked.google.take_calls();
    for _ in 0..2 {
        sync(&linked, "google");
    }
    let calls = linked.google.take_calls();
    assert!(writes(&calls).is_empty(), "{:?}", writes(&calls));
    assert_eq!(here(&linked), before);
}
