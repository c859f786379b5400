//! Many who book at once: a booking never overlaps.

use std::sync::Arc;

use kalends_harness::{Caller, Database, Server, Settings, Store, User, both_stores, each_store};
use serde_json::{Value, json};

use crate::booking::{link, nine_to_twelve, reserve, with};

both_stores![
    of_a_hundred_who_want_one_slot_one_gets_it,
    overlapping_slots_of_two_links_are_one_slot,
    all_who_want_different_slots_get_them
];
each_store![a_moved_booking_and_a_new_one_do_not_meet];

/// What many who ask at once are answered.
fn at_once(count: usize, ask: impl Fn(usize) -> u16 + Sync) -> Vec<u16> {
    std::thread::scope(|scope| {
        let ask = &ask;
        let tries: Vec<_> = (0..count).map(|number| scope.spawn(move || ask(number))).collect();
        tries.into_iter().map(|each| each.join().expect("a try ends")).collect()
    })
}

#[track_caller]
fn one_won(statuses: &[u16]) {
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
}

/// The busy blocks of that Monday.
fn blocks(owner: &User, calendar: &str) -> Vec<Value> {
    let path = format!("/availability?calendar_id={calendar}&start=2058-03-04T00:00:00Z&end=2058-03-05T00:00:00Z");
    owner.get(&path).send().expect(200)["busy"].as_array().expect("blocks").clone()
}

fn of_a_hundred_who_want_one_slot_one_gets_it(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let anyone = server.anyone();
    let ask = |_| reserve(&anyone, &token, "2058-03-04T14:00:00Z", "2058-03-04T14:30:00Z").status;
    one_won(&at_once(100, ask));
    assert_eq!(blocks(&ana, &work).len(), 1);
}

fn overlapping_slots_of_two_links_are_one_slot(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let [work, home] = [ana.calendar("Work"), ana.calendar("Home")];
    // The second link's calendar is another one; each blocks the other.
    let short = link(&ana, &work, with(json!({"blocking_calendar_ids": [home]})));
    let long = link(&ana, &home, with(json!({"duration_minutes": 90, "blocking_calendar_ids": [work]})));
    let third = link(&ana, &work, with(json!({"duration_minutes": 60, "buffer_minutes": 5})));
    let anyone = server.anyone();
    let ask = |number: usize| {
        let (token, end) = [(&short, "14:30"), (&long, "15:30"), (&third, "15:00")][number % 3];
        reserve(&anyone, token, "2058-03-04T14:00:00Z", &format!("2058-03-04T{end}:00Z")).status
    };
    // The third link does not look at the other calendar, so it is out of this race.
    one_won(&at_once(60, |number| ask(number / 30)));
    assert_eq!(blocks(&ana, &work).len() + blocks(&ana, &home).len(), 1);

    let body = json!({"name": "x", "email": "x@example.com"});
    let next = |number: usize| {
        let (token, end) = [(&short, "16:30"), (&third, "17:00")][number % 2];
        let mut body = body.clone();
        body["slot_start"] = json!("2058-03-04T16:00:00Z");
        body["slot_end"] = json!(format!("2058-03-04T{end}:00Z"));
        anyone.post(&format!("/booking/{token}/reserve")).json(body).send().status
    };
    one_won(&at_once(40, next));
}

fn all_who_want_different_slots_get_them(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let anyone = server.anyone();
    let starts = ["14:00", "14:30", "15:00", "15:30", "16:00", "16:30"];
    let ends = ["14:30", "15:00", "15:30", "16:00", "16:30", "17:00"];
    let ask = |number: usize| {
        let on = |time: &str| format!("2058-03-04T{time}:00Z");
        reserve(&anyone, &token, &on(starts[number]), &on(ends[number])).status
    };
    assert_eq!(at_once(6, ask), [201; 6]);
    assert_eq!(blocks(&ana, &work).len(), 6);
}

fn a_moved_booking_and_a_new_one_do_not_meet(store: Store) {
    let server = Server::start(store);
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let anyone = server.anyone();
    let first = reserve(&anyone, &token, "2058-03-04T14:00:00Z", "2058-03-04T14:30:00Z").expect(201);
    let url = first.at("/booking/reschedule_url");
    let path = &url[url.find("/booking/").expect("a path")..];
    let statuses = at_once(20, |number| {
        if number % 2 == 0 {
            let body = json!({"slot_start": "2058-03-04T16:00:00Z", "slot_end": "2058-03-04T16:30:00Z"});
            anyone.post(path).json(body).send().status
        } else {
            reserve(&anyone, &token, "2058-03-04T16:00:00Z", "2058-03-04T16:30:00Z").status
        }
    });
    assert_eq!(statuses.iter().filter(|status| [200, 201].contains(*status)).count(), 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 201, 404, 409].contains(status)), "{statuses:?}");
    let at_four = blocks(&ana, &work).iter().filter(|block| block["start"] == "2058-03-04T16:00:00Z").count();
    assert_eq!(at_four, 1);
}

#[test]
fn two_nodes_on_one_database_book_a_slot_once() {
    let database = Arc::new(Database::fresh(Store::Postgres));
    // One key for both, as an operator who runs two nodes sets it.
    let settings = Settings::new().set("JWT_SECRET", "0123456789abcdef0123456789abcdef");
    let nodes = [(); 2].map(|()| Server::start_on(Arc::clone(&database), settings.clone()));
    let ana = nodes[0].register("ana@example.com");
    let work = ana.calendar("Work");
    let token = link(&ana, &work, nine_to_twelve());
    let callers: Vec<Caller> = nodes.iter().map(Server::anyone).collect();
    for start in ["14:00", "15:00", "16:00"] {
        let (from, to) = (format!("2058-03-04T{start}:00Z"), format!("2058-03-04T{}:30:00Z", &start[..2]));
        one_won(&at_once(60, |number| reserve(&callers[number % 2], &token, &from, &to).status));
    }
    assert_eq!(blocks(&ana, &work).len(), 3);
}
