//! Feeds that are shown in a Google calendar of their owner's account.

use std::time::{Duration, Instant};

use kalends_harness::providers::{Call, Fault, Google};
use kalends_harness::{Page, Settings, Store, User, each_store, wait};
use serde_json::{Value, json};

use crate::{Feeds, error, event, feed, page, started_with, titles};

each_store![
    a_feed_fills_a_calendar_of_its_own,
    only_what_changed_is_written_and_nothing_when_nothing_did,
    what_somebody_changes_there_is_put_back,
    people_are_invited_by_google,
    unregistering_removes_the_calendar,
    a_token_that_has_only_expired_troubles_nobody,
    what_google_refuses_leaves_nothing_behind,
    a_quota_pauses_that_account_alone,
    a_calendar_there_is_called_what_its_feed_is_called,
    who_has_given_up_the_account_unregisters_all_the_same,
    an_account_that_is_linked_again_goes_on_with_its_calendar,
];

/// Ana's account is linked.
struct Shown {
    feeds: Feeds,
    // After the server: what it asked is judged once it has ended.
    google: Google,
}

fn linked(store: Store) -> Shown {
    let google = Google::start();
    let feeds = started_with(store, |settings| with_google(store, google.settings(settings)));
    let shown = Shown { feeds, google };
    shown.link(&shown.feeds.ana);
    let account = || shown.feeds.ana.get("/integrations").send().expect(200).json["items"][0].clone();
    wait("the first sync", || account()["calendars"][0]["synced_at"].is_string());
    shown.google.take_calls();
    shown
}

fn with_google(store: Store, settings: Settings) -> Settings {
    let settings = settings.set("PROVIDER_SYNC_INTERVAL", "12h");
    match store {
        Store::Sqlite => settings,
        Store::Postgres => settings.set("ENCRYPTION_KEY", &"0123456789abcdef".repeat(4)),
    }
}

impl Shown {
    #[track_caller]
    fn link(&self, user: &User) {
        let to = user.post("/integrations/google/connect").send().expect(200).at("/authorization_url");
        let agreed = self.google.agree(&to).expect("she agrees");
        let back = self.feeds.server.anyone().get("/integrations/google/callback").header("Accept", "application/json");
        back.query("state", &agreed.state).query("code", &agreed.code).send().expect(200);
    }

    /// Registers a feed, and tells the id of its Google calendar once it is filled.
    #[track_caller]
    fn register(&self, path: &str, events: &[Value]) -> String {
        let known = self.google.calendars();
        self.feeds.web.serve(path, page(events));
        self.feeds.ana.post("/register").json(self.feeds.body(path, "json", "google")).send().expect(200);
        let made = self.google.calendars().into_iter().find(|id| !known.contains(id)).expect("a calendar is made");
        self.shows(&made, events.len());
        self.feeds.first_sync(&path[1..]);
        made
    }

    /// What is live in a calendar there.
    fn live(&self, calendar: &str) -> Vec<Value> {
        self.google.events(calendar).into_iter().filter(|event| event["status"] != "cancelled").collect()
    }

    #[track_caller]
    fn shows(&self, calendar: &str, events: usize) {
        wait("Google to show it", || self.live(calendar).len() == events);
    }

    /// The calls that wrote since this was last asked, once nobody calls any more.
    fn writes(&self) -> Vec<Call> {
        let mut calls = Vec::new();
        wait("Google to be left alone", || {
            std::thread::sleep(std::time::Duration::from_millis(700));
            let more = self.google.take_calls();
            let quiet = more.is_empty();
            calls.extend(more);
            quiet
        });
        calls.into_iter().filter(|call| call.method != "GET" && !call.path.ends_with("/token")).collect()
    }
}

fn titles_of(events: &[Value]) -> Vec<&str> {
    let mut titles: Vec<&str> = events.iter().map(|event| event["summary"].as_str().expect("a title")).collect();
    titles.sort_unstable();
    titles
}

fn a_feed_fills_a_calendar_of_its_own(store: Store) {
    let shown = linked(store);
    assert_eq!(shown.feeds.ana.post("/ping").json(json!({})).send().expect(200).json, json!({}));
    let mut rich = event("a", "A", 9);
    rich["description"] = json!("Markup <b>allowed</b>!");
    rich["recurrence"] = json!(["RRULE:FREQ=DAILY;COUNT=5", "RDATE;VALUE=DATE:20270320", "EXDATE;VALUE=DATE:20270302"]);
    rich["attendees"] = json!([{"email": "bob@example.com", "response": "rejected"}]);
    let calendar = shown.register("/cal", &[rich, event("b", "B", 9)]);
    let live = shown.live(&calendar);
    assert_eq!(titles_of(&live), ["A", "B"]);
    let series = live.iter().find(|event| event["summary"] == "A").expect("the series");
    assert_eq!(series["description"], "Markup <b>allowed</b>!", "markup is kept for Google");
    assert_eq!(
        (&series["attendees"][0]["email"], &series["attendees"][0]["responseStatus"]),
        (&json!("bob@example.com"), &json!("declined"))
    );
    let lines: Vec<&str> = series["recurrence"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(
        ["RRULE:", "RDATE", "EXDATE"].iter().all(|name| lines.iter().any(|line| line.starts_with(name))),
        "{lines:?}"
    );
    let made = shown.google.take_calls().into_iter().find(|call| call.is("POST", "/calendars")).expect("it was made");
    assert_eq!(made.body.expect("a body")["summary"], "Holidays");
    // It is one calendar here, read-only, and none that could be chosen for a sync of its own.
    let here = feed(&shown.feeds.ana, "cal")["calendar_id"].as_str().expect("an id").to_owned();
    assert_eq!(titles(&shown.feeds.ana, &here).len(), 2);
    let offered = shown.feeds.ana.get("/integrations/google/calendars").send().expect(200);
    assert!(!offered.json.to_string().contains(&calendar), "{offered}");
}

fn only_what_changed_is_written_and_nothing_when_nothing_did(store: Store) {
    let shown = linked(store);
    let list = |title: &str| [event("a", title, 9), event("b", "B", 9), event("c", "C", 9)];
    let calendar = shown.register("/cal", &list("A"));
    shown.writes();
    for _ in 0..2 {
        assert_eq!(shown.feeds.sync("cal"), [0, 0, 0, 3]);
    }
    assert!(shown.writes().is_empty(), "nothing changed, nothing is written");
    shown.feeds.web.serve("/cal", page(&list("Z")));
    assert_eq!(shown.feeds.sync("cal"), [0, 1, 0, 2]);
    wait("the change", || titles_of(&shown.live(&calendar)) == ["B", "C", "Z"]);
    let writes = shown.writes();
    let [patch] = &writes[..] else { panic!("{writes:?}") };
    assert_eq!((patch.method.as_str(), &patch.body.as_ref().expect("a body")["summary"]), ("PATCH", &json!("Z")));
    assert_eq!(patch.parameter("sendUpdates"), Some("none"));
    shown.feeds.web.serve("/cal", page(&[event("b", "B", 9), event("d", "D", 9)]));
    assert_eq!(shown.feeds.sync("cal"), [1, 0, 2, 1]);
    wait("the changes", || titles_of(&shown.live(&calendar)) == ["B", "D"]);
    let mut methods: Vec<String> = shown.writes().iter().map(|call| call.method.clone()).collect();
    methods.sort();
    assert_eq!(methods, ["DELETE", "DELETE", "POST"]);
}

fn what_somebody_changes_there_is_put_back(store: Store) {
    let shown = linked(store);
    let calendar = shown.register("/cal", &[event("a", "A", 9), event("b", "B", 9), event("c", "C", 9)]);
    let id = |title: &str| {
        let live = shown.live(&calendar);
        let found = live.iter().find(|event| event["summary"] == title).expect("it is there");
        found["id"].as_str().expect("an id").to_owned()
    };
    shown.google.change(&calendar, &id("A"), json!({"summary": "Changed", "location": "Elsewhere"}));
    shown.google.remove(&calendar, &id("B"));
    let at = |hour: u8| json!({"dateTime": format!("2027-03-05T{hour:02}:00:00Z")});
    shown.google.create(&calendar, json!({"summary": "Mine", "start": at(9), "end": at(10)}));
    shown.feeds.web.serve("/cal", page(&[event("a", "A", 9), event("b", "B", 9), event("c", "C2", 9)]));
    assert_eq!(shown.feeds.sync("cal"), [0, 1, 0, 2]);
    wait("all of it", || titles_of(&shown.live(&calendar)) == ["A", "B", "C2", "Mine"]);
    assert!(shown.live(&calendar).iter().all(|event| event["location"] != "Elsewhere"));
    let here = feed(&shown.feeds.ana, "cal")["calendar_id"].as_str().expect("an id").to_owned();
    let told: Vec<String> = titles(&shown.feeds.ana, &here).into_iter().map(|(title, _)| title).collect();
    assert_eq!(told, ["A", "B", "C2"], "nothing of it comes here");
}

fn a_token_that_has_only_expired_troubles_nobody(store: Store) {
    let shown = linked(store);
    let made = shown.register("/cal", &[event("a", "A", 9)]);
    let invited = json!({"id": "cal", "email": "bea@example.com"});
    for (path, body) in [("/ping", json!({})), ("/invite", invited), ("/unregister", json!({"id": "cal"}))] {
        shown.google.expire_access();
        assert_eq!(shown.feeds.ana.post(path).json(body).send().expect(200).json, json!({}), "{path}");
    }
    assert!(!shown.google.calendars().contains(&made));
    shown.google.expire_access();
    shown.register("/other", &[event("a", "A", 9)]);
}

fn people_are_invited_by_google(store: Store) {
    let shown = linked(store);
    let calendar = shown.register("/cal", &[event("a", "A", 9)]);
    shown.google.take_calls();
    let body = json!({"id": "cal", "email": "user@gmail.com"});
    assert_eq!(shown.feeds.ana.post("/invite").json(body).send().expect(200).json, json!({}));
    assert_eq!(shown.google.shared_with(&calendar), [("user@gmail.com".to_owned(), "reader".to_owned())]);
    let calls = shown.google.take_calls();
    let call = calls.iter().find(|call| call.is("POST", "/acl")).expect("it was shared");
    assert_eq!(call.parameter("sendNotifications"), Some("true"));
}

fn unregistering_removes_the_calendar(store: Store) {
    let shown = linked(store);
    let calendar = shown.register("/cal", &[event("a", "A", 9)]);
    shown.google.fail(Fault::on("DELETE", "").refused(500, "backendError"));
    let unregister = || shown.feeds.ana.post("/unregister").json(json!({"id": "cal"})).send();
    error(unregister(), 421, "downstream_external");
    assert!(shown.google.calendars().contains(&calendar), "all stays as it is");
    assert_eq!(feed(&shown.feeds.ana, "cal")["id"], "cal");
    unregister().expect(200);
    assert!(!shown.google.calendars().contains(&calendar));
    assert!(shown.feeds.ana.get("/feeds").send().expect(200).items().is_empty());
}

fn what_google_refuses_leaves_nothing_behind(store: Store) {
    let shown = linked(store);
    shown.feeds.web.serve("/cal", page(&[]));
    let register = || shown.feeds.ana.post("/register").json(shown.feeds.body("/cal", "json", "google")).send();
    let ping = || shown.feeds.ana.post("/ping").json(json!({})).send();
    shown.google.fail(Fault::on("POST", "/calendars").refused(403, "quotaExceeded"));
    assert!(error(register(), 421, "downstream_external").starts_with("Google "));
    assert!(shown.feeds.ana.get("/feeds").send().expect(200).items().is_empty());
    assert_eq!(shown.google.calendars().len(), 1);
    shown.google.fail(Fault::on("GET", "/calendars/primary").refused(503, "backendError"));
    error(ping(), 421, "downstream_external");
    ping().expect(200);
    // The permission is taken back.
    shown.google.take_back();
    error(ping(), 421, "downstream_external");
    error(register(), 421, "downstream_external");
}

fn a_quota_pauses_that_account_alone(store: Store) {
    let shown = linked(store);
    let calendar = shown.register("/cal", &[event("a", "A", 9)]);
    let other = shown.register("/other", &[event("o", "O", 9)]);
    let bob = shown.feeds.server.register("bob@example.com");
    shown.google.sign_in("bob@gmail.example");
    shown.link(&bob);
    let known = shown.google.calendars();
    shown.feeds.web.serve("/bob", page(&[event("x", "X", 9)]));
    shown.google.fail(Fault::on("PATCH", "").busy(403, "rateLimitExceeded", 5));
    shown.feeds.web.serve("/cal", page(&[event("a", "Later", 9)]));
    assert_eq!(shown.feeds.sync("cal"), [0, 1, 0, 0]);
    wait("the refusal", || shown.google.calls().iter().any(|call| call.status == 403));
    let since = Instant::now();
    shown.google.take_calls();
    // Another calendar of hers waits too.
    shown.feeds.web.serve("/other", page(&[event("o", "Later too", 9)]));
    assert_eq!(shown.feeds.sync("other"), [0, 1, 0, 0]);
    bob.post("/register").json(shown.feeds.body("/bob", "json", "google")).send().expect(200);
    let made = shown.google.calendars().into_iter().find(|id| !known.contains(id)).expect("a calendar is made");
    shown.shows(&made, 1);
    wait("the quota to be there again", || titles_of(&shown.live(&other)) == ["Later too"]);
    assert!(since.elapsed() > Duration::from_millis(4_500), "she was left alone for {:?}", since.elapsed());
    let refused = shown.google.calls().into_iter().filter(|call| call.status >= 400).count();
    assert_eq!(refused, 0, "nobody asks in vain meanwhile");
    wait("the one that was refused", || titles_of(&shown.live(&calendar)) == ["Later"]);
}

fn a_calendar_there_is_called_what_its_feed_is_called(store: Store) {
    let shown = linked(store);
    let calendar = shown.register("/cal", &[event("a", "A", 9)]);
    let titled = |title: &str| {
        shown.feeds.web.serve("/cal", Page::json(&json!({"title": title, "events": [event("a", "A", 9)]})));
        shown.feeds.sync("cal");
    };
    let here = feed(&shown.feeds.ana, "cal")["calendar_id"].as_str().expect("an id").to_owned();
    let here = || shown.feeds.ana.get(&format!("/calendars/{here}")).send().expect(200).at("/calendar/name");
    let named = || (here(), shown.google.name_of(&calendar));
    let both = |name: &str| (name.to_owned(), name.to_owned());
    titled("Feiertage");
    assert_eq!(named(), both("Feiertage"));
    // Where Google fails, it is done with the next sync.
    shown.google.fail(Fault::on("PATCH", "").refused(500, "backendError"));
    titled("Ferien");
    assert_eq!(named(), both("Feiertage"));
    let told = feed(&shown.feeds.ana, "cal");
    assert!(told["last_error"].as_str().is_some_and(|error| error.contains("another title")), "{told}");
    shown.feeds.sync("cal");
    assert_eq!(named(), both("Ferien"));
    assert_eq!(feed(&shown.feeds.ana, "cal").get("last_error"), None);
    // What a person has called otherwise stays so.
    shown.google.rename(&calendar, "My days off");
    titled("Urlaub");
    assert_eq!(named(), ("Urlaub".to_owned(), "My days off".to_owned()));
}

fn who_has_given_up_the_account_unregisters_all_the_same(store: Store) {
    let shown = linked(store);
    let calendar = shown.register("/cal", &[event("a", "A", 9)]);
    shown.feeds.ana.delete("/integrations/google").send().expect(200);
    let unregister = |body: Value| shown.feeds.ana.post("/unregister").json(body).send();
    let hint = error(unregister(json!({"id": "cal"})), 421, "downstream_external");
    assert!(hint.contains("\"keep_google_calendar\": true"), "{hint}");
    assert_eq!(feed(&shown.feeds.ana, "cal")["id"], "cal", "all stays as it is");
    let hint = error(unregister(json!({"id": "cal", "keep_google_calendar": 1})), 422, "request_body");
    assert_eq!(hint, "Expected Boolean at $.keep_google_calendar: Received 1");
    let here = feed(&shown.feeds.ana, "cal")["calendar_id"].as_str().expect("an id").to_owned();
    unregister(json!({"id": "cal", "keep_google_calendar": true})).expect(200);
    assert!(shown.feeds.ana.get("/feeds").send().expect(200).items().is_empty());
    shown.feeds.ana.get(&format!("/calendars/{here}")).send().error(404, "NOT_FOUND");
    assert!(shown.google.calendars().contains(&calendar), "there it is out of reach");
}

fn an_account_that_is_linked_again_goes_on_with_its_calendar(store: Store) {
    let shown = linked(store);
    let calendar = shown.register("/cal", &[event("a", "A", 9)]);
    shown.feeds.ana.delete("/integrations/google").send().expect(200);
    shown.feeds.web.serve("/cal", page(&[event("a", "B", 9), event("b", "C", 9)]));
    assert_eq!(shown.feeds.sync("cal"), [1, 1, 0, 0], "here it goes on");
    let told = feed(&shown.feeds.ana, "cal");
    assert!(told["last_error"].as_str().is_some_and(|error| error.contains("no Google account is linked")), "{told}");
    error(
        shown.feeds.ana.post("/invite").json(json!({"id": "cal", "email": "a@b.example"})).send(),
        421,
        "downstream_external",
    );
    shown.link(&shown.feeds.ana);
    shown.feeds.sync("cal");
    wait("it to be shown again", || titles_of(&shown.live(&calendar)) == ["B", "C"]);
    assert_eq!(shown.google.calendars().len(), 2, "in the calendar that there was");
    assert_eq!(feed(&shown.feeds.ana, "cal").get("last_error"), None);
}
