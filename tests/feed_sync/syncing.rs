//! When feeds are synced, what is asked of their servers, and what is written.

use std::time::{Duration, Instant};

use kalends_harness::{Page, Store, each_store, wait};
use serde_json::{Value, json};

use crate::{event, feed, page, started, started_with, titles};

each_store![
    what_has_not_changed_is_asked_for_once_and_written_never,
    ids_that_change_at_each_answer_change_nothing_here,
    half_of_many_is_held_back_once,
    errors_are_told_and_do_no_harm,
    feeds_are_synced_of_themselves,
    a_slow_feed_delays_no_other,
    a_name_may_hold_anything,
];

/// What an event is, with its version.
fn shown(user: &kalends_harness::User, id: &str) -> (Value, String) {
    let answer = user.get(&format!("/events/{id}")).send().expect(200);
    (answer["event"].clone(), answer.etag())
}

fn what_has_not_changed_is_asked_for_once_and_written_never(store: Store) {
    let feeds = started(store);
    let tagged = |tag: &str, events: &[Value]| page(events).header("ETag", tag);
    let calendar = feeds.local("/cal", tagged("\"1\"", &[event("a", "A", 9), event("b", "B", 9)]));
    let before: Vec<_> = titles(&feeds.ana, &calendar).iter().map(|(_, id)| shown(&feeds.ana, id)).collect();
    feeds.web.take_answers();
    assert_eq!(feeds.sync("cal"), [0, 0, 0, 2]);
    assert_eq!(feeds.web.take_answers(), [("/cal".to_owned(), 304)], "one conditional request");
    // The same bytes once more, as from a server that knows no versions.
    feeds.web.serve("/cal", page(&[event("a", "A", 9), event("b", "B", 9)]));
    assert_eq!(feeds.sync("cal"), [0, 0, 0, 2]);
    assert_eq!(feeds.web.take_answers(), [("/cal".to_owned(), 200)]);
    // Other bytes that say the same.
    feeds.web.serve("/cal", page(&[event("b", "B", 9), event("a", "A", 9)]));
    assert_eq!(feeds.sync("cal"), [0, 0, 0, 2]);
    let after: Vec<_> = titles(&feeds.ana, &calendar).iter().map(|(_, id)| shown(&feeds.ana, id)).collect();
    assert_eq!(before, after);
    // One is changed, one goes, one comes.
    feeds.web.serve("/cal", page(&[event("a", "A", 10), event("c", "C", 9)]));
    assert_eq!(feeds.sync("cal"), [1, 1, 1, 0]);
    let told = titles(&feeds.ana, &calendar);
    assert_eq!(told.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>(), ["A", "C"]);
    assert_eq!(told[0].1, before[0].0["id"], "what changed keeps its id");
    assert_eq!(shown(&feeds.ana, &told[0].1).0["start_time"], "2027-03-01T10:00:00Z");
}

fn ids_that_change_at_each_answer_change_nothing_here(store: Store) {
    let feeds = started(store);
    let list = |round: u8| {
        let named = |n: u8| event(&format!("{round}-{n}"), &format!("T{}", n % 3), 9 + n % 2);
        page(&(0..8).map(named).collect::<Vec<_>>())
    };
    let calendar = feeds.local("/cal", list(0));
    let list_of = || feeds.ana.between("2027-03-01T00:00:00Z", "2027-03-02T00:00:00Z").items().to_vec();
    let before = list_of();
    assert!(before.len() == 8 && before.iter().all(|event| event["calendar_id"] == calendar.as_str()));
    for round in 1..4 {
        feeds.web.serve("/cal", list(round));
        assert_eq!(feeds.sync("cal"), [0, 0, 0, 8]);
    }
    assert_eq!(before, list_of());
}

fn half_of_many_is_held_back_once(store: Store) {
    let feeds = started(store);
    let many: Vec<Value> = (0..12).map(|n| event(&n.to_string(), &format!("T{n:02}"), 9)).collect();
    let calendar = feeds.local("/cal", page(&many));
    feeds.web.serve("/cal", page(&[]).header("ETag", "\"empty\""));
    assert_eq!(feeds.sync("cal"), [0, 0, 0, 12]);
    let held = feed(&feeds.ana, "cal");
    assert!(held["last_error"].as_str().is_some_and(|error| error.contains("0 of 12")), "{held}");
    // It was an accident.
    feeds.web.serve("/cal", page(&many[1..]));
    assert_eq!(feeds.sync("cal"), [0, 0, 1, 11]);
    assert_eq!(feed(&feeds.ana, "cal").get("last_error"), None);
    // This time it is none.
    feeds.web.serve("/cal", page(&many[1..6]));
    assert_eq!(feeds.sync("cal"), [0, 0, 0, 11]);
    assert_eq!(feeds.sync("cal"), [0, 0, 6, 5]);
    assert_eq!(titles(&feeds.ana, &calendar).len(), 5);
    // Of few, all may go at once.
    feeds.web.serve("/cal", page(&[]));
    assert_eq!(feeds.sync("cal"), [0, 0, 5, 0]);
}

fn errors_are_told_and_do_no_harm(store: Store) {
    let feeds = started(store);
    let calendar = feeds.local("/cal", page(&[event("a", "A", 9)]));
    for broken in [Page::status(500), Page::status(404), Page::status(200).body("{"), page(&[json!({"id": 5})])] {
        feeds.web.serve("/cal", broken);
        let begun = feed(&feeds.ana, "cal")["last_synced_at"].clone();
        crate::error(feeds.ana.post("/feeds/cal/sync").send(), 421, "downstream_fetch");
        let told = feed(&feeds.ana, "cal");
        assert!(told["last_error"].is_string() && told["last_synced_at"] == begun, "{told}");
        assert_eq!(titles(&feeds.ana, &calendar).len(), 1);
    }
    feeds.web.serve("/cal", page(&[event("a", "A", 9), event("b", "B", 9)]));
    assert_eq!(feeds.sync("cal"), [1, 0, 0, 1]);
    assert_eq!(feed(&feeds.ana, "cal").get("last_error"), None);
}

fn feeds_are_synced_of_themselves(store: Store) {
    let mut feeds = started_with(store, |settings| settings.set("FEED_SYNC_INTERVAL", "1s"));
    let calendar = feeds.local("/cal", page(&[event("a", "A", 9)]));
    let shows = |feeds: &crate::Feeds, titles_: &[&str]| {
        let told = titles(&feeds.ana, &calendar);
        told.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>() == titles_
    };
    feeds.web.serve("/cal", page(&[event("a", "B", 9)]));
    wait("the change", || shows(&feeds, &["B"]));
    // A feed that fails is asked more and more seldom, and again once it is well.
    feeds.web.serve("/cal", Page::status(500));
    wait("the error", || feed(&feeds.ana, "cal")["last_error"].is_string());
    feeds.web.serve("/cal", page(&[event("a", "C", 9)]));
    wait("it to be well again", || shows(&feeds, &["C"]) && feed(&feeds.ana, "cal").get("last_error").is_none());
    // It goes on where another server left off.
    feeds.server.restart();
    feeds.ana = feeds.ana.at(&feeds.server);
    feeds.web.serve("/cal", page(&[event("a", "D", 9)]));
    wait("the change after a restart", || shows(&feeds, &["D"]));
}

fn a_slow_feed_delays_no_other(store: Store) {
    let feeds = started_with(store, |settings| settings.set("FEED_SYNC_INTERVAL", "1s"));
    feeds.local("/slow", page(&[]));
    let calendar = feeds.local("/quick", page(&[]));
    feeds.web.serve("/slow", page(&[]).slow(Duration::from_secs(15)));
    feeds.web.take_answers();
    wait("the slow one to be asked", || feeds.web.take_answers().iter().any(|(path, _)| path == "/slow"));
    let begun = Instant::now();
    feeds.web.serve("/quick", page(&[event("a", "A", 9)]));
    wait("the quick one", || titles(&feeds.ana, &calendar).len() == 1);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

fn a_name_may_hold_anything(store: Store) {
    let feeds = started(store);
    feeds.web.serve("/cal", page(&[event("a", "A", 9)]));
    let name = "a/b %2F+ü?#";
    let body = json!({"id": name, "url": feeds.web.url("/cal"), "format": "json", "destination": "local"});
    feeds.ana.post("/register").json(body).send().expect(200);
    wait("the first sync", || feed(&feeds.ana, name)["last_synced_at"].is_string());
    let done = feeds.ana.post("/feeds/a%2Fb%20%252F%2B%C3%BC%3F%23/sync").send().expect(200);
    assert_eq!(done["unchanged"], 1);
    feeds.ana.post("/unregister").json(json!({"id": name})).send().expect(200);
}
