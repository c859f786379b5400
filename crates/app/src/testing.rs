//! Mocked ports and small values for the use cases' own tests.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_domain::access::{Actor, Credential, Resource, Role, Verb};
use kalends_domain::account::{FreeBusyVisibility, Password, PasswordHash, Session, TokenHash, User};
use kalends_domain::calendar::{Calendar, CalendarView, Color, Membership, Seat};
use kalends_domain::contact::{self, Contact};
use kalends_domain::event::{Details, Event, Span};
use kalends_domain::id::{ApiKeyId, CalendarId, ContactId, EventId, FamilyId, SessionId, UserId, uuid_v7};
use kalends_domain::time::Zone;
use kalends_ports::{
    AccessToken, Job, MockAnswers, MockApiKeys, MockBookings, MockCalendars, MockClock, MockCommit, MockContacts,
    MockCourses, MockEvents, MockFeeds, MockFetcher, MockFristen, MockIcalTokens, MockIntegrations, MockJobs,
    MockMailer, MockSecrets, MockSessions, MockSettings, MockTrash, MockUsers, Providers, SeenEvent,
};

use crate::{App, Ended, Policy, Ports, Result};

/// Every port, mocked; a test sets the expectations it is about.
pub(crate) struct Mocks {
    pub(crate) users: MockUsers,
    pub(crate) sessions: MockSessions,
    pub(crate) api_keys: MockApiKeys,
    pub(crate) ical_tokens: MockIcalTokens,
    pub(crate) calendars: MockCalendars,
    pub(crate) events: MockEvents,
    pub(crate) fristen: MockFristen,
    pub(crate) contacts: MockContacts,
    pub(crate) courses: MockCourses,
    pub(crate) bookings: MockBookings,
    pub(crate) feeds: MockFeeds,
    pub(crate) trash: MockTrash,
    pub(crate) answers: MockAnswers,
    pub(crate) settings: MockSettings,
    pub(crate) commit: MockCommit,
    pub(crate) secrets: MockSecrets,
    pub(crate) fetcher: MockFetcher,
    pub(crate) jobs: MockJobs,
    pub(crate) mailer: MockMailer,
    pub(crate) integrations: MockIntegrations,
    pub(crate) providers: Providers,
    pub(crate) policy: Policy,
}

impl App {
    /// As a worker does it.
    pub(crate) async fn run_and_end(&self, job: Job) -> Result<Ended> {
        let mut end = self.run_job(job).await;
        self.end_job(&mut end).await
    }
}

impl Default for Mocks {
    fn default() -> Self {
        Self {
            users: MockUsers::new(),
            sessions: MockSessions::new(),
            api_keys: MockApiKeys::new(),
            ical_tokens: MockIcalTokens::new(),
            calendars: MockCalendars::new(),
            events: MockEvents::new(),
            fristen: MockFristen::new(),
            contacts: MockContacts::new(),
            courses: MockCourses::new(),
            bookings: MockBookings::new(),
            feeds: MockFeeds::new(),
            trash: MockTrash::new(),
            answers: MockAnswers::new(),
            settings: MockSettings::new(),
            commit: MockCommit::new(),
            secrets: MockSecrets::new(),
            fetcher: MockFetcher::new(),
            jobs: MockJobs::new(),
            mailer: MockMailer::new(),
            policy: Policy {
                open_registration: true,
                keeps_tokens: true,
                sync_interval: jiff::SignedDuration::from_mins(5),
                feed_interval: jiff::SignedDuration::from_mins(15),
                feed_limit: 2,
                windows_bytes: 1 << 20,
                public_url: "https://cal.example".into(),
            },
            integrations: MockIntegrations::new(),
            providers: Providers::new(),
        }
    }
}

impl Mocks {
    pub(crate) fn app(mut self) -> App {
        let secrets = &mut self.secrets;
        let mut count = 0_u8;
        secrets.expect_random().returning(move || {
            count = count.wrapping_add(1);
            [count; 32]
        });
        secrets
            .expect_derive()
            .returning(|label| [label.iter().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)); 32]);
        secrets.expect_token().returning(|entropy| format!("token-{}", entropy[0]));
        secrets.expect_hash_token().returning(|token| TokenHash([u8::try_from(token.len()).unwrap(); 32]));
        secrets.expect_hash_password().returning(|_| Ok(PasswordHash("hash".into())));
        secrets.expect_access_token().returning(|_, _, _| Ok(AccessToken("access".into())));
        secrets.expect_pkce_challenge().returning(|verifier| format!("challenge-{verifier}"));
        secrets.expect_feed_token().returning(|_, generation, _| format!("feed-{generation}"));
        secrets.expect_seal().returning(|plain| Ok(plain.to_vec()));
        secrets.expect_open().returning(|sealed| Ok(sealed.to_vec()));
        self.fristen.expect_list_fristen_about().returning(|_| Ok(Vec::new()));
        self.fristen.expect_list_fristen_in().returning(|_, _| Ok(Vec::new()));
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        let ports = Ports {
            users: Arc::new(self.users),
            sessions: Arc::new(self.sessions),
            api_keys: Arc::new(self.api_keys),
            ical_tokens: Arc::new(self.ical_tokens),
            calendars: Arc::new(self.calendars),
            events: Arc::new(self.events),
            fristen: Arc::new(self.fristen),
            contacts: Arc::new(self.contacts),
            courses: Arc::new(self.courses),
            bookings: Arc::new(self.bookings),
            feeds: Arc::new(self.feeds),
            trash: Arc::new(self.trash),
            answers: Arc::new(self.answers),
            settings: Arc::new(self.settings),
            commit: Arc::new(self.commit),
            secrets: Arc::new(self.secrets),
            clock: Arc::new(clock),
            fetcher: Arc::new(self.fetcher),
            jobs: Arc::new(self.jobs),
            mailer: Arc::new(self.mailer),
            integrations: Arc::new(self.integrations),
            providers: self.providers,
        };
        App::new(ports, self.policy)
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn password() -> Password {
    Password::new("correct horse".into()).unwrap()
}

pub(crate) fn actor() -> Actor {
    Actor { user: user().id, credential: Credential::Token }
}

pub(crate) fn key_actor(scopes: &[(Resource, Verb)]) -> Actor {
    let scopes = scopes.iter().copied().collect();
    Actor { user: user().id, credential: Credential::Key(ApiKeyId(uuid_v7(now(), [9; 10])), scopes) }
}

pub(crate) fn user() -> User {
    User {
        id: UserId(uuid_v7(now(), [1; 10])),
        email: "ann@example.com".parse().unwrap(),
        name: None,
        timezone: Zone::utc(),
        free_busy_visibility: FreeBusyVisibility::Shared,
        password: PasswordHash("hash".into()),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
    }
}

pub(crate) fn session() -> Session {
    Session {
        id: SessionId(uuid_v7(now(), [2; 10])),
        user: user().id,
        family: FamilyId(uuid_v7(now(), [3; 10])),
        token: TokenHash([5; 32]),
        created_at: now(),
        expires_at: now() + jiff::SignedDuration::from_hours(1),
        used_at: None,
        revoked_at: None,
    }
}

/// The same, of which no more is told.
pub(crate) fn seat(role: Role, revision: i64) -> Seat {
    let Calendar { id, owner, .. } = view(role).calendar;
    Seat { calendar: id, owner, role, revision, is_public: false }
}

pub(crate) fn view(role: Role) -> CalendarView {
    let calendar = Calendar {
        id: CalendarId(uuid_v7(now(), [4; 10])),
        owner: user().id,
        name: "Work".into(),
        color: Color::default(),
        is_public: false,
        feed_generation: 1,
        feed_token: TokenHash([6; 32]),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
        revision: 1,
        touched_at: now(),
    };
    let membership = Membership {
        calendar: calendar.id,
        user: user().id,
        role,
        color_theme: None,
        created_at: now(),
        updated_at: now(),
    };
    CalendarView { calendar, membership }
}

/// An hour on a Monday in New York, weekly when `weekly`.
pub(crate) fn event(weekly: bool) -> Event {
    let start: Timestamp = "2026-03-02T15:00:00Z".parse().unwrap();
    let zone = Zone::named("America/New_York").unwrap();
    let span = Span::timed(start, start + jiff::SignedDuration::from_hours(1), zone).unwrap();
    let rule =
        || kalends_domain::event::recurrence(&span, vec!["FREQ=WEEKLY".parse().unwrap()], vec![], vec![]).unwrap();
    Event {
        id: EventId(uuid_v7(now(), [7; 10])),
        calendar: view(Role::Owner).calendar.id,
        uid: "lecture@example.com".into(),
        recurrence: weekly.then(rule),
        details: Details::new("Lecture", span),
        overrides: std::collections::BTreeMap::new(),
        course_id: None,
        case_id: None,
        sequence: 0,
        created_by: user().id,
        updated_by: user().id,
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
    }
}

/// A contact of [`user`].
pub(crate) fn contact() -> Contact {
    Contact {
        id: ContactId(uuid_v7(now(), [8; 10])),
        owner: user().id,
        uid: "bob@example.com".into(),
        details: contact::Details {
            first_name: Some("Bob".into()),
            email: Some("bob@example.com".into()),
            ..contact::Details::default()
        },
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 1,
    }
}

pub(crate) fn seen(event: Event, role: Option<Role>) -> SeenEvent {
    SeenEvent { event, calendar: view(Role::Owner).calendar, role }
}
