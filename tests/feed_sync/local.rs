//! Feeds that are shown here: on every surface, and written on none.

use kalends_harness::{Page, Store, each_store, wait};
use serde_json::{Value, json};

use crate::{event, feed, page, started, titles};

each_store![
    a_feed_is_seen_everywhere_and_written_nowhere,
    every_field_of_a_json_feed,
    an_icalendar_feed,
    a_reader_is_invited_and_reads_no_more,
    what_is_unregistered_is_gone,
    a_calendar_is_called_what_its_feed_is_called,
    a_list_tells_how_each_fares,
];

fn a_feed_is_seen_everywhere_and_written_nowhere(store: Store) {
    let feeds = started(store);
    let ana = &feeds.ana;
    let mut lecture = event("a", "Lecture", 9);
    lecture["attendees"] = json!([{"email": ana.email}]);
    let calendar = feeds.local("/cal", page(&[lecture]));
    let [(_, id)] = &titles(ana, &calendar)[..] else { panic!("one event") };

    let shown = ana.get(&format!("/events/{id}")).send().expect(200);
    let attendee = shown.at("/event/attendees/0/id");
    assert_eq!(ana.get(&format!("/calendars/{calendar}")).send().expect(200)["calendar"]["role"], "viewer");
    assert_eq!(ana.get("/calendars").send().expect(200).each("name"), ["Holidays"]);
    let listed = ana.get("/api/calendar/events").send().expect(200);
    assert!(listed.json.to_string().contains("Lecture"), "{listed}");
    let attached = ana.get(&format!("/api/v1/users/{}/calendars", ana.id)).send().expect(200);
    assert_eq!(attached["calendars"][0]["visibility"], "private", "{attached}");
    let file = ana.get(&format!("/calendars/{calendar}/export.ics")).send().expect(200);
    assert!(file.text().contains("SUMMARY:Lecture"), "{file}");
    let busy = ana.get("/availability").query("calendar_id", &calendar);
    let busy = busy.query("start", "2027-03-01T00:00:00Z").query("end", "2027-03-02T00:00:00Z").send().expect(200);
    assert!(busy.json.to_string().contains("2027-03-01T09:00:00Z"), "{busy}");

    let new = json!({"calendar_id": calendar, "title": "X", "timezone": "UTC", "start_time": "2027-03-01T12:00:00Z", "end_time": "2027-03-01T13:00:00Z"});
    let path = format!("/events/{id}");
    for (method, path, body) in [
        ("POST", "/events".to_owned(), new),
        ("PUT", path.clone(), json!({"title": "Y"})),
        ("DELETE", path.clone(), Value::Null),
        ("POST", format!("{path}/reminders"), json!({"minutes_before": [5]})),
        ("PUT", format!("{path}/attendees/{attendee}"), json!({"status": "accepted"})),
        ("PUT", format!("/calendars/{calendar}"), json!({"name": "Z"})),
        ("DELETE", format!("/calendars/{calendar}"), Value::Null),
        ("POST", format!("/calendars/{calendar}/share"), json!({"target": {"email": "b@b.example"}, "role": "viewer"})),
        ("PATCH", format!("/api/calendar/events/{id}"), json!({"title": "Y"})),
        ("DELETE", format!("/api/calendar/events/{id}"), Value::Null),
    ] {
        let request = ana.request(method, &path);
        let answer = if body.is_null() { request.send() } else { request.json(body).send() };
        assert_eq!(answer.status, 403, "{answer}");
    }
    let detached = ana.delete(&format!("/api/v1/users/{}/calendars/{calendar}", ana.id)).send();
    assert_eq!(detached.status, 409, "{detached}");
    assert_eq!(ana.get(&path).send().expect(200)["event"], shown["event"], "nothing has changed");
}

fn every_field_of_a_json_feed(store: Store) {
    let feeds = started(store);
    let sample = json!({
        "summary": "Sample event", "id": "internal-event-id",
        "start": "2027-10-25T02:00:00Z", "end": "2027-10-25T03:30:00Z",
        "description": "Markup <b>allowed</b>!<script>x</script>", "conference_id": "stable-conference-id",
        "location": "Hall 1", "transparency": "transparent",
        "recurrence": ["RRULE:FREQ=DAILY;UNTIL=20271129;INTERVAL=3", "RDATE;VALUE=DATE:20271108,20271122", "EXDATE;VALUE=DATE:20271103"],
        "attendees": [{"email": "a@b.example", "response": "accepted"}, {"email": "c@b.example", "response": "rejected"}],
        "something": {"new": true},
    });
    let calendar = feeds.local("/cal", page(&[sample, json!({"id": "day", "summary": "Day", "start": "2027-05-01"})]));
    let told = titles(&feeds.ana, &calendar);
    let get = |index: usize| feeds.ana.get(&format!("/events/{}", told[index].1)).send().expect(200)["event"].clone();
    let (day, series) = (get(0), get(1));
    assert_eq!((&day["title"], &day["all_day"]), (&json!("Day"), &json!(true)));
    assert_eq!(series["description"], "Markup <b>allowed</b>!<script>x</script>", "text, as it came");
    assert_eq!((&series["location"], &series["transparency"]), (&json!("Hall 1"), &json!("transparent")), "{series}");
    let status: Vec<_> =
        series["attendees"].as_array().expect("a list").iter().map(|it| it["status"].clone()).collect();
    assert_eq!(status, [json!("accepted"), json!("declined")]);
    let list = feeds.ana.get(&format!("/events/{}/occurrences", told[1].1));
    let list = list.query("start", "2027-10-01T00:00:00Z").query("end", "2027-12-31T00:00:00Z").query("limit", "100");
    let days: Vec<String> =
        list.send().expect(200).each("start_time").iter().map(|start| start[5..13].to_owned()).collect();
    let expected = [
        "10-25", "10-28", "10-31", "11-06", "11-08", "11-09", "11-12", "11-15", "11-18", "11-21", "11-22", "11-24",
        "11-27",
    ];
    assert_eq!(days, expected.map(|day| format!("{day}T02")));
}

fn an_icalendar_feed(store: Store) {
    let feeds = started(store);
    let file = |title: &str| {
        Page::calendar(&format!(
            "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Talks\r\nBEGIN:VEVENT\r\nUID:u1\r\nSUMMARY:{title}\r\n\
             DTSTART:20270301T090000Z\r\nDURATION:PT90M\r\nTRANSP:TRANSPARENT\r\nRRULE:FREQ=WEEKLY;COUNT=3\r\n\
             EXDATE:20270308T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        ))
    };
    feeds.web.serve("/talks.ics", file("Talk"));
    feeds.ana.post("/register").json(feeds.body("/talks.ics", "ics", "local")).send().expect(200);
    let calendar = feeds.first_sync("talks.ics");
    let before = titles(&feeds.ana, &calendar);
    let list = feeds.ana.between("2027-03-01T00:00:00Z", "2027-04-01T00:00:00Z");
    assert_eq!(list.each("start_time"), ["2027-03-01T09:00:00Z", "2027-03-15T09:00:00Z"]);
    assert_eq!(list.each("end_time")[0], "2027-03-01T10:30:00Z");
    feeds.web.serve("/talks.ics", file("Another talk"));
    assert_eq!(feeds.sync("talks.ics"), [0, 1, 0, 0]);
    let after = titles(&feeds.ana, &calendar);
    assert_eq!((after[0].0.as_str(), &after[0].1), ("Another talk", &before[0].1), "it keeps its id");
}

fn a_reader_is_invited_and_reads_no_more(store: Store) {
    let feeds = started(store);
    let calendar = feeds.local("/cal", page(&[event("a", "A", 9)]));
    let bob = feeds.server.register("bob@example.com");
    bob.get(&format!("/calendars/{calendar}")).send().error(404, "NOT_FOUND");
    for _ in 0..2 {
        feeds.ana.post("/invite").json(json!({"id": "cal", "email": bob.email})).send().expect(200);
    }
    let [(_, id)] = &titles(&bob, &calendar)[..] else { panic!("one event") };
    bob.put(&format!("/events/{id}")).json(json!({"title": "B"})).send().error(403, "FORBIDDEN");
    let attached = feeds.ana.get(&format!("/api/v1/users/{}/calendars", feeds.ana.id)).send().expect(200);
    assert_eq!(attached["calendars"][0]["visibility"], "shared");
}

fn what_is_unregistered_is_gone(store: Store) {
    let feeds = started(store);
    let calendar = feeds.local("/cal", page(&[event("a", "A", 9)]));
    feeds.web.take_answers();
    feeds.ana.post("/unregister").json(json!({"id": "cal"})).send().expect(200);
    assert!(feeds.ana.get("/feeds").send().expect(200).items().is_empty());
    feeds.ana.get(&format!("/calendars/{calendar}")).send().error(404, "NOT_FOUND");
    assert!(feeds.ana.between("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z").items().is_empty());
    assert!(feeds.web.take_answers().is_empty());
    // A deleted account's feeds end with it.
    feeds.local("/cal", page(&[]));
    feeds.ana.delete("/users/me").send().expect(200);
    feeds.web.take_answers();
}

fn a_calendar_is_called_what_its_feed_is_called(store: Store) {
    let feeds = started(store);
    let calendar = feeds.local("/cal", page(&[event("a", "A", 9)]));
    let name = || feeds.ana.get(&format!("/calendars/{calendar}")).send().expect(200).at("/calendar/name");
    let titled = |title: &str| Page::json(&json!({"title": title, "events": [event("a", "A", 9)]}));
    assert_eq!(name(), "Holidays");
    feeds.web.serve("/cal", titled("Feiertage"));
    assert_eq!(feeds.sync("cal"), [0, 0, 0, 1]);
    assert_eq!(name(), "Feiertage");
    feeds.web.serve("/cal", Page::json(&json!({"events": [event("a", "A", 9)]})));
    feeds.sync("cal");
    assert_eq!(name(), "Feiertage", "one that says nothing takes no name away");
    feeds.web.serve("/cal", titled(&"é".repeat(100)));
    feeds.sync("cal");
    assert_eq!(name(), "é".repeat(80));
}

fn a_list_tells_how_each_fares(store: Store) {
    let feeds = started(store);
    let calendar = feeds.local("/one", page(&[event("a", "A", 9), event("b", "B", 9)]));
    feeds.local("/two", page(&[]));
    feeds.web.serve("/two", Page::status(503));
    feeds.ana.post("/feeds/two/sync").send().expect(421);
    wait("the error to be told", || feed(&feeds.ana, "two")["last_error"].is_string());
    let one = feed(&feeds.ana, "one");
    let mut known = ["id", "url", "format", "destination", "calendar_id", "last_synced_at", "next_sync_at", "events"];
    known.sort_unstable();
    let mut told: Vec<_> = one.as_object().expect("an object").keys().collect();
    told.sort_unstable();
    assert_eq!(told, known);
    assert_eq!((&one["url"], &one["format"]), (&json!(feeds.web.url("/one")), &json!("json")));
    assert_eq!((&one["calendar_id"], &one["events"]), (&json!(calendar), &json!(2)));
    assert_eq!(feed(&feeds.ana, "two")["last_error"], "the feed answers with status 503");
    let first = feeds.ana.get("/feeds").query("limit", "1").send().expect(200);
    assert_eq!(first.each("id"), ["one"]);
    let next = first.next_cursor().expect("there is more");
    assert_eq!(
        feeds.ana.get("/feeds").query("limit", "1").query("cursor", &next).send().expect(200).each("id"),
        ["two"]
    );
}
