//! Many at once: sign-ins that each cost a core and 19 MiB, and connections that say nothing.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kalends_harness::{PASSWORD, Server, Store, both_stores, raw};

both_stores![a_thousand_sign_ins_at_once_stop_nobody];

/// What a hash of a password takes.
const HASH_KIB: u64 = 19 * 1024;

/// A line of `/proc/<pid>/status`, in KiB.
fn kib(server: &Server, line: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("a Linux process");
    let found = status.lines().find_map(|text| text.strip_prefix(line)?.strip_prefix(':'));
    found.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_else(|| panic!("no {line}"))
}

fn a_thousand_sign_ins_at_once_stop_nobody(server: &mut Server) {
    let server: &Server = server;
    let ana = server.register("ana@example.com");
    let body = format!(r#"{{"email":"{}","password":"{PASSWORD}"}}"#, ana.email);
    let request = format!(
        "POST /auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let before = kib(server, "VmRSS");
    let over = AtomicBool::new(false);
    let (others, statuses) = std::thread::scope(|scope| {
        let meanwhile = scope.spawn(|| {
            let mut others = 0;
            while !over.load(Ordering::Relaxed) {
                ana.get("/calendars").send().expect(200);
                others += 1;
            }
            others
        });
        let sent: Vec<TcpStream> = (0..1000)
            .map(|_| {
                let mut stream = raw::connect(server.base());
                stream.set_read_timeout(Some(Duration::from_mins(2))).expect("a timeout can be set");
                stream.write_all(request.as_bytes()).expect("the server reads");
                stream
            })
            .collect();
        let answers: Vec<Vec<u8>> = sent.into_iter().map(|mut stream| raw::read(&mut stream)).collect();
        over.store(true, Ordering::Relaxed);
        let others: usize = meanwhile.join().expect("others are served meanwhile");
        (others, answers)
    });
    let mut signed_in = 0;
    for answer in &statuses {
        match raw::status(answer) {
            Some(200) => signed_in += 1,
            Some(503) => assert!(String::from_utf8_lossy(answer).contains("retry-after: 1"), "it is not told when"),
            other => panic!("{other:?}"),
        }
    }
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let grown = kib(server, "VmHWM").saturating_sub(before);
    eprintln!("{signed_in} of 1000 signed in, {others} other requests were served, memory grew by {grown} KiB");
    assert!(signed_in >= 10, "{signed_in} signed in");
    assert!(others >= 10, "{others} other requests were served");
    let bound = u64::try_from(cores).expect("few") * HASH_KIB + (96 << 10);
    assert!(grown < bound, "memory grew by {grown} KiB, and {cores} hashes at once take less than {bound}");
}

/// How many files a process may have open.
fn open_files(process: &str) -> usize {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).expect("a Linux process");
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("a limit of files");
    line.split_whitespace().next().and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX)
}

#[test]
fn ten_thousand_idle_connections_stop_nobody() {
    let server = Server::start(Store::Sqlite);
    let ana = server.register("ana@example.com");
    let allowed = open_files("self").min(open_files(&server.pid().to_string()));
    // Files that are no connections, on either side.
    let count = allowed.saturating_sub(400).min(10_000);
    if count < 10_000 {
        eprintln!("only {count} connections: this machine allows {allowed} open files");
    }
    let before = kib(&server, "VmRSS");
    let mut idle: Vec<TcpStream> = Vec::with_capacity(count);
    for _ in 0..count {
        let mut stream = raw::connect(server.base());
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").expect("the server reads");
        let mut beginning = [0; 12];
        stream.read_exact(&mut beginning).expect("the server answers");
        assert_eq!(&beginning, b"HTTP/1.1 200");
        idle.push(stream);
    }
    for _ in 0..20 {
        ana.get("/calendars").send().expect(200);
        server.anyone().get("/healthz").send().expect(200);
    }
    let grown = kib(&server, "VmRSS").saturating_sub(before);
    eprintln!("{count} idle connections take {grown} KiB");
    assert!(grown < 48 * u64::try_from(count).expect("few"), "{count} idle connections take {grown} KiB");
    drop(idle);
    ana.get("/calendars").send().expect(200);
}
