//! When people are busy, and when a group is free.

use kalends_harness::{Answer, Server, User, both_stores, event};
use serde_json::{Value, json};

use crate::{invalid, make, refused, typed, with};

both_stores![
    busy_times_are_merged_cut_and_bare,
    visibility_decides_who_may_ask,
    invitations_in_shared_calendars_count_until_declined,
    the_range_is_bounded,
    slots_are_those_in_which_all_are_free,
    clocks_that_change_keep_the_working_hours,
    who_may_not_be_seen_has_no_slots,
];

const FREE_BUSY: &str = "/api/v1/calendar/availability/freebusy";
const OPEN_SLOTS: &str = "/api/v1/calendar/availability/open-slots";

/// The day of the document.
fn day(people: &[&User]) -> Value {
    let ids: Vec<String> = people.iter().map(|user| typed("usr", &user.id)).collect();
    json!({"user_ids": ids, "from": "2026-04-01T08:00:00+02:00", "to": "2026-04-01T18:00:00+02:00"})
}

#[track_caller]
fn ask(who: &User, body: Value) -> Answer {
    who.post(FREE_BUSY).json(body).send().expect(200)
}

/// The blocks of one person, as `10:00-11:30`.
#[track_caller]
fn blocks(answer: &Answer, of: &User) -> Vec<String> {
    let all = answer["busy"].as_array().expect("busy");
    let own = all.iter().filter(|block| block["user_id"] == typed("usr", &of.id));
    own.map(|block| {
        assert_eq!(block.as_object().expect("an object").len(), 3, "{block} says too much");
        let clock = |field: &str| block[field].as_str().expect("a time")[11..16].to_owned();
        format!("{}-{}", clock("start"), clock("end"))
    })
    .collect()
}

fn hour(title: &str, start: &str, end: &str) -> Value {
    json!({"title": title, "start": format!("2026-04-01T{start}:00+02:00"), "end": format!("2026-04-01T{end}:00+02:00")})
}

fn busy_times_are_merged_cut_and_bare(server: &mut Server) {
    let ana = server.register("ana@example.com");
    make(&ana, hour("Early", "07:00", "08:30"));
    make(&ana, hour("One", "10:00", "11:00"));
    make(&ana, hour("Next", "11:00", "11:30"));
    make(&ana, with(hour("Over", "11:15", "11:45"), json!({"allow_conflict": true})));
    make(&ana, with(hour("Free", "13:00", "14:00"), json!({"transparency": "transparent"})));
    make(
        &ana,
        with(
            hour("Weekly", "16:00", "16:30"),
            json!({"start": "2026-03-25T16:00:00+01:00", "end": "2026-03-25T16:30:00+01:00",
        "timezone": "Europe/Berlin", "recurrence_rule": "FREQ=WEEKLY"}),
        ),
    );
    let answer = ask(&ana, day(&[&ana]));
    assert_eq!(blocks(&answer, &ana), ["08:00-08:30", "10:00-11:45", "16:00-16:30"]);
    assert_eq!(answer["busy"][1]["start"], "2026-04-01T10:00:00+02:00");
    assert!(answer.json.get("errors").is_none());
    let twice = with(day(&[&ana, &ana]), json!({}));
    assert_eq!(ask(&ana, twice).json, answer.json);
}

fn visibility_decides_who_may_ask(server: &mut Server) {
    let [ana, bob, cyd] = ["ana", "bob", "cyd"].map(|name| server.register(&format!("{name}@example.com")));
    make(&bob, hour("Secret", "10:00", "11:00"));
    let nobody = json!({"user_id": "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e", "code": "NOT_FOUND"});
    let hidden = json!({"user_id": typed("usr", &bob.id), "code": "NOT_FOUND"});
    let set = |visibility: &str| {
        bob.put("/users/me").json(json!({"free_busy_visibility": visibility})).send().expect(200);
    };
    let mut body = day(&[&bob]);
    body["user_ids"].as_array_mut().expect("ids").push(nobody["user_id"].clone());
    let check = |who: &User, seen: bool| {
        let answer = ask(who, body.clone());
        let errors = if seen { json!([nobody]) } else { json!([hidden, nobody]) };
        assert_eq!((blocks(&answer, &bob).len(), &answer["errors"]), (usize::from(seen), &errors));
    };
    check(&ana, false);
    check(&bob, true);
    let calendar = bob.calendar("Team");
    bob.share(&calendar, &ana, "viewer");
    check(&ana, true);
    check(&cyd, false);
    set("everyone");
    check(&cyd, true);
    set("nobody");
    check(&ana, false);
    check(&bob, true);
    set("shared");
    bob.delete("/users/me").send().expect(200);
    check(&ana, false);
}

fn invitations_in_shared_calendars_count_until_declined(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    let team = ana.calendar("Team");
    ana.share(&team, &bob, "editor");
    let asked =
        with(hour("Asked", "10:00", "11:00"), json!({"calendar_id": team, "attendees": [typed("usr", &bob.id)]}));
    let asked = make(&ana, asked);
    make(&ana, with(hour("Hers", "12:00", "13:00"), json!({"calendar_id": team})));
    let answer = ask(&ana, day(&[&ana, &bob]));
    assert_eq!(
        (blocks(&answer, &ana), blocks(&answer, &bob)),
        (vec!["10:00-11:00".into(), "12:00-13:00".into()], vec!["10:00-11:00".into()])
    );
    let path = format!("/events/{}", crate::bare(asked["id"].as_str().expect("an id")));
    let attendee = bob.get(&path).send().expect(200).at("/event/attendees/0/id");
    bob.put(&format!("{path}/attendees/{attendee}")).json(json!({"status": "declined"})).send().expect(200);
    assert!(blocks(&ask(&ana, day(&[&bob])), &bob).is_empty());
}

fn the_range_is_bounded(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for path in [FREE_BUSY, OPEN_SLOTS] {
        let ask = |fields: Value| {
            let body =
                if path == OPEN_SLOTS { with(day(&[&ana]), json!({"duration_minutes": 30})) } else { day(&[&ana]) };
            ana.post(path).json(with(body, fields)).send()
        };
        refused(ask(json!({"to": "2026-04-01T08:00:00+02:00"})), 400, "INVALID_DATE_RANGE");
        refused(ask(json!({"to": "2026-03-01T08:00:00Z"})), 400, "INVALID_DATE_RANGE");
        refused(ask(json!({"to": "2027-04-03T08:00:00Z"})), 400, "INVALID_DATE_RANGE");
        invalid(ask(json!({"from": "2026-04-01", "user_ids": [], "x": 1})), &["from", "user_ids", "x"]);
        invalid(ask(json!({"user_ids": vec![ana.id.clone(); 51]})), &["user_ids"]);
        invalid(ask(json!({"user_ids": ["evt_019cb3a011117b2c9d3e4f5a6b7c8d9e", 5]})), &["user_ids[0]", "user_ids[1]"]);
    }
}

/// The starts of the slots, as `09:00`.
#[track_caller]
fn starts(answer: &Answer) -> Vec<String> {
    let slots = answer["slots"].as_array().unwrap_or_else(|| panic!("{answer}has no slots"));
    slots.iter().map(|slot| slot["start"].as_str().expect("a start")[11..16].to_owned()).collect()
}

fn slots_are_those_in_which_all_are_free(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    bob.put("/users/me").json(json!({"free_busy_visibility": "everyone"})).send().expect(200);
    make(&ana, hour("Ana", "10:00", "11:00"));
    make(&bob, hour("Bob", "13:00", "13:30"));
    let ask = |fields: Value| {
        let body = with(day(&[&ana, &bob]), json!({"duration_minutes": 60}));
        ana.post(OPEN_SLOTS).json(with(body, fields)).send()
    };
    let all = ask(json!({})).expect(200);
    assert_eq!(starts(&all), ["08:00", "09:00", "11:00", "12:00", "14:00", "15:00", "16:00", "17:00"]);
    assert_eq!(all["slots"][0], json!({"start": "2026-04-01T08:00:00+02:00", "end": "2026-04-01T09:00:00+02:00"}));
    assert_eq!(starts(&ask(json!({"limit": 2})).expect(200)), ["08:00", "09:00"]);
    let hours = json!({"wed": [{"start": "09:00", "end": "12:00"}, {"start": "13:00", "end": "16:00"}]});
    let working = json!({"working_hours": hours, "timezone": "Europe/Berlin", "duration_minutes": 45, "interval_minutes": 30, "buffer_minutes": 15});
    assert_eq!(starts(&ask(working).expect(200)), ["09:00", "14:00", "14:30", "15:00"]);
    assert!(
        starts(&ask(json!({"working_hours": {"sun": [{"start": "09:00", "end": "12:00"}]}})).expect(200)).is_empty()
    );
    assert_eq!(ask(json!({"timezone": "UTC", "limit": 1})).expect(200)["slots"][0]["start"], "2026-04-01T06:00:00Z");
    invalid(
        ask(json!({
            "duration_minutes": 4, "buffer_minutes": -1, "interval_minutes": 0, "timezone": "Mars", "limit": 1001,
            "working_hours": {"mon": [{"start": "12:00", "end": "09:00"}], "x": []},
        })),
        &[
            "duration_minutes",
            "buffer_minutes",
            "interval_minutes",
            "timezone",
            "limit",
            "working_hours.mon[0].end",
            "working_hours.x",
        ],
    );
}

fn clocks_that_change_keep_the_working_hours(server: &mut Server) {
    let ana = server.register("ana@example.com");
    // On 29 March the clocks in Berlin go from 02:00 to 03:00.
    let body = json!({
        "user_ids": [ana.id], "from": "2026-03-28T00:00:00+01:00", "to": "2026-03-31T00:00:00+02:00", "duration_minutes": 60,
        "timezone": "Europe/Berlin",
        "working_hours": {"sat": [{"start": "09:00", "end": "10:00"}], "sun": [{"start": "01:00", "end": "04:00"}], "mon": [{"start": "09:00", "end": "10:00"}]},
    });
    let answer = ana.post(OPEN_SLOTS).json(body).send().expect(200);
    let slots: Vec<&str> = answer["slots"]
        .as_array()
        .expect("slots")
        .iter()
        .map(|slot| slot["start"].as_str().expect("a start"))
        .collect();
    let expected = [
        "2026-03-28T09:00:00+01:00",
        "2026-03-29T01:00:00+01:00",
        "2026-03-29T03:00:00+02:00",
        "2026-03-30T09:00:00+02:00",
    ];
    assert_eq!(slots, expected);
}

fn who_may_not_be_seen_has_no_slots(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    let ask = |people: Value| {
        let body = with(day(&[]), json!({"user_ids": people, "duration_minutes": 30}));
        ana.post(OPEN_SLOTS).json(body).send()
    };
    let nobody = "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e";
    invalid(ask(json!([ana.id, bob.id, nobody])), &["user_ids[1]", "user_ids[2]"]);
    let shared = bob.calendar("Shared");
    bob.share(&shared, &ana, "viewer");
    bob.event(event(&shared, "All", "2026-04-01T06:00:00Z"));
    assert_eq!(starts(&ask(json!([ana.id, bob.id])).expect(200))[0], "09:00");
}
