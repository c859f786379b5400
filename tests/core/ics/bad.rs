//! What cannot be imported, and what is said of it.

use kalends_harness::{Answer, Form, Server, both_stores};
use serde_json::json;

use super::{NINE, YEAR, component, counts, file, occurrences, only_event, take, vevent};

both_stores![
    a_form_has_a_calendar_and_a_file,
    the_fields_may_come_in_any_order,
    a_calendar_is_one_that_the_caller_may_write,
    a_key_needs_its_scope,
    what_is_no_form_is_refused,
    a_broken_form_is_refused,
    what_is_no_calendar_is_refused,
    a_file_without_events_is_refused,
    one_bad_event_among_good_ones_is_skipped_with_a_reason,
    a_reason_names_what_is_wrong,
    a_file_that_breaks_off_leaves_nothing,
];

fn good() -> String {
    file(&[vevent("good@example.com", NINE)])
}

fn a_form_has_a_calendar_and_a_file(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let post = |form: Form| ana.post("/calendars/import").form(&form).send();
    let (empty, whole) = (Form::new, || Form::new().field("calendar_id", &calendar).file(good()));
    post(empty()).error(400, "VALIDATION_ERROR");
    post(empty().field("calendar_id", &calendar)).invalid(&["file"]);
    post(empty().file(good())).invalid(&["calendar_id"]);
    for id in ["", "x", "019cb3a1", &"a".repeat(5000)] {
        post(empty().field("calendar_id", id).file(good())).invalid(&["calendar_id"]);
    }
    post(whole().field("note", "x")).invalid(&["note"]);
    post(empty().field("note", "x").field("calendar_id", &calendar).file(good())).invalid(&["note"]);
    post(whole().field("calendar_id", &calendar)).invalid(&["calendar_id"]);
    post(whole().file(good())).invalid(&["file"]);
    assert!(occurrences(&ana, &calendar, YEAR).is_empty(), "nothing of all that was taken");
}

fn the_fields_may_come_in_any_order(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let form = Form::new().file(good()).field("calendar_id", &calendar);
    assert_eq!(counts(&ana.post("/calendars/import").form(&form).send().expect(200))[1], 1);
    let form = Form::new().field("calendar_id", &calendar).file(good());
    assert_eq!(counts(&ana.post("/calendars/import").form(&form).send().expect(200))[3], 1);
}

fn a_calendar_is_one_that_the_caller_may_write(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let (calendar, gone) = (ana.calendar("Ana's"), ana.calendar("Gone"));
    ben.import(&calendar, good()).send().error(404, "NOT_FOUND");
    ana.share(&calendar, &ben, "viewer");
    ben.import(&calendar, good()).send().error(403, "FORBIDDEN");
    ana.put(&format!("/calendars/{calendar}")).json(json!({"is_public": true})).send().expect(200);
    ben.import(&calendar, good()).send().error(403, "FORBIDDEN");
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
    ana.share(&calendar, &ben, "editor");
    ben.import(&calendar, good()).send().expect(200);
    assert_eq!(only_event(&ana, &calendar)["created_by"], ben.id.as_str());

    ana.import("019cb3a1-7c00-7e21-9a44-5d1c0b6f2a10", good()).send().error(404, "NOT_FOUND");
    ana.delete(&format!("/calendars/{gone}")).send().expect(200);
    ana.import(&gone, good()).send().error(404, "NOT_FOUND");
    server.anyone().import(&calendar, good()).send().error(401, "AUTH_REQUIRED");
}

fn a_key_needs_its_scope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for scopes in [json!({"calendars": ["read"]}), json!({"events": ["read", "write"]})] {
        ana.key(scopes).import(&calendar, good()).send().error(403, "FORBIDDEN");
    }
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
    ana.key(json!({"calendars": ["write"]})).import(&calendar, good()).send().expect(200);
    only_event(&ana, &calendar);
}

fn what_is_no_form_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let post = |content_type: &str, body: Vec<u8>| ana.post("/calendars/import").body(content_type, body).send();
    post("text/calendar", good().into()).error(415, "VALIDATION_ERROR");
    post("application/json", json!({"calendar_id": calendar, "file": good()}).to_string().into())
        .error(415, "VALIDATION_ERROR");
    post("application/x-www-form-urlencoded", format!("calendar_id={calendar}&file=x").into())
        .error(415, "VALIDATION_ERROR");
    ana.post("/calendars/import").send().error(415, "VALIDATION_ERROR");
}

fn a_broken_form_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let form = Form::new().field("calendar_id", &calendar).file(good());
    let (declared, body) = (form.content_type(), form.body());
    let post = |content_type: &str, body: &[u8]| ana.post("/calendars/import").body(content_type, body).send();
    let text = String::from_utf8(body.clone()).expect("text");
    for (content_type, body) in [
        ("multipart/form-data", &body[..]),
        ("multipart/form-data; boundary=", &body),
        ("multipart/form-data; boundary=another", &body),
        (&declared, b""),
        (&declared, b"no form at all"),
        (&declared, &body[..body.len() / 2]),
        (&declared, &body[..10]),
        (&declared, text.replace("Content-Disposition", "X-Other").as_bytes()),
        (&declared, text.replace("name=", "noname=").as_bytes()),
        (&declared, text.replace("\r\n\r\n", "\r\n").as_bytes()),
    ] {
        post(content_type, body).error(400, "VALIDATION_ERROR");
    }
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
}

fn what_is_no_calendar_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let binary: Vec<u8> =
        (0..100_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    let files: [Vec<u8>; 11] = [
        Vec::new(),
        b"\r\n\r\n".into(),
        "\u{feff}".into(),
        b"<!DOCTYPE html>\n<html><body>Sign in: <a href=\"x\">here</a></body></html>".into(),
        b"{\"events\": []}".into(),
        b"name,start,end\nMeeting,2026-03-02,2026-03-02\n".into(),
        binary,
        vec![0; 100_000],
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ana\r\nEND:VCARD\r\n".into(),
        [&b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"[..], &b"BEGIN:X-A\r\n".repeat(10_000)].concat(),
        b"BEGIN:VCALENDAR\r\n\xff\xfe\r\n".into(),
    ];
    for bytes in files {
        let shown = String::from_utf8_lossy(&bytes).chars().take(40).collect::<String>();
        let answer = ana.import(&calendar, bytes).send();
        assert_eq!(answer.status, 400, "{shown:?}: {answer}");
        answer.invalid(&["file"]);
    }
}

fn a_file_without_events_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    ana.import(&calendar, file(&[])).send().invalid(&["file"]);
    let todo = component("VTODO", "UID:todo@example.com\nSUMMARY:Buy milk");
    ana.import(&calendar, file(&[todo])).send().invalid(&["file"]);
}

#[track_caller]
fn reasons(answer: &Answer) -> Vec<(&str, &str)> {
    let skipped = answer["skipped"].as_array().expect("a list");
    let text = |value| serde_json::Value::as_str(value).expect("text");
    skipped.iter().map(|it| (text(&it["uid"]), text(&it["reason"]))).collect()
}

fn one_bad_event_among_good_ones_is_skipped_with_a_reason(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let bad = vevent("bad@example.com", "DTSTART:20261301T090000Z\nSUMMARY:No such month");
    let text = file(&[vevent("a@example.com", NINE), bad, vevent("b@example.com", NINE)]);
    let line = text.lines().position(|line| line == "UID:bad@example.com").expect("it is there");
    let answer = take(&ana, &calendar, text);
    assert_eq!(counts(&answer), [2, 2, 0, 0, 1], "{answer}");
    let [(uid, reason)] = reasons(&answer)[..] else { panic!("{answer}has not one") };
    assert_eq!(uid, "bad@example.com");
    assert!(reason.contains("DTSTART") && reason.contains(&format!("line {}", line + 3)), "{reason}");
    assert_eq!(answer["skipped"][0]["line"], line, "where its BEGIN is");
    assert_eq!(occurrences(&ana, &calendar, YEAR).len(), 2);
}

fn a_reason_names_what_is_wrong(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let check = |lines: &str, words: &[&str]| {
        let bad = vevent("bad@example.com", lines);
        let answer = take(&ana, &calendar, file(&[vevent("good@example.com", NINE), bad]));
        let [(_, reason)] = reasons(&answer)[..] else { panic!("{lines:?}: {answer}has not one") };
        assert!(words.iter().all(|word| reason.contains(word)), "{lines:?}: {reason}");
    };
    let start = "DTSTART:20260302T090000Z";
    check("SUMMARY:x", &["DTSTART"]);
    check("DTSTART:", &["DTSTART"]);
    check("DTSTART:tomorrow", &["DTSTART", "tomorrow"]);
    check("DTSTART:20260230T090000Z", &["DTSTART", "20260230"]);
    check("DTSTART;TZID=Middle Earth:20260302T090000", &["DTSTART", "Middle Earth"]);
    check(&format!("{start}\nDTEND:20260302T080000Z"), &["DTEND", "before"]);
    check(&format!("{start}\nDTEND:20990302T080000Z"), &["DTEND"]);
    check(&format!("{start}\nDURATION:-PT1H"), &["DURATION"]);
    check(&format!("{start}\nDURATION:an hour"), &["DURATION", "an hour"]);
    check(&format!("{start}\nRRULE:FREQ=SOMETIMES"), &["RRULE", "SOMETIMES"]);
    check(&format!("{start}\nRRULE:FREQ=DAILY;COUNT=1;UNTIL=20270101T000000Z"), &["RRULE"]);
    check(&format!("{start}\nRRULE:FREQ=SECONDLY"), &["RRULE"]);
    check(&format!("{start}\nRRULE:FREQ=DAILY;COUNT=1000000"), &["RRULE", "COUNT"]);
    check(&format!("{start}\nRECURRENCE-ID:never"), &["RECURRENCE-ID", "never"]);
    check("DTSTART:99990302T090000Z\nDTEND:99991231T235959Z", &["9998"]);
}

fn a_file_that_breaks_off_leaves_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let whole = file(&[vevent("a@example.com", NINE), vevent("b@example.com", NINE)]);
    let ends: Vec<_> = whole.match_indices("\r\n").map(|(at, _)| at).collect();
    for end in &ends[..ends.len() - 1] {
        ana.import(&calendar, &whole.as_bytes()[..*end]).send().invalid(&["file"]);
    }
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
    take(&ana, &calendar, whole);
}
