//! What the academic surface says when Google does not do what it should.

use std::time::Duration;

use kalends_harness::providers::Fault;
use kalends_harness::{Answer, Store, each_store};
use serde_json::{Value, json};

use crate::{SYNC, account, each, here, hour, in_turn, link, linked, make, pull, settle, there};

each_store![
    who_has_linked_nothing_is_told_to,
    who_took_the_permission_back_is_told_to_link_again,
    a_token_that_runs_out_is_renewed,
    each_refusal_is_told_with_what_to_do,
    a_token_that_has_only_expired_is_renewed,
];

/// The documented errors, whole.
fn documented(code: &str) -> Value {
    let (error, action) = match code {
        "GOOGLE_CALENDAR_NOT_LINKED" => (
            "Google Calendar not linked to this account. Please connect your Google account to sync calendar events.",
            Some("LINK_GOOGLE_ACCOUNT"),
        ),
        "GOOGLE_CALENDAR_AUTH_ERROR" => (
            "Google Calendar authentication failed. Please reconnect your Google account.",
            Some("RELINK_GOOGLE_ACCOUNT"),
        ),
        "GOOGLE_CALENDAR_RATE_LIMIT" => {
            ("Google Calendar rate limit exceeded. Please try again later.", Some("RETRY_LATER"))
        }
        // The document has no words for these two.
        "GOOGLE_CALENDAR_PERMISSION_ERROR" => ("", Some("CHECK_GOOGLE_PERMISSIONS")),
        _ => ("", None),
    };
    let mut body = json!({"success": false, "error": error, "code": code});
    if let Some(action) = action {
        body["action"] = json!(action);
    }
    body
}

#[track_caller]
fn refused(answer: &Answer, code: &str) {
    let mut expected = documented(code);
    if expected["error"] == "" {
        assert!(answer["error"].as_str().is_some_and(|error| !error.is_empty()), "{answer}has no message");
        expected["error"] = answer["error"].clone();
    }
    assert!(answer.status >= 400, "{answer}is no error");
    assert_eq!(answer.json, expected, "{answer}is not as documented");
}

fn who_has_linked_nothing_is_told_to(store: Store) {
    let linked = linked(store);
    let ben = linked.server.register("ben@example.com");
    let answer = ben.post(SYNC).send();
    assert_eq!(answer.status, 400);
    refused(&answer, "GOOGLE_CALENDAR_NOT_LINKED");
    // A key may sync, if it may write events.
    assert_eq!(linked.key(json!({"events": ["read"]})).post(SYNC).send().status, 403);
    let key = linked.key(json!({"events": ["read", "write"]}));
    in_turn(|| key.post(SYNC).send()).expect(200);
}

fn who_took_the_permission_back_is_told_to_link_again(store: Store) {
    let linked = linked(store);
    let made = make(&linked, "Before", "2027-03-01T09:00:00Z");
    settle(&linked, "google");
    linked.google.take_back();
    let answer = in_turn(|| linked.post(SYNC).send());
    assert_eq!(answer.status, 401);
    refused(&answer, "GOOGLE_CALENDAR_AUTH_ERROR");
    let told = account(&linked);
    assert_eq!((&told["status"], &told["needs_linking"]), (&json!("error"), &json!(true)));
    assert!(told["last_error"].as_str().is_some_and(|error| !error.is_empty()), "{told}");
    // Everything here goes on, and Google is left alone.
    linked.google.take_calls();
    let later = make(&linked, "Meanwhile", "2027-03-02T09:00:00Z");
    assert_eq!(later["googleCalendarId"], "primary");
    refused(&in_turn(|| linked.post(SYNC).send()), "GOOGLE_CALENDAR_AUTH_ERROR");
    assert!(linked.google.take_calls().is_empty());

    link(&linked.server, &linked, &linked.google);
    let told = account(&linked);
    assert_eq!((&told["status"], &told["needs_linking"]), (&json!("connected"), &json!(false)));
    settle(&linked, "google");
    assert_eq!(each(&there(&linked.google), "summary"), ["Before", "Meanwhile"]);
    assert_eq!(each(&there(&linked.google), "id"), {
        let mut ids =
            [made["googleEventId"].clone(), later["googleEventId"].clone()].map(|id| crate::text(&id).to_owned());
        ids.sort();
        ids
    });
}

fn a_token_that_runs_out_is_renewed(store: Store) {
    let linked = linked(store);
    linked.google.tokens_hold(Duration::from_secs(2));
    link(&linked.server, &linked, &linked.google);
    linked.rest();
    linked.google.create(&linked.google.account(), hour("Talk", "2027-03-01T10:00:00"));
    std::thread::sleep(Duration::from_millis(2_100));
    linked.google.take_calls();
    assert_eq!(pull(&linked), (1, 0));
    let calls = linked.google.take_calls();
    assert!(calls.iter().any(|call| call.is("POST", "/token") && call.status == 200), "{calls:?}");
    assert!(calls.iter().all(|call| call.status != 401), "nobody is asked with what has run out: {calls:?}");
    assert_eq!(account(&linked)["status"], "connected");
}

fn each_refusal_is_told_with_what_to_do(store: Store) {
    let linked = linked(store);
    let get = || Fault::on("GET", "/events");
    let cases = [
        (get().refused(403, "insufficientPermissions"), "GOOGLE_CALENDAR_PERMISSION_ERROR", 403),
        (get().busy(429, "rateLimitExceeded", 7), "GOOGLE_CALENDAR_RATE_LIMIT", 429),
        (get().refused(403, "rateLimitExceeded"), "GOOGLE_CALENDAR_RATE_LIMIT", 429),
        (get().refused(403, "quotaExceeded"), "GOOGLE_CALENDAR_RATE_LIMIT", 429),
        (get().refused(503, "backendError"), "GOOGLE_CALENDAR_SYNC_ERROR", 503),
        (get().cut(), "GOOGLE_CALENDAR_SYNC_ERROR", 503),
        (get().garbled(), "GOOGLE_CALENDAR_SYNC_ERROR", 503),
        (get().refused(404, "notFound"), "GOOGLE_CALENDAR_SYNC_ERROR", 503),
    ];
    for (fault, code, status) in cases {
        let asks = format!("{fault:?}").contains("Some(7)");
        linked.google.fail(fault.times(20));
        let answer = in_turn(|| linked.post(SYNC).send());
        linked.google.recover();
        refused(&answer, code);
        assert_eq!(answer.status, status, "{answer}expected {status}");
        if asks {
            assert_eq!(answer.header("retry-after"), Some("7"), "{answer}");
        }
        let told = account(&linked);
        assert_eq!((&told["status"], &told["needs_linking"]), (&json!("error"), &json!(false)), "{code}");
        // And then it goes on as if nothing had been.
        assert_eq!(pull(&linked), (0, 0));
        assert_eq!(account(&linked)["status"], "connected");
    }
    assert!(here(&linked).is_empty());
}

fn a_token_that_has_only_expired_is_renewed(store: Store) {
    let linked = linked(store);
    linked.google.create(&linked.google.account(), hour("Talk", "2027-03-01T10:00:00"));
    linked.google.expire_access();
    // The server learns of it by a refusal, and does not trouble anybody with it.
    assert_eq!(pull(&linked), (1, 0));
    assert_eq!(account(&linked)["status"], "connected");
    // Nor do those who only want to look.
    linked.google.expire_access();
    linked.get("/integrations/google/calendars").send().expect(200);
    linked.google.expire_access();
    linked.post("/integrations/google/sync?dry_run=true").send().expect(200);
}
