//! A Frist is an event: what becomes of it when its event, or the one it is computed from, changes on any surface.

use kalends_harness::{Server, both_stores};
use serde_json::{Value, json};

use crate::fristen::{FRISTEN, deeds, defense, event_of, history, make, office, one};
use crate::{bare, refused, typed, with};

both_stores![
    what_is_changed_elsewhere_is_on_record,
    what_is_deleted_elsewhere_is_deleted,
    what_goes_with_its_calendar_is_on_record,
    a_computed_frist_moves_with_its_event,
    a_preview_writes_nothing,
    fristen_depend_on_fristen_and_never_in_a_circle,
    an_import_moves_what_depends_on_it,
];

fn what_is_changed_elsewhere_is_on_record(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let frist = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    ben.post(&format!("{}/verify", one(&frist))).send().expect(200);
    ben.put(&event_of(&frist)).json(json!({"description": "Room 3"})).send().expect(200);
    assert_eq!(deeds(&ana, &frist), ["created", "verified"], "what a Frist does not say is none of its changes");
    ben.put(&event_of(&frist)).json(json!({"title": "Reply"})).send().expect(200);
    let seen = ana.get(&one(&frist)).send().expect(200);
    assert_eq!((&seen["title"], &seen["verified"]), (&json!("Reply"), &json!(true)));
    ben.put(&event_of(&frist)).json(json!({"start_time": "2058-04-16T21:59:00Z"})).send().expect(200);
    let seen = ana.get(&one(&frist)).send().expect(200);
    assert_eq!((&seen["deadline"], &seen["verified"]), (&json!("2058-04-16T23:59:00+02:00"), &json!(false)));
    refused(ben.post(&format!("{}/verify", one(&frist))).send(), 403, "FOUR_EYES_REQUIRED");
    assert_eq!(deeds(&ana, &frist), ["created", "verified", "changed", "changed"]);
    assert_eq!(history(&ana, &frist)[3]["actor"], typed("usr", &ben.id));
    let list = ana.get(FRISTEN).query("due_after", "2058-04-16").send().expect(200);
    assert_eq!(list["data"][0]["id"], frist["id"], "it is found where it is now");
}

fn what_is_deleted_elsewhere_is_deleted(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let frist = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    ben.delete(&event_of(&frist)).send().expect(200);
    refused(ana.get(&one(&frist)).send(), 404, "NOT_FOUND");
    assert_eq!(ana.get(FRISTEN).send().expect(200)["data"], json!([]));
    assert_eq!(deeds(&ana, &frist), ["created", "deleted"], "its history stays");
    ana.post(&format!("{}/restore", event_of(&frist))).send().expect(200);
    assert_eq!(ana.get(&one(&frist)).send().expect(200)["status"], "open");
    assert_eq!(deeds(&ana, &frist), ["created", "deleted", "restored"]);
    ana.delete(&one(&frist)).send().expect(200);
    let trash = ana.get("/trash").send().expect(200);
    assert_eq!(trash.each("name"), ["Statement of Defense"]);
}

fn what_goes_with_its_calendar_is_on_record(server: &mut Server) {
    let (ana, _, calendar) = office(server);
    let (hearing, trigger) = hearing(&ana, &ana.calendar("Court"));
    let appeal = make(&ana, a_month_from(trigger, "Appeal", &calendar));
    let gone = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    ana.delete(&one(&gone)).send().expect(200);
    ana.put(&format!("/calendars/{calendar}")).json(json!({"name": "Renamed"})).send().expect(200);
    assert_eq!(deeds(&ana, &appeal), ["created"]);

    ana.delete(&format!("/calendars/{calendar}")).send().expect(200);
    refused(ana.get(&one(&appeal)).send(), 404, "NOT_FOUND");
    // Nobody sees it, and it goes on being what it is computed to be.
    let moved = json!({"start_time": "2058-03-07T09:00:00Z", "end_time": "2058-03-07T10:00:00Z"});
    ana.put(&hearing).json(moved).send().expect(200);
    ana.post(&format!("/calendars/{calendar}/restore")).send().expect(200);
    assert_eq!(ana.get(&one(&appeal)).send().expect(200)["deadline"], "2058-04-08T23:59:00+02:00");
    assert_eq!(deeds(&ana, &appeal), ["created", "deleted", "recomputed", "restored"]);
    let last = &history(&ana, &appeal)[1];
    assert_eq!((&last["actor"], &last["after"]["deleted"]), (&json!(typed("usr", &ana.id)), &json!(true)));
    assert_eq!(deeds(&ana, &gone), ["created", "deleted"], "it was deleted before, and stays so");
    refused(ana.get(&one(&gone)).send(), 404, "NOT_FOUND");
}

/// A month from an event or a Frist, in Berlin.
fn a_month_from(trigger: Value, title: &str, calendar: &str) -> Value {
    json!({
        "title": title, "calendar_id": calendar, "trigger": trigger, "period": {"value": 1, "unit": "months"},
        "rule": {"region": "DE-BE"},
    })
}

/// A hearing on Monday, 4 March 2058, and what names it.
fn hearing(ana: &kalends_harness::User, calendar: &str) -> (String, Value) {
    let made = ana.event(kalends_harness::event(calendar, "Hearing", "2058-03-04T09:00:00Z"));
    let id = made["id"].as_str().expect("an id");
    (format!("/events/{id}"), json!({"event_id": typed("evt", id)}))
}

fn a_computed_frist_moves_with_its_event(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let (hearing, trigger) = hearing(&ana, &calendar);
    let body = with(
        a_month_from(trigger.clone(), "Appeal", &calendar),
        json!({"pre_deadlines": [{"value": 1, "unit": "weeks"}]}),
    );
    let appeal = make(&ana, body);
    assert_eq!(appeal["deadline"], "2058-04-04T23:59:00+02:00");
    assert_eq!(
        appeal["reminders"],
        json!([7 * 24 * 60 + 13 * 60 + 59]),
        "at nine, a week before, and the clocks change in between"
    );
    assert_eq!(
        (&appeal["computed"]["trigger"]["kind"], &appeal["computed"]["trigger"]["date"]),
        (&json!("event"), &json!("2058-03-04"))
    );
    assert!(appeal["computed"]["steps"].as_array().is_some_and(|steps| !steps.is_empty()), "{appeal}");
    let court = make(&ana, with(a_month_from(trigger.clone(), "Set by the court", &calendar), json!({"locked": true})));
    let typed_in = make(&ana, a_month_from(trigger, "Typed over", &calendar));
    ana.patch(&one(&typed_in)).json(json!({"deadline": "2058-04-01"})).send().expect(200);
    for frist in [&appeal, &court] {
        ben.post(&format!("{}/verify", one(frist))).send().expect(200);
    }
    // Through the core surface, by somebody else.
    ben.put(&hearing)
        .json(json!({"start_time": "2058-03-07T09:00:00Z", "end_time": "2058-03-07T10:00:00Z"}))
        .send()
        .expect(200);
    let seen = |frist: &Value| ana.get(&one(frist)).send().expect(200).json;
    let moved = seen(&appeal);
    // 7 April 2058 is a Sunday.
    assert_eq!((&moved["deadline"], &moved["verified"]), (&json!("2058-04-08T23:59:00+02:00"), &json!(false)));
    assert_eq!(ana.get(&event_of(&appeal)).send().expect(200)["event"]["start_time"], "2058-04-08T21:59:00Z");
    assert_eq!((&seen(&court)["deadline"], &seen(&court)["verified"]), (&court["deadline"], &json!(true)));
    assert_eq!(seen(&typed_in)["deadline"], "2058-04-01T23:59:00+02:00");
    assert_eq!(deeds(&ana, &appeal), ["created", "verified", "recomputed"]);
    let last = &history(&ana, &appeal)[2];
    assert_eq!(
        (&last["actor"], &last["after"]["computed"]["trigger"]["date"]),
        (&json!(typed("usr", &ben.id)), &json!("2058-03-07"))
    );
    refused(ben.post(&format!("{}/verify", one(&appeal))).send(), 403, "FOUR_EYES_REQUIRED");
}

fn a_preview_writes_nothing(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let first = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    let second = make(&ana, a_month_from(json!({"frist_id": first["id"]}), "Reply", &calendar));
    let hidden = make(&ana, a_month_from(json!({"frist_id": first["id"]}), "Ana's own", &ana.calendar("Private")));
    ben.post(&format!("{}/verify", one(&second))).send().expect(200);
    let body = json!({"deadline": "2058-04-22T23:59:00+02:00"});
    let preview = |who: &kalends_harness::User| {
        who.patch(&one(&first)).query("dry_run", "true").json(body.clone()).send().expect(200)
    };
    let shown = preview(&ben);
    assert_eq!(shown["deadline"], "2058-04-22T23:59:00+02:00");
    let moved = shown["moved"].as_array().expect("what moves");
    assert_eq!(moved.len(), 2, "and not what the caller does not see: {shown}");
    assert_eq!((&moved[0]["id"], &moved[1]["id"]), (&first["id"], &second["id"]));
    assert_eq!(moved[1]["from"], second["deadline"]);
    assert_eq!(moved[1]["unverified"], true);
    assert_eq!(preview(&ana)["moved"].as_array().map(Vec::len), Some(3));
    for frist in [&first, &hidden] {
        assert_eq!(ana.get(&one(frist)).send().expect(200)["deadline"], frist["deadline"]);
        assert_eq!(deeds(&ana, frist), ["created"]);
    }
    // And then it is so.
    let done = ben.patch(&one(&first)).json(body.clone()).send().expect(200);
    assert_eq!(done["moved"], shown["moved"]);
    let seen = ana.get(&one(&second)).send().expect(200);
    assert_eq!((&seen["deadline"], &seen["verified"]), (&moved[1]["to"], &json!(false)));
    assert_eq!(deeds(&ana, &hidden), ["created", "recomputed"], "it moves, whoever sees it");
}

fn fristen_depend_on_fristen_and_never_in_a_circle(server: &mut Server) {
    let (ana, _, calendar) = office(server);
    let eve = server.register("eve@example.com");
    let first = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    let second = make(&ana, a_month_from(json!({"frist_id": first["id"]}), "Second", &calendar));
    let third = make(&ana, a_month_from(json!({"frist_id": second["id"]}), "Third", &calendar));
    ana.patch(&one(&first)).json(json!({"deadline": "2058-05-15"})).send().expect(200);
    // 15 June 2058 is a Saturday.
    assert_eq!(ana.get(&one(&second)).send().expect(200)["deadline"], "2058-06-17T23:59:00+02:00");
    assert_eq!(ana.get(&one(&third)).send().expect(200)["deadline"], "2058-07-17T23:59:00+02:00");
    let circle = |frist: &Value, from: &Value| {
        let body = json!({"trigger": {"frist_id": from["id"]}, "period": {"value": 1, "unit": "days"}, "rule": {"region": "AT"}});
        ana.patch(&one(frist)).json(body).send()
    };
    crate::invalid(circle(&first, &third), &["trigger"]);
    crate::invalid(circle(&first, &first), &["trigger"]);
    crate::invalid(
        eve.post(FRISTEN)
            .json(with(
                a_month_from(json!({"frist_id": first["id"]}), "x", &calendar),
                json!({"calendar_id": eve.calendar("Mine")}),
            ))
            .send(),
        &["trigger"],
    );
    let mut last = third;
    for n in 0..14 {
        last = make(&ana, a_month_from(json!({"frist_id": last["id"]}), &n.to_string(), &calendar));
    }
    crate::invalid(
        ana.post(FRISTEN).json(a_month_from(json!({"frist_id": last["id"]}), "too deep", &calendar)).send(),
        &["trigger"],
    );
    // One part of a computation is changed, and the rest stays.
    let changed = ana.patch(&one(&second)).json(json!({"period": {"value": 2, "unit": "months"}})).send().expect(200);
    assert_eq!(
        (&changed["deadline"], &changed["computed"]["rule"]["region"]),
        (&json!("2058-07-15T23:59:00+02:00"), &json!("DE-BE"))
    );
    assert_eq!(changed["moved"].as_array().map(Vec::len), Some(16));
}

fn an_import_moves_what_depends_on_it(server: &mut Server) {
    let (ana, _, calendar) = office(server);
    let ics = |day: &str| {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:hearing\r\nDTSTAMP:20580101T000000Z\r\n\
             DTSTART:{day}T090000Z\r\nDTEND:{day}T100000Z\r\nSUMMARY:Hearing\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
    };
    let import = |day: &str| {
        ana.import(&calendar, ics(day)).send().expect(200);
    };
    import("20580304");
    let listed = ana.between("2058-03-04T00:00:00Z", "2058-03-05T00:00:00Z");
    let id = listed.items()[0]["id"].as_str().expect("an id").to_owned();
    let frist = make(&ana, a_month_from(json!({"event_id": typed("evt", &id)}), "Appeal", &calendar));
    import("20580305");
    assert_eq!(ana.get(&one(&frist)).send().expect(200)["deadline"], "2058-04-05T23:59:00+02:00");
    assert_eq!(deeds(&ana, &frist), ["created", "recomputed"]);
    assert_eq!(bare(frist["id"].as_str().expect("an id")), bare(frist["event_id"].as_str().expect("an id")));
}
