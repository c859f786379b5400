//! Fristen: made, listed, changed, verified by a second person, and never without a trace.

use kalends_harness::{Server, Settings, Smtp, Store, User, both_stores, each_store};
use serde_json::{Value, json};

use crate::{bare, data, refused, typed, with};

both_stores![
    the_documented_frist,
    what_is_wrong_is_named,
    a_second_person_verifies,
    another_deadline_ends_a_verification,
    lists_hold_what_is_asked_for,
    a_list_goes_on_where_it_stopped,
    only_who_shares_the_calendar_sees_or_is_given_it,
    a_chain_shows_what_belongs_together,
    a_summary_counts,
    a_retried_request_makes_one,
    nobodys_change_is_lost,
    keys_need_their_scope,
];

each_store![who_is_given_a_frist_is_mailed];

pub(crate) const FRISTEN: &str = "/api/v1/calendar/fristen";

/// The Frist of the document, in a year to come.
pub(crate) fn defense() -> Value {
    json!({
        "title": "Statement of Defense", "deadline": "2058-04-15T23:59:00+02:00",
        "case_id": "550e8400-e29b-41d4-a716-446655440000",
    })
}

#[track_caller]
pub(crate) fn make(caller: &User, body: Value) -> Value {
    caller.post(FRISTEN).json(body).send().expect(201).json
}

#[track_caller]
pub(crate) fn one(frist: &Value) -> String {
    format!("{FRISTEN}/{}", frist["id"].as_str().expect("an id"))
}

/// The path of its event on the core surface.
#[track_caller]
pub(crate) fn event_of(frist: &Value) -> String {
    format!("/events/{}", bare(frist["event_id"].as_str().expect("an event")))
}

/// Ana, who owns a calendar, Ben, who edits in it, and the calendar.
pub(crate) fn office(server: &Server) -> (User, User, String) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Office");
    ana.share(&calendar, &ben, "editor");
    (ana, ben, calendar)
}

#[track_caller]
pub(crate) fn history(caller: &User, frist: &Value) -> Vec<Value> {
    data(&caller.get(&format!("{}/history", one(frist))).send().expect(200)).to_vec()
}

#[track_caller]
pub(crate) fn deeds(caller: &User, frist: &Value) -> Vec<String> {
    history(caller, frist).iter().map(|entry| entry["deed"].as_str().expect("a deed").to_owned()).collect()
}

fn titles(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["title"].as_str().expect("a title")).collect()
}

fn the_documented_frist(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let frist = make(&ana, defense());
    for (field, value) in defense().as_object().expect("fields") {
        assert_eq!(&frist[field], value, "{field}");
    }
    let id = frist["id"].as_str().expect("an id");
    assert!(id.starts_with("frist_") && id.len() == 38, "{id}");
    assert!(frist["chain_id"].as_str().is_some_and(|chain| chain.starts_with("chain_")), "{frist}");
    assert_eq!(
        (&frist["status"], &frist["verified"], &frist["assigned_to"]),
        (&json!("open"), &json!(false), &json!(null))
    );
    assert_eq!(frist["created_by"], typed("usr", &ana.id));
    assert_eq!(ana.get(&one(&frist)).send().expect(200).json, frist);
    assert_eq!(ana.get(&format!("{FRISTEN}/{}", bare(id))).send().expect(200)["id"], id, "a bare id is taken too");
    let list = ana.get(FRISTEN).query("status", "open").query("case_id", "550e8400-e29b-41d4-a716-446655440000");
    assert_eq!(data(&list.send().expect(200)), std::slice::from_ref(&frist));

    // It is an event that takes nobody's time, on every surface.
    let event = ana.get(&event_of(&frist)).send().expect(200)["event"].clone();
    assert_eq!((&event["kind"], &event["transparency"]), (&json!("deadline"), &json!("transparent")));
    assert_eq!(event["start_time"], "2058-04-15T21:59:00Z");
    let shown = ana.get(&format!("/api/v1/calendar/events/{}", frist["event_id"].as_str().expect("an id")));
    assert_eq!(shown.send().expect(200)["type"], "deadline");

    ana.delete(&one(&frist)).send().expect(200);
    refused(ana.get(&one(&frist)).send(), 404, "NOT_FOUND");
    refused(ana.get(&format!("{}/chain", one(&frist))).send(), 404, "NOT_FOUND");
    assert_eq!(data(&ana.get(FRISTEN).send().expect(200)), [] as [Value; 0]);
    ana.get(&event_of(&frist)).send().error(404, "NOT_FOUND");
    let restored = ana.post(&format!("{}/restore", one(&frist))).send().expect(200);
    assert_eq!((&restored["status"], &restored["deadline"]), (&frist["status"], &frist["deadline"]));
    ana.get(&event_of(&frist)).send().expect(200);
    assert_eq!(deeds(&ana, &frist), ["created", "deleted", "restored"]);
}

fn what_is_wrong_is_named(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let post = |body: Value| ana.post(FRISTEN).json(body).send();
    crate::invalid(post(json!({})), &["title", "deadline"]);
    crate::invalid(
        post(json!({
            "title": "", "deadline": "soon", "case_id": "7", "assigned_to": "ben", "chain_id": "evt_1",
            "calendar_id": "x", "locked": "no", "reminders": [-1], "timezone": "Mars", "colour": "red",
        })),
        &[
            "title",
            "deadline",
            "case_id",
            "assigned_to",
            "chain_id",
            "calendar_id",
            "locked",
            "reminders[0]",
            "timezone",
            "colour",
        ],
    );
    let period = json!({"value": 1, "unit": "months"});
    crate::invalid(post(with(defense(), json!({"period": period}))), &["deadline"]);
    crate::invalid(post(json!({"title": "x", "period": period})), &["trigger", "rule"]);
    let nothing = json!({"title": "x", "trigger": {}, "period": period, "rule": {"region": "DE-BE"}});
    crate::invalid(post(nothing), &["trigger.date"]);
    let stranger = typed("chain", "019cb3a2-0d01-7c5d-8e2f-3a4b5c6d7e8f");
    crate::invalid(post(with(defense(), json!({"chain_id": stranger}))), &["chain_id"]);
    let frist = make(&ana, defense());
    let patch = |body: Value| ana.patch(&one(&frist)).json(body).send();
    crate::invalid(patch(json!({"title": null, "deadline": null, "locked": null})), &["title", "deadline", "locked"]);
    crate::invalid(patch(json!({"deadline": "9999-12-31T23:59:00Z"})), &["deadline"]);
    crate::invalid(patch(json!({"period": period})), &["trigger", "rule"]);
    crate::invalid(ana.get(FRISTEN).query("status", "late").query("due_before", "x").send(), &["status", "due_before"]);
    crate::invalid(ana.get(&format!("{FRISTEN}/evt_1")).send(), &["frist_id"]);
    assert_eq!(history(&ana, &frist).len(), 1, "what was refused is in no history");
}

fn a_second_person_verifies(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let cem = server.register("cem@example.com");
    ana.share(&calendar, &cem, "viewer");
    let frist = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    let verify = |who: &User| who.post(&format!("{}/verify", one(&frist))).send();
    refused(verify(&ana), 403, "FOUR_EYES_REQUIRED");
    refused(verify(&cem), 403, "FORBIDDEN");
    refused(verify(&server.register("eve@example.com")), 404, "NOT_FOUND");
    let verified = verify(&ben).expect(200);
    assert_eq!((&verified["status"], &verified["verified"]), (&json!("verified"), &json!(true)));
    assert_eq!(verified["verified_by"], typed("usr", &ben.id));
    let again = verify(&ben).expect(200);
    assert_eq!(again.json, verified.json, "their own verification stands");
    ana.share(&calendar, &cem, "editor");
    refused(verify(&cem), 409, "CONFLICT");
    refused(verify(&ana), 403, "FOUR_EYES_REQUIRED");
    assert_eq!(deeds(&ana, &frist), ["created", "verified"]);

    let missed = make(&ana, with(defense(), json!({"calendar_id": calendar, "deadline": "2020-01-02"})));
    assert_eq!((&missed["status"], &missed["deadline"]), (&json!("expired"), &json!("2020-01-02T23:59:00+01:00")));
    refused(ben.post(&format!("{}/verify", one(&missed))).send(), 409, "CONFLICT");
}

fn another_deadline_ends_a_verification(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let frist = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    let verify = |who: &User| who.post(&format!("{}/verify", one(&frist))).send();
    verify(&ben).expect(200);
    let kept = ana.patch(&one(&frist)).json(json!({"title": "Reply", "reminders": [60]})).send().expect(200);
    assert_eq!((&kept["verified"], &kept["moved"]), (&json!(true), &json!([])));
    let moved = ben.patch(&one(&frist)).json(json!({"deadline": "2058-04-16T23:59:00+02:00"})).send().expect(200);
    assert_eq!((&moved["verified"], &moved["status"]), (&json!(false), &json!("open")));
    assert_eq!(moved["moved"][0]["unverified"], true);
    refused(verify(&ben), 403, "FOUR_EYES_REQUIRED");
    let entries = history(&ana, &frist);
    let told: Vec<&str> = entries.iter().map(|entry| entry["deed"].as_str().expect("a deed")).collect();
    assert_eq!(told, ["created", "verified", "changed", "changed"]);
    let last = &entries[3];
    assert_eq!(last["actor"], typed("usr", &ben.id));
    assert_eq!(last["before"]["deadline"], "2058-04-15T23:59:00+02:00");
    assert_eq!(last["after"]["deadline"], "2058-04-16T23:59:00+02:00");
    assert_eq!((&last["before"]["verified"], &last["after"]["verified"]), (&json!(true), &json!(false)));
    assert_eq!(last["before"], entries[2]["after"]);
}

fn lists_hold_what_is_asked_for(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let body = |title: &str, deadline: &str| json!({"title": title, "deadline": deadline, "calendar_id": calendar});
    make(&ana, body("missed", "2020-03-01"));
    let checked = make(&ana, body("checked", "2058-03-01"));
    ben.post(&format!("{}/verify", one(&checked))).send().expect(200);
    let case = "550e8400-e29b-41d4-a716-446655440000";
    let open =
        make(&ana, with(body("open", "2058-02-01"), json!({"case_id": case, "assigned_to": typed("usr", &ben.id)})));
    let list = |parameters: &[(&str, &str)]| {
        let request = parameters.iter().fold(ben.get(FRISTEN), |request, (name, value)| request.query(name, value));
        let found = request.send().expect(200);
        titles(data(&found)).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(list(&[]), ["missed", "open", "checked"], "by deadline");
    assert_eq!(list(&[("status", "all")]).len(), 3);
    for (status, title) in [("open", "open"), ("verified", "checked"), ("expired", "missed")] {
        assert_eq!(list(&[("status", status)]), [title]);
    }
    assert_eq!(list(&[("case_id", case)]), ["open"]);
    assert_eq!(list(&[("assigned_to", &typed("usr", &ben.id))]), ["open"]);
    assert_eq!(list(&[("assigned_to", &ana.id)]), [] as [&str; 0]);
    assert_eq!(list(&[("chain_id", open["chain_id"].as_str().expect("a chain"))]), ["open"]);
    assert_eq!(list(&[("due_before", "2058-02-01")]), ["missed"], "before a day is before it begins");
    assert_eq!(list(&[("due_before", "2058-02-02")]), ["missed", "open"]);
    assert_eq!(list(&[("due_after", "2058-02-01T23:59:00+01:00"), ("due_before", "2058-03-02")]), ["open", "checked"]);
}

fn a_list_goes_on_where_it_stopped(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for n in 0..5 {
        make(&ana, json!({"title": n.to_string(), "deadline": "2058-03-01"}));
    }
    let first = ana.get(FRISTEN).query("limit", "2").send().expect(200);
    let cursor = first["pagination"]["next_cursor"].as_str().expect("a cursor").to_owned();
    assert_eq!(titles(data(&first)), ["0", "1"]);
    // Whatever comes and goes meanwhile, nothing is left out or told twice.
    ana.delete(&one(&data(&first)[1])).send().expect(200);
    make(&ana, json!({"title": "earlier", "deadline": "2058-02-01"}));
    let rest = ana.get(FRISTEN).query("limit", "5").query("cursor", &cursor).send().expect(200);
    assert_eq!(titles(data(&rest)), ["2", "3", "4"]);
    assert_eq!(rest["pagination"], json!({"has_more": false}));
    crate::invalid(ana.get(FRISTEN).query("status", "open").query("cursor", &cursor).send(), &["cursor"]);
}

fn only_who_shares_the_calendar_sees_or_is_given_it(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let (cem, eve) = (server.register("cem@example.com"), server.register("eve@example.com"));
    ana.share(&ana.calendar("Other"), &cem, "viewer");
    let assign = |body: Value, who: &User| with(body, json!({"assigned_to": typed("usr", &who.id)}));
    let here = with(defense(), json!({"calendar_id": calendar}));
    let frist = make(&ana, assign(here.clone(), &ben));
    assert_eq!(frist["assigned_to"], typed("usr", &ben.id));
    make(&ana, assign(defense(), &ana));
    let nobody = with(here.clone(), json!({"assigned_to": "usr_019cb3a011117b2c9d3e4f5a6b7c8d9e"}));
    for (body, told) in [
        (assign(here.clone(), &cem), "has no access"),
        (assign(defense(), &ben), "has no access"),
        (assign(here.clone(), &eve), "names no account"),
        (nobody, "names no account"),
    ] {
        let answer = ana.post(FRISTEN).json(body).send();
        assert!(answer["details"][0]["message"].as_str().is_some_and(|message| message.contains(told)), "{answer}");
        crate::invalid(answer, &["assigned_to"]);
    }
    let path = one(&frist);
    for request in [
        eve.get(&path),
        eve.get(&format!("{path}/history")),
        eve.get(&format!("{path}/chain")),
        eve.post(&format!("{path}/verify")),
        eve.post(&format!("{path}/restore")),
        eve.patch(&path).json(json!({"title": "mine"})),
        eve.delete(&path),
    ] {
        refused(request.send(), 404, "NOT_FOUND");
    }
    assert_eq!(data(&eve.get(FRISTEN).send().expect(200)), [] as [Value; 0]);
    let private = ana.calendar("Private");
    let answer = ana.patch(&path).json(json!({"calendar_id": private})).send();
    crate::invalid(answer, &["assigned_to"]);
    let moved = ana.patch(&path).json(json!({"calendar_id": private, "assigned_to": null})).send().expect(200);
    assert_eq!((&moved["calendar_id"], &moved["assigned_to"]), (&json!(private), &json!(null)));
    refused(ben.get(&path).send(), 404, "NOT_FOUND");
}

fn a_chain_shows_what_belongs_together(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let first = make(&ana, with(defense(), json!({"calendar_id": calendar})));
    let chain = json!({"chain_id": first["chain_id"], "title": "Counter-claim", "deadline": "2058-03-01"});
    let second = make(&ana, with(with(defense(), chain.clone()), json!({"calendar_id": calendar})));
    make(&ana, with(defense(), with(chain, json!({"title": "Mine alone", "deadline": "2058-05-01"}))));
    make(&ana, with(defense(), json!({"calendar_id": calendar, "title": "Another chain"})));
    let chain = |who: &User| {
        let found = who.get(&format!("{}/chain", one(&second))).send().expect(200);
        titles(found["data"].as_array().expect("data")).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(chain(&ana), ["Counter-claim", "Statement of Defense", "Mine alone"]);
    assert_eq!(chain(&ben), ["Counter-claim", "Statement of Defense"], "nobody sees more of a chain than of calendars");
}

fn a_summary_counts(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let body = |deadline: &str| json!({"title": deadline, "deadline": deadline, "calendar_id": calendar});
    for deadline in ["2020-01-01", "2020-01-02", "2058-01-01"] {
        make(&ana, body(deadline));
    }
    let checked = make(&ana, with(body("2058-01-02"), json!({"assigned_to": typed("usr", &ben.id)})));
    ben.post(&format!("{}/verify", one(&checked))).send().expect(200);
    let summary = ben.get(&format!("{FRISTEN}/summary")).send().expect(200);
    let counts =
        ["overdue", "due_today", "due_soon", "unverified"].map(|field| summary[field].as_u64().expect("a number"));
    assert_eq!(counts, [2, 0, 0, 1]);
    assert_eq!(titles(summary["next"].as_array().expect("next")), ["2058-01-01", "2058-01-02"]);
    let his =
        ben.get(&format!("{FRISTEN}/summary")).query("assigned_to", &ben.id).query("days", "366").send().expect(200);
    assert_eq!((his["overdue"].as_u64(), his["next"].as_array().map(Vec::len)), (Some(0), Some(1)));
    crate::invalid(ben.get(&format!("{FRISTEN}/summary")).query("days", "0").send(), &["days"]);
}

fn a_retried_request_makes_one(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let body = with(defense(), json!({"calendar_id": calendar}));
    let post = || ana.post(FRISTEN).header("Idempotency-Key", "k1").json(body.clone()).send().expect(201);
    let (first, again) = (post(), post());
    assert_eq!(first.json, again.json);
    let verify =
        || ben.post(&format!("{}/verify", one(&first.json))).header("Idempotency-Key", "k2").send().expect(200);
    assert_eq!(verify().json, verify().json);
    assert_eq!(data(&ana.get(FRISTEN).send().expect(200)).len(), 1);
    assert_eq!(deeds(&ana, &first.json), ["created", "verified"]);
}

fn nobodys_change_is_lost(server: &mut Server) {
    let (ana, ben, calendar) = office(server);
    let made = ana.post(FRISTEN).json(with(defense(), json!({"calendar_id": calendar}))).send().expect(201);
    let (etag, path) = (made.etag(), one(&made.json));
    assert_eq!(ana.get(&path).send().expect(200).etag(), etag);
    let changed = ana.patch(&path).header("If-Match", &etag).json(json!({"deadline": "2058-04-17"})).send().expect(200);
    assert_ne!(changed.etag(), etag);
    refused(ben.patch(&path).header("If-Match", &etag).json(json!({"title": "x"})).send(), 412, "CONFLICT");
    refused(ben.delete(&path).header("If-Match", &etag).send(), 412, "CONFLICT");
    let stale = ben.post(&format!("{path}/verify")).header("If-Match", &etag).send();
    refused(stale, 412, "CONFLICT");
    ben.post(&format!("{path}/verify")).header("If-Match", &changed.etag()).send().expect(200);
}

fn keys_need_their_scope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let frist = make(&ana, defense());
    let reader = ana.key(json!({"calendar": ["read"]}));
    reader.get(&one(&frist)).send().expect(200);
    reader.get(&format!("{FRISTEN}/summary")).send().expect(200);
    refused(reader.delete(&one(&frist)).send(), 403, "AUTH_INSUFFICIENT_SCOPE");
    refused(reader.post(FRISTEN).json(defense()).send(), 403, "AUTH_INSUFFICIENT_SCOPE");
    let other = ana.key(json!({"events": ["read", "write"]}));
    refused(other.get(FRISTEN).send(), 403, "AUTH_INSUFFICIENT_SCOPE");
    let writer = ana.key(json!({"calendar": ["write"]}));
    writer.patch(&one(&frist)).json(json!({"title": "By a key"})).send().expect(200);
}

fn who_is_given_a_frist_is_mailed(store: Store) {
    let smtp = Smtp::start();
    let server = Server::start_with(store, smtp.settings(Settings::new()));
    let (ana, ben, calendar) = office(&server);
    let cem = server.register("cem@example.com");
    ana.share(&calendar, &cem, "editor");
    let assign = |who: &User| json!({"calendar_id": calendar, "assigned_to": typed("usr", &who.id)});
    let frist = make(&ana, with(defense(), assign(&ben)));
    let mail = &smtp.wait_for("ben@example.com", 1)[0];
    assert!(mail.header("Subject").starts_with("Deadline for you: Statement of Defense"), "{}", mail.header("Subject"));
    assert!(mail.text().contains("15 April 2058, 23:59 (Europe/Berlin)"), "{}", mail.text());
    ana.patch(&one(&frist)).json(json!({"assigned_to": typed("usr", &cem.id)})).send().expect(200);
    smtp.wait_for("cem@example.com", 1);
    let mails = smtp.wait_for("ben@example.com", 2);
    assert!(mails[1].header("Subject").starts_with("No longer yours"), "{}", mails[1].header("Subject"));
    let entries = history(&ana, &frist);
    assert_eq!(entries[1]["before"]["assigned_to"], typed("usr", &ben.id));
    assert_eq!(entries[1]["after"]["assigned_to"], typed("usr", &cem.id));
}
