//! The adapter against a Google that holds events and checks each call against Google's own schema.
#![allow(clippy::expect_used, reason = "a test that cannot go on panics")]

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::event::{Class, Span, Status, Transparency};
use kalends_domain::id::EventId;
use kalends_domain::sync::copy_id;
use kalends_domain::sync::remote::{Content, Facts, Field, Fields, Item, Original, Whole};
use kalends_domain::time::Zone;
use kalends_google::GoogleSettings;
use kalends_harness::providers::{CLIENT_ID, CLIENT_SECRET, Fault, Google};
use kalends_ports::{
    Authorization, ItemUpdate, NewItem, NextPage, PartUpdate, Place, Provider, ProviderError, ProviderSecret,
};
use serde_json::json;

const ANA: &str = "ana@gmail.example";
const BACK: &str = "http://localhost:3019/integrations/google/callback";

fn adapter(google: &Google) -> kalends_google::Google {
    let url = |text: String| text.parse().expect("a URL");
    let settings = GoogleSettings {
        client_id: CLIENT_ID.to_owned(),
        client_secret: ProviderSecret(CLIENT_SECRET.to_owned()),
        auth_url: url(google.auth_url()),
        token_url: url(google.token_url()),
        revoke_url: url(google.revoke_url()),
        api_url: url(google.api_url()),
    };
    kalends_google::Google::new(settings).expect("TLS can be set up")
}

fn place(google: &Google) -> Place {
    Place { access: ProviderSecret(google.grant().0), calendar: ANA.to_owned() }
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

fn weekly(title: &str) -> Whole {
    let facts = facts(title);
    let rules = vec!["FREQ=WEEKLY".parse().expect("a rule")];
    let recurrence = kalends_domain::event::recurrence(&facts.span, rules, vec![], vec![]).expect("a series");
    Whole { facts, recurrence: Some(recurrence) }
}

fn new(number: u8, whole: Whole) -> NewItem {
    NewItem { origin: event(number), uid: "uid@example.com".to_owned(), whole }
}

fn update(item: &Item, whole: Whole, fields: &[Field]) -> ItemUpdate {
    let fields = fields.iter().copied().collect();
    let origin = item.origin.expect("a mark");
    ItemUpdate { id: item.id.clone(), etag: item.etag.clone(), origin, whole, fields }
}

/// All changes after a cursor, and the next one.
async fn all(adapter: &kalends_google::Google, place: &Place, mut cursor: Option<String>) -> (Vec<Item>, String) {
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
async fn an_account_is_linked_used_and_given_back() {
    let google = Google::start();
    let adapter = adapter(&google);
    let ask = Authorization {
        state: "state with spaces".to_owned(),
        challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned(),
        redirect_uri: BACK.to_owned(),
    };
    let code = google.agree(&adapter.authorization_url(&ask)).expect("she agrees");
    assert_eq!(code.state, ask.state);
    let code = ProviderSecret(code.code);
    let verifier = ProviderSecret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
    let wrong = adapter.exchange(&ProviderSecret("no code".to_owned()), &verifier, BACK).await;
    assert_eq!(wrong, Err(ProviderError::Unauthorized));
    let tokens = adapter.exchange(&code, &verifier, BACK).await.expect("tokens");
    assert_eq!(tokens.lifetime, SignedDuration::from_secs(3599));
    assert_eq!(adapter.exchange(&code, &verifier, BACK).await, Err(ProviderError::Unauthorized));
    assert_eq!(adapter.account_email(&tokens.access).await.as_deref(), Ok(ANA));

    google.expire_access();
    assert_eq!(adapter.account_email(&tokens.access).await, Err(ProviderError::Unauthorized));
    let refresh = tokens.refresh.expect("a refresh token");
    let fresh = adapter.refresh(&refresh).await.expect("tokens");
    assert_eq!(fresh.refresh, None);
    assert_eq!(adapter.account_email(&fresh.access).await.as_deref(), Ok(ANA));
    google.rotates(true);
    let next = adapter.refresh(&refresh).await.expect("tokens").refresh.expect("another");
    assert_eq!(adapter.refresh(&refresh).await, Err(ProviderError::Unauthorized));

    assert_eq!(adapter.revoke(&next).await, Ok(()));
    assert_eq!(adapter.revoke(&next).await, Ok(()));
    assert!(!google.is_agreed());
    assert_eq!(adapter.refresh(&next).await, Err(ProviderError::Unauthorized));
}

#[tokio::test]
async fn half_a_permission_is_none() {
    let google = Google::start();
    let adapter = adapter(&google);
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned();
    let ask = Authorization { state: "s".to_owned(), challenge, redirect_uri: BACK.to_owned() };
    let verifier = ProviderSecret("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
    google.agrees_only_to(Some("https://www.googleapis.com/auth/calendar.readonly"));
    let code = google.agree(&adapter.authorization_url(&ask)).expect("she agrees").code;
    let refused = adapter.exchange(&ProviderSecret(code), &verifier, BACK).await;
    assert!(matches!(&refused, Err(ProviderError::Rejected(why)) if why.contains("auth/calendar ")), "{refused:?}");

    google.agrees_only_to(None);
    let lasting = adapter.authorization_url(&ask);
    let fleeting = lasting.replace("access_type=offline", "access_type=online");
    assert_ne!(lasting, fleeting);
    let code = google.agree(&fleeting).expect("she agrees").code;
    let refused = adapter.exchange(&ProviderSecret(code), &verifier, BACK).await;
    assert!(matches!(&refused, Err(ProviderError::Rejected(why)) if why.contains("lasting")), "{refused:?}");
    google.denies(true);
    assert_eq!(google.agree(&lasting), None);
}

#[tokio::test]
async fn five_thousand_events_take_five_calls_and_one_change_takes_one() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    let body = json!({
        "summary": "Lecture", "start": {"dateTime": "2026-03-02T10:00:00Z"}, "end": {"dateTime": "2026-03-02T11:00:00Z"},
    });
    let ids: Vec<String> = (0..5_000).map(|_| google.create(ANA, body.clone())).collect();
    let (items, cursor) = all(&adapter, &place, None).await;
    assert_eq!((items.len(), google.take_calls().len()), (5_000, 5));
    google.change(ANA, &ids[2_500], json!({"summary": "Changed"}));
    let (items, _) = all(&adapter, &place, Some(cursor)).await;
    assert_eq!((items.len(), google.take_calls().len()), (1, 1));
}

#[tokio::test]
async fn calendars_are_listed_made_and_deleted() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    google.page_max(2);
    let made = adapter.create_calendar(&place.access, "Mirror", "Asia/Tokyo").await.expect("a calendar");
    let second = google.add_calendar("Second", "UTC");
    google.lock(&second);
    let listed = adapter.list_calendars(&place.access).await.expect("calendars");
    let told: BTreeSet<_> = listed.iter().map(|it| (it.name.as_str(), it.primary, it.writable)).collect();
    assert_eq!(told, BTreeSet::from([(ANA, true, true), ("Mirror", false, true), ("Second", false, false)]));
    let mirror = listed.iter().find(|it| it.name == "Mirror").expect("it is listed");
    assert_eq!((&mirror.id, mirror.zone.as_deref()), (&made.id, Some("Asia/Tokyo")));

    let locked = Place { calendar: second, ..place.clone() };
    let refused = adapter.insert(&locked, &new(1, single("No"))).await;
    assert!(matches!(refused, Err(ProviderError::Forbidden(_))), "{refused:?}");
    let mirror = Place { calendar: made.id, ..place };
    let reader = "bo@example.com".parse().expect("an address");
    for _ in 0..2 {
        assert_eq!(adapter.share_calendar(&mirror, &reader).await, Ok(()));
    }
    assert_eq!(google.shared_with(&mirror.calendar), [("bo@example.com".to_owned(), "reader".to_owned())]);
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
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    let wanted = new(1, weekly("Lecture"));
    assert_eq!(adapter.find_copy(&place, wanted.origin).await, Ok(None));
    google.fail(Fault::on("POST", "/events").lost());
    let lost = adapter.insert(&place, &wanted).await;
    assert!(matches!(lost, Err(ProviderError::Unavailable { .. })), "{lost:?}");
    assert_eq!(adapter.insert(&place, &wanted).await, Err(ProviderError::Exists));
    let found = adapter.find_copy(&place, wanted.origin).await.expect("an answer").expect("a copy");
    assert_eq!((found.id.clone(), found.origin), (copy_id(wanted.origin), Some(wanted.origin)));
    assert_eq!(found.content, Content::Whole(wanted.whole.clone()));
    assert_eq!(google.events(ANA).len(), 1);

    adapter.delete(&place, &found.id, found.etag.clone()).await.expect("it is deleted");
    adapter.delete(&place, &found.id, None).await.expect("it is gone");
    let gone = adapter.find_copy(&place, wanted.origin).await.expect("an answer").expect("a stone");
    assert_eq!(gone.content, Content::Deleted);
    assert_eq!(adapter.insert(&place, &wanted).await, Err(ProviderError::Exists));
    let back = ItemUpdate { etag: None, ..update(&found, weekly("Back"), &[Field::Title]) };
    let back = adapter.update(&place, &back).await.expect("it is back");
    assert_eq!(back.content, Content::Whole(weekly("Back")));
}

#[tokio::test]
async fn what_is_adopted_is_found_by_its_mark() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    let id = google.create(
        ANA,
        json!({
            "summary": "Theirs", "start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}, "colorId": "3",
        }),
    );
    let (items, _) = all(&adapter, &place, None).await;
    assert_eq!(items[0].origin, None);
    let Content::Whole(whole) = items[0].content.clone() else { panic!("no event") };
    let adopt = ItemUpdate {
        id: id.clone(),
        etag: items[0].etag.clone(),
        origin: event(1),
        whole: whole.clone(),
        fields: Fields::new(),
    };
    adapter.update(&place, &adopt).await.expect("it is marked");
    let found = adapter.find_copy(&place, event(1)).await.expect("an answer").expect("a copy");
    assert_eq!((found.id, found.content), (id.clone(), Content::Whole(whole)));
    // What is not ours to know stays.
    assert_eq!(google.event(ANA, &id).expect("it is there")["colorId"], "3");
}

#[tokio::test]
async fn an_edit_pushes_what_changed_and_loses_to_another() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    let item = adapter.insert(&place, &new(1, single("Lecture"))).await.expect("a copy");
    let later = Whole { facts: Facts { location: Some("Hall 1".to_owned()), ..facts("Later") }, recurrence: None };
    google.take_calls();
    let changed = adapter.update(&place, &update(&item, later.clone(), &[Field::Title])).await.expect("it is changed");
    let sent = google.take_calls().remove(0);
    let body = sent.body.clone().expect("a body");
    let names: Vec<_> = body.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(names, ["extendedProperties", "summary"]);
    assert_eq!((sent.parameter("sendUpdates"), &sent.if_match), (Some("none"), &item.etag));
    let Content::Whole(told) = &changed.content else { panic!("no event") };
    assert_eq!((told.facts.title.as_str(), &told.facts.location), ("Later", &None));

    let stale = update(&item, later, &[Field::Location]);
    assert_eq!(adapter.update(&place, &stale).await, Err(ProviderError::Moved));
    assert_eq!(adapter.delete(&place, &item.id, item.etag.clone()).await, Err(ProviderError::Moved));
    let unknown = ItemUpdate { id: "nobody".to_owned(), etag: None, ..stale };
    assert_eq!(adapter.update(&place, &unknown).await, Err(ProviderError::NotFound));
}

#[tokio::test]
async fn times_become_days_and_series_single_events() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    let item = adapter.insert(&place, &new(1, weekly("Lecture"))).await.expect("a copy");
    let berlin = Zone::named("Europe/Berlin").expect("a zone");
    let days = Span::all_day(jiff::civil::date(2026, 3, 3), jiff::civil::date(2026, 3, 5), berlin).expect("days");
    let whole = Whole { facts: Facts { span: days, ..facts("Lecture") }, recurrence: None };
    let both = [Field::Time, Field::Recurrence];
    let changed = adapter.update(&place, &update(&item, whole.clone(), &both)).await.expect("it is changed");
    assert_eq!(changed.content, Content::Whole(whole));
    let back = adapter.update(&place, &update(&changed, weekly("Lecture"), &both)).await.expect("it is changed back");
    assert_eq!(back.content, Content::Whole(weekly("Lecture")));
}

#[tokio::test]
async fn one_occurrence_is_changed_cancelled_and_brought_back() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    let series = adapter.insert(&place, &new(1, weekly("Lecture"))).await.expect("a copy").id;
    let part = |facts: Option<Facts>, day: &str| PartUpdate {
        series: series.clone(),
        original: Original::At(at(&format!("2026-03-{day}T09:00:00Z"))),
        id: None,
        etag: None,
        origin: event(1),
        facts,
        fields: Fields::from([Field::Title]),
    };
    let changed = adapter.update_part(&place, &part(Some(facts("Guest")), "09")).await.expect("it is changed");
    let Content::Part(told) = &changed.content else { panic!("no occurrence") };
    assert_eq!((&told.series, told.original), (&series, Original::At(at("2026-03-09T09:00:00Z"))));
    assert_eq!(
        told.facts.as_ref().map(|it| (it.title.as_str(), it.span.starts_at())),
        Some(("Guest", at("2026-03-09T09:00:00Z")))
    );

    let cancelled = adapter.update_part(&place, &part(None, "16")).await.expect("it is cancelled");
    assert!(matches!(&cancelled.content, Content::Part(part) if part.facts.is_none()));
    let (items, cursor) = all(&adapter, &place, None).await;
    assert_eq!(items.len(), 3);
    // Of what is gone a list tells little, and enough.
    let told = items.iter().find(|it| it.id == cancelled.id).expect("it is told");
    assert_eq!((&told.etag, &told.content), (&cancelled.etag, &cancelled.content));
    let back = PartUpdate { etag: cancelled.etag, ..part(Some(facts("Back")), "16") };
    let back = adapter.update_part(&place, &back).await.expect("it is back");
    assert!(matches!(&back.content, Content::Part(part) if part.facts.as_ref().is_some_and(|it| it.title == "Back")));
    let (items, _) = all(&adapter, &place, Some(cursor)).await;
    assert_eq!(items, [back]);
    assert_eq!(adapter.update_part(&place, &part(None, "10")).await, Err(ProviderError::NotFound));
}

#[tokio::test]
async fn changes_come_in_pages_and_once() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    google.page_max(2);
    for number in 1..=5 {
        adapter.insert(&place, &new(number, single("Lecture"))).await.expect("a copy");
    }
    let (items, cursor) = all(&adapter, &place, None).await;
    assert_eq!(items.len(), 5);
    let (items, cursor) = all(&adapter, &place, Some(cursor)).await;
    assert_eq!(items, []);
    for number in 1..=3 {
        google.remove(ANA, &copy_id(event(number)));
    }
    let (items, cursor) = all(&adapter, &place, Some(cursor)).await;
    assert!(items.len() == 3 && items.iter().all(|it| it.content == Content::Deleted), "{items:?}");

    google.expire_sync();
    assert_eq!(adapter.changes(&place, Some(cursor)).await, Err(ProviderError::CursorGone));
    assert_eq!(adapter.changes(&place, Some("nonsense".to_owned())).await, Err(ProviderError::CursorGone));
    assert_eq!(all(&adapter, &place, None).await.0.len(), 2);
}

#[tokio::test]
async fn each_fault_is_what_it_is() {
    let google = Google::start();
    let (adapter, place) = (adapter(&google), place(&google));
    let seconds = |seconds| Some(SignedDuration::from_secs(seconds));
    let on = || Fault::on("GET", "/events");
    for (fault, expected) in [
        (on().refused(401, "authError"), ProviderError::Unauthorized),
        (on().refused(403, "rateLimitExceeded"), ProviderError::RateLimited { retry_after: None }),
        (on().busy(403, "userRateLimitExceeded", 7), ProviderError::RateLimited { retry_after: seconds(7) }),
        (on().busy(429, "rateLimitExceeded", 3), ProviderError::RateLimited { retry_after: seconds(3) }),
        (on().refused(403, "insufficientPermissions"), ProviderError::Forbidden("insufficientPermissions".to_owned())),
        (on().refused(404, "notFound"), ProviderError::NotFound),
        (
            on().busy(503, "backendError", 9),
            ProviderError::Unavailable { reason: "it answered with status 503".to_owned(), retry_after: seconds(9) },
        ),
    ] {
        google.fail(fault);
        assert_eq!(adapter.changes(&place, None).await, Err(expected));
    }
    for fault in [on().cut(), on().lost(), on().garbled(), on().refused(302, "moved")] {
        google.fail(fault);
        let error = adapter.changes(&place, None).await.expect_err("a fault");
        assert!(matches!(error, ProviderError::Unavailable { .. }), "{error}");
        assert!(!error.to_string().contains("http"), "{error}");
    }
    for (status, expected) in [(500, false), (429, true)] {
        google.fail(Fault::on("POST", "/token").refused(status, "x"));
        let error = adapter.refresh(&ProviderSecret("any".to_owned())).await.expect_err("a fault");
        assert_eq!(matches!(error, ProviderError::RateLimited { .. }), expected, "{error}");
    }
    google.fail(Fault::on("POST", "/token").garbled());
    let error = adapter.refresh(&ProviderSecret("any".to_owned())).await.expect_err("a fault");
    assert!(matches!(error, ProviderError::Unavailable { .. }), "{error}");
}
