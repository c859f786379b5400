//! Lists of events: exactly what lies in the window, in order, in pages.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::calendar::Calendar;
use kalends_domain::event::{Details, Event, Kind, Window};
use kalends_domain::id::{CalendarId, EventId};
use uuid::Uuid;

use super::fixtures::{at, event, later, series, stored_calendar, stored_user};
use super::{AnyStore, write};
use crate::{Change, EventFilter};

fn filter(calendars: &[&Calendar], from: Timestamp, to: Timestamp) -> EventFilter {
    EventFilter {
        calendars: calendars.iter().map(|calendar| calendar.id).collect(),
        window: Window { from, to },
        recurring: false,
        text: None,
        tag: None,
        kinds: None,
        case: None,
        after: None,
        limit: 1_000,
    }
}

fn always(calendars: &[&Calendar]) -> EventFilter {
    filter(calendars, Timestamp::MIN, Timestamp::MAX)
}

async fn titles(store: &AnyStore, filter: EventFilter) -> Vec<String> {
    store.list_events(filter).await.unwrap().into_iter().map(|event| event.details.title).collect()
}

fn hours(hours: i64) -> SignedDuration {
    SignedDuration::from_hours(hours)
}

async fn insert(store: &AnyStore, events: &[Event]) {
    for some in events.chunks(50) {
        write(store, some.iter().cloned().map(Change::InsertEvent)).await;
    }
}

fn place(event: &Event) -> (Timestamp, Option<Timestamp>) {
    let extent = event.extent().expect("a good event");
    (extent.first_start, extent.last_end)
}

/// What should be listed, by the domain's own word.
fn expected<'e>(events: &'e [Event], window: Window) -> Vec<&'e Event> {
    let lies_in = |event: &&Event| {
        let (start, end) = place(event);
        window.overlaps(start, end.unwrap_or(Timestamp::MAX))
    };
    let mut found: Vec<&'e Event> = events.iter().filter(lies_in).collect();
    found.sort_by_key(|event| (place(event).0, event.id));
    found
}

/// A window holds what overlaps it, half-open at both ends, whatever its length; single events and series apart.
pub async fn windows(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let calendar = stored_calendar(store, ann.id).await;
    let (from, to) = (at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z"));
    let lasting = |title: &str, from: Timestamp, to: Timestamp| event(&calendar, title, from, to);
    let tick = SignedDuration::from_micros(1);
    let events = [
        lasting("ends at the start", from - hours(1), from),
        lasting("ends just after the start", from - hours(1), from + tick),
        lasting("no time, just before", from - tick, from - tick),
        lasting("no time, at the start", from, from),
        lasting("no time, inside", from + hours(24), from + hours(24)),
        lasting("starts just before the end", to - tick, to + hours(1)),
        lasting("starts at the end", to, to + hours(1)),
        lasting("no time, at the end", to, to),
        lasting("around, a year before and after", from - hours(24 * 365), to + hours(24 * 365)),
        lasting("nine years before, to the start", from - hours(24 * 3_285), from),
        lasting("nine years before, past the start", from - hours(24 * 3_285), from + tick),
        lasting("years after", to + hours(24 * 3_285), to + hours(24 * 3_300)),
    ];
    insert(store, &events).await;
    let window = Window { from, to };
    let wanted: Vec<_> = expected(&events, window).into_iter().cloned().collect();
    assert_eq!(wanted.len(), 6);
    assert_eq!(store.list_events(filter(&[&calendar], from, to)).await.unwrap(), wanted);
    let all = store.list_events(always(&[&calendar])).await.unwrap();
    assert_eq!(all.len(), events.len(), "a window without bounds holds all");
    assert_eq!(store.list_events(filter(&[], from, to)).await.unwrap(), Vec::new());
    let unknown = EventFilter { calendars: vec![CalendarId(Uuid::now_v7())], ..always(&[]) };
    assert_eq!(store.list_events(unknown).await.unwrap(), Vec::new());

    let gone = Event { deleted_at: Some(later(1)), version: 2, ..wanted[0].clone() };
    write(store, [Change::UpdateEvent { event: gone, expected: 1 }]).await;
    assert_eq!(store.list_events(filter(&[&calendar], from, to)).await.unwrap(), wanted[1..]);
    series_windows(store, &calendar).await;
    any_length(store).await;
}

async fn series_windows(store: &AnyStore, calendar: &Calendar) {
    let hour = |title: &str, start: &str, rule: &str| series(calendar, title, at(start), at(start) + hours(1), rule);
    let mut moved = hour("one far away", "2020-01-01T09:00:00Z", "FREQ=DAILY;COUNT=3");
    let away = kalends_domain::event::Span::timed(
        at("2026-03-05T09:00:00Z"),
        at("2026-03-05T10:00:00Z"),
        kalends_domain::time::Zone::utc(),
    );
    let away = Details::new("far away", away.expect("a good span"));
    moved.overrides.insert("2020-01-02T09:00:00".parse().expect("a good wall time"), away);
    let events = [
        hour("endless", "1995-01-01T09:00:00Z", "FREQ=YEARLY"),
        hour("endless, later", "2026-04-01T00:00:00Z", "FREQ=DAILY"),
        hour("over", "2026-02-01T09:00:00Z", "FREQ=DAILY;COUNT=20"),
        hour("over at the start", "2026-02-28T23:00:00Z", "FREQ=DAILY;COUNT=1"),
        hour("two centuries", "1900-01-01T09:00:00Z", "FREQ=YEARLY;COUNT=200"),
        hour("within", "2026-03-10T09:00:00Z", "FREQ=DAILY;COUNT=5"),
        moved,
    ];
    insert(store, &events).await;
    let (from, to) = (at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z"));
    let recurring = EventFilter { recurring: true, ..filter(&[calendar], from, to) };
    let wanted: Vec<_> =
        expected(&events, Window { from, to }).into_iter().map(|event| event.details.title.clone()).collect();
    assert_eq!(wanted, ["two centuries", "endless", "one far away", "within"]);
    assert_eq!(titles(store, recurring).await, wanted);
}

/// A number that looks random, and is the same each time.
fn scrambled(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

fn below(seed: u64, bound: u64) -> i64 {
    i64::try_from(scrambled(seed) % bound).expect("the bounds of these tests are small")
}

/// Events of lengths from nothing to ten years, in a few years.
fn many(calendar: &Calendar, count: u64, seed: u64) -> Vec<Event> {
    let lengths = [0, 1, 24, 25, 24 * 8, 24 * 9, 24 * 64, 24 * 100, 24 * 512, 24 * 600, 24 * 3_600];
    let one = |n: u64| {
        let from = at("2024-01-01T00:00:00Z") + hours(below(seed + 2 * n, 24 * 1_500));
        let index = usize::try_from(scrambled(seed + 2 * n + 1) % lengths.len() as u64).expect("a small number");
        event(calendar, &format!("{n}"), from, from + hours(lengths[index]))
    };
    (0..count).map(one).collect()
}

async fn any_length(store: &AnyStore) {
    let ann = stored_user(store).await;
    let [calendar, other] = [stored_calendar(store, ann.id).await, stored_calendar(store, ann.id).await];
    let events = many(&calendar, 150, 1_000);
    insert(store, &events).await;
    insert(store, &many(&other, 20, 5_000)).await;
    for n in 0..40 {
        let from = at("2023-12-01T00:00:00Z") + hours(below(9_000 + n, 24 * 1_600));
        let to = from + hours([1, 24, 24 * 31, 24 * 400][usize::try_from(n % 4).expect("a small number")]);
        let found = store.list_events(filter(&[&calendar], from, to)).await.unwrap();
        let found: Vec<&Event> = found.iter().collect();
        assert_eq!(found, expected(&events, Window { from, to }), "{from} to {to}");
    }
}

/// Pages follow each other without a gap or an overlap, whatever is written meanwhile, in several calendars at once.
pub async fn window_pages(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let calendars = [
        stored_calendar(store, ann.id).await,
        stored_calendar(store, ann.id).await,
        stored_calendar(store, ann.id).await,
    ];
    let mut events: Vec<Event> = (0..2).flat_map(|n| many(&calendars[n], 40, 70_000 + 1_000 * n as u64)).collect();
    // Several that begin at once, of different lengths.
    let start = at("2025-06-01T00:00:00Z");
    events.extend(
        [0, 1].into_iter().cycle().zip(0..20).map(|(k, n)| event(&calendars[k], "same", start, start + hours(n * 40))),
    );
    insert(store, &events).await;
    insert(store, &many(&calendars[2], 30, 90_000)).await;
    let window = Window { from: at("2025-01-01T00:00:00Z"), to: at("2026-06-01T00:00:00Z") };
    let wanted: Vec<EventId> = expected(&events, window).into_iter().map(|event| event.id).collect();
    let two = [&calendars[0], &calendars[1]];

    for limit in [1, 7, 50] {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let page = EventFilter { after, limit, ..filter(&two, window.from, window.to) };
            let page = store.list_events(page).await.unwrap();
            assert!(page.len() <= limit);
            let Some(last) = page.last() else { break };
            after = Some((place(last).0, last.id));
            found.extend(page.iter().map(|event| event.id));
            if limit == 7 {
                // One more before the reader's place is no matter to what follows.
                let early = event(&calendars[0], "early", window.from, window.from + hours(1));
                write(store, [Change::InsertEvent(early)]).await;
            }
        }
        let before: Vec<_> = found.into_iter().filter(|id| wanted.contains(id)).collect();
        assert_eq!(before, wanted, "in pages of {limit}");
    }
    let twice = EventFilter { limit: 2, ..filter(&[&calendars[0], &calendars[0]], window.from, window.to) };
    let once = EventFilter { limit: 2, ..filter(&[&calendars[0]], window.from, window.to) };
    assert_eq!(store.list_events(twice).await.unwrap(), store.list_events(once).await.unwrap());
    let none = EventFilter { limit: 0, ..filter(&two, window.from, window.to) };
    assert_eq!(store.list_events(none).await.unwrap(), Vec::new());
}

/// Texts are found wherever they stand, as they are; tags as a whole.
pub async fn search(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let calendar = stored_calendar(store, ann.id).await;
    let (from, to) = (at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
    let make = |title: &str, description: Option<&str>, location: Option<&str>, tags: &[&str]| {
        let mut event = event(&calendar, title, from, to);
        event.details.description = description.map(str::to_owned);
        event.details.location = location.map(str::to_owned);
        event.details.tags = tags.iter().map(|&tag| tag.to_owned()).collect();
        event
    };
    let events = [
        make("100% Sure_thing", None, None, &["work"]),
        make("1000 sure things", Some("back\\slash"), None, &["work-life", "a,b"]),
        make("ÄRGER im Büro", Some("first line\nsecond"), Some("Straße 5"), &["Work", "über"]),
        make("plain", Some("it's \"quoted\""), Some("Zürich"), &[]),
    ];
    insert(store, &events).await;
    let mut weekly = series(&calendar, "Weekly", from, to, "FREQ=WEEKLY;COUNT=5");
    let mut special = Details::new("Special guest", weekly.details.span.clone());
    special.tags = vec!["guest".to_owned()];
    weekly.overrides.insert("2026-03-09T12:00:00".parse().expect("a good wall time"), special);
    insert(store, &[weekly]).await;

    let mut found = Vec::new();
    for text in [
        "100%",
        "sure_",
        "sure",
        "\\",
        "\\s",
        "ärger",
        "büro",
        "straße",
        "zürich",
        "\"quoted\"",
        "line\nsecond",
        "'",
        "%",
        "_",
        "plain\u{1f}it",
        "Ärger",
        "nothing",
        "",
    ] {
        let text = EventFilter { text: Some(text.to_owned()), ..always(&[&calendar]) };
        let needle = text.text.clone().unwrap_or_default();
        let mut titles = titles(store, text).await;
        titles.sort();
        let mut wanted: Vec<String> = events
            .iter()
            .filter(|event| event.details.mentions(&needle))
            .map(|event| event.details.title.clone())
            .collect();
        wanted.sort();
        assert_eq!(titles, wanted, "{needle:?}");
        found.push(titles.len());
    }
    assert_eq!(found, [1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 4]);

    for (tag, wanted) in [
        ("work", &["100% Sure_thing"][..]),
        ("work-life", &["1000 sure things"]),
        ("a,b", &["1000 sure things"]),
        ("a", &[]),
        ("Work", &["ÄRGER im Büro"]),
        ("über", &["ÄRGER im Büro"]),
        ("guest", &[]),
        ("work\u{1f}", &[]),
        ("%", &[]),
    ] {
        let tagged = EventFilter { tag: Some(tag.to_owned()), ..always(&[&calendar]) };
        assert_eq!(titles(store, tagged).await, wanted, "{tag}");
    }
    let both = EventFilter { text: Some("sure".to_owned()), tag: Some("work".to_owned()), ..always(&[&calendar]) };
    assert_eq!(titles(store, both).await, ["100% Sure_thing"]);

    // A series is found by what one of its occurrences says.
    let recurring = EventFilter { recurring: true, ..always(&[&calendar]) };
    let by_text = EventFilter { text: Some("special".to_owned()), ..recurring.clone() };
    let by_tag = EventFilter { tag: Some("guest".to_owned()), ..recurring };
    for filter in [by_text, by_tag] {
        assert_eq!(titles(store, filter).await, ["Weekly"]);
    }
}

/// Kinds and cases narrow a list, of single events and of series; both are those of the event itself, as it is now.
pub async fn kinds_and_cases(store: AnyStore) {
    let store = &store;
    let owner = stored_user(store).await;
    let calendar = stored_calendar(store, owner.id).await;
    let (from, to) = (at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
    let case = Uuid::new_v4();
    let mut made = Vec::new();
    for (title, kind, case) in [
        ("Plain", Kind::Event, None),
        ("Court", Kind::Event, Some(case)),
        ("Due", Kind::Deadline, Some(case)),
        ("Other", Kind::Deadline, Some(Uuid::new_v4())),
    ] {
        let mut event = event(&calendar, title, from, to);
        (event.details.kind, event.case_id) = (kind, case);
        made.push(event);
    }
    let mut weekly = series(&calendar, "Weekly", from, to, "FREQ=WEEKLY;COUNT=3");
    (weekly.details.kind, weekly.case_id) = (Kind::Meeting, Some(case));
    made.push(weekly);
    write(store, made.iter().cloned().map(Change::InsertEvent)).await;

    let find = async |recurring, kinds: Option<&[Kind]>, case| {
        let kinds = kinds.map(<[Kind]>::to_vec);
        let mut found = titles(store, EventFilter { recurring, kinds, case, ..always(&[&calendar]) }).await;
        found.sort();
        found
    };
    assert_eq!(find(false, Some(&[Kind::Deadline]), None).await, ["Due", "Other"]);
    assert_eq!(find(false, Some(&[Kind::Deadline, Kind::Event]), None).await.len(), 4);
    assert_eq!(find(false, None, Some(case)).await, ["Court", "Due"]);
    assert_eq!(find(false, Some(&[Kind::Deadline]), Some(case)).await, ["Due"]);
    assert_eq!(find(true, Some(&[Kind::Meeting]), Some(case)).await, ["Weekly"]);
    assert!(find(true, Some(&[Kind::Event]), None).await.is_empty());
    assert!(find(false, Some(&[]), None).await.is_empty());
    assert!(find(false, None, Some(Uuid::new_v4())).await.is_empty());

    let mut moved = Event { case_id: None, version: 2, ..made[2].clone() };
    moved.details.kind = Kind::Meeting;
    write(store, [Change::UpdateEvent { event: moved, expected: 1 }]).await;
    assert_eq!(find(false, None, Some(case)).await, ["Court"]);
    assert_eq!(find(false, Some(&[Kind::Meeting]), None).await, ["Due"]);
}
