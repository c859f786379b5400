//! Things to store.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use kalends_domain::access::{Resource, Role, Scopes, Verb};
use kalends_domain::account::{ApiKey, FreeBusyVisibility, IcalToken, PasswordHash, Session, TokenHash, User};
use kalends_domain::booking::{Booking, BookingLink, BookingSettings, Interval, Question, WorkingHours};
use kalends_domain::calendar::{Calendar, Membership};
use kalends_domain::contact::{self, Contact};
use kalends_domain::deadline::{Period, Region, Rule, Terms, Trigger, TriggerKind, Unit};
use kalends_domain::event::{Details, Event, Span};
use kalends_domain::frist::Basis;
use kalends_domain::id::{
    ApiKeyId, BookingId, BookingLinkId, CalendarId, ContactId, EventId, FamilyId, IcalTokenId, SessionId, UserId,
};
use kalends_domain::time::Zone;
use uuid::Uuid;

use super::{AnyStore, write};
use crate::Change;

/// An instant.
pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("the instants of these tests are good")
}

/// The moment at which everything here is written; down to microseconds, which a store keeps.
pub(super) fn now() -> Timestamp {
    at("2026-11-21T10:00:00.123456Z")
}

pub(super) fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

/// 32 bytes that nobody has had before.
pub(super) fn token() -> TokenHash {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    TokenHash(bytes)
}

pub(super) fn zone(name: &str) -> Zone {
    Zone::named(name).expect("the zones of these tests are known")
}

pub(super) fn user() -> User {
    let id = Uuid::now_v7();
    User {
        id: UserId(id),
        email: format!("{}@example.com", id.simple()).parse().expect("a good address"),
        name: Some("Ünal Müller".to_owned()),
        timezone: zone("America/New_York"),
        free_busy_visibility: FreeBusyVisibility::Everyone,
        password: PasswordHash("$argon2id$v=19$…".to_owned()),
        created_at: now(),
        updated_at: later(1),
        deleted_at: None,
        version: 1,
    }
}

pub(super) fn session(user: UserId, family: FamilyId) -> Session {
    Session {
        id: SessionId(Uuid::now_v7()),
        user,
        family,
        token: token(),
        created_at: now(),
        expires_at: later(60),
        used_at: None,
        revoked_at: None,
    }
}

pub(super) fn api_key(user: UserId) -> ApiKey {
    ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        user,
        name: "My \"key\"".to_owned(),
        scopes: Scopes::from_iter([(Resource::Events, Verb::Write), (Resource::Calendars, Verb::Read)]),
        token: token(),
        created_at: now(),
        revoked_at: None,
    }
}

pub(super) fn ical_token(user: UserId) -> IcalToken {
    IcalToken { id: IcalTokenId(Uuid::now_v7()), user, token: token(), created_at: now(), revoked_at: None }
}

pub(super) fn calendar(owner: UserId) -> Calendar {
    Calendar {
        id: CalendarId(Uuid::now_v7()),
        owner,
        name: "Семья".to_owned(),
        color: "#3B82f6".parse().expect("a good colour"),
        is_public: false,
        feed_generation: 1,
        feed_token: token(),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
        revision: 0,
        touched_at: now(),
    }
}

pub(super) fn membership(calendar: CalendarId, user: UserId, role: Role) -> Membership {
    Membership { calendar, user, role, color_theme: None, created_at: now(), updated_at: now() }
}

/// A new account that is stored.
pub(super) async fn stored_user(store: &AnyStore) -> User {
    let user = user();
    write(store, [Change::InsertUser(user.clone())]).await;
    user
}

/// A new calendar of this account that is stored, with the owner's membership.
pub(super) async fn stored_calendar(store: &AnyStore, owner: UserId) -> Calendar {
    let calendar = calendar(owner);
    let membership = membership(calendar.id, owner, Role::Owner);
    write(store, [Change::InsertCalendar(calendar.clone()), Change::PutMembership(membership)]).await;
    calendar
}

/// A single event in UTC.
pub(super) fn event(calendar: &Calendar, title: &str, from: Timestamp, to: Timestamp) -> Event {
    let span = Span::timed(from, to, Zone::utc()).expect("a good span");
    let id = Uuid::now_v7();
    Event {
        id: EventId(id),
        calendar: calendar.id,
        uid: format!("{id}@kalends"),
        details: Details::new(title, span),
        recurrence: None,
        overrides: BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: calendar.owner,
        updated_by: calendar.owner,
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
    }
}

/// A series in UTC.
pub(super) fn series(calendar: &Calendar, title: &str, from: Timestamp, to: Timestamp, rule: &str) -> Event {
    let mut event = event(calendar, title, from, to);
    let rules = vec![rule.parse().expect("a good rule")];
    let recurrence = kalends_domain::event::recurrence(&event.details.span, rules, Vec::new(), Vec::new());
    event.recurrence = Some(recurrence.expect("a good recurrence"));
    event
}

/// A contact with nothing but this first name.
pub(super) fn contact(owner: UserId, first_name: &str) -> Contact {
    let id = Uuid::now_v7();
    Contact {
        id: ContactId(id),
        owner,
        uid: id.to_string(),
        details: contact::Details { first_name: Some(first_name.to_owned()), ..contact::Details::default() },
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
    }
}

/// A booking link that uses every field.
pub(super) fn booking_link(calendar: &Calendar) -> BookingLink {
    let id = Uuid::now_v7();
    let interval = |start, end| Interval { start, end };
    let date = |text: &str| text.parse().expect("the dates of these tests are good");
    let hours = [vec![interval(540, 720), interval(780, 1_440)], vec![interval(0, 5)]];
    BookingLink {
        id: BookingLinkId(id),
        calendar: calendar.id,
        token: format!("Tok_en-{id}"),
        active: true,
        settings: BookingSettings {
            title: Some("Беседа \"30\"".to_owned()),
            description: Some("first\nsecond".to_owned()),
            duration: 30,
            buffer_before: 5,
            buffer_after: 10,
            interval: Some(15),
            minimum_notice: 60,
            maximum_days_ahead: Some(90),
            daily_limit: Some(3),
            zone: zone("Australia/Lord_Howe"),
            working_hours: WorkingHours(std::array::from_fn(|day| hours.get(day).cloned().unwrap_or_default())),
            date_overrides: BTreeMap::from([
                (date("2026-12-24"), Vec::new()),
                (date("2026-12-31"), vec![interval(600, 660), interval(700, 800)]),
            ]),
            blocking: vec![CalendarId(Uuid::now_v7()), CalendarId(Uuid::now_v7())],
            questions: vec![
                Question { label: "Why?".to_owned(), required: true },
                Question { label: "How?".to_owned(), required: false },
            ],
        },
        created_at: now(),
        updated_at: later(1),
        deleted_at: None,
        version: 1,
    }
}

/// A booking of this event under this link, with every field.
pub(super) fn booking(link: &BookingLink, event: &Event) -> Booking {
    Booking {
        id: BookingId(Uuid::now_v7()),
        link: link.id,
        calendar: event.calendar,
        event: event.id,
        start: event.details.span.starts_at(),
        end: event.details.span.ends_at(),
        buffer_before: 5,
        buffer_after: 10,
        name: "Ana \"A.\" Ñuñez".to_owned(),
        email: "ana@example.com".parse().expect("a good address"),
        notes: Some("first\nsecond".to_owned()),
        answers: vec![("Why?".to_owned(), "Because.".to_owned()), ("How?".to_owned(), String::new())],
        zone: zone("Europe/Berlin"),
        cancel_token: token(),
        reschedule_token: token(),
        created_at: now(),
        updated_at: later(1),
        cancelled_at: None,
        version: 1,
    }
}

/// What a deadline was computed from.
pub(super) fn basis() -> Basis {
    let day = jiff::civil::date(2026, 11, 2);
    let mut rule = Rule::of(Region::Berlin);
    rule.local_holidays.insert(day);
    rule.roll = false;
    let terms = Terms {
        trigger: Trigger { kind: TriggerKind::Service, date: day },
        period: Period::new(1, Unit::Months).expect("a good period"),
        rule,
        pre_deadlines: vec![Period::new(2, Unit::Weeks).expect("a good period")],
    };
    Basis { event: None, terms }
}
