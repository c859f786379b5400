//! What holds around every handler, checked on the whole service.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use kalends_ports::StoreError;
use serde_json::json;

use crate::state::Rate;
use crate::testing::{KEY, Mocks, ask, post, signed_in};

const KEY_BODY: &str = r#"{"name": "agent", "scopes": {"events": ["read"]}}"#;

#[actix_web::test]
async fn credentials() {
    let state = Mocks::default().state();
    let me = || TestRequest::get().uri("/auth/me");
    for (request, status, code) in [
        (me(), 401, "AUTH_REQUIRED"),
        (me().insert_header(("Authorization", "Bearer bad")), 401, "AUTH_INVALID"),
        (me().insert_header(("Authorization", "nonsense")), 401, "AUTH_INVALID"),
        (me().insert_header(("X-API-Key", "kal_unknown")), 401, "AUTH_INVALID"),
        (me().insert_header(("X-API-Key", KEY)), 403, "FORBIDDEN"),
        (me().insert_header(("Authorization", "Bearer bad")).insert_header(("X-API-Key", KEY)), 401, "AUTH_INVALID"),
    ] {
        let answer = ask(&state, request).await;
        assert_eq!(answer.error(), (status, code.to_owned(), vec![]));
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
    }
    let answer = ask(&state, signed_in(me())).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("etag"), Some("\"3\""));
    assert_eq!(
        answer.json(),
        json!({"user": {
            "id": "00000000-0000-0000-0000-000000000001", "email": "ann@example.com", "name": null, "timezone": "UTC",
            "free_busy_visibility": "shared", "created_at": "2026-03-01T12:00:00Z", "updated_at": "2026-03-01T12:00:00Z",
        }})
    );
}

#[actix_web::test]
async fn bad_input_is_told_in_the_envelope() {
    let state = Mocks::default().state();
    let login = |body: &str| post("/auth/login", body);
    let deep = format!("{{\"email\": {}", "[".repeat(5000));
    let large = format!("{{\"email\": \"{}\"}}", "a".repeat(1024 * 1024));
    for (request, status, fields) in [
        (login(""), 400, vec!["body"]),
        (login("[]"), 400, vec!["body"]),
        (login("{\"email\": tru}"), 400, vec!["email"]),
        (login(r#"{"email": 1, "passwort": "x"}"#), 400, vec!["email", "password", "passwort"]),
        (login("{\"email\": \"a\\u0000\", \"password\": \"x\"}"), 400, vec!["email"]),
        (login(&deep), 400, vec![deep_path().as_str()]),
        (login(&large), 413, vec!["body"]),
        (login("{}").insert_header(("Content-Type", "text/plain")), 415, vec!["Content-Type"]),
        (signed_in(TestRequest::delete().uri("/api-keys/7")), 400, vec!["id"]),
        (signed_in(TestRequest::get().uri("/api-keys?limit=0&cursor=x&page=2")), 400, vec!["limit", "cursor", "page"]),
        (signed_in(TestRequest::get().uri("/api-keys?limit=1&limit=2")), 400, vec!["limit"]),
        (
            signed_in(post("/api-keys", KEY_BODY)).insert_header(("Idempotency-Key", "k".repeat(256))),
            400,
            vec!["Idempotency-Key"],
        ),
    ] {
        let answer = ask(&state, request).await;
        let expected = fields.into_iter().map(str::to_owned).collect();
        assert_eq!(answer.error(), (status, "VALIDATION_ERROR".to_owned(), expected));
    }
}

fn deep_path() -> String {
    format!("email{}", "[0]".repeat(31))
}

#[actix_web::test]
async fn what_is_no_route_is_told_in_the_envelope() {
    let state = Mocks::default().state();
    assert_eq!(ask(&state, TestRequest::get().uri("/nowhere")).await.error(), (404, "NOT_FOUND".to_owned(), vec![]));
    let answer = ask(&state, TestRequest::delete().uri("/auth/login")).await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
    let answer = ask(&state, TestRequest::default().method(Method::HEAD).uri("/healthz")).await;
    assert_eq!(answer.status, 200);
}

#[actix_web::test]
async fn every_answer_has_its_id_and_is_private() {
    let state = Mocks::default().state();
    let request = TestRequest::get().uri("/nowhere").insert_header(("X-Request-Id", "mine-1"));
    let answer = ask(&state, request).await;
    assert_eq!(answer.header("x-request-id"), Some("mine-1"));
    assert_eq!(
        (answer.header("x-content-type-options"), answer.header("cache-control")),
        (Some("nosniff"), Some("no-store"))
    );
    for bad in ["", "two words", &"x".repeat(129)] {
        let answer = ask(&state, TestRequest::get().uri("/healthz").insert_header(("X-Request-Id", bad))).await;
        assert!(!["two words", &"x".repeat(129), ""].contains(&answer.header("x-request-id").unwrap()));
    }
}

#[actix_web::test]
async fn a_panic_is_an_answer() {
    let mut mocks = Mocks::default();
    mocks.commit.expect_commit().returning(|_| panic!("a secret detail"));
    let answer = ask(&mocks.state(), signed_in(post("/api-keys", KEY_BODY))).await;
    assert_eq!(answer.error(), (500, "INTERNAL".to_owned(), vec![]));
    assert!(answer.header("x-request-id").is_some());
    assert!(!String::from_utf8_lossy(&answer.body).contains("secret"));
}

#[actix_web::test]
async fn a_retry_writes_once() {
    let writes = Arc::new(AtomicUsize::new(0));
    let count = writes.clone();
    let state = Mocks::default()
        .on_commit(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
        .state();
    let once = |body: &str| signed_in(post("/api-keys", body)).insert_header(("Idempotency-Key", "k1"));
    let first = ask(&state, once(KEY_BODY)).await;
    let again = ask(&state, once(KEY_BODY)).await;
    assert_eq!((first.status, first.header("idempotency-replayed")), (201, None));
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
    assert_eq!((again.header("content-type"), &again.body), (first.header("content-type"), &first.body));
    assert_ne!(again.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(writes.load(Ordering::Relaxed), 1);
    let other = ask(&state, once(r#"{"name": "other", "scopes": {}}"#)).await;
    assert_eq!(other.error(), (422, "IDEMPOTENCY_MISMATCH".to_owned(), vec![]));
}

#[actix_web::test]
async fn what_a_retry_may_mend_is_run_again() {
    let tries = Arc::new(AtomicUsize::new(0));
    let count = tries.clone();
    let state = Mocks::default()
        .on_commit(move |_| match count.fetch_add(1, Ordering::Relaxed) {
            0 => Err(StoreError::Unavailable("down".into())),
            1 => Err(StoreError::Broken("broken".into())),
            _ => Ok(()),
        })
        .state();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        let request = signed_in(post("/api-keys", KEY_BODY)).insert_header(("Idempotency-Key", "k1"));
        let answer = ask(&state, request).await;
        assert_eq!(answer.header("retry-after").is_some(), answer.status == 503);
        statuses.push(answer.status);
    }
    assert_eq!(statuses, [503, 500, 201, 201]);
    assert_eq!(tries.load(Ordering::Relaxed), 3);
}

#[actix_web::test]
async fn callers_are_limited_one_by_one() {
    let rate = Rate { requests: NonZeroU32::new(2).unwrap(), period: Duration::from_mins(1) };
    let state = Mocks { rate_limit: Some(rate), ..Mocks::default() }.state();
    let me = || signed_in(TestRequest::get().uri("/auth/me"));
    assert_eq!([ask(&state, me()).await.status, ask(&state, me()).await.status], [200, 200]);
    let refused = ask(&state, me()).await;
    assert_eq!(refused.error(), (429, "RATE_LIMITED".to_owned(), vec![]));
    assert!(refused.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().unwrap() > 0));
    assert_eq!(ask(&state, TestRequest::get().uri("/auth/me")).await.status, 401);
    for _ in 0..5 {
        assert_eq!(ask(&state, TestRequest::get().uri("/healthz")).await.status, 200);
    }
}

#[actix_web::test]
async fn what_is_too_long_is_told_in_the_words_of_its_surface() {
    let state = Mocks::default().state();
    let long = "a".repeat(20_000);
    let core = ask(&state, TestRequest::get().uri(&format!("/events?search={long}"))).await;
    assert_eq!(core.error(), (414, "VALIDATION_ERROR".to_owned(), vec!["address".to_owned()]));
    let academic = ask(&state, TestRequest::get().uri(&format!("/api/calendar/events?search={long}"))).await;
    assert_eq!((academic.status, &academic.json()["success"]), (414, &json!(false)));
    let page = TestRequest::get().uri("/book/token").insert_header(("X-Filler", "a".repeat(40_000)));
    let page = ask(&state, page).await;
    assert_eq!((page.status, page.header("content-type")), (431, Some("text/html; charset=utf-8")));
}

#[actix_web::test]
async fn browsers_of_the_named_origins_may_call() {
    let state = Mocks::default().state();
    let ask_from = |origin: &'static str| {
        let request = TestRequest::get().uri("/healthz").insert_header(("Origin", origin));
        ask(&state, request)
    };
    assert_eq!(
        ask_from("https://app.example").await.header("access-control-allow-origin"),
        Some("https://app.example")
    );
    assert_eq!(ask_from("https://other.example").await.header("access-control-allow-origin"), None);
}

#[actix_web::test]
async fn what_the_server_says_of_itself() {
    let state = Mocks::default().state();
    let get = |path: &'static str| ask(&state, TestRequest::get().uri(path));
    assert_eq!(get("/healthz").await.json(), json!({"status": "ok"}));
    let ready = json!({"status": "ok", "store": "ok", "tzdata": "2026e, bundled", "version": "0.1.0"});
    assert_eq!(get("/readyz").await.json(), ready);
    assert_eq!(get("/openapi.json").await.json()["servers"][0]["url"], "http://localhost:3019");
    assert!(String::from_utf8_lossy(&get("/metrics").await.body).contains("route=\"/healthz\",status=\"200\"} 1"));
    let page = get("/docs").await;
    assert!(String::from_utf8_lossy(&page.body).contains("<base href=\"docs/\">"));
    let script = get("/docs/swagger-initializer.js").await;
    assert!(String::from_utf8_lossy(&script.body).contains("\"../openapi.json\""));
    assert_eq!(get("/docs/swagger-ui.css").await.status, 200);
    assert_eq!(get("/docs/nothing.js").await.error().0, 404);
    assert_eq!(get("/").await.status, 302);
    assert!(get("/llms.txt").await.body.starts_with(b"# Kalends"));
}

#[actix_web::test]
async fn people_are_told_of_failures_on_a_page() {
    let rate = Rate { requests: NonZeroU32::new(1).unwrap(), period: Duration::from_mins(1) };
    let state = Mocks { rate_limit: Some(rate), ..Mocks::default() }.state();
    let visit = || ask(&state, TestRequest::get().uri("/book/token?theme=dark"));
    // No bookings are expected by the mocks: the handler panics.
    for (status, retry) in [(500, false), (429, true)] {
        let told = visit().await;
        assert_eq!((told.status, told.header("content-type")), (status, Some("text/html; charset=utf-8")));
        assert_eq!(told.header("retry-after").is_some(), retry);
        assert!(told.header("content-security-policy").is_some_and(|policy| policy.contains("style-src 'self'")));
        assert!(String::from_utf8_lossy(&told.body).contains("data-theme=\"dark\""));
    }
}
