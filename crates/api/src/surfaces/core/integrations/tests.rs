//! The routes over a mocked provider.

use std::sync::Arc;

use actix_web::test::TestRequest;
use kalends_domain::account::TokenHash;
use kalends_domain::sync::{LinkAttempt, ProviderKind, Sealed};
use kalends_ports::{MockProvider, ProviderError, Providers};

use crate::testing::{KEY, Mocks, ask, now, post, signed_in, user};

fn offering(provider: MockProvider) -> Mocks {
    let providers = Providers::new().with(ProviderKind::Google, Arc::new(provider));
    Mocks { providers, ..Mocks::default() }
}

#[actix_web::test]
async fn linking_is_for_people_and_for_providers_that_are_set_up() {
    let state = Mocks::default().state();
    let connect = |provider: &str| post(&format!("/integrations/{provider}/connect"), "{}");
    assert_eq!(ask(&state, connect("google")).await.error().0, 401);
    let key = connect("google").insert_header(("X-API-Key", KEY));
    assert_eq!(ask(&state, key).await.error().0, 403);
    assert_eq!(ask(&state, signed_in(connect("yahoo"))).await.error().0, 404);
    let answer = ask(&state, signed_in(connect("google"))).await;
    assert_eq!(answer.error().0, 409);
    assert!(answer.json()["error"].as_str().unwrap().contains("Google is not set up"));
}

#[actix_web::test]
async fn connecting_answers_where_to_go() {
    let mut provider = MockProvider::new();
    provider.expect_authorization_url().returning(|ask| {
        assert_eq!(ask.redirect_uri, "http://localhost:3019/integrations/google/callback");
        "https://accounts.example/auth".to_owned()
    });
    let state = offering(provider).on_commit(|_| Ok(())).state();
    let answer = ask(&state, signed_in(post("/integrations/google/connect", "{}"))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["authorization_url"], "https://accounts.example/auth");
}

fn attempted(provider: MockProvider) -> Mocks {
    let mut mocks = offering(provider).on_commit(|_| Ok(()));
    mocks.integrations.expect_find_link_attempt().returning(|state| {
        Ok((state == TokenHash([9; 32])).then(|| LinkAttempt {
            state,
            user: user().id,
            provider: ProviderKind::Google,
            verifier: Sealed(b"verifier".to_vec()),
            expires_at: now() + jiff::SignedDuration::from_mins(1),
        }))
    });
    mocks
}

#[actix_web::test]
async fn a_browser_is_told_in_a_page_and_a_program_in_json_without_any_secret() {
    let path = "/integrations/google/callback?state=the-state&error=access_denied&code=the-code";
    let state = attempted(MockProvider::new()).state();
    let page = ask(&state, TestRequest::get().uri(path)).await;
    assert_eq!(page.status, 409);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let text = String::from_utf8(page.body.to_vec()).unwrap();
    assert!(text.contains("access_denied") && !text.contains("the-state") && !text.contains("the-code"), "{text}");
    let json = ask(&state, TestRequest::get().uri(path).insert_header(("Accept", "application/json"))).await;
    assert_eq!(json.error(), (409, "CONFLICT".to_owned(), vec![]));
    assert!(!String::from_utf8_lossy(&json.body).contains("the-"));
}

#[actix_web::test]
async fn a_provider_that_is_down_is_503_and_one_that_refuses_409() {
    for (error, status) in [
        (ProviderError::Unavailable { reason: "no answer".into(), retry_after: None }, 503),
        (ProviderError::RateLimited { retry_after: Some(jiff::SignedDuration::from_secs(7)) }, 503),
        (ProviderError::Unauthorized, 409),
    ] {
        let told = error.clone();
        let mut provider = MockProvider::new();
        provider.expect_exchange().returning(move |_, _, _| Err(told.clone()));
        let state = attempted(provider).state();
        let request = TestRequest::get().uri("/integrations/google/callback?state=the-state&code=the-code");
        let answer = ask(&state, request.insert_header(("Accept", "application/json"))).await;
        assert_eq!(answer.status, status, "{error}");
        if matches!(error, ProviderError::RateLimited { .. }) {
            assert_eq!(answer.header("retry-after"), Some("7"));
        }
    }
}
