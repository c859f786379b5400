//! One's own profile and account.

use kalends_harness::{PASSWORD, Server, both_stores, event, path_of};
use serde_json::json;

both_stores![
    a_profile_can_be_read_and_its_timezone_changed,
    nothing_sent_changes_nothing,
    a_profile_takes_no_nonsense,
    a_deleted_account_is_gone_with_all_it_had,
];

fn a_profile_can_be_read_and_its_timezone_changed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let before = ana.get("/users/me").send().expect(200);
    assert_eq!(before["user"]["id"], ana.id.as_str());
    let after = ana.put("/users/me").json(json!({"timezone": "Asia/Tokyo"})).send().expect(200);
    assert_eq!(after["user"]["timezone"], "Asia/Tokyo");
    assert!(after.at("/user/updated_at") >= before.at("/user/updated_at"));
    assert_eq!(ana.get("/users/me").send().expect(200)["user"], after["user"]);
}

fn nothing_sent_changes_nothing(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let answer = ana.put("/users/me").json(json!({})).send().expect(200);
    assert_eq!(answer["user"]["timezone"], "Europe/Berlin");
}

fn a_profile_takes_no_nonsense(server: &mut Server) {
    let ana = server.register("ana@example.com");
    ana.put("/users/me").json(json!({"timezone": "Mars/Olympus"})).send().invalid(&["timezone"]);
    ana.put("/users/me").json(json!({"timezone": 5, "id": "x"})).send().invalid(&["timezone", "id"]);
    ana.put("/users/me").json(json!({"timezone": null})).send().invalid(&["timezone"]);
}

fn a_deleted_account_is_gone_with_all_it_had(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let ben = server.register("ben@example.com");
    let calendar = ana.calendar("Ours");
    ana.share(&calendar, &ben, "viewer");
    let made = ana.event(event(&calendar, "Talk", "2026-03-02T09:00:00Z"));
    let key = ana.key(json!({"calendars": ["read"]}));

    let answer = ana.delete("/users/me").send().expect(200);
    assert_eq!(answer.json, json!({"ok": true}));
    ana.get("/auth/me").send().error(401, "AUTH_INVALID");
    key.get("/calendars").send().error(401, "AUTH_INVALID");
    let body = json!({"email": ana.email, "password": PASSWORD});
    server.anyone().post("/auth/login").json(body).send().error(401, "AUTH_INVALID");
    server.anyone().post("/auth/refresh").json(json!({"refresh_token": ana.refresh})).send().error(401, "AUTH_INVALID");
    ben.get(&format!("/calendars/{calendar}")).send().error(404, "NOT_FOUND");
    ben.get(&path_of(&made)).send().error(404, "NOT_FOUND");
    assert!(ben.between("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z").items().is_empty());
}
