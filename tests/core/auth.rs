//! Accounts: making one, signing in, and who is asked for what.

use kalends_harness::{PASSWORD, Server, Settings, Store, both_stores, each_store};
use serde_json::json;

both_stores![
    registering_answers_with_the_user_and_tokens,
    a_timezone_is_utc_unless_given,
    registering_says_everything_that_is_wrong,
    an_address_is_taken_once_in_whatever_case,
    logging_in_takes_the_right_password,
    without_credentials_one_is_asked_for_them,
    a_token_that_is_not_ours_is_refused,
    secrets_stand_in_no_log,
    a_request_has_one_line_in_the_log_with_its_id,
];

fn registering_answers_with_the_user_and_tokens(server: &mut Server) {
    let body = json!({"email": "ana@example.com", "password": PASSWORD, "timezone": "America/New_York"});
    let made = server.anyone().post("/auth/register").json(body).send().expect(201);
    assert_eq!(made["user"]["email"], "ana@example.com");
    assert_eq!(made["user"]["timezone"], "America/New_York");
    assert!(made.at("/user/created_at").ends_with('Z') && made.at("/user/updated_at").ends_with('Z'));
    assert!(!made.text().contains("password"), "a password has no place in an answer");
    let me = server.anyone().bearer(&made.at("/access_token")).get("/auth/me").send().expect(200);
    assert_eq!(me["user"], made["user"]);
}

fn a_timezone_is_utc_unless_given(server: &mut Server) {
    let body = json!({"email": "ana@example.com", "password": PASSWORD});
    let made = server.anyone().post("/auth/register").json(body).send().expect(201);
    assert_eq!(made["user"]["timezone"], "UTC");
}

fn registering_says_everything_that_is_wrong(server: &mut Server) {
    let register = |body| server.anyone().post("/auth/register").json(body).send();
    register(json!({})).invalid(&["email", "password"]);
    register(json!({"email": "nobody", "password": "short", "timezone": "Mars/Olympus"}))
        .invalid(&["email", "password", "timezone"]);
    register(json!({"email": "a@example.com", "password": "123456789"})).invalid(&["password"]);
    register(json!({"email": "a@example.com", "password": PASSWORD, "admin": true})).invalid(&["admin"]);
    register(json!({"email": "a@example.com", "password": "1234567890"})).expect(201);
}

fn an_address_is_taken_once_in_whatever_case(server: &mut Server) {
    server.register("ana@example.com");
    for email in ["ana@example.com", "Ana@Example.com"] {
        let body = json!({"email": email, "password": PASSWORD});
        server.anyone().post("/auth/register").json(body).send().error(409, "CONFLICT");
    }
}

fn logging_in_takes_the_right_password(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let login = |email: &str, password: &str| {
        server.anyone().post("/auth/login").json(json!({"email": email, "password": password})).send()
    };
    let answer = login("ana@example.com", PASSWORD).expect(200);
    assert_eq!(answer.at("/user/id"), ana.id);
    server.anyone().bearer(&answer.at("/access_token")).get("/auth/me").send().expect(200);
    assert!(!answer.at("/refresh_token").is_empty());

    let wrong = login("ana@example.com", "correct horse batterx").error(401, "AUTH_INVALID");
    let unknown = login("nobody@example.com", PASSWORD).error(401, "AUTH_INVALID");
    assert_eq!(wrong["error"], unknown["error"], "an answer does not tell which addresses have accounts");
}

fn without_credentials_one_is_asked_for_them(server: &mut Server) {
    let id = "01900000-0000-7000-8000-000000000000";
    for (method, path) in [
        ("GET", "/auth/me".to_owned()),
        ("POST", "/auth/logout".to_owned()),
        ("GET", "/users/me".to_owned()),
        ("PUT", "/users/me".to_owned()),
        ("DELETE", "/users/me".to_owned()),
        ("GET", "/api-keys".to_owned()),
        ("POST", "/api-keys".to_owned()),
        ("GET", "/calendars".to_owned()),
        ("POST", "/calendars".to_owned()),
        ("GET", format!("/calendars/{id}")),
        ("POST", format!("/calendars/{id}/share")),
        ("GET", format!("/calendars/{id}/members")),
        ("GET", "/events?start=2026-01-01T00:00:00Z&end=2026-02-01T00:00:00Z".to_owned()),
        ("POST", "/events".to_owned()),
        ("GET", format!("/events/{id}")),
        ("PUT", format!("/events/{id}")),
        ("DELETE", format!("/events/{id}")),
        ("POST", format!("/events/{id}/reminders")),
        ("POST", format!("/events/{id}/attendees")),
        ("GET", "/trash".to_owned()),
    ] {
        let mut request = server.anyone().request(method, &path);
        if method != "GET" && method != "DELETE" {
            request = request.json(json!({}));
        }
        request.send().error(401, "AUTH_REQUIRED");
    }
}

fn a_token_that_is_not_ours_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiIxIiwiZXhwIjo5OTk5OTk5OTk5fQ.";
    let parts: Vec<&str> = ana.access.split('.').collect();
    let other_signature = format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>());
    let without_signature = format!("{}.{}.", parts[0], parts[1]);
    for token in ["", "x", "a.b.c", unsigned, &other_signature, &without_signature, &ana.refresh, "kal_unknown"] {
        let answer = server.anyone().bearer(token).get("/auth/me").send();
        assert_eq!(answer.status, 401, "{token:?}: {answer}");
    }
    server.anyone().with("Authorization", "Basic YTpi").get("/auth/me").send().expect(401);
}

fn secrets_stand_in_no_log(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let key = ana
        .post("/api-keys")
        .json(json!({"name": "k", "scopes": {"calendars": ["read"]}}))
        .send()
        .expect(201)
        .at("/token");
    server.anyone().key(&key).get("/calendars").send().expect(200);
    server.anyone().post("/auth/refresh").json(json!({"refresh_token": ana.refresh})).send().expect(200);
    let log = server.log();
    for secret in [PASSWORD, &ana.access, &ana.refresh, &key] {
        assert!(!log.contains(secret), "the log holds a secret:\n{log}");
    }
}

fn a_request_has_one_line_in_the_log_with_its_id(server: &mut Server) {
    let answer = server.anyone().get("/healthz").send().expect(200);
    let id = answer.header("x-request-id").expect("an id").to_owned();
    server.anyone().get("/healthz").send().expect(200);
    std::thread::sleep(std::time::Duration::from_millis(200));
    let log = server.log();
    assert_eq!(log.lines().filter(|line| line.contains(&id)).count(), 1, "{log}");
}

each_store![a_server_that_is_closed_registers_nobody,];

fn a_server_that_is_closed_registers_nobody(store: Store) {
    let server = Server::start_with(store, Settings::new().set("REGISTRATION", "closed"));
    let body = json!({"email": "ana@example.com", "password": PASSWORD});
    server.anyone().post("/auth/register").json(body).send().error(403, "FORBIDDEN");
}

#[test]
fn too_many_requests_are_told_when_to_come_again() {
    let server = Server::start_with(Store::Sqlite, Settings::new().set("RATE_LIMIT", "5/min"));
    let answers: Vec<_> = (0..8).map(|_| server.anyone().get("/auth/me").send()).collect();
    let last = answers.last().expect("eight answers").clone().error(429, "RATE_LIMITED");
    let seconds: u64 = last.header("retry-after").expect("a Retry-After").parse().expect("seconds");
    assert!((1..=60).contains(&seconds), "{seconds}");
    assert!(answers.iter().filter(|answer| answer.status == 401).count() >= 5);
}
