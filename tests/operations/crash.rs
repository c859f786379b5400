//! `kill -9` in the middle of concurrent writes: what was acknowledged is there, and nothing is half there.

use std::time::Duration;

use kalends_harness::{Server, both_stores};

use crate::shutdown::write_until_refused;

both_stores![a_killed_server_loses_nothing_it_has_acknowledged];

fn a_killed_server_loses_nothing_it_has_acknowledged(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let (user, calendar) = (ana.at(server), calendar.as_str());
        let done = std::thread::scope(|scope| {
            let user = &user;
            let writers: Vec<_> =
                (0..6).map(|writer| scope.spawn(move || write_until_refused(user, calendar, writer))).collect();
            std::thread::sleep(Duration::from_millis(400 + 150 * round));
            server.kill();
            let done = writers.into_iter().flat_map(|writer| writer.join().expect("a writer ends"));
            done.collect::<Vec<String>>()
        });
        acknowledged.extend(done);
        server.restart();
    }
    assert!(acknowledged.len() > 10, "hardly anything was written: {}", acknowledged.len());

    let ana = ana.at(server);
    for id in &acknowledged {
        ana.get(&format!("/events/{id}")).send().expect(200);
    }
    // What was cut off may be there or not; what is listed is whole, and lists as often as it exists.
    let window = "/events?start=2026-03-02T00:00:00Z&end=2026-03-03T00:00:00Z&limit=200";
    let (mut listed, mut cursor) = (Vec::new(), Some(String::new()));
    while let Some(current) = cursor {
        let request = ana.get(window);
        let request = if current.is_empty() { request } else { request.query("cursor", &current) };
        let page = request.send().expect(200);
        listed.extend(page.each("id").into_iter().map(str::to_owned));
        cursor = page.next_cursor();
    }
    listed.sort();
    let all = listed.len();
    listed.dedup();
    assert_eq!(listed.len(), all, "an event is listed twice");
    assert!(acknowledged.iter().all(|id| listed.binary_search(id).is_ok()), "an acknowledged event is not listed");
    ana.event(kalends_harness::event(&calendar, "After", "2026-03-02T09:00:00Z"));
}
