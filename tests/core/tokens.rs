//! Refresh tokens: each works once, and one used twice ends all that came of the same login.

use kalends_harness::{Answer, PASSWORD, Server, both_stores};
use serde_json::json;

fn refresh(server: &Server, token: &str) -> Answer {
    server.anyone().post("/auth/refresh").json(json!({"refresh_token": token})).send()
}

both_stores![
    a_refresh_answers_with_new_tokens,
    a_token_used_twice_revokes_its_family,
    another_login_is_another_family,
    of_many_at_once_one_wins,
    logging_out_ends_the_token,
    nobody_logs_another_out,
    what_is_no_refresh_token_is_refused,
    tokens_outlive_a_restart,
];

fn a_refresh_answers_with_new_tokens(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let fresh = refresh(server, &ana.refresh).expect(200);
    assert_ne!(fresh.at("/refresh_token"), ana.refresh);
    server.anyone().bearer(&fresh.at("/access_token")).get("/auth/me").send().expect(200);
    refresh(server, &fresh.at("/refresh_token")).expect(200);
}

fn a_token_used_twice_revokes_its_family(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let second = refresh(server, &ana.refresh).expect(200).at("/refresh_token");
    let third = refresh(server, &second).expect(200).at("/refresh_token");
    refresh(server, &ana.refresh).error(401, "AUTH_INVALID");
    refresh(server, &third).error(401, "AUTH_INVALID");
}

fn another_login_is_another_family(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({"email": ana.email, "password": PASSWORD});
    let other = server.anyone().post("/auth/login").json(body).send().expect(200).at("/refresh_token");
    refresh(server, &ana.refresh).expect(200);
    refresh(server, &ana.refresh).error(401, "AUTH_INVALID");
    refresh(server, &other).expect(200);
}

fn of_many_at_once_one_wins(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let server: &Server = server;
    let won = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8).map(|_| scope.spawn(|| refresh(server, &ana.refresh).status)).collect();
        tries.into_iter().map(|each| each.join().expect("a try ends")).filter(|status| *status == 200).count()
    });
    assert_eq!(won, 1);
}

fn logging_out_ends_the_token(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let answer = ana.post("/auth/logout").json(json!({"refresh_token": ana.refresh})).send().expect(200);
    assert_eq!(answer.json, json!({"ok": true}));
    refresh(server, &ana.refresh).error(401, "AUTH_INVALID");
}

fn nobody_logs_another_out(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let ben = server.register("ben@example.com");
    ben.post("/auth/logout").json(json!({"refresh_token": ana.refresh})).send();
    refresh(server, &ana.refresh).expect(200);
}

fn what_is_no_refresh_token_is_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for token in ["", "x", &ana.access] {
        let answer = refresh(server, token);
        assert!([400, 401].contains(&answer.status), "{answer}");
    }
    server.anyone().post("/auth/refresh").json(json!({})).send().invalid(&["refresh_token"]);
}

fn tokens_outlive_a_restart(server: &mut Server) {
    let ana = server.register("ana@example.com");
    server.restart();
    ana.at(server).get("/auth/me").send().expect(200);
    refresh(server, &ana.refresh).expect(200);
}
