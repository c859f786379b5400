//! Editing a series: one occurrence, that and the following, or all.

use kalends_harness::{Answer, Server, User, both_stores, event, path_of};
use serde_json::{Value, json};

/// Five Mondays at nine in New York, over the change of clock on 8 March.
fn lecture(ana: &User) -> String {
    let calendar = ana.calendar("Lectures");
    let made = ana.event(json!({
        "calendar_id": calendar, "title": "Lecture", "timezone": "America/New_York", "recurrence_rule": "FREQ=WEEKLY;COUNT=5",
        "start_time": "2026-03-02T09:00:00-05:00", "end_time": "2026-03-02T10:00:00-05:00", "tags": ["course"],
    }));
    path_of(&made)
}

fn all(ana: &User) -> Answer {
    ana.between("2026-02-01T00:00:00Z", "2026-06-01T00:00:00Z")
}

fn starts(ana: &User) -> Vec<String> {
    all(ana).each("start_time").into_iter().map(str::to_owned).collect()
}

fn titles(ana: &User) -> Vec<String> {
    all(ana).each("title").into_iter().map(str::to_owned).collect()
}

fn part(path: &str, occurrence: &str, scope: &str) -> String {
    format!("{path}?occurrence={occurrence}&scope={scope}")
}

const FIVE: [&str; 5] = [
    "2026-03-02T14:00:00Z",
    "2026-03-09T13:00:00Z",
    "2026-03-16T13:00:00Z",
    "2026-03-23T13:00:00Z",
    "2026-03-30T13:00:00Z",
];

both_stores![
    one_occurrence_gets_another_title,
    one_occurrence_moves_and_keeps_its_name,
    an_occurrence_moved_past_the_window_or_into_it_is_found_where_it_is,
    one_occurrence_is_left_out,
    the_following_become_a_series_of_their_own,
    following_the_first_is_the_whole_series,
    the_following_are_left_out,
    all_moves_the_overrides_along,
    all_is_what_is_meant_unless_said,
    what_never_occurs_is_not_found,
    a_part_is_named_in_full,
    an_occurrence_may_be_named_in_any_offset,
    one_occurrence_does_not_repeat,
    editors_of_one_series_do_not_undo_each_other,
    a_series_split_between_two_windows_pages_without_loss,
];

fn one_occurrence_gets_another_title(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    let changed = ana.change(&part(&path, FIVE[1], "this"), json!({"title": "Guest lecture"}));
    assert_eq!(
        (&changed["title"], &changed["is_occurrence"], &changed["recurrence_id"]),
        (&json!("Guest lecture"), &json!(true), &json!(FIVE[1]))
    );
    assert_eq!(titles(&ana), ["Lecture", "Guest lecture", "Lecture", "Lecture", "Lecture"]);
    assert_eq!(starts(&ana), FIVE);
    assert_eq!(ana.get(&path).send().expect(200)["event"]["title"], "Lecture");
    assert_eq!(all(&ana).items()[1]["tags"], json!(["course"]), "what was not sent is the series'");
}

fn one_occurrence_moves_and_keeps_its_name(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    let body = json!({"start_time": "2026-03-12T15:00:00-04:00", "end_time": "2026-03-12T16:00:00-04:00"});
    let moved = ana.change(&part(&path, FIVE[1], "this"), body);
    assert_eq!((&moved["start_time"], &moved["recurrence_id"]), (&json!("2026-03-12T19:00:00Z"), &json!(FIVE[1])));
    assert_eq!(
        (&moved["occurrence_start_time"], &moved["occurrence_end_time"]),
        (&json!("2026-03-12T19:00:00Z"), &json!("2026-03-12T20:00:00Z"))
    );
    assert_eq!(starts(&ana), [FIVE[0], "2026-03-12T19:00:00Z", FIVE[2], FIVE[3], FIVE[4]]);
    assert!(ana.between("2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z").items().is_empty(), "it left its old place");

    ana.put(&part(&path, "2026-03-12T19:00:00Z", "this")).json(json!({"title": "x"})).send().error(404, "NOT_FOUND");
    ana.change(&part(&path, FIVE[1], "this"), json!({"title": "Moved"}));
    let list = all(&ana);
    assert_eq!(
        (&list.items()[1]["title"], &list.items()[1]["start_time"]),
        (&json!("Moved"), &json!("2026-03-12T19:00:00Z")),
        "both changes hold"
    );
}

fn an_occurrence_moved_past_the_window_or_into_it_is_found_where_it_is(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    ana.change(
        &part(&path, FIVE[4], "this"),
        json!({"start_time": "2026-12-24T13:00:00Z", "end_time": "2026-12-24T14:00:00Z"}),
    );
    assert_eq!(starts(&ana).len(), 4);
    assert_eq!(ana.between("2026-12-24T00:00:00Z", "2026-12-25T00:00:00Z").each("recurrence_id"), [FIVE[4]]);
}

fn one_occurrence_is_left_out(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    assert_eq!(ana.delete(&part(&path, FIVE[2], "this")).send().expect(200).json, json!({"ok": true}));
    assert_eq!(starts(&ana), [FIVE[0], FIVE[1], FIVE[3], FIVE[4]]);
    ana.delete(&part(&path, FIVE[2], "this")).send().error(404, "NOT_FOUND");
    ana.put(&part(&path, FIVE[2], "this")).json(json!({"title": "x"})).send().error(404, "NOT_FOUND");
    ana.delete(&part(&path, FIVE[0], "this")).send().expect(200);
    assert_eq!(starts(&ana), [FIVE[1], FIVE[3], FIVE[4]], "the first can go too");
}

fn the_following_become_a_series_of_their_own(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    ana.change(&part(&path, FIVE[3], "this"), json!({"title": "Kept"}));
    let body =
        json!({"title": "Seminar", "start_time": "2026-03-16T11:00:00-04:00", "end_time": "2026-03-16T12:00:00-04:00"});
    let later = ana.change(&part(&path, FIVE[2], "following"), body);
    assert_ne!(path_of(&later), path);
    assert_eq!((&later["is_occurrence"], &later["start_time"]), (&json!(false), &json!("2026-03-16T15:00:00Z")));
    let names = titles(&ana);
    assert_eq!(
        (names.len(), &names[..3]),
        (5, &["Lecture".to_owned(), "Lecture".to_owned(), "Seminar".to_owned()][..])
    );
    assert_eq!(names[3], "Kept", "a later override is kept");
    assert_eq!(starts(&ana)[2], "2026-03-16T15:00:00Z");
    assert_eq!(starts(&ana)[4], "2026-03-30T15:00:00Z");

    ana.delete(&path).send().expect(200);
    assert_eq!(titles(&ana).len(), 3, "the new series does not need the old");
}

fn following_the_first_is_the_whole_series(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    ana.change(&part(&path, FIVE[0], "following"), json!({"title": "Seminar"}));
    assert_eq!(titles(&ana), ["Seminar"; 5]);
}

fn the_following_are_left_out(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    ana.delete(&part(&path, FIVE[2], "following")).send().expect(200);
    assert_eq!(starts(&ana), FIVE[..2]);
    let occurrences = format!("{path}/occurrences?start=2026-02-01T00:00:00Z&end=2026-06-01T00:00:00Z");
    assert_eq!(ana.get(&occurrences).send().expect(200).items().len(), 2);
}

fn all_moves_the_overrides_along(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    ana.change(&part(&path, FIVE[1], "this"), json!({"title": "Guest lecture"}));
    ana.delete(&part(&path, FIVE[2], "this")).send().expect(200);
    ana.change(&path, json!({"start_time": "2026-03-02T10:00:00-05:00", "end_time": "2026-03-02T11:00:00-05:00"}));
    assert_eq!(
        starts(&ana),
        ["2026-03-02T15:00:00Z", "2026-03-09T14:00:00Z", "2026-03-23T14:00:00Z", "2026-03-30T14:00:00Z"]
    );
    assert_eq!(titles(&ana), ["Lecture", "Guest lecture", "Lecture", "Lecture"]);
}

fn all_is_what_is_meant_unless_said(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    ana.change(&part(&path, FIVE[1], "all"), json!({"title": "Renamed"}));
    assert_eq!(titles(&ana), ["Renamed"; 5]);
    ana.delete(&path).send().expect(200);
    assert!(all(&ana).items().is_empty());
}

fn what_never_occurs_is_not_found(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    let plain = path_of(&ana.event(event(&ana.calendar("Plain"), "Talk", "2026-03-03T09:00:00Z")));
    for scope in ["this", "following", "all"] {
        for occurrence in ["2026-03-03T14:00:00Z", "2026-04-06T13:00:00Z", "2026-03-09T14:00:00Z"] {
            ana.put(&part(&path, occurrence, scope)).json(json!({"title": "x"})).send().error(404, "NOT_FOUND");
            ana.delete(&part(&path, occurrence, scope)).send().error(404, "NOT_FOUND");
        }
    }
    ana.put(&part(&plain, "2026-03-04T09:00:00Z", "this")).json(json!({"title": "x"})).send().error(404, "NOT_FOUND");
    assert_eq!(starts(&ana).len(), 6, "nothing was changed");
}

fn a_part_is_named_in_full(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    let put = |query: &str| ana.put(&format!("{path}?{query}")).json(json!({"title": "x"})).send();
    put("scope=this").invalid(&["occurrence"]);
    put("scope=following").invalid(&["occurrence"]);
    put("occurrence=monday&scope=this").invalid(&["occurrence"]);
    put("occurrence=2026-03-09T13:00:00Z&scope=some").invalid(&["scope"]);
    put("occurrence=monday&scope=some").invalid(&["occurrence", "scope"]);
    assert_eq!(titles(&ana), ["Lecture"; 5]);
}

fn an_occurrence_may_be_named_in_any_offset(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    let changed = ana.change(&part(&path, "2026-03-09T09:00:00-04:00", "this"), json!({"title": "x"}));
    assert_eq!(changed["recurrence_id"], FIVE[1]);
}

fn one_occurrence_does_not_repeat(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    let answer = ana.put(&part(&path, FIVE[1], "this")).json(json!({"recurrence_rule": "FREQ=DAILY"})).send();
    answer.invalid(&["recurrence_rule"]);
}

fn editors_of_one_series_do_not_undo_each_other(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    std::thread::scope(|scope| {
        for (number, occurrence) in FIVE.iter().enumerate() {
            let (ana, path) = (&ana, &path);
            scope
                .spawn(move || ana.change(&part(path, occurrence, "this"), json!({"title": format!("Part {number}")})));
        }
    });
    assert_eq!(titles(&ana), ["Part 0", "Part 1", "Part 2", "Part 3", "Part 4"]);
}

fn a_series_split_between_two_windows_pages_without_loss(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = lecture(&ana);
    ana.change(&part(&path, FIVE[2], "following"), json!({"title": "Later"}));
    let mut seen: Vec<Value> = Vec::new();
    for (start, end) in
        [("2026-03-01T00:00:00Z", "2026-03-16T13:00:00Z"), ("2026-03-16T13:00:00Z", "2026-04-30T00:00:00Z")]
    {
        seen.extend(ana.between(start, end).items().iter().map(|item| item["start_time"].clone()));
    }
    assert_eq!(seen, FIVE);
}
