//! What is written at Google arrives here, by hand and by itself, and never goes back.

use kalends_harness::providers::Fault;
use kalends_harness::{Store, each_store, path_of, wait};
use serde_json::{Value, json};

use crate::{EVENTS, each, here, hour, linked, linked_with, make, pull, settle, sync, text, there, writes};

each_store![
    a_sync_counts_what_it_brought,
    what_changes_there_comes_by_itself,
    everything_about_an_event_comes_along,
    nothing_echoes,
    what_both_sides_changed_is_kept_of_both,
    what_gives_way_is_in_the_history,
    a_long_calendar_comes_page_by_page,
    a_calendar_that_may_only_be_read_is_only_read,
];

fn a_sync_counts_what_it_brought(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    assert_eq!(pull(&linked), (0, 0));
    let (first, second) = (
        linked.google.create(&own, hour("First", "2027-03-01T10:00:00")),
        linked.google.create(&own, hour("Second", "2027-03-02T10:00:00")),
    );
    assert_eq!(pull(&linked), (2, 0));
    let list = linked.get(EVENTS).send().expect(200);
    let events = list["data"]["events"].as_array().expect("events");
    assert_eq!(each(events, "title"), ["First", "Second"]);
    let shown = events.iter().find(|event| event["title"] == "First").expect("it is there");
    assert_eq!((&shown["googleEventId"], &shown["googleCalendarId"]), (&json!(first), &json!("primary")));
    assert_eq!(shown["startDate"], "2027-03-01T09:00:00.000Z");
    assert_eq!(shown["endDate"], "2027-03-01T10:00:00.000Z");
    assert_eq!(shown["eventType"], "MEETING");

    linked.google.change(&own, &first, json!({"summary": "First of all", "location": "Hall 2"}));
    assert_eq!(pull(&linked), (0, 1));
    let path = format!("{EVENTS}/{}", text(&shown["id"]));
    let changed = linked.get(&path).send().expect(200)["data"].clone();
    assert_eq!((&changed["title"], &changed["location"]), (&json!("First of all"), &json!("Hall 2")));
    linked.google.remove(&own, &second);
    assert_eq!(pull(&linked), (0, 0));
    assert_eq!(each(&here(&linked), "title"), ["First of all"]);
    assert_eq!(pull(&linked), (0, 0));
}

fn what_changes_there_comes_by_itself(store: Store) {
    let linked = linked_with(store, |settings| settings.set("PROVIDER_SYNC_INTERVAL", "1s"));
    let own = linked.google.account();
    let id = linked.google.create(&own, hour("Talk", "2027-03-01T10:00:00"));
    wait("the new event", || each(&here(&linked), "title") == ["Talk"]);
    linked.google.change(&own, &id, json!({"summary": "Keynote"}));
    wait("the change", || each(&here(&linked), "title") == ["Keynote"]);
    linked.google.remove(&own, &id);
    wait("the deletion", || here(&linked).is_empty());
}

fn everything_about_an_event_comes_along(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    let mut weekly = hour("Lecture", "2027-03-15T10:00:00");
    for (field, value) in [
        ("recurrence", json!(["RRULE:FREQ=WEEKLY;COUNT=4"])),
        ("description", json!("Cells")),
        ("colorId", json!("11")),
        ("reminders", json!({"useDefault": false, "overrides": [{"method": "popup", "minutes": 30}]})),
        ("attendees", json!([{"email": "guest@example.com", "responseStatus": "accepted"}])),
    ] {
        weekly[field] = value;
    }
    let id = linked.google.create(&own, weekly);
    let moved = json!({
        "summary": "Guest lecture",
        "start": {"dateTime": "2027-03-23T14:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2027-03-23T15:00:00", "timeZone": "Europe/Berlin"},
    });
    linked.google.change(&own, &format!("{id}_20270322T090000Z"), moved);
    linked.google.remove(&own, &format!("{id}_20270329T080000Z"));
    let days = json!({"summary": "Holiday", "start": {"date": "2027-05-01"}, "end": {"date": "2027-05-03"}});
    linked.google.create(&own, days);
    assert_eq!(pull(&linked), (2, 0));

    let all = here(&linked);
    let told: Vec<_> = all.iter().map(|it| (text(&it["title"]), text(&it["start_time"]))).collect();
    assert_eq!(
        told,
        [
            ("Lecture", "2027-03-15T09:00:00Z"),
            ("Guest lecture", "2027-03-23T13:00:00Z"),
            ("Lecture", "2027-04-05T08:00:00Z"),
            ("Holiday", "2027-04-30T22:00:00Z"),
        ]
    );
    assert_eq!((&all[3]["all_day"], &all[3]["end_time"]), (&json!(true), &json!("2027-05-02T22:00:00Z")));
    let series = linked.get(&path_of(&all[0])).send().expect(200)["event"].clone();
    assert_eq!((&series["description"], &series["color"]), (&json!("Cells"), &json!("#d50000")));
    assert_eq!(series["timezone"], "Europe/Berlin");
    assert_eq!(series["reminders"][0]["minutes_before"], 30);
    let guest = &series["attendees"][0];
    assert_eq!((&guest["email"], &guest["status"]), (&json!("guest@example.com"), &json!("accepted")));

    // An occurrence that is put back, and one more that goes.
    linked.google.remove(&own, &format!("{id}_20270405T080000Z"));
    assert_eq!(pull(&linked), (0, 1));
    assert_eq!(each(&here(&linked), "title"), ["Guest lecture", "Holiday", "Lecture"]);
    linked.google.remove(&own, &id);
    pull(&linked);
    assert_eq!(each(&here(&linked), "title"), ["Holiday"]);
}

fn nothing_echoes(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    let mut weekly = hour("Theirs", "2027-03-15T10:00:00");
    weekly["recurrence"] =
        json!(["RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20270430T215959Z", "EXDATE;TZID=Europe/Berlin:20270329T100000"]);
    weekly["colorId"] = json!("5");
    weekly["description"] = json!("<b>bold</b> &amp; more");
    let id = linked.google.create(&own, weekly);
    linked.google.change(&own, &format!("{id}_20270322T090000Z"), json!({"summary": "Once"}));
    let body = json!({"summary": "Days", "start": {"date": "2027-05-01"}, "end": {"date": "2027-05-02"}, "transparency": "transparent"});
    linked.google.create(&own, body);
    make(&linked, "Ours", "2027-03-01T09:00:00Z");
    linked.event(json!({
        "calendar_id": linked.home, "title": "All sorts", "timezone": "America/New_York", "color": "rebeccapurple",
        "start_time": "2027-06-01T10:00:00.500-04:00", "end_time": "2027-06-01T11:00:00.250-04:00",
        "reminders": [1, 2, 3, 4, 5, 6, 7], "tags": ["only here"], "description": "a < b & c\n\nd",
    }));
    linked.rest();
    linked.google.take_calls();
    let before = here(&linked);
    let kept = there(&linked.google);
    for _ in 0..2 {
        sync(&linked, "google");
    }
    let calls = linked.google.take_calls();
    assert!(writes(&calls).is_empty(), "{:?}", writes(&calls));
    assert!(calls.len() <= 4, "a sync of nothing takes at most two calls: {calls:?}");
    assert_eq!((here(&linked), there(&linked.google)), (before, kept));
}

fn what_both_sides_changed_is_kept_of_both(store: Store) {
    let linked = linked(store);
    let made = make(&linked, "Seminar", "2027-03-01T09:00:00Z");
    settle(&linked, "google");
    linked.google.fail(Fault::on("", "").cut().times(10_000));
    let path = format!("{EVENTS}/{}", text(&made["id"]));
    linked.patch(&path).json(json!({"title": "Reading group"})).send().expect(200);
    let own = linked.google.account();
    linked.google.change(&own, text(&made["googleEventId"]), json!({"location": "Hall 2"}));
    linked.google.recover();
    settle(&linked, "google");
    let ours = linked.get(&path).send().expect(200)["data"].clone();
    assert_eq!((&ours["title"], &ours["location"]), (&json!("Reading group"), &json!("Hall 2")));
    let theirs = linked.google.event(&own, text(&made["googleEventId"])).expect("it is there");
    assert_eq!((&theirs["summary"], &theirs["location"]), (&json!("Reading group"), &json!("Hall 2")));
}

fn what_gives_way_is_in_the_history(store: Store) {
    let linked = linked(store);
    let made = make(&linked, "Seminar", "2027-03-01T09:00:00Z");
    settle(&linked, "google");
    linked.google.fail(Fault::on("", "").cut().times(10_000));
    linked.patch(&format!("{EVENTS}/{}", text(&made["id"]))).json(json!({"title": "Earlier"})).send().expect(200);
    std::thread::sleep(std::time::Duration::from_millis(50));
    let own = linked.google.account();
    linked.google.change(&own, text(&made["googleEventId"]), json!({"summary": "Later"}));
    linked.google.recover();
    settle(&linked, "google");
    assert_eq!(
        (each(&here(&linked), "title"), each(&there(&linked.google), "summary")),
        (vec!["Later".to_owned()], vec!["Later".to_owned()])
    );
    let history = linked.get(&format!("/events/{}/history", text(&made["id"]))).send().expect(200);
    let lost: Vec<&Value> = history.items().iter().filter(|it| it["field"] == "title").collect();
    assert_eq!(lost.len(), 1, "{history}");
    assert!(lost[0]["value"].to_string().contains("Earlier"), "{history}");
    let log = linked.get("/integrations/google/log").send().expect(200);
    assert!(log.items().iter().any(|it| it["action"] == "updated" && it["fields"] == json!(["title"])), "{log}");
}

fn a_long_calendar_comes_page_by_page(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    linked.google.page_max(2);
    for number in 0..7 {
        linked.google.create(&own, hour(&format!("Day {number}"), &format!("2027-03-0{}T10:00:00", number + 1)));
    }
    assert_eq!(pull(&linked), (7, 0));
    linked.google.expire_sync();
    assert_eq!(pull(&linked), (0, 0));
    assert_eq!(here(&linked).len(), 7);
}

fn a_calendar_that_may_only_be_read_is_only_read(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    let club = linked.google.add_calendar("Club", "Europe/Berlin");
    linked.google.create(&club, hour("Match", "2027-03-01T10:00:00"));
    linked.google.lock(&club);
    let body = json!({"calendars": [{"id": own}, {"id": club}]});
    let chosen = linked.put("/integrations/google/calendars").json(body).send().expect(200);
    let items = chosen["items"].as_array().expect("items");
    let calendar = items.iter().find(|it| it["id"] == club.as_str()).expect("it is there");
    assert_eq!((&calendar["writable"], &calendar["synced"]), (&json!(false), &json!(true)));
    wait("what is in it", || here(&linked).len() == 1);
    settle(&linked, "google");
    linked.google.take_calls();
    linked.event(kalends_harness::event(text(&calendar["calendar_id"]), "Mine", "2027-03-02T10:00:00Z"));
    linked.change(&path_of(&here(&linked)[0]), json!({"title": "Our match"}));
    settle(&linked, "google");
    assert!(writes(&linked.google.calls()).is_empty());
    assert_eq!(linked.google.events(&club).len(), 1);
}
