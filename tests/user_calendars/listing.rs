//! Listing and looking.

use kalends_harness::{Server, both_stores};
use serde_json::json;

use crate::{invalid, one, path, refused};

both_stores![
    the_calendars_of_a_user_are_listed,
    a_list_is_read_by_number,
    a_calendar_is_shown_as_in_the_list,
    visibility_tells_who_else_sees_it,
    other_peoples_calendars_do_not_exist,
    keys_need_the_scope,
];

fn the_calendars_of_a_user_are_listed(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let nothing = ana.get(&path(&ana)).send().expect(200);
    assert_eq!(nothing.json, json!({"status": "ok", "calendars": []}));
    let red = json!({"name": "Work", "color": "#ff0000"});
    let work = ana.post("/calendars").json(red).send().expect(201).at("/calendar/id");
    let list = ana.get(&path(&ana)).send().expect(200);
    let shown = &list["calendars"][0];
    for field in ["inserted_at", "updated_at"] {
        let at = shown[field].as_str().expect("a time");
        assert!(at.len() == 20 && at.ends_with('Z'), "{at}");
    }
    assert_eq!(
        list.json,
        json!({"status": "ok", "calendars": [{
            "id": work, "name": "Work", "color_theme": "red", "visibility": "private",
            "inserted_at": shown["inserted_at"], "updated_at": shown["updated_at"],
        }]})
    );
}

fn a_list_is_read_by_number(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let names: Vec<String> = (0..27).map(|number| format!("Calendar {number:02}")).collect();
    for name in &names {
        ana.calendar(name);
    }
    let listed = |query: &str| -> Vec<String> {
        let list = ana.get(&format!("{}{query}", path(&ana))).send().expect(200);
        let calendars = list["calendars"].as_array().expect("calendars");
        calendars.iter().map(|calendar| calendar["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(listed(""), names[..25]);
    assert_eq!(listed("?limit=100"), names);
    assert_eq!(listed("?limit=2&offset=3"), names[3..5]);
    assert_eq!(listed("?limit=25&offset=25"), names[25..]);
    assert_eq!(listed("?offset=27"), [""; 0]);
    assert_eq!(listed("?offset=1000000000"), [""; 0]);
    let refused = |query: &str, fields: &[&str]| invalid(ana.get(&format!("{}{query}", path(&ana))).send(), fields);
    refused("?limit=0", &["limit"]);
    refused("?limit=101&offset=-1", &["limit", "offset"]);
    refused("?limit=ten&offset=1.5", &["limit", "offset"]);
    refused("?limit=&offset=99999999999999999999", &["limit", "offset"]);
    refused("?cursor=x", &["cursor"]);
}

fn a_calendar_is_shown_as_in_the_list(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let shown = ana.get(&one(&ana, &work)).send().expect(200);
    let list = ana.get(&path(&ana)).send().expect(200);
    assert_eq!(shown.json, json!({"status": "ok", "calendar": list["calendars"][0]}));
    let seen = shown.etag();
    ana.put(&format!("/calendars/{work}")).json(json!({"name": "Office"})).send().expect(200);
    let again = ana.get(&one(&ana, &work)).send().expect(200);
    assert_eq!(again["calendar"]["name"], "Office");
    assert_ne!(again.etag(), seen);
}

fn visibility_tells_who_else_sees_it(server: &mut Server) {
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let work = ana.calendar("Work");
    let visibility = || ana.get(&one(&ana, &work)).send().expect(200)["calendar"]["visibility"].clone();
    assert_eq!(visibility(), "private");
    ana.share(&work, &ben, "viewer");
    assert_eq!(visibility(), "shared");
    assert_eq!(ben.get(&path(&ben)).send().expect(200)["calendars"][0]["visibility"], "shared");
    ana.put(&format!("/calendars/{work}")).json(json!({"is_public": true})).send().expect(200);
    assert_eq!(visibility(), "public");
}

fn other_peoples_calendars_do_not_exist(server: &mut Server) {
    let (ana, eve) = (server.register("ana@example.com"), server.register("eve@example.com"));
    let work = ana.calendar("Work");
    let nobody = "/api/v1/users/01900000-0000-7000-8000-000000000000/calendars";
    for path in [path(&ana), one(&ana, &work), one(&eve, &work), nobody.to_owned()] {
        let answer = refused(eve.get(&path).send(), 404, "NOT_FOUND");
        let documented = json!({"status": "error", "message": "not found", "error_code": "NOT_FOUND"});
        assert_eq!(answer.json, documented, "{path}");
    }
    for path in [one(&ana, &work), one(&eve, &work)] {
        refused(eve.delete(&path).send(), 404, "NOT_FOUND");
    }
    refused(server.anyone().get(&path(&ana)).send(), 401, "AUTH_REQUIRED");
    refused(server.anyone().bearer("x").get(&path(&ana)).send(), 401, "AUTH_INVALID");
    ana.get(&one(&ana, &work)).send().expect(200);
}

fn keys_need_the_scope(server: &mut Server) {
    let ana = server.register("ana@example.com");
    let work = ana.calendar("Work");
    let reader = ana.key(json!({"calendars": ["read"]}));
    reader.get(&path(&ana)).send().expect(200);
    let body = json!({"calendar_id": work});
    refused(reader.post(&path(&ana)).json(body.clone()).send(), 403, "FORBIDDEN");
    refused(reader.delete(&one(&ana, &work)).send(), 403, "FORBIDDEN");
    let writer = ana.key(json!({"calendars": ["write"]}));
    refused(writer.get(&path(&ana)).send(), 403, "FORBIDDEN");
    writer.post(&path(&ana)).json(body).send().expect(201);
}
