//! Linking an account, choosing its calendars, and unlinking it.

use std::collections::HashMap;

use kalends_harness::providers::{CLIENT_ID, Fault, Google};
use kalends_harness::{Server, Settings, Store, each_store, wait};
use serde_json::{Value, json};
use url::Url;

use crate::{
    account, authorization_url, come_back, each, first_sync, here, hour, link, linked, make, settings, sync, text,
    there,
};

each_store![
    a_person_is_sent_to_google_and_comes_back_with_an_account,
    a_state_is_good_once_and_for_who_asked,
    who_says_no_is_told_so,
    an_account_is_for_people_alone,
    what_is_not_set_up_is_not_offered,
    calendars_are_chosen,
    unlinking_gives_the_permission_back,
    an_account_stays_linked_while_it_cannot_be_given_back,
    who_goes_takes_the_permission_along,
    no_token_lies_open,
];

fn started(store: Store) -> (Server, Google) {
    let google = Google::start();
    (Server::start_with(store, settings(store, &google).set("PUBLIC_URL", "https://cal.example/k")), google)
}

fn query(url: &str) -> HashMap<String, String> {
    Url::parse(url).expect("a URL").query_pairs().into_owned().collect()
}

fn a_person_is_sent_to_google_and_comes_back_with_an_account(store: Store) {
    let (server, google) = started(store);
    let ana = server.register("ana@example.com");
    let list = ana.get("/integrations").send().expect(200);
    assert_eq!(list.json, json!({"items": [], "providers": ["google"]}));

    let (url, other) = (authorization_url(&ana, "google"), authorization_url(&ana, "google"));
    assert!(url.starts_with(&google.auth_url()), "{url}");
    let (asked, again) = (query(&url), query(&other));
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", "https://cal.example/k/integrations/google/callback"),
        ("code_challenge_method", "S256"),
        ("access_type", "offline"),
    ] {
        assert_eq!(asked.get(name).map(String::as_str), Some(value), "{name} of {url}");
    }
    assert_eq!(asked["code_challenge"].len(), 43, "a SHA-256 in base64url");
    assert!(asked["state"].len() >= 22, "128 bits or more");
    assert!(asked["state"] != again["state"] && asked["code_challenge"] != again["code_challenge"]);

    let agreed = google.agree(&url).expect("she agrees");
    let done = come_back(&server, "google", &agreed.code, &agreed.state).expect(200);
    assert_eq!(done.json, json!({"provider": "google", "status": "connected", "email": google.account()}));
    let exchange = google.calls().into_iter().find(|call| call.is("POST", "/token")).expect("an exchange");
    let field = |name: &str| exchange.form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    assert!(field("code_verifier").is_some_and(|verifier| verifier.len() >= 43), "{exchange:?}");

    let home = first_sync(&ana);
    let account = account(&ana);
    let told = |name: &str| account[name].clone();
    assert_eq!(
        (told("provider"), told("status"), told("email")),
        ("google".into(), "connected".into(), google.account().into())
    );
    assert_eq!((told("needs_linking"), account.get("last_error")), (json!(false), None));
    assert_eq!(account["calendars"][0]["id"], google.account().as_str());
    let calendar = ana.get(&format!("/calendars/{home}")).send().expect(200);
    assert_eq!(calendar["calendar"]["name"], "Personal");
}

fn a_state_is_good_once_and_for_who_asked(store: Store) {
    let (server, google) = started(store);
    let (ana, ben) = (server.register("ana@example.com"), server.register("ben@example.com"));
    let agreed = google.agree(&authorization_url(&ana, "google")).expect("she agrees");
    come_back(&server, "google", &agreed.code, &agreed.state).expect(200);
    let more = google.agree(&authorization_url(&ana, "google")).expect("she agrees");
    come_back(&server, "google", &more.code, &agreed.state).error(409, "CONFLICT");
    come_back(&server, "google", &more.code, "unknown").error(409, "CONFLICT");
    server
        .anyone()
        .get("/integrations/google/callback?code=x")
        .header("Accept", "application/json")
        .send()
        .invalid(&["state"]);
    let no_code = server.anyone().get("/integrations/google/callback").query("state", &more.state);
    no_code.header("Accept", "application/json").send().invalid(&["code"]);

    // Ana's code with Ben's state would give him her account: what proves the code is not his.
    let his = query(&authorization_url(&ben, "google"))["state"].clone();
    come_back(&server, "google", &more.code, &his).error(409, "CONFLICT");
    assert_eq!(ben.get("/integrations").send().expect(200)["items"], json!([]));
    assert_eq!(account(&ana)["status"], "connected");
    ben.get("/integrations/google/calendars").send().error(404, "NOT_FOUND");
    ben.post("/integrations/google/sync").send().error(404, "NOT_FOUND");
    ben.delete("/integrations/google").send().error(404, "NOT_FOUND");
}

fn who_says_no_is_told_so(store: Store) {
    let (server, google) = started(store);
    let ana = server.register("ana@example.com");
    let url = authorization_url(&ana, "google");
    google.denies(true);
    assert_eq!(google.agree(&url), None);
    let state = query(&url)["state"].clone();
    let back = |accept: &str| {
        let request = server.anyone().get("/integrations/google/callback?error=access_denied").query("state", &state);
        request.header("Accept", accept).send()
    };
    let page = back("text/html");
    assert_eq!((page.status, page.header("content-type")), (409, Some("text/html; charset=utf-8")));
    assert!(page.text().contains("access_denied") && !page.text().contains(&state), "{page}");
    // The answer used the state up.
    let again = back("application/json").error(409, "CONFLICT");
    assert!(!text(&again["error"]).contains("access_denied"), "{again}");
    assert_eq!(ana.get("/integrations").send().expect(200)["items"], json!([]));
    assert!(!google.is_agreed());
}

fn an_account_is_for_people_alone(store: Store) {
    let (server, _google) = started(store);
    let ana = server.register("ana@example.com");
    let key = ana.key(json!({"calendars": ["read", "write"], "events": ["read", "write"]}));
    let routes = [
        ("GET", "/integrations"),
        ("POST", "/integrations/google/connect"),
        ("GET", "/integrations/google/calendars"),
        ("PUT", "/integrations/google/calendars"),
        ("POST", "/integrations/google/sync"),
        ("GET", "/integrations/google/log"),
        ("DELETE", "/integrations/google"),
    ];
    for (method, path) in routes {
        let ask = |caller: &kalends_harness::Caller| {
            let request = caller.request(method, path);
            if method == "PUT" { request.json(json!({"calendars": []})) } else { request }.send()
        };
        ask(&key).error(403, "FORBIDDEN");
        assert_eq!(ask(&server.anyone()).status, 401, "{method} {path}");
    }
    ana.post("/integrations/yahoo/connect").send().error(404, "NOT_FOUND");
}

fn what_is_not_set_up_is_not_offered(store: Store) {
    let server = Server::start_with(store, Settings::new());
    let ana = server.register("ana@example.com");
    let list = ana.get("/integrations").send().expect(200);
    assert_eq!(list.json, json!({"items": [], "providers": []}));
    let refused = ana.post("/integrations/google/connect").send().error(409, "CONFLICT");
    assert!(text(&refused["error"]).contains("not set up"), "{refused}");
}

fn calendars_are_chosen(store: Store) {
    let linked = linked(store);
    let team = linked.google.add_calendar("Team", "America/New_York");
    linked.google.create(&team, hour("Stand-up", "2027-03-01T10:00:00"));
    let path = "/integrations/google/calendars";
    let own = linked.google.account();
    let named = |list: &Value| -> HashMap<String, Value> {
        let items = list["items"].as_array().expect("items").iter();
        items.map(|item| (text(&item["id"]).to_owned(), item.clone())).collect()
    };
    let offered = named(&linked.get(path).send().expect(200).json);
    let (primary, other) = (&offered[&own], &offered[&team]);
    let flags = |it: &Value| (it["primary"].clone(), it["synced"].clone(), it["writable"].clone());
    assert_eq!(flags(primary), (json!(true), json!(true), json!(true)));
    assert_eq!(primary["calendar_id"], linked.home.as_str());
    assert_eq!(flags(other), (json!(false), json!(false), json!(true)));
    assert_eq!((&other["name"], &other["timezone"]), (&json!("Team"), &json!("America/New_York")));

    let choose = |ids: &[&str]| {
        let calendars: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
        linked.put(path).json(json!({"calendars": calendars})).send()
    };
    choose(&[&own, "nobody's"]).invalid(&["calendars[1].id"]);
    choose(&[&own, &own]).invalid(&["calendars[1].id"]);
    let chosen = named(&choose(&[&own, &team]).expect(200).json);
    let calendar = text(&chosen[&team]["calendar_id"]).to_owned();
    assert_ne!(calendar, linked.home);
    assert_eq!(linked.get(&format!("/calendars/{calendar}")).send().expect(200)["calendar"]["name"], "Team");
    wait("what is in it", || here(&linked).iter().any(|event| event["title"] == "Stand-up"));
    assert_eq!(here(&linked)[0]["calendar_id"], calendar.as_str());

    assert_eq!(named(&choose(&[&own]).expect(200).json)[&team]["synced"], false);
    linked.google.create(&team, hour("Review", "2027-03-02T10:00:00"));
    sync(&linked, "google");
    assert_eq!(each(&here(&linked), "title"), ["Stand-up"], "what was there stays, and no more comes");
}

fn unlinking_gives_the_permission_back(store: Store) {
    let linked = linked(store);
    let ours = make(&linked, "Ours", "2027-03-01T09:00:00Z");
    linked.google.create(&linked.google.account(), hour("Theirs", "2027-03-01T12:00:00"));
    wait("our own", || there(&linked.google).len() == 2);
    sync(&linked, "google");
    assert!(linked.google.is_agreed());
    linked.delete("/integrations/google").send().expect(200);
    assert!(!linked.google.is_agreed());
    assert_eq!(linked.google.calls().iter().filter(|call| call.is("POST", "/revoke") && call.status == 200).count(), 1);
    assert_eq!(linked.get("/integrations").send().expect(200)["items"], json!([]));
    linked.delete("/integrations/google").send().error(404, "NOT_FOUND");
    linked.post("/integrations/google/sync").send().error(404, "NOT_FOUND");
    linked.get("/integrations/google/log").send().error(404, "NOT_FOUND");

    assert_eq!(each(&here(&linked), "title"), ["Ours", "Theirs"]);
    assert_eq!(each(&there(&linked.google), "summary"), ["Ours", "Theirs"]);
    let shown = linked.get(&format!("/api/calendar/events/{}", text(&ours["id"]))).send().expect(200);
    assert_eq!((&shown["data"]["googleEventId"], &shown["data"]["googleCalendarId"]), (&Value::Null, &Value::Null));
    // Nothing is told any more.
    linked.google.take_calls();
    make(&linked, "Later", "2027-03-03T09:00:00Z");
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(linked.google.calls().is_empty(), "{:?}", linked.google.calls());
}

fn an_account_stays_linked_while_it_cannot_be_given_back(store: Store) {
    let linked = linked(store);
    linked.google.fail(Fault::on("POST", "/revoke").refused(503, "backendError").times(20));
    assert_eq!(linked.delete("/integrations/google").send().status, 503);
    assert_eq!(account(&linked)["status"], "connected");
    linked.google.recover();
    linked.delete("/integrations/google").send().expect(200);
    assert!(!linked.google.is_agreed());
}

fn who_goes_takes_the_permission_along(store: Store) {
    let linked = linked(store);
    linked.google.fail(Fault::on("POST", "/revoke").refused(503, "backendError").times(2));
    linked.delete("/users/me").send().expect(200);
    wait("the permission to be given back", || !linked.google.is_agreed());
}

fn no_token_lies_open(store: Store) {
    let linked = linked(store);
    // Refreshed once, so that there are later ones too.
    linked.google.tokens_hold(std::time::Duration::from_secs(1));
    link(&linked.server, &linked, &linked.google);
    sync(&linked, "google");
    assert!(linked.google.calls().iter().any(|call| call.form.iter().any(|(_, value)| value == "refresh_token")));
    let log = linked.server.log();
    let secret = ["access-token-", "refresh-token-", "code-token-", "kalends-secret"];
    for secret in secret {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(linked.server.database().dir()).expect("a directory") {
        bytes.extend(std::fs::read(file.expect("a file").path()).expect("a file that can be read"));
    }
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    // What is looked for would be found.
    assert_eq!(holds(&linked.google.account()), store == Store::Sqlite);
    for secret in secret {
        assert!(!holds(secret), "{secret} is in the store");
    }
}
