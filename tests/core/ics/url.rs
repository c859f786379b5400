//! `POST /calendars/import-url`: from somebody else's server, and never from the network that this one stands in.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use kalends_harness::{Answer, Page, Server, Settings, Store, User, Web, both_stores, each_store};
use serde_json::{Value, json};

use super::{NINE, YEAR, counts, file, occurrences, only_event, vevent};

both_stores![what_is_no_address_is_refused];

each_store![
    an_address_is_fetched_and_imported,
    an_address_that_was_imported_is_imported_again,
    what_servers_call_a_calendar_is_taken,
    a_packed_answer_is_unpacked,
    redirects_are_followed,
    a_redirect_leads_no_further_than_an_address,
    an_answer_that_is_no_calendar_is_refused,
    an_answer_that_is_too_large_is_refused,
    only_who_may_write_makes_the_server_fetch,
    a_host_is_allowed_by_the_name_that_it_is_called_by,
    a_retry_does_not_fetch_again,
];

/// A server that may fetch from this one, and someone with a calendar there.
fn beside(store: Store, web: &Web) -> (Server, User, String) {
    let server = Server::start_with(store, Settings::new().set("FETCH_ALLOW_HOSTS", &web.host()));
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Fetched");
    (server, ana, calendar)
}

fn import(who: &User, calendar: &str, url: &str) -> Answer {
    who.post("/calendars/import-url").json(json!({"calendar_id": calendar, "url": url})).send()
}

fn meeting() -> String {
    file(&[vevent("meeting@example.com", NINE)])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory can be written")
}

fn an_address_is_fetched_and_imported(store: Store) {
    let web = Web::start();
    web.serve("/a.ics?key=1", Page::calendar(&meeting()));
    let (_server, ana, calendar) = beside(store, &web);
    for url in [web.url("/a.ics?key=1"), format!("webcal://{}/a.ics?key=1", web.host())] {
        let calendar = ana.calendar("Fetched");
        let answer = import(&ana, &calendar, &url).expect(200);
        let counted = json!({"events": 1, "created": 1, "updated": 0, "unchanged": 0, "skipped": 0});
        let expected = json!({"ok": true, "imported": counted, "skipped": [], "warnings": [], "source": url});
        assert_eq!(answer.json, expected);
        assert_eq!(only_event(&ana, &calendar)["title"], "Meeting");
    }
    assert_eq!(web.requests(), ["GET /a.ics?key=1", "GET /a.ics?key=1"]);
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
}

fn an_address_that_was_imported_is_imported_again(store: Store) {
    let web = Web::start();
    let (_server, ana, calendar) = beside(store, &web);
    let check = |title: &str, expected: [u64; 5]| {
        web.serve("/a.ics", Page::calendar(&meeting().replace("Meeting", title)));
        let answer = import(&ana, &calendar, &web.url("/a.ics")).expect(200);
        assert_eq!(counts(&answer), expected, "{answer}");
        assert_eq!(only_event(&ana, &calendar)["title"], title);
    };
    check("Meeting", [1, 1, 0, 0, 0]);
    check("Meeting", [1, 0, 0, 1, 0]);
    check("Another", [1, 0, 1, 0, 0]);
}

fn what_servers_call_a_calendar_is_taken(store: Store) {
    let web = Web::start();
    let (_server, ana, calendar) = beside(store, &web);
    for kind in
        ["text/calendar", "TEXT/Calendar; charset=UTF-8; component=VEVENT", "text/plain", "application/octet-stream"]
    {
        web.serve("/a.ics", Page::status(200).header("Content-Type", kind).body(meeting()));
        import(&ana, &calendar, &web.url("/a.ics")).expect(200);
    }
    web.serve("/a.ics", Page::status(200).body(meeting()));
    import(&ana, &calendar, &web.url("/a.ics")).expect(200);
}

fn a_packed_answer_is_unpacked(store: Store) {
    let web = Web::start();
    let (_server, ana, calendar) = beside(store, &web);
    web.serve("/a.ics", Page::calendar("").body(gzip(meeting().as_bytes())).header("Content-Encoding", "gzip"));
    assert_eq!(counts(&import(&ana, &calendar, &web.url("/a.ics")).expect(200))[1], 1);
    web.serve("/a.ics", Page::calendar(&meeting()).header("Content-Encoding", "gzip"));
    import(&ana, &calendar, &web.url("/a.ics")).invalid(&["url"]);
}

fn redirects_are_followed(store: Store) {
    let web = Web::start();
    let (_server, ana, calendar) = beside(store, &web);
    web.serve("/end.ics", Page::calendar(&meeting()));
    web.serve("/relative", Page::redirect("end.ics"));
    web.serve("/whole", Page::redirect(&web.url("/relative")));
    web.serve("/for-good", Page::status(308).header("Location", "/whole"));
    let url = web.url("/for-good");
    let answer = import(&ana, &calendar, &url).expect(200);
    assert_eq!(answer["source"], url.as_str(), "it is what was asked for");
    assert_eq!(web.requests(), ["GET /for-good", "GET /whole", "GET /relative", "GET /end.ics"]);
}

fn a_redirect_leads_no_further_than_an_address(store: Store) {
    let (web, other) = (Web::start(), Web::start());
    let (_server, ana, calendar) = beside(store, &web);
    web.serve("/loop", Page::redirect("/loop"));
    import(&ana, &calendar, &web.url("/loop")).invalid(&["url"]);
    assert!((1..20).contains(&web.requests().len()), "{:?}", web.requests());
    other.serve("/a.ics", Page::calendar(&meeting()));
    for to in [
        other.url("/a.ics"),
        format!("http://localhost:{}/a.ics", other.port()),
        format!("http://[::1]:{}/a.ics", other.port()),
        format!("http://user:pw@{}/a.ics", web.host()),
        format!("https://{}/a.ics", other.host()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "ftp://127.0.0.1/a.ics".to_owned(),
        "http://".to_owned(),
        String::new(),
    ] {
        web.serve("/a", Page::redirect(&to));
        let answer = import(&ana, &calendar, &web.url("/a"));
        assert_eq!(answer.status, 400, "{to}: {answer}");
        answer.invalid(&["url"]);
    }
    web.serve("/nowhere", Page::status(302));
    import(&ana, &calendar, &web.url("/nowhere")).invalid(&["url"]);
    assert_eq!(other.connections(), 0);
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
}

fn an_answer_that_is_no_calendar_is_refused(store: Store) {
    let web = Web::start();
    let (_server, ana, calendar) = beside(store, &web);
    let html = "<!DOCTYPE html><html><body>Sign in</body></html>";
    let page = |page: Page| {
        web.serve("/a.ics", page);
        import(&ana, &calendar, &web.url("/a.ics")).invalid(&["url"]);
    };
    for status in [204, 206, 401, 403, 404, 410, 418, 429, 500, 503] {
        page(Page::status(status).header("Content-Type", "text/calendar").body(meeting()));
    }
    page(Page::status(200).header("Content-Type", "text/html").body(html));
    page(Page::status(200).header("Content-Type", "text/html; charset=utf-8").body(meeting()));
    page(Page::status(200).header("Content-Type", "image/png").body(meeting()));
    page(Page::calendar(html));
    page(Page::calendar(""));
    page(Page::calendar(&file(&[])));
    page(Page::calendar(&meeting()).header("Content-Length", "100000"));
    import(&ana, &calendar, &web.url("/nothing.ics")).invalid(&["url"]);
    let (host, closed) = (web.host(), web.url("/a.ics"));
    drop(web);
    import(&ana, &calendar, &closed).invalid(&["url"]);
    import(&ana, &calendar, &format!("https://{host}/a.ics")).invalid(&["url"]);
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
}

fn an_answer_that_is_too_large_is_refused(store: Store) {
    let web = Web::start();
    let (_server, ana, calendar) = beside(store, &web);
    let large = format!("{}{}", meeting(), "X-FILLER:and so on\r\n".repeat(3_000_000));
    web.serve("/declared.ics", Page::calendar("").header("Content-Length", "9000000000"));
    web.serve("/bomb.ics", Page::calendar("").body(gzip(large.as_bytes())).header("Content-Encoding", "gzip"));
    web.serve("/large.ics", Page::calendar(&large));
    for path in ["/declared.ics", "/bomb.ics", "/large.ics"] {
        let answer = import(&ana, &calendar, &web.url(path));
        assert!(answer.at("/details/0/message").contains("bytes"), "{path}: {answer}");
        answer.invalid(&["url"]);
    }
    assert!(occurrences(&ana, &calendar, YEAR).is_empty());
}

fn only_who_may_write_makes_the_server_fetch(store: Store) {
    let web = Web::start();
    web.serve("/a.ics", Page::calendar(&meeting()));
    let (server, ana, calendar) = beside(store, &web);
    let ben = server.register("ben@example.com");
    let (url, path) = (web.url("/a.ics"), "/calendars/import-url");
    import(&ben, &calendar, &url).error(404, "NOT_FOUND");
    ana.share(&calendar, &ben, "viewer");
    import(&ben, &calendar, &url).error(403, "FORBIDDEN");
    let body = json!({"calendar_id": calendar, "url": url});
    server.anyone().post(path).json(body.clone()).send().error(401, "AUTH_REQUIRED");
    let reader = ana.key(json!({"calendars": ["read"], "events": ["write"]}));
    reader.post(path).json(body.clone()).send().error(403, "FORBIDDEN");
    assert_eq!(web.connections(), 0);
    ana.key(json!({"calendars": ["write"]})).post(path).json(body).send().expect(200);
    assert_eq!(web.connections(), 1);
}

fn a_host_is_allowed_by_the_name_that_it_is_called_by(store: Store) {
    let web = Web::start();
    web.serve("/a.ics", Page::calendar(&meeting()));
    let named = format!("localhost:{}", web.port());
    let server = Server::start_with(store, Settings::new().set("FETCH_ALLOW_HOSTS", &format!("example.test, {named}")));
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Fetched");
    import(&ana, &calendar, &web.url("/a.ics")).invalid(&["url"]);
    assert_eq!(web.connections(), 0);
    import(&ana, &calendar, &format!("http://{named}/a.ics")).expect(200);
    import(&ana, &calendar, &format!("http://LOCALHOST:{}/a.ics", web.port())).expect(200);
}

fn a_retry_does_not_fetch_again(store: Store) {
    let web = Web::start();
    web.serve("/a.ics", Page::calendar(&meeting()));
    let (_server, ana, calendar) = beside(store, &web);
    let body = json!({"calendar_id": calendar, "url": web.url("/a.ics")});
    let post =
        || ana.post("/calendars/import-url").header("Idempotency-Key", "once").json(body.clone()).send().expect(200);
    let (first, second) = (post(), post());
    assert_eq!((first.json, second.header("idempotency-replayed")), (second.json.clone(), Some("true")));
    assert_eq!(web.connections(), 1);
}

#[track_caller]
fn refused(ana: &User, calendar: &str, url: &str) {
    let answer = import(ana, calendar, url);
    assert_eq!(answer.status, 400, "{url}: {answer}");
    answer.invalid(&["url"]);
}

fn what_is_no_address_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let calendar = ana.calendar("Fetched");
    let long = format!("https://example.com/{}", "a".repeat(3000));
    for url in [
        "",
        "x",
        "example.com/a.ics",
        "//example.com/a.ics",
        "http://",
        "http:///a.ics",
        "https://:443/",
        "http://[::1",
        "http://exa mple.com/",
        "http://example.com:99999/",
        "http://user@example.com/",
        "http://example.com:22/",
        "ftp://example.com/a.ics",
        "file:///etc/passwd",
        "gopher://example.com/",
        "data:text/calendar,BEGIN:VCALENDAR",
        "javascript:alert(1)",
        "webcal:",
        "http://a\r\nHost: b/",
        &long,
    ] {
        refused(&ana, &calendar, url);
    }
    let post = |body: Value| ana.post("/calendars/import-url").json(body).send();
    post(json!({})).invalid(&["calendar_id", "url"]);
    post(json!({"calendar_id": "x", "url": 5, "file": ""})).invalid(&["calendar_id", "file", "url"]);
    post(json!({"calendar_id": calendar, "url": null})).invalid(&["url"]);
}
