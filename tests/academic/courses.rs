//! Courses, and the events that belong to them.

use kalends_harness::{Server, both_stores};
use serde_json::{Value, json};

use crate::{COURSES, EVENTS, change, done, home, invalid, lecture, make, one, refused, with};

both_stores![
    a_course_is_described_shown_changed_and_forgotten,
    an_event_shows_its_course,
    an_id_is_made_where_none_is_chosen,
    an_id_stands_for_one_course_of_each_user,
    any_text_is_an_id,
    courses_are_listed_by_number,
    bad_courses_are_refused,
    courses_go_with_their_account,
    a_retry_makes_no_second_course,
];

fn biology() -> Value {
    json!({"id": "course_abc123", "name": "Biology 101", "code": "BIO101"})
}

fn a_course_is_described_shown_changed_and_forgotten(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = done(ana.post(COURSES).json(biology()).send(), 201);
    let times = json!({"createdAt": made["data"]["createdAt"], "updatedAt": made["data"]["updatedAt"]});
    assert_eq!(made["data"], with(biology(), times));
    let path = format!("{COURSES}/course_abc123");
    let shown = done(ana.get(&path).send(), 200);
    assert_eq!((&shown["data"], shown.etag()), (&made["data"], made.etag()));

    let renamed = ana.patch(&path).header("If-Match", &made.etag()).json(json!({"name": "Biology"})).send();
    let renamed = done(renamed, 200);
    assert_eq!((&renamed["data"]["name"], &renamed["data"]["code"]), (&json!("Biology"), &json!("BIO101")));
    refused(ana.patch(&path).header("If-Match", &made.etag()).json(json!({"name": "x"})).send(), 412, "CONFLICT");
    refused(ana.delete(&path).header("If-Match", &made.etag()).send(), 412, "CONFLICT");
    assert_eq!(done(ana.patch(&path).json(json!({"code": null})).send(), 200)["data"]["code"], Value::Null);

    assert_eq!(done(ana.delete(&path).send(), 200).json.as_object().map(serde_json::Map::len), Some(2));
    for answer in [ana.get(&path).send(), ana.delete(&path).send(), ana.patch(&path).json(json!({})).send()] {
        refused(answer, 404, "COURSE_NOT_FOUND");
    }
    done(ana.post(COURSES).json(biology()).send(), 201);
}

fn an_event_shows_its_course(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let made = make(&ana, lecture());
    ana.share(&home(&ana), &ben, "viewer");
    assert_eq!((&made["courseId"], &made["course"]), (&json!("course_abc123"), &Value::Null));
    done(ana.post(COURSES).json(biology()).send(), 201);
    assert_eq!(done(ana.get(&one(&made)).send(), 200)["data"]["course"], biology());
    assert_eq!(done(ana.get(EVENTS).send(), 200)["data"]["events"][0]["course"], biology());
    // To others the course is one that nobody has described.
    let seen = done(ben.get(&one(&made)).send(), 200);
    assert_eq!((&seen["data"]["courseId"], &seen["data"]["course"]), (&json!("course_abc123"), &Value::Null));

    done(ana.delete(&format!("{COURSES}/course_abc123")).send(), 200);
    let kept = done(ana.get(&one(&made)).send(), 200);
    assert_eq!((&kept["data"]["courseId"], &kept["data"]["course"]), (&json!("course_abc123"), &Value::Null));
    assert_eq!(change(&ana, &made, json!({"courseId": null}))["courseId"], Value::Null);
}

fn an_id_is_made_where_none_is_chosen(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let made = done(ana.post(COURSES).json(json!({"name": "Chemistry"})).send(), 201);
    let (id, code) = (made.at("/data/id"), &made["data"]["code"]);
    assert!(!id.is_empty() && code.is_null());
    assert_eq!(done(ana.get(&format!("{COURSES}/{id}")).send(), 200)["data"], made["data"]);
}

fn an_id_stands_for_one_course_of_each_user(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    done(ana.post(COURSES).json(biology()).send(), 201);
    refused(ana.post(COURSES).json(biology()).send(), 409, "COURSE_EXISTS");
    let path = format!("{COURSES}/course_abc123");
    for answer in [ben.get(&path).send(), ben.delete(&path).send(), ben.patch(&path).json(json!({})).send()] {
        refused(answer, 404, "COURSE_NOT_FOUND");
    }
    done(ben.post(COURSES).json(with(biology(), json!({"name": "Ben's"}))).send(), 201);
    assert_eq!(done(ana.get(&path).send(), 200)["data"]["name"], "Biology 101");
}

fn any_text_is_an_id(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for (id, path) in [
        ("a/b", "a%2Fb"),
        ("a%2Fb", "a%252Fb"),
        ("1+1 = 2?", "1+1%20=%202%3F"),
        ("курс", "%D0%BA%D1%83%D1%80%D1%81"),
        ("..;", "..;"),
        ("' or 1=1 --", "'%20or%201=1%20--"),
    ] {
        let made = done(ana.post(COURSES).json(json!({"id": id, "name": id})).send(), 201);
        assert_eq!(made["data"]["id"], id);
        assert_eq!(done(ana.get(&format!("{COURSES}/{path}")).send(), 200)["data"], made["data"], "{id}");
        assert_eq!(make(&ana, with(lecture(), json!({"courseId": id})))["course"]["name"], id);
    }
}

fn courses_are_listed_by_number(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for id in ["c", "a", "b"] {
        done(ana.post(COURSES).json(json!({"id": id, "name": id})).send(), 201);
    }
    let list = done(ana.get(&format!("{COURSES}?limit=2&offset=1")).send(), 200);
    let ids: Vec<_> = list["data"]["courses"].as_array().expect("courses").iter().map(|course| &course["id"]).collect();
    assert_eq!(ids, ["a", "b"]);
    assert_eq!(list["data"]["pagination"], json!({"total": 3, "limit": 2, "offset": 1, "hasMore": false}));
    let all = done(ana.get(COURSES).send(), 200);
    assert_eq!(all["data"]["pagination"], json!({"total": 3, "limit": 50, "offset": 0, "hasMore": false}));
    invalid(ana.get(&format!("{COURSES}?limit=101&offset=x&name=c")).send(), &["limit", "offset", "name"]);
}

fn bad_courses_are_refused(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let refused = |body| invalid(ana.post(COURSES).json(body).send(), &["id", "name", "code"]);
    refused(json!({"id": "x".repeat(256), "name": "x".repeat(256), "code": "x".repeat(51)}));
    refused(json!({"id": "", "name": "", "code": ""}));
    refused(json!({"id": "..", "name": null, "code": 7}));
    refused(json!({"id": "a\u{0}b", "name": "a\nb", "code": ["x"]}));
    invalid(ana.post(COURSES).json(json!({"name": "x", "title": "y"})).send(), &["title"]);
    done(ana.post(COURSES).json(biology()).send(), 201);
    let path = format!("{COURSES}/course_abc123");
    invalid(ana.patch(&path).json(json!({"id": "other", "name": null})).send(), &["id", "name"]);
}

fn courses_go_with_their_account(server: &mut Server) {
    let ana = server.register("ana@example.com");
    done(ana.post(COURSES).json(biology()).send(), 201);
    ana.delete("/users/me").send().expect(200);
    let again = server.register("ana@example.com");
    assert_eq!(done(again.get(COURSES).send(), 200)["data"]["pagination"]["total"], 0);
}

fn a_retry_makes_no_second_course(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let make = || done(ana.post(COURSES).header("Idempotency-Key", "c").json(json!({"name": "x"})).send(), 201);
    assert_eq!(make().json, make().json);
    assert_eq!(done(ana.get(COURSES).send(), 200)["data"]["pagination"]["total"], 1);
}
