//! Through pgbouncer in transaction mode: each transaction may run on another connection, so nothing may be prepared or set
//! beyond it.

use std::sync::Arc;

use kalends_harness::{Bouncer, Cluster, Database, Server, Settings, Smtp, event, path_of, run};
use serde_json::json;

use crate::load::under_load;

#[test]
fn a_day_of_work_through_a_pooler() {
    let Some(cluster) = Cluster::start() else { return };
    let Some(bouncer) = Bouncer::start(&cluster) else { return };
    let smtp = Smtp::start();
    let database = Arc::new(Database::at(&bouncer.url()));
    let settings = smtp.settings(Settings::new()).set("DATABASE_POOL_MODE", "transaction");
    // Two that start at once migrate through it, once.
    let mut nodes = std::thread::scope(|scope| {
        let (database, settings) = (&database, &settings);
        let starting = [0; 2].map(|_| scope.spawn(move || Server::start_on(database.clone(), settings.clone())));
        starting.map(|node| node.join().expect("a node starts"))
    });
    let status = run(&["doctor"], &[("DATABASE_URL", &bouncer.url()), ("DATABASE_POOL_MODE", "transaction")], "");
    assert!(status.stdout.contains("PostgreSQL"), "{}\n{}", status.stdout, status.stderr);

    let ana = nodes[0].register("ana@example.com");
    let bob = nodes[1].register("bob@example.com");
    let calendar = ana.calendar("Work");
    ana.share(&calendar, &bob, "viewer");
    let lecture = ana.event(json!({
        "calendar_id": calendar, "title": "Lecture", "start_time": "2026-03-09T09:00:00Z", "end_time": "2026-03-09T10:00:00Z",
        "timezone": "UTC", "recurrence_rule": "FREQ=DAILY;COUNT=5", "tags": ["physics"],
    }));
    let moved = format!("{}?occurrence=2026-03-10T09:00:00Z&scope=this", path_of(&lecture));
    ana.change(&moved, json!({"start_time": "2026-03-10T12:00:00Z", "end_time": "2026-03-10T13:00:00Z"}));
    let bobs = bob.at(&nodes[0]);
    assert_eq!(bobs.between("2026-03-09T00:00:00Z", "2026-03-16T00:00:00Z").items().len(), 5);
    let exported = ana.get(&format!("/calendars/{calendar}/export.ics")).send().expect(200);
    assert!(exported.text().contains("RECURRENCE-ID"), "{exported}");

    let token = ana.booking_link(&ana.calendar("Bookings"));
    let seen = under_load(&ana, &calendar, 8, |load| {
        load.wait_for_more(100);
        for slot in 0..6 {
            let statuses: Vec<u16> = std::thread::scope(|scope| {
                let (nodes, token) = (&nodes, &token);
                let tries: Vec<_> = (0..6)
                    .map(|number| {
                        let anyone = nodes[number % 2].anyone();
                        scope.spawn(move || anyone.book(token, slot, &format!("guest{slot}@example.com")))
                    })
                    .collect();
                tries.into_iter().map(|each| each.join().expect("a try ends").expect("an answer").status).collect()
            });
            assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        }
        load.wait_for_more(100);
    });
    assert!(seen.wrong.is_empty() && seen.refused == 0, "{} refused, {:?}", seen.refused, seen.wrong);
    seen.expect_all_there(&ana);
    for slot in 0..6 {
        smtp.wait_for(&format!("guest{slot}@example.com"), 1);
    }
    // On whatever connection they ran, what was set for our transactions is gone with them.
    let left = cluster.sql("select count(*) from pg_stat_activity where state = 'idle in transaction'");
    assert_eq!(left, ["0"]);
    nodes[0].restart();
    ana.at(&nodes[0]).event(event(&calendar, "After", "2026-03-05T09:00:00Z"));
}
