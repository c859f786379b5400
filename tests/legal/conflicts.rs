//! Two events that take their time do not overlap, unless somebody says so.

use kalends_harness::{Server, User, both_stores};
use serde_json::{Value, json};

use crate::{EVENTS, make, meeting, one, refused, with};

both_stores![
    an_overlap_is_refused_and_names_the_other,
    what_takes_no_time_conflicts_with_nothing,
    every_occurrence_counts,
    a_change_of_the_time_is_checked_and_others_are_not,
    of_many_at_once_one_gets_the_slot,
    of_two_moves_to_one_slot_one_gets_it,
];

fn hour(title: &str, start: &str, end: &str) -> Value {
    json!({"title": title, "start": format!("2026-04-01T{start}:00Z"), "end": format!("2026-04-01T{end}:00Z")})
}

/// Panics unless the time is taken by this event.
#[track_caller]
fn taken(answer: kalends_harness::Answer, by: &Value) {
    let answer = refused(answer, 409, "SLOT_CONFLICT");
    let message = answer["details"][0]["message"].as_str().expect("details");
    assert!(message.contains(by["id"].as_str().expect("an id")), "{answer}names another");
}

fn try_to_make(who: &User, body: Value) -> kalends_harness::Answer {
    who.post(EVENTS).json(body).send()
}

fn an_overlap_is_refused_and_names_the_other(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let first = make(&ana, meeting());
    for (start, end) in
        [("12:30", "12:40"), ("11:00", "12:01"), ("12:59", "14:00"), ("11:00", "14:00"), ("12:00", "13:00")]
    {
        taken(try_to_make(&ana, hour("Second", start, end)), &first);
    }
    for (start, end) in [("11:00", "12:00"), ("13:00", "14:00")] {
        make(&ana, hour("Beside", start, end));
    }
    make(&ana, with(hour("Both", "12:30", "12:40"), json!({"allow_conflict": true})));
    // Another calendar, and another person, have time of their own; core never asks.
    let other = ana.calendar("Other");
    make(&ana, with(hour("Elsewhere", "12:30", "12:40"), json!({"calendar_id": other})));
    make(&server.register("bob@example.com"), meeting());
    let home = first["calendar_id"].as_str().expect("a calendar");
    ana.event(kalends_harness::event(home, "Core", "2026-04-01T12:00:00Z"));
}

fn what_takes_no_time_conflicts_with_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let first = make(&ana, meeting());
    make(&ana, with(hour("Free", "12:00", "13:00"), json!({"transparency": "transparent"})));
    make(&ana, with(hour("Off", "12:00", "13:00"), json!({"status": "cancelled"})));
    make(&ana, json!({"title": "Moment", "start": "2026-04-01T12:30:00Z"}));
    ana.delete(&one(&first)).send().expect(200);
    make(&ana, meeting());
}

fn every_occurrence_counts(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let weekly = make(
        &ana,
        with(hour("Weekly", "12:00", "13:00"), json!({"recurrence_rule": "FREQ=WEEKLY", "timezone": "UTC"})),
    );
    let later = |start: &str, end: &str| json!({"title": "Late", "start": format!("2029-05-02T{start}:00Z"), "end": format!("2029-05-02T{end}:00Z")});
    taken(try_to_make(&ana, later("12:30", "14:00")), &weekly);
    let late = make(&ana, later("13:00", "14:00"));
    // A series that meets a single event years after it began, and one that meets another series.
    let daily = |start: &str, end: &str| {
        with(hour("Daily", start, end), json!({"recurrence_rule": "FREQ=DAILY", "timezone": "UTC"}))
    };
    taken(try_to_make(&ana, daily("13:30", "13:45")), &late);
    taken(try_to_make(&ana, daily("12:45", "12:50")), &weekly);
    make(&ana, daily("08:00", "08:30"));
    // An occurrence that was taken out leaves its time free.
    let path = format!(
        "/events/{}?occurrence=2029-05-02T12:00:00Z&scope=this",
        crate::bare(weekly["id"].as_str().expect("an id"))
    );
    ana.delete(&path).send().expect(200);
    make(&ana, later("12:30", "12:45"));
}

fn a_change_of_the_time_is_checked_and_others_are_not(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let first = make(&ana, meeting());
    let second = make(&ana, hour("Second", "14:00", "15:00"));
    let patch = |event: &Value, body: Value| ana.patch(&one(event)).json(body).send();
    taken(patch(&second, json!({"start": "2026-04-01T12:30:00Z"})), &first);
    assert_eq!(ana.get(&one(&second)).send().expect(200).json, second, "nothing of it was changed");
    patch(&second, json!({"start": "2026-04-01T12:30:00Z", "transparency": "transparent"})).expect(200);
    patch(&second, json!({"title": "Renamed"})).expect(200);
    taken(patch(&second, json!({"transparency": "opaque"})), &first);
    patch(&second, json!({"transparency": "opaque", "allow_conflict": true})).expect(200);
    // They overlap by now; what changes nothing about that goes through, and moving on the spot does too.
    patch(&second, json!({"title": "Again", "location": "Hall"})).expect(200);
    patch(&second, json!({"start": "2026-04-01T13:00:00Z", "end": "2026-04-01T14:00:00Z"})).expect(200);
    patch(&second, json!({"start": "2026-04-01T13:30:00Z"})).expect(200);
    let other = ana.calendar("Other");
    let third = make(&ana, with(hour("Third", "12:00", "13:00"), json!({"calendar_id": other})));
    taken(patch(&third, json!({"calendar_id": first["calendar_id"]})), &first);
}

fn of_many_at_once_one_gets_the_slot(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    // Before there is a calendar, too: the first of them makes it.
    for body in [meeting(), with(meeting(), json!({"calendar_id": calendar}))] {
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..12).map(|_| scope.spawn(|| try_to_make(&ana, body.clone()).status)).collect();
            tries.into_iter().map(|each| each.join().expect("a try ends")).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    }
}

fn of_two_moves_to_one_slot_one_gets_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let events: Vec<Value> =
        (0..6).map(|n| make(&ana, hour("E", &format!("{:02}:00", 2 * n), &format!("{:02}:30", 2 * n)))).collect();
    let body = json!({"start": "2026-04-01T20:00:00Z", "end": "2026-04-01T20:30:00Z"});
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let (ana, body) = (&ana, &body);
        let tries: Vec<_> = events
            .iter()
            .map(|event| scope.spawn(move || ana.patch(&one(event)).json(body.clone()).send().status))
            .collect();
        tries.into_iter().map(|each| each.join().expect("a try ends")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 409].contains(status)), "{statuses:?}");
}
