//! Importing again: what is known is updated, what has not changed stays, nothing is there twice.

use kalends_harness::{Form, Server, User, both_stores, event, path_of};
use serde_json::{Value, json};

use super::{NINE, YEAR, counts, each, file, occurrences, only_event, take, vevent};

both_stores![
    the_same_file_again_changes_nothing,
    a_newer_file_updates_what_changed,
    what_a_file_cannot_know_stays,
    changed_occurrences_that_the_file_dropped_are_gone,
    an_occurrence_alone_changes_the_series_that_is_there,
    an_occurrence_without_its_series_waits_for_it,
    what_was_deleted_is_there_again,
    an_event_without_a_uid_is_known_by_its_text,
    each_calendar_has_its_own,
    an_export_of_the_calendar_changes_nothing,
    of_two_at_once_each_event_is_there_once,
    a_retry_is_answered_as_the_first_time,
];

const DAILY: &str = "DTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nSUMMARY:Daily\nRRULE:FREQ=DAILY;COUNT=4";

/// The occurrence of [`DAILY`] on that day of March, an hour later.
fn later(day: u8) -> String {
    vevent(
        "daily@example.com",
        &format!(
            "RECURRENCE-ID:202603{day:02}T090000Z\nDTSTART:202603{day:02}T100000Z\nDTEND:202603{day:02}T110000Z\nSUMMARY:Later"
        ),
    )
}

fn daily() -> String {
    vevent("daily@example.com", DAILY)
}

#[track_caller]
fn starts(ana: &User, calendar: &str) -> Vec<String> {
    each(&occurrences(ana, calendar, YEAR), "start_time").into_iter().map(str::to_owned).collect()
}

fn etag(ana: &User, event: &Value) -> String {
    ana.get(&path_of(event)).send().expect(200).etag()
}

fn the_same_file_again_changes_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let full = format!(
        "{NINE}\nDESCRIPTION:More\nCATEGORIES:a,b\nATTENDEE;CN=Guest:mailto:guest@example.com\n\
         ATTACH:https://example.com/a.pdf\nX-OWN:1\nBEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM"
    );
    let text = file(&[vevent("full@example.com", &full), daily(), later(3)]);
    let first = take(&ana, &calendar, text.clone());
    assert_eq!(counts(&first), [3, 3, 0, 0, 0], "{first}");
    let found = occurrences(&ana, &calendar, YEAR);
    let tags: Vec<_> = found.iter().map(|item| etag(&ana, item)).collect();
    let path = format!("/calendars/{calendar}/export.ics");
    let exported = ana.get(&path).send().expect(200);

    for _ in 0..2 {
        let again = take(&ana, &calendar, text.clone());
        assert_eq!(counts(&again), [3, 0, 0, 3, 0], "{again}");
        assert_eq!(occurrences(&ana, &calendar, YEAR), found, "the ids of all parts too");
        assert_eq!(found.iter().map(|item| etag(&ana, item)).collect::<Vec<_>>(), tags);
    }
    let same = ana.get(&path).send().expect(200);
    assert_eq!((same.etag(), same.body), (exported.etag(), exported.body));
}

fn a_newer_file_updates_what_changed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let other = vevent("other@example.com", NINE);
    take(&ana, &calendar, file(&[other.clone(), daily()]));
    let before = occurrences(&ana, &calendar, YEAR);
    let newer = daily().replace("SUMMARY:Daily", "SUMMARY:Standup\r\nSEQUENCE:1\r\nLOCATION:Here");
    let answer = take(&ana, &calendar, file(&[other, newer]));
    assert_eq!(counts(&answer), [2, 0, 1, 1, 0], "{answer}");

    let after = occurrences(&ana, &calendar, YEAR);
    assert_eq!(each(&after, "id"), each(&before, "id"));
    assert_eq!(each(&after, "start_time"), each(&before, "start_time"));
    let of = |items: &[Value], uid: &str| items.iter().find(|item| item["uid"] == uid).cloned().expect("it is there");
    assert_eq!(of(&after, "other@example.com"), of(&before, "other@example.com"));
    let standup = of(&after, "daily@example.com");
    assert_eq!((&standup["title"], &standup["location"]), (&json!("Standup"), &json!("Here")));
    assert!(standup["updated_at"].as_str() > of(&before, "daily@example.com")["updated_at"].as_str());
}

fn what_a_file_cannot_know_stays(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let lines = format!("{NINE}\nATTENDEE:mailto:guest@example.com");
    take(&ana, &calendar, file(&[vevent("one@example.com", &lines)]));
    let path = path_of(&only_event(&ana, &calendar));
    let course = json!({"course_id": "MATH-101", "case_id": "5f0c2f5e-3c1b-4c59-9d5a-0f6a2b7c8d9e"});
    let known = ana.change(&path, course);
    let renamed = lines.replace("Meeting", "Renamed");
    assert_eq!(counts(&take(&ana, &calendar, file(&[vevent("one@example.com", &renamed)])))[2], 1);
    let shown = only_event(&ana, &calendar);
    assert_eq!(shown["title"], "Renamed");
    for same in ["id", "course_id", "case_id", "created_at", "created_by", "attendees"] {
        assert_eq!(shown[same], known[same], "{same}");
    }
}

fn changed_occurrences_that_the_file_dropped_are_gone(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    take(&ana, &calendar, file(&[daily(), later(3), later(4)]));
    let answer = take(&ana, &calendar, file(&[daily(), later(4)]));
    assert_eq!(counts(&answer), [2, 0, 2, 0, 0], "{answer}");
    let expected = ["2026-03-02T09:00:00Z", "2026-03-03T09:00:00Z", "2026-03-04T10:00:00Z", "2026-03-05T09:00:00Z"];
    assert_eq!(starts(&ana, &calendar), expected);
}

fn an_occurrence_alone_changes_the_series_that_is_there(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    take(&ana, &calendar, file(&[daily(), later(3)]));
    let answer = take(&ana, &calendar, file(&[later(5)]));
    assert_eq!(counts(&answer), [1, 0, 1, 0, 0], "{answer}");
    let expected = ["2026-03-02T09:00:00Z", "2026-03-03T10:00:00Z", "2026-03-04T09:00:00Z", "2026-03-05T10:00:00Z"];
    assert_eq!(starts(&ana, &calendar), expected, "the other changed occurrence stays");
    assert_eq!(counts(&take(&ana, &calendar, file(&[later(5)]))), [1, 0, 0, 1, 0]);
    only_event(&ana, &calendar);

    // One that the rule does not give is there all the same: whoever sent it means it.
    assert_eq!(counts(&take(&ana, &calendar, file(&[later(20)]))), [1, 0, 1, 0, 0]);
    assert_eq!(starts(&ana, &calendar).last().map(String::as_str), Some("2026-03-20T10:00:00Z"));
}

fn an_occurrence_without_its_series_waits_for_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let alone = take(&ana, &calendar, file(&[later(3), later(5)]));
    assert_eq!(counts(&alone), [2, 2, 0, 0, 0], "{alone}");
    let found = occurrences(&ana, &calendar, YEAR);
    assert_eq!(each(&found, "start_time"), ["2026-03-03T10:00:00Z", "2026-03-05T10:00:00Z"]);
    assert_eq!(each(&found, "title"), ["Later", "Later"]);
    assert_eq!(counts(&take(&ana, &calendar, file(&[later(3), later(5)]))), [2, 0, 0, 2, 0]);

    let whole = take(&ana, &calendar, file(&[daily(), later(3), later(5)]));
    assert_eq!(counts(&whole), [3, 0, 3, 0, 0], "{whole}");
    let joined = occurrences(&ana, &calendar, YEAR);
    let expected = ["2026-03-02T09:00:00Z", "2026-03-03T10:00:00Z", "2026-03-04T09:00:00Z", "2026-03-05T10:00:00Z"];
    assert_eq!(each(&joined, "start_time"), expected);
    assert!(joined.iter().all(|item| item["id"] == found[0]["id"]));
}

fn what_was_deleted_is_there_again(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let text = file(&[vevent("one@example.com", NINE)]);
    take(&ana, &calendar, text.clone());
    let deleted = only_event(&ana, &calendar);
    ana.delete(&path_of(&deleted)).send().expect(200);
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());

    assert_eq!(counts(&take(&ana, &calendar, text.clone()))[0], 1);
    only_event(&ana, &calendar);
    assert_eq!(counts(&take(&ana, &calendar, text)), [1, 0, 0, 1, 0]);
    let restored = ana.post(&format!("{}/restore", path_of(&deleted))).send();
    assert!([200, 404, 409].contains(&restored.status), "{restored}");
    only_event(&ana, &calendar);
}

fn an_event_without_a_uid_is_known_by_its_text(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let nameless = |title: &str| {
        super::component("VEVENT", &format!("DTSTART:20260302T090000Z\nDTEND:20260302T100000Z\nSUMMARY:{title}"))
    };
    let text = file(&[nameless("One"), nameless("Two")]);
    assert_eq!(counts(&take(&ana, &calendar, text.clone())), [2, 2, 0, 0, 0]);
    assert_eq!(counts(&take(&ana, &calendar, text)), [2, 0, 0, 2, 0]);
    assert_eq!(occurrences(&ana, &calendar, YEAR).len(), 2);
}

fn each_calendar_has_its_own(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let (one, two) = (ana.calendar("One"), ana.calendar("Two"));
    let text = file(&[vevent("one@example.com", NINE)]);
    assert_eq!(counts(&take(&ana, &one, text.clone()))[1], 1);
    assert_eq!(counts(&take(&ana, &two, text))[1], 1);
    let (first, second) = (only_event(&ana, &one), only_event(&ana, &two));
    assert_eq!(first["uid"], second["uid"]);
    assert_ne!(first["id"], second["id"]);
}

fn an_export_of_the_calendar_changes_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let mut body = event(&calendar, "Made here", "2026-03-02T09:00:00Z");
    for (name, value) in [
        ("recurrence_rule", json!("FREQ=WEEKLY;COUNT=3")),
        ("description", json!("Two\nlines")),
        ("reminders", json!([10, 5])),
        ("tags", json!(["a;b", "meeting"])),
        ("attendees", json!([{"email": "guest@example.com"}])),
        ("exception_dates", json!(["2026-03-16T09:00:00Z"])),
    ] {
        body[name] = value;
    }
    let made = ana.event(body);
    ana.change(&format!("{}?occurrence=2026-03-09T09:00:00Z&scope=this", path_of(&made)), json!({"title": "Changed"}));
    let before = ana.get(&path_of(&made)).send().expect(200);
    let exported = ana.get(&format!("/calendars/{calendar}/export.ics")).send().expect(200);
    let answer = take(&ana, &calendar, exported.body);
    assert_eq!(counts(&answer), [2, 0, 0, 2, 0], "{answer}");
    let after = ana.get(&path_of(&made)).send().expect(200);
    assert_eq!((after.etag(), after.json), (before.etag(), before.json));
}

fn of_two_at_once_each_event_is_there_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let events: Vec<_> = (0..50).map(|number| vevent(&format!("{number}@example.com"), NINE)).collect();
    let text = file(&events);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let import = || ana.import(&calendar, text.clone()).send();
        let tries: Vec<_> = (0..4).map(|_| scope.spawn(import)).collect();
        tries.into_iter().map(|each| each.join().expect("an import ends")).collect()
    });
    let taken: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert!(!taken.is_empty());
    for answer in &answers {
        assert!([200, 429].contains(&answer.status), "{answer}");
    }
    assert_eq!(taken.iter().map(|answer| counts(answer)[1]).sum::<u64>(), 50, "each was made once");
    assert!(taken.iter().all(|answer| counts(answer)[0] == 50));
    assert_eq!(occurrences(&ana, &calendar, YEAR).len(), 50);
}

fn a_retry_is_answered_as_the_first_time(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let post = |boundary: &str, text: String| {
        let form = Form::new().field("calendar_id", &calendar).file(text).boundary(boundary);
        ana.post("/calendars/import").header("Idempotency-Key", "once").form(&form).send()
    };
    let text = file(&[vevent("one@example.com", NINE)]);
    let first = post("first", text.clone()).expect(200);
    let second = post("----another0123456789", text.clone()).expect(200);
    assert_eq!(first.json, second.json, "created, although it is there by now");
    assert_eq!((first.header("idempotency-replayed"), second.header("idempotency-replayed")), (None, Some("true")));
    let other = text.replace("Meeting", "Another");
    post("first", other).error(422, "IDEMPOTENCY_MISMATCH");
    assert_eq!(only_event(&ana, &calendar)["title"], "Meeting");
}
