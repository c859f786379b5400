//! Two servers and two workers on one Postgres, behind a proxy, replaced one after the other under load: nobody notices.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kalends_harness::{Caller, Database, Proxy, Server, Settings, Smtp, Store, Worker, wait};

use crate::load::under_load;

const WRITERS: usize = 6;

#[test]
fn nodes_are_replaced_and_nobody_notices() {
    let smtp = Smtp::start();
    let database = Arc::new(Database::fresh(Store::Postgres));
    // A balancer needs a moment to notice that a server leaves.
    let settings = smtp.settings(Settings::new()).set("SHUTDOWN_DELAY", "1s").argument("--no-worker");
    let mut nodes = [0; 2].map(|_| Server::start_on(database.clone(), settings.clone()));
    let mut workers = [0; 2].map(|_| Some(worker(&database, &smtp)));
    let proxy = Proxy::balancing(&[nodes[0].base(), nodes[1].base()]);
    let front = format!("http://{}", proxy.address());

    let ana = nodes[0].register("ana@example.com").through(&front);
    let calendar = ana.calendar("Work");
    let token = ana.booking_link(&ana.calendar("Bookings"));
    let anyone = Caller::new(&front);
    let mut guests = Vec::new();
    let mut book = || {
        let number = guests.len();
        let email = format!("guest{number}@example.com");
        anyone.book(&token, number, &email).expect("an answer").expect(201);
        guests.push(email);
    };
    let seen = under_load(&ana, &calendar, WRITERS, |load| {
        for place in [0, 1, 0, 1] {
            load.wait_for_more(20);
            book();
            let since = Instant::now();
            nodes[place].terminate();
            wait("the proxy to notice", || !proxy.sends_to(place));
            assert!(since.elapsed() < Duration::from_millis(900), "it was noticed after {:?}", since.elapsed());
            book();
            let status = nodes[place].wait(Duration::from_secs(30));
            assert!(status.success(), "{status}");
            let stopped = workers[place].take().expect("a worker").stop();
            assert!(stopped.success(), "{stopped}");
            book();
            nodes[place].restart();
            proxy.replace(place, nodes[place].base());
            workers[place] = Some(worker(&database, &smtp));
            wait("the proxy to send here again", || proxy.sends_to(place));
        }
        load.wait_for_more(20);
    });
    assert!(seen.wrong.is_empty() && seen.refused == 0, "{} refused, {:?}", seen.refused, seen.wrong);
    assert!(seen.slowest < Duration::from_secs(5), "an answer took {:?}", seen.slowest);
    seen.expect_all_there(&ana);
    for guest in &guests {
        smtp.wait_for(guest, 1);
    }
    for guest in &guests {
        let mails = smtp.mails().into_iter().filter(|mail| mail.to == [guest.as_str()]).count();
        assert_eq!(mails, 1, "{guest} is told once");
    }
}

fn worker(database: &Database, smtp: &Smtp) -> Worker {
    let url = format!("smtp://127.0.0.1:{}", smtp.port());
    Worker::start(&[("DATABASE_URL", database.url()), ("SMTP_URL", &url), ("MAIL_FROM", "cal@example.org")])
}

/// What one node has made, every other knows at once; and two that book the same slot at two nodes do not both get it.
#[test]
fn what_one_node_does_the_others_know() {
    let database = Arc::new(Database::fresh(Store::Postgres));
    let nodes = [0; 3].map(|_| Server::start_on(database.clone(), Settings::new()));
    let ana = nodes[0].register("ana@example.com");
    let token = ana.booking_link(&ana.calendar("Bookings"));
    for slot in 0..8 {
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let book = |number: usize| nodes[number % 3].anyone().book(&token, slot, "bob@example.com");
            let tries: Vec<_> = (0..9).map(|number| scope.spawn(move || book(number))).collect();
            tries.into_iter().map(|each| each.join().expect("a try ends").expect("an answer").status).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
    }
    for (number, node) in nodes.iter().enumerate() {
        let ana = ana.at(node);
        let made = ana.calendar(&format!("Of node {number}"));
        for other in &nodes {
            ana.at(other).get(&format!("/calendars/{made}")).send().expect(200);
        }
    }
}
