//! A whole service over mocked ports, for the tests of what stands around the handlers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::Bytes;
use jiff::Timestamp;
use kalends_app::{App, Policy, Ports};
use kalends_domain::access::{Resource, Verb};
use kalends_domain::account::{ApiKey, FreeBusyVisibility, PasswordHash, TokenHash, User};
use kalends_domain::id::{ApiKeyId, UserId};
use kalends_domain::time::Zone;
use kalends_ports::{
    AccessToken, Answer, Change, InvalidToken, MockAnswers, MockApiKeys, MockBookings, MockCalendars, MockClock,
    MockCommit, MockContacts, MockCourses, MockEvents, MockFeeds, MockFetcher, MockFristen, MockIcalTokens,
    MockIntegrations, MockJobs, MockMailer, MockSecrets, MockSessions, MockSettings, MockTrash, MockUsers,
    PasswordLoad, PoolState, Providers, QueueState, StoreError, SyncHealth, Unique,
};
use serde_json::Value;
use uuid::Uuid;

use crate::state::{Rate, Settings, State};

/// The access token of [`user`].
pub(crate) const TOKEN: &str = "good.access.token";
/// An API key of [`user`], which may read events.
pub(crate) const KEY: &str = "kal_good";

/// The ports that a test looks at or changes.
pub(crate) struct Mocks {
    pub(crate) commit: MockCommit,
    pub(crate) api_keys: MockApiKeys,
    pub(crate) users: MockUsers,
    pub(crate) jobs: MockJobs,
    pub(crate) integrations: MockIntegrations,
    pub(crate) feeds: MockFeeds,
    pub(crate) providers: Providers,
    pub(crate) rate_limit: Option<Rate>,
    /// What is kept of answers, by caller and key.
    pub(crate) kept: Arc<Mutex<HashMap<(String, String), Answer>>>,
}

impl Default for Mocks {
    fn default() -> Self {
        Self {
            commit: MockCommit::new(),
            api_keys: MockApiKeys::new(),
            users: MockUsers::new(),
            jobs: MockJobs::new(),
            integrations: MockIntegrations::new(),
            feeds: MockFeeds::new(),
            providers: Providers::new(),
            rate_limit: None,
            kept: Arc::default(),
        }
    }
}

pub(crate) fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

pub(crate) fn user() -> User {
    User {
        id: UserId(Uuid::from_u128(1)),
        email: "ann@example.com".parse().unwrap(),
        name: None,
        timezone: Zone::utc(),
        free_busy_visibility: FreeBusyVisibility::Shared,
        password: PasswordHash("hash".into()),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        version: 3,
    }
}

pub(crate) fn key() -> ApiKey {
    ApiKey {
        id: ApiKeyId(Uuid::from_u128(2)),
        user: user().id,
        name: "agent".into(),
        scopes: [(Resource::Events, Verb::Read)].into_iter().collect(),
        token: TokenHash([8; 32]),
        created_at: now(),
        revoked_at: None,
    }
}

impl Mocks {
    /// Expects commits that are not about kept answers to go as `commit` says; keeps the answers.
    pub(crate) fn on_commit(mut self, commit: impl Fn(&[Change]) -> Result<(), StoreError> + Send + 'static) -> Self {
        let kept = self.kept.clone();
        self.commit.expect_commit().returning(move |changes| {
            let mut kept = kept.lock().unwrap();
            let of = |answer: &Answer| (answer.caller.clone(), answer.key.clone());
            match &changes.0[..] {
                [Change::InsertAnswer(answer)] if kept.contains_key(&of(answer)) => {
                    Err(StoreError::Duplicate(Unique::Answer))
                }
                [Change::InsertAnswer(answer) | Change::UpdateAnswer { answer, .. }] => {
                    kept.insert(of(answer), answer.clone());
                    Ok(())
                }
                [Change::RemoveAnswer { caller, key }] => {
                    kept.remove(&(caller.clone(), key.clone()));
                    Ok(())
                }
                others => commit(others),
            }
        });
        self
    }

    pub(crate) fn state(mut self) -> State {
        self.users.expect_find_user().returning(|_| Ok(Some(user())));
        self.users.expect_find_user_by_email().returning(|_| Ok(None));
        self.api_keys.expect_find_api_key().returning(|hash| Ok((hash == key().token).then(|| (key(), user()))));
        self.commit.expect_ping().returning(|| Ok(()));
        self.commit.expect_pool().returning(PoolState::default);
        self.integrations.expect_count_syncs().returning(|| Ok(SyncHealth::default()));
        self.feeds.expect_count_feed_syncs().returning(|| Ok(SyncHealth::default()));
        self.jobs.expect_count_jobs().returning(|| Ok(QueueState::default()));
        let mut answers = MockAnswers::new();
        let kept = self.kept;
        answers
            .expect_find_answer()
            .returning(move |caller, key| Ok(kept.lock().unwrap().get(&(caller.to_owned(), key.to_owned())).cloned()));
        let mut clock = MockClock::new();
        clock.expect_now().returning(now);
        let ports = Ports {
            users: Arc::new(self.users),
            sessions: Arc::new(MockSessions::new()),
            api_keys: Arc::new(self.api_keys),
            ical_tokens: Arc::new(MockIcalTokens::new()),
            calendars: Arc::new(MockCalendars::new()),
            events: Arc::new(MockEvents::new()),
            contacts: Arc::new(MockContacts::new()),
            courses: Arc::new(MockCourses::new()),
            bookings: Arc::new(MockBookings::new()),
            feeds: Arc::new(self.feeds),
            fristen: Arc::new(MockFristen::new()),
            trash: Arc::new(MockTrash::new()),
            answers: Arc::new(answers),
            settings: Arc::new(MockSettings::new()),
            commit: Arc::new(self.commit),
            secrets: Arc::new(secrets()),
            clock: Arc::new(clock),
            fetcher: Arc::new(MockFetcher::new()),
            jobs: Arc::new(self.jobs),
            mailer: Arc::new(MockMailer::new()),
            integrations: Arc::new(self.integrations),
            providers: self.providers,
        };
        let settings = Settings {
            public_url: "http://localhost:3019".into(),
            cors_origins: vec!["https://app.example".into()],
            embed_origins: vec![],
            rate_limit: self.rate_limit,
            trusted_proxies: vec![],
            tzdata: "2026e, bundled".into(),
            version: "0.1.0".into(),
        };
        let policy = Policy {
            open_registration: true,
            keeps_tokens: true,
            sync_interval: jiff::SignedDuration::from_mins(5),
            feed_interval: jiff::SignedDuration::from_mins(15),
            feed_limit: 100,
            windows_bytes: 1 << 20,
            public_url: settings.public_url.clone(),
        };
        State::new(App::new(ports, policy), settings)
    }
}

fn secrets() -> MockSecrets {
    let mut secrets = MockSecrets::new();
    secrets
        .expect_read_access_token()
        .returning(|token, _| if token == TOKEN { Ok(user().id) } else { Err(InvalidToken) });
    secrets.expect_hash_token().returning(|token| TokenHash([u8::try_from(token.len()).unwrap(); 32]));
    secrets.expect_random().returning(|| [7; 32]);
    secrets.expect_password_load().returning(PasswordLoad::default);
    secrets
        .expect_derive()
        .returning(|label| [label.iter().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)); 32]);
    secrets.expect_token().returning(|entropy| format!("token-{}", entropy[0]));
    secrets.expect_pkce_challenge().returning(|verifier| format!("challenge-{verifier}"));
    secrets.expect_hash_password().returning(|_| Ok(PasswordHash("hash".into())));
    secrets.expect_verify_password().returning(|_, _| Ok(false));
    secrets.expect_access_token().returning(|_, _, _| Ok(AccessToken("access".into())));
    secrets.expect_seal().returning(|plain| Ok(plain.to_vec()));
    secrets.expect_open().returning(|sealed| Ok(sealed.to_vec()));
    secrets
}

/// An answer, taken apart.
pub(crate) struct Answered {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answered {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Status and code, and the paths of bad fields.
    pub(crate) fn error(&self) -> (u16, String, Vec<String>) {
        let body = self.json();
        let fields =
            body["details"].as_array().into_iter().flatten().map(|bad| bad["field"].as_str().unwrap().to_owned());
        (self.status, body["code"].as_str().unwrap().to_owned(), fields.collect())
    }
}

/// Asks a service made anew from the state.
pub(crate) async fn ask(state: &State, request: TestRequest) -> Answered {
    let service = init_service(crate::service(state)).await;
    answer_of(service.call(request.to_request()).await).await
}

async fn answer_of<B: MessageBody>(answer: Result<ServiceResponse<B>, actix_web::Error>) -> Answered {
    match answer {
        Ok(response) => {
            let (status, headers) = (response.status(), response.headers().clone());
            let body = actix_web::body::to_bytes(response.into_body()).await.map_err(Into::into).unwrap();
            Answered { status: status.as_u16(), headers, body }
        }
        Err(error) => {
            let response = error.error_response();
            let (status, headers) = (response.status(), response.headers().clone());
            let body = actix_web::body::to_bytes(response.into_body()).await.unwrap();
            Answered { status: StatusCode::as_u16(&status), headers, body }
        }
    }
}

/// A POST of JSON.
pub(crate) fn post(path: &str, body: &str) -> TestRequest {
    TestRequest::post().uri(path).insert_header(("Content-Type", "application/json")).set_payload(body.to_owned())
}

/// With the access token.
pub(crate) fn signed_in(request: TestRequest) -> TestRequest {
    request.insert_header(("Authorization", format!("Bearer {TOKEN}")))
}
