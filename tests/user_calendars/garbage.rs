//! What no well-mannered client sends.

use kalends_harness::{Server, both_stores, garbage};
use serde_json::json;

use crate::{invalid, path, refused};

both_stores![bad_bodies_are_told_field_by_field, bad_paths_have_the_envelope, other_methods_have_the_envelope];

fn bad_bodies_are_told_field_by_field(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let path = path(&ana);
    let told = ana.post(&path).json(json!({"calendar_id": "x"})).send();
    assert_eq!(
        told.json,
        json!({
            "status": "error", "message": "invalid input", "error_code": "VALIDATION_ERROR",
            "fields": {"calendar_id": ["is invalid"]},
        })
    );
    invalid(ana.post(&path).json(json!({})).send(), &["calendar_id"]);
    invalid(
        ana.post(&path).json(json!({"calendar_id": null, "color_theme": 7, "x": 1})).send(),
        &["calendar_id", "color_theme", "x"],
    );
    for body in garbage::BROKEN_JSON {
        refused(ana.post(&path).body("application/json", body).send(), 422, "VALIDATION_ERROR");
    }
    for body in garbage::BAD_UTF8 {
        refused(ana.post(&path).body("application/json", body).send(), 422, "VALIDATION_ERROR");
    }
    for body in garbage::no_objects() {
        invalid(ana.post(&path).json(body).send(), &["body"]);
    }
    for body in garbage::deep_objects() {
        refused(ana.post(&path).body("application/json", body).send(), 422, "VALIDATION_ERROR");
    }
    refused(ana.post(&path).body("text/plain", "{}").send(), 415, "VALIDATION_ERROR");
}

fn bad_paths_have_the_envelope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for id in garbage::BAD_IDS {
        invalid(ana.get(&format!("/api/v1/users/{id}/calendars")).send(), &["user_id"]);
        invalid(ana.get(&format!("{}/{id}", path(&ana))).send(), &["id"]);
        invalid(ana.delete(&format!("{}/{id}", path(&ana))).send(), &["id"]);
    }
    refused(ana.get(&format!("{}/1/2/3", path(&ana))).send(), 404, "NOT_FOUND");
}

fn other_methods_have_the_envelope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    for method in ["PUT", "PATCH", "DELETE", "BREW"] {
        let answer = refused(ana.request(method, &path(&ana)).send(), 405, "NOT_FOUND");
        assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
    }
}
