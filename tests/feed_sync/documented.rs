//! The document, to the letter: `{}`, and the table of errors.

use kalends_harness::{Caller, Page, Store, each_store, garbage};
use serde_json::json;

use crate::{error, event, feed, page, started, started_with};

each_store![
    what_is_done_is_answered_by_an_empty_object,
    keys_and_tokens_are_asked_for,
    a_body_that_is_none_is_told_by_position_or_path,
    what_does_not_exist_and_what_does,
    an_account_has_so_many_feeds_and_no_more,
    a_feed_that_is_none_is_told_by_what_is_wrong_with_it,
    without_google_there_is_none,
    whatever_else_goes_wrong_keeps_the_envelope,
    what_no_client_sends_is_refused_with_a_reason,
    a_request_that_is_repeated_registers_once,
];

fn what_is_done_is_answered_by_an_empty_object(store: Store) {
    let feeds = started(store);
    feeds.web.serve("/cal", page(&[]));
    let register = feeds.body("/cal", "json", "local");
    let bob = feeds.server.register("bob@example.com");
    let invite = json!({"id": "cal", "email": bob.email});
    for (path, body) in [("/register", register), ("/invite", invite), ("/unregister", json!({"id": "cal"}))] {
        assert_eq!(feeds.ana.post(path).json(body).send().expect(200).json, json!({}), "{path}");
    }
}

fn keys_and_tokens_are_asked_for(store: Store) {
    let feeds = started(store);
    let (ana, web) = (&feeds.ana, &feeds.web);
    web.serve("/cal", page(&[]));
    let body = || feeds.body("/cal", "json", "local");
    let nobody = feeds.server.anyone();
    for caller in [nobody.clone(), nobody.bearer("kal_nonsense"), nobody.bearer("a.b.c"), nobody.key("kal_x")] {
        for path in ["/ping", "/register", "/unregister", "/invite", "/feeds/cal/sync"] {
            let answer = caller.post(path).json(body()).send();
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            assert_eq!(answer.expect(401).json, json!({"error": "request_auth"}), "{path}");
        }
        error(caller.get("/feeds").send(), 401, "request_auth");
    }
    // A key is a Bearer value too, and reaches what its scopes say.
    let key =
        |scopes| ana.post("/api-keys").json(json!({"name": "k", "scopes": scopes})).send().expect(201).at("/token");
    let writer = Caller::new(ana.base()).bearer(&key(json!({"feeds": ["write"]})));
    let reader = Caller::new(ana.base()).bearer(&key(json!({"feeds": ["read"]})));
    for path in ["/register", "/unregister", "/invite", "/feeds/cal/sync"] {
        let body = match path {
            "/unregister" => json!({"id": "cal"}),
            "/invite" => json!({"id": "cal", "email": "bob@example.com"}),
            _ => body(),
        };
        assert!(error(reader.post(path).json(body).send(), 403, "request_scope").contains("feeds:write"), "{path}");
    }
    writer.post("/register").json(body()).send().expect(200);
    assert_eq!(reader.get("/feeds").send().expect(200).each("id"), ["cal"]);
    error(writer.get("/feeds").send(), 403, "request_scope");
    error(writer.post("/ping").json(json!({})).send(), 403, "request_scope");
    let other = ana.key(json!({"events": ["read"]}));
    error(other.get("/feeds").send(), 403, "request_scope");
    // To others a feed is not there.
    let bob = feeds.server.register("bob@example.com");
    assert!(bob.get("/feeds").send().expect(200).items().is_empty());
    error(bob.post("/unregister").json(json!({"id": "cal"})).send(), 422, "request_id");
    error(bob.post("/feeds/cal/sync").send(), 404, "request_id");
}

fn a_body_that_is_none_is_told_by_position_or_path(store: Store) {
    let feeds = started(store);
    for (body, hint) in [
        ("{", "0: unexpected token at '{'"),
        ("", "0: unexpected token at ''"),
        ("{\"id\": x}", "7: unexpected token at 'x}'"),
        ("[]", "Expected Object at $: Received a list"),
        ("{}", "Expected String at $.id: Received nothing"),
        ("{\"id\": 123}", "Expected String at $.id: Received 123"),
        ("{\"id\": null}", "Expected String at $.id: Received null"),
        ("{\"id\": \"a\"}", "Expected String at $.url: Received nothing"),
        ("{\"id\": \"a\", \"url\": []}", "Expected String at $.url: Received a list"),
        (
            "{\"id\": \"a\", \"url\": \"http://x\", \"format\": \"xml\"}",
            "Expected \"json\" | \"ics\" at $.format: Received \"xml\"",
        ),
        (
            "{\"id\": \"a\", \"url\": \"http://x\", \"format\": \"ics\", \"destination\": 1}",
            "Expected \"google\" | \"local\" at $.destination: Received 1",
        ),
        ("{\"id\": \"a\", \"id\": \"b\"}", "Expected one value at $.id: Received several"),
        ("{\"name\": 1}", "Expected no field but id, url, format, destination at $.name: Received 1"),
    ] {
        let answer = feeds.ana.post("/register").body("application/json", body).send();
        assert_eq!(error(answer, 422, "request_body"), hint, "{body}");
    }
    for id in ["", " ", "a\nb", &"x".repeat(256)] {
        let told = error(feeds.ana.post("/unregister").json(json!({"id": id})).send(), 422, "request_body");
        assert!(told.contains("at $.id"), "{told}");
    }
    let told = error(feeds.ana.post("/invite").json(json!({"id": "a", "email": "b"})).send(), 422, "request_body");
    assert_eq!(told, "Expected email address at $.email: Received \"b\"");
    let told = error(feeds.ana.post("/ping").json(json!({"x": 1})).send(), 422, "request_body");
    assert_eq!(told, "Expected no field but nothing at $.x: Received 1");
}

fn what_does_not_exist_and_what_does(store: Store) {
    let feeds = started(store);
    error(feeds.ana.post("/unregister").json(json!({"id": "none"})).send(), 422, "request_id");
    error(feeds.ana.post("/invite").json(json!({"id": "none", "email": "a@b.example"})).send(), 422, "request_id");
    feeds.local("/cal", page(&[]));
    let again = feeds.ana.post("/register").json(feeds.body("/cal", "json", "local")).send();
    assert!(error(again, 422, "request_constraint").contains("\"cal\""));
    // Others may use the name, and so may whoever gave it back.
    let bob = feeds.server.register("bob@example.com");
    bob.post("/register").json(feeds.body("/cal", "json", "local")).send().expect(200);
    feeds.ana.post("/unregister").json(json!({"id": "cal"})).send().expect(200);
    feeds.ana.post("/register").json(feeds.body("/cal", "json", "local")).send().expect(200);
    error(feeds.ana.post("/invite").json(json!({"id": "cal", "email": "no@b.example"})).send(), 422, "request_id");
}

fn an_account_has_so_many_feeds_and_no_more(store: Store) {
    let feeds = started_with(store, |settings| settings.set("FEED_LIMIT_PER_ACCOUNT", "2"));
    for path in ["/one", "/two", "/three"] {
        feeds.web.serve(path, page(&[]));
    }
    let register = |path: &str| feeds.ana.post("/register").json(feeds.body(path, "json", "local")).send();
    register("/one").expect(200);
    register("/two").expect(200);
    assert!(error(register("/three"), 402, "account_limit").contains("2 feeds"));
    feeds.ana.post("/unregister").json(json!({"id": "one"})).send().expect(200);
    register("/three").expect(200);
}

fn a_feed_that_is_none_is_told_by_what_is_wrong_with_it(store: Store) {
    let feeds = started(store);
    let mut broken = vec![event("a", "A", 9); 4];
    for (index, event) in broken.iter_mut().enumerate() {
        event["id"] = json!(index.to_string());
    }
    broken[3]["start"] = json!(null);
    let calendar = |text: &str| Page::calendar(text);
    for (format, page, hint) in [
        ("json", page(&broken), "Expected String at $.events[3].start: Received null"),
        ("json", Page::json(&json!([])), "Expected Object at $: Received a list"),
        ("json", Page::status(200).body("{\"events\": [}"), "12: unexpected token at '}'"),
        ("json", Page::status(200).header("Content-Type", "text/html").body("<html>"), "text/html"),
        ("json", Page::status(500), "the feed answers with status 500"),
        ("ics", calendar("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nEND:VEVENT\nEND:VCALENDAR\n"), "line 2: VEVENT: "),
        ("ics", calendar("nonsense"), "line 1: "),
        ("json", Page::status(404), "the feed answers with status 404"),
    ] {
        feeds.web.serve("/cal", page);
        let told = error(
            feeds.ana.post("/register").json(feeds.body("/cal", format, "local")).send(),
            421,
            "downstream_fetch",
        );
        assert!(told.contains(hint), "{told}");
    }
    for url in
        ["http://127.0.0.1:1/x", "http://10.0.0.1/x", "ftp://example.com/x", "nonsense", "http://169.254.169.254/"]
    {
        let body = json!({"id": "x", "url": url, "format": "ics", "destination": "local"});
        error(feeds.ana.post("/register").json(body).send(), 421, "downstream_fetch");
    }
    assert!(feeds.ana.get("/feeds").send().expect(200).items().is_empty(), "nothing is left of them");
    assert!(feeds.ana.get("/calendars").send().expect(200).items().is_empty());
}

fn without_google_there_is_none(store: Store) {
    let feeds = started(store);
    feeds.web.serve("/cal", page(&[]));
    let hint = error(feeds.ana.post("/ping").json(json!({})).send(), 421, "downstream_external");
    assert!(hint.contains("no Google account is linked"), "{hint}");
    for body in
        [json!({"id": "cal", "url": feeds.web.url("/cal"), "format": "json"}), feeds.body("/cal", "json", "google")]
    {
        error(feeds.ana.post("/register").json(body).send(), 421, "downstream_external");
    }
    assert!(feeds.ana.get("/feeds").send().expect(200).items().is_empty());
}

fn whatever_else_goes_wrong_keeps_the_envelope(store: Store) {
    let feeds = started(store);
    error(feeds.ana.get("/register").send(), 405, "request_method");
    error(feeds.ana.post("/feeds/a/b/c").send(), 404, "request_route");
    error(feeds.ana.post("/register").body("text/plain", "{}").send(), 415, "request_body");
    // The server may hang up on what is too large before all of it has come.
    if let Ok(answer) = feeds.ana.post("/register").body("application/json", vec![b' '; 2 << 20]).try_send() {
        error(answer, 413, "request_body");
    }
    error(feeds.ana.get("/feeds").query("limit", "x").send(), 422, "request_body");
    error(feeds.ana.get("/feeds").query("cursor", "x").send(), 422, "request_body");
    error(
        feeds.ana.post("/ping").header("Idempotency-Key", &"k".repeat(256)).json(json!({})).send(),
        422,
        "request_body",
    );
}

fn what_no_client_sends_is_refused_with_a_reason(store: Store) {
    let feeds = started(store);
    for path in ["/ping", "/register", "/unregister", "/invite"] {
        let send = |body: &[u8]| feeds.ana.post(path).body("application/json", body).send();
        let broken = garbage::BROKEN_JSON.map(str::as_bytes).into_iter().chain(garbage::BAD_UTF8);
        let deep = garbage::deep_objects();
        for body in broken.chain(deep.iter().map(String::as_bytes)) {
            assert!(!error(send(body), 422, "request_body").is_empty());
        }
        for body in garbage::no_objects() {
            assert!(!error(feeds.ana.post(path).json(body).send(), 422, "request_body").is_empty());
        }
    }
}

fn a_request_that_is_repeated_registers_once(store: Store) {
    let feeds = started(store);
    feeds.web.serve("/cal", page(&[event("a", "A", 9)]));
    let register = |body| feeds.ana.post("/register").header("Idempotency-Key", "k").json(body).send();
    register(feeds.body("/cal", "json", "local")).expect(200);
    let again = register(feeds.body("/cal", "json", "local")).expect(200);
    assert_eq!((again.header("idempotency-replayed"), &again.json), (Some("true"), &json!({})));
    error(register(feeds.body("/cal", "ics", "local")), 422, "request_constraint");
    assert_eq!(feed(&feeds.ana, "cal")["format"], "json");
}
