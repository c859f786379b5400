//! Outlook: the same as with Google, where it matters.

use kalends_harness::providers::{Fault, Google, Graph};
use kalends_harness::{Server, Settings, Store, User, each_store, event, path_of, wait};
use serde_json::{Value, json};

use crate::{account, authorization_url, come_back, each, first_sync, keyed, link, settings, settle, sync, text};

each_store![
    an_account_is_linked_and_unlinked,
    what_is_written_here_arrives_once,
    what_is_written_there_comes_along,
    what_expires_starts_over_without_doubles,
    both_providers_may_be_linked,
];

struct Linked {
    server: Server,
    ana: User,
    home: String,
    /// A year that Outlook's window of changes holds.
    year: i32,
    graph: Graph,
}

fn linked(store: Store) -> Linked {
    let graph = Graph::start();
    let settings = graph.settings(Settings::new()).set("PROVIDER_SYNC_INTERVAL", "12h");
    let server = Server::start_with(store, keyed(store, settings));
    let ana = server.register("ana@example.com");
    connect(&server, &ana, &graph);
    let home = first_sync(&ana);
    let year: i32 = text(&account(&ana)["created_at"])[..4].parse().expect("a year");
    Linked { server, ana, home, year: year + 1, graph }
}

#[track_caller]
fn connect(server: &Server, user: &User, graph: &Graph) {
    let url = authorization_url(user, "microsoft");
    assert!(url.contains("code_challenge_method=S256") && url.contains("offline_access"), "{url}");
    let agreed = graph.agree(&url).expect("she agrees");
    let done = come_back(server, "microsoft", &agreed.code, &agreed.state).expect(200);
    assert_eq!((&done["provider"], &done["email"]), (&json!("microsoft"), &json!("ana@outlook.example")));
    come_back(server, "microsoft", &agreed.code, &agreed.state).error(409, "CONFLICT");
}

impl Linked {
    fn at(&self, time: &str) -> String {
        format!("{}-{time}", self.year)
    }

    /// An hour from then on, in UTC (`03-02T10:00:00`).
    fn hour(&self, title: &str, start: &str) -> Value {
        let hour: u8 = start[6..8].parse().expect("an hour");
        let end = format!("{}{:02}{}", &start[..6], hour + 1, &start[8..]);
        let at = |time: &str| json!({"dateTime": self.at(time), "timeZone": "UTC"});
        json!({"subject": title, "start": at(start), "end": at(&end)})
    }

    #[track_caller]
    fn here(&self) -> Vec<Value> {
        self.ana.between(&self.at("01-01T00:00:00Z"), &self.at("12-31T00:00:00Z")).items().to_vec()
    }

    #[track_caller]
    fn there(&self) -> Vec<Value> {
        self.graph.events(&self.graph.calendar())
    }
}

fn an_account_is_linked_and_unlinked(store: Store) {
    let linked = linked(store);
    let told = account(&linked.ana);
    assert_eq!((&told["provider"], &told["status"]), (&json!("microsoft"), &json!("connected")));
    let list = linked.ana.get("/integrations/microsoft/calendars").send().expect(200);
    assert_eq!(list["items"][0]["calendar_id"], linked.home.as_str());
    let key = linked.ana.key(json!({"events": ["read", "write"]}));
    key.post("/integrations/microsoft/connect").send().error(403, "FORBIDDEN");
    let log = linked.server.log();
    assert!(!log.contains("access-token-") && !log.contains("refresh-token-"), "{log}");
    linked.ana.delete("/integrations/microsoft").send().expect(200);
    assert_eq!(linked.ana.get("/integrations").send().expect(200)["items"], json!([]));
    linked.ana.post("/integrations/microsoft/sync").send().error(404, "NOT_FOUND");
}

fn what_is_written_here_arrives_once(store: Store) {
    let linked = linked(store);
    let ana = &linked.ana;
    let write = |title: &str, start: &str| ana.event(event(&linked.home, title, &linked.at(start)));
    for (number, fault) in [
        Fault::on("POST", "/events").refused(503, "serviceUnavailable"),
        Fault::on("POST", "/events").busy(429, "TooManyRequests", 1),
        Fault::on("POST", "/events").lost(),
    ]
    .into_iter()
    .enumerate()
    {
        let (told, title) = (format!("{fault:?}"), format!("Event {number}"));
        linked.graph.fail(fault);
        write(&title, &format!("03-0{}T09:00:00Z", number + 1));
        wait(&format!("{title}, although {told}"), || each(&linked.there(), "subject").contains(&title));
    }
    let seminar = write("Seminar", "03-08T09:00:00Z");
    settle(ana, "microsoft");
    assert_eq!(each(&linked.there(), "subject"), ["Event 0", "Event 1", "Event 2", "Seminar"]);

    linked.graph.take_calls();
    ana.change(&path_of(&seminar), json!({"title": "Reading group"}));
    wait("the title", || each(&linked.there(), "subject").contains(&"Reading group".to_owned()));
    settle(ana, "microsoft");
    let calls = linked.graph.take_calls();
    let told: Vec<_> = calls.iter().filter(|call| call.method == "PATCH").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    let body = told[0].body.as_ref().and_then(Value::as_object).expect("a body");
    assert_eq!(body["subject"], "Reading group");
    for same in ["start", "end", "body", "location", "attendees", "recurrence", "isAllDay"] {
        assert!(!body.contains_key(same), "{same} did not change: {body:?}");
    }
    ana.delete(&path_of(&seminar)).send().expect(200);
    wait("the deletion", || linked.there().len() == 3);
}

fn what_is_written_there_comes_along(store: Store) {
    let linked = linked(store);
    let own = linked.graph.calendar();
    let id = linked.graph.create(&own, linked.hour("Talk", "03-02T10:00:00"));
    let mut daily = linked.hour("Series", "03-10T10:00:00");
    daily["recurrence"] = json!({
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": linked.at("03-10"), "numberOfOccurrences": 4},
    });
    let series = linked.graph.create(&own, daily);
    let compact = |day: u8| linked.graph.occurrence(&series, &format!("{}03{day}T100000Z", linked.year));
    linked.graph.change(&compact(11), linked.hour("Guest", "03-11T15:00:00"));
    linked.graph.remove(&compact(12));
    let done = sync(&linked.ana, "microsoft");
    assert_eq!(done["here"], json!({"created": 2, "updated": 0, "deleted": 0}));
    let all = linked.here();
    let told: Vec<_> = all.iter().map(|it| (text(&it["title"]), text(&it["start_time"])[5..].to_owned())).collect();
    let expected = [
        ("Talk", "03-02T10:00:00Z"),
        ("Series", "03-10T10:00:00Z"),
        ("Guest", "03-11T15:00:00Z"),
        ("Series", "03-13T10:00:00Z"),
    ];
    assert_eq!(told, expected.map(|(title, start)| (title, start.to_owned())));

    // Nothing of it goes back.
    settle(&linked.ana, "microsoft");
    linked.graph.take_calls();
    for _ in 0..2 {
        sync(&linked.ana, "microsoft");
    }
    let calls = linked.graph.take_calls();
    assert!(calls.iter().all(|call| call.method == "GET"), "{calls:?}");

    linked.graph.change(&id, json!({"subject": "Keynote"}));
    assert_eq!(sync(&linked.ana, "microsoft")["here"]["updated"], 1);
    assert!(each(&linked.here(), "title").contains(&"Keynote".to_owned()));
    linked.graph.remove(&id);
    linked.graph.remove(&series);
    assert_eq!(sync(&linked.ana, "microsoft")["here"]["deleted"], 2);
    assert!(linked.here().is_empty());
}

fn what_expires_starts_over_without_doubles(store: Store) {
    let linked = linked(store);
    let own = linked.graph.calendar();
    linked.graph.create(&own, linked.hour("Theirs", "03-02T10:00:00"));
    linked.ana.event(event(&linked.home, "Ours", &linked.at("03-03T09:00:00Z")));
    settle(&linked.ana, "microsoft");
    linked.graph.expire_sync();
    settle(&linked.ana, "microsoft");
    assert_eq!(each(&linked.here(), "title"), ["Ours", "Theirs"]);
    // And so does linking anew.
    linked.ana.delete("/integrations/microsoft").send().expect(200);
    connect(&linked.server, &linked.ana, &linked.graph);
    first_sync(&linked.ana);
    settle(&linked.ana, "microsoft");
    assert_eq!(each(&linked.here(), "title"), ["Ours", "Theirs"]);
    assert_eq!(each(&linked.there(), "subject"), ["Ours", "Theirs"]);
}

fn both_providers_may_be_linked(store: Store) {
    let (google, graph) = (Google::start(), Graph::start());
    let server = Server::start_with(store, graph.settings(settings(store, &google)));
    let ana = server.register("ana@example.com");
    link(&server, &ana, &google);
    let home = first_sync(&ana);
    // What was asked of one is no answer to the other.
    let agreed = graph.agree(&authorization_url(&ana, "microsoft")).expect("she agrees");
    come_back(&server, "google", &agreed.code, &agreed.state).error(409, "CONFLICT");
    connect(&server, &ana, &graph);
    let year: i32 =
        text(&ana.get("/integrations").send().expect(200)["items"][0]["created_at"])[..4].parse().expect("a year");
    ana.event(event(&home, "Everywhere", &format!("{}-03-01T09:00:00Z", year + 1)));
    let at_google = || each(&crate::there(&google), "summary");
    let at_microsoft = || each(&graph.events(&graph.calendar()), "subject");
    wait("the event at both", || at_google() == ["Everywhere"] && at_microsoft() == ["Everywhere"]);
    settle(&ana, "google");
    settle(&ana, "microsoft");
    assert_eq!((at_google().len(), at_microsoft().len()), (1, 1));
    drop(server);
}
