//! SIGTERM: what is under way finishes, what comes later is not taken, and the exit is a good one.

use std::io::Write;
use std::time::{Duration, Instant};

use kalends_harness::{Server, User, both_stores, event, raw};
use serde_json::json;

both_stores![
    an_idle_server_stops_at_once,
    a_request_under_way_is_finished,
    nothing_acknowledged_is_lost_while_stopping,
];

fn an_idle_server_stops_at_once(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.calendar("Work");
    let since = Instant::now();
    let status = server.stop();
    assert!(status.success(), "{status}\n{}", server.log());
    assert!(since.elapsed() < Duration::from_secs(5), "it took {:?}", since.elapsed());
    assert!(ana.get("/calendars").try_send().is_err(), "nobody answers any more");
}

fn a_request_under_way_is_finished(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({"name": "Made while stopping"}).to_string();
    let head = format!(
        "POST /calendars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        ana.access,
        body.len()
    );
    let (first, rest) = body.split_at(5);
    let mut stream = raw::connect(server.base());
    stream.write_all(head.as_bytes()).expect("the head is sent");
    stream.write_all(first.as_bytes()).expect("some of the body is sent");
    std::thread::sleep(Duration::from_millis(300));
    server.terminate();
    std::thread::sleep(Duration::from_millis(700));
    stream.write_all(rest.as_bytes()).expect("the rest is sent");
    let answer = raw::read(&mut stream);
    assert_eq!(raw::status(&answer), Some(201), "{}", String::from_utf8_lossy(&answer));
    let status = server.wait(Duration::from_secs(30));
    assert!(status.success(), "{status}");

    server.restart();
    let list = ana.at(server).get("/calendars").send().expect(200);
    assert_eq!(list.each("name"), ["Made while stopping"]);
}

fn nothing_acknowledged_is_lost_while_stopping(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Work");
    let acknowledged = std::thread::scope(|scope| {
        let (ana, calendar) = (&ana, &calendar);
        let writers: Vec<_> =
            (0..4).map(|writer| scope.spawn(move || write_until_refused(ana, calendar, writer))).collect();
        std::thread::sleep(Duration::from_millis(700));
        server.terminate();
        let done = writers.into_iter().flat_map(|writer| writer.join().expect("a writer ends"));
        done.collect::<Vec<String>>()
    });
    let status = server.wait(Duration::from_secs(30));
    assert!(status.success(), "{status}");
    assert!(!acknowledged.is_empty(), "nothing was written");
    server.restart();
    let ana = ana.at(server);
    for id in acknowledged {
        ana.get(&format!("/events/{id}")).send().expect(200);
    }
}

/// Makes events one after another until the connection is refused or cut; answers with the ids of those that were acknowledged.
fn write_until_refused(ana: &User, calendar: &str, writer: usize) -> Vec<String> {
    let mut acknowledged = Vec::new();
    for number in 0..100_000 {
        let body = event(calendar, &format!("{writer}/{number}"), "2026-03-02T09:00:00Z");
        match ana.post("/events").json(body).try_send() {
            Ok(answer) if answer.status == 201 => acknowledged.push(answer.at("/event/id")),
            Ok(answer) => panic!("{answer}"),
            Err(_) => return acknowledged,
        }
    }
    panic!("the server never stopped");
}
