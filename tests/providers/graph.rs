//! Microsoft Graph: what a client of calendars depends on.

use kalends_harness::providers::{Fault, Graph};
use serde_json::{Value, json};

use crate::http::{json, json_with};

const VIEW: &str = "startDateTime=2026-01-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z";
const MARK: &str = "String {00000000-0000-0000-0000-000000000001} Name mark";

fn lecture() -> Value {
    json!({
        "subject": "Lecture",
        "start": {"dateTime": "2026-03-23T10:00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-03-23T11:00:00", "timeZone": "Europe/Berlin"},
    })
}

/// Four Mondays, and the clocks are put forward after the first.
fn weekly() -> Value {
    let mut weekly = lecture();
    weekly["recurrence"] = json!({
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "monday"},
        "range": {"type": "numbered", "startDate": "2026-03-23", "numberOfOccurrences": 4},
    });
    weekly
}

/// All items of a round of delta calls, and the link that begins the next.
fn round(token: &str, mut url: String) -> (Vec<Value>, String) {
    let mut items = Vec::new();
    loop {
        let page = json_with("GET", &url, token, &[("Prefer", "odata.maxpagesize=2")], None).expect(200);
        items.extend(page["value"].as_array().expect("items").iter().cloned());
        match page["@odata.nextLink"].as_str() {
            Some(next) => next.clone_into(&mut url),
            None => return (items, page["@odata.deltaLink"].as_str().expect("a link").to_owned()),
        }
    }
}

fn delta(graph: &Graph) -> String {
    format!("{}/me/calendars/{}/calendarView/delta?{VIEW}", graph.api_url(), graph.calendar())
}

fn events(graph: &Graph) -> String {
    format!("{}/me/calendars/{}/events", graph.api_url(), graph.calendar())
}

fn event(graph: &Graph, id: &Value) -> String {
    format!("{}/me/events/{}", graph.api_url(), id.as_str().expect("an id"))
}

fn kinds(items: &[Value]) -> Vec<&str> {
    items.iter().map(|it| it["type"].as_str().unwrap_or("removed")).collect()
}

#[test]
fn a_series_is_told_with_its_occurrences_and_what_became_of_them() {
    let graph = Graph::start();
    let (token, _) = graph.grant();
    let made = json("POST", &events(&graph), &token, Some(&weekly())).expect(201);
    assert_eq!((&made["type"], &made["originalStartTimeZone"]), (&json!("seriesMaster"), &json!("Europe/Berlin")));
    let (items, link) = round(&token, delta(&graph));
    assert_eq!(kinds(&items), ["seriesMaster", "occurrence", "occurrence", "occurrence", "occurrence"]);
    let starts: Vec<&str> = items[1..].iter().filter_map(|it| it["start"]["dateTime"].as_str()).collect();
    assert_eq!(starts[..2], ["2026-03-23T09:00:00.0000000", "2026-03-30T08:00:00.0000000"]);
    assert!(items[1].get("subject").is_none() && items[1]["seriesMasterId"] == made["id"]);

    let moved = json!({"subject": "Guest", "showAs": "free"});
    assert_eq!(json("PATCH", &event(&graph, &items[2]["id"]), &token, Some(&moved)).expect(200)["type"], "exception");
    json("DELETE", &event(&graph, &items[3]["id"]), &token, None).expect(204);
    json("DELETE", &event(&graph, &items[3]["id"]), &token, None).expect(404);
    let (changed, link) = round(&token, link);
    assert_eq!(kinds(&changed), ["seriesMaster", "occurrence", "exception", "occurrence", "removed"]);
    assert_eq!(changed[4], json!({"id": items[3]["id"], "@removed": {"reason": "deleted"}}));
    let whole =
        format!("{}?$select=subject,cancelledOccurrences&$expand=exceptionOccurrences", event(&graph, &made["id"]));
    let whole = json("GET", &whole, &token, None).expect(200);
    let id = made["id"].as_str().expect("an id");
    assert_eq!(whole["cancelledOccurrences"], json!([format!("OID.{id}.2026-04-06")]));
    assert_eq!(whole["exceptionOccurrences"][0]["subject"], "Guest");
    assert_eq!(round(&token, link).0, [Value::Null; 0]);

    // A series that moves takes its changed occurrences back.
    graph.change(id, json!({"start": {"dateTime": "2026-03-23T10:30:00", "timeZone": "Europe/Berlin"}}));
    let instances = format!("{}/instances?{VIEW}&$top=50", event(&graph, &made["id"]));
    let instances = json("GET", &instances, &token, None).expect(200);
    assert_eq!(kinds(instances["value"].as_array().expect("a list")), ["occurrence"; 4]);
    graph.remove(id);
    assert_eq!(graph.events(&graph.calendar()).len(), 0);
}

#[test]
fn a_transaction_makes_one_event() {
    let graph = Graph::start();
    let (token, _) = graph.grant();
    let mut body = lecture();
    body["transactionId"] = json!("t1");
    body["singleValueExtendedProperties"] = json!([{"id": MARK, "value": "1"}]);
    graph.fail(Fault::on("POST", "/events").lost());
    let url = events(&graph);
    assert!(std::panic::catch_unwind(|| json("POST", &url, &token, Some(&body))).is_err());
    let again = json("POST", &url, &token, Some(&body)).expect(409);
    assert_eq!(again["error"]["code"], "ErrorDuplicateTransactionId");
    let mut query = url::Url::parse(&url).expect("a URL");
    let filter = |value| format!("singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '{value}')");
    let expand = format!("singleValueExtendedProperties($filter=id eq '{MARK}')");
    query.query_pairs_mut().append_pair("$filter", &filter("1")).append_pair("$expand", &expand);
    let found = json("GET", query.as_str(), &token, None).expect(200);
    assert_eq!(found["value"][0]["singleValueExtendedProperties"][0]["value"], "1");
    query.query_pairs_mut().clear().append_pair("$filter", &filter("2"));
    assert_eq!(json("GET", query.as_str(), &token, None).expect(200)["value"], json!([]));
}

#[test]
fn times_are_told_in_the_zone_that_is_asked_for_and_days_are_days() {
    let graph = Graph::start();
    let (token, _) = graph.grant();
    let id = json!(graph.create(&graph.calendar(), lecture()));
    let asked = |id: &Value, zone: &str| {
        let prefer = format!("outlook.timezone=\"{zone}\"");
        json_with("GET", &event(&graph, id), &token, &[("Prefer", &prefer)], None).expect(200)["start"].clone()
    };
    let tokyo = json!({"dateTime": "2026-03-23T18:00:00.0000000", "timeZone": "Asia/Tokyo"});
    assert_eq!(asked(&id, "Tokyo Standard Time"), tokyo);
    let day = graph.create(
        &graph.calendar(),
        json!({
            "subject": "Day", "isAllDay": true,
            "start": {"dateTime": "2026-03-23T00:00:00", "timeZone": "W. Europe Standard Time"},
            "end": {"dateTime": "2026-03-24T00:00:00", "timeZone": "W. Europe Standard Time"},
        }),
    );
    assert_eq!(asked(&json!(day), "Asia/Tokyo")["dateTime"], "2026-03-23T00:00:00.0000000");
    let half = json!({"isAllDay": true});
    let refused = json("PATCH", &event(&graph, &id), &token, Some(&half)).expect(400);
    assert_eq!(refused["error"]["code"], "ErrorPropertyValidationFailure");
    json_with("GET", &event(&graph, &id), &token, &[("Prefer", "outlook.timezone=\"Nowhere\"")], None).expect(400);
}

#[test]
fn versions_pages_and_links_are_kept_to() {
    let graph = Graph::start();
    let (token, _) = graph.grant();
    let made = json("POST", &events(&graph), &token, Some(&lecture())).expect(201);
    let etag = made["@odata.etag"].as_str().expect("an etag").to_owned();
    let change = json!({"subject": "Later"});
    let url = event(&graph, &made["id"]);
    json_with("PATCH", &url, &token, &[("If-Match", &etag)], Some(&change)).expect(200);
    let stale = json_with("PATCH", &url, &token, &[("If-Match", &etag)], Some(&change)).expect(412);
    assert_eq!(stale["error"]["code"], "ErrorIrresolvableConflict");

    for _ in 0..4 {
        graph.create(&graph.calendar(), lecture());
    }
    let (items, link) = round(&token, delta(&graph));
    assert_eq!(items.len(), 5);
    graph.expire_sync();
    let late = json("GET", &link, &token, None).expect(410);
    assert_eq!(late["error"]["code"], "SyncStateNotFound");

    let list = format!("{}/me/calendars", graph.api_url());
    let second = json("POST", &list, &token, Some(&json!({"name": "Second"}))).expect(201)["id"].clone();
    assert_eq!(json("GET", &list, &token, None).expect(200)["value"].as_array().map(Vec::len), Some(2));
    json("DELETE", &format!("{list}/{}", second.as_str().expect("an id")), &token, None).expect(204);
    json("DELETE", &format!("{list}/{}", graph.calendar()), &token, None).expect(400);
    graph.lock(&graph.calendar());
    json("POST", &events(&graph), &token, Some(&lecture())).expect(403);
}

#[test]
fn what_the_types_do_not_have_is_a_violation() {
    let graph = Graph::start();
    if !graph.is_checking() {
        return;
    }
    let (token, _) = graph.grant();
    let mut body = weekly();
    body["title"] = json!("not its name");
    body["showAs"] = json!("asleep");
    body["recurrence"]["pattern"]["interval"] = json!("1");
    json("POST", &format!("{}?$orderby=subject", events(&graph)), &token, Some(&body));
    let mut broken = graph.take_violations();
    broken.retain(|it| !it.contains(": answer"));
    for part in ["no parameter $orderby", "no field title", "body.showAs is not one of", "interval is not a number"] {
        assert!(broken.iter().any(|it| it.contains(part)), "{part}: {broken:#?}");
    }
    assert_eq!(broken.len(), 4, "{broken:#?}");
}
