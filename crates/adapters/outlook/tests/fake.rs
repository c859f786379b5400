//! The adapter against a Graph that holds events and checks each call against Microsoft's own types.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil};
use kalends_domain::event::{Class, Span, Status, Transparency};
use kalends_domain::id::EventId;
use kalends_domain::recurrence::ExDate;
use kalends_domain::sync::remote::{Content, Facts, Field, Fields, Item, Original, Whole};
use kalends_domain::time::Zone;
use kalends_harness::providers::{CLIENT_ID, CLIENT_SECRET, Fault, Graph};
use kalends_outlook::{Outlook, OutlookSettings};
use kalends_ports::{
    Authorization, Clock, ItemUpdate, NewItem, NextPage, PartUpdate, Place, Provider, ProviderError, ProviderSecret,
};
use serde_json::json;

const BACK: &str = "http://localhost:3019/integrations/microsoft/callback";

/// Somewhere in March 2026, and years later.
struct At(Timestamp);

impl Clock for At {
    fn now(&self) -> Timestamp {
        self.0
    }
}

fn adapter_at(graph: &Graph, now: &str) -> Outlook {
    let url = |text: String| text.parse().expect("a URL");
    let settings = OutlookSettings {
        client_id: CLIENT_ID.to_owned(),
        client_secret: ProviderSecret(CLIENT_SECRET.to_owned()),
        auth_url: url(graph.auth_url()),
        token_url: url(graph.token_url()),
        api_url: url(graph.api_url()),
    };
    Outlook::new(settings, Arc::new(At(at(now)))).expect("TLS can be set up")
}

fn adapter(graph: &Graph) -> Outlook {
    adapter_at(graph, "2026-03-10T12:00:00Z")
}

fn place(graph: &Graph) -> Place {
    Place { access: ProviderSecret(graph.grant().0), calendar: graph.calendar() }
}

fn event(number: u8) -> EventId {
    EventId(format!("0195d5a0-7c00-7000-8000-0000000000{number:02}").parse().expect("a UUID"))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn facts(title: &str) -> Facts {
    let zone = Zone::named("Europe/Berlin").expect("a zone");
    Facts {
        title: title.to_owned(),
        description: None,
        location: None,
        span: Span::timed(at("2026-03-02T09:00:00Z"), at("2026-03-02T10:00:00Z"), zone).expect("a span"),
        status: Status::Confirmed,
        transparency: Transparency::Opaque,
        class: Class::Public,
        color: None,
        reminders: vec![10],
        guests: Vec::new(),
    }
}

fn single(title: &str) -> Whole {
    Whole { facts: facts(title), recurrence: None }
}

/// Mondays, but for these.
fn weekly(title: &str, without: &[civil::Date]) -> Whole {
    let facts = facts(title);
    let rules = vec!["FREQ=WEEKLY;BYDAY=MO".parse().expect("a rule")];
    let exdates = without.iter().map(|day| ExDate::At(day.to_datetime(facts.span.start.time()))).collect();
    let recurrence = kalends_domain::event::recurrence(&facts.span, rules, vec![], exdates).expect("a series");
    Whole { facts, recurrence: Some(recurrence) }
}

fn march(day: i8) -> civil::Date {
    civil::date(2026, 3, day)
}

fn new(number: u8, whole: Whole) -> NewItem {
    NewItem { origin: event(number), uid: "uid@example.com".to_owned(), whole }
}

fn update(item: &Item, whole: Whole, fields: &[Field]) -> ItemUpdate {
    let fields = fields.iter().copied().collect();
    ItemUpdate { id: item.id.clone(), etag: item.etag.clone(), origin: item.origin.expect("a mark"), whole, fields }
}

/// What an event and its series' days without it are.
fn told(item: &Item) -> (String, Vec<civil::Date>) {
    let Content::Whole(whole) = &item.content else { panic!("no event: {item:?}") };
    let exdates = whole.recurrence.iter().flat_map(|it| it.exdates().iter());
    let day = |exdate: &ExDate| match exdate {
        ExDate::At(wall) => wall.date(),
        ExDate::Day(day) => *day,
    };
    (whole.facts.title.clone(), exdates.map(day).collect())
}

/// All changes after a cursor, and the next one.
async fn all(adapter: &Outlook, place: &Place, mut cursor: Option<String>) -> (Vec<Item>, String) {
    let mut items = Vec::new();
    loop {
        let page = adapter.changes(place, cursor).await.expect("a page");
        items.extend(page.items);
        match page.next {
            NextPage::More(next) => cursor = Some(next),
            NextPage::Done(next) => return (items, next),
        }
    }
}

#[tokio::test]
async fn an_account_is_linked_and_its_token_refreshed() {
    let graph = Graph::start();
    let adapter = adapter(&graph);
    let ask = Authorization {
        state: "state".to_owned(),
        challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned(),
        redirect_uri: BACK.to_owned(),
    };
    let agreed = graph.agree(&adapter.authorization_url(&ask)).expect("she agrees");
    let verifier = ProviderSecret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
    let tokens = adapter.exchange(&ProviderSecret(agreed.code), &verifier, BACK).await.expect("tokens");
    assert_eq!(adapter.account_email(&tokens.access).await.as_deref(), Ok("ana@outlook.example"));
    let old = tokens.refresh.expect("a refresh token");
    let fresh = adapter.refresh(&old).await.expect("tokens");
    assert!(fresh.refresh.is_some());
    assert_eq!(adapter.refresh(&old).await, Err(ProviderError::Unauthorized));
    assert_eq!(adapter.revoke(&old).await, Ok(()));
    graph.expire_access();
    assert_eq!(adapter.account_email(&fresh.access).await, Err(ProviderError::Unauthorized));
}

#[tokio::test]
async fn calendars_are_listed_made_and_deleted() {
    let graph = Graph::start();
    let (adapter, place) = (adapter(&graph), place(&graph));
    graph.page_max(1);
    let made = adapter.create_calendar(&place.access, "Mirror", "Asia/Tokyo").await.expect("a calendar");
    let listed = adapter.list_calendars(&place.access).await.expect("calendars");
    let told: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.primary, it.writable)).collect();
    assert_eq!(told, [("Calendar", true, true), ("Mirror", false, true)]);
    graph.lock(&made.id);
    let mirror = Place { calendar: made.id, ..place };
    let refused = adapter.insert(&mirror, &new(1, single("No"))).await;
    assert!(matches!(refused, Err(ProviderError::Forbidden(_))), "{refused:?}");
    let shared = adapter.share_calendar(&mirror, &"bo@example.com".parse().expect("an address")).await;
    assert!(matches!(shared, Err(ProviderError::Rejected(_))), "{shared:?}");
    let name = async || {
        let listed = adapter.list_calendars(&mirror.access).await.expect("calendars");
        listed.into_iter().find(|it| it.id == mirror.calendar).map(|it| it.name)
    };
    assert_eq!(adapter.rename_calendar(&mirror, "Mirror", "Glass").await, Ok(()));
    assert_eq!(name().await.as_deref(), Some("Glass"));
    assert_eq!(adapter.rename_calendar(&mirror, "Mirror", "Window").await, Ok(()));
    assert_eq!(name().await.as_deref(), Some("Glass"), "what was renamed meanwhile keeps its name");
    for _ in 0..2 {
        assert_eq!(adapter.delete_calendar(&mirror).await, Ok(()));
    }
    assert_eq!(adapter.rename_calendar(&mirror, "Glass", "Window").await, Err(ProviderError::NotFound));
    assert_eq!(adapter.changes(&mirror, None).await, Err(ProviderError::NotFound));
}

#[tokio::test]
async fn a_copy_is_made_once_whatever_is_lost() {
    let graph = Graph::start();
    let (adapter, place) = (adapter(&graph), place(&graph));
    let wanted = new(1, weekly("Lecture", &[march(9), march(16)]));
    assert_eq!(adapter.find_copy(&place, wanted.origin).await, Ok(None));
    graph.fail(Fault::on("POST", "/events").lost());
    let lost = adapter.insert(&place, &wanted).await;
    assert!(matches!(lost, Err(ProviderError::Unavailable { .. })), "{lost:?}");
    assert_eq!(adapter.insert(&place, &wanted).await, Err(ProviderError::Exists));
    let found = adapter.find_copy(&place, wanted.origin).await.expect("an answer").expect("a copy");
    assert_eq!((found.origin, told(&found)), (Some(wanted.origin), ("Lecture".to_owned(), vec![])));
    // What was lost with the answer, the next change makes good.
    let good = adapter.update(&place, &update(&found, wanted.whole.clone(), &[Field::Recurrence])).await;
    assert_eq!(told(&good.expect("it is changed")).1, [march(9), march(16)]);

    // Its transaction is used up, and it is made again all the same.
    adapter.delete(&place, &found.id, None).await.expect("it is deleted");
    adapter.delete(&place, &found.id, None).await.expect("it is gone");
    assert_eq!(adapter.find_copy(&place, wanted.origin).await, Ok(None));
    let again = adapter.insert(&place, &wanted).await.expect("another copy");
    assert_eq!(again.content, Content::Whole(wanted.whole));
    assert_eq!(graph.events(&place.calendar).len(), 1);
}

#[tokio::test]
async fn an_edit_pushes_what_changed_and_loses_to_another() {
    let graph = Graph::start();
    let (adapter, place) = (adapter(&graph), place(&graph));
    let item = adapter.insert(&place, &new(1, single("Lecture"))).await.expect("a copy");
    assert_eq!(item.content, Content::Whole(single("Lecture")));
    graph.take_calls();
    let changed =
        adapter.update(&place, &update(&item, single("Later"), &[Field::Title])).await.expect("it is changed");
    assert_eq!(told(&changed).0, "Later");
    let sent = graph.take_calls().remove(0).body.expect("a body");
    let names: Vec<_> = sent.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["singleValueExtendedProperties", "subject"]);
    let stale = update(&item, single("Lost"), &[Field::Title]);
    assert_eq!(adapter.update(&place, &stale).await, Err(ProviderError::Moved));
    assert_eq!(adapter.delete(&place, &item.id, item.etag.clone()).await, Err(ProviderError::Moved));
    graph.remove(&item.id);
    assert_eq!(adapter.update(&place, &ItemUpdate { etag: None, ..stale }).await, Err(ProviderError::NotFound));
}

#[tokio::test]
async fn a_series_keeps_its_changed_occurrences_until_it_moves() {
    let graph = Graph::start();
    let (adapter, place) = (adapter(&graph), place(&graph));
    let item = adapter.insert(&place, &new(1, weekly("Lecture", &[]))).await.expect("a copy");
    let part = |facts: Option<Facts>, day: &str| PartUpdate {
        series: item.id.clone(),
        original: Original::At(at(&format!("2026-03-{day}:00:00Z"))),
        id: None,
        etag: None,
        origin: event(1),
        facts,
        fields: Fields::from([Field::Title]),
    };
    let changed = adapter.update_part(&place, &part(Some(facts("Guest")), "09T09")).await.expect("it is changed");
    let Content::Part(known) = &changed.content else { panic!("no occurrence") };
    assert_eq!(
        (known.original, known.facts.as_ref().map(|it| it.title.as_str())),
        (Original::At(at("2026-03-09T09:00:00Z")), Some("Guest"))
    );
    // Twice, since the first answer may have been lost; the clocks are put forward before the 30th.
    for _ in 0..2 {
        let cancelled = adapter.update_part(&place, &part(None, "30T08")).await.expect("it is cancelled");
        assert!(matches!(&cancelled.content, Content::Part(part) if part.facts.is_none()));
    }
    let back = adapter.update_part(&place, &part(Some(facts("Back")), "30T08")).await;
    assert!(matches!(back, Err(ProviderError::Rejected(_))), "{back:?}");
    assert_eq!(adapter.update_part(&place, &part(None, "10T09")).await, Err(ProviderError::NotFound));

    let (items, _) = all(&adapter, &place, None).await;
    assert_eq!(told(&items[0]), ("Lecture".to_owned(), vec![march(30)]));
    assert_eq!(items[1].id, changed.id);
    let same =
        ItemUpdate { etag: None, ..update(&item, weekly("Lecture", &[march(30), march(16)]), &[Field::Recurrence]) };
    assert_eq!(told(&adapter.update(&place, &same).await.expect("it is changed")).1, [march(16), march(30)]);
    assert!(graph.event(&changed.id).is_some_and(|it| it["subject"] == "Guest"));
}

#[tokio::test]
async fn changes_are_told_once_with_what_is_behind_them() {
    let graph = Graph::start();
    let (adapter, place) = (adapter(&graph), place(&graph));
    graph.page_max(60);
    let calendar = graph.calendar();
    let mine = adapter.insert(&place, &new(1, weekly("Mine", &[]))).await.expect("a copy");
    let at_ten = |day: &str| json!({"dateTime": format!("{day}T10:00:00"), "timeZone": "Tokyo Standard Time"});
    let theirs = |title: &str, day: &str| json!({"subject": title, "start": at_ten(day), "end": at_ten(day)});
    let soon = graph.create(&calendar, theirs("Soon", "2026-04-01"));
    let ancient = graph.create(&calendar, theirs("Ancient", "2016-04-01"));
    let (items, cursor) = all(&adapter, &place, None).await;
    let mut titles: Vec<_> = items.iter().map(|it| (told(it).0, it.origin)).collect();
    titles.sort();
    assert_eq!(titles, [("Ancient".to_owned(), None), ("Mine".to_owned(), Some(event(1))), ("Soon".to_owned(), None)]);

    let (items, cursor) = all(&adapter, &place, Some(cursor)).await;
    assert_eq!(items, []);
    graph.remove(&graph.occurrence(&mine.id, "20260309T090000Z"));
    graph.change(&graph.occurrence(&mine.id, "20260316T090000Z"), json!({"subject": "Guest"}));
    graph.remove(&soon);
    let (items, cursor) = all(&adapter, &place, Some(cursor)).await;
    // With each page that has occurrences of it.
    let mut series: Vec<_> = items.iter().filter(|it| it.id == mine.id).map(told).collect();
    series.dedup();
    assert_eq!(series, [("Mine".to_owned(), vec![march(9)])]);
    assert!(items.iter().any(
        |it| matches!(&it.content, Content::Part(part) if part.facts.as_ref().is_some_and(|it| it.title == "Guest"))
    ));
    assert!(items.iter().any(|it| it.id == soon && it.content == Content::Deleted));
    assert!(!items.iter().any(|it| it.id == ancient));

    // In the window's last year it is given up for another, and so is a link that Graph has forgotten.
    let later = adapter_at(&graph, "2028-04-01T12:00:00Z");
    assert_eq!(later.changes(&place, Some(cursor.clone())).await, Err(ProviderError::CursorGone));
    graph.expire_sync();
    assert_eq!(adapter.changes(&place, Some(cursor)).await, Err(ProviderError::CursorGone));
    assert_eq!(adapter.changes(&place, Some("nonsense".to_owned())).await, Err(ProviderError::CursorGone));
    let foreign = "changes\n1900000000\nhttp://127.0.0.2:1/v1.0/me\n".to_owned();
    let refused = adapter.changes(&place, Some(foreign)).await;
    assert!(matches!(refused, Err(ProviderError::Unavailable { .. })), "{refused:?}");
}

#[tokio::test]
async fn each_fault_is_what_it_is() {
    let graph = Graph::start();
    let (adapter, place) = (adapter(&graph), place(&graph));
    let on = || Fault::on("GET", "/delta");
    let seconds = |seconds| Some(SignedDuration::from_secs(seconds));
    for (fault, expected) in [
        (on().refused(401, "x"), ProviderError::Unauthorized),
        (on().refused(403, "ErrorAccessDenied"), ProviderError::Forbidden("ErrorAccessDenied".to_owned())),
        (on().busy(429, "ApplicationThrottled", 3), ProviderError::RateLimited { retry_after: seconds(3) }),
        (
            on().busy(503, "serviceNotAvailable", 9),
            ProviderError::Unavailable { reason: "it answered with status 503".to_owned(), retry_after: seconds(9) },
        ),
    ] {
        graph.fail(fault);
        assert_eq!(adapter.changes(&place, None).await, Err(expected));
    }
    for fault in [on().cut(), on().garbled()] {
        graph.fail(fault);
        let error = adapter.changes(&place, None).await.expect_err("a fault");
        assert!(matches!(error, ProviderError::Unavailable { .. }), "{error}");
    }
}
