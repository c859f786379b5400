//! A term of lectures: made by an agent with a key, over both changes of clock, shared, and rearranged.

use kalends_harness::{Server, User, both_stores};
use serde_json::json;

both_stores![a_term_of_lectures];

fn a_term_of_lectures(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let ben = server.register("ben@example.com");
    let calendar = ana.calendar("Teaching");
    let agent = ana.key(json!({"calendars": ["read"], "events": ["read", "write"]}));

    let lecture = json!({
        "calendar_id": calendar, "title": "Algorithms", "timezone": "America/New_York", "location": "Hall 2",
        "start_time": "2026-02-02T09:00:00-05:00", "end_time": "2026-02-02T10:30:00-05:00",
        "recurrence_rule": "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261207T235959Z", "reminders": [15],
    });
    let request = agent.post("/events").header("Idempotency-Key", "term-2026");
    let made = request.clone().json(lecture.clone()).send().expect(201);
    let again = request.json(lecture).send().expect(201);
    assert_eq!(again.at("/event/id"), made.at("/event/id"), "a retry makes no second lecture");
    let path = format!("/events/{}", made.at("/event/id"));
    let holiday = json!({
        "calendar_id": calendar, "title": "Holiday", "all_day": true, "timezone": "America/New_York",
        "start_time": "2026-03-10T00:00:00-04:00", "end_time": "2026-03-11T00:00:00-04:00",
    });
    agent.post("/events").json(holiday).send().expect(201);

    let march = ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
    assert_eq!(march.each("title"), ["Algorithms", "Algorithms", "Holiday", "Algorithms", "Algorithms", "Algorithms"]);
    assert_eq!(march.each("start_time")[..2], ["2026-03-02T14:00:00Z", "2026-03-09T13:00:00Z"]);
    let autumn = ana.between("2026-10-26T00:00:00Z", "2026-11-03T00:00:00Z");
    assert_eq!(autumn.each("start_time"), ["2026-10-26T13:00:00Z", "2026-11-02T14:00:00Z"]);

    share_and_rearrange(&ana, &ben, &calendar, &path);

    server.restart();
    let ana = ana.at(server);
    ana.delete(&format!("/calendars/{calendar}")).send().expect(200);
    ana.post(&format!("/calendars/{calendar}/restore")).send().expect(200);
    let back = ben.at(server).between("2026-03-01T00:00:00Z", "2026-03-17T00:00:00Z");
    assert_eq!(back.items().len(), 4);
}

fn share_and_rearrange(ana: &User, ben: &User, calendar: &str, path: &str) {
    ana.share(calendar, ben, "viewer");
    assert_eq!(ben.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").items().len(), 6);
    ben.put(path).json(json!({"title": "Mine"})).send().error(403, "FORBIDDEN");

    let one = format!("{path}?occurrence=2026-03-09T13:00:00Z&scope=this");
    let seen = ana.get(path).send().expect(200).etag();
    let moved = json!({"start_time": "2026-03-11T13:00:00Z", "end_time": "2026-03-11T14:30:00Z"});
    ana.put(&one).header("If-Match", &seen).json(moved.clone()).send().expect(200);
    ana.put(&one).header("If-Match", &seen).json(moved).send().error(412, "CONFLICT");
    let from_september = format!("{path}?occurrence=2026-09-07T13:00:00Z&scope=following");
    let body = json!({
        "title": "Algorithms II", "start_time": "2026-09-07T14:00:00-04:00", "end_time": "2026-09-07T15:30:00-04:00",
    });
    ana.change(&from_september, body);

    let seen_by_ben = ben.between("2026-03-01T00:00:00Z", "2026-03-17T00:00:00Z");
    assert_eq!(
        seen_by_ben.each("start_time"),
        ["2026-03-02T14:00:00Z", "2026-03-10T04:00:00Z", "2026-03-11T13:00:00Z", "2026-03-16T13:00:00Z"]
    );
    let november = ben.between("2026-10-26T00:00:00Z", "2026-11-03T00:00:00Z");
    assert_eq!(november.each("start_time"), ["2026-10-26T18:00:00Z", "2026-11-02T19:00:00Z"]);
    assert_eq!(november.each("title"), ["Algorithms II", "Algorithms II"]);
}
