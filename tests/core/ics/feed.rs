//! Feeds: whoever knows a calendar's `ical_url` may read it, and nobody else.

use std::io::Read;

use kalends_harness::{Answer, Caller, Server, User, both_stores, event, path_of};
use serde_json::json;

use super::{NINE, file, raw, take, text, vevent};

both_stores![
    every_calendar_has_a_feed_that_needs_no_credentials,
    the_address_says_whether_a_calendar_is_public,
    publishing_ends_the_old_address,
    an_owner_renews_the_address,
    only_the_owner_renews_the_address,
    a_deleted_calendar_has_no_feed,
    a_guess_finds_nothing,
    an_unchanged_feed_is_not_sent_again,
    two_changes_of_one_second_are_told_apart,
    every_change_is_a_new_version,
    a_feed_may_be_asked_for_by_head,
    a_feed_is_packed_for_who_takes_that,
    a_public_feed_shows_of_private_events_only_when_they_are,
    no_log_holds_a_token,
];

/// Where the feed of a calendar is on this server.
#[track_caller]
fn feed(who: &User, calendar: &str) -> String {
    path(&who.get(&format!("/calendars/{calendar}")).send().expect(200))
}

/// The path of the `ical_url` in an answer with a calendar.
#[track_caller]
fn path(answer: &Answer) -> String {
    let url = answer.at("/calendar/ical_url");
    let at = url.find("/cal/").unwrap_or_else(|| panic!("{url} is no feed"));
    url[at..].to_owned()
}

fn token(path: &str) -> &str {
    path.strip_prefix("/cal/").and_then(|rest| rest.strip_suffix("/feed.ics")).expect("a feed's path")
}

fn publish(who: &User, calendar: &str, public: bool) -> String {
    path(&who.put(&format!("/calendars/{calendar}")).json(json!({"is_public": public})).send().expect(200))
}

fn title(answer: &Answer) -> String {
    text::calendar(&answer.body).one("VEVENT").text("SUMMARY")
}

#[track_caller]
fn is_gone(anyone: &Caller, path: &str) {
    anyone.get(path).send().error(404, "NOT_FOUND");
}

fn every_calendar_has_a_feed_that_needs_no_credentials(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let private = feed(&ana, &calendar);
    let answer = server.anyone().get(&private).send().expect(200);
    assert_eq!(answer.header("content-type"), Some("text/calendar; charset=utf-8"));
    assert_eq!(answer.body, raw(&ana, &calendar));
    let public = publish(&ana, &calendar, true);
    assert_eq!(title(&server.anyone().get(&public).send().expect(200)), "Talk");
}

fn the_address_says_whether_a_calendar_is_public(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Work");
    let private = feed(&ana, &calendar);
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    assert!(token(&private).len() == 64 && token(&private).chars().all(hex), "{private}");
    let public = publish(&ana, &calendar, true);
    let url_safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    assert!((16..64).contains(&token(&public).len()) && token(&public).chars().all(url_safe), "{public}");

    assert_eq!(feed(&ana, &calendar), public, "it is the same whenever it is shown");
    let listed = ana.get("/calendars").send().expect(200);
    assert!(listed.each("ical_url")[0].ends_with(&public));
    ana.share(&calendar, &ben, "viewer");
    assert_eq!(feed(&ben, &calendar), public, "and to every member");
}

fn publishing_ends_the_old_address(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let anyone = server.anyone();
    let first = feed(&ana, &calendar);
    let second = publish(&ana, &calendar, true);
    is_gone(&anyone, &first);
    anyone.get(&second).send().expect(200);
    let third = publish(&ana, &calendar, false);
    assert_ne!(third, first);
    is_gone(&anyone, &first);
    is_gone(&anyone, &second);
    anyone.get(&third).send().expect(200);
    assert_eq!(publish(&ana, &calendar, false), third, "nothing changed");
    ana.put(&format!("/calendars/{calendar}")).json(json!({"name": "Office"})).send().expect(200);
    anyone.get(&third).send().expect(200);
    server.restart();
    server.anyone().get(&third).send().expect(200);
}

fn an_owner_renews_the_address(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for public in [false, true] {
        let old = publish(&ana, &calendar, public);
        let renewed = ana.post(&format!("/calendars/{calendar}/feed-token")).send().expect(200);
        let new = path(&renewed);
        assert_eq!(token(&new).len(), token(&old).len());
        assert_eq!(renewed["calendar"], ana.get(&format!("/calendars/{calendar}")).send().expect(200)["calendar"]);
        is_gone(&server.anyone(), &old);
        server.anyone().get(&new).send().expect(200);
    }
}

fn only_the_owner_renews_the_address(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Work");
    let (before, renew) = (feed(&ana, &calendar), format!("/calendars/{calendar}/feed-token"));
    ben.post(&renew).send().error(404, "NOT_FOUND");
    for role in ["viewer", "editor"] {
        ana.share(&calendar, &ben, role);
        ben.post(&renew).send().error(403, "FORBIDDEN");
    }
    server.anyone().post(&renew).send().error(401, "AUTH_REQUIRED");
    ana.key(json!({"calendars": ["read"], "events": ["write"]})).post(&renew).send().error(403, "FORBIDDEN");
    assert_eq!(feed(&ana, &calendar), before);
    ana.key(json!({"calendars": ["write"]})).post(&renew).send().expect(200);
    assert_ne!(feed(&ana, &calendar), before);
}

fn a_deleted_calendar_has_no_feed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let path = feed(&ana, &calendar);
    let anyone = server.anyone();
    let etag = anyone.get(&path).send().expect(200).etag();
    ana.delete(&format!("/calendars/{calendar}")).send().expect(200);
    is_gone(&anyone, &path);
    anyone.get(&path).header("If-None-Match", &etag).send().error(404, "NOT_FOUND");
    ana.post(&format!("/calendars/{calendar}/restore")).send().expect(200);
    anyone.get(&path).send().expect(200);
    ana.delete("/users/me").send().expect(200);
    is_gone(&anyone, &path);
}

fn a_guess_finds_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = feed(&ana, &ana.calendar("Work"));
    let known = token(&path);
    let calendars = ana.get("/calendars").send().expect(200);
    for guess in [
        "x",
        &"0".repeat(64),
        &known[..63],
        &format!("{known}0"),
        &known.to_ascii_uppercase(),
        &format!("{known}%00"),
        &format!("%20{known}"),
        "%00",
        "%2e%2e",
        "%FF",
        calendars.each("id")[0],
        &"a".repeat(5000),
    ] {
        let answer = server.anyone().get(&format!("/cal/{guess}/feed.ics")).send();
        // A digest without letters is the same in upper case.
        assert!(answer.status == 404 || guess == known, "{answer}");
    }
    for other in ["/cal//feed.ics", "/cal/feed.ics", &format!("/cal/{known}"), &format!("/cal/{known}/feed.ics/x")] {
        assert_eq!(server.anyone().get(other).send().status, 404);
    }
    server.anyone().post(&path).send().error(405, "NOT_FOUND");
}

fn an_unchanged_feed_is_not_sent_again(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let path = feed(&ana, &calendar);
    let anyone = server.anyone();
    let first = anyone.get(&path).send().expect(200);
    let (etag, changed) = (first.etag(), super::last_modified(&anyone, &path));
    let unchanged = anyone.get(&path).header("If-None-Match", &etag).send().expect(304);
    assert_eq!((unchanged.etag(), unchanged.body.len()), (etag.clone(), 0));
    anyone.get(&path).header("If-Modified-Since", &changed).send().expect(304);
    anyone.get(&path).header("If-Modified-Since", "Sun, 01 Mar 2026 12:00:00 GMT").send().expect(200);
    // The tag is looked at first.
    anyone.get(&path).header("If-None-Match", "\"other\"").header("If-Modified-Since", &changed).send().expect(200);
    server.restart();
    server.anyone().get(&path).header("If-None-Match", &etag).send().expect(304);
}

fn two_changes_of_one_second_are_told_apart(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let (path, anyone) = (feed(&ana, &calendar), server.anyone());
    for number in 0..5 {
        ana.event(event(&calendar, &format!("Talk {number}"), "2026-03-02T09:00:00Z"));
        let seen = anyone.get(&path).send().expect(200);
        ana.event(event(&calendar, &format!("Another {number}"), "2026-03-02T09:00:00Z"));
        let mut again = anyone.get(&path);
        if let Some(date) = seen.header("last-modified") {
            again = again.header("If-Modified-Since", date);
        }
        assert!(again.send().expect(200).body.len() > seen.body.len());
    }
}

fn every_change_is_a_new_version(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let calendar = ana.calendar("Work");
    let path = feed(&ana, &calendar);
    let anyone = server.anyone();
    let mut seen = anyone.get(&path).send().expect(200);
    let mut check = |what: &str| {
        let now = anyone.get(&path).header("If-None-Match", &seen.etag()).send();
        assert_eq!(now.status, 200, "{what}: the feed says that it has not changed");
        assert!(now.etag() != seen.etag() && now.body != seen.body, "{what}");
        seen = now;
    };
    let mut body = event(&calendar, "Talk", "2026-03-02T09:00:00Z");
    body["recurrence_rule"] = json!("FREQ=DAILY;COUNT=5");
    let event = path_of(&ana.event(body));
    check("made");
    ana.change(&event, json!({"title": "Lecture"}));
    check("changed");
    ana.change(&format!("{event}?occurrence=2026-03-03T09:00:00Z&scope=this"), json!({"title": "Once"}));
    check("one occurrence changed");
    ana.delete(&format!("{event}?occurrence=2026-03-04T09:00:00Z&scope=this")).send().expect(200);
    check("one occurrence deleted");
    ana.post(&format!("{event}/reminders")).json(json!({"minutes_before": [5]})).send().expect(200);
    check("a reminder");
    let body = json!({"attendees": [{"user_id": ben.id}]});
    let asked = ana.post(&format!("{event}/attendees")).json(body).send().expect(200);
    check("an attendee");
    let attendee = asked.at("/event/attendees/0/id");
    ben.put(&format!("{event}/attendees/{attendee}")).json(json!({"status": "accepted"})).send().expect(200);
    check("an answer");
    ana.delete(&event).send().expect(200);
    check("deleted");
    ana.post(&format!("{event}/restore")).send().expect(200);
    check("restored");
    ana.put(&format!("/calendars/{calendar}")).json(json!({"name": "Office"})).send().expect(200);
    check("renamed");
    ana.put(&format!("/calendars/{calendar}")).json(json!({"color": "#123456"})).send().expect(200);
    check("another colour");
    take(&ana, &calendar, file(&[vevent("one@example.com", NINE)]));
    check("imported");
    let elsewhere = ana.calendar("Elsewhere");
    ana.change(&event, json!({"calendar_id": elsewhere}));
    check("moved to another calendar");
    ana.change(&event, json!({"calendar_id": calendar}));
    check("moved back");
}

fn a_feed_may_be_asked_for_by_head(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = feed(&ana, &ana.calendar("Work"));
    let get = server.anyone().get(&path).send().expect(200);
    let head = server.anyone().request("HEAD", &path).send().expect(200);
    assert!(head.body.is_empty());
    for name in ["etag", "content-type"] {
        assert_eq!(head.header(name), get.header(name), "{name}");
    }
    server.anyone().request("HEAD", &path).header("If-None-Match", &get.etag()).send().expect(304);
}

fn a_feed_is_packed_for_who_takes_that(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let events: Vec<_> = (0..100).map(|number| vevent(&format!("{number}@example.com"), NINE)).collect();
    take(&ana, &calendar, file(&events));
    let path = feed(&ana, &calendar);
    let plain = server.anyone().get(&path).send().expect(200);
    assert_eq!(plain.header("content-encoding"), None);
    let packed = server.anyone().get(&path).header("Accept-Encoding", "gzip").send().expect(200);
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < plain.body.len() / 4);
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).expect("it is gzip");
    assert_eq!(unpacked, plain.body);
    assert!(packed.header("vary").is_some_and(|vary| vary.to_ascii_lowercase().contains("accept-encoding")));
    let again = server.anyone().get(&path).header("Accept-Encoding", "gzip").header("If-None-Match", &packed.etag());
    again.send().expect(304);
}

fn a_public_feed_shows_of_private_events_only_when_they_are(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    for class in ["public", "private", "confidential"] {
        let mut body = event(&calendar, &format!("{class} title"), "2026-03-02T09:00:00Z");
        for (name, value) in [
            ("class", json!(class)),
            ("description", json!(format!("{class} words"))),
            ("location", json!(format!("{class} place"))),
            ("tags", json!([format!("{class} tag")])),
            ("url", json!(format!("https://example.com/{class}"))),
            ("attendees", json!([{"email": format!("{class}@example.com")}])),
            ("attachments", json!([{"url": format!("https://example.com/{class}.pdf")}])),
            ("reminders", json!([5])),
        ] {
            body[name] = value;
        }
        ana.event(body);
    }
    let series = format!("{NINE}\nRRULE:FREQ=DAILY;COUNT=3");
    let once =
        "RECURRENCE-ID:20260303T090000Z\nDTSTART:20260303T100000Z\nDURATION:PT1H\nSUMMARY:private once\nCLASS:PRIVATE";
    take(&ana, &calendar, file(&[vevent("series@example.com", &series), vevent("series@example.com", once)]));
    let shown = |path: &str| server.anyone().get(path).send().expect(200).text().replace("\r\n ", "");

    let private = shown(&feed(&ana, &calendar));
    assert!(
        private.contains("confidential title") && private.contains("private words") && private.contains("private once")
    );
    let public = shown(&publish(&ana, &calendar, true));
    let lines: Vec<_> =
        public.lines().filter(|line| !line.starts_with("CLASS:")).map(str::to_ascii_lowercase).collect();
    let told: Vec<_> = lines.iter().filter(|line| line.contains("private") || line.contains("confidential")).collect();
    assert!(told.is_empty(), "{told:?}");
    assert!(
        public.contains("public title") && public.contains("public words") && public.contains("public@example.com")
    );
    assert_eq!(public.matches("BEGIN:VEVENT").count(), 5);
    assert_eq!(public.matches("DTSTART:20260302T090000Z").count(), 4, "when they are can be seen");
    assert!(public.contains("DTSTART:20260303T100000Z"));
    let member = String::from_utf8(raw(&ana, &calendar)).expect("text");
    assert!(member.contains("confidential title"), "a member's export shows all");
}

fn no_log_holds_a_token(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    take(&ana, &calendar, file(&[vevent("one@example.com", NINE)]));
    let mut tokens = Vec::new();
    for public in [false, true] {
        let path = publish(&ana, &calendar, public);
        let renewed = self::path(&ana.post(&format!("/calendars/{calendar}/feed-token")).send().expect(200));
        let anyone = server.anyone();
        let etag = anyone.get(&renewed).send().expect(200).etag();
        anyone.get(&renewed).header("If-None-Match", &etag).send().expect(304);
        anyone.request("HEAD", &renewed).send().expect(200);
        anyone.post(&renewed).send();
        anyone.get(&format!("{renewed}/more?x={}", token(&renewed))).send();
        is_gone(&anyone, &path);
        tokens.extend([path, renewed].map(|path| token(&path).to_owned()));
    }
    let metrics = server.anyone().get("/metrics").send().expect(200);
    server.stop();
    let log = server.log();
    assert!(log.contains("feed.ics"), "the requests were logged");
    for token in tokens {
        assert!(!log.contains(&token) && !metrics.text().contains(&token), "{token}");
    }
    assert!(!log.contains(&ana.access));
}
