//! Events: what is written is read, by whom, and how it changes.

use jiff::{SignedDuration, civil};
use kalends_domain::access::Role;
use kalends_domain::calendar::Calendar;
use kalends_domain::event::{
    Attachment, Attendee, Class, Details, Event, Kind, Length, Priority, Reminder, Rsvp, Span, Status, Transparency,
    recurrence,
};
use kalends_domain::id::{AttachmentId, AttendeeId, CalendarId, EventId, ReminderId, UserId};
use kalends_domain::recurrence::{ExDate, RDate};
use kalends_domain::time::Fold;
use uuid::Uuid;

use super::fixtures::{at, event, later, membership, series, stored_calendar, stored_user, zone};
use super::{AnyStore, assert_duplicate, assert_missing, assert_stale, refused, write};
use crate::{Change, PageRequest, Unique};

fn wall(text: &str) -> civil::DateTime {
    text.parse().expect("the wall times of these tests are good")
}

/// Details in which every field says something.
fn rich(title: &str, span: Span, user: UserId) -> Details {
    let attendee = |user, email: Option<&str>, status| Attendee {
        id: AttendeeId(Uuid::now_v7()),
        user,
        email: email.map(|email| email.parse().expect("a good address")),
        name: email.map(|_| "Guest, \"the\" 3rd".to_owned()),
        status,
        kept: email.map(|_| "ROLE=OPT-PARTICIPANT".to_owned()).into_iter().collect(),
    };
    Details {
        title: title.to_owned(),
        description: Some("Zeile eins\nline two\t“quoted” \\ % _ 🎉 \u{301}".to_owned()),
        location: Some("Straße 1, Αθήνα".to_owned()),
        span,
        kind: Kind::StudySession,
        priority: Some(Priority::High),
        color: Some("tomato".to_owned()),
        status: Status::Tentative,
        transparency: Transparency::Transparent,
        class: Class::Confidential,
        url: Some("https://example.com/lecture".to_owned()),
        reminders: [0, 10_080]
            .map(|minutes_before| Reminder {
                id: ReminderId(Uuid::now_v7()),
                minutes_before,
                kept: vec!["ACTION:AUDIO".to_owned(); (minutes_before / 10_080) as usize],
            })
            .to_vec(),
        attendees: vec![
            attendee(Some(user), None, Rsvp::Accepted),
            attendee(None, Some("guest@example.com"), Rsvp::NeedsAction),
            attendee(Some(user), Some("both@example.com"), Rsvp::Declined),
        ],
        tags: vec!["thesis".to_owned(), "büro".to_owned()],
        attachments: vec![
            Attachment {
                id: AttachmentId(Uuid::now_v7()),
                url: "https://example.com/a?b=c&d".to_owned(),
                name: Some("A, \"b\".pdf".to_owned()),
                media_type: Some("application/pdf".to_owned()),
            },
            Attachment {
                id: AttachmentId(Uuid::now_v7()),
                url: "https://x.test/".to_owned(),
                name: None,
                media_type: None,
            },
        ],
        kept: vec!["GEO:52.5;13.4".to_owned(), "X-NOTE;LANGUAGE=de:a\\, b".to_owned()],
    }
}

async fn comes_back(store: &AnyStore, event: &Event) {
    write(store, [Change::InsertEvent(event.clone())]).await;
    let seen = store.find_event(event.id, event.created_by).await.unwrap().expect("what was written is found");
    assert_eq!(&seen.event, event);
}

/// What is written comes back, to the last field.
pub async fn event_round_trip(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let calendar = stored_calendar(store, ann.id).await;
    let bare = event(&calendar, "Bare", at("2026-03-02T15:00:00Z"), at("2026-03-02T15:00:00Z"));
    comes_back(store, &bare).await;

    let new_york = zone("America/New_York");
    let span =
        Span::timed(at("2026-03-02T15:00:00Z"), at("2026-03-02T16:30:00Z"), new_york.clone()).expect("a good span");
    let mut lecture = Event { details: rich("Vorlesung «Ⅲ»", span.clone(), ann.id), ..event_like(&bare) };
    let rules = ["FREQ=WEEKLY;COUNT=30;BYDAY=MO,WE", "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270101T000000Z"];
    let rdates = vec![
        RDate { start: wall("2026-04-01T09:00:00"), length: None },
        RDate { start: wall("2026-04-02T09:00:00"), length: Some(SignedDuration::from_mins(15)) },
    ];
    let exdates = vec![ExDate::At(wall("2026-03-09T10:00:00")), ExDate::Day(civil::date(2026, 3, 11))];
    let rules = rules.map(|rule| rule.parse().expect("a good rule")).to_vec();
    lecture.recurrence = Some(recurrence(&span, rules, rdates, exdates).expect("a good recurrence"));
    for (id, moved) in
        [("2026-03-16T10:00:00", "2026-03-17T18:00:00Z"), ("2026-03-18T10:00:00", "2026-03-18T14:00:00Z")]
    {
        let span = Span::timed(at(moved), at(moved) + SignedDuration::from_mins(7), zone("Asia/Kolkata"))
            .expect("a good span");
        lecture.overrides.insert(wall(id), rich(&format!("Moved to {moved}"), span, ann.id));
    }
    lecture.course_id = Some("CS-101/a".to_owned());
    lecture.case_id = Some(Uuid::now_v7());
    lecture.sequence = 3;
    lecture.updated_at = later(60);
    lecture.version = 4;
    comes_back(store, &lecture).await;
    // What comes back is also used alike.
    let seen = store.find_event(lecture.id, ann.id).await.unwrap().expect("it is there").event;
    assert_eq!(seen.extent(), lecture.extent());

    // 01:30 shows twice that night; this is the second time.
    let second = Span::timed(at("2026-11-01T06:30:00Z"), at("2026-11-01T07:00:00Z"), new_york).expect("a good span");
    assert_eq!(second.fold, Fold::Second);
    comes_back(store, &Event { details: rich("Twice", second, ann.id), ..event_like(&bare) }).await;

    let days = Span::all_day(civil::date(2026, 12, 24), civil::date(2026, 12, 27), zone("Europe/Berlin"))
        .expect("a good span");
    assert_eq!(days.length, Length::Days(3));
    comes_back(store, &Event { details: rich("Feiertage", days, ann.id), ..event_like(&bare) }).await;

    for (from, to) in
        [("0001-01-02T00:00:00Z", "0001-01-02T01:00:00Z"), ("9998-12-30T00:00:00Z", "9998-12-31T00:00:00Z")]
    {
        comes_back(store, &event(&calendar, "Far", at(from), at(to))).await;
    }
    no_nul(store, &bare).await;
}

/// Another one of the same calendar.
fn event_like(other: &Event) -> Event {
    let id = Uuid::now_v7();
    Event { id: EventId(id), uid: format!("{id}@kalends"), ..other.clone() }
}

/// Postgres has no NUL in text, so no store has.
async fn no_nul(store: &AnyStore, bare: &Event) {
    let spoil: [fn(&mut Event); 4] = [
        |event| event.uid.push('\0'),
        |event| event.details.title.push('\0'),
        |event| event.details.color = Some("\0".to_owned()),
        |event| event.details.tags.push("a\0b".to_owned()),
    ];
    for spoil in spoil {
        let mut event = event_like(bare);
        spoil(&mut event);
        refused(store, [Change::InsertEvent(event.clone())]).await;
        assert!(store.find_event(event.id, event.created_by).await.unwrap().is_none());
    }
}

/// An event is read with its calendar and the viewer's role there; deleted ones only by those who ask for them.
pub async fn event_views(store: AnyStore) {
    let store = &store;
    let [ann, bea, cid] = [stored_user(store).await, stored_user(store).await, stored_user(store).await];
    let calendar = stored_calendar(store, ann.id).await;
    write(store, [Change::PutMembership(membership(calendar.id, bea.id, Role::Viewer))]).await;
    let lunch = event(&calendar, "Lunch", at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
    let touch = Change::TouchCalendar { id: calendar.id, expected: Some(0), at: later(1) };
    write(store, [touch, Change::InsertEvent(lunch.clone())]).await;
    for (viewer, role) in [(ann.id, Some(Role::Owner)), (bea.id, Some(Role::Viewer)), (cid.id, None)] {
        let seen = store.find_event(lunch.id, viewer).await.unwrap().expect("it is there, whoever asks");
        assert_eq!((seen.event, seen.role), (lunch.clone(), role));
        assert_eq!(seen.calendar, Calendar { revision: 1, touched_at: later(1), ..calendar.clone() });
    }
    assert_eq!(store.find_event(EventId(Uuid::now_v7()), ann.id).await.unwrap(), None);
    assert_eq!(store.find_deleted_event(lunch.id, ann.id).await.unwrap(), None);

    let deleted = Event { deleted_at: Some(later(1)), version: 2, ..lunch.clone() };
    write(store, [Change::UpdateEvent { event: deleted.clone(), expected: 1 }]).await;
    assert_eq!(store.find_event(lunch.id, ann.id).await.unwrap(), None);
    let seen = store.find_deleted_event(lunch.id, bea.id).await.unwrap().expect("it was deleted");
    assert_eq!((seen.event, seen.role), (deleted.clone(), Some(Role::Viewer)));

    let restored = Event { deleted_at: None, version: 3, ..deleted.clone() };
    write(store, [Change::UpdateEvent { event: restored.clone(), expected: 2 }]).await;
    assert_eq!(store.find_event(lunch.id, ann.id).await.unwrap().map(|seen| seen.event), Some(restored));

    let other = event(&calendar, "Tea", at("2026-03-02T16:00:00Z"), at("2026-03-02T17:00:00Z"));
    let other = Event { deleted_at: Some(later(1)), ..other };
    let gone = Calendar { deleted_at: Some(later(2)), version: 2, ..calendar };
    write(store, [Change::InsertEvent(other.clone()), Change::UpdateCalendar { calendar: gone, expected: 1 }]).await;
    assert_eq!(store.find_event(lunch.id, ann.id).await.unwrap(), None, "its calendar is deleted");
    assert_eq!(store.find_deleted_event(other.id, ann.id).await.unwrap(), None, "its calendar is deleted");
}

/// Events are listed one after the other, and found by their UIDs: within one calendar, unless they are deleted.
pub async fn event_uids(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let [calendar, other] = [stored_calendar(store, ann.id).await, stored_calendar(store, ann.id).await];
    let named = |calendar: &Calendar, uid: &str| {
        let event = event(calendar, "Lunch", at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
        Event { uid: uid.to_owned(), ..event }
    };
    let many: Vec<Event> = (0..1_100).map(|n| named(&calendar, &format!("{n}@example.com"))).collect();
    let gone = Event { deleted_at: Some(later(1)), ..named(&calendar, "gone@example.com") };
    let elsewhere = named(&other, "7@example.com");
    write(store, many.iter().chain([&gone, &elsewhere]).cloned().map(Change::InsertEvent)).await;

    let find = async |uids: &[&str]| {
        let uids = uids.iter().copied().map(str::to_owned).collect();
        let mut found = store.list_events_by_uid(calendar.id, uids).await.unwrap();
        found.sort_by_key(|event| event.id);
        found
    };
    assert_eq!(find(&["7@example.com", "gone@example.com", "none", "' or 1=1"]).await, [many[7].clone()]);
    assert_eq!(find(&[]).await, []);
    let mut all = Vec::new();
    loop {
        let after = all.last().map(|event: &Event| event.id);
        let page = store.list_calendar_events(calendar.id, PageRequest { after, limit: 300 }).await.unwrap();
        assert!(page.items.len() == 300 || !page.more);
        all.extend(page.items);
        if !page.more {
            break;
        }
    }
    let mut expected = many.clone();
    expected.sort_by_key(|event| event.id);
    assert_eq!(all, expected);

    let all: Vec<&str> = many.iter().map(|event| event.uid.as_str()).collect();
    assert_eq!(find(&all).await.len(), many.len());
}

/// Events change only from the version that was read, and share no UID within a calendar.
pub async fn event_changes(store: AnyStore) {
    let store = &store;
    let ann = stored_user(store).await;
    let [calendar, second] = [stored_calendar(store, ann.id).await, stored_calendar(store, ann.id).await];
    let lunch = event(&calendar, "Lunch", at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
    write(store, [Change::InsertEvent(lunch.clone())]).await;

    // Everything about it changes, the calendar too, and what is single becomes a series.
    let dinner = series(&second, "Dinner", at("2026-03-03T18:00:00Z"), at("2026-03-03T20:00:00Z"), "FREQ=DAILY");
    let dinner = Event { id: lunch.id, updated_by: ann.id, updated_at: later(3), sequence: 1, version: 2, ..dinner };
    write(store, [Change::UpdateEvent { event: dinner.clone(), expected: 1 }]).await;
    let seen = store.find_event(lunch.id, ann.id).await.unwrap().expect("it is there");
    assert_eq!((seen.event, seen.calendar.id), (dinner.clone(), second.id));
    assert_stale(&refused(store, [Change::UpdateEvent { event: dinner.clone(), expected: 1 }]).await);
    let unknown = event(&calendar, "?", at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
    assert_stale(&refused(store, [Change::UpdateEvent { event: unknown.clone(), expected: 1 }]).await);
    assert_missing(
        &refused(store, [Change::InsertEvent(Event { calendar: CalendarId(Uuid::now_v7()), ..unknown.clone() })]).await,
    );
    assert_missing(
        &refused(store, [Change::InsertEvent(Event { created_by: UserId(Uuid::now_v7()), ..unknown })]).await,
    );

    assert_duplicate(&refused(store, [Change::InsertEvent(dinner.clone())]).await, Unique::Id);
    let twin = |calendar: &Calendar| {
        let twin = event(calendar, "Twin", at("2026-03-02T12:00:00Z"), at("2026-03-02T13:00:00Z"));
        Event { uid: dinner.uid.clone(), ..twin }
    };
    assert_duplicate(&refused(store, [Change::InsertEvent(twin(&second))]).await, Unique::EventUid);
    let elsewhere = twin(&calendar);
    write(store, [Change::InsertEvent(elsewhere.clone())]).await;
    let moved = Event { calendar: second.id, version: 2, ..elsewhere.clone() };
    assert_duplicate(&refused(store, [Change::UpdateEvent { event: moved, expected: 1 }]).await, Unique::EventUid);

    // The UID is free again once its event is deleted, and then that one cannot come back.
    let deleted = Event { deleted_at: Some(later(5)), version: 3, ..dinner.clone() };
    write(store, [Change::UpdateEvent { event: deleted.clone(), expected: 2 }]).await;
    write(store, [Change::InsertEvent(twin(&second))]).await;
    let restored = Event { deleted_at: None, version: 4, ..deleted };
    assert_duplicate(&refused(store, [Change::UpdateEvent { event: restored, expected: 3 }]).await, Unique::EventUid);
}
