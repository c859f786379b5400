//! Requests that two servers could read differently, are too long, or never end.

use std::io::Write;
use std::time::{Duration, Instant};

use kalends_harness::{Server, Store, User, raw};
use serde_json::Value;

/// What would follow, were the request before it shorter than it seems.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

/// The statuses of all answers on a connection.
fn statuses(answer: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(answer);
    text.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)?.parse().ok()).collect()
}

fn post(headers: &str, body: &str) -> String {
    format!("POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}\r\n{body}")
}

#[test]
fn what_could_be_read_in_two_ways_is_refused_and_ends_the_connection() {
    let server = Server::start(Store::Sqlite);
    let chunked = "Transfer-Encoding: chunked\r\n";
    let chunks = |chunks: &str| post(chunked, chunks);
    for (what, request) in [
        ("a length and chunks", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
        ("chunks and a length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n")),
        ("two lengths", post("Content-Length: 2\r\nContent-Length: 0\r\n", "{}")),
        ("a length twice", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
        ("a list of lengths", post("Content-Length: 2, 2\r\n", "{}")),
        ("a length with a plus", post("Content-Length: +2\r\n", "{}")),
        ("a length below zero", post("Content-Length: -2\r\n", "{}")),
        ("a length in hexadecimal", post("Content-Length: 0x2\r\n", "{}")),
        ("a length beyond all numbers", post("Content-Length: 99999999999999999999999\r\n", "{}")),
        ("no length", post("Content-Length:\r\n", "{}")),
        ("another encoding", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
        ("two encodings in one", post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n")),
        ("two encodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
        ("no encoding", post("Transfer-Encoding:\r\n", "0\r\n\r\n")),
        ("identity", post("Transfer-Encoding: identity\r\n", "0\r\n\r\n")),
        ("a vertical tab", post("Transfer-Encoding: \u{b}chunked\r\n", "0\r\n\r\n")),
        ("a space before the colon", post("Content-Length : 2\r\n", "{}")),
        ("a tab before the colon", post("Transfer-Encoding\t: chunked\r\n", "0\r\n\r\n")),
        ("a space before the name", post(" Content-Length: 2\r\n", "{}")),
        ("a folded line", post("X-Long: a\r\n b\r\nContent-Length: 2\r\n", "{}")),
        ("a folded encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
        ("a zero in a value", post("X-Zero: a\0b\r\nContent-Length: 2\r\n", "{}")),
        ("a zero in a name", post("X-Ze\0ro: a\r\nContent-Length: 2\r\n", "{}")),
        ("a bare CR in a value", post("X-Cr: a\rContent-Length: 0\r\nContent-Length: 2\r\n", "{}")),
        ("no name", post(": a\r\nContent-Length: 2\r\n", "{}")),
        ("no colon", post("Content-Length 2\r\n", "{}")),
        ("two hosts", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n".to_owned()),
        ("no host", "GET /healthz HTTP/1.1\r\n\r\n".to_owned()),
        (
            "chunks in HTTP/1.0",
            post("", "")
                .replace("HTTP/1.1", "HTTP/1.0")
                .replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ),
        ("a chunk with a plus", chunks("+2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk in hexadecimal", chunks("0x2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk below zero", chunks("-2\r\n{}\r\n0\r\n\r\n")),
        ("a chunk beyond all numbers", chunks("fffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
        ("a chunk that wraps around", chunks("10000000000000002\r\n{}\r\n0\r\n\r\n")),
        ("a chunk without a size", chunks("\r\n{}\r\n0\r\n\r\n")),
        ("a chunk that is longer than it says", chunks("2\r\n{}x\r\n0\r\n\r\n")),
        ("a chunk's line that ends in LF", chunks("2\n{}\n0\n\n")),
        ("a chunk's extension with a LF", chunks("2;\n{}\r\n0\r\n\r\n")),
        ("a chunk's extension with a zero", chunks("2;a=\0\r\n{}\r\n0\r\n\r\n")),
    ] {
        let answer = raw::exchange(server.base(), format!("{request}{SMUGGLED}").as_bytes());
        assert_eq!(statuses(&answer), [400], "{what}: {}", String::from_utf8_lossy(&answer));
    }
    server.anyone().get("/healthz").send().expect(200);
}

#[test]
fn what_can_be_read_in_one_way_is_read_so() {
    let server = Server::start(Store::Sqlite);
    let chunked = "Transfer-Encoding: chunked\r\n";
    for (what, request) in [
        ("a length", post("Content-Length: 2\r\n", "{}")),
        ("chunks", post(chunked, "2\r\n{}\r\n0\r\n\r\n")),
        ("leading zeros", post(chunked, "0002\r\n{}\r\n000\r\n\r\n")),
        ("an extension", post(chunked, "2;name=value\r\n{}\r\n0;last\r\n\r\n")),
        ("a trailer", post(chunked, "2\r\n{}\r\n0\r\nX-Trailer: a\r\n\r\n")),
        ("a body of a GET", "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}".to_owned()),
        ("lines that end in LF", post("Content-Length: 2\r\n", "{}").replace("\r\n", "\n")),
    ] {
        let answer = raw::exchange(server.base(), format!("{request}{SMUGGLED}").as_bytes());
        let all = statuses(&answer);
        // What follows is a request of its own, or the connection ends before it.
        assert!(
            matches!(all[..], [400 | 200, 404] | [400 | 200]),
            "{what}: {all:?} {}",
            String::from_utf8_lossy(&answer)
        );
    }
}

fn json_of(answer: &[u8]) -> Value {
    let text = String::from_utf8_lossy(answer);
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    serde_json::from_str(&body).unwrap_or_else(|cause| panic!("{cause}: {text}"))
}

fn get(target: &str, headers: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: x\r\n{headers}Connection: close\r\n\r\n")
}

#[test]
fn what_is_too_long_is_refused_in_the_envelope() {
    let server = Server::start(Store::Sqlite);
    let long = |bytes: usize| "a".repeat(bytes);
    let filler = format!("X-Filler: {}\r\n", long(8_000));
    for (what, request, status) in [
        ("a path", get(&format!("/events/{}", long(20_000)), ""), 414),
        ("a query", get(&format!("/events?search={}", long(20_000)), ""), 414),
        ("a header", get("/events", &format!("X-Filler: {}\r\n", long(40_000))), 431),
        ("headers", get("/events", &filler.repeat(6)), 431),
    ] {
        let answer = raw::exchange(server.base(), request.as_bytes());
        assert_eq!(statuses(&answer), [status], "{what}");
        let json = json_of(&answer);
        assert!(json["code"] == "VALIDATION_ERROR" && json["error"].is_string(), "{what}: {json}");
    }
    // Past what is read at all there is no envelope, but a status.
    for (what, request, status) in [
        ("a huge header", get("/events", &format!("X-Filler: {}\r\n", long(1 << 20))), 431),
        ("a huge address", get(&format!("/{}", long(1 << 20)), ""), 431),
        ("very many headers", get("/events", &"X-A: b\r\n".repeat(200)), 431),
    ] {
        let answer = raw::exchange(server.base(), request.as_bytes());
        assert!([vec![status], vec![400], vec![]].contains(&statuses(&answer)), "{what}: {:?}", statuses(&answer));
    }
    let body = post("Content-Length: 1048577\r\nConnection: close\r\n", "");
    let answer = raw::exchange(server.base(), body.as_bytes());
    assert_eq!((statuses(&answer), &json_of(&answer)["code"]), (vec![413], &Value::from("VALIDATION_ERROR")));
}

/// Sends the beginning and waits for the end of the connection.
fn wait_for_the_end(server: &Server, beginning: &str, drip: &str) -> (Vec<u8>, Duration) {
    let since = Instant::now();
    let mut stream = raw::connect(server.base());
    stream.set_read_timeout(Some(Duration::from_millis(500))).expect("a timeout can be set");
    stream.write_all(beginning.as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    while since.elapsed() < Duration::from_mins(2) {
        let mut buffer = [0; 8192];
        match std::io::Read::read(&mut stream, &mut buffer) {
            Ok(0) => return (answer, since.elapsed()),
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(cause) if matches!(cause.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                // It may be over already.
                stream.write_all(drip.as_bytes()).ok();
            }
            Err(_) => return (answer, since.elapsed()),
        }
    }
    panic!("the connection is still there after {:?}: {}", since.elapsed(), String::from_utf8_lossy(&answer));
}

#[test]
fn what_never_ends_is_cut() {
    let server = Server::start(Store::Sqlite);
    let ana = server.register("ana@example.com");
    let head = |user: &User, path: &str, kind: &str| {
        format!(
            "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: {kind}\r\nContent-Length: 500000\r\n",
            user.access
        )
    };
    let json = head(&ana, "/calendars", "application/json");
    let form = head(&ana, "/calendars/import", "multipart/form-data; boundary=b");
    let keyed = head(&ana, "/calendars", "application/json") + "Idempotency-Key: slow\r\n";
    let cases = [
        ("a head", "GET /healthz HTTP/1.1\r\nHost: x\r\n".to_owned(), "", 408),
        ("a head that drips", "GET /healthz HTTP/1.1\r\nHost: x\r\n".to_owned(), "X-A: b\r\n", 408),
        ("a body", format!("{json}\r\n{{"), "", 408),
        ("a body that drips", format!("{json}\r\n{{"), " ", 408),
        ("a body with a key", format!("{keyed}\r\n{{"), " ", 408),
        ("a file", format!("{form}\r\n--b\r\n"), "", 408),
    ];
    std::thread::scope(|scope| {
        for (what, beginning, drip, status) in &cases {
            let server = &server;
            scope.spawn(move || {
                let (answer, took) = wait_for_the_end(server, beginning, drip);
                assert_eq!(statuses(&answer), [*status], "{what}: {}", String::from_utf8_lossy(&answer));
                assert!(took < Duration::from_mins(1), "{what} took {took:?}");
                if !what.contains("head") {
                    assert_eq!(json_of(&answer)["code"], "VALIDATION_ERROR", "{what}");
                }
            });
        }
    });
    ana.get("/calendars").send().expect(200);
    assert!(ana.get("/calendars").send().expect(200).items().is_empty());
}
