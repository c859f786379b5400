//! Postgres goes away under load, in every way it knows, and comes back: meanwhile callers are told, and soon; afterwards
//! all goes on without a restart, and nothing that was acknowledged is lost.

use std::sync::Arc;
use std::time::{Duration, Instant};

use kalends_harness::{Caller, Cluster, Database, Proxy, Server, Settings, Smtp, User, wait};
use serde_json::{Value, json};

use crate::load::{Seen, under_load};

const WRITERS: usize = 6;
/// No caller waits longer for an answer, whatever becomes of the database.
const LONGEST: Duration = Duration::from_secs(8);

struct World {
    smtp: Smtp,
    server: Server,
    ana: User,
    calendar: String,
    /// Of a booking link.
    token: String,
}

impl World {
    fn on(url: &str) -> Self {
        let smtp = Smtp::start();
        let server = Server::start_on(Arc::new(Database::at(url)), smtp.settings(Settings::new()));
        let ana = server.register("ana@example.com").in_trouble();
        let calendar = ana.calendar("Work");
        let token = ana.booking_link(&ana.calendar("Bookings"));
        Self { smtp, server, ana, calendar, token }
    }

    /// Books, and answers with who is to get a mail about it.
    #[track_caller]
    fn book(&self, number: usize) -> String {
        let email = format!("guest{number}@example.com");
        self.server.anyone().book(&self.token, number, &email).expect("an answer").expect(201);
        email
    }

    /// Books while connections break: what was told as unknown is asked for again, under the same key.
    fn book_at_last(&self, number: usize) -> String {
        let email = format!("guest{number}@example.com");
        let anyone: Caller = self.server.anyone().in_trouble().with("Idempotency-Key", &email);
        wait("a booking", || anyone.book(&self.token, number, &email).is_ok_and(|answer| answer.status == 201));
        email
    }

    /// What holds however the database went and came.
    #[track_caller]
    fn expect_well(&self, seen: &Seen, guests: &[String]) {
        assert!(seen.wrong.is_empty(), "{:?}", seen.wrong);
        assert!(seen.slowest < LONGEST, "an answer took {:?}", seen.slowest);
        seen.expect_all_there(&self.ana);
        for guest in guests {
            self.smtp.wait_for(guest, 1);
        }
        self.ana.get("/readyz").send().expect(200);
    }
}

/// Every surface says that it cannot answer now, in its own envelope, and soon.
#[track_caller]
fn expect_told_everywhere(ana: &User) {
    let event = json!({"title": "x", "eventType": "CLASS", "startDate": "2026-03-02T09:00:00Z"});
    let core: fn(&Value) -> bool = |json| json["code"] == "INTERNAL" && json["error"].is_string();
    let users: fn(&Value) -> bool = |json| json["status"] == "error" && json["message"].is_string();
    let academic: fn(&Value) -> bool = |json| json["success"] == false && json["code"].is_string();
    let user_calendars = format!("/api/v1/users/{}/calendars", ana.id);
    for (request, is_enveloped) in [
        (ana.get("/calendars"), core),
        (ana.post("/calendars").json(json!({"name": "x"})), core),
        (ana.post("/calendars").json(json!({"name": "x"})).header("Idempotency-Key", "k"), core),
        (ana.post("/auth/login").json(json!({"email": ana.email, "password": "correct horse battery"})), core),
        (ana.get(&user_calendars), users),
        (ana.get("/api/calendar/events"), academic),
        (ana.post("/api/calendar/events").json(event), academic),
    ] {
        let since = Instant::now();
        let answer = request.send().expect(503);
        assert!(is_enveloped(&answer.json), "{answer}has another envelope");
        let seconds = answer.header("retry-after").and_then(|seconds| seconds.parse::<u64>().ok());
        assert!(seconds.is_some_and(|seconds| (1..=60).contains(&seconds)), "{answer}does not say when to ask again");
        assert!(since.elapsed() < Duration::from_secs(2), "{answer}took {:?}", since.elapsed());
    }
    ana.get("/readyz").send().expect(503);
    ana.get("/healthz").send().expect(200);
}

#[test]
fn a_postgres_that_is_restarted_is_found_again() {
    stopped_and_started("fast");
}

#[test]
fn a_postgres_that_crashes_is_found_again() {
    stopped_and_started("immediate");
}

fn stopped_and_started(mode: &str) {
    let Some(cluster) = Cluster::start() else { return };
    let world = World::on(&cluster.url());
    let mut guests = Vec::new();
    let seen = under_load(&world.ana, &world.calendar, WRITERS, |load| {
        for round in 0..2 {
            load.wait_for_more(20);
            guests.push(world.book(2 * round));
            cluster.stop(mode);
            expect_told_everywhere(&world.ana);
            std::thread::sleep(Duration::from_secs(1));
            cluster.start_again();
            load.wait_for_more(20);
            guests.push(world.book(2 * round + 1));
        }
    });
    assert!(seen.refused > 0, "nobody noticed");
    world.expect_well(&seen, &guests);
}

#[test]
fn connections_that_are_killed_are_replaced() {
    let Some(cluster) = Cluster::start() else { return };
    let world = World::on(&cluster.url());
    let mut guests = Vec::new();
    let seen = under_load(&world.ana, &world.calendar, WRITERS, |load| {
        for number in 0..15 {
            load.wait_for_more(3);
            cluster.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'kalends'");
            guests.extend((number % 5 == 0).then(|| world.book_at_last(number)));
        }
    });
    // What was being committed may be told as unknown; whatever else was under way is done again unnoticed.
    assert!(seen.refused * 4 < seen.acknowledged.len(), "{} refused, {} made", seen.refused, seen.acknowledged.len());
    world.expect_well(&seen, &guests);
}

/// As after a failover: the address leads to a server that only reads, until it leads to the new primary.
#[test]
fn a_postgres_that_takes_no_writes_is_read_from() {
    let Some(cluster) = Cluster::start() else { return };
    let world = World::on(&cluster.url());
    let seen = under_load(&world.ana, &world.calendar, WRITERS, |load| {
        load.wait_for_more(20);
        cluster.set("default_transaction_read_only", "on");
        let body = json!({"name": "x"});
        wait("writes to be refused", || world.ana.post("/calendars").json(body.clone()).send().status == 503);
        for _ in 0..20 {
            world.ana.get("/calendars").send().expect(200);
            world.ana.post("/calendars").json(body.clone()).send().error(503, "INTERNAL");
        }
        cluster.set("default_transaction_read_only", "off");
        load.wait_for_more(20);
    });
    assert!(seen.refused > 0, "nobody noticed");
    world.expect_well(&seen, &[world.book(0)]);
}

/// A network that parts says nothing, so it takes some seconds until it is believed; from then on, callers are told.
#[test]
fn a_postgres_that_falls_silent_is_not_waited_for_long() {
    let Some(cluster) = Cluster::start() else { return };
    let wire = Proxy::of(&cluster.address());
    let world = World::on(&format!("postgres://postgres@{}/postgres", wire.address()));
    wire.be_silent(true);
    std::thread::scope(|scope| {
        for _ in 0..40 {
            scope.spawn(|| {
                let since = Instant::now();
                world.ana.get("/calendars").send().error(503, "INTERNAL");
                assert!(since.elapsed() < Duration::from_secs(20), "{:?}", since.elapsed());
            });
        }
    });
    wire.be_silent(false);
    wait("an answer", || world.ana.get("/calendars").send().status == 200);
    world.book(0);
}
