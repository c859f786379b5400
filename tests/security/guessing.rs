//! Secrets that are guessed: a near miss is answered as a shot in the dark, and whoever goes on is made to wait, and
//! nobody else.

use kalends_harness::{Answer, Caller, PASSWORD, Server, Settings, Store, both_stores, each_store};
use serde_json::json;

use crate::tokens::said;

both_stores![a_near_miss_is_told_nothing];

each_store![
    who_guesses_waits_and_who_is_known_does_not,
    passwords_of_one_account_are_tried_slowly,
    an_owner_is_not_locked_out_by_a_stranger,
    an_address_is_what_a_trusted_proxy_says,
];

/// The same token but for its last character that matters.
fn missed(token: &str) -> String {
    let middle = token.len() / 2;
    let other = if token.as_bytes()[middle] == b'A' { 'B' } else { 'A' };
    format!("{}{other}{}", &token[..middle], &token[middle + 1..])
}

/// Asks with a token.
type Ask<'a> = &'a dyn Fn(&str) -> Answer;

fn a_near_miss_is_told_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let anyone = &server.anyone();
    let calendar = ana.calendar("Work");
    let hours = json!({"mon": [{"start": "09:00", "end": "12:00"}]});
    let body = json!({"duration_minutes": 30, "timezone": "UTC", "working_hours": hours});
    let link = ana.post(&format!("/calendars/{calendar}/booking-link")).json(body).send().expect(201).at("/token");
    let slot = json!({"name": "Bob", "email": "bob@example.com", "slot_start": "2058-03-04T09:00:00Z", "slot_end": "2058-03-04T09:30:00Z"});
    let made = anyone.post(&format!("/booking/{link}/reserve")).json(slot.clone()).send().expect(201);
    let last = |url: String| url.rsplit('/').next().expect("an address").to_owned();
    let (cancel, reschedule) = (last(made.at("/booking/cancel_url")), last(made.at("/booking/reschedule_url")));
    let feed = ana.get(&format!("/calendars/{calendar}")).send().expect(200).at("/calendar/ical_url");
    let feed = feed.rsplit('/').nth(1).expect("a token").to_owned();
    let key = ana.post("/api-keys").json(json!({"name": "k", "scopes": {"events": ["read"]}})).send().expect(201);

    let get = |path: &'static str| move |token: &str| anyone.get(&path.replace("{}", token)).send();
    let window = "?start=2058-03-01T00:00:00Z&end=2058-04-01T00:00:00Z";
    let doors: [(&str, &str, Ask); 8] = [
        ("a feed", &feed, &get("/cal/{}/feed.ics")),
        ("a link", &link, &|token| anyone.get(&format!("/booking/{token}/availability{window}")).send()),
        ("a page", &link, &get("/book/{}")),
        ("a reservation", &link, &|token| anyone.post(&format!("/booking/{token}/reserve")).json(slot.clone()).send()),
        ("a cancellation", &cancel, &get("/booking/cancel/{}")),
        ("a change", &reschedule, &get("/booking/reschedule/{}")),
        ("a key", &key.at("/token"), &|token| {
            anyone.key(token).get("/events?start=2058-03-01T00:00:00Z&end=2058-03-02T00:00:00Z").send()
        }),
        ("a session", &ana.refresh, &|token| anyone.post("/auth/refresh").json(json!({"refresh_token": token})).send()),
    ];
    for (what, token, ask) in doors {
        let (near, far) = (ask(&missed(token)), ask(&unlike(token)));
        assert!([401, 404].contains(&near.status), "{what}: {near}");
        assert_eq!(said(&near), said(&far), "{what}");
    }
    // Each token opens one door.
    for (token, path) in
        [(&cancel, "/booking/reschedule/{}"), (&reschedule, "/booking/cancel/{}"), (&link, "/cal/{}/feed.ics")]
    {
        assert_eq!(get(path)(token).status, 404, "{path}");
    }
}

/// As long, and nothing like it.
fn unlike(token: &str) -> String {
    let kept = if token.starts_with("kal_") { "kal_" } else { "" };
    format!("{kept}{}", "x".repeat(token.len() - kept.len()))
}

fn limited(store: Store) -> Server {
    Server::start_with(store, Settings::new().set("RATE_LIMIT", "600/min"))
}

/// The answer says that it is too often, and when to come again.
#[track_caller]
fn seconds(answer: Answer) -> u64 {
    let answer = answer.error(429, "RATE_LIMITED");
    answer.header("retry-after").expect("a Retry-After").parse().expect("seconds")
}

fn who_guesses_waits_and_who_is_known_does_not(store: Store) {
    let server = limited(store);
    let ana = server.register("ana@example.com");
    let guess = |number: usize| -> Answer {
        let anyone = server.anyone();
        match number % 4 {
            0 => anyone.key(&format!("kal_{number}")).get("/calendars").send(),
            1 => anyone.bearer(&format!("a.b.{number}")).get("/calendars").send(),
            2 => anyone.get(&format!("/booking/cancel/guess{number}")).send(),
            _ => anyone.get(&format!("/cal/guess{number}/feed.ics")).send(),
        }
    };
    let answers: Vec<Answer> = (0..120).map(guess).collect();
    let tried = answers.iter().filter(|answer| answer.status != 429).count();
    assert!((60..90).contains(&tried), "{tried} guesses of 120 were looked at");
    assert!((1..=60).contains(&seconds(answers[119].clone())));
    // From the same address, who shows what is good, or nothing at all, is served.
    ana.get("/calendars").send().expect(200);
    server.anyone().get("/calendars").send().error(401, "AUTH_REQUIRED");
    server.anyone().get("/docs").send().expect(200);
}

fn login(caller: &Caller, email: &str, password: &str) -> Answer {
    caller.post("/auth/login").json(json!({"email": email, "password": password})).send()
}

fn passwords_of_one_account_are_tried_slowly(store: Store) {
    let server = limited(store);
    let ana = server.register("ana@example.com");
    let ben = server.register("ben@example.com");
    let anyone = server.anyone();
    for email in [ana.email.as_str(), "nobody@example.com"] {
        let answers: Vec<Answer> = (0..13).map(|number| login(&anyone, email, &format!("guess {number}"))).collect();
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses[..10], [401; 10], "{email}");
        assert_eq!(statuses[10..], [429; 3], "{email}");
        assert!((1..=60).contains(&seconds(answers[12].clone())));
    }
    // Not even the right one is looked at, however the address is written.
    seconds(login(&anyone, "  ANA@example.com ", PASSWORD));
    login(&anyone, &ben.email, PASSWORD).expect(200);
    // Who is signed in stays so.
    anyone.post("/auth/refresh").json(json!({"refresh_token": ana.refresh})).send().expect(200);
    ana.get("/auth/me").send().expect(200);
}

/// Everybody here speaks through a proxy, and so has the address that it tells.
fn behind_a_proxy(store: Store) -> Server {
    Server::start_with(store, Settings::new().set("RATE_LIMIT", "600/min").set("TRUSTED_PROXIES", "127.0.0.0/8"))
}

fn an_owner_is_not_locked_out_by_a_stranger(store: Store) {
    let server = behind_a_proxy(store);
    let ana = server.register("ana@example.com");
    let from = |address: &str| server.anyone().with("X-Forwarded-For", address);
    login(&from("198.51.100.1"), &ana.email, PASSWORD).expect(200);
    let guesses = |stranger: &Caller| {
        (0..30).map(|_| login(stranger, &ana.email, "a guess")).filter(|answer| answer.status == 401).count()
    };
    assert_eq!(guesses(&from("203.0.113.1")), 10);
    login(&from("198.51.100.2"), &ana.email, PASSWORD).expect(200);
    // A hundred from many addresses are enough; then they are kept out, and the owner is not.
    let looked_at: usize = (2..16).map(|stranger| guesses(&from(&format!("203.0.113.{stranger}")))).sum();
    assert!((90..110).contains(&looked_at), "{looked_at}");
    seconds(login(&from("203.0.113.99"), &ana.email, PASSWORD));
    login(&from("198.51.100.1"), &ana.email, PASSWORD).expect(200);
}

fn an_address_is_what_a_trusted_proxy_says(store: Store) {
    let answers = |server: &Server, address: &dyn Fn(usize) -> String| -> Vec<u16> {
        let from = |number| server.anyone().with("X-Forwarded-For", &address(number));
        (0..11).map(|number| login(&from(number), "ana@example.com", "a guess").status).collect()
    };
    let behind = behind_a_proxy(store);
    assert_eq!(answers(&behind, &|number| format!("203.0.113.{number}")), [401; 11]);
    // Whoever invents the beginning of the header has gained nothing.
    assert_eq!(answers(&behind, &|number| format!("203.0.113.{number}, 198.51.100.9"))[10], 429);
    let alone = limited(store);
    assert_eq!(answers(&alone, &|number| format!("203.0.113.{number}"))[10], 429, "nobody trusts this header");
}
