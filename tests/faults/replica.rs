//! `DATABASE_READ_URL`: events are read from a replica, and nobody can tell: not while it lags, not on another node, and not
//! when it is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kalends_harness::{Cluster, Database, Server, Settings, User, event, path_of, run, wait};
use serde_json::{Value, json};

const WINDOW: [&str; 2] = ["2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"];

/// What a list of the day says. Each asks for a little more than the one before: a node keeps what it has been asked.
fn titles(user: &User) -> Vec<String> {
    static ASKED: AtomicU64 = AtomicU64::new(0);
    let second = ASKED.fetch_add(1, Ordering::Relaxed);
    let page = user
        .between(WINDOW[0], &format!("2026-03-03T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60));
    page.each("title").into_iter().map(str::to_owned).collect()
}

/// Queries for events that the replica has begun to answer.
fn asked(replica: &Cluster) -> u64 {
    let scans = replica.sql("select coalesce(sum(idx_scan), 0) from pg_stat_user_indexes where relname = 'events'");
    scans[0].parse().expect("a number")
}

fn caught_up(primary: &Cluster, replica: &Cluster) {
    let at = &primary.sql("select pg_current_wal_lsn()")[0];
    let is_there = format!("select pg_last_wal_replay_lsn() >= '{at}'");
    wait("the replica to catch up", || replica.sql(&is_there) == ["t"]);
}

#[test]
fn what_was_written_is_read_wherever_it_is_read() {
    let Some(primary) = Cluster::start() else { return };
    let database = Arc::new(Database::at(&primary.url()));
    let alone = Server::start_on(database.clone(), Settings::new());
    let ana = alone.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let replica = primary.replica();
    let settings = Settings::new().set("DATABASE_READ_URL", &replica.url());
    let nodes = [0; 2].map(|_| Server::start_on(database.clone(), settings.clone()));
    let [here, there] = [ana.at(&nodes[0]), ana.at(&nodes[1])];

    let first = here.event(event(&calendar, "first", WINDOW[0]));
    caught_up(&primary, &replica);
    wait("the replica to be asked", || {
        assert_eq!(titles(&there), ["first"]);
        asked(&replica) > 0
    });

    // As it lags by itself: each write is read at once, on both nodes.
    for number in 0..20 {
        here.change(&path_of(&first), json!({"title": format!("first {number}")}));
        for user in [&there, &here] {
            assert_eq!(titles(user), [format!("first {number}")]);
        }
    }

    // It stands still: what was not written since may still come from it, what was may not.
    caught_up(&primary, &replica);
    replica.sql("select pg_wal_replay_pause()");
    wait("the replay to pause", || replica.sql("select pg_get_wal_replay_pause_state()") == ["paused"]);
    let second = here.event(event(&calendar, "second", WINDOW[0]));
    for user in [&there, &here] {
        assert_eq!(titles(user).len(), 2);
    }
    here.delete(&path_of(&first)).send().expect(200);
    assert_eq!(titles(&there), ["second"]);
    let other = there.calendar("New");
    there.event(event(&other, "third", WINDOW[0]));
    assert_eq!(titles(&here).len(), 2);
    here.change(&path_of(&second), json!({"calendar_id": other}));
    let (mut moved, listed) =
        (titles(&there), here.get(&format!("/events?calendar_id={other}&start={}&end={}", WINDOW[0], WINDOW[1])));
    moved.sort();
    assert_eq!(moved, ["second", "third"]);
    assert_eq!(listed.send().expect(200).items().len(), 2);
    // In every way that events are written.
    there.post(&format!("{}/restore", path_of(&first))).send().expect(200);
    assert_eq!(titles(&here).len(), 3);
    let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260101T000000Z\r\n\
                DTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\nSUMMARY:imported\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    here.import(&other, file).send().expect(200);
    assert!(titles(&there).contains(&"imported".to_owned()));
    let token = there.booking_link(&other);
    here.book(&token, 0, "guest@example.com").expect("an answer").expect(201);
    assert_eq!(there.between("2058-03-04T00:00:00Z", "2058-03-05T00:00:00Z").items().len(), 1);
    here.delete(&format!("/calendars/{other}")).send().expect(200);
    assert_eq!(titles(&there), ["first 19"]);
    there.post(&format!("/calendars/{other}/restore")).send().expect(200);
    assert_eq!(titles(&here).len(), 4);
    replica.sql("select pg_wal_replay_resume()");
    caught_up(&primary, &replica);
    let before = asked(&replica);
    wait("the replica to be asked again", || {
        assert_eq!(titles(&there).len(), 4);
        asked(&replica) > before
    });

    // It goes: reading goes on, and soon without waiting for it.
    replica.stop("immediate");
    for _ in 0..20 {
        let since = Instant::now();
        assert_eq!(titles(&here).len(), 4);
        assert!(since.elapsed() < Duration::from_secs(2), "{:?}", since.elapsed());
    }
    assert_eq!(nodes[0].log().matches("the replica is not read from").count(), 1, "{}", nodes[0].log());
    assert_eq!(diagnosis(&primary, &replica), "warn");
    replica.start_again();
    assert_eq!(diagnosis(&primary, &replica), "ok");
    let before = asked(&replica);
    wait("the replica to be asked after it came back", || {
        assert_eq!(titles(&here).len(), 4);
        asked(&replica) > before
    });
    assert!(nodes[0].log().contains("the replica is read from again"), "{}", nodes[0].log());
}

/// What the doctor says of the replica.
fn diagnosis(primary: &Cluster, replica: &Cluster) -> String {
    let settings = [("DATABASE_URL", primary.url()), ("DATABASE_READ_URL", replica.url())];
    let told = run(&["doctor", "--json"], &settings.each_ref().map(|(name, url)| (*name, url.as_str())), "");
    let checks = told.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON"));
    let found: Vec<Value> = checks.filter(|check: &Value| check["check"] == "DATABASE_READ_URL").collect();
    assert_eq!(found.len(), 1, "{}", told.stdout);
    found[0]["state"].as_str().expect("a state").to_owned()
}
