//! Starting over: nothing is doubled, and nothing vanishes by accident.

use kalends_harness::{Store, each_store, wait};
use serde_json::{Value, json};

use crate::{Linked, account, each, here, hour, link, linked, make, pull, settle, sync, text, there, writes};

each_store![
    a_sync_that_starts_over_doubles_nothing,
    linking_again_adopts_what_is_there,
    another_account_takes_the_place_of_the_first,
    most_of_a_calendar_is_deleted_when_asked_again,
    a_few_deletions_are_simply_made,
    what_would_be_done_can_be_asked,
    the_log_tells_what_was_done_and_why,
];

fn a_sync_that_starts_over_doubles_nothing(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    let ids: Vec<String> = (1..5)
        .map(|day| linked.google.create(&own, hour(&format!("Theirs {day}"), &format!("2027-03-0{day}T10:00:00"))))
        .collect();
    make(&linked, "Ours", "2027-03-08T09:00:00Z");
    linked.rest();
    linked.google.change(&own, &ids[0], json!({"summary": "Changed"}));
    linked.google.remove(&own, &ids[1]);
    linked.google.expire_sync();
    linked.google.take_calls();
    assert_eq!(pull(&linked), (0, 1));
    settle(&linked, "google");
    let calls = linked.google.take_calls();
    assert!(calls.iter().any(|call| call.status == 410), "the token was tried");
    assert!(writes(&calls).is_empty(), "{:?}", writes(&calls));
    let expected = ["Changed", "Ours", "Theirs 3", "Theirs 4"];
    assert_eq!(each(&here(&linked), "title"), expected);
    assert_eq!(each(&there(&linked.google), "summary"), expected);
}

fn linking_again_adopts_what_is_there(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    let theirs = linked.google.create(&own, hour("Theirs", "2027-03-01T10:00:00"));
    let mut weekly = hour("Series", "2027-03-02T10:00:00");
    weekly["recurrence"] = json!(["RRULE:FREQ=WEEKLY;COUNT=3"]);
    linked.google.create(&own, weekly);
    let ours = make(&linked, "Ours", "2027-03-03T09:00:00Z");
    settle(&linked, "google");
    let ids = each(&here(&linked), "id");
    linked.delete("/integrations/google").send().expect(200);
    // Both sides go on alone.
    linked.google.change(&own, &theirs, json!({"location": "Hall 2"}));
    make(&linked, "Meanwhile", "2027-03-04T09:00:00Z");

    linked.google.take_calls();
    link(&linked.server, &linked, &linked.google);
    wait("the new one", || each(&there(&linked.google), "summary").contains(&"Meanwhile".to_owned()));
    settle(&linked, "google");
    assert_eq!(each(&there(&linked.google), "summary"), ["Meanwhile", "Ours", "Series", "Theirs"]);
    assert_eq!(each(&here(&linked), "title"), ["Meanwhile", "Ours", "Series", "Series", "Series", "Theirs"]);
    assert!(ids.iter().all(|id| each(&here(&linked), "id").contains(id)), "the same events as before");
    let calls = linked.google.take_calls();
    assert_eq!(
        writes(&calls).iter().filter(|call| call.method == "POST").count(),
        1,
        "one was new: {:?}",
        writes(&calls)
    );
    assert!(here(&linked).iter().any(|it| it["title"] == "Theirs" && it["location"] == "Hall 2"));
    let log = linked.get("/integrations/google/log").send().expect(200);
    let adopted: Vec<&str> = log
        .items()
        .iter()
        .filter(|it| it["action"] == "adopted" || it["action"] == "updated")
        .map(|it| text(&it["title"]))
        .collect();
    for title in ["Ours", "Series", "Theirs"] {
        assert!(adopted.contains(&title), "{title} in {log}");
    }
    let shown = linked.get(&format!("/api/calendar/events/{}", text(&ours["id"]))).send().expect(200);
    assert_eq!(shown["data"]["googleEventId"], ours["googleEventId"]);
}

fn another_account_takes_the_place_of_the_first(store: Store) {
    let linked = linked(store);
    let first = linked.google.account();
    linked.google.create(&first, hour("Of the first", "2027-03-01T10:00:00"));
    settle(&linked, "google");
    linked.google.sign_in("work@gmail.example");
    link(&linked.server, &linked, &linked.google);
    wait("the other account", || account(&linked)["calendars"][0]["synced_at"].is_string());
    settle(&linked, "google");
    assert_eq!(account(&linked)["email"], "work@gmail.example");
    assert_eq!(each(&here(&linked), "title"), ["Of the first"]);
    assert_eq!(
        each(&there(&linked.google), "summary"),
        ["Of the first"],
        "the calendar here is told to the new account"
    );
    assert_eq!(linked.google.events(&first).len(), 1, "and the old one is left alone");
}

/// Twelve events on both sides, and their ids there.
fn twelve(linked: &Linked) -> Vec<String> {
    let own = linked.google.account();
    let create = |number: usize| {
        linked.google.create(&own, hour(&format!("Day {number:02}"), &format!("2027-03-{:02}T10:00:00", number + 1)))
    };
    let ids = (0..12).map(create).collect();
    assert_eq!(pull(linked), (12, 0));
    ids
}

fn held(linked: &Linked) -> Value {
    account(linked)["calendars"][0]["held"].clone()
}

fn most_of_a_calendar_is_deleted_when_asked_again(store: Store) {
    let linked = linked(store);
    let ids = twelve(&linked);
    for id in &ids[..8] {
        linked.google.remove(&linked.google.account(), id);
    }
    // What else happened is not kept waiting.
    linked.google.change(&linked.google.account(), &ids[11], json!({"summary": "Changed"}));
    let done = sync(&linked, "google");
    assert_eq!(done["held"], json!([{"side": "here", "deletions": 8, "of": 12}]));
    assert_eq!((&done["here"]["deleted"], &done["here"]["updated"]), (&json!(0), &json!(1)));
    assert_eq!((here(&linked).len(), held(&linked)), (12, json!(true)));
    let log = linked.get("/integrations/google/log").send().expect(200);
    assert!(log.items().iter().any(|it| it["action"] == "held" && text(&it["reason"]).contains("8 of 12")), "{log}");
    // A write here syncs too, but nobody asked for the deletions by it.
    make(&linked, "Ours", "2027-04-01T09:00:00Z");
    wait("the write", || each(&there(&linked.google), "summary").contains(&"Ours".to_owned()));
    assert_eq!((here(&linked).len(), held(&linked)), (13, json!(true)));
    let would = linked.post("/integrations/google/sync?dry_run=true").send().expect(200);
    assert_eq!((&would["here"]["deleted"], here(&linked).len()), (&json!(8), 13));

    let done = sync(&linked, "google");
    assert_eq!((&done["here"]["deleted"], &done["held"]), (&json!(8), &json!([])));
    let left = ["Changed", "Day 08", "Day 09", "Day 10", "Ours"];
    assert_eq!((each(&here(&linked), "title"), held(&linked)), (left.map(str::to_owned).to_vec(), json!(false)));
    assert_eq!(each(&there(&linked.google), "summary"), left);
    // They can still be brought back from the trash.
    let trash = linked.get("/trash").send().expect(200);
    assert!(trash.text().contains("Day 00"), "{trash}");
}

fn a_few_deletions_are_simply_made(store: Store) {
    let linked = linked(store);
    let ids = twelve(&linked);
    for id in &ids[..6] {
        linked.google.remove(&linked.google.account(), id);
    }
    let done = sync(&linked, "google");
    assert_eq!((&done["here"]["deleted"], &done["held"]), (&json!(6), &json!([])));
    assert_eq!(here(&linked).len(), 6);
    for id in &ids[6..] {
        linked.google.remove(&linked.google.account(), id);
    }
    assert_eq!(sync(&linked, "google")["here"]["deleted"], 6, "a small calendar may be emptied");
    assert!(here(&linked).is_empty());
}

fn what_would_be_done_can_be_asked(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    let id = linked.google.create(&own, hour("Old", "2027-03-01T10:00:00"));
    let gone = linked.google.create(&own, hour("Gone", "2027-03-02T10:00:00"));
    pull(&linked);
    linked.google.create(&own, hour("New", "2027-03-03T10:00:00"));
    linked.google.change(&own, &id, json!({"summary": "Renamed"}));
    linked.google.remove(&own, &gone);
    let (before, log) = (here(&linked), linked.get("/integrations/google/log").send().expect(200).json);
    let counts = json!({"created": 1, "updated": 1, "deleted": 1});
    for _ in 0..2 {
        let would = linked.post("/integrations/google/sync?dry_run=true").send().expect(200);
        assert_eq!((&would["dry_run"], &would["here"]), (&json!(true), &counts));
        let actions = would["actions"].as_array().expect("actions");
        let mut told: Vec<_> =
            actions.iter().map(|it| (text(&it["side"]), text(&it["action"]), text(&it["title"]))).collect();
        told.sort_unstable();
        assert_eq!(told, [("here", "created", "New"), ("here", "deleted", "Gone"), ("here", "updated", "Old")]);
        assert!(actions.iter().all(|it| !text(&it["reason"]).is_empty()));
    }
    assert_eq!(here(&linked), before);
    assert_eq!(linked.get("/integrations/google/log").send().expect(200).json, log);
    linked.post("/integrations/google/sync?dry_run=maybe").send().invalid(&["dry_run"]);
    let done = sync(&linked, "google");
    assert_eq!((&done["dry_run"], &done["here"], done.json.get("actions")), (&json!(false), &counts, None));
    assert_eq!(each(&here(&linked), "title"), ["New", "Renamed"]);
}

fn the_log_tells_what_was_done_and_why(store: Store) {
    let linked = linked(store);
    let own = linked.google.account();
    let id = linked.google.create(&own, hour("Theirs", "2027-03-01T10:00:00"));
    pull(&linked);
    linked.google.change(&own, &id, json!({"summary": "Renamed"}));
    pull(&linked);
    linked.google.remove(&own, &id);
    pull(&linked);
    make(&linked, "Ours", "2027-03-02T09:00:00Z");
    settle(&linked, "google");
    let path = "/integrations/google/log";
    let log = linked.get(path).send().expect(200);
    let told: Vec<_> = log
        .items()
        .iter()
        .map(|it| (text(&it["side"]), text(&it["action"]), text(&it["title"]), text(&it["reason"])))
        .collect();
    assert_eq!(
        told,
        [
            ("there", "created", "Ours", "new here"),
            ("here", "deleted", "Renamed", "deleted at Google"),
            ("here", "updated", "Theirs", "changed at Google"),
            ("here", "created", "Theirs", "new at Google"),
        ]
    );
    assert_eq!(log.items()[2]["fields"], json!(["title"]));
    assert!(log.items()[1..].iter().all(|it| it["provider_event_id"] == id.as_str()), "{log}");
    let first = linked.get(path).query("limit", "3").send().expect(200);
    let rest =
        linked.get(path).query("limit", "3").query("cursor", &first.next_cursor().expect("more")).send().expect(200);
    assert_eq!([first.items(), rest.items()].concat(), log.items());
}
