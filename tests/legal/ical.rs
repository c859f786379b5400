//! iCal tokens, and the feeds that they open.

use kalends_harness::{Server, User, both_stores};
use serde_json::json;

use crate::{data, make, meeting, refused};

const TOKENS: &str = "/api/v1/calendar/ical-tokens";

both_stores![
    a_token_opens_all_calendars_of_its_owner,
    a_token_is_shown_once_and_can_be_revoked,
    an_unchanged_feed_is_not_sent_again,
    a_guess_and_a_gone_account_open_nothing,
    no_log_holds_a_token,
];

/// Makes a token: its id, and the path of its feed.
#[track_caller]
fn token(who: &User) -> (String, String) {
    let made = who.post(TOKENS).send().expect(201);
    assert!(made["id"].as_str().is_some_and(|id| id.starts_with("ical_tok_")) && made["created_at"].is_string());
    let url = made.at("/url");
    let path = url.find("/api/v1/calendar/ical/feed?token=").map(|at| url[at..].to_owned());
    (made.at("/id"), path.expect("a feed's address"))
}

fn a_token_opens_all_calendars_of_its_owner(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    make(&ana, meeting());
    let work = ana.calendar("Work");
    let mut secret = kalends_harness::event(&work, "Private matter", "2026-03-02T09:00:00Z");
    secret["class"] = json!("private");
    ana.event(secret);
    let bobs = bob.calendar("Bobs");
    bob.event(kalends_harness::event(&bobs, "Shared matter", "2026-03-03T09:00:00Z"));
    make(&bob, crate::with(meeting(), json!({"title": "Not hers"})));
    let (_, path) = token(&ana);
    let read = || server.anyone().get(&path).send().expect(200);
    let first = read();
    assert_eq!(first.header("content-type"), Some("text/calendar; charset=utf-8"));
    let text = first.text().to_owned();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(text.contains("SUMMARY:Client Meeting") && text.contains("SUMMARY:Private matter"), "{text}");
    assert!(!text.contains("Shared matter") && !text.contains("Not hers"));
    bob.share(&bobs, &ana, "viewer");
    assert!(read().text().contains("SUMMARY:Shared matter"));
    bob.delete(&format!("/calendars/{bobs}")).send().expect(200);
    assert_eq!(read().text(), text);
}

fn a_token_is_shown_once_and_can_be_revoked(server: &mut Server) {
    let [ana, bob] = [server.register("ana@example.com"), server.register("bob@example.com")];
    let [(first, path), (second, other)] = [token(&ana), token(&ana)];
    let list = ana.get(TOKENS).send().expect(200);
    let ids: Vec<&str> = data(&list).iter().map(|token| token["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, [&first, &second]);
    let secret = path.split_once('=').expect("a token").1;
    assert!(secret.len() >= 40 && !String::from_utf8_lossy(&list.body).contains(secret));
    refused(bob.post(&format!("{TOKENS}/{first}/revoke")).send(), 404, "NOT_FOUND");
    ana.post(&format!("{TOKENS}/{first}/revoke")).send().expect(200);
    refused(server.anyone().get(&path).send(), 404, "NOT_FOUND");
    server.anyone().get(&other).send().expect(200);
    refused(ana.post(&format!("{TOKENS}/{first}/revoke")).send(), 404, "NOT_FOUND");
    assert_eq!(data(&ana.get(TOKENS).send().expect(200)).len(), 1);
    assert_eq!(data(&bob.get(TOKENS).send().expect(200)).len(), 0);
    let page = ana.get(&format!("{TOKENS}?limit=1")).send().expect(200);
    assert_eq!(page["pagination"], json!({"has_more": false}));
}

fn an_unchanged_feed_is_not_sent_again(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let event = make(&ana, meeting());
    let (_, path) = token(&ana);
    let anyone = server.anyone();
    let seen = anyone.get(&path).send().expect(200);
    let again = || anyone.get(&path).header("If-None-Match", &seen.etag()).send();
    assert!(again().expect(304).body.is_empty());
    ana.patch(&crate::one(&event)).json(json!({"title": "Moved"})).send().expect(200);
    let changed = again().expect(200);
    assert_ne!(changed.etag(), seen.etag());
    ana.calendar("Another");
    assert_ne!(anyone.get(&path).send().expect(200).etag(), changed.etag());
}

fn a_guess_and_a_gone_account_open_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let (_, path) = token(&ana);
    let anyone = server.anyone();
    for guess in ["?token=", "?token=x", "?token=%00", &format!("{}x", &path[path.find('?').expect("a query")..])] {
        let answer = anyone.get(&format!("/api/v1/calendar/ical/feed{guess}")).send();
        assert!([400, 404].contains(&answer.status), "{answer}");
    }
    crate::invalid(anyone.get("/api/v1/calendar/ical/feed").send(), &["token"]);
    ana.delete("/users/me").send().expect(200);
    refused(anyone.get(&path).send(), 404, "NOT_FOUND");
}

fn no_log_holds_a_token(server: &mut Server) {
    let ana = server.register("ana@example.com");
    make(&ana, meeting());
    let (_, path) = token(&ana);
    server.anyone().get(&path).send().expect(200);
    server.anyone().get(&format!("{path}x")).send().expect(404);
    let secret = path.split_once('=').expect("a token").1.to_owned();
    server.stop();
    let log = server.log();
    assert!(log.contains("/api/v1/calendar/ical/feed") && !log.contains(&secret), "{log}");
}
