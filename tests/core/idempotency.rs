//! `Idempotency-Key`: a POST sent again does nothing again.

use kalends_harness::{PASSWORD, Server, both_stores, event};
use serde_json::json;

both_stores![
    the_same_again_answers_as_the_first_time,
    another_body_or_path_under_the_same_key_is_a_mistake,
    keys_belong_to_their_callers,
    a_secret_is_replayed_too,
    an_account_is_registered_once,
    a_refusal_may_be_mended_and_sent_again,
    a_key_has_1_to_255_characters,
    of_many_at_once_one_is_done,
];

fn the_same_again_answers_as_the_first_time(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = event(&ana.calendar("Work"), "Talk", "2026-03-02T09:00:00Z");
    let post = || ana.post("/events").header("Idempotency-Key", "once").json(body.clone()).send().expect(201);
    let (first, second) = (post(), post());
    assert_eq!(first.json, second.json);
    assert_eq!((first.header("idempotency-replayed"), second.header("idempotency-replayed")), (None, Some("true")));
    assert_eq!(ana.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").items().len(), 1);
    server.restart();
    let ana = ana.at(server);
    let third = ana.post("/events").header("Idempotency-Key", "once").json(body).send().expect(201);
    assert_eq!(third.json, first.json, "a restart forgets nothing");
}

fn another_body_or_path_under_the_same_key_is_a_mistake(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let post =
        |path: &str, name: &str| ana.post(path).header("Idempotency-Key", "k").json(json!({"name": name})).send();
    post("/calendars", "One").expect(201);
    post("/calendars", "Two").error(422, "IDEMPOTENCY_MISMATCH");
    let body = json!({"name": "One", "scopes": {"events": ["read"]}});
    ana.post("/api-keys").header("Idempotency-Key", "k").json(body).send().error(422, "IDEMPOTENCY_MISMATCH");
    assert_eq!(ana.get("/calendars").send().expect(200).items().len(), 1);
}

fn keys_belong_to_their_callers(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let post = |who: &kalends_harness::User| {
        who.post("/calendars")
            .header("Idempotency-Key", "k")
            .json(json!({"name": "Mine"}))
            .send()
            .expect(201)
            .at("/calendar/id")
    };
    assert_ne!(post(&ana), post(&ben));
}

fn a_secret_is_replayed_too(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({"name": "agent", "scopes": {"calendars": ["read"]}});
    let post =
        || ana.post("/api-keys").header("Idempotency-Key", "k").json(body.clone()).send().expect(201).at("/token");
    let token = post();
    assert_eq!(post(), token);
    server.anyone().key(&token).get("/calendars").send().expect(200);
    assert_eq!(ana.get("/api-keys").send().expect(200).items().len(), 1);
}

fn an_account_is_registered_once(server: &mut Server) {
    let body = json!({"email": "ana@example.com", "password": PASSWORD});
    let post =
        || server.anyone().post("/auth/register").header("Idempotency-Key", "k").json(body.clone()).send().expect(201);
    assert_eq!(post().at("/user/id"), post().at("/user/id"));
}

fn a_refusal_may_be_mended_and_sent_again(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let body = json!({"name": ""});
    let post = || ana.post("/calendars").header("Idempotency-Key", "k").json(body.clone()).send();
    post().invalid(&["name"]);
    post().invalid(&["name"]);
}

fn a_key_has_1_to_255_characters(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let post = |key: &str| ana.post("/calendars").header("Idempotency-Key", key).json(json!({"name": "Work"})).send();
    post(&"k".repeat(256)).error(400, "VALIDATION_ERROR");
    post("").error(400, "VALIDATION_ERROR");
    post(&"k".repeat(255)).expect(201);
}

fn of_many_at_once_one_is_done(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let answers: Vec<_> = std::thread::scope(|scope| {
        let post = || ana.post("/calendars").header("Idempotency-Key", "k").json(json!({"name": "Work"})).send();
        let tries: Vec<_> = (0..8).map(|_| scope.spawn(post)).collect();
        tries.into_iter().map(|each| each.join().expect("a try ends")).collect()
    });
    for answer in &answers {
        assert!([201, 409].contains(&answer.status), "{answer}");
    }
    assert_eq!(ana.get("/calendars").send().expect(200).items().len(), 1);
    assert_eq!(
        answers.iter().filter(|answer| answer.status == 201 && answer.header("idempotency-replayed").is_none()).count(),
        1
    );
}
